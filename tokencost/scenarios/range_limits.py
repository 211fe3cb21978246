"""Limits that lie within the range of a count: on which side of them a request is nobody knows."""

from collections.abc import Iterator, Sequence

from tokencost.estimates.results import Estimate
from tokencost.notes import Note, assumed
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRange:
    """How far a count may be off: *low* and *high* where *expected* is counted."""

    low: int = 1
    expected: int = 1
    high: int = 1

    @classmethod
    def of(cls, results: Sequence[Estimate]) -> "CountRange":
        """Return the range of all *results* together; an open one ends at what is counted."""
        tokens = [result.tokens for result in results if result.tokens.expected]
        if not tokens:
            return cls()
        return cls(
            low=sum(count.low for count in tokens),
            expected=sum(count.expected for count in tokens),
            high=sum(count.expected if count.high is None else count.high for count in tokens),
        )

    def least(self, tokens: int) -> int:
        """Return what *tokens* of such a count are at least."""
        return tokens * self.low // self.expected

    def most(self, tokens: int) -> int:
        """Return what *tokens* of such a count are at most."""
        return -(-tokens * self.high // self.expected)


def limit_within(results: Sequence[Estimate]) -> Note | None:
    """Return the first tier or window that is within the range of an input, None without one."""
    return next((note for result in results for note in _limits(result)), None)


def _limits(result: Estimate) -> Iterator[Note]:
    low, high = result.tokens.low, result.tokens.high
    if high is None or low == high or result.quote is None:
        return
    model, price = result.offer.model, result.quote.price
    for tier in price.rates.tiers:
        for last in ((tier.input_from or 0) - 1, tier.input_to or 0):
            if low <= last < high:
                yield assumed("tier_within_range", last=last, low=low, high=high)
    rest = result.output.expected
    windows = (
        model.context and model.context - rest,
        model.max_input,
        price.conditions.input_max,
    )
    for window in filter(None, windows):
        if low <= window < high:
            yield assumed("window_within_range", window=window, low=low, high=high)
