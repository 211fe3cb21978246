"""The formats of reports: to add one is to write its module and to name it here."""

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:  # imported with a report's view
    from tokencost.report import View
    from tokencost.reports import Report


class OutputFormat(StrEnum):
    """How a report is written: the module of this package that writes it."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    GITHUB = "github"
    JUNIT = "junit"
    SARIF = "sarif"
    GITLAB = "gitlab"


class Writer(Protocol):
    """What the module of a format has."""

    def render(
        self,
        view: "View",
        report: "Report",
        *,
        color: bool,
        width: int | None,
        verbose: bool,
        all_rows: bool,
        warnings: bool,
    ) -> str:
        """Return *report* as text that ends in a line break.

        *color* and *width* are those of a terminal, *verbose* asks for all notes, *all_rows*
        for those that a summary stands for, *warnings* for what may make a table wrong; a format
        may do without.
        """
        ...


def writer(output_format: OutputFormat) -> Writer:
    """Return the module of a format, which is imported when it is needed."""
    return cast("Writer", import_module(f"{__name__}.{output_format}"))
