"""The answer of `prices diff` as sheet, JSON and CSV."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tokencost.price_files import Difference, Differences
from tokencost.report.json_envelope import envelope, money
from tokencost.report.phrases import remarks
from tokencost.report.table import Column, Remark, Sheet, Table, only_used

CSV_COLUMNS = ("what", "model", "row", "key", "old", "new", "change")
_COLUMNS = (
    Column(name="model"),
    Column(name="row"),
    Column(name="what"),
    Column(name="old", number=True),
    Column(name="new", number=True),
    Column(name="new/old", number=True),
)


def sheet(answer: Differences) -> Sheet:
    """Lay out the changed keys, and name the rows that only one table has."""
    rows = tuple(
        (each.model, each.span, each.key, each.old, each.new, _times(each))
        for each in answer.changed
    )
    changed = len({(each.model, each.span) for each in answer.changed})
    count = f"{len(answer.added)} added, {len(answer.removed)} removed, {changed} changed"
    return Sheet(
        tables=(only_used(Table(columns=_COLUMNS, rows=rows)),) if rows else (),
        remarks=(
            *remarks("added", answer.added),
            *remarks("removed", answer.removed),
            Remark(label="rows", text=count),
        ),
    )


def as_dict(answer: Differences) -> dict[str, Any]:
    """Spell out the JSON; the tables are named by their digests."""
    return envelope(
        answer.name,
        prices=None,
        assumptions={},
        body={
            "old": answer.old.digest,
            "new": answer.new.digest,
            "added": list(answer.added),
            "removed": list(answer.removed),
            "changed": [
                {
                    "model": each.model,
                    "row": each.span or None,
                    "key": each.key,
                    "old": each.old or None,
                    "new": each.new or None,
                    "change": money(each.change),
                }
                for each in answer.changed
            ],
        },
    )


def csv_rows(answer: Differences) -> Iterable[tuple[object, ...]]:
    """Return one row for each difference."""
    for what, names in (("added", answer.added), ("removed", answer.removed)):
        for name in names:
            yield (what, name, None, None, None, None, None)
    for each in answer.changed:
        yield (
            *("changed", each.model, each.span or None, each.key),
            *(each.old or None, each.new or None, money(each.change)),
        )


def quiet(answer: Differences) -> str:
    """Return the names of the rows that differ."""
    names = [*answer.added, *answer.removed]
    names += [f"{each.model} {each.span}".strip() for each in answer.changed]
    return "".join(f"{name}\n" for name in dict.fromkeys(names))


def _times(each: Difference) -> str:
    if each.change is None:
        return ""
    return f"{each.change.quantize(Decimal('0.001')).normalize():f}x"
