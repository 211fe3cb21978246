"""Phrases about the caches of a model, and their rules as JSON."""

from collections.abc import Iterable
from typing import Any

from tokencost.money import format_exact
from tokencost.pricing import BatchCache, CacheRule, Offer

_BATCH = {
    BatchCache.DISCOUNTED: "",
    BatchCache.STANDARD: "; a discount leaves those of the cache as they are",
    BatchCache.NONE: "; a discount ends that of the cache",
}


def batch_words(rule: BatchCache) -> str:
    """Return what becomes of the cache in a mode that discounts, "" if nothing does."""
    return _BATCH[rule]


def cache_words(offer: Offer) -> list[str]:
    """Return a line for each kind of cache."""
    caching = offer.caching
    lines = [
        f"{name}: {', '.join(_rule_words(rule)) or 'no rule is published'} ({caching.source})"
        for name, rule in (("implicit", caching.implicit), ("explicit", caching.explicit))
        if rule is not None
    ]
    if caching.exclusive:
        lines.append("a request uses either the implicit or the explicit cache, never both")
    return lines


def _rule_words(rule: CacheRule) -> Iterable[str]:
    least = rule.min_tokens
    yield "from an unpublished size on" if least is None else f"from {least:,} tokens"
    if rule.granularity:
        yield f"in steps of {rule.granularity:,}"
    if rule.any_ttl:
        yield f"kept as asked{f', {rule.ttl[0]} by default' if rule.ttl else ''}"
    elif rule.ttl:
        yield f"kept {' or '.join(rule.ttl)}"
    if rule.refresh:
        yield "prolonged by a hit" if rule.refresh == "sliding" else "not prolonged by a hit"
    yield from _hit_words(rule)
    if rule.breakpoints:
        yield f"at most {rule.breakpoints} breakpoints"
    if rule.read_x is not None:
        yield f"read {format_exact(rule.read_x)}x input"
    for ttl, factor in rule.write_x.items():
        yield f"{ttl} write {format_exact(factor)}x input"


def _hit_words(rule: CacheRule) -> Iterable[str]:
    if rule.first_misses:
        yield f"the first {rule.first_misses} calls miss"
    if rule.own_call:
        yield "made by a call of its own"
    if rule.caches_output:
        yield "answers are cached as well"
    if rule.stored:
        yield "keeping is billed by the hour"
    yield "hits are promised" if rule.guaranteed else "hits are not promised"


def caching_dict(offer: Offer) -> dict[str, Any]:
    """Spell out the cache rules of a model."""
    caching = offer.caching
    return {
        "implicit": _rule_dict(caching.implicit),
        "explicit": _rule_dict(caching.explicit),
        "exclusive": bool(caching.exclusive),
        "in_batch": str(offer.batch_cache),
        "source": caching.source or None,
    }


def _rule_dict(rule: CacheRule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    return {
        "min_tokens": rule.min_tokens,
        "granularity": rule.granularity,
        "ttl": list(rule.ttl),
        "refresh": rule.refresh or None,
        "guaranteed": bool(rule.guaranteed),
        "breakpoints": rule.breakpoints,
        "stored": bool(rule.stored),
        "own_call": bool(rule.own_call),
        "any_ttl": bool(rule.any_ttl),
        "caches_output": bool(rule.caches_output),
        "lookback": rule.lookback,
        "first_misses": rule.first_misses or 1,
        "read_x": None if rule.read_x is None else format_exact(rule.read_x),
        "write_x": {ttl: format_exact(factor) for ttl, factor in rule.write_x.items()},
    }
