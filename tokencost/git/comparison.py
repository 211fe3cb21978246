"""Which files differ between a base and a commit, or the work tree, and what is in them."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum

from tokencost.errors import GitError
from tokencost.git.objects import is_pointer, read_blobs, stands_for
from tokencost.git.repository import Commit, Repository, find_commit, find_merge_base
from tokencost.git.sides import Side, pointer_error, read_sides
from tokencost.git.work_tree import read_attributes
from tokencost.values import dataclass, replace

Pair = tuple[str | None, str | None]  # the path now and the path at the base

_LEAST = 0.5  # the share of bytes that stay, as in git
_LIMIT = 1_000  # files on either side that git compares
_MOST = 200  # files on either side that are compared here
_PIECE = 64  # bytes of a line that are looked at together, as in git


class FileStatus(StrEnum):
    """What has become of a file."""

    ADDED = "added"
    DELETED = "deleted"
    RENAMED = "renamed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file that is not as it was.

    Attributes:
        path: its path now; of a deleted one its last.
        was: its path at the base, None for an added one.
        kind: what has become of it; one that was renamed may be changed as well.
        base: its content then, None for an added one.
        head: its content now, None for a deleted one.
    """

    path: str
    was: str | None
    kind: FileStatus
    base: bytes | None
    head: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The files in question at a base and now, by their paths in the repository.

    Contents are as git keeps them, so that line ends of one computer are not a change.

    Attributes:
        base: the commit that was compared with: where the histories parted.
        head: the commit, None for the work tree.
        changes: the files that differ, in the order of their paths.
        unchanged: the contents of the others; empty unless they were asked for.
        failures: why the content of a file at either end is not to be had.
        paths: the files in question that there are now.
    """

    base: Commit
    head: Commit | None
    paths: tuple[str, ...]
    changes: tuple[FileChange, ...]
    unchanged: Mapping[str, bytes]
    failures: Mapping[str, GitError]


def compare(
    repository: Repository, base: str, head: str | None, *, wants: Callable[[str], bool]
) -> Comparison:
    """Compare the files that *wants* takes by their paths, at the merge base and at *head*.

    Without *head* it is the work tree: what is not committed counts, and what is untracked and not
    ignored. A file whose earlier path *wants* does not take was added.

    Raises:
        GitError: a ref is unknown, there is no merge base, or objects are missing.
    """
    start, tip = _find_ends(repository, base, head)
    end = tip if head else None
    before, now = read_sides(repository, start, end)
    before.choose(wants)
    now.choose(wants)
    now.settle(before)
    renames = find_renames(before, now, _added(before, now), start, end)
    renames = {new: old for new, old in renames.items() if old in before.places}
    pairs = list(_pairs(before, now, renames))
    changes, unchanged = _contents(before, now, pairs, with_unchanged=True)
    return Comparison(
        base=start,
        head=end,
        paths=tuple(now.places),
        changes=tuple(changes),
        unchanged=unchanged,
        failures={**before.failures, **now.failures},
    )


def compare_on_disk(
    repository: Repository,
    base: str,
    named: Collection[str],
    *,
    wants: Callable[[str], bool] = lambda _: False,
) -> Comparison:
    """Return what of the *named* files, and of those that *wants* takes, differs from the base.

    Named are paths of files on disk from the root, ignored ones and those behind links included.
    A renamed file is followed from wherever in the repository it was. Contents are as they would
    lie on this disk, and what is unchanged has none.

    Raises:
        GitError: a ref is unknown, there is no merge base, or objects are missing.
    """
    start, _ = _find_ends(repository, base, None)
    before, now = read_sides(repository, start, None)
    aliases = now.add_named(named)
    paths = frozenset(named)
    for side in (before, now):
        side.choose(lambda path: path in paths or wants(path), with_twins=True)
        side.places |= {path: file for path, file in aliases.items() if file in side.tree}
    now.settle(before)
    renames = find_renames(before, now, _added(before, now), start, None)
    before.places |= {old: old for old in renames.values() if old not in before.places}
    pairs = list(_pairs(before, now, renames))
    changes, _ = _contents(before, now, pairs, with_unchanged=False)
    changes = _as_checked_out(now, changes)
    return Comparison(
        base=start,
        head=None,
        paths=tuple(now.places),
        changes=tuple(changes),
        unchanged={},
        failures={**before.failures, **now.failures},
    )


def _find_ends(repository: Repository, base: str, head: str | None) -> tuple[Commit, Commit]:
    tip = find_commit(repository, head or "HEAD")
    return find_merge_base(repository, find_commit(repository, base), tip), tip


def _added(before: Side, now: Side) -> set[str]:
    return {path for path in now.places if path not in before.places and path not in before.tree}


def _as_checked_out(now: Side, changes: Iterable[FileChange]) -> list[FileChange]:
    """Return *changes* with the former contents in the form that the files of now have on disk."""
    both = [change for change in changes if change.base is not None and change.head is not None]
    places = {change.path: now.places[change.path] for change in both}
    attributes = read_attributes(now.repository, list(dict.fromkeys(places.values())))
    converted: dict[str, FileChange] = {}
    for change in both:
        place = places[change.path]
        content = now.on_disk(place)
        try:
            if content is not None:
                of_place = attributes[place]
                earlier = of_place.to_work_tree(change.base or b"", path=place, beside=content)
                converted[change.path] = replace(change, base=earlier, head=content)
        except GitError as error:
            now.failures[change.path] = error
    return [
        converted.get(change.path, change) for change in changes if change.path not in now.failures
    ]


def _contents(
    before: Side, now: Side, pairs: Iterable[Pair], *, with_unchanged: bool
) -> tuple[list[FileChange], dict[str, bytes]]:
    """Return what differs, and the rest if that is wanted; one without content is a failure."""
    differing = [pair for pair in pairs if not _is_same(before, now, pair)]
    read = list(pairs) if with_unchanged else differing
    before.read(old for _, old in differing if old is not None)
    now.read(new for new, _ in read if new is not None)
    changes: list[FileChange] = []
    unchanged: dict[str, bytes] = {}
    for new, old in read:
        content = None if new is None else now.whole_content(new)
        earlier = content if _is_same(before, now, (new, old)) else _earlier(before, old, content)
        if (content is None) != (new is None) or (earlier is None) != (old is None):
            continue
        if new is None or content is None or new != old or content != earlier:
            changes.append(_change(new, old, earlier, content))
        elif with_unchanged:
            unchanged[new] = content
    return sorted(changes, key=lambda change: change.path), unchanged


def _pairs(before: Side, now: Side, renames: Mapping[str, str]) -> Iterator[Pair]:
    """Yield each file in question once, with its paths now and at the base."""
    for new in now.places:
        old = new if new in before.places else renames.get(new)
        if old is not None or new not in before.failures:
            yield new, old
    taken = set(renames.values())
    for old in before.places:
        if old not in now.places and old not in now.failures and old not in taken:
            yield None, old


def _is_same(before: Side, now: Side, pair: Pair) -> bool:
    new, old = pair
    return new is not None and new == old and before.oid(new) == now.oid(new)


def _earlier(before: Side, old: str | None, content: bytes | None) -> bytes | None:
    """Return the content at the base, of a pointer of Git LFS that of the file it stands for."""
    earlier = None if old is None else before.content(old)
    if earlier is None or not is_pointer(earlier):
        return earlier
    if content is not None and stands_for(earlier, content):
        return content
    before.failures[old or ""] = pointer_error(old or "")
    return None


def _change(new: str | None, old: str | None, base: bytes | None, head: bytes | None) -> FileChange:
    kind = FileStatus.CHANGED if new == old else FileStatus.RENAMED
    if old is None or new is None:
        kind = FileStatus.ADDED if old is None else FileStatus.DELETED
    return FileChange(path=new or old or "", was=old, kind=kind, base=base, head=head)


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
