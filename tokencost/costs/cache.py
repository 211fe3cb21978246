"""What a cache reads and writes of a request."""

from dataclasses import dataclass
from datetime import timedelta

from tokencost.pricing import CacheRule, CacheRules, Offer, Rates
from tokencost.usage import CacheKind, Ttl, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheUse:
    """One way of using one cache.

    `ttl` is the time to live that writes are billed by, None where writing costs nothing beyond
    the input; `lifetime` how long an entry lives, None if that is not published. A cache that
    `writes_all` of a request writes what is new in it on every call, one with marks only what
    the marks enclose. `is_stored` says that keeping is billed by the hour.
    """

    kind: CacheKind
    rule: CacheRule
    ttl: Ttl | None
    lifetime: timedelta | None
    writes_all: bool
    is_stored: bool

    @property
    def in_words(self) -> str:
        """The kind, and the time to live where there is one to choose."""
        return f"{self.kind} cache{f', written for {self.ttl}' if self.ttl else ''}"

    def cacheable(self, tokens: int) -> int:
        """Return how many of the first *tokens* the cache takes: none below its minimum."""
        least = self.rule.min_tokens or 0
        if tokens < least:
            return 0
        return tokens - (tokens - least) % (self.rule.granularity or 1)

    def usage(self, *, sent: int, prefix: int, known: int, output: int) -> Usage:
        """Split a request of *sent* tokens, the first *prefix* of which are to be cached.

        Args:
            sent: tokens of the whole input.
            prefix: those at its beginning that later requests repeat.
            known: those at its beginning that are in the cache already.
            output: tokens of the answer.
        """
        read = self.cacheable(known)
        written = max(self.cacheable(sent if self.writes_all else prefix) - read, 0)
        billed = written if self.ttl else 0
        return Usage(
            uncached_input=sent - read - billed,
            cache_read=read,
            cache_write={self.ttl: billed} if self.ttl and billed else {},
            output=output,
        )


def cache_uses(offer: Offer, rates: Rates) -> tuple[CacheUse, ...]:
    """Return every way of using the caches of *offer* that has a rate for reading.

    A longer time to live comes after a shorter one, the explicit cache after the implicit one.
    """
    caching = offer.caching
    rules = [(CacheKind.IMPLICIT, caching.implicit), (CacheKind.EXPLICIT, caching.explicit)]
    if caching == CacheRules():  # nothing but rates is known of it
        rules = [(CacheKind.EXPLICIT if rates.cache_write else CacheKind.IMPLICIT, CacheRule())]
    uses: list[CacheUse] = []
    for kind, rule in rules:
        read = rates.cache_read
        if kind == CacheKind.EXPLICIT and rates.cache_read_explicit is not None:
            read = rates.cache_read_explicit
        if rule is not None and read is not None:
            uses += _uses(kind, rule, caching, rates)
    return tuple(uses)


def _uses(kind: CacheKind, rule: CacheRule, caching: CacheRules, rates: Rates) -> list[CacheUse]:
    # Where a seller has two caches, what is written to the implicit one costs nothing by itself
    # unless its own rule says so.
    is_free = kind == CacheKind.IMPLICIT and caching.explicit is not None and not rule.write_x
    ttls: list[Ttl | None] = [] if is_free else [*sorted(rates.cache_write, key=_lifetime)]
    return [
        CacheUse(
            kind=kind,
            rule=rule,
            ttl=ttl,
            lifetime=lives.lifetime if (lives := ttl or next(iter(rule.ttl), None)) else None,
            writes_all=kind == CacheKind.IMPLICIT and ttl is not None,
            is_stored=bool(rule.stored)
            or (kind == CacheKind.EXPLICIT and rates.cache_storage_hour is not None),
        )
        for ttl in ttls or [None]
    ]


def _lifetime(ttl: Ttl) -> timedelta:
    return ttl.lifetime
