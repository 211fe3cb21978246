"""Counts with a range: on an assumption, or by what the families around it would count."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import ceil
from pathlib import Path
from typing import Any, ClassVar

from tokencost.tokenizers.bpe import Encoding
from tokencost.tokenizers.peers import Factors, Peer, Range, Reach, range_among
from tokencost.tokenizers.token_classes import Rulers, Tally
from tokencost.tokenizers.token_count import TOKENS, Method, TokenCount
from tokencost.values import dataclass

# The first is bad at the very scripts and languages at which others differ: that shows up best.
# It takes three digits at a time, by which digits are counted.
RULERS = ("cl100k_base", "o200k_base", "qwen2")
RANGES = Path(__file__).with_name("ranges.json")


@cache
def _ranges() -> Mapping[str, Any]:
    """Return the tables with what they rest on."""
    ranges: Mapping[str, Any] = json.loads(RANGES.read_text(encoding="utf-8"))
    return ranges


def family_names() -> tuple[str, ...]:
    """Return the families that have no vocabulary here."""
    return tuple(_ranges()["families"])


_rulers = cache(Rulers)


@cache
def _peer(name: str) -> Peer:
    """Return the factors of a family whose vocabulary is known."""
    ranges = _ranges()
    columns = zip(*ranges["peers"][name], strict=True)
    return {kind: Factors(*column) for kind, column in zip(ranges["classes"], columns, strict=True)}


@cache
def _table(name: str) -> tuple[Sequence[Peer], Reach]:
    """Return the peers of a table, and how far beyond them it reaches."""
    table = _ranges()["tables"][name]
    return [_peer(peer) for peer in table["peers"]], Reach(**table["reach"])


@lru_cache(16)  # as many models look at one text
def _without_digits(by_class: tuple[tuple[str, int], ...], table: str, open_digits: int) -> Range:
    """Return low, expected and high tokens of all but the digits."""
    peers, reach = _table(table)
    return range_among(dict(by_class), peers, reach, open_digits=open_digits)


def _between(tally: Tally, table: str, digits: str = "") -> tuple[int, int, int]:
    """Return low, expected and high tokens; a text that is not empty has at least one.

    Args:
        tally: the tokens of the text by class.
        table: whose peers, and how far beyond them.
        digits: whether a family is believed to count them "one" by one or "three" together.
            Belief moves the expected number alone: the range has room for both.
    """
    by_class, most, least, _ = tally
    if not by_class and not most:
        return 0, 0, 0
    ends = _without_digits(tuple(by_class.items()), table, most - least)
    low, expected, high = (round(end, 6) for end in ends)
    believed = {"one": most, "three": least}.get(digits, (most + least) / 2)
    middle = max(1, int(expected + believed + 0.5))
    return (
        min(middle, max(1, int(low) + least)),
        middle,
        max(middle, ceil(high) + least + tally.open_tokens),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedTokenizer:
    """Counts with a vocabulary that a model is only believed to use, and says why."""

    encoding: Encoding
    rulers: tuple[Encoding, Encoding, Encoding]
    reason: str
    method: ClassVar[Method] = Method.ASSUMED

    @property
    def name(self) -> str:
        """The vocabulary's name."""
        return self.encoding.name

    def measure(self, text: str) -> TokenCount:
        """Count *text*; the range is what another vocabulary of its kind would give."""
        return self._count(self.encoding.count(text), _rulers(*self.rulers).tally(text))

    @property
    def breaks(self) -> re.Pattern[str]:
        """Where a text may be cut; where the vocabulary lets it, the rulers do as well."""
        return self.encoding.breaks

    def tally(self, part: str, *, is_first: bool, is_last: bool) -> Mapping[str, int]:  # noqa: ARG002
        """Count the tokens of a part, and those of the rulers by class."""
        tally = _rulers(*self.rulers).tally_part(part, is_first=is_first)
        return {**tally.numbers, TOKENS: self.encoding.count_part(part, is_first=is_first)}

    def total(self, tally: Mapping[str, int]) -> TokenCount:
        """Return the count of a text from that of its parts."""
        return self._count(tally[TOKENS], Tally.of(tally))

    def _count(self, count: int, tally: Tally) -> TokenCount:
        ranges = _ranges()
        table = ranges["assumed"].get(self.name, ranges["assumed_of_any_other"])
        low, _, high = _between(tally, table)
        return TokenCount(
            expected=count,
            low=min(low, count),
            high=max(high, count),
            method=self.method,
            tokenizer=self.name,
            basis=f"{self.reason}; range: what other vocabularies of its kind would give",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedTokenizer:
    """Counts with rulers, vocabularies of others, and reaches as far as its peers lie apart."""

    name: str
    rulers: tuple[Encoding, Encoding, Encoding]
    reason: str = ""
    method: ClassVar[Method] = Method.ESTIMATED

    def measure(self, text: str) -> TokenCount:
        """Estimate the tokens of *text* from those of the rulers."""
        return self._count(_rulers(*self.rulers).tally(text))

    @property
    def breaks(self) -> re.Pattern[str]:
        """Where a text may be cut."""
        return self.rulers[0].breaks

    def tally(self, part: str, *, is_first: bool, is_last: bool) -> Mapping[str, int]:  # noqa: ARG002
        """Count the rulers' tokens of a part by class."""
        return _rulers(*self.rulers).tally_part(part, is_first=is_first).numbers

    def total(self, tally: Mapping[str, int]) -> TokenCount:
        """Return the count of a text from that of its parts."""
        return self._count(Tally.of(tally))

    def _count(self, tally: Tally) -> TokenCount:
        family = _ranges()["families"][self.name]
        low, expected, high = _between(tally, family["table"], family.get("digits", ""))
        return TokenCount(
            expected=expected,
            low=low,
            high=high,
            method=self.method,
            tokenizer=self.name,
            basis=self._basis(family["table"], family["because"]),
        )

    def _basis(self, table: str, because: str) -> str:
        rests_on = _ranges()["tables"][table]["rests_on"]
        *names, last = (ruler.name for ruler in self.rulers)
        rulers = f"{', '.join(names)} and {last}"
        how = f"{rulers} times factors by script and kind of token, table {table}"
        apart = "with a range at least as wide as they lie apart"
        return "; ".join(filter(None, (f"{how}: {rests_on}, {apart}", because, self.reason)))
