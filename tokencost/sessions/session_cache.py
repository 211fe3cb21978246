"""The cache of a session: which tokens of its calls are read from it, and which are written."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from tokencost.costs.cache import CacheUse, cache_uses
from tokencost.errors import NoPriceError
from tokencost.money import format_exact
from tokencost.pricing import Offer, Rates
from tokencost.sessions.calls import Call
from tokencost.usage import CacheKind, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """A cache in use, and how likely a hit inside the lifetime of an entry is."""

    use: CacheUse
    hit_rate: Decimal

    def billed(self, call: Call) -> list[tuple[Decimal, Usage]]:
        """Return the usages of *call* with the share of calls that each is billed for."""
        miss = self._usage(call, 0)
        hit = self._usage(call, call.known)
        # An entry of unknown life does not outlast any pause.
        if hit.cache_read == 0 or call.gap > (self.use.lifetime or timedelta()):
            return [(Decimal(1), miss)]
        shares = [(self.hit_rate, hit), (1 - self.hit_rate, miss)]
        return [(share, usage) for share, usage in shares if share]

    def _usage(self, call: Call, known: int) -> Usage:
        """Split a call, all of which is repeated by the next one."""
        return self.use.usage(sent=call.input, prefix=call.input, known=known, output=call.output)


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
    uses = [each for each in cache_uses(offer, rates) if not each.is_stored]
    known = [each for each in uses if kind in (None, each.kind)]
    if not known:
        raise NoPriceError(
            f"{offer.name} has no {f'{kind} ' if kind else ''}cache that a session can use",
            hint="`tokencost models show` lists the caches of a model",
        )
    chosen = [each for each in known if ttl in (None, each.ttl)]
    if not chosen:
        ttls = ", ".join(each.ttl for each in known if each.ttl) or "none"
        raise NoPriceError(
            f"{offer.name} has no cache writes for {ttl}", hint=f"it has {ttls}: --cache-ttl"
        )
    use = max(
        chosen, key=lambda each: (bool(each.rule.guaranteed), each.kind == CacheKind.IMPLICIT)
    )
    reuse = Reuse(use=use, hit_rate=Decimal(1) if hit_rate is None else hit_rate)
    return reuse, [use.in_words, *_doubts(use, hit_rate)]


def _doubts(use: CacheUse, hit_rate: Decimal | None) -> list[str]:
    doubts = []
    if hit_rate is not None:
        doubts.append(f"{format_exact(hit_rate)} of the turns are hits, as you assume")
    elif not use.rule.guaranteed:
        doubts.append(
            "every turn inside the lifetime is a hit, which its seller does not promise "
            "(--hit-rate)"
        )
    if use.lifetime is None:
        doubts.append("the lifetime is not published; after a pause nothing is left")
    return doubts
