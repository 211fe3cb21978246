"""Agent sessions: what a conversation that grows with every turn costs."""

from tokencost.sessions.results import (
    PricedCall,
    SessionOptions,
    SessionReport,
    SessionResult,
    SessionTotal,
)
from tokencost.sessions.session import AUTO, PRESETS, Session, Size
from tokencost.sessions.session_price import session

__all__ = [
    "AUTO",
    "PRESETS",
    "PricedCall",
    "Session",
    "SessionOptions",
    "SessionReport",
    "SessionResult",
    "SessionTotal",
    "Size",
    "session",
]
