"""The answer of `compress --list` as sheet, JSON and CSV."""

from collections.abc import Iterable
from typing import Any

from tokencost.compression.registry import TransformList, TransformListing
from tokencost.report.json_envelope import envelope
from tokencost.report.phrases import level_word
from tokencost.report.table import Column, Sheet, Table, only_used

CSV_COLUMNS = ("transform", "level", "runs", "kinds", "prefix_stable", "summary")
_SHOWN_KINDS = 3


def sheet(report: TransformList) -> Sheet:
    """Lay out one row for each transform."""
    columns = (
        Column(name="transform"),
        Column(name="runs with"),
        Column(name="content"),
        Column(name="what it does or drops"),
    )
    rows = tuple(
        (
            transform.name,
            _runs(transform),
            _kinds(list(map(str, transform.kinds))),
            transform.summary,
        )
        for transform in report.transforms
    )
    return Sheet(tables=(only_used(Table(columns=columns, rows=rows)),))


def as_dict(report: TransformList) -> dict[str, Any]:
    """Spell out the JSON."""
    return envelope(
        "transforms",
        prices=None,
        assumptions={},
        body={
            "results": [
                {
                    "transform": transform.name,
                    "level": transform.level and level_word(transform.level),
                    "runs": _runs(transform),
                    "kinds": list(map(str, transform.kinds)),
                    "prefix_stable": transform.prefix_stable,
                    "summary": transform.summary,
                }
                for transform in report.transforms
            ]
        },
    )


def csv_rows(report: TransformList) -> Iterable[tuple[object, ...]]:
    """Return one row for each transform."""
    for transform in report.transforms:
        yield (
            transform.name,
            transform.level and level_word(transform.level),
            _runs(transform),
            " ".join(map(str, transform.kinds)),
            transform.prefix_stable,
            transform.summary,
        )


def quiet(report: TransformList) -> str:
    """Return the names, one a line."""
    return "".join(f"{transform.name}\n" for transform in report.transforms)


def _runs(transform: TransformListing) -> str:
    return "by name" if transform.runs_by_name else f"--level {transform.level}"


def _kinds(kinds: list[str]) -> str:
    if len(kinds) <= _SHOWN_KINDS:
        return ", ".join(kinds)
    return f"{', '.join(kinds[:_SHOWN_KINDS])} and {len(kinds) - _SHOWN_KINDS} more"
