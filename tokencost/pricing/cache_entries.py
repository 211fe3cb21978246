"""The cache rules of a provider or a model, from its `cache` table."""

from tokencost.pricing.caching import BatchCache, CacheRule, Caching
from tokencost.pricing.entry import Entry

_REFRESHES = ("", "sliding", "fixed")


def read_caching(entry: Entry, *, base: Caching | None, under: Caching | None) -> Caching | None:
    """Read `cache`: rules that replace others key by key, or false for no cache at all.

    Args:
        entry: the provider or the model.
        base: what an earlier file says of the same; what this one says lies over it.
        under: the rules of the provider, over which those of a model lie.

    Returns:
        What the files say of this provider or model by itself, None if they say nothing.
    """
    if entry.peek("cache") is False:
        entry.flag("cache", default=False)
        return Caching(absent=True)
    rules = entry.entry("cache")
    if rules is None:
        return base
    own = Caching(
        implicit=_rule(rules, "implicit"),
        explicit=_rule(rules, "explicit"),
        exclusive=_flag(rules, "exclusive"),
        source=rules.text("source", default=""),
    )
    rules.close()
    caching = (base or Caching()).overridden(own)
    whole = (under or Caching()).overridden(caching).known()
    if not whole.implicit and not whole.explicit:
        rules.reject("names neither an implicit nor an explicit cache")
    if not whole.source:
        rules.reject("source is missing")
    return caching


def read_batch_cache(entry: Entry) -> BatchCache | None:
    """Read `batch_cache`, None if it is not said."""
    if entry.peek("batch_cache") is None:
        return None
    return BatchCache(entry.choice("batch_cache", list(BatchCache), default=BatchCache.DISCOUNTED))


def _rule(rules: Entry, kind: str) -> CacheRule | None:
    if rules.unsays(kind):
        return CacheRule(absent=True)
    entry = rules.entry(kind)
    if entry is None:
        return None
    rule = CacheRule(
        min_tokens=entry.tokens("min_tokens"),
        granularity=entry.tokens("granularity"),
        ttl=entry.ttls("ttl"),
        refresh=entry.choice("refresh", _REFRESHES, default=""),
        guaranteed=_flag(entry, "guaranteed"),
        breakpoints=entry.tokens("breakpoints"),
        read_x=entry.factor("read_x"),
        write_x=entry.factors_by_ttl("write_x"),
        stored=_flag(entry, "stored"),
        first_misses=entry.tokens("first_misses"),
    )
    entry.close()
    return rule


def _flag(entry: Entry, key: str) -> bool | None:
    """Take true or false, None if it is not said."""
    return entry.flag(key, default=False) if entry.says(key) else None
