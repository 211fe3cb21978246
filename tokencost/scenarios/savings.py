"""Savings: what the same work would cost in other ways."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tokencost.costs.cache import cache_uses
from tokencost.errors import NoRateError, TokencostError, UsageError
from tokencost.estimates.recount import Recounting, recounting
from tokencost.estimates.results import Estimate, EstimateOptions
from tokencost.inputs import Prompt
from tokencost.pricing import Offer, PriceDate, PriceTable, conversion, offers_of
from tokencost.scenarios import (
    Alternative,
    Prefix,
    PromptTokens,
    Savings,
    ScenarioOptions,
    Workload,
    explore,
)
from tokencost.scenarios.prefix import shared_prefix
from tokencost.scenarios.shorter import shorter_texts
from tokencost.usage import InputTokens

_NUMBERS = Prefix(
    tokens=None, basis="which part of the input comes again is not known: --prefix-tokens"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """The answers of one model, each with the input it is about."""

    results: Sequence[Estimate]
    inputs: Sequence[Prompt | InputTokens]


def savings(
    priced: Priced, *, options: EstimateOptions, price_date: PriceDate, what_if: ScenarioOptions
) -> Savings | None:
    """Return the scenarios of all inputs of one model together.

    None where there is nothing to compare with: an input has no price, its cached tokens were
    named already, or all of them are free.

    Raises:
        TokencostError: the prefix that was named is longer than an input, or cannot be counted.
    """
    first = priced.results[0]
    if first.quote is None or any(each.cost is None for each in priced.results):
        return None
    if any(each.usage.input != each.usage.uncached_input for each in priced.results):
        return None
    if not any(each.cost and each.cost.expected.total for each in priced.results):
        return None
    prompts = [each for each in priced.inputs if isinstance(each, Prompt)]
    counting = recounting(prompts, priced.results, options)
    prefix = _prefix(priced, counting, what_if)
    base = Workload(
        offer=first.offer,
        price_date=price_date,
        mode=options.mode,
        thinking=options.thinking,
        requests=tuple(
            PromptTokens(
                input=each.tokens.expected,
                prefix=min(prefix.tokens or 0, each.tokens.expected),
                output=each.output.expected,
            )
            for each in priced.results
        ),
        calls_per_prompt=options.calls,
    )
    return explore(
        base,
        rates=first.quote.rates,
        prefix=prefix,
        what_if=what_if,
        shorter=shorter_texts(base, counting, what_if),
    )


def alternatives(
    found: Savings,
    inputs: Sequence[Prompt | InputTokens],
    *,
    price: Callable[[Prompt | InputTokens, Offer], Estimate | None],
    options: EstimateOptions,
    price_date: PriceDate,
    prices: PriceTable,
) -> tuple[Alternative, ...]:
    """Return the models that do the work of *found* for less, the cheapest first.

    Each is counted with its own tokenizer and has the use of its own cache where that is certain.
    A model whose window is not recorded, or that has no price, is none of them.

    Args:
        found: the scenarios of the model to be replaced.
        inputs: its inputs.
        price: counts and prices one input for an offer.
        options: output, day, currency rates and the rest.
        price_date: when.
        prices: the table to look in.
    """
    what_if = replace(found.what_if, only=(), alternatives=0)
    limit = found.cheapest_guaranteed.total
    cheaper = []
    for model in prices.models:
        for offer in offers_of(prices, model) if model.context or model.max_input else ():
            results = [price(each, offer) for each in inputs]
            known = [each for each in results if each is not None]
            if offer.name == found.offer.name or len(known) < len(results):
                continue
            other = _other(Priced(results=known, inputs=inputs), options, price_date, what_if)
            cost = None if other is None else _converted(other, found, options, price_date, prices)
            if other is not None and cost is not None and cost < limit:
                cheaper.append(
                    Alternative(offer=offer, outcome=other.cheapest_guaranteed, cost=cost)
                )
    cheaper.sort(key=lambda each: (each.cost, each.offer.name))
    return tuple(cheaper[: found.what_if.alternatives])


def _other(
    priced: Priced, options: EstimateOptions, price_date: PriceDate, what_if: ScenarioOptions
) -> Savings | None:
    quoted = priced.results[0].quote
    if quoted is None:
        return None
    uses = cache_uses(quoted.offer, quoted.rates)
    if what_if.hit_rate is None and not any(each.rule.guaranteed for each in uses):
        what_if = replace(what_if, prefix=0)  # finding it takes longer than all the rest
    try:
        return savings(priced, options=options, price_date=price_date, what_if=what_if)
    except TokencostError:
        return None  # it cannot be compared


def _converted(
    other: Savings,
    found: Savings,
    options: EstimateOptions,
    price_date: PriceDate,
    prices: PriceTable,
) -> Decimal | None:
    try:
        how = conversion(
            other.offer.currency,
            found.offer.currency,
            day=price_date.day,
            given=options.exchange_rates,
            known=prices.exchange_rates,
        )
    except NoRateError:
        return None
    cost = other.cheapest_guaranteed.total
    return how.convert(cost) if how else cost


def _prefix(priced: Priced, counting: Recounting, what_if: ScenarioOptions) -> Prefix:
    if what_if.prefix is not None:
        for each in priced.results:
            if what_if.prefix > each.tokens.expected:
                raise UsageError(
                    f"a prefix of {what_if.prefix:,} tokens is longer than {each.input} "
                    f"({each.tokens.expected:,})",
                    hint="--prefix-tokens is the part that every call begins with",
                )
        return Prefix(tokens=what_if.prefix, basis="as you say")
    if len(counting.prompts) < len(priced.inputs):
        return _NUMBERS
    return shared_prefix(counting.prompts, count=counting.count, split=counting.split)
