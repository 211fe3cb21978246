"""The answer of `tokenizers list` as sheet, JSON and CSV."""

from collections.abc import Iterable
from typing import Any

from tokencost.report.json_envelope import envelope
from tokencost.report.table import Column, Sheet, Table, only_used
from tokencost.tokenizers.user_tokenizers import TokenizerList

CSV_COLUMNS = ("name", "method", "origin", "basis")


def sheet(answer: TokenizerList) -> Sheet:
    """Lay out one row for each tokenizer."""
    columns = (
        Column(name="name"),
        Column(name="count"),
        Column(name="origin"),
        Column(name="rests on", rank=1),
    )
    rows = tuple((each.name, each.method, each.origin, each.basis) for each in answer.listed)
    return Sheet(tables=(only_used(Table(columns=columns, rows=rows)),))


def as_dict(answer: TokenizerList) -> dict[str, Any]:
    """Spell out the JSON."""
    return envelope(
        "tokenizers",
        prices=None,
        assumptions={},
        body={
            "results": [
                {
                    "name": each.name,
                    "method": each.method,
                    "origin": each.origin,
                    "basis": each.basis or None,
                }
                for each in answer.listed
            ]
        },
    )


def csv_rows(answer: TokenizerList) -> Iterable[tuple[object, ...]]:
    """Return one row for each tokenizer."""
    for each in answer.listed:
        yield (each.name, each.method, each.origin, each.basis or None)


def quiet(answer: TokenizerList) -> str:
    """Return the names, one a line."""
    return "".join(f"{each.name}\n" for each in answer.listed)
