"""A report as JSON: the parts that all have, spelled out by hand, for the keys are a promise."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokencost.errors import Failure
from tokencost.money import format_exact
from tokencost.notes import Note
from tokencost.report.page_notes import method_word
from tokencost.report.phrases import hint_of, sentence, sentences
from tokencost.version import __version__

if TYPE_CHECKING:  # types alone: a count starts faster without the price table's code
    from tokencost.pricing import Conversion, PriceDate, PriceTable, Rates
    from tokencost.report import View
    from tokencost.reports import Report
    from tokencost.tokenizers import TokenCount
    from tokencost.usage import OutputTokens

SCHEMA_VERSION = "1.0"
_SCHEMAS = Path(__file__).parents[2] / "schemas"


def render(view: "View", report: "Report", **_: object) -> str:
    """Return indented JSON with the characters of texts as they are."""
    return json.dumps(view.as_dict(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a report, such as "estimate" or "models"."""
    path = _SCHEMAS / f"{name}.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def envelope(
    schema: str,
    *,
    prices: "PriceTable | None",
    price_date: "PriceDate | None" = None,
    conversions: "Iterable[Conversion | None]" = (),
    assumptions: Mapping[str, Any],
    body: Mapping[str, Any],
    warnings: Sequence[Note] = (),
    failures: Sequence[Failure] = (),
) -> dict[str, Any]:
    """Return the whole JSON: *body* between what it rests on and what went wrong."""
    used = list(conversions)
    return {
        "schema": f"tokencost.{schema}",
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "tokencost", "version": __version__},
        "prices": None if prices is None else _prices(prices, price_date),
        "fx": _exchange_rates(used),
        "assumptions": assumptions,
        **body,
        "warnings": [*sentences(warnings), *exchange_rate_warnings(used)],
        "errors": [_error(failure) for failure in failures],
    }


def exchange_rate_warnings(conversions: "Iterable[Conversion | None]") -> list[str]:
    """Return what is doubtful about the exchange rates that were used."""
    warnings = [rate.warning for rate in conversions if rate and rate.warning]
    return list(dict.fromkeys(map(sentence, warnings)))


def exact(amount: Decimal | None) -> str | None:
    """Return an amount as JSON and CSV have it: a decimal string, null if unknown."""
    return None if amount is None else format_exact(amount)


def day_text(day: date | None) -> str | None:
    """Return a day as JSON has it, None for an open end."""
    return day.isoformat() if day else None


def tokens_dict(tokens: "TokenCount") -> dict[str, Any]:
    """Return a count with its range and method."""
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


def token_sum_dict(tokens: "TokenCount") -> dict[str, int]:
    """Return the sum of several counts with its range."""
    return {"input": tokens.expected, "input_low": tokens.low, "input_high": tokens.high}


def output_dict(output: "OutputTokens | None") -> dict[str, int] | None:
    """Return the output that was asked for."""
    if output is None:
        return None
    return {"low": output.low, "expected": output.expected, "high": output.high}


def rates_dict(rates: "Rates") -> dict[str, Any]:
    """Return rates per million tokens."""
    single = {name: exact(rate) for name, rate in rates.single().items()}
    return {
        **single,
        "cache_write": {ttl: format_exact(rate) for ttl, rate in rates.cache_write.items()},
    }


def _prices(prices: "PriceTable", price_date: "PriceDate | None") -> dict[str, Any]:
    return {
        "as_of": prices.as_of.isoformat(),
        "at": str(price_date or prices.as_of),
        "sources": list(prices.sources),
        "digest": prices.digest,
    }


def _exchange_rates(conversions: "Iterable[Conversion | None]") -> list[dict[str, Any]]:
    rates = dict.fromkeys(conversion.rate for conversion in conversions if conversion is not None)
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
        "hint": hint_of(failure.error) or None,
        "input": failure.input,
        "model": failure.model,
    }
