"""A report as CSV and as plain rows: exact values, nothing rounded, unknown left empty."""

import csv
import io
from decimal import Context, Decimal, Inexact
from typing import TYPE_CHECKING, Any

from tokencost.money import Money, format_exact

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.reports import Report


def render(view: "View", report: "Report", **_: object) -> str:
    """Return header and rows; a text that a spreadsheet would run as a formula is quoted."""
    header, rows = view.csv(report)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_safe(_exact(cell)) for cell in row] for row in rows)
    return text.getvalue()


def plain_rows(view: "View", report: "Report") -> list[dict[str, Any]]:
    """Return a dictionary for each row of the CSV; amounts are `Decimal`.

    A column has values of one type, so that data frames need not guess: with texts in it nothing
    is "", and with amounts whole numbers are amounts as well.
    """
    header, rows = view.csv(report)
    columns = [_alike([*map(_plain, column)]) for column in zip(*rows, strict=True)]
    return [dict(zip(header, row, strict=True)) for row in zip(*columns, strict=True)]


def _alike(column: list[Any]) -> list[Any]:
    types = {type(cell) for cell in column}
    if str in types:
        return ["" if cell is None else str(cell) for cell in column]
    if Decimal in types:
        return _equally_long([None if cell is None else Decimal(cell) for cell in column])
    return column


def _equally_long(amounts: list[Decimal | None]) -> list[Decimal | None]:
    """Return the same amounts with the same number of decimals: polars rounds to those it sees."""
    last = min(int(amount.as_tuple().exponent) for amount in amounts if amount is not None)
    unit, exact = Decimal(1).scaleb(min(last, 0)), Context(prec=400, traps=[Inexact])
    return [None if amount is None else amount.quantize(unit, context=exact) for amount in amounts]


def _plain(cell: object) -> Any:
    match cell:
        case Money():
            return cell.amount
        case None | bool() | int() | Decimal():
            return cell
        case _:
            return str(cell)


def _exact(value: object) -> object:
    match value:
        case Money():
            return format_exact(value.amount)
        case Decimal():
            return format_exact(value)
        case _:
            return value


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "@") else cell
