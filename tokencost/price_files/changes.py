"""What becomes of the entries of a price file."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from tokencost.notes import Note
from tokencost.reports import Report, number_of
from tokencost.values import dataclass


class ChangeKind(StrEnum):
    """What becomes of an entry."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one entry, and why.

    *name* is `provider/model@site`, or the key of a foreign file for what was not understood.
    """

    name: str
    what: ChangeKind
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Changes(Report):
    """Report of `prices add` and `prices import`; nothing is written if *dry_run*."""

    name: ClassVar[str] = "prices_changes"

    path: Path
    changes: tuple[Change, ...]
    dry_run: bool
    notes: tuple[Note, ...] = ()

    def of(self, what: ChangeKind) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.what == what)

    def _summary(self) -> Iterator[str]:
        yield number_of(len(self.changes), "change")
        yield "not written" if self.dry_run else str(self.path)
