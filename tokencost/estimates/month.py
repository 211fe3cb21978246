"""What a month costs: the calls of a volume, spread over the 30 days from the price date on."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import partial

from tokencost.costs.cost import Cost, month_cost
from tokencost.estimates.cost_range import price_sizes
from tokencost.estimates.results import (
    CostRange,
    Estimate,
    EstimateOptions,
    TotalCost,
)
from tokencost.money import sum_of
from tokencost.notes import Note, assumed
from tokencost.pricing import PriceDate
from tokencost.pricing.quote import month_spans
from tokencost.usage import InputTokens

NO_MONTH = TotalCost(low=None, expected=None, high=None)


def cost_of_month(
    results: Iterable[Estimate], options: EstimateOptions, price_date: PriceDate
) -> TotalCost:
    """Return what the volume of a month costs, of each result, as expected and at both ends.

    All is None without a volume, or where a day of the month has no price; an end is None where
    that of a call is.
    """
    if options.volume is None:
        return NO_MONTH
    calls = options.volume.per_month
    months = [_month(result, options, price_date, calls) for result in results]
    if not months:
        return NO_MONTH
    return TotalCost(
        low=sum_of(month.low for month in months),
        expected=sum_of(month.expected for month in months),
        high=sum_of(month.high for month in months),
    )


def month_notes(
    results: Iterable[Estimate], options: EstimateOptions, price_date: PriceDate
) -> Iterator[tuple[str, Note]]:
    """Yield for each model, by name, on which day its price changes within the month."""
    offers = {result.offer.name: result.offer for result in results} if options.volume else {}
    for name, offer in offers.items():
        first, *others = month_spans(offer, price_date)
        for start, _ in others:
            is_known = offer.price_on(start.day) is not None
            code = "month_of_two_prices" if is_known else "month_without_price"
            yield name, assumed(code, day=start.day, first=first[0].day)


def price_from(result: Estimate, start: PriceDate, options: EstimateOptions) -> Estimate:
    """Return *result*, which was priced before, with the price that holds from *start* on.

    Raises:
        NoPriceError: there is none.
    """
    size = InputTokens(total=result.tokens.expected)
    if isinstance(result.prompt, InputTokens):
        size = result.prompt
    return price_sizes(result, size, options, start)


def _month(
    result: Estimate, options: EstimateOptions, price_date: PriceDate, calls: Decimal
) -> TotalCost:
    if result.cost is None:
        return NO_MONTH
    costs: dict[PriceDate, CostRange | None] = {price_date: result.cost}

    def cost_at(start: PriceDate, *, end: str) -> Decimal | None:
        if start not in costs:
            costs[start] = price_from(result, start, options).cost
        cost: Cost | None = getattr(costs[start], end)
        return None if cost is None else cost.total

    low, expected, high = (
        month_cost(partial(cost_at, end=end), result.offer, price_date, calls)
        for end in ("low", "expected", "high")
    )
    return TotalCost(low=low, expected=expected, high=high)
