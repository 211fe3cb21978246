"""Savings of an estimate: what the same calls would cost in other ways, and beyond thresholds."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tokencost.costs.cache import Certainty, PromptTokens, cache_uses
from tokencost.costs.workload import Workload, price_workload
from tokencost.errors import Failures, NoPriceError, UsageError
from tokencost.estimates.results import EstimateOptions, EstimateReport
from tokencost.money import Money, divide
from tokencost.notes import Note, reason, warning
from tokencost.pricing import price_at
from tokencost.pricing.rates import RateCard
from tokencost.scenarios.batch import Batch, BatchCache, OffPeak, hours_of, is_cheap
from tokencost.scenarios.cache import Cache, CacheOff, Reorder
from tokencost.scenarios.combination import Choice, cheapest_combination
from tokencost.scenarios.compress import Compress, Lossy
from tokencost.scenarios.options import ScenarioOptions, is_one_of
from tokencost.scenarios.results import (
    Content,
    NoSavings,
    Outcome,
    Savings,
    SavingsReport,
    cheapest_guaranteed,
    is_slight,
    results_wait,
)
from tokencost.scenarios.scenario import (
    Axis,
    Context,
    Scenario,
    doubted,
    price_baseline,
    price_variant,
    why_no_savings,
)
from tokencost.usage import Volume

# In the order in which tables show them.
SCENARIOS: tuple[Scenario, ...] = (
    Cache(),
    CacheOff(),
    Reorder(),
    Compress(),
    Lossy(),
    Batch(),
    BatchCache(),
    OffPeak(),
)

_WAITING = frozenset({Axis.MODE, Axis.TIME})
_CLOSE = 10  # per cent of a threshold
_SOON = timedelta(days=45)


def savings(
    report: EstimateReport, options: ScenarioOptions | None = None, *, strict: bool = True
) -> SavingsReport:
    """Return what the calls of an estimate would cost in other ways, for each of its models.

    Args:
        report: what `estimate` returned.
        options: how calls arrive, and which scenarios are wanted.
        strict: raise the first failure instead of reporting it.

    Raises:
        TokencostError: if *strict*, for the first model whose prompts the options do not fit.

    Examples:
        >>> report = tokencost.estimate("Summarize the report.", "gpt-4o", output_tokens=500)
        >>> tokencost.savings(report).savings[0].best_if_waiting.name
        'batch'
    """
    failures = Failures(strict=strict)
    options = _with_arrivals(options or ScenarioOptions(), report.options.volume)
    models: list[Savings | NoSavings] = []
    for offer in report.offers:
        results = report.of(offer)
        why_not = why_no_savings(results, report.price_date)
        if why_not is not None:
            models.append(NoSavings(offer=offer, reason=why_not))
            continue
        with failures.kept_of(offer.model.name):
            context = Context.of(results, report, options)
            model = explore(context.workload(results, report), context)
            model = replace(model, limits=(*model.limits, *_by_month(model, report.options)))
            if options.alternatives:
                from tokencost.scenarios.alternatives import find_alternatives

                alternatives = find_alternatives(model, report, options)
                model = replace(model, alternatives=alternatives)
            models.append(model)
    return SavingsReport(
        estimate=report,
        models=tuple(models),
        failures=(*report.failures, *failures.kept),
        options=options,
    )


def _by_month(model: Savings, options: EstimateOptions) -> Iterable[Note]:
    """Yield which cache costs less in a month than the best, which is that of the calls."""
    if options.volume is None:
        return
    calls = options.volume.per_month
    rows = [outcome for outcome in model.outcomes if outcome.is_cache and _is_sure(outcome)]
    months = [(model.per_month(outcome, calls), outcome.name) for outcome in rows]
    best = model.per_month(model.best, calls)
    priced = [(month, name) for month, name in months if month is not None]
    month, name = min(priced, default=(None, ""))
    if best is not None and month is not None and month < best:
        yield reason("cheaper_in_a_month", scenario=name, calls=options.call_count)
    if best is not None:
        yield from _cheaper_hours(model, calls, best)


def _cheaper_hours(model: Savings, calls: Decimal, best: Decimal) -> Iterable[Note]:
    """Yield what a month of cheap hours costs, if it begins on a day that has no others."""
    workload = model.best.workload
    if workload is None:
        return
    price_date = workload.price_date
    schedule = price_at(workload.offer, price_date).conditions.schedule
    if schedule is None or schedule.has_windows(price_date):
        return
    hour = next(hour for hour in hours_of(schedule) if is_cheap(schedule, hour))
    cheap = replace(workload, price_date=replace(price_date, clock=hour, offset=schedule.offset))
    month = model.per_month(replace(model.best, workload=cheap), calls)
    if month is not None and month < best:
        money = Money(amount=month, currency=workload.offer.currency)
        yield reason("cheaper_hours_in_a_month", schedule=schedule, month=money)


def _with_arrivals(options: ScenarioOptions, volume: Volume | None) -> ScenarioOptions:
    """Return *options* with calls arriving as often as *volume* says, unless they say it."""
    if volume is None or options.calls_per_hour is not None:
        return options
    return replace(options, calls_per_hour=volume.per_hour)


def explore(
    workload: Workload, context: Context, scenarios: Sequence[Scenario] = SCENARIOS
) -> Savings:
    """Return what *workload* would cost in every other way.

    Raises:
        NoPriceError: the workload itself has no price.
        UsageError: none of the scenarios has one of the ids that are wanted.
    """
    baseline = price_baseline(workload)
    outcomes: list[Outcome] = []
    sure: list[Choice] = []
    for scenario in scenarios:
        for variant in scenario.variants(workload, context):
            variant = doubted(variant, context)
            outcomes.append(price_variant(variant, workload))
            if _is_sure(outcomes[-1]) and _is_worth_it(outcomes[-1], scenario, baseline):
                sure.append(Choice(axes=scenario.axes, variant=variant))
    at_once = [choice for choice in sure if not choice.axes & _WAITING]
    best = cheapest_combination(workload, at_once, context.options)
    best_if_waiting = cheapest_combination(workload, sure, context.options)
    wanted = [outcome for outcome in outcomes if context.options.select(outcome.id)]
    if not wanted:
        raise UsageError(
            f"{workload.offer.name} has no scenario {' or '.join(context.options.only)}",
            hint=f"it has {', '.join(outcome.id for outcome in outcomes)}",
        )
    return Savings(
        offer=workload.offer,
        prefix=context.prefix,
        baseline=baseline,
        outcomes=tuple(wanted),
        best=best,
        best_if_waiting=best_if_waiting,
        cheapest_guaranteed=cheapest_guaranteed(baseline, outcomes),
        repeats=context.repeats,
        limits=_limits(
            best,
            best_if_waiting,
            [outcome for outcome in outcomes if outcome.is_cache],
            repeats=context.repeats,
        ),
        warnings=tuple(_price_thresholds(workload, context)),
    )


def _is_sure(outcome: Outcome) -> bool:
    """Say whether nobody has to hope for *outcome*, or to give anything up for it."""
    return (
        outcome.applies
        and outcome.certainty is not Certainty.POSSIBLE
        and outcome.content is Content.LOSSLESS
    )


def _is_worth_it(outcome: Outcome, scenario: Scenario, baseline: Outcome) -> bool:
    """Say whether *outcome* may be part of the best: no text is changed for next to nothing."""
    cost = outcome.cost
    return Axis.REQUESTS not in scenario.axes or cost is None or not is_slight(baseline, cost)


def _limits(
    best: Outcome, waiting: Outcome, caches: Sequence[Outcome], *, repeats: bool
) -> tuple[Note, ...]:
    """Return what stands in the way of saving more."""
    limits = []
    if waiting.delay:
        limits.append(results_wait(waiting.delay))
    possible = [
        outcome for outcome in caches if outcome.applies and outcome.certainty is Certainty.POSSIBLE
    ]
    cheapest = min(possible, key=lambda outcome: outcome.total, default=None)
    if cheapest and cheapest.total < best.total:
        code = "cache_not_counted_on" if repeats else "repetition_not_named"
        limits.append(reason(code, scenario=cheapest.name))
    elif caches and not any(outcome.applies for outcome in caches):
        first = caches[0]
        if first.reason is not None:
            limits.append(replace(first.reason, about=first.name))
    return tuple(limits)


def _price_thresholds(workload: Workload, context: Context) -> Iterable[Note]:
    """Yield what lies within a tenth of a threshold, or changes within 45 days."""
    price = price_at(workload.offer, workload.price_date)
    starts = {tier.input_from for tier in price.rates.tiers}
    starts |= {tier.input_to and tier.input_to + 1 for tier in price.rates.tiers}
    thresholds = sorted(filter(None, starts))
    for request in dict.fromkeys(workload.requests):
        for threshold in thresholds:
            yield from _tier(workload, request, threshold)
        yield from _output_tiers(workload, request, price.rates)
    tokens = context.prefix.tokens or 0
    uses = cache_uses(workload.offer, context.rates)
    for minimum in sorted({use.rule.min_tokens or 0 for use in uses}):
        if tokens < minimum <= context.count_range.most(tokens):
            continue  # it may be cached as it is, which its rows say
        if minimum and 0 < minimum - tokens <= minimum * _CLOSE // 100:
            yield warning("prefix_almost_cacheable", tokens=minimum - tokens, minimum=minimum)
        elif minimum and 0 <= tokens - minimum <= minimum * _CLOSE // 100:
            yield warning("prefix_barely_cacheable", tokens=tokens - minimum + 1, minimum=minimum)
    yield from _windows(workload)
    last = price.validity.last
    if last and last - workload.price_date.day <= _SOON:
        yield _next_price(workload, last + timedelta(days=1))


def _windows(workload: Workload) -> Iterable[Note]:
    """Yield a warning for each request that fills a window to nine tenths or more."""
    model = workload.offer.model
    for request in dict.fromkeys(workload.requests):
        for size, window in (
            (request.input + -(-request.output // request.outputs), model.context),
            (request.input, model.max_input),
        ):
            if window and (window - size) * 100 <= window * _CLOSE:
                yield warning("window_almost_full", tokens=window - size, window=window)


def _tier(workload: Workload, request: PromptTokens, threshold: int) -> Iterable[Note]:
    """Yield a warning if *request* is just beyond the threshold of a tier, or just below it."""
    over = request.input - threshold + 1
    if over > 0 and over * 100 <= threshold * _CLOSE:
        yield warning(
            "tier_just_exceeded",
            tokens=request.input,
            over=over,
            largest=threshold - 1,
            cheaper=_call_cost(workload, request.resized(threshold - 1)),
            cost=_call_cost(workload, request),
        )
    elif over <= 0 and (threshold - request.input) * 100 <= threshold * _CLOSE:
        yield warning(
            "next_tier_close",
            tokens=threshold - request.input,
            cost=_call_cost(workload, request.resized(threshold)),
        )


def _output_tiers(workload: Workload, request: PromptTokens, rates: RateCard) -> Iterable[Note]:
    """Yield a warning if the output is just beyond, or just within, a tier that holds the input."""
    if request.tier_output is not None or request.outputs > 1:
        return
    for last in dict.fromkeys(tier.output_to for tier in rates.tiers if tier.output_to):
        within, beyond = replace(request, output=last), replace(request, output=last + 1)
        of_within, of_beyond = (
            rates.tier_for(input_tokens=request.input, output_tokens=size.output)
            for size in (within, beyond)
        )
        if of_within == of_beyond or abs(request.output - last) * 100 > last * _CLOSE:
            continue
        if request.output > last:
            yield warning(
                "output_tier_just_exceeded",
                tokens=request.output,
                over=request.output - last,
                largest=last,
                cheaper=_call_cost(workload, within),
                cost=_call_cost(workload, request),
            )
        else:
            more, cost = beyond.output - request.output, _call_cost(workload, beyond)
            yield warning("next_output_tier_close", tokens=more, cost=cost)


def _call_cost(workload: Workload, request: PromptTokens) -> Money:
    call = replace(workload, requests=(request,), calls_per_prompt=1)
    return Money(amount=price_workload(call).total, currency=workload.offer.currency)


def _next_price(workload: Workload, day: date) -> Note:
    later = replace(workload, price_date=replace(workload.price_date, day=day))
    try:
        total = price_workload(later).total
    except NoPriceError:
        return warning("price_ends", day=day)
    cost = Money(amount=divide(total, later.calls), currency=workload.offer.currency)
    return warning("price_changes", day=day, cost=cost, inputs=len(workload.requests))


def check_ids(ids: Iterable[str]) -> None:
    """Raise UsageError for the first of *ids* that is not one of a scenario or its variants."""
    scenario_ids = [scenario.id for scenario in SCENARIOS]
    for id_ in ids:
        if not is_one_of(id_, scenario_ids):
            raise UsageError(
                f"unknown scenario {id_!r}", hint=f"known are {', '.join(scenario_ids)}"
            )
