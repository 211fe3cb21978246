"""Estimate the cost of prompts for models."""

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from tokencost.errors import Failures, TokencostError
from tokencost.estimates.cost_range import PricedSizes, price_sizes
from tokencost.estimates.count import (
    as_model_names,
    group_by_model,
    named_model,
    no_model_named,
)
from tokencost.estimates.model_count import (
    bases_of,
    count_for_model,
    counted_together,
    doubts_of,
    split_notes,
    tokenizers_for,
)
from tokencost.estimates.results import (
    Estimate,
    EstimateOptions,
    EstimateReport,
    options_with_output,
    with_default_output,
)
from tokencost.inputs import Prompt, Prompts, as_input_set, watched
from tokencost.notes import Note
from tokencost.pricing import (
    Conversion,
    Mode,
    Offer,
    PriceDate,
    PriceTable,
    as_price_table,
    find_conversion,
    find_offer,
    find_offers,
)
from tokencost.tokenizers import Method, TokenCount
from tokencost.usage import InputTokens, OutputSize, OutputTokens, Usage
from tokencost.values import dataclass, replace

if TYPE_CHECKING:  # texts need none of it
    from tokencost.estimates.request_terms import RequestTerms


def estimate(
    prompts: Prompts | InputTokens,
    models: str | Sequence[str] = (),
    *,
    output_tokens: OutputSize | None = None,
    options: EstimateOptions | None = None,
    prices: PriceTable | None = None,
    strict: bool = True,
) -> EstimateReport:
    """Price *prompts*, each of them one call, for each model.

    Without *models* each request is priced for the one it names itself, and without output tokens
    for as many as it allows.

    Args:
        prompts: a text, a `Path` of a file or folder, chat messages, the decoded body of a
            request, a list of one of these, what `read_prompts` returned, or `InputTokens` for
            the size of an input without its text.
        models: one name or several, as `find_offer` takes them.
        output_tokens: 500, a range such as (200, 800) or (200, 400, 800), or `OutputTokens`; the
            same as the output of *options*.
        options: mode, day, site and the rest; the default prices the input alone on the day of
            the table.
        prices: the price table, by default the shipped one.
        strict: raise the first failure instead of reporting it.

    Raises:
        TokencostError: if *strict*, for the first unknown model, uncountable text or missing
            price.

    Examples:
        >>> report = tokencost.estimate("Summarize the report.", "openai/gpt-4o", output_tokens=500)
        >>> report
        <EstimateReport: 1 prompt, 1 model, $0.00502 a call>
        >>> report.results[0].expected_cost
        Decimal('0.0050150')

        >>> messages = [{"role": "user", "content": "Summarize the report."}]
        >>> tokencost.estimate(messages, ["gpt-4o", "gpt-4o-mini"], output_tokens=(200, 800))
        <EstimateReport: 1 prompt, 2 models, ~$0.000302 to ~$0.00503 a call>
    """
    failures = Failures(strict=strict)
    models = as_model_names(models)
    options = options_with_output(options, output_tokens)
    prices = as_price_table(prices)
    inputs = Inputs.of(prompts, failures)
    options = with_default_output(options, inputs.prompts)
    estimator = Estimator(options=options, prices=prices, failures=failures)
    pairs = [
        pair
        for names, prompts_ in inputs.by_model(models, options.default_models, failures)
        for pair in _pairs(names, prompts_, options, prices, failures)
    ]
    texts = ((offer.model, prompt) for offer, prompt in pairs if isinstance(prompt, Prompt))
    with counted_together(inputs.texts, lambda: tokenizers_for(texts, options.tokenizer)) as notes:
        results = [
            result
            for offer, prompt in watched(pairs, size=lambda pair: length(pair[1]))
            if (result := estimator.estimate(prompt, offer)) is not None
        ]
    allowed, warnings = split_notes(
        inputs.notes,
        ((result.input, result.tokens) for result in results),
        uncounted_tokens=options.uncounted_tokens,
    )
    assumptions, doubts = estimator.summed_up_notes()
    return EstimateReport(
        results=tuple(results),
        failures=tuple(failures.kept),
        options=options,
        price_date=estimator.price_date,
        prices=prices,
        assumptions=(*allowed, *assumptions, *bases_of(notes)),
        warnings=(*warnings, *doubts, *doubts_of(notes)),
    )


def _pairs(
    names: str | Sequence[str],
    prompts: Sequence[Prompt | InputTokens],
    options: EstimateOptions,
    prices: PriceTable,
    failures: Failures,
) -> Iterator[tuple[Offer, Prompt | InputTokens]]:
    """Yield each prompt with each model, where nobody names a site at that of its own region."""
    offers: dict[str, tuple[Offer, bool]] = {}
    for name in [names] if isinstance(names, str) else names:
        for offer in find_offers(
            prices, name, site=options.site, default_site=options.default_site, failures=failures
        ):
            offers.setdefault(offer.name, (offer, "@" in name or options.site is not None))
    for offer, is_named in offers.values():
        for prompt in prompts:
            with failures.kept_of(offer.model.name):
                yield (offer if is_named else _in_region(prompt, offer, prices)), prompt


def _in_region(prompt: Prompt | InputTokens, offer: Offer, prices: PriceTable) -> Offer:
    """Return the model at the site that a request names by its region."""
    request = prompt.request if isinstance(prompt, Prompt) else None
    if request is None or not request.region:
        return offer
    from tokencost.estimates.request_terms import site_in  # texts need none of it

    return find_offer(prices, offer.model.name, site=site_in(request.region, offer))


def length(prompt: Prompt | InputTokens) -> int:
    """Return how many characters there are to count, none of a size that is given."""
    return prompt.characters if isinstance(prompt, Prompt) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is to be priced, and what was noted while reading it."""

    prompts: Sequence[Prompt | InputTokens]
    notes: tuple[Note, ...] = ()

    @classmethod
    def of(cls, prompts: Prompts | InputTokens, failures: Failures) -> "Inputs":
        """Take texts or the size of one; what could not be read is a failure."""
        if isinstance(prompts, InputTokens):
            return cls(prompts=[prompts])
        input_set = as_input_set(prompts)
        for error in input_set.errors:
            failures.add(error)
        return cls(prompts=input_set.prompts, notes=input_set.notes)

    @property
    def texts(self) -> list[Prompt]:
        """The prompts that have a text to count."""
        return [prompt for prompt in self.prompts if isinstance(prompt, Prompt)]

    def by_model(
        self, models: str | Sequence[str], defaults: Sequence[str], failures: Failures
    ) -> list[tuple[str | Sequence[str], Sequence[Prompt | InputTokens]]]:
        """Return which models each prompt is for; one that is for none is a failure.

        Those that name none themselves are for the *defaults*.
        """
        if models:
            return [(models, self.prompts)]
        unnamed = [
            prompt
            for prompt in self.prompts
            if isinstance(prompt, InputTokens) or not named_model(prompt)
        ]
        if unnamed and defaults:
            return [*group_by_model((), self.texts), (defaults, unnamed)]
        for prompt in unnamed:
            own = None if isinstance(prompt, InputTokens) else prompt
            failures.add(no_model_named(own), of=own.name if own else None)
        return list(group_by_model((), self.texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimator:
    """Counts and prices one prompt after the other with one table.

    What requests say about their bill is added to *notes*, by the name of the offer, and found once
    for those that ask for the same, in *terms*; inputs of one size are priced once, in *priced*.
    """

    options: EstimateOptions
    prices: PriceTable
    failures: Failures
    notes: dict[str, list[Note]] = field(default_factory=dict)
    terms: "dict[tuple[object, ...], RequestTerms]" = field(default_factory=dict)
    priced: PricedSizes = field(default_factory=dict)

    @property
    def price_date(self) -> PriceDate:
        """When, by default on the day of the table."""
        return self.options.price_date or self.prices.price_date

    def estimate(self, prompt: Prompt | InputTokens, offer: Offer) -> Estimate | None:
        """Count and price one prompt; None if it cannot even be counted."""
        tokens = self._tokens(prompt, offer)
        if tokens is None:
            return None
        size = prompt if isinstance(prompt, InputTokens) else InputTokens(total=tokens.expected)
        result = None
        try:
            result = self._unpriced(prompt, offer, tokens, self._terms(prompt, offer))
            result = self._with_price(result, size)
            conversion = self.find_conversion(offer)
            return replace(result, conversion=conversion) if conversion else result
        except TokencostError as error:
            result = result or self._unpriced(prompt, offer, tokens, None)
            self.failures.add(error, of=result.input, model=offer.model.name)
            return result

    def _unpriced(
        self,
        prompt: Prompt | InputTokens,
        offer: Offer,
        tokens: TokenCount,
        terms: "RequestTerms | None",
    ) -> Estimate:
        """Return the counts of one prompt, on the terms that a request asks for."""
        options = self.options
        output = options.output or options.default_output or OutputTokens()
        output = terms.output if terms else output
        return Estimate(
            input="<input tokens>" if isinstance(prompt, InputTokens) else prompt.name,
            prompt=prompt,
            kind="tokens" if isinstance(prompt, InputTokens) else prompt.kind,
            offer=offer,
            tokens=tokens,
            usage=Usage(uncached_input=tokens.expected, output=output.expected),
            output=output,
            mode=terms.mode if terms else options.mode or Mode.STANDARD,
            thinking=terms.thinking if terms else options.thinking,
            outputs=terms.outputs if terms else 1,
            cache=terms.cache if terms else options.cache,
            cache_ttl=terms.cache_ttl if terms else options.cache_ttl,
            quote=None,
            cost=None,
            conversion=None,
            warnings=(),
        )

    def _with_price(self, result: Estimate, size: InputTokens) -> Estimate:
        """Return *result* with its price, of a request with cache marks as these are billed."""
        prompt, options = result.prompt, self.options
        if isinstance(prompt, InputTokens) or not prompt.request or not prompt.request.cache_marks:
            return price_sizes(result, size, options, self.price_date, self.priced)
        from tokencost.estimates.cache_marks import notes_of_marks, with_marked_ends  # few have any

        result = with_marked_ends(result, prompt.request, options, self.price_date)
        result = price_sizes(result, size, options, self.price_date, self.priced)
        notes = self.notes.setdefault(result.offer.name, [])
        notes += notes_of_marks(result, prompt.request)
        return result

    def summed_up_notes(self) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
        """Return assumptions and warnings about requests, each with the number of its requests."""
        if not self.notes:
            return (), ()
        from tokencost.estimates.request_terms import summed_up  # texts need none of it

        return summed_up(self.notes.values())

    def find_conversion(self, offer: Offer) -> Conversion | None:
        """Return how to convert what *offer* costs, None if nothing needs converting.

        Raises:
            NoRateError: there is no exchange rate.
        """
        return find_conversion(
            offer.currency,
            self.options.currency or offer.currency,
            day=self.price_date.day,
            given=self.options.exchange_rates,
            listed=self.prices.exchange_rates,
        )

    def _tokens(self, prompt: Prompt | InputTokens, offer: Offer) -> TokenCount | None:
        if isinstance(prompt, Prompt):
            return count_for_model(
                prompt,
                offer.model,
                self.options.tokenizer,
                self.failures,
                self.options.uncounted_tokens,
                site=offer.site,
            )
        total = prompt.total
        return TokenCount(
            expected=total, low=total, high=total, method=Method.SUPPLIED, tokenizer=None
        )

    def _terms(self, prompt: Prompt | InputTokens, offer: Offer) -> "RequestTerms | None":
        """Return what a request says about its bill, and keep what is noted about that."""
        if isinstance(prompt, InputTokens) or prompt.request is None:
            return None
        from tokencost.estimates.request_terms import asked_by, find_terms  # texts need none of it

        key = offer.name, *asked_by(prompt.request)
        if (terms := self.terms.get(key)) is None:
            terms = self.terms[key] = find_terms(
                prompt.request,
                offer,
                self.options,
                prices=self.prices,
                price_date=self.price_date,
            )
        self.notes.setdefault(offer.name, []).extend(terms.notes)
        return terms
