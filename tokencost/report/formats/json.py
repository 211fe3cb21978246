"""A report as JSON: the parts that all have, spelled out by hand, for the keys are a promise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokencost.errors import Failure, InputError, UsageError
from tokencost.inputs.prompt import shown_name
from tokencost.money import format_exact, multiply
from tokencost.notes import Note
from tokencost.report.phrases import hint_of, sentence
from tokencost.version import __version__

if TYPE_CHECKING:  # types alone: a count starts faster without the price table's code
    from tokencost.estimates.results import Estimate, EstimateOptions, TotalCost
    from tokencost.pricing import Conversion, Mode, PriceDate, PriceTable, Rates
    from tokencost.pricing.schedule import TableAge
    from tokencost.report import View
    from tokencost.reports import Report
    from tokencost.sessions import Session, SessionOptions
    from tokencost.tokenizers import TokenCount
    from tokencost.usage import OutputTokens, Usage

SCHEMA_VERSION = "1.0"
_NOT_ESTIMATED = {"storage": None, "fees": None}
_SCHEMAS = Path(__file__).parents[2] / "schemas"


def render(view: "View", report: "Report", **_: object) -> str:
    """Return indented JSON with the characters of texts as they are."""
    import json  # a table needs none of it

    return json.dumps(view.as_dict(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def schema_names() -> list[str]:
    """Return the names that `json_schema` takes: reports, and "configuration" and "price_file".

    Examples:
        >>> "estimate" in tokencost.schema_names()
        True
    """
    return sorted(path.name.partition(".")[0] for path in _SCHEMAS.glob("*.schema.json"))


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a report, such as "estimate", or of files that people write.

    Raises:
        UsageError: there is no such schema.

    Examples:
        >>> tokencost.json_schema("estimate")["title"]
        'Report of `tokencost estimate`'
    """
    if name not in schema_names():
        from difflib import get_close_matches

        close = get_close_matches(name, schema_names(), n=1)
        hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(schema_names())}"
        raise UsageError(f'unknown schema "{name}"', hint=hint)
    import json  # as above

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
    assumed: Sequence[Note] = (),
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
        "assumed": note_dicts(assumed),
        **body,
        "warnings": note_dicts([*warnings, *exchange_rate_warnings(used)]),
        "errors": [_error(failure) for failure in failures],
    }


def exchange_rate_warnings(conversions: "Iterable[Conversion | None]") -> list[Note]:
    """Return what is doubtful about the exchange rates that were used."""
    warnings = [rate.warning for rate in conversions if rate and rate.warning]
    return list(dict.fromkeys(warnings))


def note_dicts(notes: Iterable[Note]) -> list[dict[str, Any]]:
    """Return each note once: its code, what it says, and what it is about."""
    return [
        {"code": note.code, "text": sentence(note), "about": note.about or None}
        for note in dict.fromkeys(notes)
    ]


def notes_about(name: str, notes: Iterable[Note]) -> list[Note]:
    """Return *notes* as those of the model *name*."""
    return [replace(note, about=name) for note in notes]


def exact(amount: Decimal | None) -> str | None:
    """Return an amount as JSON and CSV have it: a decimal string, null if unknown."""
    return None if amount is None else format_exact(amount)


def day_text(day: date | None) -> str | None:
    """Return a day as JSON has it, None for an open end."""
    return day.isoformat() if day else None


def tokens_dict(tokens: "TokenCount") -> dict[str, Any]:
    """Return a count with its range, its method, and what it rests on."""
    return {
        **token_sum_dict(tokens),
        "basis": tokens.basis or None,
        "overhead": tokens.overhead,
        "overhead_basis": tokens.overhead_basis or None,
    }


def token_sum_dict(tokens: "TokenCount") -> dict[str, Any]:
    """Return the sum of several counts with its range and method."""
    return {
        "input": tokens.expected,
        "input_low": tokens.low,
        "input_high": tokens.high,
        "method": str(tokens.method),
        "tokenizer": tokens.tokenizer,
        "uncounted": [uncounted.part for uncounted in tokens.uncounted],
    }


def usage_dict(usage: "Usage") -> dict[str, Any]:
    """Return the tokens of a request as they are billed."""
    return {
        "uncached_input": usage.uncached_input,
        "cache_read": usage.cache_read,
        "cache_write": dict(usage.cache_write),
        "output": usage.output,
    }


def options_dict(options: "EstimateOptions", mode: "Mode | None") -> dict[str, Any]:
    """Return what an estimate was asked for; *mode* is that of all results, None if they differ."""
    return {
        "output_tokens": output_dict(options.output),
        "calls": options.call_count,
        "volume_per_month": exact(options.volume.per_month) if options.volume else None,
        "mode": mode,
        "thinking": options.thinking,
    }


def output_dict(output: "OutputTokens | None") -> dict[str, int] | None:
    """Return the output that was asked for."""
    if output is None:
        return None
    return {"low": output.low, "expected": output.expected, "high": output.high}


def cost_dict(
    estimate: "Estimate", options: "EstimateOptions", month: "TotalCost"
) -> dict[str, Any] | None:
    """Return the cost of a call with its parts, of many and of a month; None without a price."""
    from tokencost.costs.cost import input_parts  # a count starts faster without

    if estimate.cost is None or estimate.quote is None:
        return None
    low, expected, high = estimate.cost.low, estimate.cost.expected, estimate.cost.high
    parts = input_parts(estimate.usage, estimate.quote)
    return {
        "currency": estimate.offer.currency,
        "low": exact(low.total if low else None),
        "expected": format_exact(expected.total),
        "high": exact(high.total if high else None),
        "input": format_exact(expected.input),
        "output": format_exact(expected.output),
        # An estimate has neither storage nor fees in it.
        "parts": {**{name: exact(part) for name, part in parts.items()}, **_NOT_ESTIMATED},
        "per_calls": format_exact(multiply(expected.total, options.call_count)),
        **month_dict(month),
    }


def cost_ends_dict(cost: "TotalCost") -> dict[str, Any]:
    """Return the cost of a call as expected, and both ends of it."""
    return {"expected": exact(cost.expected), "low": exact(cost.low), "high": exact(cost.high)}


def month_dict(month: "TotalCost") -> dict[str, Any]:
    """Return the cost of a month as expected, and both ends of it."""
    return {
        "month": exact(month.expected),
        "month_low": exact(month.low),
        "month_high": exact(month.high),
    }


def converted_dict(
    conversion: "Conversion | None",
    cost: "TotalCost",
    month: "TotalCost",
    *,
    calls: int | None = None,
) -> dict[str, Any] | None:
    """Return costs in the currency asked for: of a call, of so many *calls* and of a month.

    None if nobody asked, it is the currency of the site, or there is no price.
    """
    if conversion is None or cost.expected is None:
        return None
    per_calls = multiply(conversion.convert(cost.expected), calls) if calls else None
    return {
        "currency": conversion.target,
        **cost_ends_dict(cost_in(conversion, cost)),
        "per_calls": exact(per_calls),
        **month_dict(cost_in(conversion, month)),
    }


def cost_in(conversion: "Conversion", cost: "TotalCost") -> "TotalCost":
    """Return *cost* in the target currency of *conversion*."""
    ends = {"low": cost.low, "expected": cost.expected, "high": cost.high}
    return replace(
        cost,
        **{
            end: None if amount is None else conversion.convert(amount)
            for end, amount in ends.items()
        },
    )


def session_dict(session: "Session", options: "SessionOptions") -> dict[str, Any]:
    """Return what a session was asked for."""
    gaps = {str(turn): int(gap.total_seconds()) for turn, gap in sorted(session.gaps.items())}
    return {
        "turns": session.turns,
        "user": session.user,
        "tool_output": session.tool_output,
        "output_tokens": session.output_tokens,
        "summary": session.summary,
        "agents": session.agents,
        "staged": session.staged,
        "turn_interval_seconds": int(session.turn_interval.total_seconds()),
        "gap_seconds": gaps,
        "hit_rate": exact(session.hit_rate),
        "volume_per_month": exact(options.volume.per_month) if options.volume else None,
        "thinking": options.thinking,
    }


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
        "set_in": dict(prices.places),
        "age": prices.age and _age(prices.age),
    }


def _age(age: "TableAge") -> dict[str, Any]:
    from tokencost.pricing.schedule import format_age  # there if there is an age

    return {
        "days": age.days,
        "day": age.day.isoformat(),
        "limit": format_age(age.limit),
        "set_in": age.place,
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
    path = failure.error.path if isinstance(failure.error, InputError) else ""
    return {
        "code": failure.error.code,
        "message": failure.error.message,
        "hint": hint_of(failure.error) or None,
        "input": failure.input or shown_name(path) or None,
        "model": failure.model,
    }
