"""Reports of `estimate` with scenarios."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from tokencost.costs.workload import WorkloadCost
from tokencost.money import Money, format_exact, format_money, round_figures
from tokencost.notes import Note, assumed
from tokencost.report.estimate import EstimateView
from tokencost.report.formats.json import exact
from tokencost.report.page import Column, CsvTable, Page, PageNote, Table, money, only_used, table
from tokencost.report.page_notes import certainty_word, level_word, names_by_text, notes_of
from tokencost.report.phrases import (
    sentence,
    sentence_about,
    sentences,
)
from tokencost.report.price_phrases import percent
from tokencost.scenarios import Alternative, BreakEven, Outcome, Savings, SavingsReport

_ESTIMATE = EstimateView()
_LONGEST = 60  # characters of a line that is quoted


class SavingsView:
    """An estimate, with what it would cost in other ways below it."""

    def page(self, report: SavingsReport) -> Page:
        """Lay out the estimate, and the scenarios of its models."""
        costs = _ESTIMATE.page(report.estimate)
        if not report.savings:
            return costs
        return Page(
            tables=(*costs.tables, *_scenarios(report), *_alternatives(report)),
            notes=(*costs.notes, *_notes(report)),
        )

    def csv(self, report: SavingsReport) -> CsvTable:
        """Return the rows of the estimate: scenarios have other columns."""
        return _ESTIMATE.csv(report.estimate)

    def as_dict(self, report: SavingsReport) -> dict[str, Any]:
        """Spell out the JSON: that of the estimate, with the scenarios in it."""
        return _ESTIMATE.as_dict(
            report.estimate,
            scenarios=[_savings(savings, report) for savings in report.savings],
            failures=report.failures,
        )

    def quiet(self, report: SavingsReport) -> str:
        """Return the exact sum of the estimate."""
        return _ESTIMATE.quiet(report.estimate)


class _Row(NamedTuple):
    """A scenario of one of the models."""

    model: str
    outcome: Outcome
    savings: Savings

    @property
    def is_baseline(self) -> bool:
        return self.outcome is self.savings.baseline

    @property
    def is_best(self) -> bool:
        best = self.savings.best
        return self.outcome.workload == best.workload and bool(self.savings.saving(best))

    def month(self, calls: Decimal | None) -> Decimal | None:
        return self.savings.per_month(self.outcome, calls) if calls else None

    def money(self, amount: Decimal | None) -> Money | None:
        return money(amount, self.savings.offer.currency)


def _columns(report: SavingsReport) -> tuple[Column[_Row], ...]:
    options = report.estimate.options
    volume = options.volume.per_month if options.volume else None
    return (
        Column("model", cell=lambda row: row.model),
        Column(
            "scenario",
            cell=lambda row: f"{row.outcome.name} (best)" if row.is_best else row.outcome.name,
        ),
        Column(
            "per call",
            cell=lambda row: row.money(row.savings.per_call(row.outcome)),
            number=True,
            rank=4,
        ),
        Column(
            _calls_words(report),
            cell=lambda row: row.money(row.outcome.total if row.outcome.applies else None),
            number=True,
        ),
        Column("month", cell=lambda row: row.money(row.month(volume)), number=True),
        Column(
            "saving",
            cell=lambda row: "" if row.is_baseline else _saving(row.outcome, row.savings),
            number=True,
        ),
        Column(
            "pays from", cell=lambda row: _break_even(row.outcome.break_even), number=True, rank=1
        ),
        Column(
            "certainty",
            cell=lambda row: "" if row.is_baseline else certainty_word(row.outcome.certainty),
            rank=3,
        ),
    )


def _scenarios(report: SavingsReport) -> list[Table]:
    """Return a table of everything for one model, and of the best of each for several."""
    rows: list[_Row] = []
    for savings in report.savings:
        outcomes: list[Outcome] = []
        if _is_detailed(report):
            outcomes = [outcome for outcome in savings.outcomes if outcome.applies]
        if _is_news(savings, outcomes):
            outcomes.append(savings.best)
        if outcomes and _is_detailed(report):
            outcomes = [savings.baseline, *outcomes]
        name = savings.offer.name if len(report.savings) > 1 else ""
        rows += [_Row(name, outcome, savings) for outcome in outcomes]
    return [only_used(table(_columns(report), rows))] if rows else []


def _calls_words(report: SavingsReport) -> str:
    calls = report.estimate.options.calls
    inputs = {
        len(savings.baseline.workload.requests)
        for savings in report.savings
        if savings.baseline.workload
    }
    words = f"{calls:,} call{'s' * (calls != 1)}"
    return words if inputs == {1} else f"{words} each"


class _Alternative(NamedTuple):
    """A cheaper model beside the one that it could replace."""

    savings: Savings
    alternative: Alternative

    def cost(self) -> str:
        return format_money(self.alternative.outcome.total, self.alternative.offer.currency)

    def saving(self) -> str:
        cost = self.savings.cheapest_guaranteed.total
        return f"{percent(cost - self.alternative.cost, cost)} %"


def _alternatives(report: SavingsReport) -> list[Table]:
    rows = [
        _Alternative(savings, alternative)
        for savings in report.savings
        for alternative in savings.alternatives
    ]
    columns: tuple[Column[_Alternative], ...] = (
        Column("in place of", cell=lambda row: row.savings.offer.name),
        Column("model", cell=lambda row: row.alternative.offer.name),
        Column("scenario", cell=lambda row: row.alternative.outcome.name),
        Column(
            f"{report.estimate.options.calls:,} calls", cell=lambda row: row.cost(), number=True
        ),
        Column(
            "compared",
            cell=lambda row: format_money(row.alternative.cost, row.savings.offer.currency),
            number=True,
        ),
        Column("saving", cell=lambda row: row.saving(), number=True),
    )
    return [only_used(table(columns, rows))] if rows else []


def _notes(report: SavingsReport) -> list[PageNote]:
    """Return what the scenarios rest on, which do not apply, and what lies near by."""
    lines: list[PageNote] = []
    for savings in report.savings:
        name = f"{savings.offer.name}: " if len(report.savings) > 1 else ""
        if _is_detailed(report):
            reasons = [
                replace(outcome.reason, about=outcome.name)
                for outcome in savings.outcomes
                if outcome.reason is not None
            ]
            limits = [limit for limit in savings.limits if limit not in reasons]
            for label, texts in (
                ("prefix", sentences(_prefix_notes(savings))),
                ("scenario", _assumed(savings)),
                ("left out", map(sentence_about, reasons)),
                ("bound by", map(sentence_about, limits)),
            ):
                lines += notes_of(label, [f"{name}{text}" for text in texts])
        lines += notes_of("near", [f"{name}{sentence(note)}" for note in savings.warnings])
    if any(savings.alternatives for savings in report.savings):
        lines += notes_of("scenario", [assumed("models_not_compared")])
    if not _is_detailed(report):
        lines += notes_of("scenario", [assumed("best_of_certain")])
    return lines


def _is_detailed(report: SavingsReport) -> bool:
    """Say whether every scenario is shown: for several models JSON has them all."""
    return len(report.savings) == 1 or bool(report.options.only)


def _assumed(savings: Savings) -> Iterable[str]:
    """Yield what the scenarios rest on, with the ids of those that do."""
    scenarios = ((row.id, row.assumptions) for row in savings.outcomes if row.applies)
    for text, ids in names_by_text(scenarios).items():
        yield f"{', '.join(ids)}: {text}"


def _is_news(savings: Savings, rows: Sequence[Outcome]) -> bool:
    """Say whether the best combination saves anything, and no row says it already."""
    best = savings.best
    return bool(savings.saving(best)) and not any(row.workload == best.workload for row in rows)


def _saving(outcome: Outcome, savings: Savings) -> str:
    """Return the share of the cost that is saved, and the least of it where hits are not sure."""
    baseline = savings.baseline.total
    if not outcome.applies or not baseline:
        return ""
    most = percent(baseline - outcome.total, baseline)
    if outcome.worst_case is None:
        return f"{most} %"
    return f"{percent(baseline - outcome.worst_case.total, baseline)} to {most} %"


def _break_even(break_even: BreakEven) -> str:
    parts = []
    if break_even.calls is not None:
        parts.append(f"call {break_even.calls:,}")
    if break_even.per_hour is not None:
        parts.append(f"{round_figures(break_even.per_hour):f}/h")
    return ", ".join(parts)


def _prefix_notes(savings: Savings) -> Iterable[Note]:
    prefix = savings.prefix
    if prefix.tokens is None:
        return
    yield assumed("prefix_repeats", tokens=prefix.tokens, basis=sentence(prefix.basis))
    if prefix.ends_at:
        end, text = prefix.ends_at, prefix.ends_at.text
        text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
        yield assumed("prefix_ends", line=end.line, why=end.why, text=text)
    is_told = any(outcome.id == "reorder" for outcome in savings.outcomes)
    if prefix.reordered is not None and prefix.reordered > prefix.tokens and not is_told:
        yield assumed(
            "prefix_if_reordered",
            lines=tuple(prefix.reordered_lines),
            tokens=prefix.reordered,
        )


def _savings(savings: Savings, report: SavingsReport) -> dict[str, Any]:
    """Spell out the scenarios of one model."""
    prefix = savings.prefix
    return {
        "model": savings.offer.model.name,
        "site": savings.offer.site,
        "currency": savings.offer.currency,
        "prefix": {
            "tokens": prefix.tokens,
            "basis": sentence(prefix.basis),
            "stop": None
            if prefix.ends_at is None
            else {
                "line": prefix.ends_at.line,
                "why": prefix.ends_at.why,
                "text": prefix.ends_at.text,
            },
            "moved": prefix.reordered,
            "moved_lines": list(prefix.reordered_lines),
        },
        "baseline": _outcome(savings.baseline, savings, report),
        "rows": [_outcome(outcome, savings, report) for outcome in savings.outcomes],
        "best": _outcome(savings.best, savings, report),
        "bound_by": [sentence_about(limit) for limit in savings.limits],
        "alternatives": [
            {
                "model": alternative.offer.model.name,
                "site": alternative.offer.site,
                "scenario": alternative.outcome.id,
                "currency": alternative.offer.currency,
                "calls": format_exact(alternative.outcome.total),
                "compared": format_exact(alternative.cost),
            }
            for alternative in savings.alternatives
        ],
        "warnings": sentences(savings.warnings),
    }


def _outcome(outcome: Outcome, savings: Savings, report: SavingsReport) -> dict[str, Any]:
    volume = report.estimate.options.volume
    cost, baseline = outcome.cost, savings.baseline.total
    return {
        "id": outcome.id,
        "name": outcome.name,
        "applies": outcome.applies,
        "reason": sentence(outcome.reason) if outcome.reason else None,
        "usage": [] if cost is None else _usages(cost),
        "storage": None if cost is None else format_exact(cost.storage),
        "per_call": exact(savings.per_call(outcome)),
        "calls": None if cost is None else format_exact(cost.total),
        "month": exact(savings.per_month(outcome, volume.per_month)) if volume else None,
        "saving": exact(savings.saving(outcome)),
        "saving_percent": None
        if cost is None or not baseline
        else format_exact(percent(baseline - cost.total, baseline)),
        "floor": exact(outcome.worst_case.total if outcome.worst_case else None),
        "break_even_calls": outcome.break_even.calls,
        "break_even_per_hour": exact(outcome.break_even.per_hour),
        "certainty": certainty_word(outcome.certainty),
        "content": level_word(outcome.content),
        "assumptions": sentences(outcome.assumptions),
    }


def _usages(cost: WorkloadCost) -> Sequence[dict[str, Any]]:
    return [
        {
            "calls": format_exact(calls.calls),
            "uncached": calls.usage.uncached_input,
            "cache_read": calls.usage.cache_read,
            "cache_write": dict(calls.usage.cache_write),
            "output": calls.usage.output,
            "cost": format_exact(calls.price),
        }
        for calls in cost.billed
    ]
