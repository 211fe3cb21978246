"""How a cache splits the tokens of a request into read, written and uncached ones."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from tokencost.pricing import CacheRule, CacheRules, Offer, Rates
from tokencost.usage import NO_CACHE, CacheChoice, CacheKind, Ttl, Usage
from tokencost.values import dataclass, replace

Marks = tuple[tuple[int, Ttl | None], ...]  # after how many tokens, and written for how long


class Certainty(StrEnum):
    """How sure it is that a scenario would be billed so, the surest first."""

    GUARANTEED = "guaranteed"  # by the provider's rule, given the calls as they are described
    EXPECTED = "expected"  # on average, given how calls arrive or hit
    POSSIBLE = "possible"  # only if something happens that nobody promises

    @classmethod
    def least(cls, certainties: Iterable["Certainty"]) -> "Certainty":
        """Return the least sure of several, the surest of all if there are none."""
        return max(certainties, key=list(cls).index, default=cls.GUARANTEED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedEnd:
    """Where a mark of a request ends what a cache is written: after so many tokens and blocks.

    It may lie anywhere from `low` to `high`. `ttl` is what it is written for, None if that is left
    to the provider; no time to live if the request names none.
    """

    tokens: int
    low: int
    high: int
    block: int
    ttl: Ttl | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTokens:
    """The sizes of one request, in tokens.

    Attributes:
        input: the whole input.
        prefix: its beginning that was sent before, which a cache holds if it holds anything.
        output: the output.
        repeats: its beginning that is sent again, which is worth writing; None for *prefix*.
        continues: whether *prefix* is a whole earlier request, and not a part that several share.
        answered: the output of that request, which follows *prefix* and is sent again with it.
        tier_output: the output that picks the tier, where the input alone is priced.
        outputs: how many outputs it asks for; *output* is all of them together.
        marks: where its cache marks end, each with the time to live of what it writes, the shortest
            first; None if what is repeated is written as a whole.
    """

    input: int
    prefix: int
    output: int
    repeats: int | None = None
    continues: bool = False
    answered: int = 0
    tier_output: int | None = None
    outputs: int = 1
    marks: Marks | None = None

    def without_cache(self) -> Usage:
        """Return the tokens as they are billed where no cache is used."""
        return Usage(uncached_input=self.input, output=self.output)

    def resized(self, size: int) -> "PromptTokens":
        """Return them as those of a request of *size* tokens, no part of which is longer."""
        prefix = min(self.prefix, size)
        return replace(
            self,
            input=size,
            prefix=prefix,
            repeats=None if self.repeats is None else min(self.repeats, size),
            answered=min(self.answered, size - prefix),
            marks=self.marks and tuple((min(end, size), ttl) for end, ttl in self.marks),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheUse:
    """One cache of a provider, written for one time to live.

    Attributes:
        kind: who decides what is cached.
        rule: what the provider says of this cache.
        ttl: the time to live that writes are billed by; None where a written token costs as much
            as any other input.
        kept: the time to live of an entry, None if that is not published.
        writes_all: whether every call writes the new part of its whole input; otherwise only the
            prefix is written.
        is_stored: whether keeping an entry is billed by the hour.
    """

    kind: CacheKind
    rule: CacheRule
    ttl: Ttl | None
    kept: Ttl | None
    writes_all: bool
    is_stored: bool

    @property
    def lifetime(self) -> timedelta | None:
        """How long an entry lives, None if that is not published."""
        return self.kept.lifetime if self.kept else None

    @property
    def least(self) -> int:
        """The shortest prefix that it takes: its minimum, or its first step; 0 if none is known."""
        return self.rule.min_tokens or self.rule.granularity or 0

    def cacheable(self, tokens: int) -> int:
        """Return how many of the first *tokens* the cache takes: none below its minimum."""
        minimum = self.rule.min_tokens or 0
        if tokens < minimum:
            return 0
        return tokens - (tokens - minimum) % (self.rule.granularity or 1)

    @property
    def is_own_call(self) -> bool:
        """Whether a call of its own makes an entry, and all others read it."""
        return bool(self.rule.own_call)

    @property
    def first_misses(self) -> int:
        """How many calls it takes until the cache knows what they have in common."""
        return 1 if self.is_own_call else self.rule.first_misses or 1

    def miss(self, request: PromptTokens) -> Usage:
        """Split the tokens of a request that finds nothing in the cache as they are billed."""
        return self._usage(request, 0)

    def hit(self, request: PromptTokens) -> Usage:
        """Split the tokens of a request that finds its prefix in the cache as they are billed.

        Where answers are cached as well the prefix ends behind that of the request before.
        """
        answered = request.answered if self.rule.caches_output else 0
        return self._usage(request, self.cacheable(request.prefix + answered))

    def making(self, prefix: int) -> Usage:
        """Return what is billed for the call that makes an entry of *prefix* tokens."""
        billed = self.cacheable(prefix)
        if self.ttl is None:
            return Usage(uncached_input=billed)
        return Usage(cache_write={self.ttl: billed})

    def billed(
        self, request: PromptTokens, *, calls: Decimal, hits: Decimal
    ) -> tuple[tuple[Decimal, Usage], ...]:
        """Return as what *calls* of a request are billed, each usage with the number of its calls.

        Where a call of its own makes the entry every call reads it; the others miss but for
        *hits*, which are an expected number.
        """
        if self.is_own_call:
            hits = calls
        counted = ((calls - hits, self.miss(request)), (hits, self.hit(request)))
        return tuple((number, usage) for number, usage in counted if number)

    def _usage(self, request: PromptTokens, read: int) -> Usage:
        if request.marks is not None and self.kind == CacheKind.EXPLICIT:
            return self._marked_usage(request, request.marks, read)
        repeats = request.prefix if request.repeats is None else request.repeats
        most = self.cacheable(request.input if self.writes_all else repeats)
        written = 0 if self.is_own_call else max(most - read, 0)
        billed = written if self.ttl else 0
        return Usage(
            uncached_input=request.input - read - billed,
            cache_read=read,
            cache_write={self.ttl: billed} if self.ttl and billed else {},
            output=request.output,
        )

    def _marked_usage(self, request: PromptTokens, marks: Marks, read: int) -> Usage:
        """Split the tokens of a request that writes up to each of its marks."""
        written: dict[Ttl, int] = {}
        done = read
        for end, ttl in marks:
            most = self.cacheable(min(end, request.input))
            if ttl and most > done:
                written[ttl] = written.get(ttl, 0) + most - done
            done = max(done, most)
        return Usage(
            uncached_input=request.input - read - sum(written.values()),
            cache_read=read,
            cache_write=written,
            output=request.output,
        )


def cache_uses(offer: Offer, rates: Rates, ttl: Ttl | None = None) -> tuple[CacheUse, ...]:
    """Return every way of using the caches of *offer* that has a rate for reading.

    Times to live come as the rule lists them, the explicit cache after the implicit one. What is
    kept for as long as is asked is kept for *ttl*.
    """
    uses: list[CacheUse] = []
    for kind, rule in _rules(offer.caching, rates).items():
        read = rates.cache_read
        if kind == CacheKind.EXPLICIT and rates.cache_read_explicit is not None:
            read = rates.cache_read_explicit
        if rule is not None and read is not None:
            uses += _uses(kind, rule, offer.caching, rates, ttl)
    return tuple(uses)


def _rules(caching: CacheRules, rates: Rates) -> dict[CacheKind, CacheRule | None]:
    """Return what is known of each cache: of some there is nothing but rates."""
    if caching == CacheRules():
        return {CacheKind.EXPLICIT if rates.cache_write else CacheKind.IMPLICIT: CacheRule()}
    return {CacheKind.IMPLICIT: caching.implicit, CacheKind.EXPLICIT: caching.explicit}


def default_use(
    offer: Offer,
    rates: Rates,
    *,
    cache: CacheChoice | None = None,
    ttl: Ttl | None = None,
    is_marked: bool = False,
) -> CacheUse | None:
    """Return the cache that a provider writes to and bills unless it is told not to.

    That is an implicit one whose writes have a rate: every call pays for them, whether another
    one reads them or not. A choice of no cache or of the explicit one is a request not to. Where
    there is no such cache, that of the marks of a request is written to as they say.

    Args:
        offer: the model at its site.
        rates: what the call pays.
        cache: the cache that was asked for, None for what the provider does by itself.
        ttl: the time to live that was asked for, None for the first that is listed.
        is_marked: whether requests mark what to cache.
    """
    if cache == NO_CACHE:
        return None
    uses: list[CacheUse] = []
    if offer.caching.implicit and cache != CacheKind.EXPLICIT:
        uses += _uses(CacheKind.IMPLICIT, offer.caching.implicit, offer.caching, rates)
    if is_marked and cache != CacheKind.IMPLICIT:
        uses += marked_uses(offer, rates)
    return next((use for use in uses if use.ttl and ttl in (None, use.ttl)), None)


def marked_uses(offer: Offer, rates: Rates) -> list[CacheUse]:
    """Return each time to live that marks of a request are written for, none if they say nothing.

    A cache that is made by a call of its own, or is kept for money, takes no marks.
    """
    rule = _rules(offer.caching, rates).get(CacheKind.EXPLICIT)
    uses = _uses(CacheKind.EXPLICIT, rule, offer.caching, rates) if rule else []
    return [use for use in uses if use.ttl and not (use.is_own_call or use.is_stored)]


def write_ttls(offer: Offer, rates: Rates, cache: CacheChoice | None = None) -> tuple[Ttl, ...]:
    """Return the times to live that writes have a rate for, the provider's default first.

    The default is the first one that the rule of the cache lists, of a provider with two caches
    that of *cache*, or else of the explicit one, whose writes are those that are marked.
    """
    caching = offer.caching
    rules = [caching.explicit, caching.implicit]
    if cache == CacheKind.IMPLICIT:
        rules.reverse()
    listed = [ttl for rule in rules if rule for ttl in rule.ttl if ttl in rates.cache_write]
    return tuple(dict.fromkeys([*listed, *sorted(rates.cache_write, key=_lifetime)]))


def _uses(
    kind: CacheKind, rule: CacheRule, caching: CacheRules, rates: Rates, asked: Ttl | None = None
) -> list[CacheUse]:
    # Where a provider has two caches, what is written to the implicit one costs nothing by itself
    # unless its own rule says so.
    is_free = kind == CacheKind.IMPLICIT and caching.explicit is not None and not rule.write_x
    priced = sorted(rates.cache_write, key=_lifetime)
    listed = [ttl for ttl in rule.ttl if ttl in rates.cache_write]
    ttls: list[Ttl | None] = [] if is_free else [*dict.fromkeys([*listed, *priced])]
    asked = asked if rule.any_ttl else None
    return [
        CacheUse(
            kind=kind,
            rule=rule,
            ttl=ttl,
            kept=ttl or asked or next(iter(rule.ttl), None),
            writes_all=kind == CacheKind.IMPLICIT and ttl is not None,
            is_stored=bool(rule.stored)
            or (kind == CacheKind.EXPLICIT and rates.cache_storage_hour is not None),
        )
        for ttl in ttls or [None]
    ]


@lru_cache(64)
def _lifetime(ttl: Ttl) -> timedelta:
    return ttl.lifetime
