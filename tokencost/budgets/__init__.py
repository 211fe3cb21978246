"""Limits on tokens and cost, and whether inputs keep within them."""

from tokencost.budgets.check import check
from tokencost.budgets.limits import TOKENS, CheckReport, Finding, Limits, Rule, Status

__all__ = ["TOKENS", "CheckReport", "Finding", "Limits", "Rule", "Status", "check"]
