"""A report as Markdown, for pull requests and notes."""

from typing import TYPE_CHECKING

from tokencost.report.page import Table

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.reports import Report


def render(
    view: "View", report: "Report", *, verbose: bool = False, all_rows: bool = False, **_: object
) -> str:
    """Return Markdown tables and a list of notes, warnings among them."""
    page = view.page(report).as_asked(verbose=verbose, all_rows=all_rows)
    blocks = ["\n".join(_lines(table)) for table in page.tables]
    if page.notes:
        blocks.append(
            "\n".join(f"- **{note.label}**: {_escaped(note.text)}" for note in page.notes)
        )
    if page.brief:
        blocks.append("\n".join(f"- {_escaped(line)}" for line in page.brief))
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
