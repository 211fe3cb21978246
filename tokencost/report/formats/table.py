"""A report as aligned text: coloured for a terminal, else plain for pipes and files."""

from typing import TYPE_CHECKING

from tokencost.report.page import Page, Table, text_width, widths

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.reports import Report

_GAP = "  "


def render(view: "View", report: "Report", *, color: bool, width: int | None) -> str:
    """Return tables and notes; plain text has no *width* to cut numbers at."""
    page = view.page(report)
    if not color:
        return _plain(page)
    from tokencost.report.formats.terminal import render_terminal  # it brings rich

    return render_terminal(page, width=width)


def _plain(page: Page) -> str:
    blocks = ["\n".join(_lines(table)) for table in page.tables]
    if page.notes:
        widest = max(len(note.label) for note in page.notes)
        blocks.append("\n".join(f"{note.label:<{widest}}  {note.text}" for note in page.notes))
    return "\n\n".join(blocks) + "\n"


def _lines(table: Table) -> list[str]:
    cells = [tuple(column.name for column in table.columns), *table.rows]
    return [_GAP.join(_padded(row, table)).rstrip() for row in cells]


def _padded(row: tuple[str, ...], table: Table) -> list[str]:
    padded = []
    for cell, width, column in zip(row, widths(table), table.columns, strict=True):
        space = " " * (width - text_width(cell))
        padded.append(space + cell if column.number else cell + space)
    return padded
