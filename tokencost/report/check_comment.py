"""A check as a comment on a pull request: it reads on a phone, and what passes is folded away."""

from collections.abc import Iterable, Sequence

from tokencost.budgets import CheckReport, Finding, Status
from tokencost.errors import Failure
from tokencost.report.formats.markdown import escaped
from tokencost.report.verdicts import amount_words, place_of
from tokencost.reports import printable

# What a bot looks for, to update its comment and not to add another one.
MARKER = "<!-- tokencost check -->"
_MOST = 100  # rows of a table; a comment of GitHub ends at 65,536 characters
_NEED_ATTENTION = (Status.FAIL, Status.ERROR, Status.WARN)


def comment(
    report: CheckReport, *, lead: str, brief: Iterable[str], warnings: Iterable[str]
) -> str:
    """Return the comment: *lead* first, the worst rows, what could not be judged, the rest."""
    wrong = [
        finding
        for status in _NEED_ATTENTION
        for finding in report.findings
        if finding.status is status
    ]
    passed = [finding for finding in report.findings if finding.status is Status.PASS]
    blocks = [MARKER, f"**{_cell(lead)}**"]
    if wrong:
        blocks.append(_table(wrong))
    doubts = [
        *map(_failure, report.failures),
        *(f"- **warning**: {_cell(text)}" for text in warnings),
    ]
    if doubts:
        blocks.append("\n".join(doubts))
    if passed:
        summary = f"<summary>{len(passed):,} within</summary>"
        blocks.append(f"<details>{summary}\n\n{_table(passed)}\n\n</details>")
    blocks.append("\n".join(f"<sub>{_cell(line)}</sub>" for line in brief))
    return "\n\n".join(blocks) + "\n"


def _table(findings: Sequence[Finding]) -> str:
    has_base = any(finding.base is not None for finding in findings)
    heads = ["prompt", *(["was"] if has_base else []), "now", "limit"]
    rules = ["---", *["---:"] * (len(heads) - 1)]
    rows = [_row(finding, has_base=has_base) for finding in findings[:_MOST]]
    if rest := len(findings) - len(rows):
        rows.append([f"{rest:,} more", *[""] * (len(heads) - 1)])
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, rules, *rows))


def _row(finding: Finding, *, has_base: bool) -> list[str]:
    place = place_of(finding.file)
    name = place.path if place else finding.file or "all together"
    words = (finding.budget or "", str(finding.rule), finding.model)
    status = "" if finding.status is Status.PASS else f"**{finding.status}** "
    what = f"{_cell(name)}<br>{status}{_cell(', '.join(word for word in words if word))}"
    at_least = "" if finding.judged is not None else "at least "
    judged = finding.expected if finding.judged is None else finding.judged
    was = "" if finding.base is None else amount_words(finding.base, finding)
    now, limit = amount_words(judged, finding), amount_words(finding.limit, finding)
    return [what, *([_cell(was)] if has_base else []), _cell(f"{at_least}{now}"), _cell(limit)]


def _failure(failure: Failure) -> str:
    about = f"{failure.input}: " if failure.input else ""
    hint = f" ({failure.error.hint})" if failure.error.hint else ""
    return f"- **could not be judged**: {_cell(f'{about}{failure.error.message}{hint}')}"


def _cell(text: str) -> str:
    return escaped(printable(text))
