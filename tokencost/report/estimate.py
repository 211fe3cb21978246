"""The answer of `estimate` as sheet, JSON and CSV."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from tokencost.errors import Failure
from tokencost.estimates.results import Estimate, EstimateReport, total_cost
from tokencost.money import format_exact, format_money, multiply, sum_exact
from tokencost.report.json_envelope import day_text, envelope, money, rates_dict, tokens_dict
from tokencost.report.phrases import (
    band_cell,
    count_cell,
    count_remarks,
    framing_remarks,
    has_output,
    method_word,
    output_assumptions,
    remarks,
)
from tokencost.report.price_phrases import money_cell, price_remark, range_cell, rate_remarks
from tokencost.report.table import Column, Remark, Sheet, Table, only_used
from tokencost.tokenizers import TokenCount

CSV_COLUMNS = (
    *("input", "kind", "model", "site", "tokens", "tokens_low", "tokens_high", "method"),
    *("tokenizer", "output_tokens", "currency", "cost_input", "cost_output", "cost_low"),
    *("cost_expected", "cost_high", "calls", "cost_calls", "calls_per_month", "cost_month"),
    *("converted_currency", "cost_converted", "mode", "tier", "price_checked", "price_source"),
)


def sheet(report: EstimateReport) -> Sheet:
    """Lay out the costs, with a total for each model where there are several inputs."""
    options = report.options
    columns = (
        Column(name="input"),
        Column(name="model"),
        Column(name="tokens", number=True),
        Column(name="between", number=True, rank=3),
        Column(name="output", number=True, rank=1),
        Column(name="cost/call" if _has_output(report) else "input cost", number=True),
        Column(name="cost between", number=True, rank=2),
        Column(name=f"{options.calls:,} call{'s' * (options.calls != 1)}", number=True, rank=4),
        Column(name="month", number=True),
        Column(name=f"in {options.currency}", number=True),
    )
    rows = [_row(each.input, [each], report) for each in report.results]
    totals = [
        _row(f"sum of {len(results)}", results, report)
        for results in map(report.of, report.offers)
        if len(results) > 1
    ]
    prices = only_used(Table(columns=columns, rows=(*rows, *totals), totals=len(totals)))
    return Sheet(tables=(prices,), remarks=tuple(_remarks(report)))


def as_dict(
    report: EstimateReport,
    *,
    scenarios: Sequence[dict[str, Any]] = (),
    failures: Sequence[Failure] | None = None,
) -> dict[str, Any]:
    """Spell out the JSON, with the scenarios of its models and all failures if there are any."""
    options, output = report.options, report.options.output
    return envelope(
        "estimate",
        prices=report.prices,
        price_date=report.price_date,
        conversions=[each.conversion for each in report.results],
        assumptions={
            "output_tokens": None
            if output is None
            else {"low": output.low, "expected": output.expected, "high": output.high},
            "calls": options.calls,
            "mode": options.mode,
            "volume_per_month": money(options.volume.per_month) if options.volume else None,
            "notes": _assumptions(report),
        },
        body={
            "results": [_result(each, report) for each in report.results],
            "totals": [_total(report.of(offer)) for offer in report.offers],
            "scenarios": list(scenarios),
        },
        warnings=report.warnings,
        failures=report.failures if failures is None else failures,
    )


def csv_rows(report: EstimateReport) -> Iterable[tuple[object, ...]]:
    """Return one row for each result; what is unknown stays empty."""
    for each in report.results:
        costs = _cost_dict(each, report) or {}
        converted = _converted(each) or {}
        provenance = each.quote.price.provenance if each.quote else None
        yield (
            *(each.input, each.kind, each.offer.model.name, each.offer.site),
            *(each.tokens.expected, each.tokens.low, each.tokens.high),
            *(method_word(each.tokens.method), each.tokens.tokenizer),
            *(each.output.expected, each.offer.currency),
            *(costs.get(key) for key in ("input", "output", "low", "expected", "high")),
            *(report.options.calls, costs.get("calls")),
            money(report.options.volume.per_month) if report.options.volume else None,
            costs.get("month"),
            *(converted.get("currency"), converted.get("expected"), report.options.mode),
            each.quote.tier.label if each.quote and each.quote.tier else None,
            *((provenance.checked, provenance.source) if provenance else (None, None)),
        )


def quiet(report: EstimateReport) -> str:
    """Return the exact sum over all inputs, in the asked or native currency.

    With several models every line names its model and currency, for a bare number would not.
    """
    lines = []
    for offer in report.offers:
        costs = [
            each.conversion.convert(each.cost.expected.total)
            if each.conversion
            else each.cost.expected.total
            for each in report.of(offer)
            if each.cost is not None
        ]
        currency = report.options.currency or offer.currency
        label = f"{offer.name}\t{currency}\t" if len(report.offers) > 1 else ""
        lines.append(f"{label}{format_exact(sum_exact(costs))}\n")
    return "".join(lines)


def _row(label: str, results: Sequence[Estimate], report: EstimateReport) -> tuple[str, ...]:
    """Return the cells of one result, or the sums of several of one model."""
    offer, options = results[0].offer, report.options
    costs, conversion = total_cost(results), results[0].conversion
    tokens = TokenCount.sum([result.tokens for result in results])
    calls = (Decimal(options.calls), options.volume.per_month if options.volume else None)
    return (
        label,
        offer.name,
        count_cell(tokens),
        band_cell(tokens),
        f"{sum(each.output.expected for each in results):,}" if _has_output(report) else "",
        money_cell(costs.expected, offer.currency),
        range_cell(costs.low, costs.high, offer.currency),
        *(
            ""
            if each is None or costs.expected is None
            else format_money(multiply(costs.expected, each), offer.currency)
            for each in calls
        ),
        format_money(conversion.convert(costs.expected), conversion.target)
        if conversion and costs.expected is not None
        else "",
    )


def _has_output(report: EstimateReport) -> bool:
    return has_output(report.options.output, report.results)


def _remarks(report: EstimateReport) -> list[Remark]:
    quoted: dict[str, Remark] = {}
    for each in report.results:
        if each.quote:
            remark = price_remark(each.offer, each.quote, each.usage)
            quoted.setdefault(remark.text, remark)
    warnings = [
        f"{each.offer.name}: {warning}" for each in report.results for warning in each.warnings
    ]
    return [
        *count_remarks(
            (each.offer.model.name, each.tokens) for each in report.results if each.tokens.tokenizer
        ),
        *framing_remarks((each.offer.model.name, each.tokens) for each in report.results),
        *quoted.values(),
        *rate_remarks(each.conversion for each in report.results),
        *remarks("assumed", _assumptions(report)),
        *remarks("note", report.warnings),
        *remarks("warning", warnings),
    ]


def _assumptions(report: EstimateReport) -> list[str]:
    options, output = report.options, report.options.output
    lines = [f"prices of {report.price_date}{report.prices.layers}"]
    lines += output_assumptions(output, has_output=_has_output(report))
    if options.volume:
        lines.append(f"{options.volume.per_month:,} calls in a month of 30 days")
    for each in report.results:
        if each.quote:
            lines += [f"{each.offer.name}: {text}" for text in each.quote.assumptions]
    return list(dict.fromkeys(lines))


def _result(each: Estimate, report: EstimateReport) -> dict[str, Any]:
    model, quote = each.offer.model, each.quote
    window = model.context or model.max_input
    size = each.tokens.expected + (each.output.expected if model.context else 0)
    return {
        "input": each.input,
        "kind": each.kind,
        "model": model.name,
        "site": each.offer.site,
        "tokens": {**tokens_dict(each.tokens), "output": each.output.expected},
        "usage": {
            "uncached": each.usage.uncached_input,
            "cache_read": each.usage.cache_read,
            "cache_write": dict(each.usage.cache_write),
            "output": each.usage.output,
        },
        "cost": _cost_dict(each, report),
        "cost_converted": _converted(each),
        "price": None
        if quote is None
        else {
            **rates_dict(quote.rates),
            "derived": dict(quote.derived),
            "mode": quote.mode,
            "tier": quote.tier.label if quote.tier else None,
            "band": None if quote.hours is None else "peak" if quote.hours.inside else "off-peak",
            "kind": str(quote.price.conditions.kind),
            "from": day_text(quote.price.validity.first),
            "until": day_text(quote.price.validity.last),
            "checked": quote.price.provenance.checked.isoformat(),
            "source": quote.price.provenance.source,
            "confidence": str(quote.price.provenance.confidence),
        },
        "context": {"window": window, "fits": None if window is None else size <= window},
        "warnings": list(each.warnings),
    }


def _cost_dict(each: Estimate, report: EstimateReport) -> dict[str, Any] | None:
    if each.cost is None:
        return None
    cost, options = each.cost, report.options
    return {
        "currency": each.offer.currency,
        "input": format_exact(cost.expected.input),
        "output": format_exact(cost.expected.output),
        "low": money(cost.low.total if cost.low else None),
        "expected": format_exact(cost.expected.total),
        "high": money(cost.high.total if cost.high else None),
        "calls": format_exact(multiply(cost.expected.total, options.calls)),
        "month": format_exact(multiply(cost.expected.total, options.volume.per_month))
        if options.volume
        else None,
    }


def _converted(each: Estimate) -> dict[str, Any] | None:
    if each.cost is None or each.conversion is None:
        return None
    return {
        "currency": each.conversion.target,
        "expected": format_exact(each.conversion.convert(each.cost.expected.total)),
    }


def _total(results: Sequence[Estimate]) -> dict[str, Any]:
    offer, costs = results[0].offer, total_cost(results)
    tokens = TokenCount.sum([result.tokens for result in results])
    return {
        "model": offer.model.name,
        "site": offer.site,
        "currency": offer.currency,
        "tokens": {
            "input": tokens.expected,
            "input_low": tokens.low,
            "input_high": tokens.high,
            "output": sum(each.output.expected for each in results),
        },
        "low": money(costs.low),
        "expected": money(costs.expected),
        "high": money(costs.high),
    }
