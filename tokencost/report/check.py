"""Reports of `check`."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tokencost.budgets import TOKENS, CheckReport, Finding, Status
from tokencost.money import format_exact, format_money
from tokencost.report.formats.json import envelope, exact
from tokencost.report.page import Column, CsvTable, Page, csv_table, money, table
from tokencost.report.page_notes import failure_notes, notes_of
from tokencost.report.price_phrases import exchange_rate_notes

_CLOSE = Decimal("0.95")  # share of a limit from which on what passes is shown as well


def _amount(amount: Decimal | None, finding: Finding) -> object:
    if amount is None:
        return None
    return int(amount) if finding.unit == TOKENS else money(amount, finding.unit)


def _judged_cell(finding: Finding) -> object:
    if finding.judged is not None:
        return _amount(finding.judged, finding)
    low = finding.expected
    return f"at least {f'{low:,}' if finding.unit == TOKENS else format_money(low, finding.unit)}"


_COLUMNS: tuple[Column[Finding], ...] = (
    Column("status", value=lambda finding: finding.status),
    Column("rule", value=lambda finding: finding.rule),
    Column("file", value=lambda finding: finding.file, cell=lambda finding: finding.file or "all"),
    Column("model", value=lambda finding: finding.model),
    Column(csv="expected", value=lambda finding: _amount(finding.expected, finding)),
    Column(
        "actual",
        csv="judged",
        value=lambda finding: _amount(finding.judged, finding),
        cell=_judged_cell,
        number=True,
    ),
    Column("limit", value=lambda finding: _amount(finding.limit, finding), number=True),
    Column("headroom", value=lambda finding: _amount(finding.headroom, finding), number=True),
    Column(csv="unit", value=lambda finding: finding.unit),
)


class CheckView:
    """The findings and the verdict."""

    def page(self, report: CheckReport) -> Page:
        """Lay out one row for each finding, and the verdict below.

        In its place stand those that break their limit or are close to it, the closest of each
        rule among them.
        """
        page = _page(report, sorted(report.findings, key=_passes))
        closest = {finding.rule: finding for finding in sorted(report.findings, key=_used)}
        few = [
            finding
            for finding in report.findings
            if not _passes(finding) or _is_close(finding) or finding is closest[finding.rule]
        ]
        if len(few) == len(report.findings):
            return page
        return replace(page, summary=_page(report, sorted(few, key=_passes), is_all=False))

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

    def quiet(self, report: CheckReport) -> str:
        """Return the verdict alone."""
        return f"{report.status}\n"


def _page(report: CheckReport, findings: Iterable[Finding], *, is_all: bool = True) -> Page:
    return Page(
        tables=(table(_COLUMNS, findings),),
        notes=(
            *notes_of("assumed", report.assumptions),
            *exchange_rate_notes(finding.conversion for finding in report.findings),
            *notes_of("warning", report.warnings),
            *failure_notes(report.failures),
            *notes_of("status", [str(report.status)]),
        ),
        brief=_brief(report, is_all=is_all),
    )


def _passes(finding: Finding) -> bool:
    return finding.status is Status.PASS


def _used(finding: Finding) -> Decimal:
    """Return the share of its limit that is used; all of a limit of 0, and if nobody knows."""
    if finding.judged is None:
        return Decimal(1)
    return finding.judged / finding.limit if finding.limit else Decimal(1)


def _is_close(finding: Finding) -> bool:
    return _used(finding) >= _CLOSE


def _brief(report: CheckReport, *, is_all: bool) -> tuple[str, ...]:
    """Say the verdict, and how it was come to."""
    passed = sum(map(_passes, report.findings))
    option = "" if is_all else " (--all)"
    failed = f", {len(report.failures):,} could not be judged" if report.failures else ""
    return (
        f"{report.status}: {passed:,} of {len(report.findings):,} within{failed}{option}",
        f"prices of {report.price_date}",
        "judged at the upper end of each range",
    )


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
