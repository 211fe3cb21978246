"""The cheapest combination of variants."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product

from tokencost.costs.workload import PromptTokens, Workload, price_workload
from tokencost.errors import NoPriceError
from tokencost.pricing import Mode
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.results import Certainty, Content, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One choice: what it is called, and the work it turns another into.

    `is_stable` says that a cached beginning stays what it was.
    """

    name: str = ""
    mode: Mode | None = None
    at: Workload | None = None  # whose moment is taken
    cached: Workload | None = None  # whose cache, hits and hours are taken
    requests: tuple[PromptTokens, ...] | None = None
    is_stable: bool = True
    content: Content = Content.LOSSLESS
    certainty: Certainty = Certainty.GUARANTEED
    assumptions: tuple[str, ...] = ()

    def applied(self, work: Workload) -> Workload:
        """Return *work* done in this way as well."""
        changes: dict[str, object] = {}
        if self.mode is not None:
            changes["mode"] = self.mode
        if self.at is not None:
            changes["price_date"] = self.at.price_date
        if self.cached is not None:
            changes |= {name: getattr(self.cached, name) for name in ("cache", "hits", "hours")}
        if self.requests is not None:
            changes["requests"] = self.requests
        return replace(work, **changes)  # type: ignore[arg-type]


NONE = Variant()
_BATCH = timedelta(days=1)  # that the answers may take


def cheapest(
    base: Workload, choices: Sequence[Sequence[Variant]], options: ScenarioOptions
) -> Outcome:
    """Return the cheapest combination of one lever, or none, of each of *choices*.

    All of them are priced: no saving is derived from others. A text that begins otherwise than
    before is never combined with the caching of its beginning, and a batch only with a cache that
    outlives it.
    """
    best: Outcome | None = None
    for levers in product(*([NONE, *each] for each in choices)):
        used = [each for each in levers if each is not NONE]
        found = _combined(base, used) if _go_together(used, options) else None
        if found is not None and (best is None or found.total < best.total):
            best = found
    if best is None:
        raise NoPriceError(f"{base.offer.name} has no price", hint="see `tokencost models show`")
    return best


def survives_batch(work: Workload | None, options: ScenarioOptions) -> bool:
    """Say whether what the cache of *work* holds is there for as long as a batch may take."""
    lifetime = work.cache.lifetime if work and work.cache else None
    return options.hit_rate is not None or (lifetime is not None and lifetime >= _BATCH)


def _go_together(used: Sequence[Variant], options: ScenarioOptions) -> bool:
    caches = [each.cached for each in used if each.cached]
    if not caches:
        return True
    in_batch = any(each.mode for each in used)
    return all(each.is_stable for each in used) and (
        not in_batch or all(survives_batch(each, options) for each in caches)
    )


def _combined(base: Workload, used: Sequence[Variant]) -> Outcome | None:
    work = base
    for lever in used:
        work = lever.applied(work)
    try:
        found = price_workload(work)
    except NoPriceError:
        return None
    contents, certainties = list(Content), list(Certainty)
    return Outcome(
        id="best",
        name=" + ".join(each.name for each in used) or "nothing",
        work=work,
        bill=found,
        certainty=max(
            (each.certainty for each in used), key=certainties.index, default=Certainty.GUARANTEED
        ),
        content=max((each.content for each in used), key=contents.index, default=Content.LOSSLESS),
        assumptions=tuple(dict.fromkeys(text for each in used for text in each.assumptions)),
    )
