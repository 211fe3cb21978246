"""Thresholds close by, beyond which the same request has another price."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tokencost.costs.cache import cache_uses
from tokencost.costs.workload import PromptTokens, Workload, price_workload
from tokencost.errors import NoPriceError
from tokencost.money import format_money
from tokencost.pricing import Rates, price_at
from tokencost.scenarios.prefix import Prefix

_NEAR = 10  # per cent
_SOON = timedelta(days=45)


def find_price_thresholds(base: Workload, rates: Rates, prefix: Prefix) -> Iterable[str]:
    """Yield what lies within a tenth of a border, or changes within 45 days."""
    price = price_at(base.offer, base.price_date)
    currency = base.offer.currency
    for request in dict.fromkeys(base.requests):
        for border in sorted({tier.input_from for tier in price.rates.tiers if tier.input_from}):
            over = request.input - border + 1
            if over > 0 and over * 100 <= border * _NEAR:
                here, there = _one(base, request), _one(base, replace(request, input=border - 1))
                yield (
                    f"{request.input:,} tokens are {over:,} beyond a tier: with {border - 1:,} the "
                    f"call costs {format_money(there, currency)} instead of "
                    f"{format_money(here, currency)}"
                )
            elif over <= 0 and (border - request.input) * 100 <= border * _NEAR:
                dearer = _one(base, replace(request, input=border))
                yield (
                    f"{border - request.input:,} tokens more reach the next tier, where the call "
                    f"costs {format_money(dearer, currency)}"
                )
    for least in sorted({each.rule.min_tokens or 0 for each in cache_uses(base.offer, rates)}):
        tokens = prefix.tokens or 0
        if least and 0 < least - tokens <= least * _NEAR // 100:
            yield f"{least - tokens:,} tokens more in the prefix, and it can be cached ({least:,})"
    last = price.validity.last
    if last and last - base.price_date.day <= _SOON:
        yield _next_price(base, last + timedelta(days=1))


def _one(base: Workload, request: PromptTokens) -> Decimal:
    return price_workload(replace(base, requests=(request,), calls_per_prompt=1)).total


def _next_price(base: Workload, day: date) -> str:
    try:
        later = price_workload(replace(base, price_date=replace(base.price_date, day=day)))
    except NoPriceError:
        return f"from {day} on there is no known price"
    return f"from {day} on all calls cost {format_money(later.total, base.offer.currency)}"
