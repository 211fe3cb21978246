"""Counting and pricing: the stages run for many inputs and many models."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from tokencost.answers import (
    CostRange,
    Counted,
    CountReport,
    Estimate,
    EstimateReport,
    Failure,
    Request,
)
from tokencost.costs import Cost, cost
from tokencost.errors import NoPriceError, TokencostError, TokenizerError, UsageError
from tokencost.inputs import Prompt, Reading
from tokencost.pricing import (
    Conversion,
    Moment,
    Offer,
    PriceTable,
    Quote,
    conversion,
    find_offer,
    load_price_table,
    quote,
)
from tokencost.tokenizers import Method, TokenCount, find_tokenizer
from tokencost.workload import InputTokens, OutputTokens

Prompts = str | Prompt | Reading | Iterable[Prompt]

DEFAULT_TOKENIZER = "o200k_base"
EXACT = "exact"


@dataclass(slots=True)
class _Failures:
    """Keeps failures, or raises the first one."""

    strict: bool
    kept: list[Failure] = field(default_factory=list)

    def add(
        self, error: TokencostError, *, of: str | None = None, model: str | None = None
    ) -> None:
        if self.strict:
            raise error
        self.kept.append(Failure(error=error, input=of, model=model))


def count(
    prompts: Prompts,
    *,
    models: str | Sequence[str] = (),
    tokenizer: str | None = None,
    prices: PriceTable | None = None,
    strict: bool = True,
) -> CountReport:
    """Count the tokens of *prompts* for each model, or with one tokenizer.

    Without a model and a tokenizer the vocabulary is `o200k_base`, and the report says so.

    Args:
        prompts: a text, a prompt, several of them, or what `read_prompts` returned.
        models: one name or several, as `find_offer` takes them.
        tokenizer: a tokenizer's name; "exact" refuses to estimate.
        prices: the table that knows the models, by default the shipped one.
        strict: raise the first failure instead of reporting it.

    Raises:
        TokencostError: if *strict*, for the first unknown model or uncountable text.
    """
    failures = _Failures(strict=strict)
    texts, notes = _opened(prompts, failures)
    wanted = _names(models)
    assumptions: tuple[str, ...] = ()
    results = []
    if wanted:
        prices = prices or load_price_table()
        for offer in _offers(prices, wanted, None, failures):
            for text in texts:
                tokens = _measured(text, offer, tokenizer, failures)
                if tokens is not None:
                    results.append(_counted(text, offer.model.name, tokens))
    else:
        if tokenizer in (None, EXACT):
            assumptions = (f"no model named: counted with {DEFAULT_TOKENIZER}, as for GPT-4o",)
            tokenizer = DEFAULT_TOKENIZER
        counter = find_tokenizer(tokenizer or DEFAULT_TOKENIZER)
        results = [_counted(text, None, counter.measure(text.text)) for text in texts]
    return CountReport(
        results=tuple(results),
        failures=tuple(failures.kept),
        prices=prices if wanted else None,
        assumptions=assumptions,
        warnings=notes,
    )


def estimate(
    prompts: Prompts | InputTokens,
    *,
    models: str | Sequence[str],
    request: Request | None = None,
    prices: PriceTable | None = None,
    strict: bool = True,
) -> EstimateReport:
    """Price *prompts*, each of them one call, for each model.

    Args:
        prompts: a text, a prompt, several of them, what `read_prompts` returned, or the size
            of an input without its text.
        models: one name or several, as `find_offer` takes them.
        request: output tokens, mode, day, site and the rest; the default prices the input
            alone on the day of the table.
        prices: the price table, by default the shipped one.
        strict: raise the first failure instead of reporting it.

    Raises:
        TokencostError: if *strict*, for the first unknown model, uncountable text or missing
            price.
    """
    failures = _Failures(strict=strict)
    request = request or Request()
    prices = prices or load_price_table()
    moment = request.moment or Moment(day=prices.as_of)
    texts: Sequence[Prompt | InputTokens] = [prompts] if isinstance(prompts, InputTokens) else ()
    notes: tuple[str, ...] = ()
    if not isinstance(prompts, InputTokens):
        texts, notes = _opened(prompts, failures)
    priced = _Pricing(request=request, moment=moment, prices=prices, failures=failures)
    results = [
        result
        for offer in _offers(prices, _names(models), request.site, failures)
        for text in texts
        if (result := priced.estimate(text, offer)) is not None
    ]
    return EstimateReport(
        results=tuple(results),
        failures=tuple(failures.kept),
        request=request,
        moment=moment,
        prices=prices,
        warnings=notes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pricing:
    """One request against one table."""

    request: Request
    moment: Moment
    prices: PriceTable
    failures: _Failures

    def estimate(self, text: Prompt | InputTokens, offer: Offer) -> Estimate | None:
        """Count and price one input; None if it cannot even be counted."""
        if isinstance(text, InputTokens):
            given, of, kind = text, "<input tokens>", "tokens"
            tokens = _given(text)
        else:
            measured = _measured(text, offer, self.request.tokenizer, self.failures)
            if measured is None:
                return None
            given, of, kind, tokens = (
                InputTokens(total=measured.expected),
                text.name,
                text.kind,
                measured,
            )
        output = self.request.output or OutputTokens()
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
            return replace(answer, conversion=self._conversion(offer))
        except TokencostError as error:
            self.failures.add(error, of=of, model=offer.model.name)
            return answer

    def _conversion(self, offer: Offer) -> Conversion | None:
        return conversion(
            offer.currency,
            self.request.currency or offer.currency,
            day=self.moment.day,
            given=self.request.exchange_rates,
            known=self.prices.exchange_rates,
        )

    def _priced(self, answer: Estimate, given: InputTokens) -> Estimate:
        output = answer.output
        quoted, expected = self._cost(answer.offer, given, output.expected)
        warnings = list(quoted.warnings)
        low: Cost | None = expected
        high: Cost | None = expected
        if (answer.tokens.low, output.low) != (answer.tokens.expected, output.expected):
            low = self._end(answer, given, answer.tokens.low, output.low, warnings)
        if (answer.tokens.high, output.high) != (answer.tokens.expected, output.expected):
            high = self._end(answer, given, answer.tokens.high, output.high, warnings)
        return replace(
            answer,
            quote=quoted,
            cost=CostRange(low=low, expected=expected, high=high),
            warnings=tuple(warnings),
        )

    def _end(
        self, answer: Estimate, given: InputTokens, tokens: int, output: int, warnings: list[str]
    ) -> Cost | None:
        """Price one end of the band; what does not fit there is a warning, not a failure."""
        try:
            return self._cost(answer.offer, replace(given, total=tokens), output)[1]
        except NoPriceError as error:
            warnings.append(f"at {tokens:,} input and {output:,} output tokens: {error}")
            return None

    def _cost(self, offer: Offer, given: InputTokens, output: int) -> tuple[Quote, Cost]:
        quoted = quote(
            offer,
            moment=self.moment,
            mode=self.request.mode,
            input_tokens=given.total,
            output_tokens=output,
            cache=given.cache if given.cached else None,
        )
        if given.cached and given.cache is None and quoted.rates.cache_read_explicit is not None:
            raise UsageError(
                f"{offer.model.provider} has an implicit and an explicit cache, at two rates",
                hint="say which one was read: --cache implicit or --cache explicit",
            )
        return quoted, cost(given.usage(output=output), quoted)


def _names(models: str | Sequence[str]) -> list[str]:
    return list(dict.fromkeys([models] if isinstance(models, str) else models))


def _opened(prompts: Prompts, failures: _Failures) -> tuple[list[Prompt], tuple[str, ...]]:
    match prompts:
        case str():
            return [Prompt(name="<text>", text=prompts)], ()
        case Prompt():
            return [prompts], ()
        case Reading():
            for error in prompts.errors:
                failures.add(error)
            return list(prompts.prompts), prompts.notes
        case _:
            return list(prompts), ()


def _offers(
    prices: PriceTable, names: Sequence[str], site: str | None, failures: _Failures
) -> list[Offer]:
    offers: dict[str, Offer] = {}
    for name in names:
        try:
            offer = find_offer(prices, name, site=site)
        except TokencostError as error:
            failures.add(error, model=name)
        else:
            offers.setdefault(offer.name, offer)
    return list(offers.values())


def _measured(
    prompt: Prompt, offer: Offer, tokenizer: str | None, failures: _Failures
) -> TokenCount | None:
    """Count a prompt with the model's tokenizer, or with the one that was asked for."""
    model = offer.model
    try:
        if tokenizer and tokenizer != EXACT:
            chosen = find_tokenizer(tokenizer, assumed="chosen with --tokenizer")
            return chosen.measure(prompt.text)
        if model.tokenizer is None:
            raise TokenizerError(
                f"no tokenizer is recorded for {model.name}",
                hint="name one with --tokenizer, or give --input-tokens",
            )
        tokens = find_tokenizer(model.tokenizer, assumed=model.tokenizer_assumed).measure(
            prompt.text
        )
        if tokenizer == EXACT and tokens.method is not Method.EXACT:
            raise TokenizerError(
                f"{model.name} cannot be counted exactly, only {tokens.method}: {tokens.basis}",
                hint="leave out --tokenizer exact to accept a band",
            )
    except TokencostError as error:
        failures.add(error, of=prompt.name, model=model.name)
        return None
    return tokens


def _counted(prompt: Prompt, model: str | None, tokens: TokenCount) -> Counted:
    return Counted(input=prompt.name, kind=prompt.kind, model=model, tokens=tokens)


def _given(size: InputTokens) -> TokenCount:
    return TokenCount(
        expected=size.total, low=size.total, high=size.total, method=Method.GIVEN, tokenizer=None
    )
