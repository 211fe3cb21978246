"""A sheet as Markdown, for pull requests and notes."""

from tokencost.report.table import Sheet, Table


def render_markdown(sheet: Sheet) -> str:
    """Return *sheet* as Markdown tables and a list of remarks."""
    blocks = ["\n".join(_lines(table)) for table in sheet.tables]
    if sheet.remarks:
        blocks.append(
            "\n".join(f"- **{each.label}**: {_escaped(each.text)}" for each in sheet.remarks)
        )
    return "\n\n".join(blocks) + "\n"


def _lines(table: Table) -> list[str]:
    return [
        _row(tuple(column.name for column in table.columns)),
        _row(tuple("---:" if column.number else "---" for column in table.columns), raw=True),
        *map(_row, table.rows),
    ]


def _row(cells: tuple[str, ...], *, raw: bool = False) -> str:
    return "| " + " | ".join(cell if raw else _escaped(cell) for cell in cells) + " |"


def _escaped(text: str) -> str:
    for character in "\\|<*_`":
        text = text.replace(character, f"\\{character}")
    return text
