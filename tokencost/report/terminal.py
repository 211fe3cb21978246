"""A sheet in colour, for a person at a terminal; the only module that knows rich."""

import io

from rich import box
from rich.console import Console, Group
from rich.table import Table as Grid
from rich.text import Text

from tokencost.report.sheet import Sheet, Table

_LABEL_STYLES = {"warning": "yellow", "error": "red", "assumed": "cyan"}


def render_terminal(sheet: Sheet, *, width: int) -> str:
    """Return *sheet* with colours and wrapped remarks for a terminal of this width."""
    parts: list[Grid | Text] = []
    for table in sheet.tables:
        parts += [_grid(table), Text()]
    if sheet.remarks:
        remarks = Grid.grid(padding=(0, 2))
        remarks.add_column(no_wrap=True)
        remarks.add_column(overflow="fold")
        for remark in sheet.remarks:
            style = _LABEL_STYLES.get(remark.label, "dim")
            remarks.add_row(Text(remark.label, style=style), Text(remark.text))
        parts.append(remarks)
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=True,
        color_system="standard",
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(Group(*parts))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _grid(table: Table) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1))
    for column in table.columns:
        grid.add_column(
            Text(column.name),
            justify="right" if column.number else "left",
            no_wrap=column.number,
            overflow="fold",
        )
    for number, row in enumerate(table.rows):
        total = number >= len(table.rows) - table.totals
        grid.add_row(*map(Text, row), style="bold" if total else None)
    return grid
