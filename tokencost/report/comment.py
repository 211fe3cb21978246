"""Comments on pull requests: tables of two columns, which a phone shows without scrolling."""

import re
from collections.abc import Iterable, Sequence

from tokencost.budgets import CheckReport, Finding, Status
from tokencost.errors import Failure
from tokencost.report.formats.markdown import escaped, marker
from tokencost.report.place import place_of
from tokencost.report.verdicts import amount_words
from tokencost.reports import printable
from tokencost.values import regex

_MOST = 100  # rows of a table; a comment of GitHub ends at 65,536 characters
_LINE = 22  # characters of the first column, where a name can be broken; a phone shows 40 in all

# What GitHub makes of a text after Markdown: a mention, which calls somebody, and a reference,
# which leaves a trace at the issue. A comment within it prevents both, and is not copied.
_CALLS = regex(r"(?<!\w)@(?=\w)|#(?=\d)")

_NEED_ATTENTION = (Status.FAIL, Status.ERROR, Status.WARN)
_HEADS = ("prompt", "now")

Row = tuple[Sequence[str], Sequence[str]]  # the lines of its two cells, as Markdown


def check_comment(
    report: CheckReport, *, lead: str, brief: Iterable[str], warnings: Iterable[str]
) -> str:
    """Return the comment: *lead* first, the worst rows, what could not be judged, the rest."""
    wrong = [
        _finding_row(finding)
        for status in _NEED_ATTENTION
        for finding in report.findings
        if finding.status is status
    ]
    passed = [_finding_row(finding) for finding in report.findings if finding.status is Status.PASS]
    blocks = [
        marker(report.name),
        f"**{cell(lead)}**",
        table(_HEADS, wrong) if wrong else "",
        doubts(report.failures, warnings),
        folded(f"{len(passed):,} within", table(_HEADS, passed)) if passed else "",
        small(brief),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def table(heads: tuple[str, str], rows: Sequence[Row]) -> str:
    """Return a table; of very many rows the first, and how many there are beyond."""
    lines = [f"| {heads[0]} | {heads[1]} |", "| --- | ---: |"]
    lines += [f"| {'<br>'.join(left)} | {'<br>'.join(right)} |" for left, right in rows[:_MOST]]
    if len(rows) > _MOST:
        lines.append(f"| {len(rows) - _MOST:,} more | |")
    return "\n".join(lines)


def folded(summary: str, text: str) -> str:
    """Return *text* behind its *summary*."""
    return f"<details><summary>{cell(summary)}</summary>\n\n{text}\n\n</details>"


def doubts(failures: Iterable[Failure], warnings: Iterable[str]) -> str:
    """Return what could not be judged and what may be wrong, as a list."""
    lines = [*map(_failure, failures), *(f"- **warning**: {cell(text)}" for text in warnings)]
    return "\n".join(lines)


def small(lines: Iterable[str]) -> str:
    """Return what the rest is based on, in small letters."""
    text = " · ".join(map(cell, lines))
    return f"<sub>{text}</sub>" if text else ""


def cell(text: str) -> str:
    """Return *text* as Markdown that shows it as it is, in one line, and calls nobody."""
    text = re.sub(r"[\[\]~&]", r"\\\g<0>", escaped(printable(text)))
    return _CALLS.sub(r"\g<0><!-- -->", text)


def name_lines(name: str) -> list[str]:
    """Return a path or the name of a model in lines as short as its parts allow."""
    lines = [""]
    for part in printable(name).replace("/", "/\n").replace("@", "\n@").split("\n"):
        if lines[-1] and len(lines[-1]) + len(part) > _LINE:
            lines.append("")
        lines[-1] += part
    return [cell(line) for line in lines]


def _finding_row(finding: Finding) -> Row:
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


def _failure(failure: Failure) -> str:
    about = f"{failure.input}: " if failure.input else ""
    hint = f" ({failure.error.hint})" if failure.error.hint else ""
    return f"- **could not be judged**: {cell(f'{about}{failure.error.message}{hint}')}"
