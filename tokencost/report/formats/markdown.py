"""A report as Markdown and as HTML, for pull requests, notes and notebooks."""

from html import escape
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from tokencost.report.page import Page, Table

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.reports import Report


# Commands whose reports have other names.
_COMMANDS = {"savings": "estimate", "calibration": "count", "transforms": "compress"}


@runtime_checkable
class Commenting(Protocol):
    """The view of a report that people read as a comment on a pull request."""

    def comment(self, report: "Report", /) -> str:
        """Return the comment."""
        ...


def marker(name: str) -> str:
    """Return what tells the report of a command from other Markdown, and is not shown.

    A bot looks for it to update its comment and not to add another one; an error that a run writes
    in the place of an answer replaces no file without it.
    """
    return f"<!-- tokencost {name} -->"


def _command_of(report: "Report") -> str:
    """Return the command that *report* is the answer of, or takes the place of one of."""
    name: str = getattr(report, "of", report.name) if report.name == "failure" else report.name
    return _COMMANDS.get(name, name.partition("_")[0])


def render(
    view: "View", report: "Report", *, verbose: bool = False, all_rows: bool = False, **_: object
) -> str:
    """Return Markdown tables and a list of notes, warnings among them."""
    if isinstance(view, Commenting) and not verbose:
        return view.comment(report)
    page = view.page(report).as_asked(verbose=verbose, all_rows=all_rows).printable()
    blocks = [marker(_command_of(report))]
    blocks += [f"**{escaped(page.lead)}**"] if page.lead else []
    blocks += ["\n".join(_lines(table)) for table in page.tables]
    if page.notes:
        blocks.append("\n".join(f"- **{note.label}**: {escaped(note.text)}" for note in page.notes))
    if page.brief:
        blocks.append("\n".join(f"- {escaped(line)}" for line in page.brief))
    return "\n\n".join(blocks) + "\n"


def _lines(table: Table) -> list[str]:
    return [
        _row(tuple(column.name for column in table.columns)),
        _row(tuple("---:" if column.number else "---" for column in table.columns), raw=True),
        *map(_row, table.rows),
    ]


def _row(cells: tuple[str, ...], *, raw: bool = False) -> str:
    return "| " + " | ".join(cell if raw else escaped(cell) for cell in cells) + " |"


def escaped(text: str) -> str:
    """Return *text* as Markdown that shows it as it is."""
    for character in "\\|<*_`":
        text = text.replace(character, f"\\{character}")
    return text


def render_html(page: Page) -> str:
    """Return HTML tables, warnings below them, and the other notes folded away."""
    page = page.as_asked(verbose=True, all_rows=True).printable()
    doubts = [note for note in page.notes if note.label in ("warning", "error")]
    rest = [note for note in page.notes if note not in doubts]
    blocks = [f"<p><b>{escape(page.lead)}</b></p>"] if page.lead else []
    blocks += [_html_table(table) for table in page.tables]
    blocks += [f"<p><b>{note.label}</b>: {escape(note.text)}</p>" for note in doubts]
    if rest:
        items = "".join(f"<li><b>{note.label}</b>: {escape(note.text)}</li>" for note in rest)
        blocks.append(f"<details><summary>notes</summary><ul>{items}</ul></details>")
    return "\n".join(blocks) + "\n"


def _html_table(table: Table) -> str:
    heads = _html_row("th", table, tuple(column.name for column in table.columns))
    rows = "".join(_html_row("td", table, row) for row in table.rows)
    return f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table>"


def _html_row(tag: str, table: Table, cells: tuple[str, ...]) -> str:
    row = "".join(
        f'<{tag} style="text-align: {"right" if column.number else "left"}">{escape(cell)}</{tag}>'
        for cell, column in zip(cells, table.columns, strict=True)
    )
    return f"<tr>{row}</tr>"
