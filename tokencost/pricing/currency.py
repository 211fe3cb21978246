"""Converting an amount at a dated rate, for display beside the native one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tokencost.errors import NoRateError
from tokencost.pricing.table import ExchangeRate


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A rate put to use in the direction that is needed."""

    source: str
    target: str
    rate: ExchangeRate

    def convert(self, amount: Decimal) -> Decimal:
        """Return *amount* of the source currency in the target currency, to 28 digits."""
        if self.rate.base == self.source:
            return amount * self.rate.rate
        return amount / self.rate.rate


def conversion(
    source: str,
    target: str,
    *,
    day: date,
    given: Sequence[ExchangeRate],
    known: Sequence[ExchangeRate],
) -> Conversion | None:
    """Return how to convert on *day*; None if nothing needs converting.

    A given rate wins; of the known ones it is the newest that is not after *day*.

    Raises:
        NoRateError: there is none; two rates are never chained and none is taken as 1.
    """
    if source == target:
        return None
    pair = {source, target}
    for rate in given:
        if {rate.base, rate.quote} == pair:
            return Conversion(source=source, target=target, rate=rate)
    usable = [
        rate for rate in known if {rate.base, rate.quote} == pair and rate.day and rate.day <= day
    ]
    if not usable:
        raise NoRateError(
            f"no exchange rate from {source} to {target} on {day}",
            hint=f"give one: --fx {source}/{target}=RATE, the {target} for one {source}",
        )
    newest = max(usable, key=lambda rate: rate.day or date.min)
    return Conversion(source=source, target=target, rate=newest)
