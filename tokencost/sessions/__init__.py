"""Agent sessions: what a conversation that grows with every turn costs."""

from tokencost.sessions.pricing import session
from tokencost.sessions.results import PricedCall, SessionReport, SessionResult, SessionTotal
from tokencost.sessions.shape import AUTO, PRESETS, Session, Size

__all__ = [
    "AUTO",
    "PRESETS",
    "PricedCall",
    "Session",
    "SessionReport",
    "SessionResult",
    "SessionTotal",
    "Size",
    "session",
]
