"""Results of an estimate; every report and every budget reads these."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from tokencost.costs.cost import Cost
from tokencost.errors import Failure, UsageError
from tokencost.money import sum_exact
from tokencost.pricing import (
    STANDARD,
    Conversion,
    ExchangeRate,
    Offer,
    PriceDate,
    PriceTable,
    Quote,
)
from tokencost.tokenizers import TokenCount
from tokencost.usage import MOST_TOKENS, OutputTokens, Usage, Volume

if TYPE_CHECKING:  # imported when scenarios are asked for
    from tokencost.scenarios import Savings


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRange:
    """Cost of one call as expected, and the least and the most that both token bands allow.

    An end is None if some request of the band has no price, because it does not fit the window.
    """

    low: Cost | None
    expected: Cost
    high: Cost | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateOptions:
    """What an estimate is asked for, except the inputs and the models.

    *calls* is the number the second cost column is for; *price_date* None means the day of the
    price table. *thinking* asks for the rate of answers that were thought about. *tokenizer*
    replaces the model's own; "exact" refuses to estimate.
    """

    output: OutputTokens | None = None
    calls: int = 1000
    volume: Volume | None = None
    mode: str = STANDARD
    thinking: bool = False
    price_date: PriceDate | None = None
    site: str | None = None
    currency: str | None = None
    exchange_rates: tuple[ExchangeRate, ...] = ()
    tokenizer: str | None = None

    def __post_init__(self) -> None:
        """Reject a number of calls that is none."""
        if not 1 <= self.calls <= MOST_TOKENS:
            raise UsageError(
                f"the number of calls must be at least 1 and plausible, not {self.calls}",
                hint="pass --calls 1000",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One input with one model; *quote* and *cost* are None if it has no price.

    *usage* is that of the expected tokens.
    """

    input: str
    kind: str
    offer: Offer
    tokens: TokenCount
    usage: Usage
    output: OutputTokens
    quote: Quote | None
    cost: CostRange | None
    conversion: Conversion | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalCost:
    """Sums over several inputs; None as soon as one of them has no price."""

    low: Decimal | None
    expected: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateReport:
    """Answer of `estimate`: every input with every model, and what has no answer.

    `savings` holds the scenarios of each model, if they were asked for.
    """

    name: ClassVar[str] = "estimate"

    results: tuple[Estimate, ...]
    failures: tuple[Failure, ...]
    options: EstimateOptions
    price_date: PriceDate
    prices: PriceTable
    warnings: tuple[str, ...]
    savings: "tuple[Savings, ...]" = ()

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The models of the results, each once."""
        return tuple({result.offer.name: result.offer for result in self.results}.values())

    def of(self, offer: Offer) -> tuple[Estimate, ...]:
        """Return the results of one model."""
        return tuple(each for each in self.results if each.offer.name == offer.name)

    def total(self, offer: Offer) -> TotalCost:
        """Return the cost of one call with each input of *offer*."""
        return total_cost(self.of(offer))


def total_cost(results: Sequence[Estimate]) -> TotalCost:
    """Return the cost of one call each; *results* are of one model."""
    costs = [each.cost for each in results]
    return TotalCost(
        low=_sum(None if each is None else each.low for each in costs),
        expected=_sum(None if each is None else each.expected for each in costs),
        high=_sum(None if each is None else each.high for each in costs),
    )


def _sum(costs: Iterable[Cost | None]) -> Decimal | None:
    known = list(costs)
    priced = [each.total for each in known if each is not None]
    return sum_exact(priced) if len(priced) == len(known) else None
