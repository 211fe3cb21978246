"""A report laid out for people, before any format is chosen: tables, and notes below them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar, overload

from tokencost.money import Money, format_exact, format_money
from tokencost.reports import printable
from tokencost.values import dataclass

Row = TypeVar("Row")
Item = TypeVar("Item")

DASH = "–"
VERBOSE = "-v: sources"
_ELSEWHERE = ("warning", "error")  # labels of what a command writes to standard error
# labels of what is a part of the answer
_ANSWER = ("why not more", "no savings")
_LINE = 80
_BAR = 20
_EIGHTHS = " ▏▎▍▌▋▊▉"


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
        place: columns for people stand in this order, and else in that of the CSV.
        rank: where a terminal is too narrow, columns with a rank are left out, the highest first.
    """

    name: str = ""
    _: KW_ONLY
    value: Callable[[Row], object] | None = None
    cell: Callable[[Row], object] | None = None
    csv: str = ""
    number: bool = False
    place: int = 0
    rank: int = 0

    def text(self, row: Row) -> str:
        """Return what people read of *row*."""
        value = self.cell or self.value
        return readable(value(row)) if value else ""


class _Later(Sequence[Item]):
    """Items that are made once somebody looks: who asks a page for its notes may have many rows."""

    __slots__ = ("_items", "_make", "_size")

    def __init__(self, make: Callable[[], Iterable[Item]], size: int | None = None) -> None:
        """Take what makes the items, and how many that will be, if that is known."""
        self._make, self._size = make, size
        self._items: tuple[Item, ...] | None = None

    def _made(self) -> tuple[Item, ...]:
        if self._items is None:
            self._items = tuple(self._make())
        return self._items

    def __len__(self) -> int:
        return len(self._made()) if self._size is None else self._size

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, place: int | slice) -> Item | tuple[Item, ...]:
        return self._made()[place]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._made())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._made() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._made())


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text cells; the last *totals* rows sum up the others."""

    columns: Sequence[Column[Any]]
    rows: Sequence[tuple[str, ...]]
    totals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNote:
    """A labelled line, such as ("price", "openai/gpt-4o@global: ...")."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Tables first, then notes on what they rest on.

    Attributes:
        tables: the answer.
        notes: all there is to know about it.
        lead: the answer in a sentence.
        brief: few words on what could change it, in place of the notes unless they are asked for;
            None if there are none.
        summary: what stands in its place unless all rows are asked for.
    """

    tables: tuple[Table, ...]
    notes: tuple[PageNote, ...] = ()
    lead: str = ""
    brief: tuple[str, ...] | None = None
    summary: "Page | None" = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What may make the answer wrong."""
        return tuple(note.text for note in self.notes if note.label == "warning")

    def without_warnings(self) -> "Page":
        """Return the page for where warnings stand elsewhere."""
        return replace(
            self, notes=tuple(note for note in self.notes if note.label not in _ELSEWHERE)
        )

    def printable(self) -> "Page":
        """Return the page with all texts as a terminal may get them."""
        return Page(
            tables=tuple(_printable_table(table) for table in self.tables),
            notes=tuple(replace(note, text=printable(note.text)) for note in self.notes),
            lead=printable(self.lead),
            brief=None if self.brief is None else tuple(map(printable, self.brief)),
        )

    def as_asked(self, *, verbose: bool, all_rows: bool) -> "Page":
        """Return the page with all its notes and rows, or with its bests and brief words."""
        if self.summary and not (verbose or all_rows):
            return self.summary.as_asked(verbose=False, all_rows=True)
        if verbose or self.brief is None:
            return replace(self, brief=None)
        labels = (*_ANSWER, *_ELSEWHERE)
        notes = tuple(note for note in self.notes if note.label in labels)
        return replace(self, notes=notes, brief=tuple(_packed((*self.brief, VERBOSE))))


CsvTable = tuple[tuple[str, ...], Iterable[tuple[object, ...]]]


def table(
    columns: Sequence[Column[Row]], rows: Iterable[Row], *, totals: Sequence[Row] = ()
) -> Table:
    """Return the cells of *rows*, and of *totals* below them."""
    people = (column for column in columns if column.name or column.cell)
    shown = tuple(sorted(people, key=lambda column: column.place))
    whole = (*rows, *totals)

    def cells() -> Iterator[tuple[str, ...]]:
        return (tuple(column.text(row) for column in shown) for row in whole)

    return Table(columns=shown, rows=_Later(cells, len(whole)), totals=len(totals))


def csv_table(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> CsvTable:
    """Return the header of a CSV file and the values of *rows*."""
    values = [column.value for column in columns if column.value]
    header = tuple(column.csv or column.name for column in columns if column.value)
    return header, (tuple(value(row) for value in values) for row in rows)


def money(amount: Decimal | None, currency: str) -> Money | None:
    """Return an amount for a cell, None for one that is unknown."""
    return None if amount is None else Money(amount=amount, currency=currency)


def readable(value: object) -> str:
    """Return a value as people write it, nothing for None."""
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


def bar(amount: Decimal | None, most: Decimal) -> str:
    """Return a bar in eighths of a character; a cost that is not 0 is always seen."""
    if not most or not amount:
        return ""
    full, rest = divmod(max(1, int(amount * _BAR * 8 / most)), 8)
    return ("█" * full + _EIGHTHS[rest]).rstrip()


def _printable_table(table: Table) -> Table:
    return replace(table, rows=tuple(tuple(map(printable, row)) for row in table.rows))


def only_used(table: Table) -> Table:
    """Return *table* without the columns that are empty in every row."""
    if not table.rows:
        return table

    def used() -> Iterator[int]:
        places = range(len(table.columns))
        return (place for place in places if any(row[place] for row in table.rows))

    return with_columns(table, _Later(used))


def kept(columns: Sequence[Column[Any]], name: str) -> tuple[Column[Any], ...]:
    """Return *columns*, of which the one of that *name* is never left out."""
    return tuple(replace(one, rank=0) if one.name == name else one for one in columns)


def widths(table: Table) -> list[int]:
    """Return the width of each column in a terminal, where East-Asian characters take two."""
    cells = [tuple(column.name for column in table.columns), *table.rows]
    return [max(map(text_width, column)) for column in zip(*cells, strict=True)]


def text_width(text: str) -> int:
    """Return how many columns a terminal gives *text*."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(map(_width_of, text))


@lru_cache(4096)  # a dash stands in every range
def _width_of(character: str) -> int:
    from unicodedata import combining, east_asian_width  # most cells need none of it

    return 2 if east_asian_width(character) in "WF" else 0 if combining(character) else 1


def _packed(parts: Iterable[str]) -> list[str]:
    """Return *parts* one beside the other on as few lines as hold them."""
    lines: list[str] = []
    for part in parts:
        if lines and text_width(lines[-1]) + text_width(part) + 3 <= _LINE:
            lines[-1] += f" · {part}"
        else:
            lines.append(part)
    return lines


def with_columns(table: Table, places: Sequence[int]) -> Table:
    """Return *table* with the columns at these places."""

    def rows() -> Iterator[tuple[str, ...]]:
        return (tuple([row[place] for place in places]) for row in table.rows)

    return Table(
        columns=_Later(lambda: [table.columns[place] for place in places]),
        rows=_Later(rows, len(table.rows)),
        totals=table.totals,
    )
