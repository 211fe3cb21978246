"""Cells of costs whose tokens may have an open range."""

from tokencost.estimates.results import TotalCost
from tokencost.money import Money, format_money
from tokencost.report.page_notes import count_mark
from tokencost.report.price_phrases import cost_range_cell, money_cell
from tokencost.tokenizers import TokenCount


def cost_cell(cost: TotalCost, tokens: TokenCount, currency: str) -> str:
    """Return a cost as expected; words mark one with an open end."""
    amount = money_cell(cost.expected, currency)
    is_open = tokens.high is None and cost.expected is not None
    return f"{count_mark(tokens)}{amount}" if is_open else amount


def calls_cell(cost: Money | None, tokens: TokenCount) -> str:
    """Return what many calls cost, marked like the cost of one if the range is open."""
    if cost is None:
        return ""
    mark = count_mark(tokens) if tokens.high is None else ""
    return f"{mark}{format_money(cost.amount, cost.currency)}"


def cost_ends_cell(cost: TotalCost, tokens: TokenCount, currency: str) -> str:
    """Return both ends of a cost, the low one of an open range, nothing if there is one cost."""
    if tokens.high is not None:
        return cost_range_cell(cost.low, cost.high, currency)
    if cost.low is None or cost.low == cost.expected:
        return ""
    return f"from {money_cell(cost.low, currency)}"
