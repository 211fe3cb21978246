"""An answer laid out for people: tables and remarks, before any format is chosen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; numbers stand to the right."""

    name: str
    number: bool = False


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
    used = [
        place
        for place in range(len(table.columns))
        if any(row[place] for row in table.rows) or not table.rows
    ]
    return Table(
        columns=tuple(table.columns[place] for place in used),
        rows=tuple(tuple(row[place] for place in used) for row in table.rows),
        totals=table.totals,
    )
