"""The calls of a session, one after the other: what each sends, and what is new in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from tokencost.errors import UsageError
from tokencost.sessions.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of a session.

    Its first `known` tokens are those of the call before, or for the first one what another agent
    may have sent; `gap` is the time since then.
    """

    turn: int
    is_compaction: bool
    input: int
    known: int
    output: int
    gap: timedelta


def calls(session: Session, *, prefix: int, compact_at: int | None) -> Iterator[Call]:
    """Return the calls of one agent.

    Turn t sends `prefix + t u + (t-1) a` tokens: the prefix (system and tools), t new messages of
    u tokens and t-1 answers of a tokens. Where that would exceed *compact_at*, a call of its own
    asks for a summary, which then stands in the place of the history.

    Args:
        session: sizes and turns; its texts are counted in *prefix*.
        prefix: tokens of system and tools.
        compact_at: tokens of input, None for never.

    Raises:
        UsageError: a summary and one message already exceed *compact_at*.
    """
    new = session.user + session.tool_output
    if compact_at is not None and prefix + session.summary + new > compact_at:
        raise UsageError(
            f"system, tools, a summary and one message are "
            f"{prefix + session.summary + new:,} tokens, more than --compact-at {compact_at:,}",
            hint="choose a larger one, or --compact-at auto",
        )
    history, known = prefix, 0  # what the next call repeats, and how much of it was sent before
    for turn in range(1, session.turns + 1):
        gap = session.gap_before(turn) if turn > 1 else timedelta()
        if compact_at is not None and turn > 1 and history + new > compact_at:
            yield Call(
                turn=turn,
                is_compaction=True,
                input=history,
                known=known,
                output=session.summary,
                gap=gap,
            )
            history, known, gap = prefix + session.summary, prefix, timedelta()
        sent = history + new
        yield Call(
            turn=turn,
            is_compaction=False,
            input=sent,
            known=known,
            output=session.answer,
            gap=gap,
        )
        history, known = sent + session.answer, sent
