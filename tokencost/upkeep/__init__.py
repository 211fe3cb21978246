"""Looking after price tables: checking, comparing, and writing the user's own."""

from tokencost.upkeep.adding import add_price
from tokencost.upkeep.changes import Change, Changes
from tokencost.upkeep.differing import Difference, Differences, diff_prices
from tokencost.upkeep.importing import import_prices
from tokencost.upkeep.validating import Validation, validate_prices

__all__ = [
    "Change",
    "Changes",
    "Difference",
    "Differences",
    "Validation",
    "add_price",
    "diff_prices",
    "import_prices",
    "validate_prices",
]
