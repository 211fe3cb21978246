"""Reports of `compress`, and of its transforms."""

from typing import Any, NamedTuple

from tokencost.compression import TransformStep
from tokencost.compression.compress import CompressionReport
from tokencost.compression.registry import TransformList, TransformListing
from tokencost.report.formats.json import envelope, tokens_dict
from tokencost.report.page import Column, CsvTable, Page, PageNote, csv_table, only_used, table
from tokencost.report.page_notes import count_notes, notes_of, warnings_of_inputs
from tokencost.report.phrases import sentence


class _Row(NamedTuple):
    """What one transform did, or all of them: then *step* is None."""

    step: TransformStep | None
    before: int
    after: int | None
    tilde: str = ""

    def text(self, tokens: int | None) -> str:
        return "" if tokens is None else f"{self.tilde}{tokens:,}"


def _saved(row: _Row) -> str:
    """Return the share that is saved, cut off and not rounded up; a loss has a minus sign."""
    if row.after is None or not row.before:
        return ""
    thousandths = abs(row.before - row.after) * 1000 // row.before
    sign = "-" if row.after > row.before else ""
    return f"{sign}{thousandths // 10}.{thousandths % 10} %"


def _result(row: _Row) -> str:
    return "" if row.step is None else _reason(row.step) or "accepted"


def _reason(step: TransformStep | None) -> str | None:
    return sentence(step.reason) if step and step.reason else None


_STEPS: tuple[Column[_Row], ...] = (
    Column(
        "transform",
        value=lambda row: row.step.name if row.step else None,
        cell=lambda row: row.step.name if row.step else "all",
    ),
    Column("leaves", value=lambda row: row.step.level if row.step else None, csv="level", rank=2),
    Column(
        "before",
        value=lambda row: row.before,
        cell=lambda row: row.text(row.before),
        csv="before",
        number=True,
        rank=1,
    ),
    Column(
        "after",
        value=lambda row: row.after,
        cell=lambda row: row.text(row.after),
        csv="after",
        number=True,
    ),
    Column("saved", cell=_saved, number=True),
    Column(csv="accepted", value=lambda row: row.step.accepted if row.step else None),
    Column("result", value=lambda row: _reason(row.step), cell=_result, csv="reason"),
)


class CompressView:
    """What each transform did to the text."""

    def page(self, report: CompressionReport) -> Page:
        """Lay out one row for each transform that was tried, and one for all of them."""
        tilde = "" if report.before.is_exact else "~"
        total = _Row(None, report.before.expected, report.after.expected, tilde)
        return Page(
            tables=(only_used(table(_STEPS, _steps(report), totals=[total])),),
            notes=(
                PageNote(label="input", text=f"{report.input}, {report.content_type}"),
                *count_notes([(report.model, report.before)]),
                *notes_of("assumed", report.assumptions),
                *warnings_of_inputs(report.warnings),
            ),
        )

    def csv(self, report: CompressionReport) -> CsvTable:
        """Return one row for each transform that was tried."""
        return csv_table(_STEPS, _steps(report))

    def as_dict(self, report: CompressionReport) -> dict[str, Any]:
        """Spell out the JSON; the text itself is not in it."""
        return envelope(
            report.name,
            prices=report.prices,
            assumptions={},
            assumed=report.assumptions,
            body={
                "results": [
                    {
                        "input": report.input,
                        "kind": report.kind,
                        "format": report.format,
                        "content_type": str(report.content_type),
                        "model": report.model,
                        "before": tokens_dict(report.before),
                        "after": tokens_dict(report.after),
                        "prefix_stable": report.prefix_stable,
                        "steps": [_step_dict(step) for step in report.steps],
                    }
                ]
            },
            warnings=report.warnings,
            failures=report.failures,
        )

    def quiet(self, report: CompressionReport) -> str:
        """Return how many tokens are left."""
        return f"{report.after.expected}\n"


def _steps(report: CompressionReport) -> list[_Row]:
    return [_Row(step, step.before, step.after) for step in report.steps]


def _step_dict(step: TransformStep) -> dict[str, Any]:
    return {
        "transform": step.name,
        "level": str(step.level),
        "accepted": step.accepted,
        "reason": _reason(step),
        "before": step.before,
        "after": step.after,
    }


_MOST_KINDS = 3


def _runs(transform: TransformListing) -> str:
    return "by name" if transform.runs_by_name else f"--level {transform.level}"


def _kinds(transform: TransformListing) -> str:
    kinds = list(map(str, transform.kinds))
    if len(kinds) <= _MOST_KINDS:
        return ", ".join(kinds)
    return f"{', '.join(kinds[:_MOST_KINDS])} and {len(kinds) - _MOST_KINDS} more"


_TRANSFORMS: tuple[Column[TransformListing], ...] = (
    Column("transform", value=lambda transform: transform.name),
    Column(csv="level", value=lambda transform: transform.level),
    Column("runs with", value=_runs, csv="runs", rank=2),
    Column(
        "content",
        value=lambda transform: " ".join(map(str, transform.kinds)),
        cell=_kinds,
        csv="kinds",
        rank=1,
    ),
    Column(csv="prefix_stable", value=lambda transform: transform.prefix_stable),
    Column("what it does or drops", value=lambda transform: transform.summary, csv="summary"),
)


class TransformsView:
    """The transforms that `compress --list` lists."""

    def page(self, report: TransformList) -> Page:
        """Lay out one row for each transform."""
        return Page(tables=(only_used(table(_TRANSFORMS, report.transforms)),))

    def csv(self, report: TransformList) -> CsvTable:
        """Return one row for each transform."""
        return csv_table(_TRANSFORMS, report.transforms)

    def as_dict(self, report: TransformList) -> dict[str, Any]:
        """Spell out the JSON."""
        return envelope(
            report.name,
            prices=None,
            assumptions={},
            body={
                "results": [
                    {
                        "transform": transform.name,
                        "level": transform.level,
                        "runs": _runs(transform),
                        "kinds": list(map(str, transform.kinds)),
                        "prefix_stable": transform.prefix_stable,
                        "summary": transform.summary,
                    }
                    for transform in report.transforms
                ]
            },
        )

    def quiet(self, report: TransformList) -> str:
        """Return the names, one a line."""
        return "".join(f"{transform.name}\n" for transform in report.transforms)
