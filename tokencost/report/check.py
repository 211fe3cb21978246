"""Reports of `check`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tokencost.budgets import TOKENS, CheckReport, Finding, Rule, Status
from tokencost.money import format_exact
from tokencost.report.comment import check_comment
from tokencost.report.formats.json import envelope, exact
from tokencost.report.page import (
    Column,
    CsvTable,
    Page,
    Table,
    csv_table,
    kept,
    money,
    only_used,
    table,
)
from tokencost.report.page_notes import (
    brief_assumptions,
    brief_exchange_rates,
    brief_prices,
    count_notes,
    failure_notes,
    notes_of,
)
from tokencost.report.phrases import sentence_about, sentences
from tokencost.report.price_phrases import exchange_rate_notes
from tokencost.report.savings_phrases import MARKS
from tokencost.report.verdicts import Verdict, amount_words, verdicts_of
from tokencost.reports import number_of

_ORDER = (Status.FAIL, Status.ERROR, Status.WARN, Status.PASS)
_BRIEF = (
    "sizes_recorded",
    "growth_not_judged",
    "growth_of_added",
    "window_without_output",
    "files_under_no_budget",
    "cache_of_request",
    "cache_set_aside",
    "outputs_each",
)  # notes that are said


def _amount(amount: Decimal | None, finding: Finding) -> object:
    if amount is None:
        return None
    return int(amount) if finding.unit == TOKENS else money(amount, finding.unit)


def _judged_cell(finding: Finding) -> object:
    if finding.judged is not None:
        return _amount(finding.judged, finding)
    return f"at least {amount_words(finding.expected, finding)}"


_COLUMNS: tuple[Column[Finding], ...] = (
    Column("status", value=lambda finding: finding.status),
    Column("budget", value=lambda finding: finding.budget, place=3, rank=3),
    Column("rule", value=lambda finding: finding.rule, place=2, rank=1),
    Column(
        "file",
        value=lambda finding: finding.file,
        cell=lambda finding: finding.file or "all",
        place=1,
    ),
    Column("model", value=lambda finding: finding.model, place=4, rank=4),
    Column(
        "expected",
        value=lambda finding: _amount(finding.expected, finding),
        number=True,
        place=5,
        rank=2,
    ),
    Column(
        "judged at",
        csv="judged",
        value=lambda finding: _amount(finding.judged, finding),
        cell=_judged_cell,
        number=True,
        place=6,
    ),
    Column("limit", value=lambda finding: _amount(finding.limit, finding), number=True, place=7),
    Column(
        "headroom",
        value=lambda finding: _amount(finding.headroom, finding),
        number=True,
        place=8,
        rank=5,
    ),
    Column(csv="unit", value=lambda finding: finding.unit),
    Column(
        "was",
        csv="base",
        value=lambda finding: _amount(finding.base, finding),
        number=True,
        place=9,
    ),
)


class CheckView:
    """The findings and the verdict."""

    def page(self, report: CheckReport) -> Page:
        """Lay out the verdict in a sentence, and one row for each finding, the worst first.

        In its place stands what does not pass, and how much does.
        """
        findings = sorted(report.findings, key=lambda finding: _ORDER.index(finding.status))
        page = _page(report, findings)
        few = [finding for finding in findings if finding.status is not Status.PASS]
        if len(few) == len(findings):
            return page
        return replace(page, summary=_page(report, few, is_all=False))

    def csv(self, report: CheckReport) -> CsvTable:
        """Return one row for each finding."""
        return csv_table(_COLUMNS, report.findings)

    def as_dict(self, report: CheckReport) -> dict[str, Any]:
        """Spell out the JSON."""
        return envelope(
            report.name,
            prices=report.prices,
            price_date=report.price_date,
            conversions=[finding.conversion for finding in report.findings],
            assumptions={},
            assumed=report.assumptions,
            body={
                "status": str(report.status),
                "findings": [_finding(finding) for finding in report.findings],
            },
            warnings=report.warnings,
            failures=report.failures,
        )

    def comment(self, report: CheckReport) -> str:
        """Return the Markdown, for a pull request."""
        page = self.page(report)
        return check_comment(
            report, lead=page.lead, brief=_brief(report, is_all=True), warnings=page.warnings
        )

    def verdicts(self, report: CheckReport) -> tuple[Verdict, ...]:
        """Return everything that was judged, or could not be, the worst first."""
        return verdicts_of(report)

    def quiet(self, report: CheckReport) -> str:
        """Return the verdict alone."""
        return f"{report.status}\n"


def _table(findings: Sequence[Finding]) -> Table:
    """Return one row for each finding; of several models each row names its own."""
    names = {finding.model for finding in findings if finding.model}
    sold = {name for name in names if "@" in name}  # limits on tokens name no site
    has_several = len(sold) > 1 or len({name.partition("@")[0] for name in names}) > 1
    return only_used(table(kept(_COLUMNS, "model") if has_several else _COLUMNS, findings))


def _page(report: CheckReport, findings: Sequence[Finding], *, is_all: bool = True) -> Page:
    return Page(
        lead=_lead(report),
        tables=(_table(findings),) if findings else (),
        notes=(
            *count_notes(
                (model, tokens) for model, tokens in report.counts.items() if tokens.tokenizer
            ),
            *notes_of("assumed", map(sentence_about, report.assumptions)),
            *exchange_rate_notes(finding.conversion for finding in report.findings),
            *notes_of("warning", map(sentence_about, report.warnings)),
            *failure_notes(report.failures),
            *notes_of("status", [str(report.status)]),
        ),
        brief=tuple(_brief(report, is_all=is_all)),
    )


def _lead(report: CheckReport) -> str:
    """Say the verdict in a sentence."""
    limit = "budget" if any(finding.budget for finding in report.findings) else "limit"
    broken = _those(report, Status.FAIL)
    files = {finding.file for finding in broken if finding.file}
    prompts = number_of(report.inputs, "prompt")
    verb = "breaks" if len(files) == 1 else "break"
    over = f"{len(files):,} of {prompts} {verb} a {limit}" if files else ""
    if report.status is Status.ERROR:
        unknown = "not everything could be judged"
        return f"{over}, and {unknown}" if over else unknown
    if files:
        is_each = all(finding.file for finding in broken)
        return over if is_each else f"{over}, and so do all together"
    if broken:
        return f"{prompts} {'together break' if report.inputs != 1 else 'breaks'} a {limit}"
    if not report.findings:
        return "nothing to judge"
    if warned := len(_those(report, Status.WARN)) + len(report.gone):
        return f"no {limit} is broken, with {number_of(warned, 'warning')}"
    return f"{prompts} within every {limit}"


def _those(report: CheckReport, status: Status) -> list[Finding]:
    return [finding for finding in report.findings if finding.status is status]


def _brief(report: CheckReport, *, is_all: bool) -> Iterable[str]:
    """Say how the verdict was come to."""
    passed = _those(report, Status.PASS)
    option = "" if is_all else " (--all)"
    failed = f", {len(report.failures):,} could not be judged" if report.failures else ""
    yield f"{report.status}: {len(passed):,} of {len(report.findings):,} within{failed}{option}"
    limited = [finding for finding in passed if _is_growth_or_size(finding)]
    if limited and not is_all:
        closest = max(limited, key=_used)
        judged = closest.expected if closest.judged is None else closest.judged
        limit = amount_words(closest.limit, closest)
        unit = " tokens" if closest.unit == TOKENS else ""
        file = closest.file or "all together"
        was = ""
        if closest.rule is Rule.MAX_INCREASE and closest.base is not None:
            was = f", from {amount_words(closest.base, closest)}"
        yield f"closest: {file}, {amount_words(judged, closest)} of {limit}{unit}{was}"
    notes = report.assumptions
    yield from sentences(note for note in notes if note.code in _BRIEF or note.code in MARKS)
    yield from brief_exchange_rates(finding.conversion for finding in report.findings)
    yield brief_prices(report.price_date, report.prices)
    yield from brief_assumptions(report.assumptions)
    codes = {note.code for note in report.assumptions}
    if "judged_at_upper_end" in codes:
        yield "judged at the upper end of each range"
    if "judged_at_expected" in codes:
        yield "judged as expected, not at the upper end"


def _is_growth_or_size(finding: Finding) -> bool:
    """Tell whether something is held against a limit: what is as it was has not grown at all."""
    has_grown = finding.base is None or finding.judged is None or finding.judged > finding.base
    return has_grown or finding.rule is not Rule.MAX_INCREASE


def _used(finding: Finding) -> Decimal:
    """Return the share of its limit that is used, of growth that of what may be added."""
    judged = finding.expected if finding.judged is None else finding.judged
    start = (finding.base or Decimal()) if finding.rule is Rule.MAX_INCREASE else Decimal()
    allowed = finding.limit - start
    return (judged - start) / allowed if allowed else Decimal(1)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "budget": finding.budget,
        "rule": finding.rule,
        "file": finding.file,
        "model": finding.model,
        "limit": format_exact(finding.limit),
        "expected": format_exact(finding.expected),
        "judged": exact(finding.judged),
        "headroom": exact(finding.headroom),
        "unit": finding.unit,
        "base": exact(finding.base),
        "status": str(finding.status),
    }
