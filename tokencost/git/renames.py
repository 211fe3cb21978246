"""Files that had another path: those with the same object, and those that share most of it.

The measure is that of git, and whether git tracks a file already makes no difference.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
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
    index = _Index.of(old)
    scores: list[_Score] = []
    compared = 0
    for path, content in new.items():
        own = index.numbers_of(content)
        for other in index.candidates(own, len(content)):
            compared += min(len(own), len(index.pieces[other]))
            if compared > _MOST_COMPARED:
                return None
            share = index.weight(own & index.pieces[other]) / max(len(content), len(old[other]))
            is_same_name = _name(path) == _name(other)
            if share >= _LEAST:
                is_first = is_same_name and share >= _OWN_NAME
                scores.append((not is_first, -share, not is_same_name, path, other))
    return scores


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """The pieces of files, by numbers: a piece is a part of a line, and which of its like it is.

    Attributes:
        numbers: the number of each piece.
        lengths: by number, its bytes.
        files: by number, the files that have it.
        pieces: by file, the numbers of its pieces.
    """

    numbers: dict[tuple[bytes, int], int] = field(default_factory=dict)
    lengths: list[int] = field(default_factory=list)
    files: list[list[str]] = field(default_factory=list)
    pieces: dict[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, contents: Mapping[str, bytes]) -> "_Index":
        """Return the index of files."""
        index = cls()
        for path, content in contents.items():
            own = []
            for piece in _pieces(content):
                number = index.numbers.setdefault(piece, len(index.numbers))
                if number == len(index.files):
                    index.files.append([])
                    index.lengths.append(len(piece[0]))
                index.files[number].append(path)
                own.append(number)
            index.pieces[path] = frozenset(own)
        return index

    def numbers_of(self, content: bytes) -> frozenset[int]:
        """Return the pieces of another file that one of these has."""
        numbers = (self.numbers.get(piece) for piece in _pieces(content))
        return frozenset(number for number in numbers if number is not None)

    def weight(self, numbers: Iterable[int]) -> int:
        """Return how many bytes pieces have."""
        return sum(map(self.lengths.__getitem__, numbers))

    def candidates(self, own: frozenset[int], size: int) -> Iterable[str]:
        """Return the files that may share half of a file of *size* bytes with the pieces *own*.

        They have one of any pieces that are, with what no file has, more than half of it: the
        rarest are looked at.
        """
        candidates: dict[str, None] = {}
        rest = self.weight(own)
        for number in sorted(own, key=lambda number: (len(self.files[number]), number)):
            if rest < size * _LEAST:
                break
            candidates.update(dict.fromkeys(self.files[number]))
            rest -= self.lengths[number]
        return candidates


def _number(content: bytes) -> int:
    """Return how many pieces there are at most."""
    return content.count(b"\n") + content.count(b"\r") + len(content) // _PIECE + 1


def _pieces(content: bytes) -> Iterator[tuple[bytes, int]]:
    times: Counter[bytes] = Counter()
    for line in content.splitlines(keepends=True):
        for start in range(0, len(line), _PIECE):
            piece = line[start : start + _PIECE]
            yield piece, times[piece]
            times[piece] += 1


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _too_many(new: int, gone: int) -> GitError:
    return GitError(
        f"too much was added and deleted ({new:,} and {gone:,} files) to tell what was renamed",
        hint="rename files in a commit of their own, and name that or a later one as the base",
    )
