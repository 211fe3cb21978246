"""What an agent session is made of, and the cache that it uses."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from tokencost.costs.cache import CacheUse, Certainty, PromptTokens, cache_uses
from tokencost.errors import NoPriceError, UsageError
from tokencost.inputs import Prompt
from tokencost.notes import Note, assumed, reason
from tokencost.pricing import Offer, Rates
from tokencost.tokenizers import TokenCount
from tokencost.usage import MOST_TOKENS, NO_CACHE, CacheChoice, CacheKind, Ttl, Usage
from tokencost.values import dataclass

AUTO: Literal["auto"] = "auto"
Size = int | str | os.PathLike[str] | Prompt  # a number of tokens, or a text to be counted
_MOST_TURNS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A loop of turns: each sends everything so far and one new message, and adds the output.

    Sizes are in tokens. A turn's new input is what the user says and what tools return. `agents`
    run the same session at the same time; with `staged` the others begin when the first one has
    written the shared prefix. `compact_at` is the input size above which the history is replaced
    by a summary, None for never and "auto" for the size that costs least. `turn_interval` is the
    time between turns, `gaps` the time before those turns that it names.
    """

    turns: int = 20
    system: Size = 2_000
    tools: Size = 0
    user: int = 200
    tool_output: int = 1_500
    output_tokens: int = 300
    agents: int = 1
    staged: bool = False
    compact_at: int | Literal["auto"] | None = None
    summary: int = 1_000
    turn_interval: timedelta = timedelta()
    gaps: Mapping[int, timedelta] = field(default_factory=dict)
    hit_rate: Decimal | None = None

    def __post_init__(self) -> None:
        """Reject what no session can be."""
        self._check_sizes()
        if not 1 <= self.turns <= _MOST_TURNS:
            raise _impossible("turns", self.turns, f"give 1 to {_MOST_TURNS:,}")
        if not 1 <= self.agents <= MOST_TOKENS:
            raise _impossible("agents", self.agents, "give at least 1")
        if self.hit_rate is not None and not 0 <= self.hit_rate <= 1:
            raise _impossible("hit rate", self.hit_rate, "give a share from 0 to 1")
        for turn in self.gaps:
            if not 1 < turn <= self.turns:
                hint = f"the last of its turns is {self.turns}, and nothing is before the first"
                raise _impossible("gap before turn", turn, hint)

    def _check_sizes(self) -> None:
        for name in ("system", "tools", "user", "tool_output", "output_tokens", "summary"):
            size = getattr(self, name)
            is_text = isinstance(size, str | os.PathLike | Prompt)
            if not isinstance(size, int) and not (is_text and name in ("system", "tools")):
                hint = "give a number of tokens, or a text for system and tools"
                raise _impossible(name, repr(size), hint)
            if isinstance(size, int) and not 0 <= size <= MOST_TOKENS:
                raise _impossible(name, size, "give a number of tokens from 0")

    @property
    def new_input(self) -> int:
        """Tokens of the message that each turn adds to the input."""
        return self.user + self.tool_output

    @property
    def has_pauses(self) -> bool:
        """Whether time passes between turns."""
        return any((self.turn_interval, *self.gaps.values()))

    def gap_before(self, turn: int) -> timedelta:
        """Return how long nothing is sent before *turn*."""
        return self.gaps.get(turn, self.turn_interval)


def _impossible(what: str, value: object, hint: str) -> UsageError:
    return UsageError(f"{what} {value} is not possible in a session", hint=hint)


# Round sizes of common work; every report prints those that it was made with.
PRESETS: Mapping[str, Session] = {
    "rag": Session(turns=1, system=500, user=100, tool_output=3_400, output_tokens=300),
    "chain": Session(turns=4, system=1_000, user=200, tool_output=2_000, output_tokens=400),
    "multi-agent": Session(
        turns=15,
        system=3_000,
        user=200,
        tool_output=1_500,
        output_tokens=300,
        agents=5,
        staged=True,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of a session.

    `tokens` says what of it was sent before: by the call before, or where one begins anew by other
    agents or before a summary. `began_alike` is how many calls that began anew did so before it,
    `gap` the time since the last call.
    """

    turn: int
    is_compaction: bool
    tokens: PromptTokens
    gap: timedelta
    began_alike: int = 0

    @property
    def input(self) -> int:
        """Tokens that are sent."""
        return self.tokens.input

    @property
    def output(self) -> int:
        """Tokens that are returned."""
        return self.tokens.output


def calls(session: Session, *, prefix: int, compact_at: int | None) -> Iterator[Call]:
    """Return the calls of one agent.

    Turn t sends `prefix + t u + (t-1) a` tokens: the prefix (system and tools), t new messages of
    u tokens and t-1 outputs of a tokens. Where that would exceed *compact_at*, a call of its own
    asks for a summary, which then stands in the place of the history.

    Args:
        session: sizes and turns; its texts are counted in *prefix*.
        prefix: tokens of system and tools.
        compact_at: tokens of input, None for never.

    Raises:
        UsageError: a summary and one message already exceed *compact_at*.
    """
    check_threshold(session, prefix, compact_at)
    turn, history, beginnings = 1, prefix, 0
    while True:
        for call in run_of_calls(session, prefix, history, turn=turn, beginnings=beginnings):
            yield call
            turn = call.turn + 1
            grown = call.input + call.output + session.new_input
            if compact_at is not None and turn <= session.turns and grown > compact_at:
                yield summary_call(session, prefix, call)
                break
        else:
            return
        history, beginnings = prefix + session.summary, beginnings + 1


def run_of_calls(
    session: Session, prefix: int, history: int, *, turn: int, beginnings: int
) -> Iterator[Call]:
    """Return the calls from *turn* on that follow a *history* and one another, without a summary.

    The first of them begins anew, at once after a summary; *beginnings* is how many did before.
    """
    before, sent = None, history
    for number in range(turn, session.turns + 1):
        tokens = PromptTokens(
            input=sent + session.new_input,
            prefix=prefix,
            output=session.output_tokens,
            repeats=prefix if session.turns == 1 else None,
        )
        call = Call(
            turn=number,
            is_compaction=False,
            tokens=_after(before, tokens),
            gap=session.gap_before(number) if before else timedelta(),
            began_alike=0 if before else beginnings * session.agents,
        )
        yield call
        before, sent = call.tokens, call.input + call.output


def summary_call(session: Session, prefix: int, last: Call) -> Call:
    """Return the call for a summary of everything up to the call *last* and its output."""
    tokens = PromptTokens(input=last.input + last.output, prefix=prefix, output=session.summary)
    return Call(
        turn=last.turn + 1,
        is_compaction=True,
        tokens=_after(last.tokens, tokens),
        gap=session.gap_before(last.turn + 1),
    )


def _after(before: PromptTokens | None, tokens: PromptTokens) -> PromptTokens:
    """Return *tokens* as those of a call that continues the one before it, if there is one.

    All of it is sent again by the next call, unless it says otherwise.
    """
    repeats = tokens.input if tokens.repeats is None else tokens.repeats
    if before is None:
        return replace(tokens, repeats=repeats)
    return replace(
        tokens, prefix=before.input, repeats=repeats, continues=True, answered=before.output
    )


def check_threshold(session: Session, prefix: int, compact_at: int | None) -> None:
    """Raise UsageError if a summary and one message already exceed *compact_at*."""
    least = prefix + session.summary + session.new_input
    if compact_at is not None and least > compact_at:
        raise UsageError(
            f"system, tools, a summary and one message are "
            f"{least:,} tokens, more than --compact-at {compact_at:,}",
            hint="choose a larger one, or --compact-at auto",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCache:
    """A cache in use.

    `assumed_hit_rate` is how likely a hit inside the lifetime of an entry was said to be, None if
    nothing was said: then every call inside the lifetime is taken for a hit.
    """

    use: CacheUse
    assumed_hit_rate: Decimal | None = None

    @property
    def hit_rate(self) -> Decimal:
        """How likely a hit inside the lifetime of an entry is."""
        return Decimal(1) if self.assumed_hit_rate is None else self.assumed_hit_rate

    def certainty(self, doubt: Note | None) -> Certainty:
        """Return how sure it is that what is sent again is read; *doubt* is that of its minimum."""
        if self.assumed_hit_rate is not None:
            return Certainty.EXPECTED
        is_promised = self.use.rule.guaranteed and doubt is None
        return Certainty.GUARANTEED if is_promised else Certainty.POSSIBLE

    def doubt_of_minimum(self, calls: Iterable[Call], prefix: TokenCount) -> Note | None:
        """Return that *calls* may read less than the cache takes, None if they do not.

        What they read is as uncertain as the *prefix* that all of it begins with.
        """
        minimum = self.use.rule.min_tokens
        if minimum is None:
            return assumed("cache_minimum_unknown")
        below = prefix.expected - prefix.low
        above = minimum if prefix.high is None else prefix.high - prefix.expected
        read = (call.tokens.prefix for call in calls if call.tokens.continues or call.began_alike)
        tokens = next((size for size in read if size - below < minimum <= size + above), None)
        if tokens is None:
            return None
        option = "--hit-rate" if self.assumed_hit_rate is None else ""
        return assumed("minimum_within_range", tokens=tokens, minimum=minimum, option=option)

    def assumptions(self, session: Session) -> tuple[Note, ...]:
        """Return which cache it is, and what is not known about the hits of *session*."""
        notes = [assumed("cache_used", kind=str(self.use.kind), ttl=self.use.ttl)]
        if self.assumed_hit_rate is not None:
            notes.append(assumed("hit_rate_given", hit_rate=self.assumed_hit_rate))
        elif not self.use.rule.guaranteed:
            notes.append(assumed("hits_not_guaranteed"))
        if self.use.lifetime is None:
            is_left = self.assumed_hit_rate is not None or not session.has_pauses
            code = "lifetime_not_published" if is_left else "nothing_left_after_pauses"
            notes.append(assumed(code))
        return tuple(notes)

    def billed_usages(self, call: Call) -> tuple[tuple[Decimal, Usage], ...]:
        """Return the usages of *call* with the share of calls that each is billed for."""
        # An entry of unknown lifetime outlasts no gap, unless somebody knows how many turns hit.
        is_alive = call.gap <= (self.use.lifetime or timedelta())
        is_alive |= self.use.lifetime is None and self.assumed_hit_rate is not None
        is_known = call.tokens.continues or call.began_alike >= self.use.first_misses
        hits = self.hit_rate if is_alive and is_known else Decimal()
        return self.use.billed(call.tokens, calls=Decimal(1), hits=hits)[::-1]


def choose_cache(
    offer: Offer,
    rates: Rates,
    *,
    kind: CacheChoice | None,
    ttl: Ttl | None,
    hit_rate: Decimal | None,
) -> SessionCache | Note:
    """Return the cache that a session uses, or the reason why it uses none.

    Unless *kind* says otherwise it is the one that guarantees hits, and else the implicit one. An
    explicit cache that is billed by the hour is for documents that many share, not for a history
    that grows with every turn.

    Raises:
        NoPriceError: there is no cache as it was asked for, or its rates are not known.
    """
    if kind == NO_CACHE:
        return reason("no_cache_requested")
    uses = [use for use in cache_uses(offer, rates) if not (use.is_stored or use.is_own_call)]
    of_kind = [use for use in uses if kind in (None, use.kind)]
    if not of_kind and kind is None and ttl is None:
        return reason("no_session_cache", offer=offer.name)
    if not of_kind:
        raise NoPriceError(
            f"{offer.name} has no {f'{kind} ' if kind else ''}cache that a session can use",
            hint=f"it has an {uses[0].kind} one: --cache {uses[0].kind}"
            if uses
            else "--cache none prices it without one",
        )
    of_ttl = [use for use in of_kind if ttl in (None, use.ttl)]
    if not of_ttl:
        ttls = [use.ttl for use in of_kind if use.ttl]
        raise NoPriceError(
            f"{offer.name} has no cache writes for {ttl}",
            hint=f"it has {', '.join(ttls)}: --cache-ttl {ttls[0]}"
            if ttls
            else "its writes have no time to live to choose: leave out --cache-ttl",
        )
    use = max(of_ttl, key=lambda use: (bool(use.rule.guaranteed), use.kind == CacheKind.IMPLICIT))
    return SessionCache(use=use, assumed_hit_rate=hit_rate)


def sent_by_agents(
    call: Call, session: Session, cache: SessionCache | None
) -> list[tuple[Call, int]]:
    """Return the calls that all agents send in the place of *call*, with their number.

    Staged agents read the prefix that the first one, or as many as the cache needs to know what
    they share, have written; those that begin at once all write it themselves.
    """
    if not session.staged or call.turn > 1:
        return [(call, session.agents)]
    first = min(cache.use.first_misses if cache else 1, session.agents)
    staged = [(call, first), (replace(call, began_alike=first), session.agents - first)]
    return [(sent, agents) for sent, agents in staged if agents]
