"""Answers as text: `render()` picks the layout by the answer and the renderer by the format."""

from enum import StrEnum
from types import ModuleType

from tokencost.answers import CountReport, EstimateReport
from tokencost.budgets import CheckReport
from tokencost.catalogue import Catalogue

Answer = CountReport | EstimateReport | CheckReport | Catalogue


class OutputFormat(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


def render(
    answer: Answer,
    output_format: OutputFormat = OutputFormat.TABLE,
    *,
    terminal_width: int | None = None,
) -> str:
    """Return *answer* as text that ends in a line break.

    Args:
        answer: what the estimator, a check or the catalogue returned.
        output_format: tables are plain text unless a *terminal_width* is given.
        terminal_width: columns of the terminal that will show it, in colour.
    """
    layout = _layout(answer)
    match output_format:
        case OutputFormat.JSON:
            from tokencost.report.json import render_json

            return render_json(layout.as_dict(answer))
        case OutputFormat.CSV:
            from tokencost.report.csv import render_csv

            return render_csv(layout.CSV_COLUMNS, layout.csv_rows(answer))
        case OutputFormat.MARKDOWN:
            from tokencost.report.markdown import render_markdown

            return render_markdown(layout.sheet(answer))
        case OutputFormat.TABLE if terminal_width is None:
            from tokencost.report.plain import render_plain

            return render_plain(layout.sheet(answer))
        case OutputFormat.TABLE:
            from tokencost.report.terminal import render_terminal

            return render_terminal(layout.sheet(answer), width=terminal_width)


def render_quiet(answer: Answer) -> str:
    """Return the bare result: totals, names or the verdict, one a line."""
    quiet: str = _layout(answer).quiet(answer)
    return quiet


def _layout(answer: Answer) -> ModuleType:
    match answer:
        case CountReport():
            from tokencost.report import counts

            return counts
        case EstimateReport():
            from tokencost.report import estimates

            return estimates
        case CheckReport():
            from tokencost.report import checks

            return checks
        case Catalogue():
            from tokencost.report import models

            return models
