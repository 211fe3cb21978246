"""How much input fits the window of a model, beside what is kept for the output."""

from dataclasses import field

from tokencost.budgets.measurement import Measured, model_of
from tokencost.errors import DoesNotFitError, UsageError
from tokencost.estimates.results import Estimate, EstimateOptions
from tokencost.pricing import Offer, PriceDate, PriceTable, find_offer
from tokencost.pricing.quote import day_at
from tokencost.values import dataclass


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
            reserve: tokens to keep for the output, None for the output that is asked for, else
                that of the request; without either the input has the whole window.
            options: the output that is asked for, and the site.

        Raises:
            UsageError: nobody knows the window.
            DoesNotFitError: the model never gives so much output.
        """
        offer = self._offer_of(result, options)
        asked = options.output.high if options.output else request_output or 0
        output = asked if reserve is None else reserve
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
            self._offers[name] = find_offer(self.prices, name, site=options.site)
        return self._offers[name]
