"""Other models that would make the same calls for less."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from tokencost.costs.cache import cache_uses
from tokencost.errors import Failures, NoRateError, TokencostError
from tokencost.estimates.estimate import Estimator
from tokencost.estimates.results import Estimate, EstimateReport, total_cost
from tokencost.pricing import Offer, find_conversion, offers_of
from tokencost.scenarios.cache import Cache, CacheOff
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.results import Alternative, Outcome, Savings, cheapest_guaranteed
from tokencost.scenarios.scenario import Context, price_baseline, price_variant, why_no_savings
from tokencost.usage import NO_CACHE


def find_alternatives(
    savings: Savings, report: EstimateReport, options: ScenarioOptions
) -> tuple[Alternative, ...]:
    """Return the models that make the calls of *savings* for less, the cheapest first.

    With a volume that is less in a month, in which prices may change. Each is counted with its own
    tokenizer and has the use of its own cache where that is sure to hit. A model whose window is
    not recorded, or that has no price, is left out. As many as are wanted have a price; as many
    free ones may stand before them.

    Args:
        savings: the scenarios of the model to be replaced.
        report: the estimate that holds its prompts.
        options: how calls arrive, and how many alternatives are wanted.
    """
    own = report.of(savings.offer)
    # A cache that was asked for is one of the model to be replaced.
    cache = report.options.cache if report.options.cache == NO_CACHE else None
    report = replace(report, options=replace(report.options, cache=cache, cache_ttl=None))
    estimator = Estimator(
        options=report.options, prices=report.prices, failures=Failures(strict=False)
    )
    limit = _in_month(savings.cheapest_guaranteed, savings, report)
    is_of_month = limit is not None
    if limit is None:
        limit = savings.cheapest_guaranteed.total
    cheaper: list[tuple[Decimal, Alternative]] = []
    for model in report.prices.models:
        for offer in offers_of(report.prices, model) if model.context or model.max_input else ():
            if offer.name == savings.offer.name:
                continue
            estimates = [estimator.estimate(result.prompt, offer) for result in own]
            results = [result for result in estimates if result is not None]
            if len(results) < len(own):
                continue
            outcome = _cheapest(results, report, _scaled(options, own, results))
            alternative = _alternative(outcome, offer, savings, report) if outcome else None
            if alternative is None:
                continue
            cost = alternative.month if is_of_month else alternative.cost
            if cost is not None and cost < limit:
                has_range = total_cost(results).has_range
                cheaper.append((cost, replace(alternative, has_range=has_range)))
    alternatives = [one for _, one in sorted(cheaper, key=lambda one: (one[0], one[1].offer.name))]
    free = [alternative for alternative in alternatives if alternative.is_free]
    priced = [alternative for alternative in alternatives if not alternative.is_free]
    return (*free[: options.alternatives], *priced[: options.alternatives])


def _scaled(
    options: ScenarioOptions, own: Sequence[Estimate], others: Sequence[Estimate]
) -> ScenarioOptions:
    """Return *options* with a prefix of tokens of one model as that of another's tokens."""
    options = replace(options, ttl=None, only=())
    if options.prefix is None:
        return options
    before, after = (sum(result.tokens.expected for result in results) for results in (own, others))
    return replace(options, prefix=options.prefix * after // before if before else 0)


def _cheapest(
    results: Sequence[Estimate], report: EstimateReport, options: ScenarioOptions
) -> Outcome | None:
    """Return the cheapest sure way of making the calls with another model, None without a price."""
    quoted, why_not = results[0].quote, why_no_savings(results, report.price_date)
    is_free = why_not is not None and why_not.code == "nothing_to_pay"
    if quoted is None or (why_not is not None and not is_free):
        return None
    uses = cache_uses(quoted.offer, quoted.rates)
    if is_free or (options.hit_rate is None and not any(use.rule.guaranteed for use in uses)):
        options = replace(options, prefix=0)  # finding it takes longer than all the rest
    try:
        context = Context.of(results, report, options)
        workload = context.workload(results, report)
        variants = [
            variant
            for scenario in (Cache(), CacheOff())
            for variant in scenario.variants(workload, context)
        ]
        return cheapest_guaranteed(
            price_baseline(workload), [price_variant(variant, workload) for variant in variants]
        )
    except TokencostError:
        return None  # it cannot be compared


def _alternative(
    outcome: Outcome, offer: Offer, savings: Savings, report: EstimateReport
) -> Alternative | None:
    """Return a model with its cost in the currency of that to be replaced, None without a rate."""
    month = _in_month(outcome, savings, report)
    if not outcome.total and not month:
        return Alternative(
            offer=offer, outcome=outcome, cost=outcome.total, month=month, is_free=True
        )
    try:
        conversion = find_conversion(
            offer.currency,
            savings.offer.currency,
            day=report.price_date.day,
            given=report.options.exchange_rates,
            listed=report.prices.exchange_rates,
        )
    except NoRateError:
        return None
    return Alternative(
        offer=offer,
        outcome=outcome,
        cost=conversion.convert(outcome.total) if conversion else outcome.total,
        month=conversion.convert(month) if conversion and month is not None else month,
        conversion=conversion,
    )


def _in_month(outcome: Outcome, savings: Savings, report: EstimateReport) -> Decimal | None:
    """Return what the volume of a month costs, None without one or where a day has no price."""
    volume = report.options.volume
    return None if volume is None else savings.per_month(outcome, volume.per_month)
