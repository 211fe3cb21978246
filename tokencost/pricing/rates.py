"""Rates of a price row, and how tiers and modes change them."""

from collections.abc import Mapping
from dataclasses import field, fields
from decimal import Decimal
from enum import StrEnum

from tokencost.money import FromZero, multiply
from tokencost.usage import CacheKind, Ttl
from tokencost.values import dataclass, replace


class Mode(StrEnum):
    """How a request is processed: each mode has a price of its own."""

    STANDARD = "standard"
    BATCH = "batch"
    FLEX = "flex"
    PRIORITY = "priority"
    FAST = "fast"
    ULTRAFAST = "ultrafast"


# Those that a price row says beside its standard rates.
SPECIAL_MODES = tuple(mode for mode in Mode if mode != Mode.STANDARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Money per million tokens in the currency of a site; None is unknown, never free.

    `cache_write` is keyed by time to live; `cache_storage_hour` is per million tokens
    and hour.
    """

    input: FromZero | None = None
    output: FromZero | None = None
    output_thinking: FromZero | None = None
    cache_read: FromZero | None = None
    cache_read_explicit: FromZero | None = None
    cache_storage_hour: FromZero | None = None
    cache_write: Mapping[Ttl, FromZero] = field(default_factory=dict)

    def scaled(self, factor: Decimal) -> "Rates":
        """Return every known rate times *factor*."""
        scaled = {
            name: None if rate is None else multiply(rate, factor)
            for name, rate in self.single().items()
        }
        written = {ttl: multiply(rate, factor) for ttl, rate in self.cache_write.items()}
        return Rates(**scaled, cache_write=written)

    def overridden(self, rates: "Rates") -> "Rates":
        """Return these rates with those that are known of *rates* in their place."""
        single = {name: rate for name, rate in rates.single().items() if rate is not None}
        return replace(self, **single, cache_write={**self.cache_write, **rates.cache_write})

    def has_all_of(self, rates: "Rates") -> bool:
        """Say whether every rate that *rates* know is known here too."""
        own = self.single()
        singles = (
            own[name] is not None for name, rate in rates.single().items() if rate is not None
        )
        return all(singles) and rates.cache_write.keys() <= self.cache_write.keys()

    def with_caches_of(self, rates: "Rates") -> "Rates":
        """Return these rates with the cache rates of *rates*."""
        return replace(
            self,
            cache_read=rates.cache_read,
            cache_read_explicit=rates.cache_read_explicit,
            cache_storage_hour=rates.cache_storage_hour,
            cache_write=rates.cache_write,
        )

    def without_cache_discounts(self) -> "Rates":
        """Return the rates with every cached token, read or written, at the rate of input."""
        return replace(
            self,
            cache_read=None if self.cache_read is None else self.input,
            cache_read_explicit=None if self.cache_read_explicit is None else self.input,
            cache_write=dict.fromkeys(self.cache_write, self.input) if self.input else {},
        )

    def read_from(self, cache: CacheKind | None) -> "Rates":
        """Return the rates with the explicit cache's read rate in the place of the implicit."""
        if cache != CacheKind.EXPLICIT or self.cache_read_explicit is None:
            return self
        return replace(self, cache_read=self.cache_read_explicit)

    def single(self) -> dict[str, Decimal | None]:
        """Return the rates that are one number, by name."""
        return {name: getattr(self, name) for name in SINGLE_RATES}


SINGLE_RATES = tuple(rate.name for rate in fields(Rates) if rate.name != "cache_write")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Other rates for the whole request when its tokens lie within all bounds (inclusive).

    Input is the total input, cached tokens included; None leaves a side open.
    """

    rates: Rates
    input_from: int | None = None
    input_to: int | None = None
    output_from: int | None = None
    output_to: int | None = None

    def holds(self, *, input_tokens: int, output_tokens: int) -> bool:
        """Say whether a request of this size is priced by this tier."""
        return _within(input_tokens, self.input_from, self.input_to) and _within(
            output_tokens, self.output_from, self.output_to
        )

    def is_of_sizes_of(self, tier: "Tier") -> bool:
        """Say whether this tier has the bounds of *tier*."""
        return self == replace(tier, rates=self.rates)

    def covers(self, tier: "Tier") -> bool:
        """Say whether this tier holds wherever *tier* does."""
        return _covers((self.input_from, self.input_to), (tier.input_from, tier.input_to)) and (
            _covers((self.output_from, self.output_to), (tier.output_from, tier.output_to))
        )

    @property
    def label(self) -> str:
        """The bounds in words, such as "input > 32,000"."""
        parts = []
        for what, low, high in (
            ("input", self.input_from, self.input_to),
            ("output", self.output_from, self.output_to),
        ):
            if low is not None:
                parts.append(f"{what} >= {low:,}")
            if high is not None:
                parts.append(f"{what} <= {high:,}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard:
    """Every rate of a price row: the base rates, and what tiers and modes make of them.

    A mode is a factor on the standard rates, or has rates of its own. `list_rates` and their
    `list_tiers` are those that a promotion undercuts.
    """

    base: Rates
    tiers: tuple[Tier, ...] = ()
    modes: Mapping[Mode, FromZero | Rates] = field(default_factory=dict)
    fees: Mapping[str, FromZero] = field(default_factory=dict)
    list_rates: Rates | None = None
    list_tiers: tuple[Tier, ...] = ()

    def scaled(self, factor: Decimal) -> "RateCard":
        """Return the card with every rate times *factor*; fees and factors of modes stay."""
        return RateCard(
            base=self.base.scaled(factor),
            tiers=_scaled_tiers(self.tiers, factor),
            modes={
                mode: rates.scaled(factor) if isinstance(rates, Rates) else rates
                for mode, rates in self.modes.items()
            },
            fees=self.fees,
            list_rates=self.list_rates and self.list_rates.scaled(factor),
            list_tiers=_scaled_tiers(self.list_tiers, factor),
        )

    @property
    def listed(self) -> "RateCard | None":
        """The card of the list price; None unless that says every rate of every tier.

        A factor of a mode holds for it as well; what a mode costs by rates of its own is not known.
        """
        if self.list_rates is None or not self.list_rates.has_all_of(self.base):
            return None
        for tier in self.tiers:
            listed = next((one for one in self.list_tiers if one.is_of_sizes_of(tier)), None)
            if listed is None or not listed.rates.has_all_of(tier.rates):
                return None
        factors = {mode: by for mode, by in self.modes.items() if isinstance(by, Decimal)}
        return RateCard(base=self.list_rates, tiers=self.list_tiers, modes=factors, fees=self.fees)

    def tier_for(self, *, input_tokens: int, output_tokens: int) -> Tier | None:
        """Return the last tier that a request of this size is in, None for the base."""
        for tier in reversed(self.tiers):
            if tier.holds(input_tokens=input_tokens, output_tokens=output_tokens):
                return tier
        return None

    def in_tier(self, tier: Tier | None) -> Rates:
        """Return the standard rates of *tier*, the base rates for None."""
        return self.base if tier is None else self.base.overridden(tier.rates)


def _scaled_tiers(tiers: tuple[Tier, ...], factor: Decimal) -> tuple[Tier, ...]:
    return tuple(replace(tier, rates=tier.rates.scaled(factor)) for tier in tiers)


def _within(tokens: int, low: int | None, high: int | None) -> bool:
    return (low is None or tokens >= low) and (high is None or tokens <= high)


def _covers(outer: tuple[int | None, int | None], inner: tuple[int | None, int | None]) -> bool:
    low = outer[0] is None or (inner[0] or 0) >= outer[0]
    return low and (outer[1] is None or (inner[1] is not None and inner[1] <= outer[1]))
