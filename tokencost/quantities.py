"""Texts as values: counts, sizes, shares, money, rates, times; an error names what they are of.

The first argument of a parser is what the text is given with: an option or a key of a file.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tokencost.errors import UsageError
from tokencost.values import regex

if TYPE_CHECKING:  # imported where used: `count` alone needs none of it
    from tokencost.money import ExchangeRate, Money
    from tokencost.usage import OutputTokens, Volume

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)(?:\.[0-9]+)?"
_COUNT = regex(rf"(?P<number>{_NUMBER})(?P<unit>[kKM]?)")
_SIZE = regex(rf"(?P<number>{_NUMBER})(?P<unit>[kKMG]?)B?")
_UNITS = {"": 1, "k": 1000, "K": 1000, "M": 1_000_000, "G": 1_000_000_000}
_SHARE = regex(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<percent>%?)")
_AMOUNT = regex(
    rf"(?P<symbol>[$¥￥])\s*(?P<number>{_NUMBER})|(?P<amount>{_NUMBER})\s*(?P<currency>[A-Za-z]{{3}})"
)
_AMOUNT_IN_WORDS = regex(rf"(?P<before>\D*?)\s*(?P<number>{_NUMBER})\s*(?P<after>\D*)")
_SYMBOLS = {"$": "USD", "¥": "CNY", "￥": "CNY"}
_FX = regex(r"(?P<base>[A-Za-z]{3})/(?P<quote>[A-Za-z]{3})=(?P<rate>[0-9]{1,9}(?:\.[0-9]{1,9})?)")
_MOST_DIGITS = 18  # of a count, separators included
_MOST_CHARACTERS = 60  # of a share or an amount of money
_VOLUME = regex(rf"(?P<number>{_NUMBER})(?P<unit>[kKM]?)/(?P<period>hour|day|month)")
_MONTHLY = {"hour": Decimal(24 * 30), "day": Decimal(30), "month": Decimal(1)}


def count(option: str, text: str) -> int:
    """Parse a whole number of tokens or calls: `500`, `10k`, `1.5M`, `10_000` or `10,000`."""
    number = _count(text)
    if number is None:
        raise UsageError(
            f'{option} "{text}" is not a whole number',
            hint=f"write a number from 0: {option} 500, 10k or 1.5M",
        )
    return number


def is_count(text: str) -> bool:
    """Say whether `count` takes *text*."""
    return _count(text) is not None


def _count(text: str) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        return int(text)
    match = _COUNT.fullmatch(text)
    if match is None or len(text) > _MOST_DIGITS or ("." in text and not match["unit"]):
        return None
    number = _decimal(match["number"]) * _UNITS[match["unit"]]
    return int(number) if number == int(number) else None


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", "").replace("_", ""))


def positive_count(option: str, text: str) -> int:
    """Parse a whole number from 1."""
    number = count(option, text)
    if not number:
        raise UsageError(f'{option} must be at least 1, not "{text}"', hint=f"write {option} 10")
    return number


def size(option: str, text: str) -> int:
    """Parse a number of bytes: `500k`, `10M`, `2G` or `2GB`."""
    match = _SIZE.fullmatch(text)
    if match is None or len(text) > _MOST_DIGITS:
        raise UsageError(
            f'{option} "{text}" is not a size', hint=f"write bytes: {option} 500k, 10M or 2G"
        )
    return int(_decimal(match["number"]) * _UNITS[match["unit"]])


def output_tokens(option: str, text: str) -> "OutputTokens":
    """Parse `500`, `1k-2k` (expected halfway, rounded up) or `200-400-800`."""
    from tokencost.usage import OutputTokens

    parts = text.split("-")
    if not 1 <= len(parts) <= 3 or not all(map(is_count, parts)):
        raise UsageError(
            f'{option} "{text}" is not a number of tokens', hint="write 500, 200-800 or 200-400-800"
        )
    numbers = [count(option, part) for part in parts]
    if numbers != sorted(numbers):
        raise UsageError(f'{option} "{text}" runs backwards', hint="write the lower number first")
    expected = numbers[1] if len(numbers) == 3 else -(-(numbers[0] + numbers[-1]) // 2)
    return OutputTokens(low=numbers[0], expected=expected, high=numbers[-1])


def volume(option: str, text: str) -> "Volume":
    """Parse `20k/day`, `2.5/hour` or `600_000/month`: how often, on average."""
    from tokencost.usage import Volume

    match = _VOLUME.fullmatch(text)
    number = Decimal() if match is None else _decimal(match["number"]) * _UNITS[match["unit"]]
    if match is None or not number or len(text) > _MOST_DIGITS:
        hint = "write 20k/day, 2.5/hour or 600000/month"
        if is_count(text) and count(option, text):
            hint = f"say how often: {text}/hour, {text}/day or {text}/month"
        raise UsageError(f'{option} "{text}" is not a volume', hint=hint)
    return Volume(per_month=number * _MONTHLY[match["period"]])


def share(option: str, text: str) -> Decimal:
    """Parse a share: `0.9` or `90%`."""
    match = _SHARE.fullmatch(text)
    if match is not None and len(text) <= _MOST_CHARACTERS:
        number = _percent(match["number"]) if match["percent"] else Decimal(match["number"])
        if number <= 1:
            return number
    raise UsageError(f'{option} "{text}" is not a share', hint="write 0.9 or 90%")


def _percent(number: str) -> Decimal:
    """Return a number of percent as the share it is: "90" is 0.9, not 0.90."""
    text = f"{Decimal(f'{number}e-2'):f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def money(option: str, text: str) -> "Money":
    """Parse `0.02USD`, `$0.02` or `¥0.1`; the code of a currency in any case."""
    from tokencost.money import Money

    match = _AMOUNT.fullmatch(text)
    code = match and (_SYMBOLS.get(match["symbol"]) or _code(match["currency"]))
    if match is None or code is None or len(text) > _MOST_CHARACTERS:
        raise UsageError(
            f'{option} "{text}" is not an amount of money',
            hint=f"write {_amount_meant(text) or '0.02USD, $0.02 or ¥0.1'}",
        )
    return Money(amount=_decimal(match["number"] or match["amount"]), currency=code)


def _amount_meant(text: str) -> str:
    """Return an amount whose currency has another name as it is written, "" if it has none."""
    from tokencost.money import currency_meant

    words = _AMOUNT_IN_WORDS.fullmatch(text) if len(text) <= _MOST_CHARACTERS else None
    code = words and currency_meant(words["before"] or words["after"])
    return f"{words['number']}{code}" if words and code else ""


def _code(name: str) -> str | None:
    """Return the code that *name* is in any case, None if it is another name of a currency."""
    from tokencost.money import currency_meant

    code = name.upper()
    return code if re.fullmatch("[A-Z]{3}", code) and currency_meant(code) in (None, code) else None


def currency(option: str, text: str) -> str | None:
    """Parse the code of a currency, in any case; `native` converts nothing."""
    from tokencost.money import currency_meant

    if text == "native":
        return None
    if (code := _code(text)) is None:
        raise UsageError(
            f'{option} "{text}" is not a currency',
            hint=f"write {currency_meant(text) or 'USD, CNY or native'}",
        )
    return code


def exchange_rate(option: str, text: str) -> "ExchangeRate":
    """Parse `USD/CNY=7.10`: one USD is 7.10 CNY."""
    from tokencost.money import ExchangeRate

    match = _FX.fullmatch(text)
    base, quote = (_code(match["base"]), _code(match["quote"])) if match else (None, None)
    if match is None or not base or not quote or Decimal(match["rate"]) == 0 or base == quote:
        raise UsageError(
            f'{option} "{text}" is not an exchange rate',
            hint=f"write {option} USD/CNY=7.10 (1 USD is 7.10 CNY)",
        )
    return ExchangeRate(
        base=base,
        quote=quote,
        rate=Decimal(match["rate"]),
        day=None,
        source=f"given with {option}",
    )


def exchange_rates(option: str, texts: Sequence[str]) -> "tuple[ExchangeRate, ...]":
    """Parse several rates, of which two may not be of the same pair unless they agree."""
    rates = [exchange_rate(option, text) for text in texts]
    text_of: dict[frozenset[str], str] = {}
    for rate, text in zip(rates, texts, strict=True):
        other = text_of.setdefault(frozenset((rate.base, rate.quote)), text)
        if other != text:
            raise UsageError(
                f"{option} {other} and {option} {text} contradict each other",
                hint="leave one of the two out",
            )
    return tuple(rates)


def duration(option: str, text: str) -> timedelta:
    """Parse a time that passes: `90s`, `5m`, `2h`, `1d`, or `0s` for none."""
    from tokencost.usage import parse_duration

    try:
        return parse_duration(text)
    except UsageError as error:
        raise UsageError(
            f'{option} "{text}" is not a duration', hint="write 90s, 5m, 2h or 1d"
        ) from error
