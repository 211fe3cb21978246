"""The answer of `count --calibrate` as sheet, JSON and CSV."""

from collections.abc import Iterable
from typing import Any

from tokencost.estimates.calibrate import Calibration
from tokencost.money import plain
from tokencost.report.json_envelope import envelope
from tokencost.report.phrases import DASH
from tokencost.report.table import Column, Remark, Sheet, Table

CSV_COLUMNS = ("model", "requests", "factor", "low", "high", "error_before_percent", "source")


def sheet(answer: Calibration) -> Sheet:
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
            f"{each.learned.pairs:,}",
            plain(each.learned.factor),
            f"{plain(each.learned.low)}{DASH}{plain(each.learned.high)}",
            f"{plain(each.before)} %",
        )
        for each in answer.results
    )
    kept = "from now on counts of these models are corrected, and say so"
    return Sheet(
        tables=(Table(columns=columns, rows=rows),), remarks=(Remark(label="kept", text=kept),)
    )


def as_dict(answer: Calibration) -> dict[str, Any]:
    """Spell out the JSON."""
    return envelope(
        "calibration",
        prices=None,
        assumptions={},
        body={
            "results": [
                {
                    "model": each.model,
                    "requests": each.learned.pairs,
                    "factor": plain(each.learned.factor),
                    "low": plain(each.learned.low),
                    "high": plain(each.learned.high),
                    "error_before_percent": plain(each.before),
                    "source": each.learned.source,
                }
                for each in answer.results
            ]
        },
    )


def csv_rows(answer: Calibration) -> Iterable[tuple[object, ...]]:
    """Return one row for each model."""
    for each in as_dict(answer)["results"]:
        yield tuple(each.values())


def quiet(answer: Calibration) -> str:
    """Return model and factor, one a line."""
    return "".join(f"{each.model}\t{plain(each.learned.factor)}\n" for each in answer.results)
