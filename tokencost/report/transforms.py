"""The answer of `compress --list` as sheet, JSON and CSV."""

from collections.abc import Iterable
from typing import Any

from tokencost.compression.registry import TransformList
from tokencost.report.json_envelope import envelope
from tokencost.report.table import Column, Sheet, Table, only_used

CSV_COLUMNS = ("transform", "level", "runs", "kinds", "prefix_stable", "summary")
_SHOWN_KINDS = 3


def sheet(answer: TransformList) -> Sheet:
    """Lay out one row for each transform."""
    columns = (
        Column(name="transform"),
        Column(name="runs with"),
        Column(name="content"),
        Column(name="what it does or drops"),
    )
    rows = tuple(
        (each.name, each.runs, _kinds(list(map(str, each.kinds))), each.summary)
        for each in answer.listed
    )
    return Sheet(tables=(only_used(Table(columns=columns, rows=rows)),))


def as_dict(answer: TransformList) -> dict[str, Any]:
    """Spell out the JSON."""
    return envelope(
        "transforms",
        prices=None,
        assumptions={},
        body={
            "results": [
                {
                    "transform": each.name,
                    "level": each.level or None,
                    "runs": each.runs,
                    "kinds": list(map(str, each.kinds)),
                    "prefix_stable": each.prefix_stable,
                    "summary": each.summary,
                }
                for each in answer.listed
            ]
        },
    )


def csv_rows(answer: TransformList) -> Iterable[tuple[object, ...]]:
    """Return one row for each transform."""
    for each in answer.listed:
        yield (
            each.name,
            each.level or None,
            each.runs,
            " ".join(map(str, each.kinds)),
            each.prefix_stable,
            each.summary,
        )


def quiet(answer: TransformList) -> str:
    """Return the names, one a line."""
    return "".join(f"{each.name}\n" for each in answer.listed)


def _kinds(kinds: list[str]) -> str:
    if len(kinds) <= _SHOWN_KINDS:
        return ", ".join(kinds)
    return f"{', '.join(kinds[:_SHOWN_KINDS])} and {len(kinds) - _SHOWN_KINDS} more"
