"""All scenarios of one model over all inputs together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tokencost.costs.workload import PromptTokens, Workload, price_workload
from tokencost.errors import NoPriceError, UsageError
from tokencost.pricing import Mode, Rates
from tokencost.scenarios.cache import caching, cheapest_of, reordered
from tokencost.scenarios.combination import Variant, cheapest, survives_batch
from tokencost.scenarios.modes import batch, off_peak
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.prefix import Prefix
from tokencost.scenarios.price_thresholds import find_price_thresholds
from tokencost.scenarios.results import BreakEven, Certainty, Content, Outcome, Savings

BASELINE = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShorterPrompt:
    """The same requests with fewer tokens; `is_stable` if they still begin as they did."""

    id: str
    name: str
    requests: tuple[PromptTokens, ...]
    content: Content
    is_stable: bool
    certainty: Certainty = Certainty.GUARANTEED
    reason: str = ""
    assumptions: tuple[str, ...] = ()


def explore(
    base: Workload,
    *,
    rates: Rates,
    prefix: Prefix,
    options: ScenarioOptions,
    shorter: Sequence[ShorterPrompt] = (),
) -> Savings:
    """Return what *base* would cost in every other way.

    Args:
        base: the work as it is, without a cache.
        rates: of its first call.
        prefix: what its requests share.
        options: how calls arrive, and which scenarios are wanted.
        shorter: what transforms of the texts have brought.

    Raises:
        NoPriceError: the work itself has no price.
        UsageError: none of the scenarios has one of the ids that are wanted.
    """
    baseline = Outcome(id=BASELINE, name="as it is", work=base, bill=price_workload(base))
    cached = list(caching(base, rates, prefix, options))
    by_batch, by_hour = batch(base), off_peak(base)
    written = [_shorter(base, each) for each in shorter]
    outcomes = [
        *cached,
        *reordered(base, rates, prefix, options),
        *written,
        by_batch,
        *_batch_and_cache(by_batch, cached, options),
        *([by_hour] if by_hour else []),
    ]
    best = cheapest(base, _levers(cached, written, by_batch, by_hour), options)
    wanted = [each for each in outcomes if _is_wanted(each, options)]
    if not wanted:
        raise UsageError(
            f"{base.offer.name} has no scenario {' or '.join(options.only)}",
            hint=f"it has {', '.join(each.id for each in outcomes)}",
        )
    return Savings(
        offer=base.offer,
        options=options,
        prefix=prefix,
        baseline=baseline,
        outcomes=tuple(wanted),
        best=best,
        limits=_binding(best, cached),
        warnings=tuple(find_price_thresholds(base, rates, prefix)),
    )


def _levers(
    cached: Sequence[Outcome],
    written: Sequence[Outcome],
    by_batch: Outcome,
    by_hour: Outcome | None,
) -> list[list[Variant]]:
    """Return what may be combined: of each kind those that are sure."""
    return [
        [_lever(each, cached=each.work) for each in cached if _is_sure(each)],
        [
            _lever(each, requests=each.work and each.work.requests)
            for each in written
            if _is_sure(each)
        ],
        [_lever(by_batch, mode=Mode.BATCH)] if by_batch.applies else [],
        [_lever(by_hour, at=by_hour.work)] if by_hour and by_hour.applies else [],
    ]


def _is_wanted(outcome: Outcome, options: ScenarioOptions) -> bool:
    return not options.only or any(
        outcome.id == each or outcome.id.startswith(f"{each}-") for each in options.only
    )


def _is_sure(outcome: Outcome) -> bool:
    """Say whether nobody has to hope for *outcome*, or to give anything up for it."""
    return (
        outcome.applies
        and outcome.certainty is not Certainty.POSSIBLE
        and outcome.content is Content.LOSSLESS
    )


def _lever(outcome: Outcome, **how: Any) -> Variant:
    return Variant(
        name=outcome.name,
        certainty=outcome.certainty,
        content=outcome.content,
        is_stable=outcome.is_stable,
        assumptions=outcome.assumptions,
        **how,
    )


def _shorter(base: Workload, shorter: ShorterPrompt) -> Outcome:
    outcome = Outcome(
        id=shorter.id,
        name=shorter.name,
        reason=shorter.reason,
        content=shorter.content,
        certainty=shorter.certainty,
        is_stable=shorter.is_stable,
        assumptions=shorter.assumptions,
    )
    if shorter.reason:
        return outcome
    work = replace(base, requests=shorter.requests)
    return replace(outcome, work=work, bill=price_workload(work))


def _batch_and_cache(
    by_batch: Outcome, cached: Sequence[Outcome], options: ScenarioOptions
) -> Iterable[Outcome]:
    """Yield the cheapest batch with a cache; the price list says how the two stack."""
    if by_batch.bill is None or not any(each.applies for each in cached):
        return
    found = [_in_batch(each, options) for each in cached if each.work]
    best = cheapest_of(found)
    if best is None:
        yield found[0]
    elif best.bill and best.bill.total >= by_batch.bill.total:
        reason = "a batch costs no less with the cache"
        yield Outcome(id="batch-cache", name=best.name, reason=reason)
    else:
        yield replace(best, assumptions=(*by_batch.assumptions, *best.assumptions))


def _in_batch(cached: Outcome, options: ScenarioOptions) -> Outcome:
    """Return caching within a batch, whose calls nobody knows to be made within the life."""
    outcome = replace(
        cached,
        id="batch-cache",
        name=f"batch + {cached.name}",
        work=None,
        bill=None,
        worst_case=None,
        break_even=BreakEven(),
        certainty=cached.certainty if survives_batch(cached.work, options) else Certainty.POSSIBLE,
    )
    if cached.work is None:
        return outcome
    work = replace(cached.work, mode=Mode.BATCH)
    try:
        found = price_workload(work)
        floor = price_workload(replace(work, hits=Decimal()))
    except NoPriceError as error:
        return replace(outcome, reason=str(error))
    is_sure = outcome.certainty is not Certainty.POSSIBLE
    return replace(outcome, work=work, bill=found, worst_case=None if is_sure else floor)


def _binding(best: Outcome, cached: Sequence[Outcome]) -> tuple[str, ...]:
    """Say what stands in the way of saving more."""
    if best.bill is None or best.work is None:
        return ()
    reasons = []
    if best.work.mode == Mode.BATCH:
        reasons.append("answers of a batch may take up to a day")
    hoped = [each for each in cached if each.bill and each.certainty is Certainty.POSSIBLE]
    cheaper = min(hoped, key=lambda each: each.total, default=None)
    if cheaper and best.work.cache is None:
        reasons.append(f"{cheaper.name} is left out: its hits are not promised")
    elif cached and not any(each.applies for each in cached):
        reasons.append(f"{cached[0].name}: {cached[0].reason}")
    return tuple(reasons)
