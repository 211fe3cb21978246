"""Other models that would make the same calls for less."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from tokencost.costs.cache import cache_uses
from tokencost.errors import Failures, NoRateError, TokencostError
from tokencost.estimates.estimate import Estimator
from tokencost.estimates.results import Estimate, EstimateReport
from tokencost.pricing import Offer, find_conversion, offers_of
from tokencost.scenarios.cache import Cache
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.results import Alternative, Outcome, Savings, cheapest_guaranteed
from tokencost.scenarios.scenario import Context, price_baseline, price_variant, why_no_savings


def find_alternatives(
    savings: Savings, report: EstimateReport, options: ScenarioOptions
) -> tuple[Alternative, ...]:
    """Return the models that make the calls of *savings* for less, the cheapest first.

    Each is counted with its own tokenizer and has the use of its own cache where that is sure to
    hit. A model whose window is not recorded, or that has no price, is left out.

    Args:
        savings: the scenarios of the model to be replaced.
        report: the estimate that holds its prompts.
        options: how calls arrive, and how many alternatives are wanted.
    """
    estimator = Estimator(
        options=report.options, prices=report.prices, failures=Failures(strict=False)
    )
    prompts = [result.prompt for result in report.of(savings.offer)]
    limit = savings.cheapest_guaranteed.total
    cheaper: list[Alternative] = []
    for model in report.prices.models:
        for offer in offers_of(report.prices, model) if model.context or model.max_input else ():
            if offer.name == savings.offer.name:
                continue
            estimates = [estimator.estimate(prompt, offer) for prompt in prompts]
            results = [result for result in estimates if result is not None]
            if len(results) < len(prompts):
                continue
            outcome = _cheapest(results, report, options)
            cost = None if outcome is None else _converted(outcome, offer, savings, report)
            if outcome is not None and cost is not None and cost < limit:
                cheaper.append(Alternative(offer=offer, outcome=outcome, cost=cost))
    cheaper.sort(key=lambda alternative: (alternative.cost, alternative.offer.name))
    return tuple(cheaper[: options.alternatives])


def _cheapest(
    results: Sequence[Estimate], report: EstimateReport, options: ScenarioOptions
) -> Outcome | None:
    """Return the cheapest sure way of making the calls with another model, None without a price."""
    quoted = results[0].quote
    if quoted is None or why_no_savings(results) is not None:
        return None
    uses = cache_uses(quoted.offer, quoted.rates)
    if options.hit_rate is None and not any(use.rule.guaranteed for use in uses):
        options = replace(options, prefix=0)  # finding it takes longer than all the rest
    try:
        context = Context.of(results, report, options)
        workload = context.workload(results, report)
        variants = Cache().variants(workload, context)
        return cheapest_guaranteed(
            price_baseline(workload), [price_variant(variant, workload) for variant in variants]
        )
    except TokencostError:
        return None  # it cannot be compared


def _converted(
    outcome: Outcome, offer: Offer, savings: Savings, report: EstimateReport
) -> Decimal | None:
    """Return a cost in the currency of the model to be replaced, None without an exchange rate."""
    try:
        exchange = find_conversion(
            offer.currency,
            savings.offer.currency,
            day=report.price_date.day,
            given=report.options.exchange_rates,
            listed=report.prices.exchange_rates,
        )
    except NoRateError:
        return None
    return exchange.convert(outcome.total) if exchange else outcome.total
