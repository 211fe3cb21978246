"""The answer of `estimate` as sheet, JSON and CSV."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tokencost.answers import Estimate, EstimateReport
from tokencost.money import plain, shown
from tokencost.report.envelope import envelope, money, rates_dict, tokens_dict
from tokencost.report.price_words import money_cell, price_remark, rate_remarks
from tokencost.report.sheet import Column, Remark, Sheet, Table, only_used
from tokencost.report.words import DASH, band_cell, count_cell, count_remarks, remarks

CSV_COLUMNS = (
    *("input", "kind", "model", "site", "tokens", "tokens_low", "tokens_high", "method"),
    *("tokenizer", "output_tokens", "currency", "cost_input", "cost_output", "cost_low"),
    *("cost_expected", "cost_high", "calls", "cost_calls", "calls_per_month", "cost_month"),
    *("converted_currency", "cost_converted", "mode", "tier", "price_checked", "price_source"),
)


def sheet(report: EstimateReport) -> Sheet:
    """Lay out the costs, with a total for each model where there are several inputs."""
    request = report.request
    columns = (
        Column(name="input"),
        Column(name="model"),
        Column(name="tokens", number=True),
        Column(name="between", number=True),
        Column(name="output", number=True),
        Column(name="cost/call" if request.output else "cost/call, input only", number=True),
        Column(name="cost between", number=True),
        Column(name=f"{request.calls:,} calls", number=True),
        Column(name="month", number=True),
        Column(name=f"call in {request.currency}", number=True),
    )
    rows = [_row(each, report) for each in report.results]
    totals = [
        _total_row(report, offer_name)
        for offer_name in dict.fromkeys(each.offer.name for each in report.results)
        if sum(1 for each in report.results if each.offer.name == offer_name) > 1
    ]
    return Sheet(
        tables=(only_used(Table(columns=columns, rows=(*rows, *totals), totals=len(totals))),),
        remarks=tuple(_remarks(report)),
    )


def as_dict(report: EstimateReport) -> dict[str, Any]:
    """Spell out the JSON."""
    request, output = report.request, report.request.output
    return envelope(
        "estimate",
        prices=report.prices,
        moment=report.moment,
        conversions=[each.conversion for each in report.results],
        assumptions={
            "output_tokens": None
            if output is None
            else {"low": output.low, "expected": output.expected, "high": output.high},
            "calls": request.calls,
            "mode": request.mode,
            "volume_per_month": money(request.volume.per_month) if request.volume else None,
            "notes": _assumptions(report),
        },
        body={
            "results": [_result(each, report) for each in report.results],
            "totals": [_total(report, name) for name in _names(report)],
        },
        warnings=report.warnings,
        failures=report.failures,
    )


def csv_rows(report: EstimateReport) -> Iterable[tuple[object, ...]]:
    """Return one row for each result; what is unknown stays empty."""
    for each in report.results:
        costs = _cost_dict(each, report) or {}
        converted = _converted(each) or {}
        yield (
            *(each.input, each.kind, each.offer.model.name, each.offer.site),
            *(each.tokens.expected, each.tokens.low, each.tokens.high, each.tokens.method),
            *(each.tokens.tokenizer, each.output.expected, each.offer.currency),
            *(costs.get(key) for key in ("input", "output", "low", "expected", "high")),
            *(report.request.calls, costs.get("calls")),
            money(report.request.volume.per_month) if report.request.volume else None,
            costs.get("month"),
            *(converted.get("currency"), converted.get("expected"), report.request.mode),
            each.quote.tier.label if each.quote and each.quote.tier else None,
            *((each.quote.price.checked, each.quote.price.source) if each.quote else (None, None)),
        )


def quiet(report: EstimateReport) -> str:
    """Return the exact total of each model, a number a line, in the asked or native currency."""
    lines = []
    for name in _names(report):
        total = Decimal()
        for each in _of(report, name):
            if each.cost is not None:
                cost = each.cost.expected.total
                total += each.conversion.convert(cost) if each.conversion else cost
        lines.append(f"{plain(total)}\n")
    return "".join(lines)


def _names(report: EstimateReport) -> list[str]:
    return [offer.name for offer in report.offers]


def _of(report: EstimateReport, name: str) -> list[Estimate]:
    return [each for each in report.results if each.offer.name == name]


def _row(each: Estimate, report: EstimateReport) -> tuple[str, ...]:
    request, currency = report.request, each.offer.currency
    expected = each.cost.expected.total if each.cost else None
    return (
        each.input,
        each.offer.name,
        count_cell(each.tokens),
        band_cell(each.tokens),
        f"{each.output.expected:,}" if request.output else "",
        money_cell(expected, currency),
        _range_cell(each),
        "" if expected is None else shown(expected * request.calls, currency),
        shown(expected * request.volume.per_month, currency)
        if request.volume and expected is not None
        else "",
        shown(each.conversion.convert(expected), each.conversion.target)
        if each.conversion and expected is not None
        else "",
    )


def _range_cell(each: Estimate) -> str:
    if each.cost is None:
        return ""
    low, high = each.cost.low, each.cost.high
    return _between(low.total if low else None, high.total if high else None, each.offer.currency)


def _between(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    if low == high:
        return ""
    return f"{money_cell(low, currency)}{DASH}{money_cell(high, currency)}"


def _token_sums(results: list[Estimate]) -> tuple[int, int, int]:
    return (
        sum(each.tokens.low for each in results),
        sum(each.tokens.expected for each in results),
        sum(each.tokens.high for each in results),
    )


def _total_row(report: EstimateReport, name: str) -> tuple[str, ...]:
    results = _of(report, name)
    offer, request = results[0].offer, report.request
    costs = report.total(offer)
    total = costs.expected
    low, tokens, high = _token_sums(results)
    exact = all(each.tokens.certain for each in results)
    conversion = results[0].conversion
    return (
        f"total of {len(results)}",
        name,
        f"{'' if exact else '~'}{tokens:,}",
        "" if exact else f"{low:,}{DASH}{high:,}",
        f"{sum(each.output.expected for each in results):,}" if request.output else "",
        money_cell(total, offer.currency),
        _between(costs.low, costs.high, offer.currency),
        "" if total is None else shown(total * request.calls, offer.currency),
        shown(total * request.volume.per_month, offer.currency)
        if request.volume and total is not None
        else "",
        shown(conversion.convert(total), conversion.target)
        if conversion and total is not None
        else "",
    )


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
        *quoted.values(),
        *rate_remarks(each.conversion for each in report.results),
        *remarks("assumed", _assumptions(report)),
        *remarks("note", report.warnings),
        *remarks("warning", warnings),
    ]


def _assumptions(report: EstimateReport) -> list[str]:
    request, output = report.request, report.request.output
    lines = [f"prices of {report.moment}"]
    if output is None:
        lines.append("input only: no output tokens named (--output-tokens)")
    elif output.low != output.high:
        lines.append(
            f"{output.low:,} to {output.high:,} output tokens, {output.expected:,} expected"
        )
    if request.volume:
        lines.append(f"{request.volume.per_month:,} calls in a month of 30 days")
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
            "uncached": each.usage.uncached,
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
            "mode": quote.mode,
            "tier": quote.tier.label if quote.tier else None,
            "band": None if quote.band is None else "peak" if quote.band.inside else "off-peak",
            "kind": str(quote.price.kind),
            "from": quote.price.first.isoformat() if quote.price.first else None,
            "until": quote.price.last.isoformat() if quote.price.last else None,
            "checked": quote.price.checked.isoformat(),
            "source": quote.price.source,
            "confidence": str(quote.price.confidence),
        },
        "context": {"window": window, "fits": None if window is None else size <= window},
        "warnings": list(each.warnings),
    }


def _cost_dict(each: Estimate, report: EstimateReport) -> dict[str, Any] | None:
    if each.cost is None:
        return None
    cost, request = each.cost, report.request
    return {
        "currency": each.offer.currency,
        "input": plain(cost.expected.input),
        "output": plain(cost.expected.output),
        "low": money(cost.low.total if cost.low else None),
        "expected": plain(cost.expected.total),
        "high": money(cost.high.total if cost.high else None),
        "calls": plain(cost.expected.total * request.calls),
        "month": plain(cost.expected.total * request.volume.per_month) if request.volume else None,
    }


def _converted(each: Estimate) -> dict[str, Any] | None:
    if each.cost is None or each.conversion is None:
        return None
    return {
        "currency": each.conversion.target,
        "expected": plain(each.conversion.convert(each.cost.expected.total)),
    }


def _total(report: EstimateReport, name: str) -> dict[str, Any]:
    results = _of(report, name)
    offer = results[0].offer
    costs = report.total(offer)
    low, tokens, high = _token_sums(results)
    return {
        "model": offer.model.name,
        "site": offer.site,
        "currency": offer.currency,
        "tokens": {
            "input": tokens,
            "input_low": low,
            "input_high": high,
            "output": sum(each.output.expected for each in results),
        },
        "low": money(costs.low),
        "expected": money(costs.expected),
        "high": money(costs.high),
    }
