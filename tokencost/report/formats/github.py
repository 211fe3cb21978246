"""A check as annotations of GitHub Actions: workflow commands on standard output.

The form and its escapes are those of GitHub's "Workflow commands"; a step shows ten annotations of
a kind and drops the rest, so that what is beyond is summed up here.
"""

from typing import TYPE_CHECKING

from tokencost.report.formats.services import verdicts
from tokencost.report.verdicts import Verdict, counted
from tokencost.reports import printable

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.reports import Report

_MOST = 10  # annotations of a step


def render(view: "View", report: "Report", **_: object) -> str:
    """Return an annotation for whatever does not pass, the worst first, and the verdict."""
    judged = verdicts(view, report, "github")
    wrong = [verdict for verdict in judged if verdict.status != "pass"]
    shown = wrong if len(wrong) <= _MOST else wrong[: _MOST - 1]
    lines = [_annotation(verdict) for verdict in shown]
    if rest := wrong[len(shown) :]:
        level = _LEVELS[rest[0].status]
        lines.append(f"::{level} title=tokencost::{_data(f'and more: {counted(rest)}')}")
    lines.append(f"{view.page(report).lead}: {counted(judged)}" if judged else "nothing to judge")
    return "".join(f"{line}\n" for line in lines)


_LEVELS = {"error": "error", "fail": "error", "warn": "warning"}


def _annotation(verdict: Verdict) -> str:
    place = verdict.place
    properties = {"title": f"tokencost {verdict.rule}"}
    if place:
        properties = {"file": place.path, "line": str(place.line), **properties}
    pairs = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_LEVELS[verdict.status]} {pairs}::{_data(verdict.sentence)}"


def _data(text: str) -> str:
    return _escaped(printable(text))


def _property(text: str) -> str:
    # A path has to be the true one, but for what a log must not show as it is.
    lines = ("\r".join(map(printable, line.split("\r"))) for line in text.split("\n"))
    return _escaped("\n".join(lines)).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
