"""Check inputs against limits; what cannot be judged never passes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tokencost.budgets.findings import TOKENS, CheckReport, Finding, status_of
from tokencost.budgets.limits import Limits, Rule
from tokencost.errors import Failure, NoPriceError, TokencostError, UncountedError, UsageError
from tokencost.estimates.count import (
    CountReport,
    PromptCount,
    as_model_names,
    count,
    named_model,
)
from tokencost.estimates.estimate import estimate
from tokencost.estimates.model_count import ALLOWED, describe_uncounted
from tokencost.estimates.results import (
    Estimate,
    EstimateOptions,
    EstimateReport,
    options_with_output,
)
from tokencost.inputs import InputSet, Prompts, as_input_set
from tokencost.money import Money
from tokencost.notes import Note, assumed
from tokencost.pricing import PriceDate, PriceTable, as_price_table, find_conversion
from tokencost.tokenizers import TokenCount
from tokencost.usage import OutputSize

Measured = PromptCount | Estimate


def check(
    prompts: Prompts,
    models: str | Sequence[str] = (),
    *,
    limits: Limits,
    output_tokens: OutputSize | None = None,
    options: EstimateOptions | None = None,
    prices: PriceTable | None = None,
) -> CheckReport:
    """Judge *prompts* against *limits*, at the upper end of every count and cost.

    Without *models* each request is judged with the one it names itself. Prices are asked for only
    if a limit is on cost. Nothing is raised for an input or model that cannot be judged: it becomes
    a failure of the report, whose status then is "error".

    Raises:
        UsageError: a limit on cost without output tokens, which may be 0 but must be given, unless
            each request limits its output itself.

    Examples:
        >>> tokencost.check("hello world", "gpt-4o", limits=tokencost.Limits(max_tokens=4000))
        <CheckReport: pass, 1 limit judged>
    """
    models = as_model_names(models)
    options = options_with_output(options, output_tokens)
    if not isinstance(limits, Limits):
        raise UsageError(f"limits is {limits!r}, not Limits", hint="give Limits(max_tokens=4000)")
    prompts = as_input_set(prompts)
    if limits.max_cost_per_call is not None and options.output is None:
        _check_outputs(prompts)
    if not models and not any(map(named_model, prompts.prompts)):
        raise UsageError("no model named", hint="pass -m openai/gpt-4o or set TOKENCOST_MODEL")
    prices = as_price_table(prices)
    price_date = options.price_date or prices.price_date
    report: CountReport | EstimateReport
    if limits.max_cost_per_call is None:
        report = count(
            prompts,
            models=models,
            tokenizer=options.tokenizer,
            uncounted_tokens=options.uncounted_tokens,
            prices=prices,
            strict=False,
        )
    else:
        report = estimate(prompts, models=models, options=options, prices=prices, strict=False)
    failures = [*report.failures, *_open_counts(report.results)]
    findings = [*_on_tokens(report.results, limits)]
    is_priced = isinstance(report, EstimateReport)
    noted = [note for note in report.assumptions if is_priced or note.code == ALLOWED]
    assumptions = [assumed("judged_at_upper_end"), *noted]
    if isinstance(report, EstimateReport) and limits.max_cost_per_call:
        findings += _on_cost(report, limits.max_cost_per_call, failures)
        assumptions += _price_assumptions(report, prices, price_date)
    return CheckReport(
        findings=tuple(findings),
        failures=tuple(failures),
        prices=prices,
        price_date=price_date,
        assumptions=tuple(assumptions),
        warnings=report.warnings,
    )


def _check_outputs(inputs: InputSet) -> None:
    """Raise UsageError unless every input is a request that limits its output itself."""
    unlimited = [
        prompt.name
        for prompt in inputs.prompts
        if prompt.request is None or prompt.request.max_output is None
    ]
    if not unlimited and inputs.prompts:
        return
    message = "a limit on cost needs the output tokens, which cost money too"
    if len(unlimited) < len(inputs.prompts):
        message += f"; {len(unlimited)} of the inputs do not limit theirs: {unlimited[0]}"
    raise UsageError(
        message,
        hint="pass --output-tokens, for example -o 500, or -o 0 for the input alone",
    )


def _open_counts(results: Sequence[Measured]) -> Iterable[Failure]:
    """Yield a failure for each input that has more than what is counted."""
    for result in results:
        if result.tokens.high is None:
            yield Failure(
                error=UncountedError(
                    f"{describe_uncounted(result.tokens)} is not counted, and a limit not judged",
                    hint="allow for it with --uncounted-tokens N, or leave it out",
                ),
                input=result.input,
                model=_model(result),
            )


def _price_assumptions(
    report: EstimateReport, prices: PriceTable, price_date: PriceDate
) -> Iterable[Note]:
    options = report.options
    if options.output is not None:
        yield assumed("output_up_to", tokens=options.output.high)
    else:
        yield assumed("output_of_requests")
    mode = str(report.mode or "as each request asks")
    yield assumed("prices_of", date=price_date, mode=mode, sources=prices.sources)


def _on_tokens(results: Sequence[Measured], limits: Limits) -> Iterable[Finding]:
    if limits.max_tokens is not None:
        by_model: dict[str, list[TokenCount]] = {}
        for result in results:
            by_model.setdefault(_model(result), []).append(result.tokens)
        for model, counts in by_model.items():
            total = TokenCount.sum(counts)
            yield _tokens(Rule.MAX_TOKENS, None, model, limits.max_tokens, total)
    if limits.max_tokens_per_file is not None:
        for result in results:
            yield _tokens(
                Rule.MAX_TOKENS_PER_FILE,
                result.input,
                _model(result),
                limits.max_tokens_per_file,
                result.tokens,
            )


def _tokens(rule: Rule, file: str | None, model: str, limit: int, tokens: TokenCount) -> Finding:
    judged = _judged(Decimal(limit), tokens.low, tokens.high)
    return Finding(
        rule=rule,
        file=file,
        model=model,
        limit=Decimal(limit),
        expected=Decimal(tokens.expected),
        judged=judged,
        unit=TOKENS,
        status=status_of(judged, Decimal(limit)),
    )


def _judged(limit: Decimal, low: Decimal | int, high: Decimal | int | None) -> Decimal | None:
    """Return the upper end; of an open range the low one if it is above the limit, else nothing."""
    if high is not None:
        return Decimal(high)
    return Decimal(low) if low > limit else None


def _on_cost(report: EstimateReport, limit: Money, failures: list[Failure]) -> Iterable[Finding]:
    for result in report.results:
        if result.cost is None:
            continue  # already a failure
        try:
            if result.cost.high is None and result.tokens.high is not None:
                raise NoPriceError(
                    f"{result.input} with {result.offer.name} has no price at its upper end",
                    notes=result.warnings,
                )
            converted = find_conversion(
                result.offer.currency,
                limit.currency,
                day=report.price_date.day,
                given=report.options.exchange_rates,
                listed=report.prices.exchange_rates,
            )
        except TokencostError as error:
            model = result.offer.model.name
            failures.append(Failure(error=error, input=result.input, model=model))
            continue
        low, expected, high = (
            None if cost is None else converted.convert(cost.total) if converted else cost.total
            for cost in (result.cost.low, result.cost.expected, result.cost.high)
        )
        judged = _judged(limit.amount, low or Decimal(), high)
        yield Finding(
            rule=Rule.MAX_COST_PER_CALL,
            file=result.input,
            model=result.offer.name,
            limit=limit.amount,
            expected=expected or Decimal(),
            judged=judged,
            unit=limit.currency,
            status=status_of(judged, limit.amount),
            conversion=converted,
        )


def _model(result: Measured) -> str:
    return result.offer.model.name if isinstance(result, Estimate) else result.model or ""
