"""Check inputs against limits; what cannot be judged never passes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tokencost.budgets.limits import CheckReport, Finding, Limits
from tokencost.errors import Failure, NoPriceError, TokencostError, UsageError
from tokencost.estimates.count import CountReport, PromptCount, count
from tokencost.estimates.estimate import estimate
from tokencost.estimates.options import EstimateOptions
from tokencost.estimates.results import Estimate, EstimateReport
from tokencost.inputs import Prompts
from tokencost.money import Money
from tokencost.pricing import PriceDate, PriceTable, conversion, load_price_table

Measured = PromptCount | Estimate


def check(
    prompts: Prompts,
    *,
    models: str | Sequence[str],
    limits: Limits,
    options: EstimateOptions | None = None,
    prices: PriceTable | None = None,
) -> CheckReport:
    """Judge *prompts* against *limits*, at the upper end of every count and cost.

    Prices are asked for only if a limit is on cost. Nothing is raised for an input or model
    that cannot be judged: it becomes a failure of the report, whose status then is "error".

    Raises:
        UsageError: a limit on cost without output tokens, which may be 0 but must be said.
    """
    options = options or EstimateOptions()
    if limits.max_cost_per_call is not None and options.output is None:
        raise UsageError(
            "a limit on cost needs the tokens of the answer, which cost money too",
            hint="pass --output-tokens, for example -o 500, or -o 0 for the input alone",
        )
    prices = prices or load_price_table()
    price_date = options.price_date or PriceDate(day=prices.as_of)
    report: CountReport | EstimateReport
    assumptions = ["counts and costs are judged at their upper end"]
    if limits.max_cost_per_call is None:
        report = count(
            prompts, models=models, tokenizer=options.tokenizer, prices=prices, strict=False
        )
    else:
        report = estimate(prompts, models=models, options=options, prices=prices, strict=False)
        if options.output is not None:
            assumptions.append(f"up to {options.output.high:,} output tokens a call")
        assumptions.append(f"prices of {price_date}, mode {options.mode}{prices.layers}")
    failures = list(report.failures)
    findings = [*_on_tokens(report.results, limits)]
    if isinstance(report, EstimateReport) and limits.max_cost_per_call:
        findings += _on_cost(report, limits.max_cost_per_call, failures)
    return CheckReport(
        findings=tuple(findings),
        failures=tuple(failures),
        limits=limits,
        prices=prices,
        price_date=price_date,
        assumptions=tuple(assumptions),
        warnings=report.warnings,
    )


def _on_tokens(results: Sequence[Measured], limits: Limits) -> Iterable[Finding]:
    if limits.max_tokens is not None:
        for model in dict.fromkeys(map(_model, results)):
            total = sum(each.tokens.high for each in results if _model(each) == model)
            yield _tokens("max_tokens", None, model, limits.max_tokens, total)
    if limits.max_tokens_per_file is not None:
        for each in results:
            yield _tokens(
                "max_tokens_per_file",
                each.input,
                _model(each),
                limits.max_tokens_per_file,
                each.tokens.high,
            )


def _on_cost(report: EstimateReport, limit: Money, failures: list[Failure]) -> Iterable[Finding]:
    for each in report.results:
        if each.cost is None:
            continue  # already a failure
        try:
            if each.cost.high is None:
                raise NoPriceError(
                    f"{each.input} with {each.offer.name} has no price at its upper end",
                    hint="; ".join(each.warnings),
                )
            converted = conversion(
                each.offer.currency,
                limit.currency,
                day=report.price_date.day,
                given=report.options.exchange_rates,
                known=report.prices.exchange_rates,
            )
        except TokencostError as error:
            failures.append(Failure(error=error, input=each.input, model=each.offer.model.name))
            continue
        cost = each.cost.high.total
        yield Finding(
            rule="max_cost_per_call",
            file=each.input,
            model=each.offer.name,
            limit=limit.amount,
            actual=converted.convert(cost) if converted else cost,
            unit=limit.currency,
            conversion=converted,
        )


def _tokens(rule: str, file: str | None, model: str, limit: int, actual: int) -> Finding:
    return Finding(
        rule=rule,
        file=file,
        model=model,
        limit=Decimal(limit),
        actual=Decimal(actual),
        unit="tokens",
    )


def _model(each: Measured) -> str:
    return each.offer.model.name if isinstance(each, Estimate) else each.model or ""
