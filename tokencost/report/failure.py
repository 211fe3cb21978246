"""What stands in the place of a report where nothing could be answered: the errors."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from tokencost.errors import Failure
from tokencost.report.formats import OutputFormat, writer
from tokencost.report.formats.json import envelope
from tokencost.report.formats.markdown import Commenting, marker
from tokencost.report.formats.services import Judging
from tokencost.report.page import CsvTable, Page
from tokencost.report.page_notes import failure_notes
from tokencost.report.phrases import hint_of
from tokencost.reports import Report
from tokencost.values import dataclass

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.report.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FailureReport(Report):
    """Errors in the place of a report, *of* the command of that name."""

    name: ClassVar[str] = "failure"

    failures: tuple[Failure, ...]
    of: str


class FailureView:
    """The errors, each of them by itself."""

    lead = "nothing could be answered"

    def page(self, report: FailureReport) -> Page:
        """Lay out the errors."""
        return Page(lead=self.lead, tables=(), notes=tuple(failure_notes(report.failures)))

    def csv(self, report: FailureReport) -> CsvTable:
        """Return a row for each error; no column is one of an answer."""
        errors = (failure.error for failure in report.failures)
        return ("error", "hint"), [(error.message, hint_of(error)) for error in errors]

    def as_dict(self, report: FailureReport) -> dict[str, Any]:
        """Return what all reports have, and the errors."""
        body: dict[str, Any] = {"results": []}
        return envelope(
            report.name, prices=None, assumptions={}, body=body, failures=report.failures
        )

    def quiet(self, report: FailureReport) -> str:
        """Return nothing: there is no answer."""
        del report
        return ""


class _CommentedView(FailureView):
    """The errors in the place of a comment on a pull request."""

    def comment(self, report: FailureReport) -> str:
        """Return the Markdown, with the marker of the comment that it replaces."""
        from tokencost.report.comment import doubts  # other errors are told faster without

        return (
            "\n\n".join((marker(report.of), f"**{self.lead}**", doubts(report.failures, ()))) + "\n"
        )


class _JudgedView(_CommentedView):
    """The errors in the place of verdicts."""

    lead = "nothing could be judged"

    def verdicts(self, report: FailureReport) -> "tuple[Verdict, ...]":
        """Return the errors as what could not be judged."""
        from tokencost.report.verdicts import of_failure  # brings budgets, which JSON needs not

        return tuple(map(of_failure, report.failures))


def failure_text(
    failures: Sequence[Failure], output_format: OutputFormat, *, of: str, own: "View | None"
) -> str:
    """Return *failures* in the place of the report *of* a command, which *own* lays out.

    Raises:
        UsageError: reports of that command do not have this format.
    """
    parts = tuple(
        Failure(error=error, input=failure.input, model=failure.model)
        for failure in failures
        for error in failure.error.parts
    )
    report = FailureReport(failures=parts, of=of)
    return writer(output_format).render(
        _view_beside(own),
        report,
        color=False,
        width=None,
        verbose=False,
        all_rows=False,
        warnings=True,
    )


def _view_beside(own: object) -> FailureView:
    """Return the view of errors that can be written in every way that *own* can."""
    if isinstance(own, Judging):
        return _JudgedView()
    return _CommentedView() if isinstance(own, Commenting) else FailureView()
