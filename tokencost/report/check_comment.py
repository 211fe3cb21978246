"""A check as a comment on a pull request: what does not pass first, and what passes folded away."""

from collections.abc import Iterable

from tokencost.budgets import CheckReport, Finding, Status
from tokencost.report.comment import (
    Row,
    cell,
    doubts,
    folded,
    marker,
    name_lines,
    small,
    table,
)
from tokencost.report.place import place_of
from tokencost.report.verdicts import amount_words

_NEED_ATTENTION = (Status.FAIL, Status.ERROR, Status.WARN)
_HEADS = ("prompt", "now")


def comment(
    report: CheckReport, *, lead: str, brief: Iterable[str], warnings: Iterable[str]
) -> str:
    """Return the comment: *lead* first, the worst rows, what could not be judged, the rest."""
    wrong = [
        _row(finding)
        for status in _NEED_ATTENTION
        for finding in report.findings
        if finding.status is status
    ]
    passed = [_row(finding) for finding in report.findings if finding.status is Status.PASS]
    blocks = [
        marker(report.name),
        f"**{cell(lead)}**",
        table(_HEADS, wrong) if wrong else "",
        doubts(report.failures, warnings),
        folded(f"{len(passed):,} within", table(_HEADS, passed)) if passed else "",
        small(brief),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _row(finding: Finding) -> Row:
    place = place_of(finding.file)
    rule = cell(finding.rule)
    left = [
        *name_lines(place.path if place else finding.file or "all together"),
        rule if finding.status is Status.PASS else f"**{finding.status}** {rule}",
        *([f"budget {cell(finding.budget)}"] if finding.budget else []),
        *name_lines(finding.model),
    ]
    at_least = "" if finding.judged is not None else "at least "
    judged = finding.expected if finding.judged is None else finding.judged
    right = [
        f"{at_least}**{cell(amount_words(judged, finding))}**",
        f"of {cell(amount_words(finding.limit, finding))}",
    ]
    if finding.base is not None:
        right.append(f"was {cell(amount_words(finding.base, finding))}")
    return left, right
