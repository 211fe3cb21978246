"""Notes: assumptions, warnings and reasons as values; `report/phrases.py` has their sentences."""

from collections.abc import Mapping
from enum import StrEnum

from tokencost.values import dataclass


class Severity(StrEnum):
    """What a note means for the number that it stands beside."""

    ASSUMED = "assumed"  # the number rests on it
    WARNING = "warning"  # the number may be wrong because of it
    REASON = "reason"  # it says why something does not apply


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing to know about a report.

    Attributes:
        code: a stable word for programs, such as "input_only".
        severity: what it means for the number.
        about: the input, model or scenario that it concerns, "" for the whole report.
        details: names and values that its sentence needs, in the order in which they were given.
    """

    code: str
    severity: Severity
    about: str = ""
    details: tuple[tuple[str, object], ...] = ()

    @property
    def values(self) -> Mapping[str, object]:
        """The details by name."""
        return dict(self.details)


def assumed(code: str, *, about: str = "", **details: object) -> Note:
    """Return a note on what a report rests on; *details* have to be hashable."""
    return Note(code=code, severity=Severity.ASSUMED, about=about, details=tuple(details.items()))


def warning(code: str, *, about: str = "", **details: object) -> Note:
    """Return a note on what may make a report wrong."""
    return Note(code=code, severity=Severity.WARNING, about=about, details=tuple(details.items()))


def reason(code: str, *, about: str = "", **details: object) -> Note:
    """Return a note on why something does not apply."""
    return Note(code=code, severity=Severity.REASON, about=about, details=tuple(details.items()))
