"""The answer of `compare` as sheet, JSON and CSV."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from tokencost.estimates.compare import Comparison, ComparisonRow
from tokencost.money import format_exact, format_money, multiply
from tokencost.pricing import Price
from tokencost.report.json_envelope import envelope, money
from tokencost.report.phrases import (
    band_cell,
    count_cell,
    has_output,
    method_word,
    output_assumptions,
    remarks,
)
from tokencost.report.price_phrases import rate_remarks
from tokencost.report.table import Column, Remark, Sheet, Table, only_used
from tokencost.tokenizers import TokenCount

CSV_COLUMNS = (
    *("rank", "model", "site", "status", "tokens", "tokens_low", "tokens_high", "method"),
    *("output_tokens", "currency", "cost_low", "cost_expected", "cost_high", "cost_month"),
    *("common_currency", "cost_common", "ratio", "price_checked", "price_source", "problem"),
)
_BAR = 20
_EIGHTHS = " ▏▎▍▌▋▊▉"
_LABELS = {
    "does_not_fit": "does not fit",
    "no_price": "no price",
    "no_rate": "no exchange rate",
    "tokenizer": "not countable",
}


def sheet(comparison: Comparison) -> Sheet:
    """Lay out one row per model, with a bar for the cost against the dearest."""
    currency = comparison.currency
    columns = (
        Column(name="model"),
        Column(name="tokens", number=True, rank=2),
        Column(name="count", rank=4),
        Column(name="between", number=True, rank=6),
        Column(name="output", number=True, rank=7),
        Column(name="cost/call" if _has_output(comparison) else "input cost", number=True),
        Column(name=f"in {currency}", number=True),
        Column(name="month", number=True, rank=1),
        Column(name="ratio", number=True),
        Column(name="of the dearest", rank=3),
        Column(name="price of", rank=5),
    )
    dearest = max((row.common for row in comparison.ranked if row.common), default=Decimal(0))
    rows = tuple(_row(row, comparison, dearest) for row in comparison.rows)
    return Sheet(
        tables=(only_used(Table(columns=columns, rows=rows)),),
        remarks=tuple(_remarks(comparison)),
    )


def as_dict(comparison: Comparison) -> dict[str, Any]:
    """Spell out the JSON."""
    options, output = comparison.options, comparison.options.output
    return envelope(
        "compare",
        prices=comparison.prices,
        price_date=comparison.price_date,
        conversions=[row.conversion for row in comparison.rows],
        assumptions={
            "output_tokens": None
            if output is None
            else {"low": output.low, "expected": output.expected, "high": output.high},
            "mode": options.mode,
            "volume_per_month": money(options.volume.per_month) if options.volume else None,
            "currency": comparison.currency,
            "notes": _assumptions(comparison),
        },
        body={
            "results": [
                _result(row, rank, comparison) for rank, row in enumerate(comparison.rows, start=1)
            ]
        },
        warnings=comparison.warnings,
        failures=comparison.failures,
    )


def csv_rows(comparison: Comparison) -> Iterable[tuple[object, ...]]:
    """Return one row for each model and site."""
    for rank, row in enumerate(comparison.rows, start=1):
        entry = _result(row, rank, comparison)
        tokens, cost = entry["tokens"] or {}, entry["cost"] or {}
        quotes = [each.quote for each in row.results if each.quote]
        provenance = quotes[0].price.provenance if quotes else None
        yield (
            *(entry["rank"], entry["model"], entry["site"], entry["status"]),
            *(tokens.get(key) for key in ("input", "input_low", "input_high", "method", "output")),
            row.offer.currency,
            *(cost.get(key) for key in ("low", "expected", "high", "month")),
            *(comparison.currency, entry["cost_common"], entry["ratio"]),
            *((provenance.checked, provenance.source) if provenance else (None, None)),
            entry["problem"],
        )


def quiet(comparison: Comparison) -> str:
    """Return name, currency and cost in it of what has a price, the cheapest first."""
    return "".join(
        f"{row.offer.name}\t{comparison.currency}\t{format_exact(row.common)}\n"
        for row in comparison.ranked
        if row.common is not None
    )


def _row(row: ComparisonRow, comparison: Comparison, dearest: Decimal) -> tuple[str, ...]:
    options, currency = comparison.options, row.offer.currency
    tokens = _tokens(row)
    expected = row.cost.expected if row.cost else None
    quotes = [each.quote for each in row.results if each.quote]
    per_month = options.volume.per_month if options.volume else None
    return (
        row.offer.name,
        count_cell(tokens) if tokens else "",
        method_word(tokens.method) if tokens else "",
        band_cell(tokens) if tokens else "",
        f"{sum(each.output.expected for each in row.results):,}" if _has_output(comparison) else "",
        _problem(row) if expected is None else format_money(expected, currency),
        "" if row.common is None else format_money(row.common, comparison.currency),
        format_money(multiply(row.common, per_month), comparison.currency)
        if row.common is not None and per_month
        else "",
        "" if row.ratio is None else f"{row.ratio.quantize(Decimal('0.01'), ROUND_HALF_EVEN):,}x",
        "" if row.common is None else _bar(row.common, dearest),
        _price_of(quotes[0].price) if quotes else "",
    )


def _price_of(price: Price) -> str:
    kind = price.conditions.kind
    return f"{price.provenance.checked}{'' if kind == 'list' else f' {kind}'}"


def _tokens(row: ComparisonRow) -> TokenCount | None:
    """Return the tokens of all inputs, None where nothing could be counted."""
    counts = [result.tokens for result in row.results]
    return TokenCount.sum(counts) if counts else None


def _problem(row: ComparisonRow) -> str:
    return _LABELS.get(row.error.code, "no answer") if row.error else "no price"


def _bar(common: Decimal, dearest: Decimal) -> str:
    """Return a bar in eighths of a character; a cost that is not 0 is always seen."""
    if not dearest or not common:
        return ""
    full, rest = divmod(max(1, int(common * _BAR * 8 / dearest)), 8)
    return ("█" * full + _EIGHTHS[rest]).rstrip()


def _remarks(comparison: Comparison) -> list[Remark]:
    failed = [id(failure.error) for failure in comparison.failures]
    reasons = [_reason(row) for row in comparison.rows if row.error and id(row.error) not in failed]
    doubts = [
        f"{row.offer.name}: {warning}"
        for row in comparison.rows
        for result in row.results
        for warning in result.warnings
    ]
    return [
        *rate_remarks(row.conversion for row in comparison.rows),
        *remarks("assumed", _assumptions(comparison)),
        *remarks("note", comparison.warnings),
        *remarks("note", _grouped(reasons)),
        *remarks("warning", _grouped(doubts)),
        *remarks(
            "more", [f"{comparison.left_out:,} rows, see --top"] if comparison.left_out else []
        ),
    ]


def _reason(row: ComparisonRow) -> str:
    text = str(row.error)
    return text if row.offer.model.name in text else f"{row.offer.name}: {text}"


def _grouped(texts: list[str], most: int = 5) -> list[str]:
    """Return the first few: with the whole table there are dozens, and JSON has them all."""
    texts = list(dict.fromkeys(texts))
    rest = [f"... and {len(texts) - most} more, see --json"] if len(texts) > most else []
    return [*texts[:most], *rest]


def _assumptions(comparison: Comparison) -> list[str]:
    options, output = comparison.options, comparison.options.output
    lines = [f"prices of {comparison.price_date}, mode {options.mode}{comparison.prices.layers}"]
    lines += output_assumptions(output, has_output=_has_output(comparison))
    if options.volume:
        lines.append(f"{options.volume.per_month:,} calls in a month of 30 days")
    lines += [f"{text} for {', '.join(names)}" for text, names in _discounts(comparison).items()]
    banded = [
        row.offer.name
        for row in comparison.ranked
        if any(each.quote and each.quote.hours and each.quote.hours.cheaper for each in row.results)
    ]
    if banded:
        lines.append(f"the dearer hours of the day for {', '.join(banded)}; name a time with --at")
    return lines


def _has_output(comparison: Comparison) -> bool:
    return has_output(
        comparison.options.output, (each for row in comparison.rows for each in row.results)
    )


def _discounts(comparison: Comparison) -> dict[str, list[str]]:
    """Return the discounts of contracts that were applied, with the models they are for."""
    found: dict[str, list[str]] = {}
    for row in comparison.ranked:
        discounts = [each.quote.discount for each in row.results if each.quote]
        for discount in dict.fromkeys(each for each in discounts if each):
            found.setdefault(discount.in_words, []).append(row.offer.name)
    return found


def _result(row: ComparisonRow, rank: int, comparison: Comparison) -> dict[str, Any]:
    tokens, cost, volume = _tokens(row), row.cost, comparison.options.volume
    return {
        "rank": rank if row.common is not None else None,
        "model": row.offer.model.name,
        "site": row.offer.site,
        "status": "priced" if row.common is not None else row.error.code if row.error else "error",
        "tokens": {
            "input": tokens.expected,
            "input_low": tokens.low,
            "input_high": tokens.high,
            "method": method_word(tokens.method),
            "output": sum(each.output.expected for each in row.results),
        }
        if tokens
        else None,
        "cost": {
            "currency": row.offer.currency,
            "low": money(cost.low),
            "expected": money(cost.expected),
            "high": money(cost.high),
            "month": money(multiply(cost.expected, volume.per_month))
            if volume and cost.expected is not None
            else None,
        }
        if cost
        else None,
        "cost_common": money(row.common),
        "ratio": money(row.ratio),
        "problem": str(row.error) if row.error else None,
        "assumptions": list(
            dict.fromkeys(
                text for each in row.results if each.quote for text in each.quote.assumptions
            )
        ),
        "warnings": list(dict.fromkeys(text for each in row.results for text in each.warnings)),
    }
