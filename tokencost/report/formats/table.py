"""A report as aligned text: coloured for a terminal, else plain for pipes and files."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tokencost.report.page import Page, Table, text_width, widths

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.reports import Report

_GAP = "  "
_WIDEST = 10_000  # columns; lines are filled up to the width


def render(
    view: "View",
    report: "Report",
    *,
    color: bool,
    width: int | None,
    verbose: bool = False,
    all_rows: bool = False,
    warnings: bool = True,
) -> str:
    """Return tables and notes; plain text has no *width* to cut numbers at."""
    page = view.page(report).as_asked(verbose=verbose, all_rows=all_rows)
    page = (page if warnings else page.without_warnings()).printable()
    if not color and width is None:
        return _plain(page)
    from tokencost.report.formats.terminal import render_terminal  # pipes need none of it

    room = None if width is None else min(width, _WIDEST)
    return render_terminal(page, width=room, color=color)


def _plain(page: Page) -> str:
    blocks = [page.lead] if page.lead else []
    blocks += ["\n".join(_lines(table)) for table in page.tables]
    if page.notes:
        widest = max(len(note.label) for note in page.notes)
        blocks.append("\n".join(f"{note.label:<{widest}}  {note.text}" for note in page.notes))
    if page.brief:
        blocks.append("\n".join(page.brief))
    return "\n\n".join(blocks) + "\n"


def _lines(table: Table) -> list[str]:
    columns = list(zip(widths(table), (column.number for column in table.columns), strict=True))
    cells = [tuple(column.name for column in table.columns), *table.rows]
    return [_GAP.join(_padded(row, columns)).rstrip() for row in cells]


def _padded(row: tuple[str, ...], columns: Sequence[tuple[int, bool]]) -> list[str]:
    padded = []
    for cell, (width, is_number) in zip(row, columns, strict=True):
        space = " " * (width - text_width(cell))
        padded.append(space + cell if is_number else cell + space)
    return padded
