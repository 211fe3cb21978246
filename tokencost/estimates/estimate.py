"""Estimate the cost of prompts for models."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from tokencost.costs.cost import Cost, cost
from tokencost.errors import Failures, NoPriceError, TokencostError, UsageError
from tokencost.estimates.count import count_for_model, group_by_model, named_model
from tokencost.estimates.results import CostRange, Estimate, EstimateOptions, EstimateReport
from tokencost.inputs import Prompt, Prompts, as_input_set
from tokencost.pricing import (
    IMPLICIT,
    Conversion,
    Offer,
    PriceDate,
    PriceTable,
    Quote,
    Tier,
    conversion,
    find_offers,
    load_price_table,
    quote,
)
from tokencost.tokenizers import Method, TokenCount
from tokencost.usage import InputTokens, OutputTokens

if TYPE_CHECKING:  # imported when scenarios are asked for
    from tokencost.scenarios import Savings, ScenarioOptions


def estimate(
    prompts: Prompts | InputTokens,
    *,
    models: str | Sequence[str] = (),
    options: EstimateOptions | None = None,
    prices: PriceTable | None = None,
    what_if: "ScenarioOptions | None" = None,
    strict: bool = True,
) -> EstimateReport:
    """Price *prompts*, each of them one call, for each model.

    Without *models* each request is priced for the one it names itself, and without output tokens
    for as many as it allows.

    Args:
        prompts: a text, a prompt, several of them, what `read_prompts` returned, or the size
            of an input without its text.
        models: one name or several, as `find_offer` takes them.
        options: output tokens, mode, day, site and the rest; the default prices the input
            alone on the day of the table.
        prices: the price table, by default the shipped one.
        what_if: asks for savings scenarios; None for none.
        strict: raise the first failure instead of reporting it.

    Raises:
        TokencostError: if *strict*, for the first unknown model, uncountable text or missing
            price.
    """
    failures = Failures(strict=strict)
    options = options or EstimateOptions()
    prices = prices or load_price_table()
    asked = Inputs.of(prompts, failures)
    pricing = Estimator(options=options, prices=prices, failures=failures)
    priced = [
        (result, text)
        for names, texts in asked.by_model(models, failures)
        for offer in find_offers(prices, names, site=options.site, failures=failures)
        for text in texts
        if (result := pricing.estimate(text, offer)) is not None
    ]
    return EstimateReport(
        results=tuple(result for result, _ in priced),
        savings=_savings(priced, pricing, what_if) if what_if else (),
        failures=tuple(failures.kept),
        options=options,
        price_date=pricing.price_date,
        prices=prices,
        warnings=asked.notes,
    )


def _savings(
    priced: "Sequence[tuple[Estimate, Prompt | InputTokens]]",
    pricing: "Estimator",
    what_if: "ScenarioOptions",
) -> "tuple[Savings, ...]":
    """Return the scenarios of each model that has a price for every input."""
    from tokencost.scenarios.savings import Priced, alternatives, savings

    by_offer: dict[str, list[tuple[Estimate, Prompt | InputTokens]]] = {}
    for each in priced:
        by_offer.setdefault(each[0].offer.name, []).append(each)
    all_found = []
    quietly = replace(pricing, failures=Failures(strict=False))
    for pairs in by_offer.values():
        inputs = [text for _, text in pairs]
        asked = Priced(results=[result for result, _ in pairs], inputs=inputs)
        with pricing.failures.kept_of(pairs[0][0].offer.model.name):
            found = savings(
                asked, options=pricing.options, price_date=pricing.price_date, what_if=what_if
            )
            if found is not None and what_if.alternatives:
                others = alternatives(
                    found,
                    inputs,
                    price=quietly.estimate,
                    options=pricing.options,
                    price_date=pricing.price_date,
                    prices=pricing.prices,
                )
                found = replace(found, alternatives=others)
            if found is not None:
                all_found.append(found)
    return tuple(all_found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is to be priced, and what was noted while reading it."""

    texts: Sequence[Prompt | InputTokens]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, prompts: Prompts | InputTokens, failures: Failures) -> "Inputs":
        """Take texts or the size of one; what could not be read is a failure."""
        if isinstance(prompts, InputTokens):
            return cls(texts=[prompts])
        reading = as_input_set(prompts)
        for error in reading.errors:
            failures.add(error)
        return cls(texts=reading.prompts, notes=reading.notes)

    def by_model(
        self, models: str | Sequence[str], failures: Failures
    ) -> list[tuple[str | Sequence[str], Sequence[Prompt | InputTokens]]]:
        """Return which models each text is for; one that is for none is a failure."""
        if models:
            return [(models, self.texts)]
        for text in self.texts:
            if isinstance(text, InputTokens) or not named_model(text):
                name = None if isinstance(text, InputTokens) else text.name
                failures.add(UsageError("no model named", hint="pass -m openai/gpt-4o"), of=name)
        prompts = [text for text in self.texts if isinstance(text, Prompt)]
        return list(group_by_model((), prompts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimator:
    """One request against one table."""

    options: EstimateOptions
    prices: PriceTable
    failures: Failures

    @property
    def price_date(self) -> PriceDate:
        """When, by default on the day of the table."""
        return self.options.price_date or PriceDate(day=self.prices.as_of)

    def estimate(self, text: Prompt | InputTokens, offer: Offer) -> Estimate | None:
        """Count and price one input; None if it cannot even be counted."""
        if isinstance(text, InputTokens):
            given, of, kind = text, "<input tokens>", "tokens"
            tokens = _given(text)
        else:
            counted = count_for_model(text, offer.model, self.options.tokenizer, self.failures)
            if counted is None:
                return None
            given, tokens = InputTokens(total=counted.expected), counted
            of, kind = text.name, text.kind
        output = self.options.output or OutputTokens()
        limit = text.request.max_output if isinstance(text, Prompt) and text.request else None
        if self.options.output is None and limit is not None:
            output = OutputTokens(low=limit, expected=limit, high=limit)
        answer = Estimate(
            input=of,
            kind=kind,
            offer=offer,
            tokens=tokens,
            usage=given.usage(output=output.expected),
            output=output,
            quote=None,
            cost=None,
            conversion=None,
            warnings=(),
        )
        try:
            answer = self._priced(answer, given)
            return replace(answer, conversion=self.conversion(offer))
        except TokencostError as error:
            self.failures.add(error, of=of, model=offer.model.name)
            return answer

    def conversion(self, offer: Offer) -> Conversion | None:
        """Return how to convert what *offer* costs, None if nothing needs converting.

        Raises:
            NoRateError: there is no exchange rate.
        """
        return conversion(
            offer.currency,
            self.options.currency or offer.currency,
            day=self.price_date.day,
            given=self.options.exchange_rates,
            known=self.prices.exchange_rates,
        )

    def _priced(self, answer: Estimate, given: InputTokens) -> Estimate:
        output = answer.output
        quoted, expected = self._cost(answer.offer, given, output.expected)
        warnings = list(quoted.warnings)
        costs = {
            size: expected
            if size == (answer.tokens.expected, output.expected)
            else self._at(answer, given, size, warnings)
            for size in _extremes(answer.tokens, output, quoted.price.rates.tiers)
        }
        ends = list(costs.values())
        priced = sorted((expected, *filter(None, ends)), key=lambda each: each.total)
        return replace(
            answer,
            quote=quoted,
            cost=CostRange(
                low=priced[0] if ends[0] else None,
                expected=expected,
                high=priced[-1] if ends[-1] else None,
            ),
            warnings=tuple(warnings),
        )

    def _at(
        self, answer: Estimate, given: InputTokens, size: tuple[int, int], warnings: list[str]
    ) -> Cost | None:
        """Price a request of the band; one that does not fit is a warning, not a failure."""
        tokens, output = size
        try:
            return self._cost(answer.offer, replace(given, total=tokens), output)[1]
        except NoPriceError as error:
            warnings.append(f"at {tokens:,} input and {output:,} output tokens: {error}")
            return None

    def _cost(self, offer: Offer, given: InputTokens, output: int) -> tuple[Quote, Cost]:
        quoted = quote(
            offer,
            price_date=self.price_date,
            mode=self.options.mode,
            input_tokens=given.total,
            output_tokens=output,
            cache=given.cache,
            thinking=self.options.thinking,
        )
        has_both = quoted.rates.cache_read_explicit is not None
        if given.cached and has_both and given.cache is None:
            raise UsageError(
                f"{offer.model.provider} has an implicit and an explicit cache, at two rates",
                hint="say which one was read: --cache implicit or --cache explicit",
            )
        if given.cache and not has_both:
            raise UsageError(
                f"{offer.name} has one rate for cache reads, not an {given.cache} one",
                hint="leave out --cache",
            )
        if offer.caching.exclusive and given.cache == IMPLICIT and given.cache_write:
            raise UsageError(
                f"{offer.name}: a request that writes to the explicit cache reads no implicit one",
                hint="write --cache explicit, or leave out --cache-write-tokens",
            )
        return quoted, cost(given.usage(output=output), quoted)


def _extremes(
    tokens: TokenCount, output: OutputTokens, tiers: Sequence[Tier]
) -> list[tuple[int, int]]:
    """Return sizes among which are the cheapest and the dearest request of both bands.

    Within a tier a larger request costs more, so that the ends of the bands are enough; from one
    tier to the next it may cost less. The least size comes first, the largest one last.
    """
    inputs, outputs = {tokens.low, tokens.high}, {output.low, output.high}
    for tier in tiers:
        inputs |= _borders(inputs, tier.input_from, tier.input_to)
        outputs |= _borders(outputs, tier.output_from, tier.output_to)
    if len(inputs) > 2 or len(outputs) > 2:
        return list(product(sorted(inputs), sorted(outputs)))
    return list(dict.fromkeys([(tokens.low, output.low), (tokens.high, output.high)]))


def _borders(sizes: set[int], start: int | None, end: int | None) -> set[int]:
    """Return the last size before and the first within or after a tier, inside the band."""
    beside = [] if start is None else [start - 1, start]
    beside += [] if end is None else [end, end + 1]
    return {size for size in beside if min(sizes) < size < max(sizes)}


def _given(size: InputTokens) -> TokenCount:
    return TokenCount(
        expected=size.total, low=size.total, high=size.total, method=Method.SUPPLIED, tokenizer=None
    )
