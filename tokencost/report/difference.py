"""Cells of what files came to and come to, and the comment of a diff on a pull request."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from tokencost.budgets.diff_report import CostDifference, DiffReport, DiffSize, FileDifference
from tokencost.estimates.results import TotalCost
from tokencost.money import format_money
from tokencost.report.comment import Row, cell, doubts, folded, name_lines, small, table
from tokencost.report.formats.markdown import marker
from tokencost.report.page_notes import count_cell, count_mark
from tokencost.report.price_phrases import cost_cell, cost_mark, money_cell, percent

ARROW = " → "
_HEADS = ("prompt", "a call")
CAUSES = {
    "prompt": "prompts",
    "prices": "prices",
    "model": "model",
    "exchange_rate": "exchange rate",
}


def tokens_cell(difference: CostDifference) -> str:
    """Return how many tokens there were and are, once if these are as many."""
    before, now = (count_cell(size.tokens) if size else "0" for size in _ends(difference))
    return before if before == now else f"{before}{ARROW}{now}"


def tokens_change(difference: CostDifference) -> str:
    """Return by how many tokens the input has grown; a tilde marks what is not exact."""
    marks = [count_mark(size.tokens) for size in _ends(difference) if size]
    mark = "~" if difference.tokens and any(marks) else ""
    return f"{mark}{difference.tokens:+,} tokens"


def call_cell(difference: CostDifference) -> str:
    """Return what a call cost and costs."""
    return _amounts(difference, lambda size: size.cost)


def month_cell(difference: CostDifference) -> str:
    """Return what a month cost and costs, nothing without a volume."""
    sizes = [size for size in _ends(difference) if size]
    if all(size.month is None for size in sizes):
        return ""
    return _amounts(difference, _of_month)


def _of_month(size: DiffSize) -> TotalCost:
    """Return what a month costs, as sure as a call where nobody says its ends."""
    if size.month_ends is not None:
        return size.month_ends
    end = None if size.cost.has_range else size.month
    return TotalCost(low=end, expected=size.month, high=end)


def _amounts(difference: CostDifference, cost: Callable[[DiffSize], TotalCost]) -> str:
    currency = difference.currency
    before, now = (
        cost_cell(cost(size), size.tokens, currency) if size else money_cell(Decimal(), currency)
        for size in _ends(difference)
    )
    return before if before == now else f"{before}{ARROW}{now}"


def _ends(difference: CostDifference) -> tuple[DiffSize | None, DiffSize | None]:
    return difference.base, difference.head


def _signed(amount: Decimal | None, currency: str) -> str:
    if not amount:
        return "" if amount is None else "0"
    return f"{'+' if amount > 0 else ''}{format_money(amount, currency)}"


def change_cell(difference: CostDifference) -> str:
    """Return by how much a call costs more, and of how much that is which share."""
    marks = [cost_mark(size.cost, size.tokens) for size in _ends(difference) if size]
    mark = "~" if difference.cost and any(marks) else ""
    text = f"{mark}{_signed(difference.cost, difference.currency)}"
    before = difference.base.cost.expected if difference.base else None
    if not difference.cost or not before:
        return text
    return f"{text} ({percent(difference.cost, before):+} %)"


def because_cell(difference: CostDifference) -> str:
    """Return the causes of a change, if there is more than the prompt, or a part is not known."""
    parts = difference.causes.parts if difference.causes else {}
    told = {name: part for name, part in parts.items() if part is None or part}
    if not told or list(told) == ["prompt"]:
        return ""
    return ", ".join(
        f"{CAUSES[name]} {'?' if part is None else _signed(part, difference.currency)}"
        for name, part in told.items()
    )


def comment(
    report: DiffReport,
    *,
    lead: str,
    brief: Iterable[str],
    warnings: Iterable[str],
    totals: Iterable[str],
) -> str:
    """Return the comment: *lead*, what costs something else, *totals*, and what only moved."""

    def row(file: FileDifference) -> Row:
        was = [] if file.was in (None, file.path) else [*name_lines(file.was or ""), "→"]
        left = [
            *was,
            *name_lines(file.path),
            f"**{file.status}** {cell(tokens_cell(file))}",
            *([f"budget {cell(file.budget)}"] if file.budget else []),
            *name_lines(file.model),
        ]
        right = cell(change_cell(file)) or tokens_change(file)
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
