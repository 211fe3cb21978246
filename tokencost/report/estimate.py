"""Reports of `estimate`."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from tokencost.errors import Failure
from tokencost.estimates.results import (
    Estimate,
    EstimateReport,
    TotalCost,
    cost_of_month,
    total_cost,
)
from tokencost.money import Money, format_exact, multiply, sum_exact
from tokencost.notes import Note
from tokencost.pricing.table import Provenance
from tokencost.report.formats.json import (
    converted_dict,
    cost_dict,
    envelope,
    exact,
    note_dicts,
    notes_about,
    options_dict,
    token_sum_dict,
    tokens_dict,
    usage_dict,
)
from tokencost.report.page import (
    Column,
    CsvTable,
    Page,
    PageNote,
    csv_table,
    money,
    only_used,
    table,
)
from tokencost.report.page_notes import (
    brief_estimate,
    count_cell,
    count_notes,
    estimate_assumptions,
    has_output,
    notes_of,
    overhead_notes,
    range_cell,
    uncounted_cell,
)
from tokencost.report.phrases import sentence_about
from tokencost.report.price_phrases import (
    calls_cell,
    cost_cell,
    cost_ends_cell,
    exchange_rate_notes,
    price_note,
    quote_dict,
    tier_label,
)
from tokencost.tokenizers import TokenCount


class _Row(NamedTuple):
    """One estimate, or those of one model that are summed up."""

    first: Estimate
    label: str
    tokens: TokenCount
    output: int
    cost: TotalCost
    month: Decimal | None
    is_sum: bool

    @property
    def provenance(self) -> Provenance | None:
        return self.first.quote.price.provenance if self.first.quote else None

    def part(self, name: str) -> Decimal | None:
        return getattr(self.first.cost.expected, name) if self.first.cost else None

    def times(self, calls: Decimal | int | None) -> Money | None:
        if calls is None or self.cost.expected is None:
            return None
        return money(multiply(self.cost.expected, calls), self.first.offer.currency)

    def of_month(self) -> Money | None:
        return money(self.month, self.first.offer.currency)

    def converted(self) -> Money | None:
        conversion, cost = self.first.conversion, self.cost.expected
        if conversion is None or cost is None:
            return None
        return money(conversion.convert(cost), conversion.target)


def _row(estimates: Sequence[Estimate], report: EstimateReport) -> _Row:
    return _Row(
        first=estimates[0],
        label=estimates[0].input if len(estimates) == 1 else f"sum of {len(estimates)}",
        tokens=TokenCount.sum([estimate.tokens for estimate in estimates]),
        output=sum(estimate.output.expected for estimate in estimates),
        cost=total_cost(estimates),
        month=cost_of_month(estimates, report.options, report.price_date),
        is_sum=len(estimates) > 1,
    )


def _token_columns(*, has_output: bool) -> tuple[Column[_Row], ...]:
    return (
        Column("input", value=lambda row: row.label),
        Column(csv="kind", value=lambda row: row.first.kind),
        Column(
            "model",
            value=lambda row: row.first.offer.model.name,
            cell=lambda row: row.first.offer.name,
        ),
        Column(csv="site", value=lambda row: row.first.offer.site),
        Column(
            "tokens",
            value=lambda row: row.tokens.expected,
            cell=lambda row: count_cell(row.tokens),
            number=True,
        ),
        Column("between", cell=lambda row: range_cell(row.tokens), number=True, rank=2),
        Column(csv="input_low", value=lambda row: row.tokens.low),
        Column(csv="input_high", value=lambda row: row.tokens.high),
        Column(csv="method", value=lambda row: row.tokens.method),
        Column(csv="tokenizer", value=lambda row: row.tokens.tokenizer),
        Column(csv="uncounted", value=lambda row: uncounted_cell(row.tokens)),
        Column(
            "output",
            value=lambda row: row.output,
            cell=lambda row: row.output if has_output else None,
            csv="output_tokens",
            number=True,
            rank=1,
        ),
        Column(csv="currency", value=lambda row: row.first.offer.currency),
    )


def _cost_columns(cost: str) -> tuple[Column[_Row], ...]:
    return (
        Column(csv="cost_input", value=lambda row: row.part("input")),
        Column(csv="cost_output", value=lambda row: row.part("output")),
        Column(csv="cost_low", value=lambda row: row.cost.low),
        Column(
            cost,
            value=lambda row: row.cost.expected,
            cell=lambda row: cost_cell(row.cost, row.tokens, row.first.offer.currency),
            csv="cost_expected",
            number=True,
        ),
        Column(csv="cost_high", value=lambda row: row.cost.high),
        Column(
            "cost between",
            cell=lambda row: cost_ends_cell(row.cost, row.tokens, row.first.offer.currency),
            number=True,
            rank=3,
        ),
    )


def _volume_columns(report: EstimateReport) -> tuple[Column[_Row], ...]:
    calls, currency = report.options.call_count, report.options.currency
    volume = report.options.volume.per_month if report.options.volume else None
    return (
        Column(csv="calls", value=lambda _: calls),
        Column(
            f"{calls:,} call{'s' * (calls != 1)}",
            value=lambda row: row.times(calls),
            cell=lambda row: calls_cell(row.times(calls), row.tokens),
            csv="cost_per_calls",
            number=True,
            rank=4,
        ),
        Column(csv="volume_per_month", value=lambda _: volume),
        Column(
            "a month",
            value=lambda row: row.of_month(),
            cell=lambda row: calls_cell(row.of_month(), row.tokens),
            csv="cost_month",
            number=True,
        ),
        Column(
            csv="converted_currency",
            value=lambda row: None if row.converted() is None else currency,
        ),
        Column(
            f"in {currency}",
            value=lambda row: row.converted(),
            cell=lambda row: calls_cell(row.converted(), row.tokens),
            csv="cost_converted",
            number=True,
        ),
        Column(csv="mode", value=lambda row: row.first.mode),
        Column(csv="tier", value=lambda row: tier_label(row.first.quote)),
        Column(csv="price_checked", value=lambda row: row.provenance and row.provenance.checked),
        Column(csv="price_source", value=lambda row: row.provenance and row.provenance.source),
    )


def _columns(report: EstimateReport, *, call: str = "a call") -> tuple[Column[_Row], ...]:
    priced = _has_output(report)
    return (
        *_token_columns(has_output=priced),
        *_cost_columns(call if priced else "input cost"),
        *_volume_columns(report),
    )


class EstimateView:
    """The costs, with a total for each model where there are several inputs."""

    def page(self, report: EstimateReport) -> Page:
        """Lay out one row for each estimate, and the totals."""
        by_model = [_row(report.of(offer), report) for offer in report.offers]
        totals = [row for row in by_model if row.is_sum]
        rows = (_row([estimate], report) for estimate in report.results)
        prices = only_used(table(_columns(report), rows, totals=totals))
        notes, brief = tuple(_notes(report)), tuple(brief_estimate(report))
        page = Page(tables=(prices,), notes=notes, brief=brief)
        if len(by_model) == 1 or not totals:
            return page
        summed = only_used(table(_columns(report, call="a call each"), by_model))
        brief = ("each input: --by-input", *brief)
        return replace(page, summary=replace(page, tables=(summed,), brief=brief))

    def csv(self, report: EstimateReport) -> CsvTable:
        """Return one row for each estimate; what is unknown stays empty."""
        return csv_table(
            _columns(report), (_row([estimate], report) for estimate in report.results)
        )

    def as_dict(
        self,
        report: EstimateReport,
        *,
        scenarios: Sequence[dict[str, Any]] = (),
        failures: Sequence[Failure] | None = None,
    ) -> dict[str, Any]:
        """Spell out the JSON, with the scenarios of its models and all failures if given."""
        return envelope(
            report.name,
            prices=report.prices,
            price_date=report.price_date,
            conversions=[estimate.conversion for estimate in report.results],
            assumptions=options_dict(report.options, report.mode),
            assumed=estimate_assumptions(report),
            body={
                "results": [_result(estimate, report) for estimate in report.results],
                "totals": [_total(report.of(offer), report) for offer in report.offers],
                "scenarios": list(scenarios),
            },
            warnings=[*report.warnings, *_warnings(report)],
            failures=report.failures if failures is None else failures,
        )

    def quiet(self, report: EstimateReport) -> str:
        """Return the exact sum over all inputs, in the asked or native currency.

        With several models every line names its model and currency, for a bare number would not.
        """
        lines = []
        for offer in report.offers:
            costs = [
                estimate.conversion.convert(estimate.cost.expected.total)
                if estimate.conversion
                else estimate.cost.expected.total
                for estimate in report.of(offer)
                if estimate.cost is not None
            ]
            currency = report.options.currency or offer.currency
            label = f"{offer.name}\t{currency}\t" if len(report.offers) > 1 else ""
            lines.append(f"{label}{format_exact(sum_exact(costs))}\n")
        return "".join(lines)


def _has_output(report: EstimateReport) -> bool:
    return has_output(report.options.output, report.results)


def _notes(report: EstimateReport) -> list[PageNote]:
    prices = [
        price_note(estimate.offer, estimate.quote, estimate.usage)
        for estimate in report.results
        if estimate.quote
    ]
    counts = [(estimate.offer.model.name, estimate.tokens) for estimate in report.results]
    return [
        *count_notes((model, tokens) for model, tokens in counts if tokens.tokenizer),
        *overhead_notes(counts),
        *dict.fromkeys(prices),
        *exchange_rate_notes(estimate.conversion for estimate in report.results),
        *notes_of("assumed", map(sentence_about, estimate_assumptions(report))),
        *notes_of("warning", report.warnings),
        *notes_of("warning", map(sentence_about, _warnings(report))),
    ]


def _warnings(report: EstimateReport) -> list[Note]:
    return [
        note
        for estimate in report.results
        for note in notes_about(estimate.offer.name, estimate.warnings)
    ]


def _result(estimate: Estimate, report: EstimateReport) -> dict[str, Any]:
    model = estimate.offer.model
    own = estimate.quote.price.conditions.context if estimate.quote else None
    window = own or model.context or model.max_input
    size = estimate.tokens.expected + (estimate.output.expected if model.context else 0)
    return {
        "input": estimate.input,
        "kind": estimate.kind,
        "format": estimate.format,
        "model": model.name,
        "site": estimate.offer.site,
        "tokens": {**tokens_dict(estimate.tokens), "output": estimate.output.expected},
        "usage": usage_dict(estimate.usage),
        "cost": cost_dict(
            estimate,
            report.options,
            cost_of_month([estimate], report.options, report.price_date),
        ),
        "cost_converted": converted_dict(estimate),
        "price": quote_dict(estimate.quote) if estimate.quote else None,
        "context": {"window": window, "fits": None if window is None else size <= window},
        "warnings": note_dicts(estimate.warnings),
    }


def _total(estimates: Sequence[Estimate], report: EstimateReport) -> dict[str, Any]:
    row = _row(estimates, report)
    return {
        "model": row.first.offer.model.name,
        "site": row.first.offer.site,
        "currency": row.first.offer.currency,
        "calls": len(estimates),
        "tokens": {**token_sum_dict(row.tokens), "output": row.output},
        "expected": exact(row.cost.expected),
        "low": exact(row.cost.low),
        "high": exact(row.cost.high),
        "month": exact(row.month),
    }
