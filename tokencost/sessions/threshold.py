"""The size of history above which a summary costs least, or none at all."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from tokencost.costs.cost import cost
from tokencost.errors import NoPriceError, UsageError
from tokencost.money import multiply, sum_exact
from tokencost.pricing import Quote
from tokencost.pricing.table import RateCard
from tokencost.sessions.session import Call, Session, SessionCache, calls

QuoteOf = Callable[[int, int], Quote]  # of a request of this input and output
_MOST_CALLS = 20_000  # that are priced to find the threshold


def cheapest_threshold(
    session: Session, prefix: int, quote_of: QuoteOf, used: SessionCache | None
) -> int | None:
    """Return the input above which making a summary costs least, None where never does.

    Whatever can matter is priced: never, the sizes of the turns before and after a summary (of
    very long sessions as many as `_MOST_CALLS` allow, evenly spread), the borders of tiers, and
    the closed form. So it costs no more than keeping the history, if that fits the window.

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
    step = -(-2 * session.turns * session.turns // _MOST_CALLS)
    for turn in range(0, session.turns, step):
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
    """The cost of a session by its threshold, with one quote for each tier."""

    def __init__(
        self, session: Session, prefix: int, quote_of: QuoteOf, used: SessionCache | None
    ) -> None:
        self._session = session
        self._prefix = prefix
        self._quote_of = quote_of
        self._used = used
        self._quotes: dict[int, Quote] = {}

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
        sent = list(calls(self._session, prefix=self._prefix, compact_at=compact_at))
        for size in (lambda call: call.input + call.output), (lambda call: call.output):
            largest = max(sent, key=size)
            self._quote_of(largest.input, largest.output)
        rates = self.first.price.rates
        return sum_exact(self._cost(call, rates) for call in sent)

    def _cost(self, call: Call, rates: RateCard) -> Decimal:
        tier = rates.tier_for(input_tokens=call.input, output_tokens=call.output)
        quoted = self._quotes.get(id(tier))
        if quoted is None:
            quoted = self._quotes[id(tier)] = self._quote_of(call.input, call.output)
        if self._used is None:
            return cost(call.tokens.without_cache(), quoted).total
        billed = self._used.billed_usages(call)
        return sum_exact(multiply(share, cost(usage, quoted).total) for share, usage in billed)
