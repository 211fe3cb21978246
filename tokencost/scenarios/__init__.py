"""Savings scenarios: what a provider would bill for the same work, asked for in another way."""

from tokencost.costs.workload import PromptTokens, Workload
from tokencost.scenarios.explore import ShorterPrompt, explore
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.prefix import Prefix, PrefixEnd
from tokencost.scenarios.results import Alternative, BreakEven, Certainty, Content, Outcome, Savings

__all__ = [
    "Alternative",
    "BreakEven",
    "Certainty",
    "Content",
    "Outcome",
    "Prefix",
    "PrefixEnd",
    "PromptTokens",
    "Savings",
    "ScenarioOptions",
    "ShorterPrompt",
    "Workload",
    "explore",
]
