"""Files that had another path: those with the same object, and those that share most of it.

The measure is that of git, and whether git tracks a file already makes no difference.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field

from tokencost.errors import GitError
from tokencost.git.objects import read_blobs, read_sizes
from tokencost.git.sides import Side
from tokencost.values import dataclass

_LEAST = 0.5  # the share of bytes that stay, as in git
_OWN_NAME = 0.75  # the share from which on a file of the same name goes before more similar ones
_PIECE = 64  # bytes of a line that are looked at together, as in git
_MOST_BYTES = 64_000_000  # of deleted files that are read
_MOST_KEPT = 2_000_000  # pieces of deleted files
_MOST_COMPARED = 50_000_000  # pieces, which takes a few seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Renames:
    """What added files were.

    Attributes:
        paths: by path of now the one at the base; a file that has none was added.
        unsearched: by path of now, why nobody has looked for the one at the base.
    """

    paths: Mapping[str, str] = field(default_factory=dict)
    unsearched: Mapping[str, GitError] = field(default_factory=dict)


def find_renames(before: Side, now: Side, added: Collection[str]) -> Renames:
    """Return what files in question were that were *added*: each file that is gone at most once.

    A file with the object of one that is gone is that one, whatever the globs of the question are.
    """
    gone = {
        path: entry.oid or ""
        for path, entry in before.tree.items()
        if path not in now.tree and not entry.is_link
    }
    if not gone or not added:
        return Renames()
    new = {path: now.oid(path) or "" for path in sorted(added)}
    others = {
        path: entry.oid
        for path, entry in now.tree.items()
        if entry.oid and path not in before.tree and path not in new
    }
    pairs = moved({**new, **others}, {path: gone[path] for path in sorted(gone)})
    taken = set(pairs.values())
    pairs = {path: old for path, old in pairs.items() if path in new}
    rest = {path: oid for path, oid in gone.items() if path not in taken}
    left = [path for path in new if path not in pairs]
    try:
        pairs |= _changed_and_moved(now, left, rest)
    except GitError as error:
        return Renames(paths=pairs, unsearched=dict.fromkeys(left, error))
    return Renames(paths=pairs)


def _changed_and_moved(now: Side, new: Collection[str], gone: Mapping[str, str]) -> dict[str, str]:
    """Return which of the files that are *gone* each new one is, by what they share.

    Raises:
        GitError: the objects are not here, or there are too many files to look at.
    """
    if not new or not gone:
        return {}
    now.read(new)
    contents = {path: now.content(path) or b"" for path in new}
    sizes = read_sizes(now.repository, gone.values())
    own = sorted(len(content) for content in contents.values() if content)
    close = {path: oid for path, oid in gone.items() if _is_close(sizes[oid], own)}
    if sum(sizes[oid] for oid in close.values()) > _MOST_BYTES:
        raise _too_many(len(new), len(gone))
    blobs = read_blobs(now.repository, close.values())
    pairs = similar(contents, {path: blobs[oid] for path, oid in close.items()})
    if pairs is None:
        raise _too_many(len(new), len(gone))
    return pairs


def _is_close(size: int, sizes: list[int]) -> bool:
    """Tell whether one of *sizes*, which are in order, is within half and twice of *size*."""
    place = bisect_left(sizes, size * _LEAST)
    return place < len(sizes) and sizes[place] * _LEAST <= size


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


def similar(new: Mapping[str, bytes], old: Mapping[str, bytes]) -> dict[str, str] | None:
    """Return which of the *old* files each of the *new* ones is, None if that takes too long.

    Each is taken once: of the same name if most of it stays, then the most similar pair first.
    Files that share less than half of their bytes are not the same.
    """
    scores = _scores(new, old)
    if scores is None:
        return None
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for *_, path, other in sorted(scores):
        if path not in pairs and other not in taken:
            pairs[path] = other
            taken.add(other)
    return pairs


_Score = tuple[bool, float, bool, str, str]  # the best is the least; at its end both paths


def _scores(new: Mapping[str, bytes], old: Mapping[str, bytes]) -> list[_Score] | None:
    """Return every pair that shares enough, None if there is too much to compare."""
    if max(sum(map(_number, old.values())), *map(_number, new.values())) > _MOST_KEPT:
        return None
    pieces = {path: _pieces(content) for path, content in old.items()}
    files: dict[_Piece, list[str]] = {}
    for path, of_file in pieces.items():
        for piece in of_file:
            files.setdefault(piece, []).append(path)
    scores: list[_Score] = []
    compared = 0
    for path, content in new.items():
        own = _pieces(content)
        for other in _candidates(own, files):
            compared += min(len(own), len(pieces[other]))
            if compared > _MOST_COMPARED:
                return None
            share = _weight(own & pieces[other]) / max(len(content), len(old[other]))
            is_same_name = _name(path) == _name(other)
            if share >= _LEAST:
                is_first = is_same_name and share >= _OWN_NAME
                scores.append((not is_first, -share, not is_same_name, path, other))
    return scores


_Piece = tuple[bytes, int]  # a part of a line, and which of its like in the file it is


def _candidates(own: frozenset[_Piece], files: Mapping[_Piece, list[str]]) -> Iterable[str]:
    """Return the files that may share half of the bytes of *own*.

    They have one of any pieces that are more than half of it together: the rarest are looked at.
    """
    half = _weight(own) * (1 - _LEAST)
    by_rarity = sorted(own, key=lambda piece: (len(files.get(piece, ())), piece))
    candidates: dict[str, None] = {}
    weight = 0
    for piece in by_rarity:
        candidates.update(dict.fromkeys(files.get(piece, ())))
        weight += len(piece[0])
        if weight > half:
            break
    return candidates


def _weight(pieces: Iterable[_Piece]) -> int:
    return sum(len(piece) for piece, _ in pieces)


def _number(content: bytes) -> int:
    """Return how many pieces there are at most."""
    return content.count(b"\n") + content.count(b"\r") + len(content) // _PIECE + 1


def _pieces(content: bytes) -> frozenset[_Piece]:
    numbers: Counter[bytes] = Counter()
    pieces = []
    for line in content.splitlines(keepends=True):
        for start in range(0, len(line), _PIECE):
            piece = line[start : start + _PIECE]
            pieces.append((piece, numbers[piece]))
            numbers[piece] += 1
    return frozenset(pieces)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _too_many(new: int, gone: int) -> GitError:
    return GitError(
        f"too much was added and deleted ({new:,} and {gone:,} files) to tell what was renamed",
        hint="rename files in a commit of their own, and name that or a later one as the base",
    )
