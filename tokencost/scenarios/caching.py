"""Scenarios of prompt caching."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from tokencost.cache_use import CacheUse, cache_uses
from tokencost.errors import NoPriceError
from tokencost.money import difference, plain
from tokencost.pricing import Rates
from tokencost.scenarios.arriving import hit_share, hours, rate_for
from tokencost.scenarios.outcomes import BreakEven, Certainty, Content, Outcome
from tokencost.scenarios.prefix import Prefix
from tokencost.scenarios.what_if import WhatIf
from tokencost.scenarios.work import Work, bill, prices_of_one

_SLIDING = "sliding"


def caching(base: Work, rates: Rates, prefix: Prefix, what_if: WhatIf) -> Iterable[Outcome]:
    """Yield an outcome for every way of using a cache, those first that promise hits."""
    uses = cache_uses(base.offer, rates)
    if not uses:
        yield Outcome(
            id="cache", name="prompt caching", reason="the model has no cache with a known rate"
        )
    elif prefix.tokens is None:
        yield Outcome(id="cache", name="prompt caching", reason=prefix.basis)
    else:
        for use in sorted(uses, key=lambda each: not each.rule.guaranteed):
            yield cached(base, use, what_if)


def reordered(
    base: Work, rates: Rates, prefix: Prefix, what_if: WhatIf, first: Outcome | None
) -> Iterable[Outcome]:
    """Yield caching with what changes moved to the end, if more can be cached then."""
    lines = ", ".join(map(str, prefix.moved_lines))
    if prefix.moved is None or prefix.moved <= (prefix.tokens or 0):
        return
    longer = tuple(replace(each, prefix=min(prefix.moved, each.input)) for each in base.requests)
    uses = sorted(cache_uses(base.offer, rates), key=lambda each: not each.rule.guaranteed)
    wanted = first.work.cache if first and first.work else None
    for use in uses:
        if wanted in (None, use):
            moved = cached(replace(base, requests=longer), use, what_if)
            if moved.applies:
                yield replace(
                    moved,
                    id="reorder",
                    name=f"reordered + {moved.name}",
                    content=Content.FORMAT,
                    assumptions=(
                        *moved.assumptions,
                        f"line {lines} moved to the end: the prefix grows from "
                        f"{prefix.tokens:,} to {prefix.moved:,} tokens",
                    ),
                )
            return


def cached(base: Work, use: CacheUse, what_if: WhatIf) -> Outcome:
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
        hits, certainty, assumptions = _hits(use, what_if)
    except NoPriceError as error:
        return replace(outcome, reason=str(error))
    kept = hours(use.lifetime) if use.lifetime else Decimal()
    if use.is_stored and what_if.rate:
        kept = max(kept, work.calls / what_if.rate)
    work = replace(work, hits=hits, hours=kept)
    try:
        found = bill(work)
        floor = bill(replace(work, hits=Decimal())) if certainty is Certainty.WHAT_IF else None
        break_even = _break_even(work, found.storage)
    except NoPriceError as error:
        return replace(outcome, reason=str(error))
    if use.is_stored:
        kept_for = "1 hour" if kept == 1 else f"{plain(kept.normalize())} hours"
        assumptions = (*assumptions, f"kept for {kept_for}")
    return replace(
        outcome,
        work=work,
        bill=found,
        floor=floor,
        break_even=break_even,
        certainty=certainty,
        assumptions=assumptions,
    )


def _id(use: CacheUse) -> str:
    return "-".join(filter(None, ("cache", use.kind, use.ttl)))


def _name(use: CacheUse) -> str:
    return " ".join(filter(None, (use.kind, "cache", use.ttl)))


def _hits(use: CacheUse, what_if: WhatIf) -> tuple[Decimal, Certainty, tuple[str, ...]]:
    """Return the share of calls that hit, how sure that is, and what it rests on."""
    if what_if.hit_rate is not None:
        said = f"{plain(what_if.hit_rate)} of the calls hit, as you assume"
        return what_if.hit_rate, Certainty.EXPECTED, (said,)
    promise = () if use.rule.guaranteed else ("hits are not promised",)
    surest = Certainty.WHAT_IF if promise else Certainty.BILLED
    if what_if.rate is None:
        lives = f" of {use.ttl}" if use.ttl else ""
        return Decimal(1), surest, (f"all calls are made within the life{lives}", *promise)
    if use.lifetime is None:
        raise NoPriceError(
            "its lifetime is not published, so nobody knows how many calls hit: --assume-hit-rate"
        )
    is_sliding = use.rule.refresh == _SLIDING
    share = hit_share(what_if.rate, use.lifetime, is_sliding=is_sliding)
    how = "prolonged by hits" if is_sliding else "not prolonged by hits"
    said = f"{plain(what_if.rate)} calls an hour at random, a life {how}: {share:.1%} hit"
    return share, max(surest, Certainty.EXPECTED, key=list(Certainty).index), (said, *promise)


def _break_even(work: Work, storage: Decimal) -> BreakEven:
    """Return from how many calls on a cache pays, and from how many an hour.

    A write costs `premium` more than the plain call, a hit `gain` less: N calls pay if (N - 1)
    gain > premium + storage, and a share h of hits if h gain > (1 - h) premium.
    """
    if work.cache is None:
        return BreakEven()
    plain_, miss, hit = prices_of_one(work, work.requests[0])
    gain, premium = difference(plain_, hit), difference(miss, plain_)
    if gain <= 0:
        return BreakEven()
    calls = ((premium + storage) / gain).to_integral_value(ROUND_FLOOR) + 2
    lifetime = work.cache.lifetime
    if premium <= 0 or lifetime is None or work.cache.is_stored:
        return BreakEven(calls=int(calls))
    share = premium / (premium + gain)
    is_sliding = work.cache.rule.refresh == _SLIDING
    per_hour = rate_for(share, lifetime, is_sliding=is_sliding)
    return BreakEven(calls=int(calls), per_hour=per_hour)
