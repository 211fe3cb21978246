"""A sheet as plain text, for pipes and files: no colour, and no width to cut numbers at."""

from tokencost.report.table import Sheet, Table, text_width, widths

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
    return [_GAP.join(_padded(row, table)).rstrip() for row in cells]


def _padded(row: tuple[str, ...], table: Table) -> list[str]:
    padded = []
    for cell, width, column in zip(row, widths(table), table.columns, strict=True):
        space = " " * (width - text_width(cell))
        padded.append(space + cell if column.number else cell + space)
    return padded
