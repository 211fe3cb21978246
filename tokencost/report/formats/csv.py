"""An answer as CSV: exact values, nothing rounded, unknown left empty."""

import csv
import io
from collections.abc import Iterable, Sequence


def render_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a header and *rows*; a text that a spreadsheet would run as a formula is quoted."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "@") else cell
