"""Amounts in a currency and exchange rates; decimal amounts as text."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, Inexact
from typing import Annotated

from tokencost.errors import UsageError
from tokencost.values import dataclass

_SYMBOLS = {"USD": "$", "CNY": "¥"}
# What people call currencies that have another code (ISO 4217); CNH is not a currency of lists.
_OTHER_NAMES = {
    "CNY": ("RMB", "YUAN", "RENMINBI", "CNH", "¥", "￥", "元", "人民币"),
    "USD": ("$", "US$", "DOLLAR", "DOLLARS", "美元"),
    "EUR": ("€", "EURO", "EUROS"),
}
_CODES = {name: code for code, names in _OTHER_NAMES.items() for name in (code, *names)}
# What is never below 0, such as a rate: values that callers make are asked (tokencost.arguments).
FromZero = Annotated[Decimal, "0 or more"]

_CENTS = Decimal("0.01")
_SIGNIFICANT = 3
# Wide enough for a dozen factors of the most digits a price file may give; more would be an error.
_EXACT = Context(prec=400, traps=[Inexact])
_ROUNDED = Context(prec=400)
_DIGITS = 28  # a quotient that ends within so many is exact
_QUOTIENT_DIGITS = 12  # of one that does not


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in a currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """Units of *quote* for one unit of *base*, on *day*.

    Rates of a later price file, which has the higher *layer*, come before those of an earlier one.
    """

    base: str
    quote: str
    rate: Decimal
    day: date | None
    source: str
    layer: int = 0


def check_rates(rates: Iterable[ExchangeRate]) -> None:
    """Raise UsageError unless *rates* are above 0."""
    for rate in rates:
        if rate.rate <= 0:
            raise UsageError(
                f"the rate from {rate.base} to {rate.quote} is {rate.rate}",
                hint="give how many units of the second are paid for one of the first",
            )


def currency_meant(name: str) -> str | None:
    """Return the code of the currency that people call *name*, None if nobody is known to.

    >>> currency_meant("yuan"), currency_meant("cny"), currency_meant("XYZ")
    ('CNY', 'CNY', None)
    """
    return _CODES.get(name.strip().upper())


def multiply(first: Decimal, *factors: Decimal | int) -> Decimal:
    """Return the exact product: the usual context would round it to 28 digits."""
    for factor in factors:
        first = _EXACT.multiply(first, Decimal(factor))
    return first


def has_no_end(number: Decimal) -> bool:
    """Say whether *number* has more digits than a quotient is given: a mean, of which none ends."""
    return len(number.normalize().as_tuple().digits) > _QUOTIENT_DIGITS


def round_quotient(amount: Decimal) -> Decimal:
    """Return 12 significant digits of *amount*."""
    return Context(prec=_QUOTIENT_DIGITS, rounding=ROUND_HALF_EVEN).plus(amount)


def divide(amount: Decimal, divisor: Decimal | int) -> Decimal:
    """Return the exact quotient if it ends within 28 digits, else 12 significant ones of it."""
    exact = Context(prec=_DIGITS)
    quotient = exact.divide(amount, Decimal(divisor))
    if not exact.flags[Inexact]:
        return quotient
    return round_quotient(quotient)


def subtract(first: Decimal, second: Decimal) -> Decimal:
    """Return the exact difference."""
    return _EXACT.subtract(first, second)


def sum_exact(amounts: Iterable[Decimal]) -> Decimal:
    """Return the exact sum."""
    result = Decimal()
    for amount in amounts:
        result = _EXACT.add(result, amount)
    return result


def sum_of(parts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the exact sum, None as soon as a part is not known."""
    amounts = list(parts)
    there = [amount for amount in amounts if amount is not None]
    return sum_exact(there) if len(there) == len(amounts) else None


def format_exact(amount: Decimal) -> str:
    """Return *amount* exactly, without exponent or trailing zeros: "0.0052225"."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def round_figures(number: Decimal) -> Decimal:
    """Return *number* with three significant digits, or whole if it has more before its point."""
    last = Decimal(1).scaleb(min(number.adjusted() - _SIGNIFICANT + 1, 0))
    return number.quantize(last, ROUND_HALF_EVEN, _ROUNDED)


def format_money(amount: Decimal, currency: str) -> str:
    """Return *amount* for people: two decimals, or three significant digits below 1.

    A sum that is not zero never shows as zero.
    """
    if amount < 0:
        return f"-{format_money(-amount, currency)}"
    if amount == 0:
        number = "0"
    elif amount >= 1:
        number = f"{amount.quantize(_CENTS, ROUND_HALF_EVEN, _ROUNDED):,}"
    else:
        last = Decimal(1).scaleb(amount.adjusted() - _SIGNIFICANT + 1)
        number = f"{amount.quantize(min(last, _CENTS), ROUND_HALF_EVEN, _ROUNDED):f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency}"


def format_money_range(low: Decimal, high: Decimal, currency: str) -> str:
    """Return two amounts of one currency, which is named once: "$1.20–3.00".

    Two that would read alike have as many digits as tell them apart, the range rounded outwards.
    """
    first, last = format_money(low, currency), format_money(high, currency)
    symbol = _SYMBOLS.get(currency)
    if first == last and low < high:
        place = Decimal(1).scaleb(subtract(high, low).adjusted())
        start = low.quantize(place, ROUND_FLOOR, _ROUNDED)
        end = high.quantize(place, ROUND_CEILING, _ROUNDED)
        return f"{symbol or ''}{start:,f}–{end:,f}{'' if symbol else f' {currency}'}"
    if symbol is None:
        return f"{first.removesuffix(f' {currency}')}–{last}"
    return f"{first}–{last.removeprefix(symbol)}"
