"""The answer of `check` as sheet, JSON and CSV."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tokencost.budgets import CheckReport, Finding
from tokencost.money import format_exact, format_money
from tokencost.report.json_envelope import envelope
from tokencost.report.phrases import failures_of, remarks
from tokencost.report.price_phrases import rate_remarks
from tokencost.report.table import Column, Sheet, Table

CSV_COLUMNS = ("status", "rule", "file", "model", "actual", "limit", "headroom", "unit")
_COLUMNS = (
    Column(name="status"),
    Column(name="rule"),
    Column(name="file"),
    Column(name="model"),
    Column(name="actual", number=True),
    Column(name="limit", number=True),
    Column(name="headroom", number=True),
)


def sheet(report: CheckReport) -> Sheet:
    """Lay out the findings and the verdict."""
    rows = tuple(
        (
            str(each.status),
            each.rule,
            each.file or "all",
            each.model,
            *(_cell(amount, each) for amount in (each.actual, each.limit, each.headroom)),
        )
        for each in report.findings
    )
    return Sheet(
        tables=(Table(columns=_COLUMNS, rows=rows),),
        remarks=(
            *remarks("assumed", report.assumptions),
            *rate_remarks(each.conversion for each in report.findings),
            *remarks("note", report.warnings),
            *failures_of(report.failures),
            *remarks("status", [str(report.status)]),
        ),
    )


def as_dict(report: CheckReport) -> dict[str, Any]:
    """Spell out the JSON."""
    return envelope(
        "check",
        prices=report.prices,
        price_date=report.price_date,
        conversions=[each.conversion for each in report.findings],
        assumptions={"notes": list(report.assumptions)},
        body={
            "status": str(report.status),
            "findings": [
                {
                    "budget": None,
                    "rule": each.rule,
                    "file": each.file,
                    "model": each.model,
                    "limit": format_exact(each.limit),
                    "actual": format_exact(each.actual),
                    "headroom": format_exact(each.headroom),
                    "unit": each.unit,
                    "base": None,
                    "status": str(each.status),
                }
                for each in report.findings
            ],
        },
        warnings=report.warnings,
        failures=report.failures,
    )


def csv_rows(report: CheckReport) -> Iterable[tuple[object, ...]]:
    """Return one row for each finding."""
    for each in report.findings:
        yield (
            each.status,
            each.rule,
            each.file,
            each.model,
            format_exact(each.actual),
            format_exact(each.limit),
            format_exact(each.headroom),
            each.unit,
        )


def quiet(report: CheckReport) -> str:
    """Return the verdict alone."""
    return f"{report.status}\n"


def _cell(amount: Decimal, finding: Finding) -> str:
    return f"{amount:,}" if finding.unit == "tokens" else format_money(amount, finding.unit)
