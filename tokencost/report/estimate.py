"""Reports of `estimate`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tokencost.errors import Failure, NoPriceError
from tokencost.estimates.cost_range import cost_of_month
from tokencost.estimates.results import Estimate, EstimateReport, total_cost
from tokencost.money import format_exact, sum_exact
from tokencost.notes import Note
from tokencost.pricing import Conversion
from tokencost.report.formats.json import (
    converted_dict,
    cost_dict,
    cost_ends_dict,
    envelope,
    month_dict,
    note_dicts,
    notes_about,
    options_dict,
    token_sum_dict,
    tokens_dict,
    usage_dict,
)
from tokencost.report.page import CsvTable, Page, PageNote, csv_table, only_used, table
from tokencost.report.page_notes import (
    brief_estimate,
    count_notes,
    estimate_assumptions,
    notes_of,
    overhead_notes,
    warnings_of_inputs,
)
from tokencost.report.phrases import sentence_about
from tokencost.report.price_phrases import exchange_rate_notes, price_note, quote_dict
from tokencost.report.priced_input import PricedInput, cost_columns, priced_input


class EstimateView:
    """The costs, with a total for each model where there are several inputs."""

    def page(self, report: EstimateReport) -> Page:
        """Lay out one row for each estimate, and the totals."""
        by_model = [priced_input(report.of(offer), report) for offer in report.offers]
        totals = [row for row in by_model if row.is_sum]
        rows = (priced_input([estimate], report) for estimate in report.results)
        prices = only_used(table(cost_columns(report), rows, totals=totals))
        notes, brief = tuple(_notes(report)), tuple(brief_estimate(report))
        page = Page(tables=(prices,), notes=notes, brief=brief)
        if len(by_model) == 1 or not totals:
            return page
        summed = only_used(table(cost_columns(report, call="a call each"), by_model))
        brief = ("each input: --by-input", *brief)
        return replace(page, summary=replace(page, tables=(summed,), brief=brief))

    def csv(self, report: EstimateReport) -> CsvTable:
        """Return one row for each estimate; what is unknown stays empty."""
        return csv_table(
            cost_columns(report), (priced_input([estimate], report) for estimate in report.results)
        )

    def as_dict(
        self,
        report: EstimateReport,
        *,
        scenarios: Sequence[dict[str, Any]] = (),
        conversions: Iterable[Conversion | None] = (),
        failures: Sequence[Failure] | None = None,
    ) -> dict[str, Any]:
        """Spell out the JSON, with the scenarios of its models and all failures if given.

        *conversions* are those of the scenarios.
        """
        return envelope(
            report.name,
            prices=report.prices,
            price_date=report.price_date,
            conversions=[*(estimate.conversion for estimate in report.results), *conversions],
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

        It is that of a month where a volume says how many calls it has, else that of a call. With
        several models every line names its model and currency, for a bare number would not.
        """
        lines = []
        for offer in report.offers:
            rows = [priced_input([estimate], report) for estimate in report.of(offer)]
            amounts = [_asked_for(row, report) for row in rows if row.first.cost]
            currency = report.options.currency or offer.currency
            label = f"{offer.name}\t{currency}\t" if len(report.offers) > 1 else ""
            lines.append(f"{label}{format_exact(sum_exact(amounts))}\n")
        return "".join(lines)


def _asked_for(row: PricedInput, report: EstimateReport) -> Decimal:
    """Return the one number of an input that has a price: of a month if a volume is given.

    Raises:
        NoPriceError: a day of that month has no price that is known.
    """
    amount = row.month.expected if report.options.volume else row.cost.expected
    if amount is None:
        raise NoPriceError(
            f"{row.label} with {row.first.offer.name}: a day of the month has no known price",
            hint="leave out the volume for the cost of a call, or choose another day with --at",
        )
    converted = row.converted(amount)
    return converted.amount if converted else amount


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
        *warnings_of_inputs(report.warnings),
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
    size = estimate.tokens.expected + (estimate.each_output if model.context else 0)
    month = cost_of_month([estimate], report.options, report.price_date)
    return {
        "input": estimate.input,
        "kind": estimate.kind,
        "format": estimate.format,
        "model": model.name,
        "site": estimate.offer.site,
        "tokens": {**tokens_dict(estimate.tokens), "output": estimate.output.expected},
        "usage": usage_dict(estimate.usage),
        "cost": cost_dict(estimate, report.options, month),
        "cost_converted": converted_dict(
            estimate.conversion, total_cost([estimate]), month, calls=report.options.call_count
        ),
        "price": quote_dict(estimate.quote) if estimate.quote else None,
        "context": {"window": window, "fits": None if window is None else size <= window},
        "warnings": note_dicts(estimate.warnings),
    }


def _total(estimates: Sequence[Estimate], report: EstimateReport) -> dict[str, Any]:
    row = priced_input(estimates, report)
    calls = report.options.call_count
    return {
        "model": row.first.offer.model.name,
        "site": row.first.offer.site,
        "currency": row.first.offer.currency,
        "calls": len(estimates),
        "tokens": {**token_sum_dict(row.tokens), "output": row.output},
        **cost_ends_dict(row.cost),
        **month_dict(row.month),
        "converted": converted_dict(row.first.conversion, row.cost, row.month, calls=calls),
    }
