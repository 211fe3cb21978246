"""Options and results of an estimate; every report and every budget reads these."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from decimal import Decimal
from typing import ClassVar

from tokencost.costs.cache import MarkedEnd
from tokencost.costs.cost import Cost
from tokencost.errors import (
    Failure,
    NoPriceError,
    UsageError,
)
from tokencost.estimates.model_count import check_allowance
from tokencost.inputs import Prompt
from tokencost.money import check_rates, format_money, sum_of
from tokencost.notes import Note
from tokencost.pricing import Conversion, ExchangeRate, Mode, Offer, PriceDate, PriceTable, Quote
from tokencost.pricing.table import PriceKind
from tokencost.reports import Report, number_of, number_of_inputs
from tokencost.tokenizers import TokenCount
from tokencost.usage import (
    MOST_TOKENS,
    CacheChoice,
    InputTokens,
    OutputSize,
    OutputTokens,
    Ttl,
    Usage,
    Volume,
)
from tokencost.values import dataclass, replace

DEFAULT_CALLS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateOptions:
    """What an estimate is asked for, except the inputs and the models.

    *mode* None is the one that each request asks for, standard if it asks for none. *calls* is the
    number the second cost column is for, None for 1,000; that it is given says that the same text
    is sent so often. *price_date* None means the day of the price table. *cache* is
    the cache that calls use, "none" for no cache, None for what the provider does by itself;
    *cache_ttl* the time to live of its writes, None for the first that is listed.
    *thinking* asks for the rate of reasoning output, where there is one; so may a request.
    *tokenizer* replaces the model's own; "exact" refuses to estimate. *uncounted_tokens* are
    allowed for each request with a part that is not counted, such as an image; without them its
    range is open.

    *default_models*, *default_output* and *default_site* are for inputs of which neither an
    argument nor the request itself says more.
    """

    output: OutputTokens | None = None
    default_output: OutputTokens | None = None
    default_models: tuple[str, ...] = ()
    default_site: str | None = None
    calls: int | None = None
    volume: Volume | None = None
    mode: Mode | None = None
    thinking: bool = False
    cache: CacheChoice | None = None
    cache_ttl: Ttl | None = None
    price_date: PriceDate | None = None
    site: str | None = None
    currency: str | None = None
    exchange_rates: tuple[ExchangeRate, ...] = ()
    tokenizer: str | None = None
    uncounted_tokens: int | None = None

    def __post_init__(self) -> None:
        """Raise UsageError unless calls >= 1, rates are above 0 and an allowance is plausible."""
        check_rates(self.exchange_rates)
        if not 1 <= self.call_count <= MOST_TOKENS:
            raise UsageError(
                f"the number of calls must be at least 1 and plausible, not {self.calls}",
                hint="pass --calls 1000",
            )
        check_allowance(self.uncounted_tokens)

    @property
    def call_count(self) -> int:
        """The number that the second cost column is for."""
        return DEFAULT_CALLS if self.calls is None else self.calls


def options_with_output(
    options: EstimateOptions | None, output_tokens: OutputSize | None
) -> EstimateOptions:
    """Return *options* with the output that was given beside them.

    Raises:
        UsageError: these are not options, the output is not a number or range, or there are two.
    """
    if options is None:
        options = EstimateOptions()
    elif not isinstance(options, EstimateOptions):
        raise UsageError(
            f"options is {options!r}, not EstimateOptions",
            hint="give EstimateOptions(...), or output_tokens=500 for the output alone",
        )
    if output_tokens is None:
        return options
    if options.output is not None:
        raise UsageError(
            "the output tokens are given twice",
            hint="give either output_tokens or the output of EstimateOptions",
        )
    return replace(options, output=OutputTokens.of(output_tokens))


def with_default_output(options: EstimateOptions, prompts: Iterable[object]) -> EstimateOptions:
    """Return *options* with their default for the output, unless one of *prompts* limits its own.

    Where some do, each input is looked at by itself.
    """
    if options.output is not None or options.default_output is None:
        return options
    requests = (getattr(prompt, "request", None) for prompt in prompts)
    if any(request and request.max_output is not None for request in requests):
        return options
    return replace(options, output=options.default_output)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRange:
    """Cost of one call as expected, and the least and the most that both token ranges allow.

    An end is None if some request in the range has no price, because it does not fit the window;
    the high one also where the range of the tokens is open.
    """

    low: Cost | None
    expected: Cost
    high: Cost | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One input with one model; *quote* and *cost* are None if it has no price.

    *usage* is that of the expected tokens. *prompt* is the input itself, for whoever has to count
    parts or rewrites of it. *tier_output* is the output that picks the tier where it is not known
    and the input alone is priced. *marked_ends* are where the marks of a request end, of a model
    with a cache of marks.
    """

    input: str
    prompt: Prompt | InputTokens = field(repr=False)
    kind: str
    offer: Offer
    tokens: TokenCount
    usage: Usage
    output: OutputTokens
    quote: Quote | None
    cost: CostRange | None
    conversion: Conversion | None
    warnings: tuple[Note, ...]
    tier_output: int | None = None
    mode: Mode = Mode.STANDARD
    thinking: bool = False
    outputs: int = 1
    cache: CacheChoice | None = None
    cache_ttl: Ttl | None = None
    marked_ends: tuple[MarkedEnd, ...] = ()

    @property
    def each_output(self) -> int:
        """The expected tokens of one output, which a window has to hold beside the input."""
        return -(-self.output.expected // self.outputs)

    @property
    def format(self) -> str | None:
        """The form of a request; None for a text and for a number of tokens."""
        return self.prompt.format if isinstance(self.prompt, Prompt) else None

    @property
    def expected_cost(self) -> Decimal:
        """The expected cost of one call, in the currency of the offer.

        Raises:
            NoPriceError: there is none, as the failures of a report say that is not strict.
        """
        if self.cost is None:
            raise NoPriceError(
                f"{self.input}: {self.offer.name} has no price",
                hint="the failures of the report say why; cost is None where there is none",
            )
        return self.cost.expected.total


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalCost:
    """Sums over several inputs; None as soon as one of them has no price."""

    low: Decimal | None
    expected: Decimal | None
    high: Decimal | None

    @property
    def has_range(self) -> bool:
        """Whether it may be another than is expected."""
        return not self.low == self.expected == self.high


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EstimateReport(Report):
    """Report of `estimate`: every input with every model, and what has no price."""

    name: ClassVar[str] = "estimate"

    results: tuple[Estimate, ...]
    failures: tuple[Failure, ...]
    options: EstimateOptions
    price_date: PriceDate
    prices: PriceTable
    warnings: tuple[Note, ...]
    assumptions: tuple[Note, ...] = ()

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The models of the results, each once."""
        return tuple({result.offer.name: result.offer for result in self.results}.values())

    @property
    def mode(self) -> Mode | None:
        """The mode of all results, None if they differ."""
        return shared_mode(self.options, self.results)

    def of(self, offer: Offer) -> tuple[Estimate, ...]:
        """Return the results of one model."""
        return tuple(result for result in self.results if result.offer.name == offer.name)

    def total(self, offer: Offer) -> TotalCost:
        """Return the cost of one call with each input of *offer*."""
        return total_cost(self.of(offer))

    def _summary(self) -> Iterator[str]:
        inputs = number_of_inputs([(result.input, result.offer.name) for result in self.results])
        yield number_of(inputs, "prompt")
        yield number_of(len(self.offers), "model")
        costs = [in_words(self.of(offer)) for offer in self.offers]
        currencies = {offer.currency for offer in self.offers}
        if not self.results or self.failures or len(currencies) > 1:
            return
        totals = [self.total(offer).expected or Decimal() for offer in self.offers]
        ends = sorted(zip(totals, costs, strict=True))
        call = "a call" if inputs == 1 else "for a call each"
        output = "" if any(result.output.high for result in self.results) else " without output"
        yield f"{' to '.join(dict.fromkeys((ends[0][1], ends[-1][1])))} {call}{output}"


def shared_mode(options: EstimateOptions, results: Iterable[Estimate]) -> Mode | None:
    """Return the mode that was asked for, or that all requests ask for; None if they differ."""
    modes = {result.mode for result in results if result.quote}
    if options.mode is not None or not modes:
        return options.mode or Mode.STANDARD
    return modes.pop() if len(modes) == 1 else None


def total_cost(results: Sequence[Estimate]) -> TotalCost:
    """Return the cost of one call each; *results* are of one model."""
    ranges = [result.cost for result in results]
    return TotalCost(
        low=_sum(cost.low if cost else None for cost in ranges),
        expected=_sum(cost.expected if cost else None for cost in ranges),
        high=_sum(cost.high if cost else None for cost in ranges),
    )


def in_words(results: Sequence[Estimate]) -> str:
    """Return the cost of one call each, with the marks of what is uncertain about it."""
    cost, currency = total_cost(results), results[0].offer.currency
    if cost.expected is None:
        return "no price"
    is_sure = not cost.has_range and all(result.tokens.is_exact for result in results)
    is_open = any(result.tokens.high is None for result in results)
    mark = "" if is_sure else "at least ~" if is_open else "~"
    amount = f"{mark}{format_money(cost.expected, currency)}"
    kinds = [result.quote.price.conditions.kind for result in results if result.quote]
    unusual = sorted({*kinds} - {PriceKind.LIST})
    return f"{amount} ({', '.join(unusual)} price)" if unusual else amount


def _sum(costs: Iterable[Cost | None]) -> Decimal | None:
    return sum_of(cost.total if cost else None for cost in costs)
