"""Limits on tokens and cost, and whether inputs keep within them."""

from tokencost.budgets.baseline import BaseFile, Baseline
from tokencost.budgets.budget import Budget
from tokencost.budgets.check import check
from tokencost.budgets.findings import TOKENS, CheckReport, Finding, Status, status_of
from tokencost.budgets.limits import Basis, Limits, Rule
from tokencost.configuration.increase import Increase

__all__ = [
    "TOKENS",
    "BaseFile",
    "Baseline",
    "Basis",
    "Budget",
    "CheckReport",
    "Finding",
    "Increase",
    "Limits",
    "Rule",
    "Status",
    "check",
    "status_of",
]
