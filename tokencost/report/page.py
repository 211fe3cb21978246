"""A report laid out for people, before any format is chosen: tables, and notes below them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar
from unicodedata import combining, east_asian_width

from tokencost.money import Money, format_exact, format_money

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: what people read of a row, its exact value in CSV, or both.

    A column without *value* is for people alone, one without *name* and *cell* for CSV alone.

    Attributes:
        name: the heading for people.
        value: what stands in CSV for a row, None for nothing; numbers and `Money` stand exactly.
        cell: what people read, by default the value; numbers and `Money` as people write them.
        csv: the heading in CSV, by default the name.
        number: whether cells stand to the right.
        rank: where a terminal is too narrow, columns with a rank are left out, the highest first.
    """

    name: str = ""
    _: KW_ONLY
    value: Callable[[Row], object] | None = None
    cell: Callable[[Row], object] | None = None
    csv: str = ""
    number: bool = False
    rank: int = 0

    def text(self, row: Row) -> str:
        """Return what people read of *row*."""
        value = self.cell or self.value
        return _readable(value(row)) if value else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text cells; the last *totals* rows sum up the others."""

    columns: tuple[Column[Any], ...]
    rows: tuple[tuple[str, ...], ...]
    totals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNote:
    """A labelled line, such as ("price", "openai/gpt-4o@global: ...")."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Tables first, then notes on what they rest on."""

    tables: tuple[Table, ...]
    notes: tuple[PageNote, ...] = ()


CsvTable = tuple[tuple[str, ...], Iterable[tuple[object, ...]]]


def table(
    columns: Sequence[Column[Row]], rows: Iterable[Row], *, totals: Sequence[Row] = ()
) -> Table:
    """Return the cells of *rows*, and of *totals* below them."""
    shown = tuple(column for column in columns if column.name or column.cell)
    return Table(
        columns=shown,
        rows=tuple(tuple(column.text(row) for column in shown) for row in (*rows, *totals)),
        totals=len(totals),
    )


def csv_table(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> CsvTable:
    """Return the header of a CSV file and the values of *rows*."""
    values = [column.value for column in columns if column.value]
    header = tuple(column.csv or column.name for column in columns if column.value)
    return header, (tuple(_exact(value(row)) for value in values) for row in rows)


def money(amount: Decimal | None, currency: str) -> Money | None:
    """Return an amount for a cell, None for one that is unknown."""
    return None if amount is None else Money(amount=amount, currency=currency)


def _readable(value: object) -> str:
    match value:
        case None:
            return ""
        case Money():
            return format_money(value.amount, value.currency)
        case Decimal():
            return format_exact(value)
        case int() if not isinstance(value, bool):
            return f"{value:,}"
        case _:
            return str(value)


def _exact(value: object) -> object:
    match value:
        case Money():
            return format_exact(value.amount)
        case Decimal():
            return format_exact(value)
        case _:
            return value


def only_used(table: Table) -> Table:
    """Return *table* without the columns that are empty in every row."""
    if not table.rows:
        return table
    return _with_columns(
        table,
        [place for place in range(len(table.columns)) if any(row[place] for row in table.rows)],
    )


def without(table: Table, dropped: Column[Any]) -> Table:
    """Return *table* without one of its columns."""
    return _with_columns(
        table, [place for place, column in enumerate(table.columns) if column is not dropped]
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
