"""Limits on tokens and cost, and whether inputs keep within them."""

from tokencost.budgets.budget import Basis, Budget, Limits, Rule, budgets_of
from tokencost.budgets.case import BaseFile, Baseline
from tokencost.budgets.check import check
from tokencost.budgets.files import BudgetFiles, FileReading, read_budget_files
from tokencost.budgets.findings import TOKENS, CheckReport, FileSize, Finding, Status, status_of
from tokencost.budgets.recorded import record_sizes
from tokencost.configuration.settings import Increase, parse_increase

__all__ = [
    "TOKENS",
    "BaseFile",
    "Baseline",
    "Basis",
    "Budget",
    "BudgetFiles",
    "CheckReport",
    "FileReading",
    "FileSize",
    "Finding",
    "Increase",
    "Limits",
    "Rule",
    "Status",
    "budgets_of",
    "check",
    "parse_increase",
    "read_budget_files",
    "record_sizes",
    "status_of",
]
