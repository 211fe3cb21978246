"""Savings scenarios: what a provider would bill for the same calls, made in another way."""

from tokencost.costs.cache import Certainty
from tokencost.scenarios.dynamic_text import DynamicText
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.prefix import Prefix, PrefixEnd
from tokencost.scenarios.results import (
    Alternative,
    BreakEven,
    Content,
    NoSavings,
    Outcome,
    Savings,
    SavingsReport,
)
from tokencost.scenarios.savings import savings

__all__ = [
    "Alternative",
    "BreakEven",
    "Certainty",
    "Content",
    "DynamicText",
    "NoSavings",
    "Outcome",
    "Prefix",
    "PrefixEnd",
    "Savings",
    "SavingsReport",
    "ScenarioOptions",
    "savings",
]
