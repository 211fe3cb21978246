"""How calls that arrive at random meet what lives for a while."""

from datetime import timedelta
from decimal import Context, Decimal

_HOUR = timedelta(hours=1)
_DIGITS = Context(prec=28)


def hit_share(rate: Decimal, lifetime: timedelta, *, is_sliding: bool) -> Decimal:
    """Return the share of calls that find an entry alive, for *rate* calls an hour.

    Calls arrive independently of one another (a Poisson process). An entry whose life begins
    anew with each hit is alive if the gap before the call is no longer than it: 1 - exp(-rate
    ttl). One of fixed life serves `rate ttl` hits for each call that writes it: rate ttl / (1 +
    rate ttl).
    """
    expected = _DIGITS.multiply(rate, hours(lifetime))
    if is_sliding:
        return _DIGITS.subtract(Decimal(1), _DIGITS.exp(-expected))
    return _DIGITS.divide(expected, 1 + expected)


def rate_for(share: Decimal, lifetime: timedelta, *, is_sliding: bool) -> Decimal:
    """Return how many calls an hour it takes for *share* of them to hit: `hit_share` inverted."""
    needed = -_DIGITS.ln(1 - share) if is_sliding else _DIGITS.divide(share, 1 - share)
    return _DIGITS.divide(needed, hours(lifetime))


def hours(lifetime: timedelta) -> Decimal:
    """Return *lifetime* in hours."""
    return Decimal(lifetime // timedelta(seconds=1)) / Decimal(_HOUR // timedelta(seconds=1))
