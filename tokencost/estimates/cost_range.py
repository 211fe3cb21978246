"""The range of a cost: of every size that an input and its output may have, and of a month."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any

from tokencost.costs.cache import Marks
from tokencost.costs.cost import Cost, PricedUsage, month_cost, other_prices, price_request
from tokencost.errors import DoesNotFitError, NoPriceError
from tokencost.estimates.results import CostRange, Estimate, EstimateOptions, TotalCost
from tokencost.money import sum_of
from tokencost.notes import Note, assumed, warning
from tokencost.pricing import Offer, PriceDate, Tier, price_at
from tokencost.pricing.periods import notes_of_month
from tokencost.tokenizers import TokenCount
from tokencost.usage import InputTokens, OutputTokens
from tokencost.values import dataclass, replace

NO_MONTH = TotalCost(low=None, expected=None, high=None)
PricedSizes = dict[tuple[object, ...], dict[str, Any]]  # what an estimate has of its price, by size


def price_sizes(
    result: Estimate,
    size: InputTokens,
    options: EstimateOptions,
    price_date: PriceDate,
    priced: PricedSizes | None = None,
) -> Estimate:
    """Return *result*, which is counted, with its cost and the ends of that.

    Args:
        result: the counts of input and output.
        size: the expected input, and which part of it is cached.
        options: cache and the rest; *result* has the mode.
        price_date: picks the price.
        priced: what was found for sizes before, with these options on this day; it is added to.
            None if no other size is asked for.

    Raises:
        TokencostError: the expected size has no price, or is said to be cached as it cannot be.
    """
    priced = {} if priced is None else priced
    tokens, output = result.tokens, result.output
    key = (
        *(result.offer.name, result.mode, result.thinking, result.outputs),
        *(result.cache, result.cache_ttl, result.marked_ends),
        *(tokens.low, tokens.expected, tokens.high, output.low, output.expected, output.high),
        *(size.total, size.cached, size.cache, size.cache_ttl, *size.written.items()),
    )
    if key not in priced:
        priced[key] = _priced(result, size, options, price_date)
    return replace(result, **priced[key])


def _priced(
    result: Estimate, size: InputTokens, options: EstimateOptions, price_date: PriceDate
) -> dict[str, Any]:
    """Return the price of *result*, the ends of which are those of all prices that may hold."""
    is_input_alone = options.output is None and not result.output.high
    with_prices = _with_input_alone if is_input_alone else _with_output

    def priced(offer: Offer, start: PriceDate) -> dict[str, Any]:
        at = replace(result, offer=offer)
        return with_prices(at, size, _Sizes.of(at, start))

    values = priced(result.offer, price_date)
    for offer, start in other_prices(result.offer, price_date):
        try:
            other = priced(offer, start)["cost"]
        except NoPriceError:
            other = None
        values = {**values, "cost": _widened(values["cost"], other)}
    return values


def _widened(cost: CostRange, other: CostRange | None) -> CostRange:
    """Return *cost* with the ends of both; an end that one of them does not have is none."""
    costs = (cost, other) if other else ()
    lows = [one.low for one in costs if one.low]
    highs = [one.high for one in costs if one.high]
    return replace(
        cost,
        low=min(lows, key=_total) if len(lows) == 2 else None,
        high=max(highs, key=_total) if len(highs) == 2 else None,
    )


def _total(cost: Cost) -> Decimal:
    return cost.total


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sizes:
    """The prices of sizes of one request.

    *marks* are where its cache marks end as expected, *other_marks* where else they may end.
    """

    result: Estimate
    price_date: PriceDate
    marks: Marks = ()
    other_marks: tuple[Marks, ...] = ()

    @classmethod
    def of(cls, result: Estimate, price_date: PriceDate) -> "_Sizes":
        if not result.marked_ends:
            return cls(result=result, price_date=price_date)
        from tokencost.estimates.cache_marks import billed_marks  # few requests have any

        marks, others = billed_marks(result, price_at(result.offer, price_date).rates)
        return cls(result=result, price_date=price_date, marks=marks, other_marks=others)

    def price(
        self, size: InputTokens, output: int = 0, *, tier_output: int | None = None
    ) -> PricedUsage:
        return price_request(
            size,
            self.result.offer,
            output=output,
            price_date=self.price_date,
            mode=self.result.mode,
            outputs=self.result.outputs,
            cache=self.result.cache,
            cache_ttl=self.result.cache_ttl,
            marks=self.marks,
            thinking=self.result.thinking,
            tier_output=tier_output,
        )

    def cost(
        self,
        size: InputTokens,
        output: int,
        warnings: list[Note],
        *,
        tier_output: int | None = None,
    ) -> Cost | None:
        """Price a size within the range; one that does not fit is a warning, not a failure."""
        try:
            return self.price(size, output, tier_output=tier_output).cost
        except NoPriceError as error:
            warnings.append(
                warning(
                    "size_has_no_price",
                    input_tokens=size.total,
                    output_tokens=output,
                    error=error.message,
                )
            )
            return None

    def otherwise_marked(
        self, size: InputTokens, tokens: int, output: int, *, tier_output: int | None = None
    ) -> list[Cost]:
        """Price so many tokens with marks that end elsewhere than is expected."""
        size = replace(size, total=tokens)
        ways = (replace(self, marks=marks) for marks in self.other_marks)
        costs = (way.cost(size, output, [], tier_output=tier_output) for way in ways)
        return [cost for cost in costs if cost]


def _with_output(result: Estimate, size: InputTokens, prices: _Sizes) -> dict[str, Any]:
    output = result.output
    priced = prices.price(size, output.expected)
    warnings: list[Note] = []
    extremes = _extremes(result.tokens, output, priced.quote.price.rates.tiers)
    ends = [
        priced.cost
        if (tokens, output_tokens) == (result.tokens.expected, output.expected)
        else prices.cost(replace(size, total=tokens), output_tokens, warnings)
        for tokens, output_tokens in extremes
    ]
    if result.outputs > 1:
        priced, ends = _with_tier_of_each(result, size, prices, priced, ends)
    others = [cost for sizes in extremes for cost in prices.otherwise_marked(size, *sizes)]
    return _with_costs(result, priced, [*ends[:1], *others, *ends[1:]], warnings)


def _with_tier_of_each(
    result: Estimate,
    size: InputTokens,
    prices: _Sizes,
    priced: PricedUsage,
    ends: list[Cost | None],
) -> tuple[PricedUsage, list[Cost | None]]:
    """Add what several outputs cost in the tier of each of them, not of all: nobody says which."""
    tiers, outputs = priced.quote.price.rates.tiers, result.outputs
    costs: list[Cost] = []
    others: list[Cost] = []
    for tokens, output in _extremes(result.tokens, result.output, tiers, outputs=outputs):
        tier = -(-output // outputs)
        cost = prices.cost(replace(size, total=tokens), output, [], tier_output=tier)
        costs += [cost] if cost and cost not in ends else []
        others += prices.otherwise_marked(size, tokens, output, tier_output=tier)
    if not costs:
        return priced, ends
    notes = (*priced.quote.assumptions, assumed("tier_of_all_outputs", outputs=outputs))
    priced = replace(priced, quote=replace(priced.quote, assumptions=notes))
    return priced, [ends[0], *costs, *others, *ends[1:]]


def _with_input_alone(result: Estimate, size: InputTokens, prices: _Sizes) -> dict[str, Any]:
    """Price the input alone; an output that nobody knows may pick the tier: the dearest one."""
    tiers = price_at(result.offer, prices.price_date).rates.tiers
    outputs = _first_outputs(tiers)
    plain = dearest = prices.price(size)
    tier_output = 0
    for output in outputs[1:]:
        with suppress(DoesNotFitError):  # an output that leaves no room picks no tier
            priced = prices.price(size, tier_output=output)
            if priced.cost.total > dearest.cost.total:
                dearest, tier_output = priced, output
    warnings: list[Note] = []
    ends: list[Cost | None] = []
    others: list[Cost] = []
    for tokens, output in _extremes(result.tokens, OutputTokens(high=outputs[-1]), tiers):
        beside: list[Note] = []
        if (tokens, output) == (size.total, 0):
            cost: Cost | None = plain.cost
        else:
            cost = prices.cost(replace(size, total=tokens), 0, beside, tier_output=output)
        if cost or not output:
            ends.append(cost)
            warnings += beside
        others += prices.otherwise_marked(size, tokens, 0, tier_output=output)
    if tier_output:
        notes = (*dearest.quote.assumptions, assumed("tier_of_unknown_output"))
        dearest = replace(dearest, quote=replace(dearest.quote, assumptions=notes))
    ends = [*ends[:1], *others, *ends[1:]]
    return {**_with_costs(result, dearest, ends, warnings), "tier_output": tier_output}


def _with_costs(
    result: Estimate, priced: PricedUsage, ends: Sequence[Cost | None], warnings: Sequence[Note]
) -> dict[str, Any]:
    """Return the price of *result*; *ends* are the costs of the range, the least size first."""
    is_open = result.tokens.high is None
    costs = sorted((priced.cost, *filter(None, ends)), key=_total)
    return {
        "usage": priced.usage,
        "quote": priced.quote,
        "cost": CostRange(
            low=costs[0] if ends[0] else None,
            expected=priced.cost,
            high=costs[-1] if ends[-1] and not is_open else None,
        ),
        # Of an open range nobody asked whether its largest tiers have a price.
        "warnings": (*priced.quote.warnings, *(() if is_open else warnings)),
    }


def _first_outputs(tiers: Sequence[Tier]) -> list[int]:
    """Return the outputs from which on another tier may hold, 0 the first of them."""
    starts = {tier.output_from for tier in tiers} | {
        None if tier.output_to is None else tier.output_to + 1 for tier in tiers
    }
    return sorted({0, *(start for start in starts if start is not None)})


def _extremes(
    tokens: TokenCount, output: OutputTokens, tiers: Sequence[Tier], *, outputs: int = 1
) -> list[tuple[int, int]]:
    """Return sizes among which are the cheapest and the dearest request of both ranges.

    Within a tier a larger request costs more, so that the ends of the ranges are enough; from one
    tier to the next it may cost less. The least size comes first, the largest one last; an open
    range ends behind the last border of a tier. Tiers are those of one of so many *outputs*.
    """
    borders = [border for tier in tiers for border in (tier.input_from, tier.input_to) if border]
    most = max(tokens.expected, *borders, 0) if tokens.high is None else tokens.high
    inputs, all_outputs = {tokens.low, most}, {output.low, output.high}
    for tier in tiers:
        inputs |= _borders(inputs, tier.input_from, tier.input_to)
        all_outputs |= _borders(all_outputs, tier.output_from, tier.output_to, times=outputs)
    if len(inputs) > 2 or len(all_outputs) > 2:
        return list(product(sorted(inputs), sorted(all_outputs)))
    return list(dict.fromkeys([(tokens.low, output.low), (most, output.high)]))


def _borders(sizes: set[int], start: int | None, end: int | None, *, times: int = 1) -> set[int]:
    """Return the last size before and the first within or after a tier, inside the range."""
    lasts = [last for last in (start and start - 1, end) if last is not None]
    beside = [size for last in lasts for size in (last * times, last * times + 1)]
    return {size for size in beside if min(sizes) < size < max(sizes)}


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
    """Yield for each model, by name, what its month consists of, if not of days that cost alike."""
    offers = {result.offer.name: result.offer for result in results} if options.volume else {}
    for name, offer in offers.items():
        yield from ((name, note) for note in notes_of_month(offer, price_date))


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
