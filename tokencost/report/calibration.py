"""The answer of `count --calibrate` as sheet, JSON and CSV."""

from collections.abc import Iterable
from typing import Any

from tokencost.estimates.calibrate import CalibrationReport
from tokencost.money import format_exact
from tokencost.report.json_envelope import envelope
from tokencost.report.phrases import DASH
from tokencost.report.table import Column, Remark, Sheet, Table

CSV_COLUMNS = ("model", "requests", "factor", "low", "high", "error_before_percent", "source")


def sheet(answer: CalibrationReport) -> Sheet:
    """Lay out one row for each model."""
    columns = (
        Column(name="model"),
        Column(name="requests", number=True),
        Column(name="factor", number=True),
        Column(name="between", number=True),
        Column(name="error before", number=True),
    )
    rows = tuple(
        (
            each.model,
            f"{each.factor.pairs:,}",
            format_exact(each.factor.factor),
            f"{format_exact(each.factor.low)}{DASH}{format_exact(each.factor.high)}",
            f"{format_exact(each.before)} %",
        )
        for each in answer.results
    )
    kept = "from now on counts of these models are corrected, and say so"
    return Sheet(
        tables=(Table(columns=columns, rows=rows),), remarks=(Remark(label="kept", text=kept),)
    )


def as_dict(answer: CalibrationReport) -> dict[str, Any]:
    """Spell out the JSON."""
    return envelope(
        "calibration",
        prices=None,
        assumptions={},
        body={
            "results": [
                {
                    "model": each.model,
                    "requests": each.factor.pairs,
                    "factor": format_exact(each.factor.factor),
                    "low": format_exact(each.factor.low),
                    "high": format_exact(each.factor.high),
                    "error_before_percent": format_exact(each.before),
                    "source": each.factor.source,
                }
                for each in answer.results
            ]
        },
    )


def csv_rows(answer: CalibrationReport) -> Iterable[tuple[object, ...]]:
    """Return one row for each model."""
    for each in as_dict(answer)["results"]:
        yield tuple(each.values())


def quiet(answer: CalibrationReport) -> str:
    """Return model and factor, one a line."""
    return "".join(f"{each.model}\t{format_exact(each.factor.factor)}\n" for each in answer.results)
