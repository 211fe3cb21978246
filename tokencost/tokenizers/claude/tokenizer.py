"""A reconstruction of Claude's tokenizer, and how exact its counts are."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from tokencost.tokenizers.claude.markup import FRAME, NOTHING, SPACE, mark
from tokencost.tokenizers.claude.pieces import Tiling, load
from tokencost.tokenizers.token_count import TOKENS, Method, TokenCount
from tokencost.values import dataclass, regex, replace

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SPACES = re.compile("[\x00\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f]")
_QUOTES = str.maketrans("‘’“”", "''\"\"")
_THAI_AM = ("\u0e4d\u0e32", "\u0e33")  # NFC does not compose it, Claude does


def normalize(text: str, *, folds_quotes: bool) -> str:
    """Return *text* as the model reads it.

    NFC, without control characters (except tab and line feed) and private ones, and with one kind
    of space. Only the older models take curly quotes for straight ones.
    """
    if text.isascii():
        return _CONTROLS.sub("", text).replace("\x00", " ")
    text = unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))
    text = _CONTROLS.sub("", text).replace(*_THAI_AM)
    text = _PRIVATE.sub("", text)
    if folds_quotes:
        text = text.translate(_QUOTES)
    return _SPACES.sub(" ", text)


_STRETCH_AND_GAP = re.compile("([^ \t\n\u3000]*)([ \t\n\u3000]*)")
_REMEMBERED = 32_768  # stretches
_SHORT = 48  # characters; longer ones hardly ever come again
_FRAME_NEWLINES = 2  # what the frame puts after the text: one token, which can hold more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """How one generation counts.

    Attributes:
        pieces: the name of its piece list.
        frame: the tokens a user message has beside its text.
        folds_quotes: whether curly quotes are read as straight ones.
        capitals_from: the length from which a word in capitals has a marker, None for never.
        frame_ends_in_space: whether the frame ends in a marker that stands for a leading space.
    """

    pieces: str
    frame: int
    folds_quotes: bool = False
    capitals_from: int | None = None
    frame_ends_in_space: bool = True


_FAMILIES: Mapping[str, _Family] = {
    "claude-3": _Family(pieces="claude-3", frame=7, folds_quotes=True, capitals_from=4),
    "claude-4.7": _Family(pieces="claude-4.7", frame=11),
    "claude-4.8": _Family(pieces="claude-4.7", frame=6, frame_ends_in_space=False),
}

FRAMES: Mapping[str, int] = MappingProxyType(
    {name: family.frame for name, family in _FAMILIES.items()}
)
"""The tokens that a user message has beside those of its text."""


class _Priced(NamedTuple):
    cost: int
    opens: bool
    closes: bool


_NOTHING_THERE = _Priced(cost=0, opens=False, closes=False)


class _Counter:
    """Counts for one family."""

    def __init__(self, family: _Family) -> None:
        self._family = family
        self._tiling = _tiling(family.pieces)
        self._remembering = lru_cache(_REMEMBERED)(self._priced)

    def count(self, text: str, *, is_first: bool = True, is_last: bool = True) -> int:
        """Return the tokens of *text*, or of a part that was cut at a break."""
        written = normalized = normalize(text, folds_quotes=self._family.folds_quotes)
        if is_last:
            written = normalized.rstrip("\n")
        tail = self._newlines(len(normalized) - len(written))
        if not is_first:
            return tail + self._parts(written, NOTHING)
        if not self._family.frame_ends_in_space:
            return tail + self._parts(written, NOTHING)
        if text[:1] == " " == written[:1] != written[1:2]:
            written = written[1:]  # the frame's marker stands for it
        if written[:1] in ("", "\t", "\n", "\u3000"):
            return tail + 1 + self._parts(written, NOTHING)  # nothing takes the marker
        return tail + self._parts(written, FRAME)

    def _newlines(self, number: int) -> int:
        """Return what line feeds at the end cost beyond the frame's token for its own."""
        return self._tiling.cost("\n" * (number + _FRAME_NEWLINES)) - 1 if number else 0

    def _parts(self, text: str, left: str) -> int:
        total, at_seam = 0, False
        for stretch, gap in _STRETCH_AND_GAP.findall(text):
            cost, opens, closes = _NOTHING_THERE
            if stretch:
                price = self._remembering if len(stretch) <= _SHORT else self._priced
                right = SPACE if gap[:1] == " " != gap[1:2] else NOTHING
                cost, opens, closes = price(stretch, left, right)
            # One space between a closing and an opening marker is what these two stand for.
            total += cost + (at_seam and not opens)
            at_seam = closes and gap == " "
            if gap and not at_seam:
                total += self._tiling.cost(gap)
            left = SPACE if gap[-1:] == " " else NOTHING
        return total

    def _priced(self, stretch: str, left: str, right: str) -> _Priced:
        marked = mark(stretch, left=left, right=right, capitals_from=self._family.capitals_from)
        cost = sum(map(self._tiling.cost, marked.chunks)) + self._tiling.loose(marked.loose)
        return _Priced(cost, marked.opens, marked.closes)


@cache
def _tiling(name: str) -> Tiling:
    return Tiling(load(name))


@cache
def _counter(family: str) -> _Counter:
    return _Counter(_FAMILIES[family])


def count(text: str, family: str) -> int:
    """Return the tokens of *text* alone, without the frame of the message it is in.

    An empty text has none. A text of which normalization leaves nothing still has the marker that
    ends the frame of some families.

    Args:
        text: any text.
        family: a key of `FRAMES`.

    Raises:
        KeyError: there is no such family.
    """
    counter = _counter(family)
    return counter.count(text) if text else 0


def count_part(part: str, family: str, *, is_first: bool, is_last: bool) -> int:
    """Return the tokens of a part of a text that was cut at a break."""
    return _counter(family).count(part, is_first=is_first, is_last=is_last) if part else 0


# A line of characters that stay what they are is put together by itself.
BREAKS = regex("(?:(?<=[!-~一-龥。]\n)|(?<=[!-~一-龥。]\r\n))(?=[!-~一-龥])")
# Of counts that Anthropic's API had given for texts the reconstruction was not made from.
EVIDENCE: Mapping[str, str] = MappingProxyType(
    {
        "claude-3": "272 of 272 recorded counts of Claude Opus 4.5 that it was not made from",
        "claude-4.7": "272 of 272 recorded counts of Claude Opus 4.7 that it was not made from",
        "claude-4.8": "270 of 272 recorded counts of Claude Opus 5 that it was not made from, the "
        "others to 4 tokens",
    }
)
_LEAST_SLACK = 4  # tokens, the largest error among the recorded counts
_SLACK = 100  # one part in so many, for kinds of text that nobody has recorded
_ASSUMED_SLACK = 8  # the same for a model that may have another vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconstructedTokenizer:
    """Counts as Claude's tokenizer is known to, from outside.

    *reason* is why a model is taken to use it, "" if that is known.
    """

    name: str
    reason: str = ""

    @property
    def method(self) -> Method:
        """How sure its counts are."""
        return Method.ASSUMED if self.reason else Method.RECONSTRUCTED

    def measure(self, text: str) -> TokenCount:
        """Count *text*.

        Of nothing but line feeds the newest families make no token beside those of the frame; no
        recorded count says that they do not cost one.
        """
        from tokencost.tokenizers.claude import count

        counted = self._count(count(text, self.name))
        if text and not counted.expected:
            return replace(self._count(1), low=0)
        return counted

    @property
    def breaks(self) -> re.Pattern[str]:
        """Where a text may be cut."""
        return BREAKS

    def tally(self, part: str, *, is_first: bool, is_last: bool) -> Mapping[str, int]:
        """Count the tokens of a part."""
        return {TOKENS: count_part(part, self.name, is_first=is_first, is_last=is_last)}

    def total(self, tally: Mapping[str, int]) -> TokenCount:
        """Return the count of a text from that of its parts."""
        return self._count(tally[TOKENS])

    def _count(self, tokens: int) -> TokenCount:
        part = _ASSUMED_SLACK if self.reason else _SLACK
        slack = max(_LEAST_SLACK, tokens // part)
        width = f"range: {100 / part:g} % either way, at least {_LEAST_SLACK} tokens"
        basis = f"ctok's reconstruction, right on {EVIDENCE[self.name]}; {width}"
        return TokenCount(
            expected=tokens,
            low=max(min(tokens, 1), tokens - slack),
            high=tokens + slack if tokens else 0,
            method=self.method,
            tokenizer=self.name,
            basis=f"{self.reason}; {basis}" if self.reason else basis,
        )
