"""The cache rules of a provider or a model, from its `cache` table."""

from dataclasses import replace
from typing import Any

from tokencost.pricing.caching import BatchCache, CacheRule, Caching
from tokencost.pricing.entry import Entry

_REFRESHES = ("sliding", "fixed")


def read_caching(entry: Entry, *, base: Caching | None) -> Caching | None:
    """Read `cache`: rules that replace those of *base* key by key, or false for no cache at all."""
    if entry.peek("cache") is False:
        entry.flag("cache", default=False)
        return Caching()
    rules = entry.entry("cache")
    if rules is None:
        return base
    base = base or Caching()
    caching = Caching(
        implicit=_rule(rules.entry("implicit"), base.implicit),
        explicit=_rule(rules.entry("explicit"), base.explicit),
        exclusive=rules.flag("exclusive", default=base.exclusive),
        source=rules.text("source", default=base.source),
    )
    rules.close()
    if not caching.implicit and not caching.explicit:
        rules.reject("names neither an implicit nor an explicit cache")
    if not caching.source:
        rules.reject("source is missing")
    return caching


def read_batch_cache(entry: Entry) -> BatchCache | None:
    """Read `batch_cache`, None if it is not said."""
    if entry.peek("batch_cache") is None:
        return None
    return BatchCache(entry.choice("batch_cache", list(BatchCache), default=BatchCache.DISCOUNTED))


def _rule(entry: Entry | None, base: CacheRule | None) -> CacheRule | None:
    if entry is None:
        return base
    read: dict[str, Any] = {
        "min_tokens": entry.tokens("min_tokens"),
        "granularity": entry.tokens("granularity"),
        "ttl": entry.texts("ttl"),
        "refresh": entry.choice("refresh", ("", *_REFRESHES), default=""),
        "breakpoints": entry.tokens("breakpoints"),
        "read_x": entry.amount("read_x"),
        "write_x": entry.amounts("write_x"),
        "guaranteed": entry.flag("guaranteed", default=base.guaranteed if base else False),
    }
    entry.close()
    said = {name: value for name, value in read.items() if value not in (None, "", (), {})}
    return replace(base or CacheRule(), **said)
