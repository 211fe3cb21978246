"""The parts that every JSON answer has, spelled out by hand: its keys are a promise."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tokencost.errors import Failure
from tokencost.money import format_exact
from tokencost.pricing import Conversion, PriceDate, PriceTable, Rates
from tokencost.report.phrases import method_word
from tokencost.tokenizers import TokenCount
from tokencost.version import __version__

SCHEMA_VERSION = "1.0"


def envelope(
    schema: str,
    *,
    prices: PriceTable | None,
    price_date: PriceDate | None = None,
    conversions: Iterable[Conversion | None] = (),
    assumptions: Mapping[str, Any],
    body: Mapping[str, Any],
    warnings: Sequence[str] = (),
    failures: Sequence[Failure] = (),
) -> dict[str, Any]:
    """Return a whole answer: *body* between what it rests on and what went wrong."""
    used = list(conversions)
    return {
        "schema": f"tokencost.{schema}",
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "tokencost", "version": __version__},
        "prices": None if prices is None else _prices(prices, price_date),
        "fx": _exchange_rates(used),
        "assumptions": assumptions,
        **body,
        "warnings": [*warnings, *rate_warnings(used)],
        "errors": [_error(failure) for failure in failures],
    }


def rate_warnings(conversions: Iterable[Conversion | None]) -> list[str]:
    """Return what is doubtful about the exchange rates that were used."""
    return list(dict.fromkeys(each.warning for each in conversions if each and each.warning))


def money(amount: Decimal | None) -> str | None:
    """Return an amount as JSON has it: a decimal string, null if unknown."""
    return None if amount is None else format_exact(amount)


def day_text(day: date | None) -> str | None:
    """Return a day as JSON has it, None for an open end."""
    return day.isoformat() if day else None


def tokens_dict(tokens: TokenCount) -> dict[str, Any]:
    """Return a count with its band and method."""
    return {
        "input": tokens.expected,
        "input_low": tokens.low,
        "input_high": tokens.high,
        "method": method_word(tokens.method),
        "tokenizer": tokens.tokenizer,
        "basis": tokens.basis or None,
        "framing": tokens.overhead,
        "framing_basis": tokens.overhead_basis or None,
    }


def rates_dict(rates: Rates) -> dict[str, Any]:
    """Return rates per million tokens."""
    single = {name: money(rate) for name, rate in rates.single().items()}
    return {
        **single,
        "cache_write": {ttl: format_exact(rate) for ttl, rate in rates.cache_write.items()},
    }


def _prices(prices: PriceTable, price_date: PriceDate | None) -> dict[str, Any]:
    return {
        "as_of": prices.as_of.isoformat(),
        "at": str(price_date or prices.as_of),
        "sources": list(prices.sources),
        "digest": prices.digest,
    }


def _exchange_rates(conversions: Iterable[Conversion | None]) -> list[dict[str, Any]]:
    rates = dict.fromkeys(each.rate for each in conversions if each is not None)
    return [
        {
            "pair": f"{rate.base}/{rate.quote}",
            "rate": format_exact(rate.rate),
            "date": rate.day.isoformat() if rate.day else None,
            "source": rate.source,
        }
        for rate in rates
    ]


def _error(failure: Failure) -> dict[str, Any]:
    return {
        "code": failure.error.code,
        "message": str(failure.error),
        "hint": failure.error.hint or None,
        "input": failure.input,
        "model": failure.model,
    }
