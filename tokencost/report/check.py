"""Reports of `check`."""

from decimal import Decimal
from typing import Any

from tokencost.budgets import TOKENS, CheckReport, Finding, Status
from tokencost.money import format_exact
from tokencost.report.formats.json import envelope
from tokencost.report.page import Column, CsvTable, Page, csv_table, money, table
from tokencost.report.page_notes import failure_notes, notes_of
from tokencost.report.price_phrases import exchange_rate_notes


def _amount(amount: Decimal, finding: Finding) -> object:
    return int(amount) if finding.unit == TOKENS else money(amount, finding.unit)


_COLUMNS: tuple[Column[Finding], ...] = (
    Column("status", value=lambda finding: finding.status),
    Column("rule", value=lambda finding: finding.rule),
    Column("file", value=lambda finding: finding.file, cell=lambda finding: finding.file or "all"),
    Column("model", value=lambda finding: finding.model),
    Column(csv="expected", value=lambda finding: _amount(finding.expected, finding)),
    Column(
        "actual", csv="judged", value=lambda finding: _amount(finding.judged, finding), number=True
    ),
    Column("limit", value=lambda finding: _amount(finding.limit, finding), number=True),
    Column("headroom", value=lambda finding: _amount(finding.headroom, finding), number=True),
    Column(csv="unit", value=lambda finding: finding.unit),
)


class CheckView:
    """The findings and the verdict."""

    def page(self, report: CheckReport) -> Page:
        """Lay out one row for each finding, and the verdict below."""
        return Page(
            tables=(table(_COLUMNS, sorted(report.findings, key=_passes)),),
            notes=(
                *notes_of("assumed", report.assumptions),
                *exchange_rate_notes(finding.conversion for finding in report.findings),
                *notes_of("warning", report.warnings),
                *failure_notes(report.failures),
                *notes_of("status", [str(report.status)]),
            ),
            brief=_brief(report),
        )

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


def _passes(finding: Finding) -> bool:
    return finding.status is Status.PASS


def _brief(report: CheckReport) -> tuple[str, ...]:
    """Say the verdict, and how it was come to."""
    passed = sum(map(_passes, report.findings))
    return (
        f"{report.status}: {passed:,} of {len(report.findings):,} within their limits",
        f"prices of {report.price_date}",
        "judged at the upper end of each range",
    )


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "budget": None,
        "rule": finding.rule,
        "file": finding.file,
        "model": finding.model,
        "limit": format_exact(finding.limit),
        "expected": format_exact(finding.expected),
        "judged": format_exact(finding.judged),
        "headroom": format_exact(finding.headroom),
        "unit": finding.unit,
        "base": None,
        "status": str(finding.status),
    }
