"""Reports of `compare`."""

from dataclasses import replace
from typing import Any

from tokencost.estimates.compare import Comparison, ComparisonRow
from tokencost.estimates.cost_range import month_notes
from tokencost.estimates.results import Estimate
from tokencost.money import format_exact
from tokencost.notes import Note, assumed
from tokencost.report.compared_model import (
    ComparedModel,
    compared_models,
    comparison_columns,
    is_output_priced,
)
from tokencost.report.formats.json import (
    envelope,
    exact,
    month_dict,
    note_dicts,
    notes_about,
    options_dict,
    token_sum_dict,
)
from tokencost.report.page import (
    CsvTable,
    Page,
    PageNote,
    csv_table,
    only_used,
    table,
)
from tokencost.report.page_notes import (
    brief_comparison,
    first_few,
    names_by_text,
    notes_of,
    output_assumptions,
    rows_left_out,
    warnings_of_inputs,
)
from tokencost.report.phrase_parts import few
from tokencost.report.phrases import sentence, sentence_about
from tokencost.report.price_phrases import exchange_rate_notes

# What is told of all models together, which prices of several assume in other words each.
_TOLD_TOGETHER = {"no_time_of_day", "contract_discount", "discount_applied"}
_FEW = 12  # rows that stand for all where not all are asked for


class CompareView:
    """The models, the cheapest first, with a bar for the cost against the dearest."""

    def page(self, report: Comparison) -> Page:
        """Lay out one row for each model and site, and in its place the cheapest of many."""
        page = _page(report)
        few = len(report.rows) <= _FEW
        return page if few else replace(page, summary=_page(report.top(_FEW)))

    def csv(self, report: Comparison) -> CsvTable:
        """Return one row for each model and site."""
        return csv_table(comparison_columns(report), compared_models(report))

    def as_dict(self, report: Comparison) -> dict[str, Any]:
        """Spell out the JSON."""
        return envelope(
            report.name,
            prices=report.prices,
            price_date=report.price_date,
            conversions=[row.conversion for row in report.rows],
            assumptions={**options_dict(report.options, report.mode), "currency": report.currency},
            assumed=_assumptions(report),
            body={"results": [_result(row) for row in compared_models(report)]},
            warnings=[*report.warnings, *_warnings(report)],
            failures=report.failures,
        )

    def quiet(self, report: Comparison) -> str:
        """Return name, currency and cost in it of what has a price, the cheapest first.

        The cost is that of a month where a volume says how many calls it has, else that of a call;
        what has no known price on a day of that month has no line.
        """
        return "".join(
            f"{row.offer.name}\t{report.currency}\t{format_exact(amount)}\n"
            for row in report.rows
            if (amount := report.amount(row)) is not None
        )


def _page(report: Comparison) -> Page:
    rows, assumptions = [*compared_models(report)], _assumptions(report)
    of_rows = [note for row in report.ranked for note in _of_quotes(row)]
    return Page(
        tables=(only_used(table(comparison_columns(report), rows)),),
        notes=tuple(_notes(report, assumptions)),
        brief=tuple(brief_comparison(report, [*assumptions, *of_rows])),
    )


def _notes(comparison: Comparison, assumptions: list[Note]) -> list[PageNote]:
    failed = [id(failure.error) for failure in comparison.failures]
    reasons = [_reason(row) for row in comparison.rows if row.error and id(row.error) not in failed]
    left_out = comparison.left_out
    more = [rows_left_out(left_out)] if left_out.total else []
    return [
        *exchange_rate_notes(row.conversion for row in comparison.rows),
        *notes_of("assumed", (note for note in assumptions if not note.about)),
        *notes_of("assumed", _told_of_rows(comparison, assumptions)),
        *warnings_of_inputs(comparison.warnings),
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
            "prices_of",
            date=comparison.price_date,
            mode=str(comparison.mode or "as each request asks"),
            sources=prices.labels,
        ),
        *output_assumptions(options.output, has_output=is_output_priced(comparison)),
        *comparison.assumptions,
    ]
    if options.volume:
        inputs = {estimate.input for row in comparison.rows for estimate in row.results}
        notes.append(
            assumed("calls_per_month", calls=options.volume.per_month, of_each=len(inputs) > 1)
        )
    results = [estimate for row in comparison.ranked for estimate in row.results]
    changes = month_notes(results, options, comparison.price_date)
    notes += [replace(note, about=name) for name, note in changes]
    for discount, names in _discounts(comparison).items():
        notes.append(assumed("discount_applied", discount=discount, models=", ".join(names)))
    at_peak = [row.offer.name for row in comparison.ranked if any(map(_is_at_peak, row.results))]
    if at_peak:
        notes.append(assumed("dearer_hours", models=", ".join(at_peak)))
    return notes


def _of_quotes(row: ComparisonRow) -> list[Note]:
    """Return what the prices of a model assume."""
    return [
        note for estimate in row.results if estimate.quote for note in estimate.quote.assumptions
    ]


def _told_of_rows(comparison: Comparison, assumptions: list[Note]) -> list[Note | str]:
    """Say what prices and months of models assume, each once with the models, few of many."""
    notes = [
        (row.offer.name, [note for note in _of_quotes(row) if note.code not in _TOLD_TOGETHER])
        for row in comparison.ranked
    ]
    of_months = [(note.about, [note]) for note in assumptions if note.about]
    texts = names_by_text([*of_months, *notes]).items()
    return first_few([f"{few(list(dict.fromkeys(names)))}: {text}" for text, names in texts])


def _is_at_peak(estimate: Estimate) -> bool:
    quote = estimate.quote
    return bool(quote and quote.hours and quote.hours.cheaper)


def _discounts(comparison: Comparison) -> dict[str, list[str]]:
    """Return the discounts of contracts that were applied, with the models they are for."""
    names: dict[str, list[str]] = {}
    for row in comparison.ranked:
        discounts = [estimate.quote.discount for estimate in row.results if estimate.quote]
        for discount in dict.fromkeys(filter(None, discounts)):
            names.setdefault(sentence(discount.note), []).append(row.offer.name)
    return names


def _result(row: ComparedModel) -> dict[str, Any]:
    model, tokens = row.model, row.tokens
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
            **month_dict(row.month),
        }
        if model.cost
        else None,
        "cost_common": exact(model.common),
        "month_common": exact(model.month_common),
        "ratio": exact(model.ratio),
        "problem": model.error.message if model.error else None,
        "assumed": note_dicts(_of_quotes(model)),
        "warnings": note_dicts(warnings),
    }
