"""Reports of `compare`."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

from tokencost.estimates.compare import Comparison, ComparisonRow
from tokencost.estimates.results import Estimate
from tokencost.money import format_exact, format_money, multiply
from tokencost.pricing import Price, PriceKind
from tokencost.report.formats.json import envelope, exact
from tokencost.report.page import Column, CsvTable, Page, PageNote, csv_table, only_used, table
from tokencost.report.phrases import (
    count_cell,
    has_output,
    method_word,
    notes_of,
    output_assumptions,
    range_cell,
    sentences,
    text_of,
)
from tokencost.report.price_phrases import exchange_rate_notes
from tokencost.tokenizers import TokenCount

_BAR = 20
_EIGHTHS = " ▏▎▍▌▋▊▉"
_PROBLEMS = {
    "does_not_fit": "does not fit",
    "no_price": "no price",
    "no_rate": "no exchange rate",
    "tokenizer": "not countable",
}


class _Row(NamedTuple):
    """A model with its place in the ranking, which counts what has no price as well."""

    place: int
    model: ComparisonRow
    comparison: Comparison
    tokens: TokenCount | None
    price: Price | None

    @property
    def output(self) -> int:
        return sum(estimate.output.expected for estimate in self.model.results)

    @property
    def rank(self) -> int | None:
        return None if self.model.common is None else self.place

    @property
    def status(self) -> str:
        if self.model.common is not None:
            return "priced"
        return self.model.error.code if self.model.error else "error"

    def cost(self, end: str) -> Decimal | None:
        return getattr(self.model.cost, end) if self.model.cost else None

    def month(self, cost: Decimal | None) -> Decimal | None:
        volume = self.comparison.options.volume
        return multiply(cost, volume.per_month) if volume and cost is not None else None


def _rows(comparison: Comparison) -> Iterable[_Row]:
    for place, row in enumerate(comparison.rows, start=1):
        counts = [estimate.tokens for estimate in row.results]
        prices = [estimate.quote.price for estimate in row.results if estimate.quote]
        yield _Row(
            place=place,
            model=row,
            comparison=comparison,
            tokens=TokenCount.sum(counts) if counts else None,
            price=prices[0] if prices else None,
        )


def _count_columns(comparison: Comparison) -> tuple[Column[_Row], ...]:
    priced_output = _has_output(comparison)
    return (
        Column(csv="rank", value=lambda row: row.rank),
        Column(
            name="model",
            value=lambda row: row.model.offer.model.name,
            cell=lambda row: row.model.offer.name,
        ),
        Column(csv="site", value=lambda row: row.model.offer.site),
        Column(csv="status", value=lambda row: row.status),
        Column(
            name="tokens",
            value=lambda row: row.tokens.expected if row.tokens else None,
            cell=lambda row: count_cell(row.tokens) if row.tokens else "",
            number=True,
            rank=2,
        ),
        Column(csv="tokens_low", value=lambda row: row.tokens.low if row.tokens else None),
        Column(csv="tokens_high", value=lambda row: row.tokens.high if row.tokens else None),
        Column(
            name="count",
            value=lambda row: method_word(row.tokens.method) if row.tokens else None,
            csv="method",
            rank=4,
        ),
        Column(
            name="between",
            cell=lambda row: range_cell(row.tokens) if row.tokens else "",
            number=True,
            rank=6,
        ),
        Column(
            name="output",
            value=lambda row: row.output if row.tokens else None,
            cell=lambda row: f"{row.output:,}" if priced_output else "",
            csv="output_tokens",
            number=True,
            rank=7,
        ),
    )


def _cost_columns(comparison: Comparison) -> tuple[Column[_Row], ...]:
    currency = comparison.currency
    common = [row.common for row in comparison.ranked if row.common]
    dearest = max(common, default=Decimal(0))
    return (
        Column(csv="currency", value=lambda row: row.model.offer.currency),
        Column(csv="cost_low", value=lambda row: exact(row.cost("low"))),
        Column(
            name="cost/call" if _has_output(comparison) else "input cost",
            value=lambda row: exact(row.cost("expected")),
            cell=_cost_cell,
            csv="cost_expected",
            number=True,
        ),
        Column(csv="cost_high", value=lambda row: exact(row.cost("high"))),
        Column(csv="cost_month", value=lambda row: exact(row.month(row.cost("expected")))),
        Column(csv="common_currency", value=lambda _: currency),
        Column(
            name=f"in {currency}",
            value=lambda row: exact(row.model.common),
            cell=lambda row: _money_cell(row.model.common, currency),
            csv="cost_common",
            number=True,
        ),
        Column(
            name="month",
            cell=lambda row: _money_cell(row.month(row.model.common), currency),
            number=True,
            rank=1,
        ),
        Column(
            name="ratio",
            value=lambda row: exact(row.model.ratio),
            cell=lambda row: _times(row.model.ratio),
            number=True,
        ),
        Column(name="of the dearest", cell=lambda row: _bar(row.model.common, dearest), rank=3),
        Column(
            name="price of",
            value=lambda row: row.price.provenance.checked if row.price else None,
            cell=lambda row: _price_of(row.price) if row.price else "",
            csv="price_checked",
            rank=5,
        ),
        Column(
            csv="price_source", value=lambda row: row.price.provenance.source if row.price else None
        ),
        Column(csv="problem", value=lambda row: _problem(row.model)),
    )


def _columns(comparison: Comparison) -> tuple[Column[_Row], ...]:
    return (*_count_columns(comparison), *_cost_columns(comparison))


def _cost_cell(row: _Row) -> str:
    cost, error = row.cost("expected"), row.model.error
    if cost is not None:
        return format_money(cost, row.model.offer.currency)
    return _PROBLEMS.get(error.code, "no answer") if error else "no price"


def _money_cell(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else format_money(amount, currency)


def _times(ratio: Decimal | None) -> str:
    return "" if ratio is None else f"{ratio.quantize(Decimal('0.01'), ROUND_HALF_EVEN):,}x"


def _price_of(price: Price) -> str:
    kind = price.conditions.kind
    return f"{price.provenance.checked}{'' if kind is PriceKind.LIST else f' {kind}'}"


def _problem(row: ComparisonRow) -> str | None:
    return str(row.error) if row.error else None


def _bar(common: Decimal | None, dearest: Decimal) -> str:
    """Return a bar in eighths of a character; a cost that is not 0 is always seen."""
    if not dearest or not common:
        return ""
    full, rest = divmod(max(1, int(common * _BAR * 8 / dearest)), 8)
    return ("█" * full + _EIGHTHS[rest]).rstrip()


class CompareView:
    """The models, the cheapest first, with a bar for the cost against the dearest."""

    def page(self, report: Comparison) -> Page:
        """Lay out one row for each model and site."""
        return Page(
            tables=(only_used(table(_columns(report), _rows(report))),),
            notes=tuple(_notes(report)),
        )

    def csv(self, report: Comparison) -> CsvTable:
        """Return one row for each model and site."""
        return csv_table(_columns(report), _rows(report))

    def as_dict(self, report: Comparison) -> dict[str, Any]:
        """Spell out the JSON."""
        options, output = report.options, report.options.output
        return envelope(
            report.name,
            prices=report.prices,
            price_date=report.price_date,
            conversions=[row.conversion for row in report.rows],
            assumptions={
                "output_tokens": None
                if output is None
                else {"low": output.low, "expected": output.expected, "high": output.high},
                "mode": options.mode,
                "volume_per_month": exact(options.volume.per_month) if options.volume else None,
                "currency": report.currency,
                "notes": _assumptions(report),
            },
            body={"results": [_result(row) for row in _rows(report)]},
            warnings=report.warnings,
            failures=report.failures,
        )

    def quiet(self, report: Comparison) -> str:
        """Return name, currency and cost in it of what has a price, the cheapest first."""
        return "".join(
            f"{row.offer.name}\t{report.currency}\t{format_exact(row.common)}\n"
            for row in report.ranked
            if row.common is not None
        )


def _notes(comparison: Comparison) -> list[PageNote]:
    failed = [id(failure.error) for failure in comparison.failures]
    reasons = [_reason(row) for row in comparison.rows if row.error and id(row.error) not in failed]
    doubts = [
        f"{row.offer.name}: {text_of(warning)}"
        for row in comparison.rows
        for estimate in row.results
        for warning in estimate.warnings
    ]
    more = [f"{comparison.left_out:,} rows, see --top"] if comparison.left_out else []
    return [
        *exchange_rate_notes(row.conversion for row in comparison.rows),
        *notes_of("assumed", _assumptions(comparison)),
        *notes_of("note", comparison.warnings),
        *notes_of("note", _first_few(reasons)),
        *notes_of("warning", _first_few(doubts)),
        *notes_of("more", more),
    ]


def _reason(row: ComparisonRow) -> str:
    text = str(row.error)
    return text if row.offer.model.name in text else f"{row.offer.name}: {text}"


def _first_few(texts: list[str], most: int = 5) -> list[str]:
    """Return the first few: with the whole table there are dozens, and JSON has them all."""
    texts = list(dict.fromkeys(texts))
    rest = [f"... and {len(texts) - most} more, see --json"] if len(texts) > most else []
    return [*texts[:most], *rest]


def _assumptions(comparison: Comparison) -> list[str]:
    options = comparison.options
    lines = [f"prices of {comparison.price_date}, mode {options.mode}{comparison.prices.layers}"]
    lines += output_assumptions(options.output, has_output=_has_output(comparison))
    if options.volume:
        lines.append(f"{options.volume.per_month:,} calls in a month of 30 days")
    lines += [f"{text} for {', '.join(names)}" for text, names in _discounts(comparison).items()]
    at_peak = [row.offer.name for row in comparison.ranked if any(map(_is_at_peak, row.results))]
    if at_peak:
        lines.append(f"the dearer hours of the day for {', '.join(at_peak)}; name a time with --at")
    return lines


def _is_at_peak(estimate: Estimate) -> bool:
    quote = estimate.quote
    return bool(quote and quote.hours and quote.hours.cheaper)


def _has_output(comparison: Comparison) -> bool:
    return has_output(
        comparison.options.output, (estimate for row in comparison.rows for estimate in row.results)
    )


def _discounts(comparison: Comparison) -> dict[str, list[str]]:
    """Return the discounts of contracts that were applied, with the models they are for."""
    names: dict[str, list[str]] = {}
    for row in comparison.ranked:
        discounts = [estimate.quote.discount for estimate in row.results if estimate.quote]
        for discount in dict.fromkeys(filter(None, discounts)):
            names.setdefault(discount.in_words, []).append(row.offer.name)
    return names


def _result(row: _Row) -> dict[str, Any]:
    model, tokens = row.model, row.tokens
    assumptions = [
        note for estimate in model.results if estimate.quote for note in estimate.quote.assumptions
    ]
    return {
        "rank": row.rank,
        "model": model.offer.model.name,
        "site": model.offer.site,
        "status": row.status,
        "tokens": {
            "input": tokens.expected,
            "input_low": tokens.low,
            "input_high": tokens.high,
            "method": method_word(tokens.method),
            "output": row.output,
        }
        if tokens
        else None,
        "cost": {
            "currency": model.offer.currency,
            "low": exact(model.cost.low),
            "expected": exact(model.cost.expected),
            "high": exact(model.cost.high),
            "month": exact(row.month(model.cost.expected)),
        }
        if model.cost
        else None,
        "cost_common": exact(model.common),
        "ratio": exact(model.ratio),
        "problem": _problem(model),
        "assumptions": list(dict.fromkeys(sentences(assumptions))),
        "warnings": list(
            dict.fromkeys(text_of(note) for estimate in model.results for note in estimate.warnings)
        ),
    }
