"""Thresholds close by, beyond which the same request has another price."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from tokencost.costs.cache import PromptTokens, cache_uses
from tokencost.costs.workload import Workload, price_workload
from tokencost.errors import NoPriceError
from tokencost.money import Money
from tokencost.notes import Note, warning
from tokencost.pricing import price_at
from tokencost.scenarios.scenario import Context

_CLOSE = 10  # per cent
_SOON = timedelta(days=45)


def find_price_thresholds(workload: Workload, context: Context) -> Iterable[Note]:
    """Yield what lies within a tenth of a threshold, or changes within 45 days."""
    price = price_at(workload.offer, workload.price_date)
    starts = {tier.input_from for tier in price.rates.tiers}
    starts |= {tier.input_to and tier.input_to + 1 for tier in price.rates.tiers}
    thresholds = sorted(filter(None, starts))
    for request in dict.fromkeys(workload.requests):
        for threshold in thresholds:
            yield from _tier(workload, request, threshold)
    tokens = context.prefix.tokens or 0
    uses = cache_uses(workload.offer, context.rates)
    for minimum in sorted({use.rule.min_tokens or 0 for use in uses}):
        if minimum and 0 < minimum - tokens <= minimum * _CLOSE // 100:
            yield warning("prefix_almost_cacheable", tokens=minimum - tokens, minimum=minimum)
        elif minimum and 0 <= tokens - minimum <= minimum * _CLOSE // 100:
            yield warning("prefix_barely_cacheable", tokens=tokens - minimum + 1, minimum=minimum)
    yield from _windows(workload)
    last = price.validity.last
    if last and last - workload.price_date.day <= _SOON:
        yield _next_price(workload, last + timedelta(days=1))


def _windows(workload: Workload) -> Iterable[Note]:
    """Yield a warning for each request that fills a window to nine tenths or more."""
    model = workload.offer.model
    for request in dict.fromkeys(workload.requests):
        for size, window in (
            (request.input + request.output, model.context),
            (request.input, model.max_input),
        ):
            if window and (window - size) * 100 <= window * _CLOSE:
                yield warning("window_almost_full", tokens=window - size, window=window)


def _tier(workload: Workload, request: PromptTokens, threshold: int) -> Iterable[Note]:
    """Yield a warning if *request* is just beyond the threshold of a tier, or just below it."""
    over = request.input - threshold + 1
    if over > 0 and over * 100 <= threshold * _CLOSE:
        yield warning(
            "tier_just_exceeded",
            tokens=request.input,
            over=over,
            largest=threshold - 1,
            cheaper=_call_cost(workload, replace(request, input=threshold - 1)),
            cost=_call_cost(workload, request),
        )
    elif over <= 0 and (threshold - request.input) * 100 <= threshold * _CLOSE:
        yield warning(
            "next_tier_close",
            tokens=threshold - request.input,
            cost=_call_cost(workload, replace(request, input=threshold)),
        )


def _call_cost(workload: Workload, request: PromptTokens) -> Money:
    call = replace(workload, requests=(request,), calls_per_prompt=1)
    return Money(amount=price_workload(call).total, currency=workload.offer.currency)


def _next_price(workload: Workload, day: date) -> Note:
    later = replace(workload, price_date=replace(workload.price_date, day=day))
    try:
        cost = Money(amount=price_workload(later).total, currency=workload.offer.currency)
    except NoPriceError:
        return warning("price_ends", day=day)
    return warning("price_changes", day=day, cost=cost)
