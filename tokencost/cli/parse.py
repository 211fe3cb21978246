"""Texts of options as values: one parser for each kind; every error names its option."""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeVar

from tokencost import UsageError
from tokencost.values import regex

if TYPE_CHECKING:  # imported where used: `count` alone needs none of it
    from tokencost import CacheKind, ExchangeRate, Money, OutputTokens, PriceDate, Ttl, Volume

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)(?:\.[0-9]+)?"
_COUNT = regex(rf"(?P<number>{_NUMBER})(?P<unit>[kKM]?)")
_SIZE = regex(rf"(?P<number>{_NUMBER})(?P<unit>[kKMG]?)B?")
_UNITS = {"": 1, "k": 1000, "K": 1000, "M": 1_000_000, "G": 1_000_000_000}
_SHARE = regex(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<percent>%?)")
_DECIMAL = regex(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_AMOUNT = regex(
    rf"(?P<symbol>[$¥￥])\s*(?P<number>{_NUMBER})|(?P<amount>{_NUMBER})\s*(?P<currency>[A-Z]{{3}})"
)
_SYMBOLS = {"$": "USD", "¥": "CNY", "￥": "CNY"}
_FX = regex(r"(?P<base>[A-Z]{3})/(?P<quote>[A-Z]{3})=(?P<rate>[0-9]{1,9}(?:\.[0-9]{1,9})?)")
_MOST_DIGITS = 18  # of a count, separators included
_MOST_CHARACTERS = 60  # of a share or an amount of money
_VOLUME = regex(rf"(?P<number>{_NUMBER})(?P<unit>[kKM]?)/(?P<period>hour|day|month)")
_MONTHLY = {"hour": Decimal(24 * 30), "day": Decimal(30), "month": Decimal(1)}


def words_from_environment(name: str, given: Sequence[str] | None) -> list[str]:
    """Return what was given, else the words of a variable, between white space or commas."""
    return list(given or os.environ.get(name, "").replace(",", " ").split())


def paths_from_environment(name: str, given: Sequence[str] | None) -> list[str]:
    """Return what was given, else the paths of a variable, separated as those of PATH are."""
    return list(given or filter(None, os.environ.get(name, "").split(os.pathsep)))


def optional(parse: Callable[[str, str], T], option: str, text: str | None) -> T | None:
    """Parse the text of an option, None if the option is not given."""
    return None if text is None else parse(option, text)


def choice(option: str, text: str, choices: Iterable[str]) -> str:
    """Return *text* if it is one of *choices*."""
    names = list(map(str, choices))
    if text not in names:
        raise UsageError(f'{option} "{text}" is unknown', hint=f"known are {', '.join(names)}")
    return text


def member(option: str, text: str, names: type[E]) -> E:
    """Return the member of an enumeration that *text* is the value of."""
    return names(choice(option, text, names))


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
    from tokencost import OutputTokens

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
    from tokencost import Volume

    match = _VOLUME.fullmatch(text)
    number = Decimal() if match is None else _decimal(match["number"]) * _UNITS[match["unit"]]
    if match is None or not number or len(text) > _MOST_DIGITS:
        raise UsageError(
            f'{option} "{text}" is not a volume', hint="write 20k/day, 2.5/hour or 600000/month"
        )
    return Volume(per_month=number * _MONTHLY[match["period"]])


def price(option: str, text: str) -> Decimal:
    """Parse a price per million tokens, or a factor on one."""
    if not _DECIMAL.fullmatch(text):
        raise UsageError(f'{option} "{text}" is not a price', hint=f"write {option} 2.5")
    return Decimal(text)


def cache_write_prices(option: str, texts: Sequence[str]) -> dict["Ttl", Decimal]:
    """Parse `5m=3.75`, the price of cache writes, for each time to live."""
    prices: dict[Ttl, Decimal] = {}
    for text in texts:
        name, equals, amount = text.partition("=")
        if not equals:
            raise UsageError(f'{option} "{text}" is not a rate', hint=f"write {option} 5m=3.75")
        lifetime = ttl(option, name)
        if lifetime in prices:
            raise UsageError(f"{option} {lifetime} is given twice", hint="leave one of them out")
        prices[lifetime] = price(option, amount)
    return prices


def cache_write_tokens(option: str, texts: Sequence[str]) -> "int | dict[Ttl, int]":
    """Parse `500`, tokens written to a cache, or `5m=200` for each time to live."""
    if not any("=" in text for text in texts):
        if len(texts) > 1:
            raise UsageError(
                f"{option} is given {len(texts)} times", hint=f"write {option} 5m=200 for each"
            )
        return sum(count(option, text) for text in texts)
    written: dict[Ttl, int] = {}
    for text in texts:
        name, equals, tokens = text.partition("=")
        if not equals:
            raise UsageError(
                f'{option} "{text}" does not say for how long', hint=f"write {option} 5m={text}"
            )
        lifetime = ttl(option, name)
        if lifetime in written:
            raise UsageError(f"{option} {lifetime} is given twice", hint="leave one of them out")
        written[lifetime] = count(option, tokens)
    return written


def cache(option: str, text: str) -> 'CacheKind | Literal["none"]':
    """Parse the kind of a cache, or `none`."""
    from tokencost import CacheKind

    choice(option, text, (*CacheKind, "none"))
    return "none" if text == "none" else CacheKind(text)


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
    """Parse `0.02USD`, `$0.02` or `¥0.1`."""
    from tokencost import Money

    match = _AMOUNT.fullmatch(text)
    if match is None or len(text) > _MOST_CHARACTERS:
        raise UsageError(
            f'{option} "{text}" is not an amount of money', hint="write 0.02USD, $0.02 or ¥0.1"
        )
    return Money(
        amount=_decimal(match["number"] or match["amount"]),
        currency=match["currency"] or _SYMBOLS[match["symbol"]],
    )


def currency(option: str, text: str) -> str | None:
    """Parse a currency code; `native` converts nothing."""
    if text == "native":
        return None
    if not re.fullmatch("[A-Z]{3}", text):
        raise UsageError(f'{option} "{text}" is not a currency', hint="write USD, CNY or native")
    return text


def exchange_rate(option: str, text: str) -> "ExchangeRate":
    """Parse `USD/CNY=7.10`: one USD is 7.10 CNY."""
    from tokencost import ExchangeRate

    match = _FX.fullmatch(text)
    if match is None or Decimal(match["rate"]) == 0 or match["base"] == match["quote"]:
        raise UsageError(
            f'{option} "{text}" is not an exchange rate',
            hint=f"write {option} USD/CNY=7.10 (1 USD is 7.10 CNY)",
        )
    return ExchangeRate(
        base=match["base"],
        quote=match["quote"],
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


def name(option: str, text: str) -> str:
    """Return a name that is not empty."""
    if not text.strip():
        raise UsageError(
            f'{option} "{text}" is not a name', hint=f"leave {option} out, or name one"
        )
    return text


def ttl(option: str, text: str) -> "Ttl":
    """Parse a time to live: `90s`, `5m`, `2h` or `1d`."""
    from tokencost import Ttl

    try:
        return Ttl(text)
    except ValueError as error:
        raise UsageError(
            f'{option} "{text}" is not a time to live', hint="write 90s, 5m, 2h or 1d"
        ) from error


def duration(option: str, text: str) -> timedelta:
    """Parse a time that passes: `90s`, `5m`, `2h`, `1d`, or `0s` for none."""
    from tokencost import parse_duration

    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(
            f'{option} "{text}" is not a duration', hint="write 90s, 5m, 2h or 1d"
        ) from error


def price_date(option: str, text: str) -> "PriceDate":
    """Parse a day with or without an hour, or `today`."""
    import tokencost

    try:
        return tokencost.parse_price_date(text)
    except UsageError as error:
        raise UsageError(f"{option} {error.message}", hint=error.hint) from error


def day(option: str, text: str) -> date:
    """Parse a day, or `today`."""
    parsed = price_date(option, text)
    if parsed.clock is not None:
        raise UsageError(
            f'{option} "{text}" is an hour, where a day is needed', hint="write 2026-11-22 or today"
        )
    return parsed.day
