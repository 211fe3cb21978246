"""What the formats of CI services share."""

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from tokencost.errors import UsageError

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.report.verdicts import Verdict
    from tokencost.reports import Report


@runtime_checkable
class Judging(Protocol):
    """The view of a report that judges something."""

    def verdicts(self, report: "Report", /) -> "tuple[Verdict, ...]":
        """Return everything that was judged, or could not be, the worst first."""
        ...


def verdicts(view: "View", report: "Report", output_format: str) -> "tuple[Verdict, ...]":
    """Return what *report* judged.

    Raises:
        UsageError: it judges nothing, so that this format has nothing to say.
    """
    if not isinstance(view, Judging):
        raise UsageError(
            f"{output_format} is a format of verdicts, which `check` alone gives",
            hint="write -f table, json, csv or markdown, or use `tokencost check`",
        )
    return view.verdicts(report)


def fingerprint(verdict: "Verdict") -> str:
    """Return what a service knows a verdict by, from one run to the next."""
    from hashlib import sha256

    return sha256(verdict.key.encode("utf-8", "surrogatepass")).hexdigest()
