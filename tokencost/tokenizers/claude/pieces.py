"""The piece lists, as files.

A file is zlib-compressed UTF-8 in three parts with U+0001 between them: a title, the byte
prefixes in hexadecimal with spaces between them, and the pieces in code point order with U+0000
between them. Normalization leaves neither of these two characters in a text.

Every piece is one token. A character that is no piece costs a token for each of its UTF-8 bytes,
except that its longest prefix among the byte prefixes costs only one.
"""

import zlib
from bisect import bisect_left
from functools import cache
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
        found = self._ordered[start : bisect_left(self._ordered, stem + _LAST, start)]
        lengths = tuple(sorted({len(piece) for piece in found if len(piece) >= _STEM}))
        if lengths:  # remembering those without a piece would have no bound
            self[stem] = lengths
        return lengths


class CharacterCosts(dict[str, int]):
    """How many tokens a character costs on its own."""

    def __init__(self, known: frozenset[str], prefixes: frozenset[bytes]) -> None:
        super().__init__()
        self._known, self._prefixes = known, prefixes

    def __missing__(self, character: str) -> int:
        data = character.encode()
        if character in self._known:
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
