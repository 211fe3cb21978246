"""Which files of the base are the new ones under another name."""

import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from tokencost.git.objects import read_blobs
from tokencost.git.repository import Commit, Repository
from tokencost.git.sides import Side

_LEAST = 0.5  # the share of bytes that stay, as in git
_LIMIT = 1_000  # files on either side that git compares
_MOST = 200  # files on either side that are compared here
_PIECE = 64  # bytes of a line that are looked at together, as in git


def find_renames(
    before: Side, now: Side, added: Collection[str], base: Commit, head: Commit | None
) -> dict[str, str]:
    """Return for files that were *added* the path that each of them had at the base.

    Git says it of what it tracks; the others are compared here, by the same measure.
    """
    gone = {
        path for path, entry in before.tree.items() if path not in now.tree and not entry.is_link
    }
    if not gone or not added:
        return {}
    tracked = _tracked_renames(now.repository, base, head)
    pairs = {new: old for new, old in tracked.items() if new in added and old in gone}
    if head is None:
        new = {path: now.oid(path) or "" for path in added if path not in pairs}
        pairs |= moved(new, _objects(before, gone - set(pairs.values())))
        new = {path: oid for path, oid in new.items() if path not in pairs}
        old = _objects(before, gone - set(pairs.values()))
        if 0 < len(new) <= _MOST and 0 < len(old) <= _MOST:
            blobs = read_blobs(now.repository, old.values())
            contents = {path: now.content(path) or b"" for path in new}
            pairs |= similar(contents, {path: blobs[oid] for path, oid in old.items()})
    return pairs


def _objects(before: Side, paths: Iterable[str]) -> dict[str, str]:
    return {path: before.tree[path].oid or "" for path in sorted(paths)}


def _tracked_renames(repository: Repository, base: Commit, head: Commit | None) -> dict[str, str]:
    """Return by the path in *head*, or in the index, what git says that it was at *base*."""
    options = ("--raw", "-z", "-M", f"-l{_LIMIT}", "--no-abbrev", "--diff-filter=R")
    git = repository.git
    parts = (
        git.fields("diff-tree", "-r", *options, base.oid, head.oid)
        if head
        else git.fields("diff-index", "--cached", *options, base.oid)
    )
    return {
        os.fsdecode(new): os.fsdecode(old)
        for old, new in zip(parts[1::3], parts[2::3], strict=True)
    }


def moved(new: Mapping[str, str], old: Mapping[str, str]) -> dict[str, str]:
    """Return which of the *old* paths has the object of each new one, one of its name if any."""
    places: dict[str, list[str]] = {}
    for path, oid in old.items():
        places.setdefault(oid, []).append(path)
    pairs: dict[str, str] = {}
    for path, oid in new.items():
        candidates = places.get(oid, [])
        same = [other for other in candidates if _name(other) == _name(path)]
        for other in (same or candidates)[:1]:
            pairs[path] = other
            candidates.remove(other)
    return pairs


def similar(new: Mapping[str, bytes], old: Mapping[str, bytes]) -> dict[str, str]:
    """Return which of the *old* files each of the *new* ones is: the most similar pair first.

    Each is taken once. Files that share less than half of their bytes are not the same.
    """
    lines = {path: _pieces(content) for path, content in old.items()}
    scores = []
    for path, content in new.items():
        own = _pieces(content)
        for other, pieces in lines.items():
            score = _similarity(own, pieces, len(content), len(old[other]))
            if score >= _LEAST:
                scores.append((-score, _name(path) != _name(other), path, other))
    pairs: dict[str, str] = {}
    for _, _, path, other in sorted(scores):
        if path not in pairs and other not in pairs.values():
            pairs[path] = other
    return pairs


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _pieces(content: bytes) -> Counter[bytes]:
    return Counter(
        line[start : start + _PIECE]
        for line in content.splitlines(keepends=True)
        for start in range(0, len(line), _PIECE)
    )


def _similarity(new: Counter[bytes], old: Counter[bytes], size: int, old_size: int) -> float:
    largest = max(size, old_size)
    if not largest or min(size, old_size) < largest * _LEAST:
        return 0.0
    return sum(len(piece) * times for piece, times in (new & old).items()) / largest
