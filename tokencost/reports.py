"""What every report can do; the package `report` registers how."""

from collections.abc import Callable
from typing import Any, ClassVar, Protocol


class Views(Protocol):
    """How reports are written: `tokencost.report` is one."""

    def as_dict(self, report: "Report", /) -> dict[str, Any]:
        """Return what the JSON of *report* holds."""
        ...

    def as_json(self, report: "Report", /) -> str:
        """Return *report* as JSON."""
        ...

    def as_markdown(self, report: "Report", /) -> str:
        """Return *report* as Markdown."""
        ...


class Report:
    """Base of what `estimate`, `compare`, `count`, `check` and the others return."""

    __slots__ = ()

    name: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON has it: amounts of money are decimal strings."""
        return _views().as_dict(self)

    def to_json(self) -> str:
        """Return the report as the command prints it with `--json`."""
        return _views().as_json(self)

    def _repr_markdown_(self) -> str:
        """Return the report as notebooks show it."""
        return _views().as_markdown(self)


def _no_views() -> Views:
    raise RuntimeError("no package has registered how reports are written")


_views: Callable[[], Views] = _no_views


def register_views(load: Callable[[], Views]) -> None:
    """Say how reports are written; *load* is called when a report is first asked."""
    global _views
    _views = load
