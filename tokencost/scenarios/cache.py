"""Scenarios of prompt caching."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_FLOOR, Context, Decimal

from tokencost.costs.cache import CacheUse, cache_uses
from tokencost.costs.workload import Workload, WorkloadCost, call_prices, price_workload
from tokencost.errors import NoPriceError
from tokencost.money import format_exact, subtract
from tokencost.pricing import Rates
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.prefix import Prefix
from tokencost.scenarios.results import BreakEven, Certainty, Content, Outcome

_HOUR = timedelta(hours=1)
_DIGITS = Context(prec=28)


def expected_hit_rate(rate: Decimal, lifetime: timedelta, *, is_sliding: bool) -> Decimal:
    """Return the share of calls that find an entry alive, for *rate* calls an hour.

    Calls arrive independently of one another (a Poisson process). An entry whose life begins
    anew with each hit is alive if the gap before the call is no longer than it: 1 - exp(-rate
    ttl). One of fixed life serves `rate ttl` hits for each call that writes it: rate ttl / (1 +
    rate ttl).
    """
    expected = _DIGITS.multiply(rate, hours(lifetime))
    if is_sliding:
        return _DIGITS.subtract(Decimal(1), _DIGITS.exp(-expected))
    return _DIGITS.divide(expected, 1 + expected)


def arrivals_for(share: Decimal, lifetime: timedelta, *, is_sliding: bool) -> Decimal:
    """Return from how many calls an hour on *share* of them hit; inverts `expected_hit_rate`."""
    needed = -_DIGITS.ln(1 - share) if is_sliding else _DIGITS.divide(share, 1 - share)
    return _DIGITS.divide(needed, hours(lifetime))


def hours(lifetime: timedelta) -> Decimal:
    """Return *lifetime* in hours."""
    return Decimal(lifetime // timedelta(seconds=1)) / Decimal(_HOUR // timedelta(seconds=1))


_SLIDING = "sliding"


def caching(
    base: Workload, rates: Rates, prefix: Prefix, options: ScenarioOptions
) -> Iterable[Outcome]:
    """Yield an outcome for every way of using a cache, those first that promise hits."""
    uses = _uses(base, rates, options)
    if not uses:
        kept = f" that is kept for {options.ttl}" if options.ttl else ""
        why = f"the model has no cache{kept} with a known rate"
        yield Outcome(id="cache", name="prompt caching", reason=why)
    elif prefix.tokens is None:
        yield Outcome(id="cache", name="prompt caching", reason=prefix.basis)
    else:
        for use in uses:
            yield cached(base, use, options)


def reordered(
    base: Workload, rates: Rates, prefix: Prefix, options: ScenarioOptions
) -> Iterable[Outcome]:
    """Yield the cheapest caching with what changes moved to the end, if more can be cached then."""
    if prefix.reordered is None or prefix.reordered <= (prefix.tokens or 0):
        return
    longer = tuple(
        replace(each, prefix=min(prefix.reordered, each.input)) for each in base.requests
    )
    work = replace(base, requests=longer)
    found = [cached(work, use, options) for use in _uses(base, rates, options)]
    best = cheapest_of(found)
    if best is not None:
        yield replace(
            best,
            id="reorder",
            name=f"reordered + {best.name}",
            content=Content.REFORMATTED,
            assumptions=(
                *best.assumptions,
                f"{prefix.lines_in_words} moved to the end: the prefix grows from "
                f"{prefix.tokens:,} to {prefix.reordered:,} tokens",
            ),
        )


def cheapest_of(outcomes: Iterable[Outcome]) -> Outcome | None:
    """Return the cheapest of the outcomes that apply, what is certain before what is not."""
    return min(
        (each for each in outcomes if each.bill),
        key=lambda each: (each.certainty is Certainty.POSSIBLE, each.bill and each.bill.total),
        default=None,
    )


def _uses(base: Workload, rates: Rates, options: ScenarioOptions) -> list[CacheUse]:
    found = [each for each in cache_uses(base.offer, rates) if options.ttl in (None, each.ttl)]
    return sorted(found, key=lambda each: not each.rule.guaranteed)


def cached(base: Workload, use: CacheUse, options: ScenarioOptions) -> Outcome:
    """Return what *base* costs with a cache, and from where on it pays."""
    outcome = Outcome(id=_id(use), name=_name(use))
    work = replace(base, cache=use)
    longest = max(each.prefix for each in base.requests)
    if work.cached == 0:
        least = use.rule.min_tokens or 0
        why = (
            f"{longest:,} < {least:,} tokens, the least it takes" if longest else "nothing repeats"
        )
        return replace(outcome, reason=why)
    try:
        hits, certainty, assumptions = _hits(use, options)
    except NoPriceError as error:
        return replace(outcome, reason=str(error))
    if use.is_stored and use.lifetime is None:
        return replace(outcome, reason="it is billed by the hour, and nobody says for how many")
    kept = hours(use.lifetime) if use.lifetime else Decimal()
    work = replace(work, hits=hits, hours=kept)
    try:
        found = price_workload(work)
        floor = (
            price_workload(replace(work, hits=Decimal()))
            if certainty is Certainty.POSSIBLE
            else None
        )
        break_even = _break_even(work, found)
    except NoPriceError as error:
        return replace(outcome, reason=str(error))
    if not use.rule.refresh and (break_even.per_hour is not None or options.rate is not None):
        said = "whether hits prolong its life is not published: calls an hour are as if not"
        assumptions = (*assumptions, said)
    if use.is_stored:
        kept_for = "1 hour" if kept == 1 else f"{format_exact(kept.normalize())} hours"
        assumptions = (*assumptions, f"each time it is written it is kept for {kept_for}")
    return replace(
        outcome,
        work=work,
        bill=found,
        worst_case=floor,
        break_even=break_even,
        certainty=certainty,
        assumptions=assumptions,
    )


def _id(use: CacheUse) -> str:
    return "-".join(filter(None, ("cache", use.kind, use.ttl)))


def _name(use: CacheUse) -> str:
    return " ".join(filter(None, (use.kind, "cache", use.ttl)))


def _hits(use: CacheUse, options: ScenarioOptions) -> tuple[Decimal, Certainty, tuple[str, ...]]:
    """Return the share of calls that hit, how sure that is, and what it rests on."""
    if options.hit_rate is not None:
        said = f"{format_exact(options.hit_rate)} of the calls hit, as you assume"
        return options.hit_rate, Certainty.EXPECTED, (said,)
    promise = () if use.rule.guaranteed else ("hits are not promised",)
    surest = Certainty.POSSIBLE if promise else Certainty.GUARANTEED
    if options.rate is None:
        lives = f" of {use.ttl}" if use.ttl else ""
        return Decimal(1), surest, (f"all calls are made within the life{lives}", *promise)
    if use.lifetime is None:
        raise NoPriceError(
            "its lifetime is not published, so nobody knows how many calls hit: --hit-rate"
        )
    refresh = use.rule.refresh
    share = expected_hit_rate(options.rate, use.lifetime, is_sliding=refresh == _SLIDING)
    said = f"calls arrive at random, {format_exact(options.rate)} an hour: {share:.1%} hit"
    sure = max(surest, Certainty.EXPECTED, key=list(Certainty).index)
    return share, sure, (said, *promise)


def _break_even(work: Workload, found: WorkloadCost) -> BreakEven:
    """Return from how many calls on a cache pays, and from how many an hour.

    A call that writes costs `premium` more than the plain one, what is kept for it included, a
    hit `gain` less. After the first m calls, which write, each is expected to save h gain - (1 -
    h) premium for a share h of hits: N calls pay if (N - m) times that is above m premium. Calls
    at random pay if their share of hits is above premium / (premium + gain).
    """
    if work.cache is None:
        return BreakEven()
    uncached_input, miss, hit = call_prices(work, work.requests[0])
    gain, premium = subtract(uncached_input, hit), subtract(miss, uncached_input)
    premium += found.storage / work.misses
    each = work.hits * gain - (1 - work.hits) * premium
    if each <= 0:
        return BreakEven()
    first = work.first_misses
    calls = int((first * premium / each).to_integral_value(ROUND_FLOOR)) + first + 1
    lifetime = work.cache.lifetime
    if premium <= 0 or lifetime is None:
        return BreakEven(calls=calls)
    is_sliding = work.cache.rule.refresh == _SLIDING
    per_hour = arrivals_for(premium / (premium + gain), lifetime, is_sliding=is_sliding)
    return BreakEven(calls=calls, per_hour=per_hour)
