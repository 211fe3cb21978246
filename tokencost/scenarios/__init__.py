"""Savings scenarios: what a provider would bill for the same work, asked for in another way."""

from tokencost.scenarios.exploring import Shorter, explore
from tokencost.scenarios.outcomes import (
    Alternative,
    BreakEven,
    Certainty,
    Content,
    Outcome,
    Savings,
)
from tokencost.scenarios.prefix import Prefix, Stop
from tokencost.scenarios.what_if import WhatIf
from tokencost.scenarios.work import Sent, Work

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
