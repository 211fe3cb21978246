"""Reports as text: a view for each kind of report, and a module for each format."""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from tokencost.errors import Failure
from tokencost.notes import assumed
from tokencost.report.formats import OutputFormat, writer
from tokencost.reports import Report, printable

if TYPE_CHECKING:  # a view brings it
    from tokencost.report.page import CsvTable, Page

__all__ = [
    "OutputFormat",
    "View",
    "as_dict",
    "as_html",
    "as_json",
    "as_markdown",
    "as_rows",
    "render",
    "render_failures",
    "render_quiet",
    "view_of",
    "warnings_of",
]


class View(Protocol):
    """How the reports of one command are written."""

    def page(self, report: Any, /) -> "Page":
        """Lay *report* out for people."""
        ...

    def csv(self, report: Any, /) -> "CsvTable":
        """Return the header and the rows of the CSV."""
        ...

    def as_dict(self, report: Any, /) -> dict[str, Any]:
        """Return what the JSON holds."""
        ...

    def quiet(self, report: Any, /) -> str:
        """Return the bare result: totals, names or the verdict, one a line."""
        ...


# The view of each report, by the report's name. Its module is imported for the report that needs
# it: a count needs no code about prices.
VIEWS = {
    "calibration": "tokenizers.CalibrationView",
    "check": "check.CheckView",
    "compare": "compare.CompareView",
    "compress": "compress.CompressView",
    "count": "count.CountView",
    "diff": "diff.DiffView",
    "doctor": "tokenizers.DoctorView",
    "estimate": "estimate.EstimateView",
    "models": "models.ModelsView",
    "prices_changes": "prices.ChangesView",
    "prices_diff": "prices.DiffView",
    "prices_validate": "prices.ValidationView",
    "savings": "savings.SavingsView",
    "session": "session.SessionView",
    "tokenizers": "tokenizers.TokenizersView",
    "transforms": "compress.TransformsView",
}


def view_of(report: Report) -> View:
    """Return the view of reports of this kind."""
    return _view_called(report.name)


def _view_called(name: str) -> View:
    module, view_name = VIEWS[name].split(".")
    view: View = getattr(import_module(f"{__name__}.{module}"), view_name)()
    return view


def render(
    report: Report,
    output_format: OutputFormat = OutputFormat.TABLE,
    *,
    verbose: bool = False,
    all_rows: bool = False,
    color: bool = False,
    width: int | None = None,
    warnings: bool = True,
) -> str:
    """Return *report* as text that ends in a line break.

    Args:
        report: what `estimate`, `compare`, `count`, `check` or another function returned.
        output_format: what to write.
        verbose: whether a table has all its sources, assumptions and reasons.
        all_rows: whether each input has a row where sums for each model would do.
        color: whether a table is for a terminal.
        width: columns of that terminal, None for no limit.
        warnings: whether a table says what may make it wrong; the command writes that to standard
            error, as `warnings_of` returns it.

    Raises:
        UsageError: there is no such format.

    Examples:
        >>> print(tokencost.render(tokencost.count("hello world", "gpt-4o")).splitlines()[0])
        input   model          tokens  tokenizer   count
    """
    return writer(output_format).render(
        view_of(report),
        report,
        color=color,
        width=width,
        verbose=verbose,
        all_rows=all_rows,
        warnings=warnings,
    )


def warnings_of(
    report: Report, *, all_rows: bool = True, has_notes: bool = True
) -> tuple[str, ...]:
    """Return what may make *report* wrong, as the command writes it to standard error.

    Args:
        report: what `estimate`, `compare`, `count`, `check` or another function returned.
        all_rows: whether those of all rows are wanted, or of the rows that stand for all.
        has_notes: whether the format says itself which price tables a configuration brought in.

    Examples:
        >>> tokencost.warnings_of(tokencost.estimate("hello", "gpt-6-luna"))
        ()
    """
    page = view_of(report).page(report)
    warnings = tuple(map(printable, (page if all_rows else page.summary or page).warnings))
    prices = None if has_notes else getattr(report, "prices", None)
    if prices is None or not prices.places:
        return warnings
    from tokencost.report.phrases import sentence

    return (*warnings, printable(sentence(assumed("prices_set", sources=prices.labels))))


def render_quiet(report: Report) -> str:
    """Return the bare result: totals, names or the verdict, one a line.

    Examples:
        >>> print(tokencost.render_quiet(tokencost.count("hello world")), end="")
        2
    """
    lines = view_of(report).quiet(report).split("\n")
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in lines)


def render_failures(
    failures: Sequence[Failure],
    output_format: OutputFormat = OutputFormat.JSON,
    *,
    command: str = "",
) -> str:
    """Return what stands for a report where nothing could be answered.

    Args:
        failures: why not.
        output_format: what to write.
        command: whose report it stands for; formats of verdicts are for "check" alone.

    Raises:
        UsageError: reports of that command do not have this format.

    Examples:
        >>> error = tokencost.UsageError("no model named", hint="name one")
        >>> print(tokencost.render_failures([tokencost.Failure(error=error)]).splitlines()[1])
          "schema": "tokencost.failure",
    """
    from tokencost.report.failure import failure_text

    own = _view_called(command) if command in VIEWS else None
    return failure_text(failures, output_format, of=command, own=own)


def as_dict(report: Report) -> dict[str, Any]:
    """Return what the JSON of *report* holds."""
    return view_of(report).as_dict(report)


def as_json(report: Report) -> str:
    """Return *report* as JSON."""
    return render(report, OutputFormat.JSON)


def as_markdown(report: Report) -> str:
    """Return *report* as Markdown."""
    return render(report, OutputFormat.MARKDOWN)


def as_html(report: Report) -> str:
    """Return *report* as HTML."""
    from tokencost.report.formats.markdown import render_html

    return render_html(view_of(report).page(report))


def as_rows(report: Report) -> list[dict[str, Any]]:
    """Return the rows of the CSV with their exact values."""
    from tokencost.report.formats.csv import plain_rows

    return plain_rows(view_of(report), report)
