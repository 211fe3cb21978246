"""What the pricing of sessions answers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from tokencost.errors import Failure
from tokencost.money import multiply, subtract, sum_exact
from tokencost.pricing import Conversion, Offer, PriceDate, PriceTable, Quote
from tokencost.sessions.calls import Call
from tokencost.sessions.session import Session
from tokencost.sessions.session_cache import Reuse
from tokencost.tokenizers import TokenCount
from tokencost.usage import Usage, Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedCall:
    """A call with what it costs, without a cache and with one, in the currency of the site.

    `multiply` is how many agents send it. `billed` holds the usages with a cache, each with the
    share of calls that is billed so; it is empty, and `cached` None, where no cache is used.
    """

    call: Call
    times: int
    uncached: Decimal
    billed: tuple[tuple[Decimal, Usage], ...] = ()
    cached: Decimal | None = None

    @property
    def read(self) -> Decimal:
        """Tokens read from the cache, as expected."""
        return sum_exact(multiply(share, usage.cache_read) for share, usage in self.billed)

    @property
    def written(self) -> Decimal:
        """Tokens written to the cache at a rate of their own, as expected."""
        return sum_exact(multiply(share, usage.cache_written) for share, usage in self.billed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTotal:
    """Sums over all calls of all agents; `cached` is None where no cache is used."""

    calls: int
    input: int
    output: int
    read: Decimal
    written: Decimal
    uncached: Decimal
    cached: Decimal | None

    @property
    def cost(self) -> Decimal:
        """What the session costs: with the cache, where one is used."""
        return self.uncached if self.cached is None else self.cached

    @property
    def saving(self) -> Decimal | None:
        """What the cache saves, negative where it loses; None without one."""
        return None if self.cached is None else subtract(self.uncached, self.cached)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResult:
    """One session with one model; `prefix` counts system and tools.

    `compact_at` is the threshold in use, None for none. `reuse` is the cache in use, or `no_reuse`
    says why there is none. `quotes` are the rates, one for each tier that a call falls in. `low`
    and `high` are what it costs at the ends of the band of the prefix, None without a band.
    """

    offer: Offer
    session: Session
    prefix: TokenCount
    compact_at: int | None
    reuse: Reuse | None
    no_reuse: str
    calls: tuple[PricedCall, ...]
    quotes: tuple[Quote, ...]
    conversion: Conversion | None
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def total(self) -> SessionTotal:
        """The sums."""
        cached = [each.cached for each in self.calls if each.cached is not None]
        return SessionTotal(
            calls=sum(each.times for each in self.calls),
            input=sum(each.call.input * each.times for each in self.calls),
            output=sum(each.call.output * each.times for each in self.calls),
            read=sum_exact(multiply(each.read, each.times) for each in self.calls),
            written=sum_exact(multiply(each.written, each.times) for each in self.calls),
            uncached=sum_exact(multiply(each.uncached, each.times) for each in self.calls),
            cached=sum_exact(
                multiply(each.cached, each.times) for each in self.calls if each.cached is not None
            )
            if len(cached) == len(self.calls)
            else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReport:
    """Answer of `session`: every model, and what has no answer."""

    name: ClassVar[str] = "session"

    results: tuple[SessionResult, ...]
    failures: tuple[Failure, ...]
    session: Session
    price_date: PriceDate
    prices: PriceTable
    volume: Volume | None
    thinking: bool
