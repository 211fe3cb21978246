"""Agent sessions: what a conversation that grows with every turn costs."""

from tokencost.sessions.results import PricedCall, SessionReport, SessionResult, SessionTotal
from tokencost.sessions.session import AUTO, PRESETS, Session, Size
from tokencost.sessions.session_price import session

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
