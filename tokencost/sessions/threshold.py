"""Sizes at which the cost of a session turns: of its history, and of its prefix."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from tokencost.costs.cost import cost
from tokencost.errors import NoPriceError, UsageError
from tokencost.money import multiply, subtract, sum_exact
from tokencost.notes import Note, warning
from tokencost.pricing import Quote
from tokencost.sessions.results import QuoteOf, SessionSums
from tokencost.sessions.session import (
    AUTO,
    Call,
    Session,
    SessionCache,
    check_threshold,
    run_of_calls,
    summary_call,
)
from tokencost.tokenizers import TokenCount

_MOST_CALLS = 60_000  # that are priced for a range: two seconds
_SEARCH = 10  # to find a threshold takes as long as to price so many sessions


def costs_within(
    session: Session, prefix: TokenCount, quote_of: QuoteOf, used: SessionCache | None
) -> tuple[list[Decimal], list[Note]]:
    """Return costs of which the least and the most hold a session with any size of its *prefix*.

    Each size has the threshold that costs least with it, if that is what is asked for.

    Args:
        session: sizes and turns.
        prefix: tokens of system and tools, with their range.
        quote_of: quotes requests with the cache in use.
        used: the cache in use.

    Returns:
        The costs, and why the first size that has none does not fit the window or the threshold.
    """
    sizes, not_read = turning_sizes(session, prefix, used)
    sums = SessionSums(session, quote_of, used)
    costs: list[Decimal] = []
    problems: list[Note] = []
    for size in sizes:
        threshold = session.compact_at
        try:
            if threshold == AUTO:
                threshold = cheapest_threshold(session, size, quote_of, used)
            costs.append(sums.total(size, threshold))
        except (NoPriceError, UsageError) as error:
            why = warning("prefix_size_has_no_price", tokens=size, error=error.message)
            problems.append(why)
    if not_read and costs:
        spare = sums.cost_of_not_reading(not_read)
        costs += [subtract(min(costs), spare), sum_exact((max(costs), spare))]
    return costs, problems[:1]


def turning_sizes(
    session: Session, prefix: TokenCount, used: SessionCache | None
) -> tuple[list[int], int]:
    """Return sizes of a *prefix*, within its range, between which a session only gets dearer.

    Where a call reaches what the cache takes, or a whole step of it, it costs less than one that
    is a token shorter; so it does where a summary replaces the history above a given size. Steps
    come again at the same distance: between two other turns the first and the last of them are
    enough. Steps of a session with too many of them are left out; the second value is by how many
    tokens what each call reads may then differ.
    """
    low, high, above = prefix.low, prefix.high, session.compact_at
    beside = _sent_beside(session, is_compacted=above is not None)
    least = (used.use.rule.min_tokens or 0) if used else 0
    step = (used.use.rule.granularity or 1) if used else 1
    borders = {least - size for size in beside} if least else set()
    borders |= {above - size + 1 for size in beside} if isinstance(above, int) else set()
    if high is None:  # it may cost less at any size above
        high = max(prefix.expected, *borders) + step
    inside = sorted({low, high + 1, *(border for border in borders if low < border <= high)})
    sizes = [prefix.expected, *inside[:-1], *(border - 1 for border in inside[1:])]
    steps: list[int] = []
    for start, end in pairwise(inside):
        for remainder in {(least - size) % step for size in beside} if step > 1 else ():
            after = start + (remainder - start) % step
            before = end - 1 - (end - 1 - remainder) % step
            # Where what is written costs more, a step may make a call dearer as well.
            near = (after, before - 1, *((after - 1, before) if used and used.use.ttl else ()))
            steps += [size for size in near if start <= size < end]
    together = list(dict.fromkeys(sizes + steps))
    of_size = session.turns * (_SEARCH if above == AUTO else 1)
    if steps and len(together) * of_size > _MOST_CALLS:
        return list(dict.fromkeys(sizes)), step - 1
    return together, 0


def _sent_beside(session: Session, *, is_compacted: bool) -> set[int]:
    """Return how much a call may send or read beside system and tools."""
    growth = session.new_input + session.output_tokens
    sent = [session.new_input + turn * growth for turn in range(session.turns + 1)]
    sizes = {0, *sent, *(size + session.output_tokens for size in sent)}
    return sizes | {size + session.summary for size in sizes} if is_compacted else sizes


def cheapest_threshold(
    session: Session, prefix: int, quote_of: QuoteOf, used: SessionCache | None
) -> int | None:
    """Return the input above which making a summary costs least, None where never does.

    Whatever can matter is priced: never, the sizes of the turns before and after a summary, the
    borders of tiers, and the closed form. Between two of these sizes no threshold changes a call.

    Args:
        session: sizes and turns.
        prefix: tokens of system and tools.
        quote_of: quotes requests with the cache in use.
        used: the cache in use.

    Raises:
        NoPriceError: the session fits the model's window with no threshold.
    """
    pricing = _Pricing(session, prefix, quote_of, used)
    first: NoPriceError | None = None
    best: tuple[Decimal, int | None] | None = None
    for size in dict.fromkeys(_sizes(session, prefix, pricing, used)):
        try:
            total = pricing.total(size)
        except NoPriceError as error:
            first = first or error
            continue
        except UsageError:  # below what a summary and one message take
            continue
        if best is None or total < best[0]:
            best = total, size
    if best is None:
        raise first or NoPriceError("the session fits with no threshold")
    return best[1]


def _sizes(
    session: Session, prefix: int, pricing: "_Pricing", used: SessionCache | None
) -> Iterator[int | None]:
    yield None
    base, growth = prefix + session.summary, session.new_input + session.output_tokens
    least = base + session.new_input
    first = pricing.first
    model = first.offer.model
    if (size := closed_form(session, prefix, first, used)) is not None:
        # The history that is summed up is one output longer than the last turn that was sent.
        limits = (
            model.context and model.context - session.summary - session.output_tokens,
            model.max_input and model.max_input - session.output_tokens,
        )
        yield max(min([size, *filter(None, limits)]), least)
    for tier in first.price.rates.tiers:
        yield from (border for border in (tier.input_to, (tier.input_from or 0) - 1) if border)
    for turn in range(session.turns):
        yield least - session.summary + turn * growth  # before the first summary
        yield least + turn * growth  # after one


def closed_form(
    session: Session, prefix: int, first: Quote, used: SessionCache | None
) -> int | None:
    """Return the best threshold of a session without end and without tiers, None without rates.

    It is B + sqrt(2 g ((w + o) Z + r B) / r), for B = prefix + Z, a growth of g tokens a turn, a
    summary of Z tokens, and the rates of output (o), cache write (w) and cache read (r): a summary
    costs its output and its writing, and a longer history costs its reading on every turn.
    """
    rates = first.rates
    read_rate = rates.cache_read if used else rates.input
    if not read_rate or not rates.input or rates.output is None:
        return None
    ttl = used.use.ttl if used else None
    write_rate = rates.cache_write.get(ttl, rates.input) if ttl else rates.input
    base = prefix + session.summary
    growth = session.new_input + session.output_tokens
    paid = (write_rate + rates.output) * session.summary + read_rate * base
    return base + int((2 * growth * paid / read_rate).sqrt())


class _Pricing:
    """The cost of a session by its threshold; what follows every summary is priced once."""

    def __init__(
        self, session: Session, prefix: int, quote_of: QuoteOf, used: SessionCache | None
    ) -> None:
        self._session = session
        self._prefix = prefix
        self._quote_of = quote_of
        self._used = used
        self._runs: dict[tuple[int, int], _Run] = {}

    @property
    def first(self) -> Quote:
        """The rates of the first turn."""
        return self._quote_of(self._prefix, self._session.output_tokens)

    def total(self, compact_at: int | None) -> Decimal:
        """Return what one agent pays.

        Raises:
            NoPriceError: a call does not fit the window.
            UsageError: a summary and one message are above *compact_at*.
        """
        session = self._session
        check_threshold(session, self._prefix, compact_at)
        turn, history, beginnings = 1, self._prefix, 0
        costs: list[Decimal] = []
        while True:
            run, left = self._run(history, beginnings), session.turns + 1 - turn
            turns = min(left, _turns_until(session, history, compact_at))
            costs.append(run.total(turn, turns))
            if turns == left:
                return sum_exact(costs)
            costs.append(run.summary(turn, turns))
            turn, beginnings = turn + turns, beginnings + 1
            history = self._prefix + session.summary

    def _run(self, history: int, beginnings: int) -> "_Run":
        # Only until the cache knows what they share does it matter how many began before.
        enough = self._used.use.first_misses if self._used else 0
        key = history, min(beginnings, enough)
        if key not in self._runs:
            calls = run_of_calls(
                self._session, self._prefix, history, turn=1, beginnings=beginnings
            )
            self._runs[key] = _Run(self._session, self._prefix, calls, self._cost)
        return self._runs[key]

    def _cost(self, call: Call) -> Decimal:
        quoted = self._quote_of(call.input, call.output)
        if self._used is None:
            return cost(call.tokens.without_cache(), quoted).total
        billed = self._used.billed_usages(call)
        return sum_exact(multiply(share, cost(usage, quoted).total) for share, usage in billed)


def _turns_until(session: Session, history: int, compact_at: int | None) -> int:
    """Return after how many turns that follow *history* the next one would exceed *compact_at*."""
    if compact_at is None:
        return session.turns
    room = compact_at - history - session.new_input
    growth = session.new_input + session.output_tokens
    if growth == 0:
        return session.turns if room >= 0 else 1
    return max(room // growth + 1, 1)


class _Run:
    """What calls cost that follow one another, as many of them as are asked for."""

    def __init__(
        self,
        session: Session,
        prefix: int,
        calls: Iterator[Call],
        cost_of: Callable[[Call], Decimal],
    ) -> None:
        self._session = session
        self._prefix = prefix
        self._more = calls
        self._cost_of = cost_of
        self._calls: list[Call] = []
        self._sums = [Decimal()]  # of so many calls, if no gap is longer than the others
        self._costs: dict[tuple[int, bool, timedelta], Decimal] = {}

    def total(self, turn: int, turns: int) -> Decimal:
        """Return what so many calls cost, the first of them in *turn*.

        Raises:
            NoPriceError: one of them has no price.
        """
        while len(self._sums) <= turns:
            number = len(self._sums) - 1  # a call without a price was taken already
            if len(self._calls) == number:
                self._calls.append(next(self._more))
            gap = self._session.turn_interval if number else timedelta()
            self._sums.append(sum_exact((self._sums[-1], self._gap_cost(number, gap))))
        longer = []
        for late, gap in self._session.gaps.items():
            if turn < late < turn + turns:
                number = late - turn
                usual = self._gap_cost(number, self._session.turn_interval)
                longer.append(subtract(self._gap_cost(number, gap), usual))
        return sum_exact((self._sums[turns], *longer))

    def summary(self, turn: int, turns: int) -> Decimal:
        """Return what the call for a summary costs, behind so many calls from *turn* on."""
        gap = self._session.gap_before(turn + turns)
        key = turns, True, gap
        if key not in self._costs:
            call = summary_call(self._session, self._prefix, self._calls[turns - 1])
            self._costs[key] = self._cost_of(replace(call, gap=gap))
        return self._costs[key]

    def _gap_cost(self, number: int, gap: timedelta) -> Decimal:
        key = number, False, gap
        if key not in self._costs:
            self._costs[key] = self._cost_of(replace(self._calls[number], gap=gap))
        return self._costs[key]
