"""Reports of `prices`: what is written to a price file, what differs, and what is valid."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from tokencost.errors import TokencostError
from tokencost.notes import assumed
from tokencost.price_files import Change, ChangeKind, Changes, Difference, Differences, Validation
from tokencost.report.formats.json import envelope, exact
from tokencost.report.page import (
    Column,
    CsvTable,
    Page,
    PageNote,
    Table,
    csv_table,
    only_used,
    table,
)
from tokencost.report.page_notes import notes_of
from tokencost.report.phrases import sentence_about
from tokencost.values import dataclass

_WRITTEN = (ChangeKind.ADDED, ChangeKind.CHANGED)
_MOST = 30
_CHANGES: tuple[Column[Change], ...] = (
    Column("what", value=lambda change: change.what),
    Column("model", value=lambda change: change.name, csv="name"),
    Column(csv="reason", value=lambda change: change.reason or None),
    Column("per million tokens", value=lambda change: change.detail or None, csv="detail"),
)


class ChangesView:
    """What `prices add` and `prices import` write, and what they do not."""

    def page(self, report: Changes) -> Page:
        """Lay out what is written, and what is not, by reason."""
        written = [change for change in report.changes if change.what in _WRITTEN]
        unwritten = [change for change in report.changes if change.what not in _WRITTEN]
        tables = [table(_CHANGES, written[:_MOST])] if written else []
        if unwritten:
            tables.append(_by_reason(unwritten))
        left_out = len(written) - _MOST
        more = [assumed("changes_left_out", changes=left_out)] if left_out > 0 else []
        counts = Counter(change.what for change in report.changes)
        file = "file_would_be_written" if report.dry_run else "file_written"
        summary = ", ".join(f"{count:,} {what}" for what, count in counts.items())
        return Page(
            tables=tuple(tables),
            notes=(
                *notes_of("more", more),
                PageNote(label="sum", text=summary or "nothing"),
                *notes_of(
                    "file", [assumed(file if written else "file_unchanged", path=report.path)]
                ),
                *notes_of("note", report.notes),
            ),
        )

    def csv(self, report: Changes) -> CsvTable:
        """Return one row for each entry."""
        return csv_table(_CHANGES, report.changes)

    def as_dict(self, report: Changes) -> dict[str, Any]:
        """Spell out the JSON; it holds no path, which differs from machine to machine."""
        return envelope(
            report.name,
            prices=None,
            assumptions={},
            body={
                "dry_run": report.dry_run,
                "changes": [
                    {
                        "what": change.what,
                        "name": change.name,
                        "reason": change.reason or None,
                        "detail": change.detail or None,
                    }
                    for change in report.changes
                ],
            },
            warnings=report.notes,
        )

    def quiet(self, report: Changes) -> str:
        """Return the names of what is written."""
        return "".join(f"{change.name}\n" for change in report.changes if change.what in _WRITTEN)


_REASONS: tuple[Column[Sequence[Change]], ...] = (
    Column("what", cell=lambda changes: changes[0].what),
    Column("entries", cell=lambda changes: f"{len(changes):,}", number=True),
    Column("why", cell=lambda changes: changes[0].reason),
    Column("for example", cell=lambda changes: changes[0].detail or changes[0].name, rank=1),
)


def _by_reason(changes: Iterable[Change]) -> Table:
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.what, change.reason), []).append(change)
    return only_used(table(_REASONS, sorted(groups.values(), key=len, reverse=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Difference:
    """A row that one of two tables has, or a key that both have with different values."""

    what: str
    name: str
    key: Difference | None = None


_DIFFERENCES: tuple[Column[_Difference], ...] = (
    Column(csv="what", value=lambda row: row.what),
    Column("model", value=lambda row: row.name),
    Column("row", value=lambda row: row.key.span or None if row.key else None),
    Column("what", value=lambda row: row.key.key if row.key else None, csv="key"),
    Column("old", value=lambda row: row.key.old or None if row.key else None, number=True),
    Column("new", value=lambda row: row.key.new or None if row.key else None, number=True),
    Column(
        "new/old",
        value=lambda row: row.key.change if row.key else None,
        cell=lambda row: _times(row.key.change) if row.key else "",
        csv="change",
        number=True,
    ),
)


class DiffView:
    """What `prices diff` finds: changed keys, and rows that only one table has."""

    def page(self, report: Differences) -> Page:
        """Lay out the changed keys, and name the rows that only one table has."""
        changed = len({(difference.model, difference.span) for difference in report.changed})
        rows = assumed(
            "rows_compared", added=len(report.added), removed=len(report.removed), changed=changed
        )
        keys = only_used(table(_DIFFERENCES, _changed(report)))
        return Page(
            tables=(keys,) if keys.rows else (),
            notes=(
                *notes_of("added", report.added),
                *notes_of("removed", report.removed),
                *notes_of("rows", [rows]),
            ),
        )

    def csv(self, report: Differences) -> CsvTable:
        """Return one row for each difference."""
        rows = [
            *(_Difference(what="added", name=name) for name in report.added),
            *(_Difference(what="removed", name=name) for name in report.removed),
            *_changed(report),
        ]
        return csv_table(_DIFFERENCES, rows)

    def as_dict(self, report: Differences) -> dict[str, Any]:
        """Spell out the JSON; the tables are named by their digests."""
        return envelope(
            report.name,
            prices=None,
            assumptions={},
            body={
                "old": report.old.digest,
                "new": report.new.digest,
                "added": list(report.added),
                "removed": list(report.removed),
                "changed": [
                    {
                        "model": difference.model,
                        "row": difference.span or None,
                        "key": difference.key,
                        "old": difference.old or None,
                        "new": difference.new or None,
                        "change": exact(difference.change),
                    }
                    for difference in report.changed
                ],
            },
        )

    def quiet(self, report: Differences) -> str:
        """Return the names of the rows that differ."""
        names = [*report.added, *report.removed]
        names += [f"{difference.model} {difference.span}".strip() for difference in report.changed]
        return "".join(f"{name}\n" for name in dict.fromkeys(names))


def _changed(report: Differences) -> list[_Difference]:
    return [
        _Difference(what="changed", name=difference.model, key=difference)
        for difference in report.changed
    ]


def _times(change: Decimal | None) -> str:
    return "" if change is None else f"{change.quantize(Decimal('0.001')).normalize():f}x"


_MISTAKES: tuple[Column[tuple[Validation, TokencostError | None]], ...] = (
    Column(csv="file", value=lambda row: row[0].file),
    Column(csv="valid", value=lambda row: row[0].valid),
    Column(csv="models", value=lambda row: row[0].models),
    Column(csv="rows", value=lambda row: row[0].rows),
    Column(csv="mistake", value=lambda row: row[1].message if row[1] else None),
    Column(csv="hint", value=lambda row: row[1].hint if row[1] else None),
)


class ValidationView:
    """What `prices validate` finds."""

    def page(self, report: Validation) -> Page:
        """Say what the file has; its mistakes are errors, which are written elsewhere."""
        return Page(
            tables=(),
            notes=(
                PageNote(label="file", text=report.file),
                *notes_of("models", [assumed("models_of_file", models=report.models)]),
                *notes_of("rows", [assumed("rows_of_file", rows=report.rows)]),
                PageNote(label="status", text=self.quiet(report).strip()),
                *notes_of("warning", map(sentence_about, report.warnings)),
            ),
        )

    def csv(self, report: Validation) -> CsvTable:
        """Return one row for each mistake, or one without."""
        return csv_table(_MISTAKES, ((report, mistake) for mistake in report.mistakes or (None,)))

    def as_dict(self, report: Validation) -> dict[str, Any]:
        """Spell out the JSON."""
        return envelope(
            report.name,
            prices=None,
            assumptions={},
            body={
                "file": report.file,
                "valid": report.valid,
                "models": report.models,
                "rows": report.rows,
                "mistakes": [
                    {"message": mistake.message, "hint": mistake.hint or None}
                    for mistake in report.mistakes
                ],
            },
            warnings=report.warnings,
        )

    def quiet(self, report: Validation) -> str:
        """Return the verdict alone."""
        return "valid\n" if report.valid else "invalid\n"
