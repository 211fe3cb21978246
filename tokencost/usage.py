"""Tokens of one request, split the way providers bill them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# Larger than any request, and small enough that cost is exact within Decimal's 28 digits.
MOST_TOKENS = 10**12

_NOTHING_WRITTEN: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one request.

    The input counts are disjoint: a token read from a cache is not an uncached one as well.
    `cache_write` is keyed by time to live as the price table spells it ("5m", "1h").
    """

    uncached: int = 0
    cache_read: int = 0
    cache_write: Mapping[str, int] = field(default_factory=lambda: _NOTHING_WRITTEN)
    output: int = 0

    def __post_init__(self) -> None:
        """Reject counts that no provider could report."""
        if min(self.uncached, self.cache_read, self.output, *self.cache_write.values(), 0) < 0:
            raise ValueError(f"token counts cannot be negative: {self}")

    @property
    def cache_written(self) -> int:
        """Tokens written to a cache, whatever their time to live."""
        return sum(self.cache_write.values())

    @property
    def input(self) -> int:
        """Every token of the input, the number that picks a price tier."""
        return self.uncached + self.cache_read + self.cache_written
