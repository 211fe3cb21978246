"""What is held against a limit: tokens, or what they cost, with its range; the room of a window."""

from collections.abc import Iterable
from dataclasses import field
from decimal import ROUND_FLOOR, Decimal

from tokencost.budgets.budget import Basis
from tokencost.budgets.findings import TOKENS
from tokencost.budgets.measurement import Measured, model_of
from tokencost.configuration.settings import Increase
from tokencost.costs.cost import Cost
from tokencost.errors import DoesNotFitError, NoPriceError, NoRateError, UsageError
from tokencost.estimates.cost_range import price_from
from tokencost.estimates.results import CostRange, Estimate, EstimateOptions, EstimateReport
from tokencost.money import divide, multiply, sum_exact
from tokencost.pricing import Conversion, Offer, PriceDate, PriceTable, find_conversion, find_offer
from tokencost.pricing.periods import day_at, month_spans
from tokencost.tokenizers import TokenCount
from tokencost.usage import DAYS_PER_MONTH
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number of tokens or a sum of money; *high* is None where the upper end is open.

    *unit* is "tokens" or a currency.
    """

    low: Decimal
    expected: Decimal
    high: Decimal | None
    unit: str
    conversion: Conversion | None = None

    @classmethod
    def of_tokens(cls, tokens: TokenCount) -> "Amount":
        """Return a count."""
        high = None if tokens.high is None else Decimal(tokens.high)
        expected, low = Decimal(tokens.expected), Decimal(tokens.low)
        return cls(low=low, expected=expected, high=high, unit=TOKENS)

    @classmethod
    def sum(cls, amounts: Iterable["Amount"], *, is_whole: bool = True) -> "Amount":
        """Return amounts of one unit together; open above unless they are the *whole* sum."""
        parts = [*amounts]
        highs = [part.high for part in parts if part.high is not None]
        return cls(
            low=sum_exact(part.low for part in parts),
            expected=sum_exact(part.expected for part in parts),
            high=sum_exact(highs) if is_whole and len(highs) == len(parts) else None,
            unit=parts[0].unit,
            conversion=parts[0].conversion,
        )

    @classmethod
    def nothing(cls, unit: str) -> "Amount":
        """Return what something comes to that was not there."""
        return cls(low=Decimal(), expected=Decimal(), high=Decimal(), unit=unit)

    def at(self, basis: Basis) -> Decimal | None:
        """Return what is judged of it; of what is open nothing is, whatever is expected."""
        return self.expected if basis == Basis.EXPECTED and self.high is not None else self.high

    def judged(self, limit: Decimal, basis: Basis) -> Decimal | None:
        """Return what is held against *limit*; of an open range the low end if that is above."""
        judged = self.at(basis)
        if judged is None and self.low > limit:
            return self.low
        return judged


def grown(start: Decimal, increase: Increase) -> Decimal:
    """Return what *start* may have become; of tokens only whole ones."""
    if increase.money is not None:
        return start + increase.money.amount
    if increase.tokens is not None:
        return start + increase.tokens
    grown = start + start * (increase.percent or Decimal()) / 100
    return grown.to_integral_value(ROUND_FLOOR)


def cost_of_call(result: Estimate, currency: str, report: EstimateReport) -> Amount | None:
    """Return what one call costs in *currency*, None if it has no price at all.

    Raises:
        NoPriceError: its upper end has no price.
        NoRateError: there is no exchange rate, or an old one.
    """
    if result.cost is None:
        return None
    return _in_currency(result, _ends(result, result.cost), currency, report)


def cost_of_month(
    result: Estimate, currency: str, report: EstimateReport, calls: Decimal
) -> Amount | None:
    """Return what *calls*, spread over the 30 days from the price date on, cost in *currency*.

    Raises:
        NoPriceError: a day of the month, or the upper end, has no price.
        NoRateError: there is no exchange rate, or an old one.
    """
    if result.cost is None:
        return None
    spans = month_spans(result.offer, report.price_date)
    ends_of_spans = [
        _ends(priced, priced.cost)
        for start, _ in spans
        if (priced := price_from(result, start, report.options)).cost is not None
    ]
    numbers = [multiply(calls, days) for _, days in spans]  # 30 times those of each part
    low, expected, high = (
        None
        if None in ends
        else divide(
            sum_exact(
                multiply(end or Decimal(), number)
                for end, number in zip(ends, numbers, strict=True)
            ),
            DAYS_PER_MONTH,
        )
        for ends in zip(*ends_of_spans, strict=True)
    )
    return _in_currency(result, (low or Decimal(), expected or Decimal(), high), currency, report)


Ends = tuple[Decimal, Decimal, Decimal | None]


def _ends(result: Estimate, cost: CostRange) -> Ends:
    if cost.high is None and result.tokens.high is not None:
        raise _no_upper_end(result)

    def total(end: Cost | None) -> Decimal:
        return end.total if end else Decimal()

    return total(cost.low), total(cost.expected), cost.high.total if cost.high else None


def _no_upper_end(result: Estimate) -> NoPriceError:
    return NoPriceError(
        f"{result.input} with {result.offer.name} has no price at its upper end",
        notes=result.warnings,
    )


def _in_currency(result: Estimate, ends: Ends, currency: str, report: EstimateReport) -> Amount:
    converted = find_conversion(
        result.offer.currency,
        currency,
        day=report.price_date.day,
        given=report.options.exchange_rates,
        listed=report.prices.exchange_rates,
    )
    if converted is not None and converted.warning is not None:
        pair = f"{converted.source}/{converted.target}"
        raise NoRateError(
            f"the newest exchange rate {pair} is of {converted.rate.day}, too old to judge prices "
            f"of {converted.day}",
            hint=f"give one: --fx {pair}=RATE, the {converted.target} for one {converted.source}",
        )
    low, expected, high = (
        end if end is None or converted is None else converted.convert(end) for end in ends
    )
    return Amount(
        low=low or Decimal(),
        expected=expected or Decimal(),
        high=high,
        unit=currency,
        conversion=converted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The windows of models on the day of the prices."""

    prices: PriceTable
    price_date: PriceDate
    _offers: dict[str, Offer] = field(default_factory=dict)

    def room_for_input(
        self,
        result: Measured,
        request_output: int | None,
        *,
        reserve: int | None,
        options: EstimateOptions,
    ) -> int:
        """Return how many tokens of input fit beside the output.

        Args:
            result: which model.
            request_output: the output that the request allows itself.
            reserve: tokens to keep for the output, None for what `output_to_keep` says.
            options: the output that is asked for, and the site.

        Raises:
            UsageError: nobody knows the window.
            DoesNotFitError: the model never gives so much output.
        """
        offer = self._offer_of(result, options)
        output = reserve
        if output is None:
            output = output_to_keep(options, request_output) or 0
        price = offer.price_on(day_at(offer, self.price_date))
        context = (price.conditions.context if price else None) or offer.model.context
        most_output, most_input = offer.model.max_output, offer.model.max_input
        if context is None and most_input is None:
            raise UsageError(
                f"the window of {offer.model.name} is not known",
                hint="limit it with max_tokens_per_file instead of fits",
            )
        if most_output is not None and output > most_output:
            raise DoesNotFitError(
                f"{offer.model.name} gives at most {most_output:,} tokens of output, "
                f"not {output:,}",
                hint="keep less for the output, or choose another model",
            )
        rooms = [context - output] if context is not None else []
        return min([*rooms, *([most_input] if most_input is not None else [])])

    def _offer_of(self, result: Measured, options: EstimateOptions) -> Offer:
        if isinstance(result, Estimate):
            return result.offer
        name = model_of(result)
        if name not in self._offers:
            self._offers[name] = find_offer(
                self.prices, name, site=options.site, default_site=options.default_site
            )
        return self._offers[name]


def output_to_keep(options: EstimateOptions, request_output: int | None) -> int | None:
    """Return the output that is asked for, else that of the request, else the default.

    None if nobody says: the input has the whole window then.
    """
    if options.output is not None:
        return options.output.high
    if request_output is not None:
        return request_output
    return options.default_output.high if options.default_output else None
