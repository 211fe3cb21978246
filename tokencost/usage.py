"""Tokens of one request as providers bill them; sizes and volumes given as numbers."""

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

from tokencost.errors import UsageError
from tokencost.values import dataclass

# Larger than any request, and small enough that cost is exact within Decimal's 28 digits.
MOST_TOKENS = 10**12

_NOTHING_WRITTEN: Mapping["Ttl", int] = MappingProxyType({})


class CacheKind(StrEnum):
    """Who decides what is cached: the provider by itself, or marks in the request."""

    IMPLICIT = "implicit"
    EXPLICIT = "explicit"


NO_CACHE: Literal["none"] = "none"
CacheChoice = CacheKind | Literal["none"]  # which cache of a provider is used, if any


_DAY = 24 * 3_600  # seconds
_SIZES = (("h", 3_600), ("m", 60), ("s", 1))
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: str) -> timedelta:
    """Read 0 to 999999 seconds, minutes, hours or days: `90s`, `5m`, `12h` or `7d`.

    Raises:
        UsageError: the text is not a duration.

    Examples:
        >>> tokencost.parse_duration("90s")
        datetime.timedelta(seconds=90)
    """
    if not _is_duration(text):
        raise UsageError(f"{text!r:.80} is not a duration", hint="write 90s, 5m, 2h or 1d")
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def _is_duration(text: str) -> bool:
    number = text[:-1]
    return text[-1:] in _UNITS and len(number) <= 6 and number.isascii() and number.isdecimal()


def _spelled(lifetime: timedelta) -> str:
    seconds = lifetime // timedelta(seconds=1)
    if seconds % _DAY == 0 and seconds >= 2 * _DAY:
        return f"{seconds // _DAY}d"
    unit, size = next((unit, size) for unit, size in _SIZES if seconds % size == 0)
    return f"{seconds // size}{unit}"


class Ttl(str):
    """A time to live such as "5m", spelled in the largest unit that it is whole in, from "2d" days.

    Equal times are equal however they are written: "60m" and "3600s" are "1h", "1d" is "24h".

    Raises:
        UsageError: the text is not a time to live.
    """

    __slots__ = ()

    def __new__(cls, text: object) -> "Ttl":
        """Accept a duration that does not begin with 0."""
        if not isinstance(text, str) or text.startswith("0") or not _is_duration(text):
            raise UsageError(f"{text!r:.80} is not a time to live", hint='give Ttl("5m")')
        return super().__new__(cls, _spelled(parse_duration(text)))

    @property
    def lifetime(self) -> timedelta:
        """How long it is."""
        return parse_duration(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one request.

    The input counts are disjoint: a token read from a cache is not an uncached one as well.
    `cache_write` is keyed by time to live.
    """

    uncached_input: int = 0
    cache_read: int = 0
    cache_write: Mapping[Ttl, int] = field(default_factory=lambda: _NOTHING_WRITTEN)
    output: int = 0

    def __post_init__(self) -> None:
        """Reject counts that no provider could report."""
        if (
            min(self.uncached_input, self.cache_read, self.output, *self.cache_write.values(), 0)
            < 0
        ):
            raise UsageError(f"token counts cannot be negative: {self}", hint="give counts from 0")

    @property
    def cache_written(self) -> int:
        """Tokens written to a cache, whatever their time to live."""
        return sum(self.cache_write.values())

    @property
    def input(self) -> int:
        """Every token of the input, the number that picks a price tier."""
        return self.uncached_input + self.cache_read + self.cache_written


DAYS_PER_MONTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputTokens:
    """Output tokens, which nobody knows beforehand: `low <= expected <= high`."""

    low: int = 0
    expected: int = 0
    high: int = 0

    def __post_init__(self) -> None:
        """Reject what is not a range."""
        if not 0 <= self.low <= self.expected <= self.high <= MOST_TOKENS:
            raise UsageError(
                f"output tokens must rise from 0 to at most {MOST_TOKENS:,}: "
                f"{self.low:,}-{self.expected:,}-{self.high:,}",
                hint="write 500, 200-800 or 200-400-800",
            )

    @classmethod
    def of(cls, size: "OutputSize") -> "OutputTokens":
        """Return a number, or a range with or without what is expected, as output tokens.

        Of two numbers the expected one lies halfway, rounded up.

        Raises:
            UsageError: *size* is none of these.
        """
        if isinstance(size, cls):
            return size
        ends: list[Any] = list(size) if isinstance(size, tuple | list) else [size, size]
        if not 2 <= len(ends) <= 3 or not all(map(_is_whole, ends)):
            raise UsageError(
                f"output tokens {size!r} are not a whole number or a range of them",
                hint="give 500, (200, 800) or (200, 400, 800)",
            )
        low, high = int(ends[0]), int(ends[-1])
        expected = int(ends[1]) if len(ends) == 3 else -(-(low + high) // 2)
        return cls(low=low, expected=expected, high=high)

    def times(self, outputs: int) -> "OutputTokens":
        """Return the tokens of so many outputs of this size."""
        if outputs == 1:
            return self
        return OutputTokens(
            low=self.low * outputs, expected=self.expected * outputs, high=self.high * outputs
        )


OutputSize = int | tuple[int, int] | tuple[int, int, int] | OutputTokens


def _is_whole(number: object) -> bool:
    return hasattr(number, "__index__") and not isinstance(number, bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputTokens:
    """An input of which only the size is known; the cached parts belong to `total`.

    `cache_write` is a number of tokens, written for `cache_ttl` or else for the first time to live
    that the provider lists, or a number for each time to live. `cache` says which of a provider's
    two caches was read.
    """

    total: int
    cached: int = 0
    cache_write: int | Mapping[Ttl, int] = 0
    cache_ttl: Ttl | None = None
    cache: CacheKind | None = None

    def __post_init__(self) -> None:
        """Reject sizes that contradict each other."""
        counts = (self.total, self.cached, *self.written.values())
        if min(counts) < 0 or max(counts) > MOST_TOKENS:
            raise UsageError(
                f"token counts cannot be negative or above {MOST_TOKENS:,}: "
                f"input {self.total}, cached {self.cached}, cache write {self.cache_written}",
                hint="give whole numbers from 0",
            )
        if self.cached + self.cache_written > self.total:
            raise UsageError(
                f"{self.cached:,} cached and {self.cache_written:,} written tokens "
                f"are more than the {self.total:,} of the input",
                hint="--input-tokens is the whole input, of which the cached tokens are a part",
            )
        if self.cache_ttl and isinstance(self.cache_write, Mapping):
            raise UsageError(
                "the time to live of cache writes is given twice",
                hint="leave --cache-ttl out beside --cache-write-tokens 5m=200",
            )

    @property
    def written(self) -> Mapping[Ttl | None, int]:
        """Tokens written by time to live; None stands for the first that the provider lists."""
        if isinstance(self.cache_write, Mapping):
            return {Ttl(ttl): tokens for ttl, tokens in self.cache_write.items() if tokens}
        return {self.cache_ttl: self.cache_write} if self.cache_write else {}

    @property
    def cache_written(self) -> int:
        """Tokens written to a cache, whatever their time to live."""
        return sum(self.written.values())

    @property
    def is_split(self) -> bool:
        """Whether it is said which tokens are cached: the rest is plain input."""
        return bool(self.cached or self.written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How often a request is sent; a month has 30 days."""

    per_month: Decimal

    @property
    def per_hour(self) -> Decimal:
        """The mean number in an hour."""
        return self.per_month / (24 * DAYS_PER_MONTH)

    def __post_init__(self) -> None:
        """Reject a volume of nothing."""
        if not 0 < self.per_month <= MOST_TOKENS:
            raise UsageError(
                f"the volume must be above 0 and plausible, not {self.per_month} a month",
                hint="write 20000/day or 600000/month",
            )
