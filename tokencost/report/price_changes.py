"""The answer of `prices add` and `prices import` as sheet, JSON and CSV."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tokencost.price_files import Change, Changes
from tokencost.report.json_envelope import envelope
from tokencost.report.phrases import remarks
from tokencost.report.table import Column, Remark, Sheet, Table, only_used

CSV_COLUMNS = ("what", "name", "reason", "detail")
_WRITTEN = ("added", "changed")
_MOST = 30


def sheet(answer: Changes) -> Sheet:
    """Lay out what is written, and what is not, by reason."""
    written = [each for each in answer.changes if each.what in _WRITTEN]
    others = [each for each in answer.changes if each.what not in _WRITTEN]
    columns = (Column(name="what"), Column(name="model"), Column(name="per million tokens"))
    rows = tuple((each.what, each.name, each.detail) for each in written[:_MOST])
    tables = [Table(columns=columns, rows=rows)] if rows else []
    if others:
        tables.append(_by_reason(others))
    more = [f"{len(written) - _MOST:,}, see -f csv"] if len(written) > _MOST else []
    counts = Counter(each.what for each in answer.changes)
    state = "would be written" if answer.dry_run else "written"
    return Sheet(
        tables=tuple(tables),
        remarks=(
            *remarks("more", more),
            Remark(
                label="sum",
                text=", ".join(f"{count:,} {what}" for what, count in counts.items()) or "nothing",
            ),
            Remark(label="file", text=f"{answer.path} {state if written else 'stays as it is'}"),
            *remarks("note", answer.notes),
        ),
    )


def as_dict(answer: Changes) -> dict[str, Any]:
    """Spell out the JSON; it holds no path, which differs from machine to machine."""
    return envelope(
        answer.name,
        prices=None,
        assumptions={},
        body={
            "dry_run": answer.dry_run,
            "changes": [
                {
                    "what": each.what,
                    "name": each.name,
                    "reason": each.reason or None,
                    "detail": each.detail or None,
                }
                for each in answer.changes
            ],
            "notes": list(answer.notes),
        },
    )


def csv_rows(answer: Changes) -> Iterable[tuple[object, ...]]:
    """Return one row for each entry."""
    for each in answer.changes:
        yield (each.what, each.name, each.reason or None, each.detail or None)


def quiet(answer: Changes) -> str:
    """Return the names of what is written."""
    return "".join(f"{each.name}\n" for each in answer.changes if each.what in _WRITTEN)


def _by_reason(changes: Sequence[Change]) -> Table:
    counts = Counter((each.what, each.reason) for each in changes)
    examples: dict[tuple[str, str], str] = {}
    for each in changes:
        examples.setdefault((each.what, each.reason), each.detail or each.name)
    columns = (
        Column(name="what"),
        Column(name="entries", number=True),
        Column(name="why"),
        Column(name="for example", rank=1),
    )
    rows = tuple(
        (what, f"{count:,}", reason, examples[what, reason])
        for (what, reason), count in counts.most_common()
    )
    return only_used(Table(columns=columns, rows=rows))
