"""A workload, which is requests and the way in which they are sent, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tokencost.costs.cache import CacheUse
from tokencost.costs.cost import PricedUsage, price_usage
from tokencost.errors import NoPriceError
from tokencost.money import multiply, sum_exact
from tokencost.pricing import Mode, Offer, PriceDate, Quote
from tokencost.usage import Usage

_PER_TOKEN = Decimal("0.000001")  # rates are per million tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTokens:
    """One request: tokens of its input, of the beginning that others repeat, and of its outputs.

    `tier_output` is the output that picks the tier, where the input alone is priced.
    """

    input: int
    prefix: int
    output: int
    tier_output: int | None = None
    outputs: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Requests, each of them sent *calls_per_prompt* times, with everything that picks their price.

    With a cache, `hits` is the share of the calls after the first that find the prefix in it, and
    `hours` how long it is kept each time it is written, for caches that are billed by the hour.
    """

    offer: Offer
    price_date: PriceDate
    mode: Mode
    thinking: bool
    requests: tuple[PromptTokens, ...]
    calls_per_prompt: int
    cache: CacheUse | None = None
    hits: Decimal = Decimal(1)
    hours: Decimal = Decimal()

    @property
    def calls(self) -> int:
        """How many requests are sent altogether."""
        return self.calls_per_prompt * len(self.requests)

    @property
    def first_misses(self) -> int:
        """How many calls it takes until the cache knows what they have in common."""
        return (self.cache.rule.first_misses or 1) if self.cache else 0

    @property
    def misses(self) -> Decimal:
        """How many calls write the prefix, as expected."""
        first = min(self.first_misses, self.calls)
        return self.calls - multiply(Decimal(self.calls - first), self.hits)

    @property
    def cached(self) -> int:
        """Tokens of the prefix that a cache takes, 0 without one."""
        return (
            max((self.cache.cacheable(request.prefix) for request in self.requests), default=0)
            if self.cache
            else 0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledCalls:
    """So many calls of one usage, at *price* each; the number is an expected one."""

    calls: Decimal
    usage: Usage
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadCost:
    """What a workload costs: its calls, and what keeping a cache costs beside them."""

    billed: tuple[BilledCalls, ...]
    storage: Decimal
    quotes: tuple[Quote, ...]

    @property
    def total(self) -> Decimal:
        """Everything together, in the currency of the site."""
        return sum_exact(
            (*(multiply(calls.price, calls.calls) for calls in self.billed), self.storage)
        )


def price_workload(workload: Workload) -> WorkloadCost:
    """Price *workload* call by call.

    The first call, or with some caches the first few, finds nothing in the cache and writes; of
    the others the share `hits` reads the prefix, and the rest writes it again.

    Raises:
        NoPriceError: some call has no price in this way.
    """
    quotes: list[Quote] = []
    billed: list[BilledCalls] = []
    for number, request in enumerate(workload.requests):
        for calls, usage in _calls(workload, number, request):
            if calls:
                priced = _price(workload, usage, request)
                quotes.append(priced.quote)
                billed.append(BilledCalls(calls=calls, usage=usage, price=priced.cost.total))
    return WorkloadCost(
        billed=tuple(billed), storage=_storage(workload, quotes), quotes=tuple(quotes)
    )


def _calls(workload: Workload, number: int, request: PromptTokens) -> list[tuple[Decimal, Usage]]:
    """Return how often *request*, the one of that *number*, is sent with which usage."""
    calls_per_prompt = Decimal(workload.calls_per_prompt)
    if workload.cache is None:
        return [(calls_per_prompt, Usage(uncached_input=request.input, output=request.output))]
    misses = len(range(number, workload.first_misses, len(workload.requests)))
    hits = multiply(calls_per_prompt - min(misses, workload.calls_per_prompt), workload.hits)
    return [
        (calls_per_prompt - hits, _usage(workload.cache, request, 0)),
        (hits, _usage(workload.cache, request, request.prefix)),
    ]


def price_call(workload: Workload, request: PromptTokens, *, is_hit: bool = False) -> Decimal:
    """Return what one call of *workload* costs, the prefix of *request* in its cache or not.

    Raises:
        NoPriceError: it has no price.
    """
    if workload.cache is None:
        usage = Usage(uncached_input=request.input, output=request.output)
    else:
        usage = _usage(workload.cache, request, request.prefix if is_hit else 0)
    return _price(workload, usage, request).cost.total


def _usage(cache: CacheUse, request: PromptTokens, cached: int) -> Usage:
    return cache.usage(
        input_tokens=request.input, prefix=request.prefix, cached=cached, output=request.output
    )


def _price(workload: Workload, usage: Usage, request: PromptTokens) -> PricedUsage:
    return price_usage(
        usage,
        workload.offer,
        price_date=workload.price_date,
        mode=workload.mode,
        outputs=request.outputs,
        cache=workload.cache.kind if workload.cache else None,
        thinking=workload.thinking,
        tier_output=request.tier_output,
    )


def _storage(workload: Workload, quotes: Sequence[Quote]) -> Decimal:
    """Return what keeping the prefix costs, at the rate per million tokens and hour."""
    if workload.cache is None or not workload.cache.is_stored:
        return Decimal()
    rate = quotes[0].rates.cache_storage_hour
    if rate is None:
        raise NoPriceError(
            f"what it costs to keep is not known for {workload.offer.name}",
            hint="leave the cache out",
        )
    return multiply(rate, workload.cached, workload.hours, workload.misses, _PER_TOKEN)
