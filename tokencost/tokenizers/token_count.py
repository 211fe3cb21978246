"""A count of tokens with its method and range."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Method(StrEnum):
    """How sure a count is, the surest first."""

    EXACT = "exact"  # the model's own vocabulary
    SUPPLIED = "given"  # not counted at all: the caller said the number
    RECONSTRUCTED = "reconstructed"  # a closed tokenizer, rebuilt from recorded counts
    ASSUMED = "assumed"  # a vocabulary the model very probably uses
    ESTIMATED = "estimated"  # another vocabulary times factors measured per kind of content


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCount:
    """Tokens of a text: `low <= expected <= high`, all equal if there is nothing to doubt.

    `basis` says in a sentence what a count that is not exact rests on. `overhead` is the part of
    `expected` that the message format and the tools of a request add, `overhead_basis` what that
    rests on, "" for a plain text.
    """

    expected: int
    low: int
    high: int
    method: Method
    tokenizer: str | None
    basis: str = ""
    overhead: int = 0
    overhead_basis: str = ""

    def __post_init__(self) -> None:
        """Reject a band that does not hold its own count, or an exact count with a band."""
        if not 0 <= self.low <= self.expected <= self.high:
            raise ValueError(f"not a band: {self}")
        if self.is_exact and self.low != self.high:
            raise ValueError(f"an exact count has no band: {self}")

    @property
    def is_exact(self) -> bool:
        """Whether the count is exact, or was given."""
        return self.method in (Method.EXACT, Method.SUPPLIED)


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
