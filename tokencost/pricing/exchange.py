"""Exchange rates, and the conversion of amounts at one of them."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from tokencost.errors import NoRateError
from tokencost.money import ExchangeRate, currency_meant, divide, multiply
from tokencost.notes import Note, warning
from tokencost.values import dataclass

_OLD = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """An exchange rate in the direction that is needed, on *day*."""

    source: str
    target: str
    rate: ExchangeRate
    day: date

    @property
    def warning(self) -> Note | None:
        """What is doubtful about the rate, None if nothing is."""
        rate = self.rate
        if rate.day is None or self.day - rate.day <= _OLD:
            return None
        return warning(
            "exchange_rate_old",
            base=rate.base,
            quote=rate.quote,
            rate_day=rate.day,
            price_day=self.day,
        )

    def convert(self, amount: Decimal) -> Decimal:
        """Return *amount* in the target currency: exact, or 12 digits of a quotient without end."""
        if self.rate.base == self.source:
            return multiply(amount, self.rate.rate)
        return divide(amount, self.rate.rate)


def find_conversion(
    source: str,
    target: str,
    *,
    day: date,
    given: Sequence[ExchangeRate],
    listed: Sequence[ExchangeRate],
) -> Conversion | None:
    """Return how to convert on *day*; None if nothing needs converting.

    A given rate wins, then those of the last price file that has one; of these it is the newest
    that is not after *day*.

    Raises:
        NoRateError: there is none; two rates are never chained and none is taken as 1.
    """
    if source == target:
        return None
    pair = {source, target}
    for rate in given:
        if {rate.base, rate.quote} == pair:
            return Conversion(source=source, target=target, rate=rate, day=day)
    usable = [
        rate for rate in listed if {rate.base, rate.quote} == pair and rate.day and rate.day <= day
    ]
    if not usable:
        code = currency_meant(target) or target
        raise NoRateError(
            f"no exchange rate from {source} to {target} on {day}",
            hint=f"write {code}"
            if code != target
            else f"give one: --fx {source}/{target}=RATE, the {target} for one {source}",
            about=("currency", target),
        )
    newest = max(usable, key=lambda rate: (rate.layer, rate.day or date.min))
    return Conversion(source=source, target=target, rate=newest, day=day)
