"""Options and results of pricing sessions, and their sums for other sizes."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import ClassVar

from tokencost.costs.cache import Certainty
from tokencost.costs.cost import cost
from tokencost.errors import Failure
from tokencost.money import check_rates, format_money, multiply, subtract, sum_exact
from tokencost.notes import Note, assumed
from tokencost.pricing import Conversion, ExchangeRate, Offer, PriceDate, PriceTable, Quote
from tokencost.reports import Report, number_of
from tokencost.sessions.session import Call, Session, SessionCache, calls, sent_by_agents
from tokencost.tokenizers import TokenCount
from tokencost.usage import CacheChoice, Ttl, Usage, Volume
from tokencost.values import dataclass

QuoteOf = Callable[[int, int], Quote]  # of a request of this input and output
_PER_TOKEN = Decimal("0.000001")  # rates are per million tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """How a session is priced.

    *cache* is the cache to use or "none", None for the one that guarantees hits; *cache_ttl*
    the time to live to write for, None for the first of the price table. *thinking* asks for the
    rate of reasoning output. *volume* is how many sessions there are; *price_date* None means the
    day of the price table, at which all turns are priced. *currency* is what to convert into,
    besides that of the site; *exchange_rates* come before those of the table. *tokenizer* replaces
    the model's own. *default_site* is for models whose names speak of none.
    """

    cache: CacheChoice | None = None
    cache_ttl: Ttl | None = None
    thinking: bool = False
    volume: Volume | None = None
    price_date: PriceDate | None = None
    site: str | None = None
    default_site: str | None = None
    currency: str | None = None
    exchange_rates: tuple[ExchangeRate, ...] = ()
    tokenizer: str | None = None

    def __post_init__(self) -> None:
        """Raise UsageError unless rates are above 0."""
        check_rates(self.exchange_rates)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedCall:
    """A call with what it costs, without a cache and with one, in the currency of the site.

    `agents` is how many agents send it. `billed` holds the usages with a cache, each with the
    share of calls that is billed so; it is empty, and `with_cache` None, where no cache is used.
    """

    call: Call
    agents: int
    without_cache: Decimal
    billed: tuple[tuple[Decimal, Usage], ...] = ()
    with_cache: Decimal | None = None

    @property
    def cost(self) -> Decimal:
        """What one agent pays for it: with the cache, where one is used."""
        return self.without_cache if self.with_cache is None else self.with_cache

    @property
    def cache_read(self) -> Decimal:
        """Tokens read from the cache, as expected."""
        return sum_exact(multiply(share, usage.cache_read) for share, usage in self.billed)

    @property
    def cache_written(self) -> Decimal:
        """Tokens written to the cache at a rate of their own, as expected."""
        return sum_exact(multiply(share, usage.cache_written) for share, usage in self.billed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTotal:
    """Sums over all calls of all agents; `with_cache` is None where no cache is used."""

    calls: int
    input: int
    output: int
    cache_read: Decimal
    cache_written: Decimal
    without_cache: Decimal
    with_cache: Decimal | None

    @property
    def cost(self) -> Decimal:
        """What the session costs: with the cache, where one is used."""
        return self.without_cache if self.with_cache is None else self.with_cache

    @property
    def saving(self) -> Decimal | None:
        """What the cache saves, negative where it loses; None without one."""
        return None if self.with_cache is None else subtract(self.without_cache, self.with_cache)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResult:
    """One session with one model; `prefix` counts system and tools.

    `compact_at` is the threshold in use, None for none. `cache` is the cache in use, or `no_cache`
    says why there is none; `certainty` is how sure it is that the cache is read as expected.
    `quotes` are the rates, one for each tier that a call falls in. `low` and `high` are what it
    costs at the ends of its range, if it has one, None if nobody knows; `month` is what the
    sessions of a month cost, None without their number or a price, and `month_low` and
    `month_high` are the ends of its range.
    """

    offer: Offer
    session: Session
    prefix: TokenCount
    compact_at: int | None
    cache: SessionCache | None
    no_cache: Note | None
    calls: tuple[PricedCall, ...]
    quotes: tuple[Quote, ...]
    conversion: Conversion | None
    assumptions: tuple[Note, ...]
    warnings: tuple[Note, ...]
    certainty: Certainty | None = None
    has_range: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    month: Decimal | None = None
    month_low: Decimal | None = None
    month_high: Decimal | None = None

    @property
    def total(self) -> SessionTotal:
        """The sums."""
        with_cache = [
            multiply(priced.with_cache, priced.agents)
            for priced in self.calls
            if priced.with_cache is not None
        ]
        return SessionTotal(
            calls=sum(priced.agents for priced in self.calls),
            input=sum(priced.call.input * priced.agents for priced in self.calls),
            output=sum(priced.call.output * priced.agents for priced in self.calls),
            cache_read=sum_exact(
                multiply(priced.cache_read, priced.agents) for priced in self.calls
            ),
            cache_written=sum_exact(
                multiply(priced.cache_written, priced.agents) for priced in self.calls
            ),
            without_cache=sum_exact(
                multiply(priced.without_cache, priced.agents) for priced in self.calls
            ),
            with_cache=sum_exact(with_cache) if len(with_cache) == len(self.calls) else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SessionReport(Report):
    """Report of `session`: every model, and what could not be priced."""

    name: ClassVar[str] = "session"

    results: tuple[SessionResult, ...]
    failures: tuple[Failure, ...]
    session: Session
    options: SessionOptions
    price_date: PriceDate
    prices: PriceTable

    @property
    def assumptions(self) -> tuple[Note, ...]:
        """What every result rests on: first the turns, then the agents and the volume."""
        session, volume = self.session, self.options.volume
        notes = [
            assumed(
                "session_turns",
                turns=session.turns,
                agents=session.agents,
                user=session.user,
                tool_output=session.tool_output,
                output_tokens=session.output_tokens,
            )
        ]
        if session.agents > 1:
            notes.append(
                assumed("agents_begin_staged" if session.staged else "agents_begin_at_once")
            )
        if session.has_pauses:
            gaps = tuple(sorted(session.gaps.items()))
            notes.append(assumed("turns_apart", interval=session.turn_interval, gaps=gaps))
        if volume:
            notes.append(assumed("sessions_per_month", sessions=volume.per_month))
        return tuple(notes)

    def _summary(self) -> Iterator[str]:
        yield number_of(self.session.turns, "turn")
        yield number_of(len(self.results), "model")
        if len(self.results) == 1 and not self.failures:
            (result,) = self.results
            mark = "~" if result.has_range else ""
            yield f"{mark}{format_money(result.total.cost, result.offer.currency)} a session"


class SessionSums:
    """What a session costs by the size of its prefix: tokens are added up tier by tier."""

    def __init__(self, session: Session, quote_of: QuoteOf, used: SessionCache | None) -> None:
        self._session = session
        self._quote_of = quote_of
        self._used = used
        self._quotes: dict[tuple[int, int], Quote] = {}
        self._most_calls = 0
        tiers = quote_of(session.new_input, session.output_tokens).price.rates.tiers
        starts = {tier.input_from or 0 for tier in tiers}
        self._borders = sorted(starts | {tier.input_to + 1 for tier in tiers if tier.input_to})

    def total(self, prefix: int, compact_at: int | None) -> Decimal:
        """Return what all agents pay with a *prefix* of so many tokens.

        Raises:
            NoPriceError: a call has no price.
            UsageError: a summary and one message are above *compact_at*.
        """
        sums: dict[tuple[tuple[int, int], Decimal], _Tokens] = {}
        longest = (0, 0)
        for number, call in enumerate(calls(self._session, prefix=prefix, compact_at=compact_at)):
            self._most_calls = max(self._most_calls, number + 1)
            longest = max(longest, (call.input, call.output))
            tier = bisect_right(self._borders, call.input), call.output
            if tier not in self._quotes:
                self._quotes[tier] = self._quote_of(call.input, call.output)
            for sent, agents in sent_by_agents(call, self._session, self._used):
                for share, usage in self._billed(sent):
                    sums.setdefault((tier, share), _Tokens()).add(usage, agents)
        self._quote_of(*longest)  # is what does not fit, if anything does not
        return sum_exact(
            multiply(share, cost(tokens.usage, self._quotes[tier]).total)
            for (tier, share), tokens in sums.items()
        )

    def cost_of_not_reading(self, tokens: int) -> Decimal:
        """Return the most that it makes if every call reads so many tokens fewer from the cache."""
        rates = [quoted.rates for quoted in self._quotes.values()]
        dearer = max((rate.input or Decimal()) - (rate.cache_read or 0) for rate in rates)
        most = self._most_calls + 1  # another threshold may have a summary more
        return multiply(dearer, tokens, most * self._session.agents, _PER_TOKEN)

    def _billed(self, call: Call) -> Iterable[tuple[Decimal, Usage]]:
        if self._used is None:
            return [(Decimal(1), call.tokens.without_cache())]
        return self._used.billed_usages(call)


class _Tokens:
    """Tokens that are billed at the same rates."""

    def __init__(self) -> None:
        self._uncached = self._read = self._output = 0
        self._written: Counter[Ttl] = Counter()

    def add(self, usage: Usage, times: int) -> None:
        """Add those of *usage*, so many times."""
        self._uncached += usage.uncached_input * times
        self._read += usage.cache_read * times
        self._output += usage.output * times
        for ttl, tokens in usage.cache_write.items():
            self._written[ttl] += tokens * times

    @property
    def usage(self) -> Usage:
        """All of them as those of one request."""
        return Usage(
            uncached_input=self._uncached,
            cache_read=self._read,
            cache_write=self._written,
            output=self._output,
        )
