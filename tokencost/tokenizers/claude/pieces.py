"""The pieces of Claude's vocabulary, and the cheapest tiling of a word by them."""

import zlib
from bisect import bisect_left
from functools import cache, lru_cache
from pathlib import Path

# How a piece says where in a word it belongs, and that capitals were written small. These four
# are private characters, which normalization removes from a text.
BOW, EOW, SHIFT, CAPS = "\ue000\ue001\ue002\ue003"

_FOLDER = Path(__file__).parents[1] / "vocabularies"
_PART, _PIECE = "\x01", "\x00"
_LAST = "\U0010ffff"
_STEM = 2


class PieceLengths(dict[str, tuple[int, ...]]):
    """How long the pieces are that start with these two characters, looked up when needed."""

    def __init__(self, ordered: list[str]) -> None:
        super().__init__()
        self._ordered = ordered

    def __missing__(self, stem: str) -> tuple[int, ...]:
        start = bisect_left(self._ordered, stem)
        pieces = self._ordered[start : bisect_left(self._ordered, stem + _LAST, start)]
        lengths = tuple(sorted({len(piece) for piece in pieces if len(piece) >= _STEM}))
        if lengths:  # remembering those without a piece would have no bound
            self[stem] = lengths
        return lengths


class CharacterCosts(dict[str, int]):
    """How many tokens a character costs on its own."""

    def __init__(self, pieces: frozenset[str], prefixes: frozenset[bytes]) -> None:
        super().__init__()
        self._pieces, self._prefixes = pieces, prefixes

    def __missing__(self, character: str) -> int:
        data = character.encode()
        if character in self._pieces:
            cost = 1
        else:
            # A prefix starts with a leading byte, so no two fit into one character.
            longest = max(n for n in (1, 2, 3) if n == 1 or data[:n] in self._prefixes)
            cost = len(data) - longest + 1
        self[character] = cost
        return cost


class Pieces:
    """The pieces of one generation of Claude."""

    __slots__ = ("costs", "known", "lengths")

    def __init__(self, ordered: list[str], prefixes: frozenset[bytes]) -> None:
        """Take the pieces in code point order, and the byte prefixes."""
        self.known = frozenset(ordered)
        self.lengths = PieceLengths(ordered)
        self.costs = CharacterCosts(self.known, prefixes)


def pack(title: str, pieces: list[str], prefixes: list[str]) -> bytes:
    """Return the content of a file, not yet compressed; *prefixes* are hexadecimal."""
    return _PART.join((title, " ".join(sorted(prefixes)), _PIECE.join(sorted(pieces)))).encode()


@cache
def load(name: str) -> Pieces:
    """Read the pieces of this name."""
    data = zlib.decompress((_FOLDER / f"{name}.pieces").read_bytes()).decode()
    _, prefixes, pieces = data.split(_PART)
    return Pieces(pieces.split(_PIECE), frozenset(map(bytes.fromhex, prefixes.split())))


_REMEMBERED = 32_768  # chunks
_SHORT = 48  # characters; longer ones hardly ever come again


class Tiling:
    """Costs of chunks, by one list of pieces."""

    def __init__(self, pieces: Pieces) -> None:
        """Use *pieces*."""
        self._pieces = pieces
        self._remembering = lru_cache(_REMEMBERED)(self._cost)

    def cost(self, chunk: str) -> int:
        """Return the least tokens that make up *chunk*."""
        if chunk in self._pieces.known:
            return 1
        return self._remembering(chunk) if len(chunk) <= _SHORT else self._cost(chunk)

    def loose(self, characters: str) -> int:
        """Return the tokens of characters that no piece connects with others."""
        return sum(map(self._pieces.costs.__getitem__, characters))

    def _cost(self, chunk: str) -> int:
        if chunk.count(chunk[:1]) == len(chunk) > 1:
            return self._repeated(chunk)
        return self._shortest(chunk)

    def _repeated(self, run: str) -> int:
        """Return the cost of one character many times over.

        Let k be the length of the longest piece of this character alone. Of any k other pieces
        of a tiling some have a total length that k divides (two of their k + 1 partial sums
        leave the same remainder), and pieces of length k do for these at no more cost. So fewer
        than k other pieces are enough; they cover less than k * k characters, and what is beyond
        that are pieces of length k.
        """
        pieces, lengths = self._pieces.known, self._pieces.lengths[run[:2]]
        longest = max((length for length in lengths if run[:length] in pieces), default=1)
        beyond = max(0, len(run) - longest * longest) // longest if longest > 1 else 0
        return beyond + self._shortest(run[: len(run) - beyond * longest])

    def _shortest(self, chunk: str) -> int:
        """Find the shortest path over the places between characters, from the end backwards."""
        pieces, lengths, costs = self._pieces.known, self._pieces.lengths, self._pieces.costs
        size = len(chunk)
        best = [0] * (size + 1)
        for start in range(size - 1, -1, -1):
            least = costs[chunk[start]] + best[start + 1]
            for length in lengths[chunk[start : start + 2]]:
                end = start + length
                if end > size:
                    break
                if best[end] + 1 < least and chunk[start:end] in pieces:
                    least = best[end] + 1
            best[start] = least
        return best[0]
