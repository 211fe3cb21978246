"""What a usage costs, every kind of cached token at its own rate."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from tokencost.costs.cache import Marks, PromptTokens, default_use, write_ttls
from tokencost.errors import NoPriceError, UsageError
from tokencost.money import divide, multiply, sum_exact
from tokencost.notes import Note, Severity, assumed, warning
from tokencost.pricing import Mode, Offer, PriceDate, Quote, quote
from tokencost.pricing.periods import day_at, later_days, month_spans
from tokencost.usage import (
    DAYS_PER_MONTH,
    NO_CACHE,
    CacheChoice,
    CacheKind,
    InputTokens,
    Ttl,
    Usage,
)
from tokencost.values import dataclass, replace

_PER_TOKEN = Decimal("0.000001")  # rates are per million tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Money for one request, in the currency of the quote's site."""

    input: Decimal
    output: Decimal

    @property
    def total(self) -> Decimal:
        """Input and output together."""
        return sum_exact((self.input, self.output))


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedUsage:
    """What one usage costs, and the rates that it was priced with."""

    usage: Usage
    quote: Quote
    cost: Cost


def price_usage(
    usage: Usage,
    offer: Offer,
    *,
    price_date: PriceDate,
    mode: Mode = Mode.STANDARD,
    outputs: int = 1,
    cache: CacheKind | None = None,
    thinking: bool = False,
    tier_output: int | None = None,
) -> PricedUsage:
    """Quote the rates of one request by its size, and price its usage with them.

    Args:
        usage: the tokens of the request as they are billed.
        offer: the model at its site.
        price_date: picks the price, and the hours of a schedule.
        mode: the mode that it is sent in.
        outputs: how many outputs it asks for.
        cache: the cache that is read, where a provider has both.
        thinking: whether to price output at the rate of reasoning, where there is one.
        tier_output: the output that picks the tier, where the input alone is priced.

    Raises:
        NoPriceError: the request has no price, or tokens of a kind whose rate is not known.
    """
    quoted = quote(
        offer,
        price_date=price_date,
        mode=mode,
        input_tokens=usage.input,
        output_tokens=usage.output if tier_output is None else tier_output,
        outputs=outputs,
        cache=cache,
        thinking=thinking,
    )
    return PricedUsage(usage=usage, quote=quoted, cost=cost(usage, quoted))


def cost(usage: Usage, quote: Quote) -> Cost:
    """Price *usage*: uncached, read, written and output tokens, each at its own rate.

    Raises:
        NoPriceError: tokens of a kind whose rate the table does not know.
    """
    return Cost(
        input=sum_exact(input_parts(usage, quote).values()),
        output=_part(usage.output, quote.rates.output, "output", quote),
    )


def input_parts(usage: Usage, quote: Quote) -> dict[str, Decimal]:
    """Return what each part of the input costs: uncached, read from caches, written to them.

    Raises:
        NoPriceError: tokens of a kind whose rate the table does not know.
    """
    rates = quote.rates
    return {
        "uncached_input": _part(usage.uncached_input, rates.input, "input", quote),
        "cache_read": _part(usage.cache_read, rates.cache_read, "cache read", quote),
        "cache_write": sum_exact(
            _part(tokens, rates.cache_write.get(ttl), f"cache write ({ttl})", quote)
            for ttl, tokens in usage.cache_write.items()
        ),
    }


def _part(tokens: int, rate: Decimal | None, what: str, quote: Quote) -> Decimal:
    if tokens == 0:
        return Decimal()
    if rate is None:
        raise NoPriceError(
            f"{quote.offer.name} has no {what} price in mode {quote.mode}",
            hint=f"`tokencost models show {quote.offer.model.name}` lists what is known",
        )
    return multiply(rate, tokens, _PER_TOKEN)


def price_request(
    size: InputTokens,
    offer: Offer,
    *,
    output: int,
    price_date: PriceDate,
    mode: Mode = Mode.STANDARD,
    outputs: int = 1,
    cache: CacheChoice | None = None,
    cache_ttl: Ttl | None = None,
    marks: Marks = (),
    thinking: bool = False,
    tier_output: int | None = None,
) -> PricedUsage:
    """Quote the rates of one request by its size, split it as it is billed, and price it.

    What *size* says of caches is billed as it says, and the rest is plain input. An input of which
    nothing is said is billed as the provider does by default: one with an implicit cache whose
    writes cost money writes all of it, from the minimum of the cache on, and any other one what is
    marked.

    Args:
        size: the whole input, and which part of it is cached.
        offer: the model at its site.
        output: the output.
        price_date: picks the price, and the hours of a schedule.
        mode: the mode that it is sent in.
        outputs: how many outputs it asks for; *output* is all of them together.
        cache: the cache that is used, "none" for no cache, None for what the provider does.
        cache_ttl: the time to live of writes, None for the first that the provider lists.
        marks: where the cache marks of the request end.
        thinking: whether to price output at the rate of reasoning, where there is one.
        tier_output: the output that picks the tier, where the input alone is priced.

    Raises:
        NoPriceError: the request has no price, or tokens of a kind whose rate is not known.
        UsageError: what is said of the cache does not fit the provider's.
    """
    choice = size.cache or cache
    quoted = quote(
        offer,
        price_date=price_date,
        mode=mode,
        input_tokens=size.total,
        output_tokens=output if tier_output is None else tier_output,
        outputs=outputs,
        cache=None if choice == NO_CACHE else choice,
        thinking=thinking,
    )
    notes: list[Note] = []
    check_cache(offer, size, quoted, choice)
    usage = _usage(size, quoted, output, choice, cache_ttl, marks, notes)
    doubts = [note for note in notes if note.severity is Severity.WARNING]
    assumptions = [note for note in notes if note.severity is Severity.ASSUMED]
    return PricedUsage(
        usage=usage,
        quote=replace(
            quoted,
            assumptions=(*quoted.assumptions, *assumptions),
            warnings=(*quoted.warnings, *doubts),
        ),
        cost=cost(usage, quoted),
    )


def _usage(
    size: InputTokens,
    quoted: Quote,
    output: int,
    choice: CacheChoice | None,
    ttl: Ttl | None,
    marks: Marks,
    notes: list[Note],
) -> Usage:
    if size.is_split:
        written = dict(_written(size, quoted, choice, ttl, notes))
        rest = size.total - size.cached - size.cache_written
        if rest and default_use(quoted.offer, quoted.rates, cache=choice, ttl=ttl):
            notes.append(assumed("rest_is_plain_input", tokens=rest))
        cached, least = size.cached + size.cache_written, _least_cached(quoted.offer, choice)
        if 0 < cached < least:
            notes.append(warning("cached_below_minimum", tokens=cached, minimum=least))
        if size.cached and _is_stored(quoted.offer, choice):
            rate = quoted.rates.cache_storage_hour
            notes.append(assumed("cache_making_left_out", rate=rate))
        return Usage(
            uncached_input=rest,
            cache_read=size.cached,
            cache_write=written,
            output=output,
        )
    if ttl is not None:
        _check_ttl(quoted, ttl, choice)
    use = default_use(quoted.offer, quoted.rates, cache=choice, ttl=ttl, is_marked=bool(marks))
    if use is None:
        return Usage(uncached_input=size.total, output=output)
    usage = use.miss(PromptTokens(input=size.total, prefix=0, output=output, marks=marks))
    rates = quoted.rates
    is_told = use.kind == CacheKind.EXPLICIT  # by the request, whose note says so
    if not is_told and usage.cache_write and use.ttl and rates.cache_write[use.ttl] != rates.input:
        notes.append(assumed("input_written_by_default", ttl=use.ttl))
    return usage


def _is_stored(offer: Offer, choice: CacheChoice | None) -> bool:
    """Say whether the cache that is read was made by a call of its own, or is kept for money."""
    rule = offer.caching.explicit
    is_read = choice == CacheKind.EXPLICIT or (choice is None and offer.caching.implicit is None)
    return bool(is_read and rule and (rule.own_call or rule.stored))


def _least_cached(offer: Offer, choice: CacheChoice | None) -> int:
    """Return how many tokens a cache takes at least, 0 where one may take any."""
    rules = {CacheKind.IMPLICIT: offer.caching.implicit, CacheKind.EXPLICIT: offer.caching.explicit}
    used = [rule for kind, rule in rules.items() if rule and choice in (None, kind)]
    return min((rule.min_tokens or 0 for rule in used), default=0)


def _written(
    size: InputTokens,
    quoted: Quote,
    choice: CacheChoice | None,
    ttl: Ttl | None,
    notes: list[Note],
) -> Iterator[tuple[Ttl, int]]:
    """Yield the tokens that are written, each number with a time to live that has a rate."""
    ttls = write_ttls(quoted.offer, quoted.rates, choice)
    if size.written and not ttls:
        raise _no_writes(quoted.offer)
    for named, tokens in size.written.items():
        if lifetime := named or ttl:
            _check_ttl(quoted, lifetime, choice, 0 if named == size.cache_ttl else tokens)
        else:
            lifetime = ttls[0]
            notes.append(assumed("cache_ttl_by_default", ttl=lifetime))
        yield lifetime, tokens


def _no_writes(offer: Offer) -> NoPriceError:
    has_cache = offer.caching.implicit or offer.caching.explicit
    return NoPriceError(
        f"{offer.name} has no rate for tokens that are written to a cache",
        hint="what its cache takes is billed as plain input: leave out --cache-write-tokens"
        if has_cache
        else f"`tokencost models show {offer.model.name}` lists what is known",
    )


def _check_ttl(quoted: Quote, ttl: Ttl, choice: CacheChoice | None, tokens: int = 0) -> None:
    """Raise UsageError for a time to live that the caches of a model do not have."""
    ttls = write_ttls(quoted.offer, quoted.rates, choice)
    if ttls and ttl not in ttls:
        option = f"--cache-write-tokens {ttls[0]}={tokens}" if tokens else f"--cache-ttl {ttls[0]}"
        raise UsageError(
            f"{quoted.offer.name} has no cache that is written for {ttl}",
            hint=f"it has {', '.join(ttls)}: {option}",
        )


def check_cache(offer: Offer, size: InputTokens, quoted: Quote, choice: CacheChoice | None) -> None:
    """Raise UsageError unless what is said of the cache is enough, and fits the provider's."""
    has_both = quoted.rates.cache_read_explicit is not None
    if size.cached and has_both and choice is None:
        raise UsageError(
            f"{offer.model.provider} has an implicit and an explicit cache, at two rates",
            hint="say which one was read: --cache implicit or --cache explicit",
        )
    if choice == NO_CACHE and size.is_split:
        raise UsageError("tokens of a cache are named, and no cache", hint="leave out --cache none")
    rules = {CacheKind.IMPLICIT: offer.caching.implicit, CacheKind.EXPLICIT: offer.caching.explicit}
    if isinstance(choice, CacheKind) and rules[choice] is None and not has_both:
        others = [kind for kind, rule in rules.items() if rule]
        raise UsageError(
            f"{offer.name} has no {choice} cache that is known",
            hint=f"it has an {others[0]} one: leave out --cache" if others else "leave out --cache",
        )
    if offer.caching.exclusive and choice == CacheKind.IMPLICIT and size.written:
        raise UsageError(
            f"{offer.name}: a request that writes to the explicit cache reads no implicit one",
            hint="write --cache explicit, or leave out --cache-write-tokens",
        )


def month_cost(
    cost_at: Callable[[PriceDate], Decimal | None],
    offer: Offer,
    price_date: PriceDate,
    calls: Decimal,
) -> Decimal | None:
    """Return what *calls* cost that are spread evenly over a month from *price_date* on.

    A month in which another price row begins is split at its first day.

    Args:
        cost_at: what a call costs at that time, None or NoPriceError if nobody knows.
        offer: the model at its site.
        price_date: the first day.
        calls: how many calls a month has.

    Returns:
        None where a day of the month has no known price.
    """
    try:
        costs = [(cost_at(start), days) for start, days in month_spans(offer, price_date)]
    except NoPriceError:
        return None
    of_days = [multiply(cost, days, calls) for cost, days in costs if cost is not None]
    if len(of_days) < len(costs):
        return None
    return divide(sum_exact(of_days), DAYS_PER_MONTH)


def other_prices(offer: Offer, price_date: PriceDate) -> Iterable[tuple[Offer, PriceDate]]:
    """Yield what may be billed in place of the price in force, as offers with their days.

    Those are rates whose promise has ended, which may last, and, where nobody names a day, what
    follows a promotion.
    """
    starts = [price_date, *later_days(offer, price_date)]
    yield from ((offer, start) for start in starts[1:])
    for start in starts:
        price = offer.price_on(day_at(offer, start))
        if price and price.lasting:
            yield replace(offer, model=offer.model.lasting), start
