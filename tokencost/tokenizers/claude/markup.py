"""A stretch without white space, written with markers and cut into chunks.

A word gets a marker on both sides. Punctuation and numbers get one only towards a space, which
the marker then stands for.

No piece contains white space and anything else; the markers of opening and of case are only at
the beginning of pieces, the closing one only at the end; pieces with ASCII or Arabic digits have
nothing else in them; and letters of kind L are pieces on their own only. So no piece crosses the
bounds of what is here called a chunk (or of a loose letter), and the least tokens of a text are
the sum of the least tokens of its chunks. A test holds the piece lists to that.
"""

import re
from typing import NamedTuple

from tokencost.tokenizers.claude.pieces import BOW, CAPS, EOW, SHIFT
from tokencost.tokenizers.claude.text_classes import KINDS, case_marked

_RUN = re.compile("[wW][wWm]*|m+|[dD]+|p+|P[Pv]*|[NO][NOv]*|[Lv]+")
_OPENING = (BOW, SHIFT, CAPS)
_LETTERS = ("w", "W")
_WORDLIKE = ("w", "W", "m")
_DIGITS = ("d", "D")
_ALWAYS_BORDERING = "pPv"
_BORDERING_NUMBERS = "DNO"
_ONE_KIND_OF_NUMBER = re.compile("[dD]+|N+|O+")
_BORDERING_WORD_END = "W"
_APOSTROPHE = "'"
_AFTER_APOSTROPHE = frozenset(("s", "t", "d", "m", "ll", "re", "ve"))

# What stands beside a stretch: nothing that matters, a space (to the right: a single one), or, to
# the left only, the frame of a message, which ends in a space that something must take.
NOTHING, SPACE, FRAME = "nothing", "space", "frame"


class Marked(NamedTuple):
    """A stretch as it is tiled.

    Attributes:
        chunks: parts no piece crosses the bounds of.
        loose: letters that no piece connects with anything.
        opens: whether it starts with a word's opening marker, which can stand for a space.
        closes: whether it ends with a closing one.
    """

    chunks: list[str]
    loose: str
    opens: bool
    closes: bool


def mark(stretch: str, *, left: str, right: str, capitals_from: int | None) -> Marked:
    """Write *stretch* with markers.

    Args:
        stretch: characters of normalized text without white space, at least one.
        left: what stands before it: `NOTHING`, `SPACE` or `FRAME`.
        right: what stands after it: `NOTHING` or `SPACE`.
        capitals_from: as for `case_marked`.
    """
    return _Marking(stretch, left, right, capitals_from).marked()


class _Marking:
    """Goes through the runs of one stretch."""

    def __init__(self, text: str, left: str, right: str, capitals_from: int | None) -> None:
        self._text = text
        self._kinds = text.translate(KINDS)
        self._left, self._right, self._capitals_from = left, right, capitals_from
        self._chunks: list[str] = []
        self._loose: list[str] = []
        self._is_open = False  # whether the last chunk may go on
        self._borders: list[bool] = []  # of each run so far: whether its end takes a marker

    def marked(self) -> Marked:
        bounds = [match.span() for match in _RUN.finditer(self._kinds)]
        opens = self._opens(0, bounds[0][1])
        if self._left == FRAME and not opens:
            # An opening apostrophe leaves the frame its space, all others the marker.
            self._write(" " if self._opens_word(0, bounds[0][1]) else BOW)
        for start, end in bounds:
            self._write_run(start, end)
        closes = self._kinds[-1] in _WORDLIKE or self._closes(*bounds[-1])
        return Marked(self._chunks, "".join(self._loose), opens, closes)

    def _write_run(self, start: int, end: int) -> None:
        kind = self._kinds[start]
        if kind in _LETTERS:
            self._write_word(start, end)
        elif kind == "m":
            self._borders.append(False)
            goes_on = self._kinds[end : end + 1] in _LETTERS
            self._write(BOW + self._text[start:end] + ("" if goes_on else EOW))
        else:
            self._write_other(start, end)

    def _write_word(self, start: int, end: int) -> None:
        word = self._text[start:end]
        follows_marks = start > 0 and self._kinds[start - 1] == "m"  # and they opened the word
        if follows_marks or self._is_contracted(start, word):
            self._write(word + EOW)
        else:
            case, written = case_marked(word, capitals_from=self._capitals_from)
            self._write(case + BOW + written + EOW)
        self._borders.append(self._kinds[end - 1] == _BORDERING_WORD_END)

    def _is_contracted(self, start: int, word: str) -> bool:
        """Return whether the apostrophe before *word* takes the place of its opening marker."""
        if word not in _AFTER_APOSTROPHE or self._text[start - 1 : start] != _APOSTROPHE:
            return False
        is_alone = start == 1 or self._kinds[start - 2] != "p"
        return is_alone and (len(self._borders) == 1 or not self._borders[-2])

    def _write_other(self, start: int, end: int) -> None:
        kinds = self._kinds[start:end]
        self._borders.append(kinds[-1] in _bordering(kinds))
        if kinds[0] in "Lv" and "v" not in kinds:
            self._loose.append(self._text[start:end])
            self._is_open = False
            return
        opening = BOW if self._opens(start, end) else ""
        closing = EOW if self._closes(start, end) else ""
        is_digits = kinds[0] in _DIGITS
        self._is_open = self._is_open and not is_digits
        self._write(opening + self._text[start:end] + closing)
        self._is_open = self._is_open and not is_digits

    def _opens(self, start: int, end: int) -> bool:
        kinds = self._kinds[start:end]
        if kinds[0] in _WORDLIKE:
            return True
        if start or self._left == NOTHING or self._opens_word(start, end):
            return False
        return kinds[0] in _bordering(kinds)

    def _closes(self, start: int, end: int) -> bool:
        if end < len(self._text) or self._right == NOTHING:
            return False
        kinds = self._kinds[start:end]
        return kinds[-1] in _bordering(kinds)

    def _opens_word(self, start: int, end: int) -> bool:
        following = self._kinds[end : end + 1]
        return self._text[start:end] == _APOSTROPHE and following in _WORDLIKE

    def _write(self, written: str) -> None:
        if self._is_open and written[0] not in _OPENING:
            self._chunks[-1] += written
        else:
            self._chunks.append(written)
        self._is_open = not written.endswith(EOW)


def _bordering(kinds: str) -> str:
    """Return the kinds that take a marker at the edge of a run of these kinds."""
    is_number = _ONE_KIND_OF_NUMBER.fullmatch(kinds) is not None
    return _ALWAYS_BORDERING + _BORDERING_NUMBERS if is_number else _ALWAYS_BORDERING
