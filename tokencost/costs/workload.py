"""A workload, which is requests and the way in which they are sent, and what it costs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tokencost.costs.cache import CacheUse, PromptTokens
from tokencost.costs.cost import PricedUsage, price_usage
from tokencost.errors import NoPriceError
from tokencost.money import FromZero, multiply, sum_exact
from tokencost.pricing import Mode, Offer, PriceDate, Quote
from tokencost.usage import Usage
from tokencost.values import dataclass, replace

_PER_TOKEN = Decimal("0.000001")  # rates are per million tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Requests, each of them sent *calls_per_prompt* times, with everything that picks their price.

    With a cache, `hits` is the share of the calls after the first that find the prefix in it, and
    `hours` how long it is kept each time it is written, for caches that are billed by the hour.
    `sent_anew` says that what is sent several times are other conversations of this form: each of
    them begins with a miss, and continues with hits.
    """

    offer: Offer
    price_date: PriceDate
    mode: Mode
    thinking: bool
    requests: tuple[PromptTokens, ...]
    calls_per_prompt: int
    cache: CacheUse | None = None
    hits: FromZero = Decimal(1)
    hours: FromZero = Decimal()
    sent_anew: bool = False

    @property
    def calls(self) -> int:
        """How many requests are sent altogether."""
        return self.calls_per_prompt * len(self.requests)

    @property
    def first_misses(self) -> int:
        """How many calls it takes until the cache knows what they have in common."""
        return self.cache.first_misses if self.cache else 0

    @property
    def misses(self) -> Decimal:
        """How many calls write the prefix, as expected."""
        anew = self.calls_per_prompt if self.sent_anew else 1
        first = min(self.first_misses * anew, self.calls)
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
    """What a workload costs: its calls, and what keeping a cache costs beside them.

    `total` is everything together, in the currency of the site.
    """

    billed: tuple[BilledCalls, ...]
    storage: Decimal
    quotes: tuple[Quote, ...]
    total: Decimal


def price_workload(workload: Workload) -> WorkloadCost:
    """Price *workload* call by call.

    The first call, or with some caches the first few, finds nothing in the cache and writes; of
    the others the share `hits` reads the prefix, and the rest writes it again. A request that
    continues a whole earlier one finds it at once. Where a cache is made by a call of its own, that
    is billed in place of what misses would write, at the rates of no mode.

    Raises:
        NoPriceError: some call has no price in this way.
    """
    prices: dict[object, tuple[BilledCalls, Quote]] = {}  # small requests often have one size
    priced: list[tuple[BilledCalls, Quote]] = []
    for calls, usage, request in _calls(workload):
        key = (calls, *_sizes(usage), request.outputs, request.tier_output)
        if key not in prices:
            prices[key] = _billed(calls, _price(workload, usage, request))
        priced.append(prices[key])
    billed = [calls for calls, _ in priced]
    quotes = [quote for _, quote in priced]
    if workload.cache and workload.cache.is_own_call:
        making, _ = _billed(workload.misses, _price_making(workload, workload.cache))
        billed.append(making)
    storage = _storage(workload, quotes)
    return WorkloadCost(
        billed=tuple(billed),
        storage=storage,
        quotes=tuple(quotes),
        total=sum_exact((*_totals(billed), storage)),
    )


def _sizes(usage: Usage) -> tuple[object, ...]:
    return usage.uncached_input, usage.cache_read, usage.output, *usage.cache_write.items()


def _billed(calls: Decimal, priced: PricedUsage) -> tuple[BilledCalls, Quote]:
    billed = BilledCalls(calls=calls, usage=priced.usage, price=priced.cost.total)
    return billed, priced.quote


def _totals(billed: Sequence[BilledCalls]) -> Iterator[Decimal]:
    """Yield what calls cost, those that stand there several times together."""
    numbers = Counter(map(id, billed))
    for calls in {id(calls): calls for calls in billed}.values():
        yield multiply(calls.price, calls.calls, numbers[id(calls)])


def _calls(workload: Workload) -> Iterator[tuple[Decimal, Usage, PromptTokens]]:
    """Yield how often which usage is billed, with the request that it is of."""
    all_calls = Decimal(workload.calls_per_prompt)
    beginnings = sum(_begins(request, workload.cache) for request in workload.requests)
    number = 0  # of the request among those that begin anew
    for request in workload.requests:
        if workload.cache is None:
            yield all_calls, request.without_cache(), request
            continue
        misses = 0
        if _begins(request, workload.cache):
            misses = len(range(number, workload.first_misses, beginnings))
            misses = min(misses, 1) * workload.calls_per_prompt if workload.sent_anew else misses
            number += 1
        hits = multiply(all_calls - min(misses, workload.calls_per_prompt), workload.hits)
        for calls, usage in workload.cache.billed(request, calls=all_calls, hits=hits):
            yield calls, usage, request


def _begins(request: PromptTokens, cache: CacheUse | None) -> bool:
    """Whether a request has something to find in *cache* that no earlier one is sure to hold."""
    return bool(not request.continues and cache and cache.cacheable(request.prefix))


def price_call(workload: Workload, request: PromptTokens, *, is_hit: bool = False) -> Decimal:
    """Return what one call of *workload* costs, the prefix of *request* in its cache or not.

    Raises:
        NoPriceError: it has no price.
    """
    cache = workload.cache
    if cache is None:
        return _price(workload, request.without_cache(), request).cost.total
    if is_hit:
        return _price(workload, cache.hit(request), request).cost.total
    if cache.is_own_call:
        making = _price_making(workload, cache).cost.total
        return sum_exact((making, price_call(workload, request, is_hit=True)))
    return _price(workload, cache.miss(request), request).cost.total


def _price_making(workload: Workload, cache: CacheUse) -> PricedUsage:
    longest = max(request.prefix for request in workload.requests)
    made = PromptTokens(input=longest, prefix=longest, output=0)
    return _price(replace(workload, mode=Mode.STANDARD), cache.making(longest), made)


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
