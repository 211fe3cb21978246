"""The cheapest combination of variants, at most one for each axis."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import reduce

from tokencost.costs.cache import Certainty
from tokencost.costs.workload import Workload
from tokencost.errors import NoPriceError
from tokencost.scenarios.batch import outlives
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.results import Content, Outcome
from tokencost.scenarios.scenario import Axis, Variant, price_variant
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A variant, and what it changes."""

    axes: frozenset[Axis]
    variant: Variant


def cheapest_combination(
    workload: Workload, choices: Sequence[Choice], options: ScenarioOptions
) -> Outcome:
    """Return the cheapest combination of *choices*, or of none of them.

    All of them are priced: no saving is derived from others. A prompt that begins otherwise than
    before is never combined with the caching of its prefix, and what delays results only with a
    cache that outlives them.

    Raises:
        NoPriceError: the workload itself has no price.
    """
    best: Outcome | None = None
    for variants in _combinations(choices, tuple(Axis)):
        combined = _combined(variants)
        if not _goes_together(combined, combined.change(workload), options):
            continue
        outcome = price_variant(combined, workload)
        if outcome.applies and (best is None or outcome.total < best.total):
            best = outcome
    if best is None:
        raise NoPriceError(
            f"{workload.offer.name} has no price", hint="see `tokencost models show`"
        )
    return best


def _combinations(
    choices: Sequence[Choice], axes: tuple[Axis, ...]
) -> Iterator[tuple[Variant, ...]]:
    """Yield every choice of variants that change no axis twice, and none but *axes*."""
    if not axes:
        yield ()
        return
    first, *rest = axes
    yield from _combinations(choices, tuple(rest))
    for choice in choices:
        if first in choice.axes and choice.axes <= set(axes):
            free = tuple(axis for axis in rest if axis not in choice.axes)
            for variants in _combinations(choices, free):
                yield (choice.variant, *variants)


def _combined(variants: Sequence[Variant]) -> Variant:
    """Return one variant that makes the calls in all of these ways."""

    def change(workload: Workload) -> Workload:
        return reduce(lambda changed, variant: variant.change(changed), variants, workload)

    return Variant(
        id="best",
        name=" + ".join(variant.name for variant in variants) or "as it is",
        change=change,
        certainty=Certainty.least(variant.certainty for variant in variants),
        content=Content.least(variant.content for variant in variants),
        assumptions=tuple(
            dict.fromkeys(note for variant in variants for note in variant.assumptions)
        ),
        keeps_prefix=all(variant.keeps_prefix for variant in variants),
        delay=max((variant.delay for variant in variants), default=timedelta()),
    )


def _goes_together(combined: Variant, changed: Workload, options: ScenarioOptions) -> bool:
    """Say whether a cache, if one is to be hit, still holds what the calls begin with."""
    return (changed.cache is None or not changed.hits) or (
        combined.keeps_prefix and outlives(changed.cache, combined.delay, options)
    )
