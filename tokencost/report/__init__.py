"""Answers as text: `render()` picks the layout by the answer and the renderer by the format."""

from enum import StrEnum
from importlib import import_module
from types import ModuleType
from typing import ClassVar, Protocol


class Answer(Protocol):
    """What `estimate`, `compare`, `count`, `check` and the others return."""

    name: ClassVar[str]


class OutputFormat(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


# A layout is imported for the answer that needs it: a count needs no code about prices.
_LAYOUTS = {
    "count": "count",
    "estimate": "estimate",
    "savings": "savings",
    "compare": "compare",
    "check": "check",
    "models": "models",
    "session": "session",
    "tokenizers": "tokenizers",
    "calibration": "calibration",
    "compress": "compress",
    "transforms": "transforms",
    "prices_validate": "validation",
    "prices_changes": "price_changes",
    "prices_diff": "price_diff",
}


def render(
    answer: Answer,
    output_format: OutputFormat = OutputFormat.TABLE,
    *,
    color: bool = False,
    width: int | None = None,
) -> str:
    """Return *answer* as text that ends in a line break.

    Args:
        answer: what the estimator, a check or the catalogue returned.
        output_format: what to write.
        color: whether a table is for a terminal.
        width: columns of that terminal, None for no limit.
    """
    layout = _layout(answer)
    match output_format:
        case OutputFormat.JSON:
            from tokencost.report.formats.json import render_json

            return render_json(layout.as_dict(answer))
        case OutputFormat.CSV:
            from tokencost.report.formats.csv import render_csv

            return render_csv(layout.CSV_COLUMNS, layout.csv_rows(answer))
        case OutputFormat.MARKDOWN:
            from tokencost.report.formats.markdown import render_markdown

            return render_markdown(layout.sheet(answer))
        case OutputFormat.TABLE if not color:
            from tokencost.report.formats.plain import render_plain

            return render_plain(layout.sheet(answer))
        case OutputFormat.TABLE:
            from tokencost.report.formats.terminal import render_terminal

            return render_terminal(layout.sheet(answer), width=width)


def render_quiet(answer: Answer) -> str:
    """Return the bare result: totals, names or the verdict, one a line."""
    quiet: str = _layout(answer).quiet(answer)
    return quiet


def _layout(answer: Answer) -> ModuleType:
    return import_module(f"tokencost.report.{_LAYOUTS[answer.name]}")
