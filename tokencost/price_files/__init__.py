"""Check, compare, extend and import price files."""

from tokencost.price_files.add import add_price
from tokencost.price_files.changes import Change, ChangeKind, Changes
from tokencost.price_files.diff import Difference, Differences, diff_prices
from tokencost.price_files.document import Validation, validate_prices
from tokencost.price_files.imports import import_prices

__all__ = [
    "Change",
    "ChangeKind",
    "Changes",
    "Difference",
    "Differences",
    "Validation",
    "add_price",
    "diff_prices",
    "import_prices",
    "validate_prices",
]
