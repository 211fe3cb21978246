"""Which tokens of a session's calls are read from a cache, and which are written to one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from tokencost.errors import NoPriceError
from tokencost.money import plain
from tokencost.pricing import CacheRule, Caching, Offer, Rates
from tokencost.sessions.growing import Call
from tokencost.usage import Usage

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
IMPLICIT, EXPLICIT = "implicit", "explicit"


def duration(text: str) -> timedelta:
    """Read `90s`, `5m`, `12h` or `7d`; raise ValueError if it is none."""
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", text, re.ASCII)
    if match is None:
        raise ValueError(f"{text!r} is no duration")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """A cache in use: its rule, how long an entry lives, and how likely a hit is.

    `kind` names the cache for a provider that has two, `ttl` the time to live that writes are
    billed by, None where writing costs nothing beyond the input.
    """

    kind: str
    rule: CacheRule
    ttl: str | None
    lifetime: timedelta | None
    hit_rate: Decimal

    def billed(self, call: Call) -> list[tuple[Decimal, Usage]]:
        """Return the usages of *call* with the share of calls that each is billed for."""
        hit = self._usage(call, self._cacheable(call.known))
        if hit.cache_read == 0 or self._is_gone(call.gap):
            return [(Decimal(1), self._usage(call, 0))]
        shares = [(self.hit_rate, hit), (1 - self.hit_rate, self._usage(call, 0))]
        return [(share, usage) for share, usage in shares if share]

    def _is_gone(self, gap: timedelta) -> bool:
        """Say whether an entry ends in *gap*; one of unknown life does not outlast any."""
        return gap > (self.lifetime or timedelta())

    def _usage(self, call: Call, read: int) -> Usage:
        written = max(self._cacheable(call.input) - read, 0)
        return Usage(
            uncached=call.input - read - (written if self.ttl else 0),
            cache_read=read,
            cache_write={self.ttl: written} if self.ttl and written else {},
            output=call.output,
        )

    def _cacheable(self, tokens: int) -> int:
        """Return how many of the first *tokens* a cache takes: none below its minimum."""
        least = self.rule.min_tokens or 0
        if tokens < least:
            return 0
        return tokens - (tokens - least) % (self.rule.granularity or 1)


def choose(
    offer: Offer, rates: Rates, *, kind: str | None, ttl: str | None, hit_rate: Decimal | None
) -> tuple[Reuse, list[str]]:
    """Return the cache that a session uses, with what is assumed about it.

    Unless *kind* says otherwise it is the one that promises hits, and else the implicit one. An
    explicit cache that is billed by the hour is for documents that many share, not for a history
    that grows with every turn.

    Raises:
        NoPriceError: there is no such cache, or its rates are not known.
    """
    name, rule = _rule(offer.caching, rates, kind, offer.name)
    if rates.cache_read is None:
        raise NoPriceError(
            f"{offer.name} has no known rate for cache reads", hint="see `models show`"
        )
    # Where a seller has two caches, what is written to the implicit one costs nothing by itself
    # unless its own rule says so.
    is_free = name == IMPLICIT and offer.caching.explicit is not None and not rule.write_x
    writes = {} if is_free else rates.cache_write
    if ttl is not None and ttl not in writes:
        known = ", ".join(writes) or "none"
        raise NoPriceError(
            f"{offer.name} has no cache writes for {ttl}", hint=f"it has {known}: --cache-ttl"
        )
    written = ttl or next(iter(writes), None)
    lives = written or next(iter(rule.ttl), None)
    assumed = [f"{name} cache{f', written for {written}' if written else ''}"]
    if not rule.guaranteed and hit_rate is None:
        assumed.append(
            "every turn inside the lifetime is a hit, which its seller does not "
            "promise (--assume-hit-rate)"
        )
    elif hit_rate is not None:
        assumed.append(f"{plain(hit_rate)} of the turns are hits, as you assume")
    if lives is None:
        assumed.append("the lifetime is not published; after a pause nothing is left")
    reuse = Reuse(
        kind=name,
        rule=rule,
        ttl=written,
        lifetime=None if lives is None else duration(lives),
        hit_rate=Decimal(1) if hit_rate is None else hit_rate,
    )
    return reuse, assumed


def _rule(caching: Caching, rates: Rates, kind: str | None, name: str) -> tuple[str, CacheRule]:
    stored = rates.cache_storage_hour is not None
    found: Sequence[tuple[str, CacheRule | None]] = [
        (EXPLICIT, caching.explicit if not stored else None),
        (IMPLICIT, caching.implicit),
    ]
    if caching == Caching() and rates.cache_read is not None:  # nothing but a rate is known of it
        found = [(EXPLICIT if rates.cache_write else IMPLICIT, CacheRule())]
    known = [(each, rule) for each, rule in found if rule is not None and kind in (None, each)]
    if not known:
        what = f"{kind} cache" if kind else "cache"
        raise NoPriceError(
            f"{name} has no {what} that a session can use", hint="see `tokencost models show`"
        )
    return max(known, key=lambda each: (bool(each[1].guaranteed), each[0] == IMPLICIT))
