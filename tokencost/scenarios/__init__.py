"""Savings scenarios: what a provider would bill for the same work, asked for in another way."""

from tokencost.costs.workload import Sent, Work
from tokencost.scenarios.explore import Shorter, explore
from tokencost.scenarios.options import WhatIf
from tokencost.scenarios.prefix import Prefix, Stop
from tokencost.scenarios.results import Alternative, BreakEven, Certainty, Content, Outcome, Savings

__all__ = [
    "Alternative",
    "BreakEven",
    "Certainty",
    "Content",
    "Outcome",
    "Prefix",
    "Savings",
    "Sent",
    "Shorter",
    "Stop",
    "WhatIf",
    "Work",
    "explore",
]
