"""A count of tokens with its method and range."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from tokencost.errors import UsageError
from tokencost.values import dataclass, replace

if TYPE_CHECKING:  # texts need none of it
    from tokencost.inputs.request import UncountedPart


TOKENS = "tokens"  # what every tally has


class Method(StrEnum):
    """How sure a count is, the surest first."""

    EXACT = "exact"  # the model's own vocabulary
    SUPPLIED = "supplied"  # not counted at all: the caller said the number
    RECONSTRUCTED = "reconstructed"  # a closed tokenizer, rebuilt from recorded counts
    ASSUMED = "assumed"  # a vocabulary the model very probably uses
    ESTIMATED = "estimated"  # another vocabulary times factors measured for each script


_LESS_SURE = {method: place for place, method in enumerate(Method)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCount:
    """Tokens of a text: `low <= expected <= high`, all equal if there is nothing to doubt.

    `high` is None where the range is open: something is billed that is not counted. `basis` says
    in a sentence what a count that is not exact rests on. `overhead` is the part of `expected` that
    the message format and the tools of a request add, `overhead_basis` what that rests on, "" for
    a plain text. `uncounted` names what of a request is billed and not counted, with its place.
    """

    expected: int
    low: int
    high: int | None
    method: Method
    tokenizer: str | None
    basis: str = ""
    overhead: int = 0
    overhead_basis: str = ""
    uncounted: "tuple[UncountedPart, ...]" = ()

    def __post_init__(self) -> None:
        """Reject a range that does not hold its own count, or an exact count with a range."""
        high = self.expected if self.high is None else self.high
        if not 0 <= self.low <= self.expected <= high:
            raise UsageError(f"not a range: {self}", hint="give low <= expected <= high, from 0")
        if self.low != self.high and self.is_exact:
            raise UsageError(f"an exact count has no range: {self}", hint="give low = high")

    @property
    def is_exact(self) -> bool:
        """Whether the count is exact, or was given."""
        return self.method in (Method.EXACT, Method.SUPPLIED)

    def holds(self, tokens: int) -> bool:
        """Say whether *tokens* lie in the range."""
        return self.low <= tokens and (self.high is None or tokens <= self.high)

    def beyond(self, rest: "TokenCount") -> "TokenCount":
        """Return what this count has beyond *rest*, a part of it, at both ends of the range."""
        expected = self.expected - rest.expected
        high = None if self.high is None or rest.high is None else self.high - rest.high
        return replace(
            self,
            expected=expected,
            low=min(expected, max(0, self.low - rest.low)),
            high=None if high is None else max(expected, high),
            overhead=max(0, self.overhead - rest.overhead),
        )

    def bounded(self, allowance: int | None) -> "TokenCount":
        """Return the count with what is not counted: open above, or with *allowance* for it.

        An allowance is expected, and the most; the low end is without it. The count is not exact
        either way.
        """
        if not self.uncounted:
            return self
        method = Method.ASSUMED if self.is_exact else self.method
        basis = self.basis or "what is text is exact, and not all of it is text"
        bounded = replace(self, high=None, method=method, basis=basis)
        if allowance is None or self.high is None:
            return bounded
        return replace(bounded, expected=self.expected + allowance, high=self.high + allowance)

    def _is_like(self, other: "TokenCount") -> bool:
        """Whether both are counted alike and in full, as most counts that are added up."""
        return (
            self.method is other.method
            and self.tokenizer == other.tokenizer
            and self.basis == other.basis
            and self.overhead_basis == other.overhead_basis
            and self.high is not None
            and not self.uncounted
        )

    @classmethod
    def sum(cls, counts: Sequence["TokenCount"]) -> "TokenCount":
        """Return *counts* together, which are as sure as the least sure of them.

        Tokenizer and basis are those of the least sure counts, if these agree.

        Raises:
            UsageError: there are no counts, so nothing says how sure they are.
        """
        if not counts:
            raise UsageError("no counts to add up", hint="give at least one")
        if len(counts) == 1:
            return counts[0]
        first = counts[0]
        expected = low = high = overhead = 0
        for count in counts:
            if not count._is_like(first):
                break
            expected += count.expected
            low += count.low
            high += count.high or 0
            overhead += count.overhead
        else:
            return cls(
                expected=expected,
                low=low,
                high=high,
                method=first.method,
                tokenizer=first.tokenizer,
                basis=first.basis,
                overhead=overhead,
                overhead_basis=first.overhead_basis,
            )
        method = max((count.method for count in counts), key=_LESS_SURE.__getitem__)
        highs = [count.high for count in counts if count.high is not None]
        weakest = [count for count in counts if count.method is method]
        return cls(
            expected=sum(count.expected for count in counts),
            low=sum(count.low for count in counts),
            high=sum(highs) if len(highs) == len(counts) else None,
            method=method,
            tokenizer=_common(count.tokenizer for count in weakest),
            basis=_common(count.basis for count in weakest) or "",
            overhead=sum(count.overhead for count in counts),
            overhead_basis=_common(filter(None, (count.overhead_basis for count in counts))) or "",
            uncounted=tuple(part for count in counts for part in count.uncounted),
        )


def _common(values: Iterable[str | None]) -> str | None:
    """Return the value that all of *values* have, None if they differ."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


class Divisible(Protocol):
    """A tokenizer that can count a text part by part."""

    @property
    def breaks(self) -> re.Pattern[str]:
        """Where a text may be cut."""
        ...

    def tally(self, part: str, *, is_first: bool, is_last: bool) -> Mapping[str, int]:
        """Count what a part has; of several parts the numbers add up."""
        ...

    def total(self, tally: Mapping[str, int]) -> TokenCount:
        """Return the count of a text from what its parts have together."""
        ...


class Tokenizer(Protocol):
    """Anything that counts."""

    @property
    def name(self) -> str:
        """The name the price table uses."""
        ...

    @property
    def method(self) -> Method:
        """How sure its counts are."""
        ...

    def measure(self, text: str) -> TokenCount:
        """Count *text* as plain text."""
        ...
