"""Option texts as values, or an error that names the option."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tokencost.cli.output import from_environment
from tokencost.errors import UsageError

if TYPE_CHECKING:  # imported where used: `count` alone needs none of it
    from tokencost import ExchangeRate, InputTokens, Mode, Money, OutputTokens, Volume

_AMOUNT = re.compile(r"(?P<amount>[0-9]{1,12}(?:\.[0-9]{1,12})?)\s*(?P<currency>[A-Z]{3})")
_RATE = re.compile(r"(?P<base>[A-Z]{3})/(?P<quote>[A-Z]{3})=(?P<rate>[0-9]{1,9}(?:\.[0-9]{1,9})?)")
_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_NUMBER = re.compile(r"[0-9]{1,15}")
_PERIODS = {"hour": Decimal(24 * 30), "day": Decimal(30), "month": Decimal(1)}


def output_tokens(text: str | None) -> "OutputTokens | None":
    """Read `500`, `200-800` (expected halfway, rounded up) or `200-400-800`."""
    if text is None:
        return None
    from tokencost import OutputTokens

    parts = text.split("-")
    if not 1 <= len(parts) <= 3 or not all(map(_NUMBER.fullmatch, parts)):
        raise UsageError(
            f"--output-tokens {text!r} is no number of tokens",
            hint="write 500, 200-800 or 200-400-800",
        )
    numbers = [int(part) for part in parts]
    if numbers != sorted(numbers):
        raise UsageError(
            f"--output-tokens {text!r} runs backwards", hint="write the lower number first"
        )
    expected = numbers[1] if len(numbers) == 3 else -(-(numbers[0] + numbers[-1]) // 2)
    return OutputTokens(low=numbers[0], expected=expected, high=numbers[-1])


def volume(text: str | None) -> "Volume | None":
    """Read `20000/day`, `600000/month` or `500/hour`."""
    if text is None:
        return None
    from tokencost import Volume

    number, _, period = text.partition("/")
    if period not in _PERIODS or not _NUMBER.fullmatch(number):
        raise UsageError(
            f"--volume {text!r} is no volume", hint="write 20000/day, 500/hour or 600000/month"
        )
    return Volume(per_month=Decimal(number) * _PERIODS[period])


def arrivals(text: str | None) -> Decimal | None:
    """Read `20/h`, the mean number of calls an hour."""
    if text is None:
        return None
    number, _, period = text.partition("/")
    per_hour = {"min": Decimal(60), "h": Decimal(1), "hour": Decimal(1), "day": Decimal(1) / 24}
    if period not in per_hour or not _DECIMAL.fullmatch(number) or not Decimal(number):
        raise UsageError(f"--rate {text!r} is no rate", hint="write 20/h, 3/min or 100/day")
    return Decimal(number) * per_hour[period]


def exchange_rates(given: Sequence[str] | None) -> "tuple[ExchangeRate, ...]":
    """Read the rates that were named, or those of the environment."""
    return tuple(map(exchange_rate, from_environment("TOKENCOST_FX", given)))


def exchange_rate(text: str) -> "ExchangeRate":
    """Read `USD/CNY=7.10`: one USD is 7.10 CNY."""
    from tokencost import ExchangeRate

    match = _RATE.fullmatch(text)
    if match is None or Decimal(match["rate"]) == 0 or match["base"] == match["quote"]:
        raise UsageError(
            f"--fx {text!r} is no exchange rate", hint="write --fx USD/CNY=7.10 (1 USD is 7.10 CNY)"
        )
    return ExchangeRate(
        base=match["base"],
        quote=match["quote"],
        rate=Decimal(match["rate"]),
        day=None,
        source="given with --fx",
    )


def rate(option: str, text: str | None) -> Decimal | None:
    """Read a price per million tokens, or a factor."""
    if text is None:
        return None
    if not _DECIMAL.fullmatch(text):
        raise UsageError(f"{option} {text!r} is no amount", hint=f"write {option} 2.5")
    return Decimal(text)


def share(text: str | None) -> Decimal | None:
    """Read a share such as `0.9`."""
    if text is None:
        return None
    if not _DECIMAL.fullmatch(text) or Decimal(text) > 1:
        raise UsageError(f"--hit-rate {text!r} is no share", hint="write a number from 0 to 1: 0.9")
    return Decimal(text)


def writes(texts: Sequence[str] | None) -> dict[str, Decimal] | None:
    """Read `5m=3.75`, the rate of cache writes with a time to live."""
    if not texts:
        return None
    read = {}
    for text in texts:
        ttl, _, amount = text.partition("=")
        if not re.fullmatch("[0-9]+[smhd]", ttl) or not _DECIMAL.fullmatch(amount):
            raise UsageError(
                f"--cache-write {text!r} is no rate", hint="write --cache-write 5m=3.75"
            )
        if ttl in read:
            raise UsageError(f"--cache-write {ttl} is given twice", hint="leave one of them out")
        read[ttl] = Decimal(amount)
    return read


def day(option: str, text: str | None) -> date | None:
    """Read a date."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{option} {text!r} is no date", hint=f"write {option} 2026-11-22"
        ) from error


def money(text: str | None) -> "Money | None":
    """Read `0.01USD`."""
    if text is None:
        return None
    from tokencost import Money

    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise UsageError(
            f"--max-cost-per-call {text!r} is no amount of money", hint="write 0.01USD or 0.05CNY"
        )
    return Money(amount=Decimal(match["amount"]), currency=match["currency"])


def currency(text: str | None) -> str | None:
    """Read a currency code; `native` converts nothing."""
    if text is None or text == "native":
        return None
    if not re.fullmatch("[A-Z]{3}", text):
        raise UsageError(f"--currency {text!r} is no currency", hint="write USD, CNY or native")
    return text


def cache_kind(text: str | None) -> str | None:
    """Read which cache a session uses."""
    if text not in (None, "implicit", "explicit", "none"):
        raise UsageError(f"--cache {text!r} is unknown", hint="write implicit, explicit or none")
    return text


def mode(text: str) -> "Mode":
    """Read the name of a mode."""
    from tokencost.pricing import Mode

    try:
        return Mode(text)
    except ValueError:
        known = ", ".join(Mode)
        raise UsageError(f"--mode {text!r} is unknown", hint=f"known are {known}") from None


def input_size(total: int | None, *named: object) -> "InputTokens | None":
    """Read `--input-tokens`, which stands alone."""
    if total is None:
        return None
    from tokencost import InputTokens

    if any(named):
        raise UsageError(
            "--input-tokens prices a number instead of a text", hint="leave one of the two out"
        )
    return InputTokens(total=total)


def input_tokens(
    total: int | None, *, cached: int, written: int, ttl: str | None, cache: str | None
) -> "InputTokens | None":
    """Read the size of an input that is given as a number."""
    from tokencost.usage import CacheKind, InputTokens, Ttl

    if cache not in (None, "implicit", "explicit"):
        raise UsageError(f"--cache {cache!r} is unknown", hint="write implicit or explicit")
    if total is not None:
        try:
            lifetime = Ttl(ttl) if ttl else None
        except ValueError as error:
            raise UsageError(f"--cache-ttl {error}", hint="write 5m, 1h or 7d") from error
        return InputTokens(
            total=total,
            cached=cached,
            cache_write=written,
            cache_ttl=lifetime,
            cache=CacheKind(cache) if cache else None,
        )
    if cached or written or cache:
        raise UsageError("cached tokens are a part of --input-tokens", hint="add --input-tokens N")
    return None
