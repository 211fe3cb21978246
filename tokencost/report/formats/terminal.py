"""A page in colour, for a person at a terminal; the only module that knows rich."""

import io

from rich.console import Console, Group
from rich.table import Table as Grid
from rich.text import Text

from tokencost.report.page import Page, PageNote, Table, widths, without

_GAP = 2
_SLACK = 20
_SHORTEST_NAME = 12
_LABEL_STYLES = {"warning": "yellow", "error": "red", "assumed": "cyan", "hidden": "yellow"}
_CELL_STYLES = {"fail": "bold red", "error": "bold red", "pass": "green", "no price": "red"}


def render_terminal(page: Page, *, width: int | None, color: bool = True) -> str:
    """Return *page* for a terminal, with colours or without.

    On a terminal of this *width* notes are wrapped, and what a table can spare is left out if
    it is too wide; nothing that is shown is ever cut. Without a *width* there is no limit.
    """
    tables, hidden = [], dict[str, None]()
    for table in page.tables:
        fitted = table if width is None else _fitted(table, width)
        shown = {column.name for column in fitted.columns}
        hidden |= {column.name: None for column in table.columns if column.name not in shown}
        tables.append(fitted)
    notes = list(page.notes)
    if hidden and not page.brief:
        text = f"{', '.join(hidden)}: widen the terminal, or see --json"
        notes.append(PageNote(label="hidden", text=text))
    widest = max(
        [
            *map(_width, tables),
            *(len(note.label) + len(note.text) for note in notes),
            *map(len, page.brief or ()),
            len(page.lead),
            1,
        ]
    )
    parts: list[Grid | Text] = [Text(page.lead, style="bold"), Text()] if page.lead else []
    for table in tables:
        parts += [_grid(table, _column_widths(table, width)), Text()]
    if notes:
        parts.append(_notes(notes, width))
        parts += [Text()] * bool(page.brief)
    if page.brief:
        room = max(len(line) for line in page.brief) if width is None else width
        lines = Grid.grid()
        lines.add_column(overflow="fold", width=room)
        for line in page.brief:
            lines.add_row(Text(line, style="dim"))
        parts.append(lines)
    console = Console(
        file=io.StringIO(),
        # Both kinds of columns have their widths already: with room to spare rich cuts nothing.
        width=max(widest, width or 0) + _SLACK,
        height=1,  # unused, but without it a width is ignored where TERM=dumb
        force_terminal=True,
        color_system="standard" if color else None,
        no_color=False,  # decided by the caller; --color always beats NO_COLOR
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(Group(*parts), soft_wrap=width is None)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _fitted(table: Table, width: int) -> Table:
    spare = sorted(
        (column for column in table.columns if column.rank), key=lambda column: column.rank
    )
    while spare and _width(table) > width:
        table = without(table, spare.pop())
    return table


def _width(table: Table) -> int:
    return sum(widths(table)) + _GAP * (len(table.columns) - 1)


def _column_widths(table: Table, width: int | None) -> list[int]:
    """Return the width of each column; long names give way, numbers never do."""
    wanted = widths(table)
    excess = 0 if width is None else _width(table) - width
    for place in sorted(range(len(wanted)), key=wanted.__getitem__, reverse=True):
        if excess > 0 and not table.columns[place].number:
            cut = min(excess, max(0, wanted[place] - _SHORTEST_NAME))
            wanted[place] -= cut
            excess -= cut
    return wanted


def _grid(table: Table, columns: list[int]) -> Grid:
    grid = Grid(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
    for column, width in zip(table.columns, columns, strict=True):
        grid.add_column(
            Text(column.name),
            justify="right" if column.number else "left",
            overflow="fold",
            width=width,
        )
    for number, row in enumerate(table.rows):
        total = number >= len(table.rows) - table.totals
        cells = [Text(cell, style=_CELL_STYLES.get(cell, "")) for cell in row]
        grid.add_row(*cells, style="bold" if total else None)
    return grid


def _notes(notes: list[PageNote], width: int | None) -> Grid:
    widest = max(len(note.label) for note in notes)
    longest = max(len(note.text) for note in notes)
    grid = Grid.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(no_wrap=True, width=widest)
    room = longest if width is None else max(20, width - widest - _GAP)
    grid.add_column(overflow="fold", width=min(longest, room))
    for note in notes:
        style = _LABEL_STYLES.get(note.label, "dim")
        text_style = _CELL_STYLES.get(note.text, "") if note.label == "status" else ""
        grid.add_row(Text(note.label, style=style), Text(note.text, style=text_style))
    return grid
