"""An answer laid out for people: tables and remarks, before any format is chosen."""

from dataclasses import dataclass
from unicodedata import combining, east_asian_width


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; numbers stand to the right.

    Where a terminal is too narrow, columns with a *rank* are left out, the highest first.
    """

    name: str
    number: bool = False
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text cells; the last *totals* rows sum up the others."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A labelled line, such as ("price", "openai/gpt-4o@global: ...")."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Tables first, then what they rest on."""

    tables: tuple[Table, ...]
    remarks: tuple[Remark, ...] = ()


def only_used(table: Table) -> Table:
    """Return *table* without the columns that are empty in every row."""
    if not table.rows:
        return table
    return _with_columns(
        table,
        [place for place in range(len(table.columns)) if any(row[place] for row in table.rows)],
    )


def without(table: Table, column: Column) -> Table:
    """Return *table* without *column*."""
    return _with_columns(
        table, [place for place, each in enumerate(table.columns) if each is not column]
    )


def widths(table: Table) -> list[int]:
    """Return the width of each column in a terminal, where East-Asian characters take two."""
    cells = [tuple(column.name for column in table.columns), *table.rows]
    return [max(map(text_width, column)) for column in zip(*cells, strict=True)]


def text_width(text: str) -> int:
    """Return how many columns a terminal gives *text*."""
    return sum(
        2 if east_asian_width(character) in "WF" else 0 if combining(character) else 1
        for character in text
    )


def _with_columns(table: Table, places: list[int]) -> Table:
    return Table(
        columns=tuple(table.columns[place] for place in places),
        rows=tuple(tuple(row[place] for place in places) for row in table.rows),
        totals=table.totals,
    )
