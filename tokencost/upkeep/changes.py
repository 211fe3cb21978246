"""What writing to a table did, or would do."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

ADDED, CHANGED, UNCHANGED, SKIPPED = "added", "changed", "unchanged", "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry: *what* is one of "added", "changed", "unchanged" and "skipped".

    *name* is `provider/model@site`, or the key of a foreign file for what was not understood.
    """

    name: str
    what: str
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Answer of `prices add` and `prices import`; nothing is written if *dry_run*."""

    name: ClassVar[str] = "prices_changes"

    path: Path
    changes: tuple[Change, ...]
    dry_run: bool
    notes: tuple[str, ...] = ()

    def of(self, what: str) -> tuple[Change, ...]:
        """Return the changes of one sort."""
        return tuple(change for change in self.changes if change.what == what)
