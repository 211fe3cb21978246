"""A sheet as plain text, for pipes and files: no colour, and no width to cut numbers at."""

from unicodedata import combining, east_asian_width

from tokencost.report.sheet import Sheet, Table

_GAP = "  "


def render_plain(sheet: Sheet) -> str:
    """Return *sheet* as aligned text."""
    blocks = ["\n".join(_lines(table)) for table in sheet.tables]
    if sheet.remarks:
        widest = max(len(remark.label) for remark in sheet.remarks)
        blocks.append(
            "\n".join(f"{remark.label:<{widest}}  {remark.text}" for remark in sheet.remarks)
        )
    return "\n\n".join(blocks) + "\n"


def _lines(table: Table) -> list[str]:
    cells = [tuple(column.name for column in table.columns), *table.rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        padded = [
            " " * (width - _width(cell)) + cell
            if column.number
            else cell + " " * (width - _width(cell))
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        ]
        lines.append(_GAP.join(padded).rstrip())
    return lines


def _width(text: str) -> int:
    """Return how many columns a terminal gives *text*; East-Asian characters take two."""
    return sum(
        2 if east_asian_width(character) in "WF" else 0 if combining(character) else 1
        for character in text
    )
