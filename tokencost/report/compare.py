"""Reports of `compare`."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

from tokencost.estimates.compare import Comparison, ComparisonRow
from tokencost.estimates.results import Estimate
from tokencost.money import Money, format_exact, format_money, multiply
from tokencost.notes import Note, assumed
from tokencost.pricing import Price, PriceKind
from tokencost.report.formats.json import (
    envelope,
    exact,
    note_dicts,
    notes_about,
    options_dict,
    token_sum_dict,
)
from tokencost.report.page import (
    Column,
    CsvTable,
    Page,
    PageNote,
    bar,
    csv_table,
    money,
    only_used,
    table,
)
from tokencost.report.page_notes import (
    brief_comparison,
    count_cell,
    first_few,
    has_output,
    method_word,
    notes_of,
    output_assumptions,
    range_cell,
    uncounted_cell,
)
from tokencost.report.phrases import sentence, sentence_about
from tokencost.report.price_phrases import exchange_rate_notes
from tokencost.tokenizers import TokenCount

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

    def common(self, amount: Decimal | None) -> Money | None:
        return money(amount, self.comparison.currency)


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
            "model",
            value=lambda row: row.model.offer.model.name,
            cell=lambda row: row.model.offer.name,
        ),
        Column(csv="site", value=lambda row: row.model.offer.site),
        Column(csv="status", value=lambda row: row.status),
        Column(
            "tokens",
            value=lambda row: row.tokens and row.tokens.expected,
            cell=lambda row: row.tokens and count_cell(row.tokens),
            number=True,
            rank=2,
        ),
        Column(csv="input_low", value=lambda row: row.tokens and row.tokens.low),
        Column(csv="input_high", value=lambda row: row.tokens and row.tokens.high),
        Column(
            "count",
            value=lambda row: row.tokens and row.tokens.method,
            cell=lambda row: row.tokens and method_word(row.tokens.method),
            csv="method",
            rank=6,
        ),
        Column(csv="uncounted", value=lambda row: row.tokens and uncounted_cell(row.tokens)),
        Column(
            "between", cell=lambda row: row.tokens and range_cell(row.tokens), number=True, rank=7
        ),
        Column(
            "output",
            value=lambda row: row.output if row.tokens else None,
            cell=lambda row: row.output if priced_output else None,
            csv="output_tokens",
            number=True,
            rank=4,
        ),
    )


def _cost_columns(comparison: Comparison) -> tuple[Column[_Row], ...]:
    return (
        Column(csv="currency", value=lambda row: row.model.offer.currency),
        Column(csv="cost_low", value=lambda row: row.cost("low")),
        Column(
            "a call" if _has_output(comparison) else "input cost",
            value=lambda row: row.cost("expected"),
            cell=_cost_cell,
            csv="cost_expected",
            number=True,
            place=-2,
        ),
        Column(cell=_mark, place=-1),
        Column(csv="cost_high", value=lambda row: row.cost("high")),
        Column(csv="cost_month", value=lambda row: row.month(row.cost("expected"))),
    )


def _rank_columns(comparison: Comparison) -> tuple[Column[_Row], ...]:
    dearest = max((row.common for row in comparison.ranked if row.common), default=Decimal(0))
    return (
        Column(csv="common_currency", value=lambda _: comparison.currency),
        Column(
            f"in {comparison.currency}",
            value=lambda row: row.common(row.model.common),
            csv="cost_common",
            number=True,
            place=-3,
        ),
        Column(
            "a month",
            cell=lambda row: row.common(row.month(row.model.common)),
            number=True,
            place=-4,
        ),
        Column(
            "ratio",
            value=lambda row: row.model.ratio,
            cell=lambda row: _times(row.model.ratio),
            number=True,
            rank=5,
        ),
        Column("of the dearest", cell=lambda row: bar(row.model.common, dearest), rank=9),
        Column(
            "price of",
            value=lambda row: row.price and row.price.provenance.checked,
            csv="price_checked",
            rank=8,
        ),
        Column(csv="price_source", value=lambda row: row.price and row.price.provenance.source),
        Column(csv="problem", value=lambda row: row.model.error and row.model.error.message),
    )


def _columns(comparison: Comparison) -> tuple[Column[_Row], ...]:
    return (*_count_columns(comparison), *_cost_columns(comparison), *_rank_columns(comparison))


def _cost_cell(row: _Row) -> str:
    cost, error = row.cost("expected"), row.model.error
    if cost is not None:
        return format_money(cost, row.model.offer.currency)
    return _PROBLEMS.get(error.code, "no answer") if error else "no price"


def _times(ratio: Decimal | None) -> str:
    return "" if ratio is None else f"{ratio.quantize(Decimal('0.01'), ROUND_HALF_EVEN):,}x"


def _mark(row: _Row) -> str:
    """Return what makes a cost mean something else, such as "free" or "estimate"."""
    kind = row.price.conditions.kind if row.price else PriceKind.LIST
    return "" if kind is PriceKind.LIST else str(kind)


class CompareView:
    """The models, the cheapest first, with a bar for the cost against the dearest."""

    def page(self, report: Comparison) -> Page:
        """Lay out one row for each model and site."""
        return Page(
            tables=(only_used(table(_columns(report), _rows(report))),),
            notes=tuple(_notes(report)),
            brief=tuple(brief_comparison(report, _assumptions(report))),
        )

    def csv(self, report: Comparison) -> CsvTable:
        """Return one row for each model and site."""
        return csv_table(_columns(report), _rows(report))

    def as_dict(self, report: Comparison) -> dict[str, Any]:
        """Spell out the JSON."""
        return envelope(
            report.name,
            prices=report.prices,
            price_date=report.price_date,
            conversions=[row.conversion for row in report.rows],
            assumptions={**options_dict(report.options), "currency": report.currency},
            assumed=_assumptions(report),
            body={"results": [_result(row) for row in _rows(report)]},
            warnings=[*report.warnings, *_warnings(report)],
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
    left_out = comparison.left_out
    more = [assumed("rows_left_out", rows=left_out)] if left_out else []
    return [
        *exchange_rate_notes(row.conversion for row in comparison.rows),
        *notes_of("assumed", _assumptions(comparison)),
        *notes_of("warning", comparison.warnings),
        *notes_of("note", first_few(reasons)),
        *notes_of("warning", first_few([sentence_about(note) for note in _warnings(comparison)])),
        *notes_of("more", more),
    ]


def _warnings(comparison: Comparison) -> list[Note]:
    return [
        note
        for row in comparison.rows
        for estimate in row.results
        for note in notes_about(row.offer.name, estimate.warnings)
    ]


def _reason(row: ComparisonRow) -> str:
    text = row.error.message if row.error else ""
    return text if row.offer.model.name in text else f"{row.offer.name}: {text}"


def _assumptions(comparison: Comparison) -> list[Note]:
    options, prices = comparison.options, comparison.prices
    notes = [
        assumed(
            "prices_of", date=comparison.price_date, mode=str(options.mode), sources=prices.sources
        ),
        *output_assumptions(options.output, has_output=_has_output(comparison)),
    ]
    if options.volume:
        notes.append(assumed("calls_per_month", calls=options.volume.per_month))
    for discount, names in _discounts(comparison).items():
        notes.append(assumed("discount_applied", discount=discount, models=", ".join(names)))
    at_peak = [row.offer.name for row in comparison.ranked if any(map(_is_at_peak, row.results))]
    if at_peak:
        notes.append(assumed("dearer_hours", models=", ".join(at_peak)))
    return notes


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
            names.setdefault(sentence(discount.note), []).append(row.offer.name)
    return names


def _result(row: _Row) -> dict[str, Any]:
    model, tokens = row.model, row.tokens
    assumptions = [
        note for estimate in model.results if estimate.quote for note in estimate.quote.assumptions
    ]
    warnings = [note for estimate in model.results for note in estimate.warnings]
    return {
        "rank": row.rank,
        "model": model.offer.model.name,
        "site": model.offer.site,
        "status": row.status,
        "tokens": {**token_sum_dict(tokens), "output": row.output} if tokens else None,
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
        "problem": model.error.message if model.error else None,
        "assumed": note_dicts(assumptions),
        "warnings": note_dicts(warnings),
    }
