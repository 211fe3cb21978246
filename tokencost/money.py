"""Decimal amounts as text, for people and for programs."""

from decimal import ROUND_HALF_EVEN, Decimal

_SYMBOLS = {"USD": "$", "CNY": "¥"}
_CENTS = Decimal("0.01")
_SIGNIFICANT = 3


def plain(amount: Decimal) -> str:
    """Return *amount* exactly, without exponent or trailing zeros: "0.0052225"."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(amount: Decimal, currency: str) -> str:
    """Return *amount* for people: two decimals, or three significant digits below 1.

    A sum that is not zero never shows as zero.
    """
    if amount < 0:
        return f"-{shown(-amount, currency)}"
    if amount == 0:
        number = "0"
    elif amount >= 1:
        number = f"{amount.quantize(_CENTS, ROUND_HALF_EVEN):,}"
    else:
        last = Decimal(1).scaleb(amount.adjusted() - _SIGNIFICANT + 1)
        number = f"{amount.quantize(min(last, _CENTS), ROUND_HALF_EVEN):f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency}"
