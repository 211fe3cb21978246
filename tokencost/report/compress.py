"""The answer of `compress` as sheet, JSON and CSV."""

from collections.abc import Iterable
from typing import Any

from tokencost.compression import TransformStep
from tokencost.compression.compress import CompressionReport
from tokencost.report.phrases import count_remarks, level_word, remarks, sentence, sentences
from tokencost.report.table import Column, Remark, Sheet, Table, only_used

_COLUMNS = (
    Column(name="transform"),
    Column(name="leaves"),
    Column(name="before", number=True),
    Column(name="after", number=True),
    Column(name="saved", number=True),
    Column(name="result"),
)
CSV_COLUMNS = ("transform", "level", "tokens_before", "tokens_after", "accepted", "reason")


def sheet(report: CompressionReport) -> Sheet:
    """Lay out one row for each transform that was tried, and one for all of them."""
    before, after = report.before.expected, report.after.expected
    tilde = "" if report.before.is_exact else "~"
    rows = [_row(step) for step in report.steps]
    whole = ("all", "", f"{tilde}{before:,}", f"{tilde}{after:,}", _saved(before, after), "")
    return Sheet(
        tables=(only_used(Table(columns=_COLUMNS, rows=(*rows, whole), totals=1)),),
        remarks=(
            Remark(label="input", text=f"{report.input}, {report.kind}"),
            *count_remarks([(report.model, report.before)]),
            *remarks("assumed", sentences(report.assumptions)),
            *remarks("note", sentences(report.warnings)),
        ),
    )


def as_dict(report: CompressionReport) -> dict[str, Any]:
    """Spell out the JSON; the text itself is not in it."""
    from tokencost.report.json_envelope import envelope, tokens_dict  # with the price table's code

    return envelope(
        "compress",
        prices=report.prices,
        assumptions={"notes": sentences(report.assumptions)},
        body={
            "results": [
                {
                    "input": report.input,
                    "kind": str(report.kind),
                    "model": report.model,
                    "before": tokens_dict(report.before),
                    "after": tokens_dict(report.after),
                    "prefix_stable": report.prefix_stable,
                    "steps": [
                        {
                            "transform": step.name,
                            "level": level_word(step.level),
                            "tokens_before": step.before,
                            "tokens_after": step.after,
                            "accepted": step.accepted,
                            "reason": _reason(step),
                        }
                        for step in report.steps
                    ],
                }
            ]
        },
        warnings=sentences(report.warnings),
        failures=report.failures,
    )


def csv_rows(report: CompressionReport) -> Iterable[tuple[object, ...]]:
    """Return one row for each transform that was tried."""
    for step in report.steps:
        yield (
            step.name,
            level_word(step.level),
            step.before,
            step.after,
            step.accepted,
            _reason(step),
        )


def quiet(report: CompressionReport) -> str:
    """Return how many tokens are left."""
    return f"{report.after.expected}\n"


def _row(step: TransformStep) -> tuple[str, ...]:
    after = "" if step.after is None else f"{step.after:,}"
    saved = "" if step.after is None else _saved(step.before, step.after)
    result = _reason(step) or "accepted"
    return step.name, level_word(step.level), f"{step.before:,}", after, saved, result


def _reason(step: TransformStep) -> str | None:
    return None if step.reason is None else sentence(step.reason)


def _saved(before: int, after: int) -> str:
    """Return the share that is saved, cut off and not rounded up; a loss has a minus sign."""
    if not before:
        return ""
    thousandths = abs(before - after) * 1000 // before
    sign = "-" if after > before else ""
    return f"{sign}{thousandths // 10}.{thousandths % 10} %"
