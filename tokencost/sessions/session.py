"""What an agent session is made of, before anything is counted or priced."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from tokencost.errors import UsageError
from tokencost.inputs import Prompt
from tokencost.usage import MOST_TOKENS

AUTO: Literal["auto"] = "auto"
Size = int | Prompt  # a number of tokens, or a text to be counted
_MOST_TURNS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A loop of turns: each sends everything so far and one new message, and adds the answer.

    Sizes are in tokens. A turn's new input is what the user says and what tools return. `agents`
    run the same session at the same time; with `staged` the others begin when the first one has
    written the shared prefix. `compact_at` is the input size above which the history is replaced
    by a summary, None for never and "auto" for the size that costs least. `pause` lies between
    turns, `idle` before those that it names.
    """

    turns: int = 20
    system: Size = 2_000
    tools: Size = 0
    user: int = 200
    tool_output: int = 1_500
    answer: int = 300
    agents: int = 1
    staged: bool = False
    compact_at: int | Literal["auto"] | None = None
    summary: int = 1_000
    pause: timedelta = timedelta()
    idle: Mapping[int, timedelta] = field(default_factory=dict)
    hit_rate: Decimal | None = None

    def __post_init__(self) -> None:
        """Reject what no session can be."""
        for name in ("system", "tools", "user", "tool_output", "answer", "summary"):
            size = getattr(self, name)
            if isinstance(size, int) and not 0 <= size <= MOST_TOKENS:
                raise _wrong(name, size, "give a number of tokens from 0")
        if not 1 <= self.turns <= _MOST_TURNS:
            raise _wrong("turns", self.turns, f"give 1 to {_MOST_TURNS:,}")
        if not 1 <= self.agents <= MOST_TOKENS:
            raise _wrong("agents", self.agents, "give at least 1")
        if self.hit_rate is not None and not 0 <= self.hit_rate <= 1:
            raise _wrong("hit rate", self.hit_rate, "give a share from 0 to 1")
        for turn in self.idle:
            if not 1 < turn <= self.turns:
                raise _wrong("idle before turn", turn, f"give one from 2 to {self.turns}")

    def gap_before(self, turn: int) -> timedelta:
        """Return how long nothing is sent before *turn*."""
        return self.idle.get(turn, self.pause)


def _wrong(what: str, value: object, hint: str) -> UsageError:
    return UsageError(f"{what} {value} is not possible in a session", hint=hint)


# Round shapes of common work; every answer prints the sizes that it was made with.
PRESETS: Mapping[str, Session] = {
    "rag": Session(turns=1, system=500, user=100, tool_output=3_400, answer=300),
    "chain": Session(turns=4, system=1_000, user=200, tool_output=2_000, answer=400),
    "multi-agent": Session(
        turns=15, system=3_000, user=200, tool_output=1_500, answer=300, agents=5, staged=True
    ),
}
