"""Savings of an estimate: what the same calls would cost in other ways."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from tokencost.costs.cache import cache_uses
from tokencost.costs.workload import PromptTokens, Workload
from tokencost.errors import Failure, Failures, NoRateError, TokencostError, UsageError
from tokencost.estimates.estimate import Estimator
from tokencost.estimates.results import Estimate, EstimateReport
from tokencost.inputs import Prompt
from tokencost.notes import Note, reason
from tokencost.pricing import Offer, conversion, offers_of
from tokencost.reports import Report
from tokencost.scenarios.explore import explore
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.prefix import Prefix, shared_prefix
from tokencost.scenarios.recount import Recounting, recounting
from tokencost.scenarios.results import Alternative, Savings
from tokencost.scenarios.shorter import shorter_texts

_NUMBERS = Prefix(
    tokens=None, basis="which part of the input comes again is not known: --prefix-tokens"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSavings:
    """A model without scenarios, and the reason why."""

    offer: Offer
    reason: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingsReport(Report):
    """Report of `savings`: for every model of an estimate its scenarios, or why it has none.

    `failures` are those of the estimate, followed by those of the scenarios.
    """

    name: ClassVar[str] = "savings"

    estimate: EstimateReport
    models: tuple[Savings | NoSavings, ...]
    failures: tuple[Failure, ...]
    options: ScenarioOptions

    @property
    def savings(self) -> tuple[Savings, ...]:
        """The models that have scenarios."""
        return tuple(model for model in self.models if isinstance(model, Savings))


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
    """
    failures = Failures(strict=strict)
    options = options or ScenarioOptions()
    models: list[Savings | NoSavings] = []
    for offer in report.offers:
        results = report.of(offer)
        if (why_not := _why_not(results)) is not None:
            models.append(NoSavings(offer=offer, reason=why_not))
            continue
        with failures.kept_of(offer.model.name):
            found = _savings(results, report, options)
            if options.alternatives:
                found = replace(found, alternatives=_alternatives(found, report))
            models.append(found)
    return SavingsReport(
        estimate=report,
        models=tuple(models),
        failures=(*report.failures, *failures.kept),
        options=options,
    )


def _why_not(results: Sequence[Estimate]) -> Note | None:
    """Return why there is nothing to compare other ways with, None if there is."""
    costs = [result.cost for result in results if result.cost is not None]
    if len(costs) < len(results):
        return reason("no_price_to_save_on")
    if any(result.usage.input != result.usage.uncached_input for result in results):
        return reason("cache_given_already")
    if not any(cost.expected.total for cost in costs):
        return reason("nothing_to_pay")
    return None


def _savings(
    results: Sequence[Estimate], report: EstimateReport, options: ScenarioOptions
) -> Savings:
    """Return the scenarios of all *results* of one model together.

    Raises:
        TokencostError: the prefix that was given is longer than an input, or cannot be counted.
    """
    first = results[0]
    if first.quote is None:
        raise ValueError(f"{first.input} has no price")
    prompts = [result.prompt for result in results if isinstance(result.prompt, Prompt)]
    counting = recounting(prompts, results, report.options)
    prefix = _prefix(results, counting, options)
    base = Workload(
        offer=first.offer,
        price_date=report.price_date,
        mode=report.options.mode,
        thinking=report.options.thinking,
        requests=tuple(
            PromptTokens(
                input=result.tokens.expected,
                prefix=min(prefix.tokens or 0, result.tokens.expected),
                output=result.output.expected,
            )
            for result in results
        ),
        calls_per_prompt=report.options.calls,
    )
    return explore(
        base,
        rates=first.quote.rates,
        prefix=prefix,
        options=options,
        shorter=shorter_texts(base, counting, options),
    )


def _alternatives(found: Savings, report: EstimateReport) -> tuple[Alternative, ...]:
    """Return the models that do the same calls for less, the cheapest first.

    Each is counted with its own tokenizer and has the use of its own cache where that is certain.
    A model whose window is not recorded, or that has no price, is left out.
    """
    estimator = Estimator(
        options=report.options, prices=report.prices, failures=Failures(strict=False)
    )
    prompts = [result.prompt for result in report.of(found.offer)]
    limit = found.cheapest_guaranteed.total
    cheaper = []
    for model in report.prices.models:
        for offer in offers_of(report.prices, model) if model.context or model.max_input else ():
            if offer.name == found.offer.name:
                continue
            results = [estimator.estimate(prompt, offer) for prompt in prompts]
            priced = [result for result in results if result is not None]
            if len(priced) < len(results):
                continue
            other = _other(priced, report, found.options)
            cost = None if other is None else _converted(other, found, report)
            if other is not None and cost is not None and cost < limit:
                cheaper.append(
                    Alternative(offer=offer, outcome=other.cheapest_guaranteed, cost=cost)
                )
    cheaper.sort(key=lambda alternative: (alternative.cost, alternative.offer.name))
    return tuple(cheaper[: found.options.alternatives])


def _other(
    results: Sequence[Estimate], report: EstimateReport, options: ScenarioOptions
) -> Savings | None:
    quoted = results[0].quote
    if quoted is None or _why_not(results) is not None:
        return None
    options = replace(options, only=(), alternatives=0)
    uses = cache_uses(quoted.offer, quoted.rates)
    if options.hit_rate is None and not any(use.rule.guaranteed for use in uses):
        options = replace(options, prefix=0)  # finding it takes longer than all the rest
    try:
        return _savings(results, report, options)
    except TokencostError:
        return None  # it cannot be compared


def _converted(other: Savings, found: Savings, report: EstimateReport) -> Decimal | None:
    try:
        how = conversion(
            other.offer.currency,
            found.offer.currency,
            day=report.price_date.day,
            given=report.options.exchange_rates,
            known=report.prices.exchange_rates,
        )
    except NoRateError:
        return None
    cost = other.cheapest_guaranteed.total
    return how.convert(cost) if how else cost


def _prefix(results: Sequence[Estimate], counting: Recounting, options: ScenarioOptions) -> Prefix:
    if options.prefix is not None:
        for result in results:
            if options.prefix > result.tokens.expected:
                raise UsageError(
                    f"a prefix of {options.prefix:,} tokens is longer than {result.input} "
                    f"({result.tokens.expected:,})",
                    hint="--prefix-tokens is the part that every call begins with",
                )
        return Prefix(tokens=options.prefix, basis="as you say")
    if len(counting.prompts) < len(results):
        return _NUMBERS
    return shared_prefix(counting.prompts, count=counting.count, split=counting.split)
