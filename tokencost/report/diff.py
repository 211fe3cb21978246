"""Reports of `diff`: what prompts cost before and now, and why."""

from decimal import Decimal
from functools import partial
from typing import Any

from tokencost.budgets.diff_report import (
    CostCauses,
    CostDifference,
    DiffReport,
    DiffSize,
    FileDifference,
    GrowthLimit,
    TotalDifference,
)
from tokencost.git import FileStatus
from tokencost.money import format_exact, format_money
from tokencost.notes import Note, assumed
from tokencost.report.difference import (
    ARROW,
    CAUSES,
    because_cell,
    call_cell,
    change_cell,
    comment,
    month_cell,
    tokens_cell,
    tokens_change,
)
from tokencost.report.formats.json import envelope, exact, options_dict, token_sum_dict
from tokencost.report.page import Column, CsvTable, Page, PageNote, csv_table, money, only_used
from tokencost.report.page import table as rows_table
from tokencost.report.page_notes import (
    brief_diff,
    failure_notes,
    notes_of,
    output_assumptions,
)
from tokencost.report.phrases import sentence_about
from tokencost.report.price_phrases import exchange_rate_notes
from tokencost.reports import number_of


def _file(difference: FileDifference) -> str:
    if difference.was in (None, difference.path):
        return difference.path
    return f"{difference.was}{ARROW}{difference.path}"


def _money(size: DiffSize | None) -> object:
    return size and money(size.cost.expected, size.currency)


def _cause(name: str, file: FileDifference) -> object:
    return money(file.causes.parts[name], file.currency) if file.causes else None


_FILES: tuple[Column[FileDifference], ...] = (
    Column("status", value=lambda file: file.status, rank=2),
    Column("file", csv="path", value=lambda file: file.path, cell=_file),
    Column(csv="was", value=lambda file: file.was),
    Column("budget", value=lambda file: file.budget, rank=3),
    Column("model", value=lambda file: file.model),
    Column("tokens", cell=tokens_cell, number=True, rank=1),
    Column("a call", cell=call_cell, number=True, rank=4),
    Column("change", cell=change_cell, number=True),
    Column("a month", cell=month_cell, number=True, rank=5),
    Column("because", cell=because_cell, rank=6),
    Column(csv="base_tokens", value=lambda file: file.base and file.base.tokens.expected),
    Column(csv="head_tokens", value=lambda file: file.head and file.head.tokens.expected),
    Column(csv="delta_tokens", value=lambda file: file.tokens),
    Column(csv="currency", value=lambda file: file.currency),
    Column(csv="base_cost", value=lambda file: _money(file.base)),
    Column(csv="head_cost", value=lambda file: _money(file.head)),
    Column(csv="delta_cost", value=lambda file: money(file.cost, file.currency)),
    Column(csv="delta_month", value=lambda file: money(file.month, file.currency)),
    *(Column(csv=f"because_{name}", value=partial(_cause, name)) for name in CAUSES),
)
_TOTALS: tuple[Column[TotalDifference], ...] = (
    Column("in all", cell=lambda total: number_of(total.files, "file"), rank=3),
    Column("budget", cell=lambda total: total.budget or "", rank=3),
    Column("model", cell=lambda total: total.model),
    Column("tokens", cell=tokens_cell, number=True, rank=2),
    Column("a call each", cell=call_cell, number=True, rank=4),
    Column("change", cell=change_cell, number=True),
    Column("a month", cell=month_cell, number=True, rank=1),
    Column("because", cell=because_cell, rank=5),
)


class DiffView:
    """The files that differ, and the whole."""

    def page(self, report: DiffReport) -> Page:
        """Lay out what has changed in a sentence, a row for each file, and the whole cost now."""
        files = only_used(rows_table(_FILES, report.files))
        if len({file.model for file in report.files}) < 2 and report.totals:
            columns = [column for column in _FILES if column.name != "model"]
            files = only_used(rows_table(columns, report.files))
        tables = files, only_used(rows_table(_TOTALS, report.totals))
        return Page(
            lead=_lead(report),
            tables=tuple(part for part in tables if part.rows),
            notes=(
                *notes_of("assumed", map(sentence_about, _assumed(report))),
                *_ends_notes(report),
                *exchange_rate_notes(report.conversions),
                *notes_of("warning", map(sentence_about, report.warnings)),
                *failure_notes(report.failures),
                *_limit_notes(report),
            ),
            brief=(*(note.text for note in _limit_notes(report)), *brief_diff(report)),
        )

    def csv(self, report: DiffReport) -> CsvTable:
        """Return one row for each file that differs, with each model."""
        return csv_table(_FILES, report.files)

    def as_dict(self, report: DiffReport) -> dict[str, Any]:
        """Spell out the JSON."""
        return envelope(
            report.name,
            prices=report.prices,
            price_date=report.price_date,
            conversions=report.conversions,
            assumptions=_assumptions(report),
            assumed=_assumed(report),
            body={
                "status": str(report.status),
                "base": {"ref": report.base, "commit": report.base_commit},
                "head": {"ref": report.head, "commit": report.head_commit},
                "limit": _limit_dict(report),
                "files": [_file_dict(file) for file in report.files],
                "totals": [_total_dict(total) for total in report.totals],
            },
            warnings=report.warnings,
            failures=report.failures,
        )

    def comment(self, report: DiffReport) -> str:
        """Return the Markdown, for a pull request."""
        page = self.page(report)
        return comment(
            report,
            lead=page.lead,
            brief=page.brief or (),
            warnings=page.warnings,
            totals=map(_total, report.totals),
        )

    def quiet(self, report: DiffReport) -> str:
        """Return the verdict where there is a limit, else what a call with each costs more."""
        if report.limit is not None:
            return f"{report.status}\n"
        lines = [
            f"{total.tokens}" if total.cost is None else format_exact(total.cost)
            for total in report.totals
        ]
        return "".join(f"{line}\n" for line in lines)


def _lead(report: DiffReport) -> str:
    """Say in a sentence how many files differ, and what that costs."""
    changed = len({file.path for file in report.files})
    kinds = {file.status for file in report.files}
    verb = kinds.pop() if len(kinds) == 1 else FileStatus.CHANGED
    since = f"since {report.base}"
    if not changed and not any(total.cost for total in report.totals):
        return f"no prompt has changed {since}"
    if not changed and any(total.changed is None for total in report.totals):
        return f"costs have changed {since}"
    text = f"{changed:,} of {number_of(report.prompt_files, 'prompt file')} {verb} {since}"
    if len(report.totals) != 1:
        return text
    total = report.totals[0]
    if total.cost is None:
        return f"{text}: {tokens_change(total)}"
    call = "a call" if report.prompt_files == 1 else "a call with each"
    return f"{text}: {tokens_change(total)}, {change_cell(total)} {call}"


def _total(total: TotalDifference) -> str:
    """Say what all files come to, before and now."""
    costs = f"{call_cell(total)} a call each", f"{month_cell(total)} a month"
    words = (
        total.budget,
        number_of(total.files, "file"),
        total.model,
        f"{tokens_cell(total)} tokens",
    )
    return ", ".join(word for word in (*words, *costs) if word and word[0] != " ")


def _ends_notes(report: DiffReport) -> list[PageNote]:
    if report.base_commit is None:
        return []
    head = "the work tree" if report.head is None else f"{report.head} ({report.head_commit})"
    text = f"{report.base_commit}, where {head} left {report.base}"
    return [PageNote(label="base", text=text)]


def _limit_notes(report: DiffReport) -> list[PageNote]:
    """Say the verdict, if there is a limit."""
    if report.limit is None:
        return []
    text = f"{report.status}: limit {report.limit}"
    if report.judged is not None:
        text += f", grown by {_growth_words(report.judged, report.limit)}"
    return [PageNote(label="status", text=text)]


def _growth_words(judged: Decimal, limit: GrowthLimit) -> str:
    unit = limit.unit
    if unit == "tokens":
        return number_of(int(judged), "token")
    if unit == "percent":
        return f"{format_exact(judged.quantize(Decimal('0.01')))}%"
    return f"{format_money(judged, unit)}{'/month' if limit.is_monthly else ''}"


def _assumed(report: DiffReport) -> list[Note]:
    """Return what the costs rest on."""
    options = report.options
    output = options.output or options.default_output
    if report.prices is None:
        return list(report.assumptions)
    notes = [
        assumed("prices_of", date=report.price_date, sources=report.prices.labels),
        *output_assumptions(output, has_output=output is not None),
        *report.assumptions,
    ]
    if options.volume:
        notes.append(assumed("calls_per_month", calls=options.volume.per_month, of_each=True))
    return notes


def _assumptions(report: DiffReport) -> dict[str, Any]:
    asked = options_dict(report.options, report.options.mode)
    return {name: value for name, value in asked.items() if name != "calls"}


def _limit_dict(report: DiffReport) -> dict[str, Any] | None:
    if report.limit is None:
        return None
    return {
        "amount": format_exact(report.limit.amount),
        "unit": report.limit.unit,
        "per": "month" if report.limit.is_monthly else "call",
        "expected": exact(report.growth),
        "judged": exact(report.judged),
    }


def _file_dict(file: FileDifference) -> dict[str, Any]:
    named = {"path": file.path, "was": file.was, "status": str(file.status)}
    return {**named, "budget": file.budget, **_difference_dict(file)}


def _total_dict(total: TotalDifference) -> dict[str, Any]:
    named = {"budget": total.budget, "files": total.files, "changed": total.changed}
    return {**named, **_difference_dict(total)}


def _difference_dict(difference: CostDifference) -> dict[str, Any]:
    return {
        "base": _size_dict(difference.base),
        "head": _size_dict(difference.head),
        "delta": {
            "tokens": difference.tokens,
            "currency": difference.currency,
            "cost": exact(difference.cost),
            "month": exact(difference.month),
        },
        "because": _because_dict(difference.causes),
    }


def _size_dict(size: DiffSize | None) -> dict[str, Any] | None:
    if size is None:
        return None
    model, _, site = size.model.partition("@")
    return {
        "model": model,
        "site": site or None,
        "tokens": token_sum_dict(size.tokens),
        "cost": {
            "currency": size.currency,
            "low": exact(size.cost.low),
            "expected": exact(size.cost.expected),
            "high": exact(size.cost.high),
            "month": exact(size.month),
        },
    }


def _because_dict(causes: CostCauses | None) -> dict[str, str | None] | None:
    return {name: exact(part) for name, part in causes.parts.items()} if causes else None
