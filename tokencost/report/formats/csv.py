"""A report as CSV: exact values, nothing rounded, unknown left empty."""

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.reports import Report


def render(view: "View", report: "Report", **_: object) -> str:
    """Return header and rows; a text that a spreadsheet would run as a formula is quoted."""
    header, rows = view.csv(report)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "@") else cell
