"""What the estimator answers; every report and every budget reads these."""

from dataclasses import dataclass
from decimal import Decimal

from tokencost.costs import Cost
from tokencost.errors import TokencostError, UsageError
from tokencost.pricing import (
    STANDARD,
    Conversion,
    ExchangeRate,
    Moment,
    Offer,
    PriceTable,
    Quote,
)
from tokencost.tokenizers import TokenCount
from tokencost.usage import Usage
from tokencost.workload import OutputTokens, Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an input or a model has no answer, or an answer without a price."""

    error: TokencostError
    input: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The tokens of one input by one tokenizer; *model* is None if none was asked for."""

    input: str
    kind: str
    model: str | None
    tokens: TokenCount


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReport:
    """Answer of `count`; what could not be counted is in *failures*."""

    results: tuple[Counted, ...]
    failures: tuple[Failure, ...]
    prices: PriceTable | None
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRange:
    """Cost of one call as expected and at the low and high ends of both token counts.

    An end that has no price, because it does not fit the window, is None.
    """

    low: Cost | None
    expected: Cost
    high: Cost | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What an estimate is asked for, except the inputs and the models.

    *calls* is the number the second cost column is for; *moment* None means the day of the
    price table. *tokenizer* replaces the model's own; "exact" refuses to estimate.
    """

    output: OutputTokens | None = None
    calls: int = 1000
    volume: Volume | None = None
    mode: str = STANDARD
    moment: Moment | None = None
    site: str | None = None
    currency: str | None = None
    exchange_rates: tuple[ExchangeRate, ...] = ()
    tokenizer: str | None = None

    def __post_init__(self) -> None:
        """Reject a number of calls that is none."""
        if self.calls < 1:
            raise UsageError(
                f"the number of calls must be at least 1, not {self.calls}",
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
class EstimateReport:
    """Answer of `estimate`: every input with every model, and what has no answer."""

    results: tuple[Estimate, ...]
    failures: tuple[Failure, ...]
    request: Request
    moment: Moment
    prices: PriceTable
    warnings: tuple[str, ...]

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The models of the results, each once."""
        return tuple({result.offer.name: result.offer for result in self.results}.values())

    def of(self, offer: Offer) -> tuple[Estimate, ...]:
        """Return the results of one model."""
        return tuple(each for each in self.results if each.offer.name == offer.name)

    def total(self, offer: Offer) -> Decimal | None:
        """Return the expected cost of one call with each input, None if one has no price."""
        total = Decimal()
        for each in self.of(offer):
            if each.cost is None:
                return None
            total += each.cost.expected.total
        return total
