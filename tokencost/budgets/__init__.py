"""Limits on tokens and cost, and whether inputs keep within them."""

from tokencost.budgets.check import check
from tokencost.budgets.limits import CheckReport, Finding, Limits, Status

__all__ = ["CheckReport", "Finding", "Limits", "Status", "check"]
