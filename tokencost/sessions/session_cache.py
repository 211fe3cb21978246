"""The cache of a session: which tokens of its calls are read from it, and which are written."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from tokencost.costs.cache import CacheUse, cache_uses
from tokencost.errors import NoPriceError
from tokencost.notes import Note, assumed, reason
from tokencost.pricing import Offer, Rates
from tokencost.sessions.session import Call
from tokencost.usage import CacheKind, Ttl, Usage

NO_CACHE: Literal["none"] = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCache:
    """A cache in use.

    `assumed_hit_rate` is how likely a hit inside the lifetime of an entry was said to be, None if
    nothing was said: then every call inside the lifetime is taken for a hit.
    """

    use: CacheUse
    assumed_hit_rate: Decimal | None = None

    @property
    def hit_rate(self) -> Decimal:
        """How likely a hit inside the lifetime of an entry is."""
        return Decimal(1) if self.assumed_hit_rate is None else self.assumed_hit_rate

    @property
    def assumptions(self) -> tuple[Note, ...]:
        """Which cache it is, and what is not known about its hits."""
        notes = [assumed("cache_used", kind=str(self.use.kind), ttl=self.use.ttl)]
        if self.assumed_hit_rate is not None:
            notes.append(assumed("hit_rate_given", hit_rate=self.assumed_hit_rate))
        elif not self.use.rule.guaranteed:
            notes.append(assumed("hits_not_guaranteed"))
        if self.use.lifetime is None:
            notes.append(assumed("lifetime_not_published"))
        return tuple(notes)

    def billed_usages(self, call: Call) -> tuple[tuple[Decimal, Usage], ...]:
        """Return the usages of *call* with the share of calls that each is billed for."""
        miss = self._usage(call, 0)
        hit = self._usage(call, call.sent_before)
        # An entry of unknown lifetime does not outlast any gap.
        if hit.cache_read == 0 or call.gap > (self.use.lifetime or timedelta()):
            return ((Decimal(1), miss),)
        shares = (self.hit_rate, hit), (1 - self.hit_rate, miss)
        return tuple((share, usage) for share, usage in shares if share)

    def _usage(self, call: Call, in_cache: int) -> Usage:
        """Split a call, all of which is repeated by the next one."""
        return self.use.usage(
            input_tokens=call.input, prefix=call.input, cached=in_cache, output=call.output
        )


def choose_cache(
    offer: Offer,
    rates: Rates,
    *,
    kind: CacheKind | Literal["none"] | None,
    ttl: Ttl | None,
    hit_rate: Decimal | None,
) -> SessionCache | Note:
    """Return the cache that a session uses, or the reason why it uses none.

    Unless *kind* says otherwise it is the one that guarantees hits, and else the implicit one. An
    explicit cache that is billed by the hour is for documents that many share, not for a history
    that grows with every turn.

    Raises:
        NoPriceError: there is no cache as it was asked for, or its rates are not known.
    """
    if kind == NO_CACHE:
        return reason("no_cache_requested")
    uses = [use for use in cache_uses(offer, rates) if not use.is_stored]
    of_kind = [use for use in uses if kind in (None, use.kind)]
    if not of_kind and kind is None and ttl is None:
        return reason("no_session_cache", offer=offer.name)
    if not of_kind:
        raise NoPriceError(
            f"{offer.name} has no {f'{kind} ' if kind else ''}cache that a session can use",
            hint="`tokencost models show` lists the caches of a model",
        )
    of_ttl = [use for use in of_kind if ttl in (None, use.ttl)]
    if not of_ttl:
        ttls = ", ".join(use.ttl for use in of_kind if use.ttl) or "none"
        raise NoPriceError(
            f"{offer.name} has no cache writes for {ttl}", hint=f"it has {ttls}: --cache-ttl"
        )
    use = max(of_ttl, key=lambda use: (bool(use.rule.guaranteed), use.kind == CacheKind.IMPLICIT))
    return SessionCache(use=use, assumed_hit_rate=hit_rate)
