"""A diff as a comment on a pull request: what each file that changed costs, and the whole."""

from collections.abc import Callable, Iterable

from tokencost.budgets.diff_report import DiffReport, FileDifference
from tokencost.report.comment import Row, cell, doubts, folded, marker, name_lines, small, table

_HEADS = ("prompt", "a call")


def comment(
    report: DiffReport,
    *,
    lead: str,
    brief: Iterable[str],
    warnings: Iterable[str],
    tokens: Callable[[FileDifference], str],
    change: Callable[[FileDifference], str],
    totals: Iterable[str],
) -> str:
    """Return the comment: *lead*, what costs something else, *totals*, and what only moved.

    *tokens* and *change* say of a file what it came to and comes to, and by how much that differs.
    """

    def row(file: FileDifference) -> Row:
        was = [] if file.was in (None, file.path) else [*name_lines(file.was or ""), "→"]
        left = [
            *was,
            *name_lines(file.path),
            f"**{file.status}** {cell(tokens(file))}",
            *([f"budget {cell(file.budget)}"] if file.budget else []),
            *name_lines(file.model),
        ]
        right = cell(change(file)) or f"{file.tokens:+,} tokens"
        return left, [part for part in right.replace(" (", "\n(").split("\n") if part]

    differing = [row(file) for file in report.files if file.tokens or file.cost]
    same = [row(file) for file in report.files if not (file.tokens or file.cost)]
    blocks = [
        marker(report.name),
        f"**{cell(lead)}**",
        table(_HEADS, differing) if differing else "",
        "\n".join(f"- {cell(text)}" for text in totals),
        doubts(report.failures, warnings),
        folded(f"{len(same):,} cost the same", table(_HEADS, same)) if same else "",
        small(brief),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"
