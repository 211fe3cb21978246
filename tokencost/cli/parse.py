"""Texts of options as values: one parser for each kind; every error names its option."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeVar

from tokencost import UsageError
from tokencost.quantities import (
    count,
    currency,
    duration,
    exchange_rate,
    exchange_rates,
    is_count,
    money,
    output_tokens,
    positive_count,
    share,
    size,
    volume,
)
from tokencost.values import regex

if TYPE_CHECKING:  # imported where used: `count` alone needs none of it
    from tokencost import CacheKind, PriceDate, Ttl

__all__ = [
    "cache",
    "cache_write_prices",
    "cache_write_tokens",
    "choice",
    "count",
    "currency",
    "day",
    "duration",
    "exchange_rate",
    "exchange_rates",
    "is_count",
    "member",
    "money",
    "name",
    "optional",
    "output_tokens",
    "paths_from_environment",
    "positive_count",
    "price",
    "price_date",
    "share",
    "size",
    "ttl",
    "volume",
    "words_from_environment",
]

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_DECIMAL = regex(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


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
    except UsageError as error:
        raise UsageError(
            f'{option} "{text}" is not a time to live', hint="write 90s, 5m, 2h or 1d"
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
