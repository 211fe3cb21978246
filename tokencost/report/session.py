"""The answer of `session` as sheet, JSON and CSV."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from tokencost.money import format_exact, format_money, multiply
from tokencost.report.json_envelope import envelope, money, rates_dict, tokens_dict
from tokencost.report.phrases import count_remarks, remarks, sentence, sentences
from tokencost.report.price_phrases import price_remark, range_cell, rate_remarks
from tokencost.report.table import Column, Remark, Sheet, Table, only_used
from tokencost.sessions import PricedCall, SessionReport, SessionResult
from tokencost.usage import Usage

CSV_COLUMNS = (
    *("model", "site", "call", "turn", "kind", "agents", "input", "cache_read", "cache_write"),
    *("output", "currency", "cost_uncached", "cost_cached"),
)
_MOST = 40
_ENDS = 15
_TOTALS = (
    Column(name="model"),
    Column(name="calls", number=True, rank=3),
    Column(name="input", number=True, rank=1),
    Column(name="read", number=True, rank=2),
    Column(name="written", number=True, rank=2),
    Column(name="output", number=True, rank=4),
    Column(name="no cache", number=True),
    Column(name="with cache", number=True),
    Column(name="saving", number=True),
    Column(name="between", number=True, rank=5),
)
_CALLS = (
    Column(name="turn", number=True),
    Column(name=""),
    Column(name="agents", number=True),
    Column(name="input", number=True),
    Column(name="read", number=True),
    Column(name="written", number=True),
    Column(name="output", number=True, rank=2),
    Column(name="no cache", number=True, rank=1),
    Column(name="with cache", number=True),
    Column(name="so far", number=True),
)


def sheet(report: SessionReport) -> Sheet:
    """Lay out the sums, and every call where there is one model alone."""
    more = (
        *([Column(name="month", number=True)] if report.options.volume else []),
        Column(name="converted", number=True),
    )
    rows = tuple(_total_row(each, report) for each in report.results)
    totals = only_used(Table(columns=(*_TOTALS, *more), rows=rows))
    calls = [_calls_table(each) for each in report.results] if len(report.results) == 1 else []
    return Sheet(tables=(totals, *calls) if report.results else (), remarks=tuple(_remarks(report)))


def as_dict(report: SessionReport) -> dict[str, Any]:
    """Spell out the JSON."""
    return envelope(
        "session",
        prices=report.prices,
        price_date=report.price_date,
        conversions=[each.conversion for each in report.results],
        assumptions={"session": _shape(report), "notes": _assumptions(report)},
        body={"results": [_result(each, report) for each in report.results]},
        failures=report.failures,
    )


def csv_rows(report: SessionReport) -> Iterable[tuple[object, ...]]:
    """Return one row for each call."""
    for result in report.results:
        for number, each in enumerate(result.calls, start=1):
            has_cache = result.cache is not None
            yield (
                *(result.offer.model.name, result.offer.site, number, each.call.turn),
                *("compaction" if each.call.is_compaction else "turn", each.agents),
                each.call.input,
                *(
                    (format_exact(each.cache_read), format_exact(each.cache_written))
                    if has_cache
                    else (None, None)
                ),
                *(each.call.output, result.offer.currency, money(each.without_cache)),
                money(each.with_cache),
            )


def quiet(report: SessionReport) -> str:
    """Return what the session costs, with the cache if one is used, a line for each model."""
    lines = []
    for each in report.results:
        converted = each.conversion
        amount = converted.convert(each.total.cost) if converted else each.total.cost
        currency = converted.target if converted else each.offer.currency
        label = f"{each.offer.name}\t{currency}\t" if len(report.results) > 1 else ""
        lines.append(f"{label}{format_exact(amount)}\n")
    return "".join(lines)


def _total_row(result: SessionResult, report: SessionReport) -> tuple[str, ...]:
    total, currency = result.total, result.offer.currency
    has_cache = result.cache is not None
    converted = result.conversion
    return (
        result.offer.name,
        f"{total.calls:,}",
        f"{'' if result.prefix.is_exact else '~'}{total.input:,}",
        _tokens(total.cache_read) if has_cache else "",
        _tokens(total.cache_written) if has_cache else "",
        f"{total.output:,}",
        format_money(total.without_cache, currency),
        "none" if total.with_cache is None else format_money(total.with_cache, currency),
        _percent(total.saving, total.without_cache),
        "" if result.low is None else range_cell(result.low, result.high, currency),
        *(
            [format_money(multiply(total.cost, report.options.volume.per_month), currency)]
            if report.options.volume
            else []
        ),
        format_money(converted.convert(total.cost), converted.target) if converted else "",
    )


def _percent(saving: Decimal | None, of: Decimal) -> str:
    """Return a share of the cost without a cache; a loss is negative."""
    if saving is None or not of:
        return ""
    share = (saving / of * 100).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return f"{share} %"


def _tokens(tokens: Decimal) -> str:
    return f"{tokens.quantize(Decimal(1), ROUND_HALF_EVEN):,}"


def _calls_table(result: SessionResult) -> Table:
    rows, so_far = [], Decimal()
    for each in result.calls:
        cost = each.cost
        so_far += multiply(cost, each.agents)
        rows.append(_call_row(each, result, so_far))
    if len(rows) > _MOST:
        left_out = f"... {len(rows) - 2 * _ENDS:,} more, see -f csv"
        rows[_ENDS:-_ENDS] = [("", left_out, *[""] * (len(_CALLS) - 2))]
    return only_used(Table(columns=_CALLS, rows=tuple(rows)))


def _call_row(priced: PricedCall, result: SessionResult, so_far: Decimal) -> tuple[str, ...]:
    call, currency = priced.call, result.offer.currency
    has_cache = result.cache is not None
    return (
        f"{call.turn:,}",
        "summary" if call.is_compaction else "",
        f"{priced.agents:,}" if result.session.agents > 1 else "",
        f"{call.input:,}",
        _tokens(priced.cache_read) if has_cache else "",
        _tokens(priced.cache_written) if has_cache else "",
        f"{call.output:,}",
        format_money(priced.without_cache, currency),
        "" if priced.with_cache is None else format_money(priced.with_cache, currency),
        format_money(so_far, currency),
    )


def _remarks(report: SessionReport) -> list[Remark]:
    warnings = [
        f"{each.offer.name}: {text}" for each in report.results for text in sentences(each.warnings)
    ]
    return [
        *count_remarks(
            (each.offer.model.name, each.prefix) for each in report.results if each.prefix.tokenizer
        ),
        *dict.fromkeys(
            price_remark(each.offer, quote, _any_usage(each))
            for each in report.results
            for quote in each.quotes
        ),
        *remarks("no cache", [sentence(each.no_cache) for each in report.results if each.no_cache]),
        *rate_remarks(each.conversion for each in report.results),
        *remarks("assumed", _assumptions(report)),
        *remarks("warning", warnings),
    ]


def _any_usage(result: SessionResult) -> Usage:
    """Return a usage of every kind that the session is billed for."""
    cache = result.cache
    return Usage(
        cache_read=1 if cache else 0,
        cache_write={cache.use.ttl: 1} if cache and cache.use.ttl else {},
    )


def _assumptions(report: SessionReport) -> list[str]:
    turns, *others = sentences(report.assumptions)
    models: dict[str, list[str]] = {}
    for result in report.results:
        for text in sentences(result.assumptions):
            models.setdefault(text, []).append(result.offer.name)
    lines = [
        f"prices of {report.price_date}{report.prices.layers}",
        turns,
        *(
            text if len(names) == len(report.results) else f"{', '.join(names)}: {text}"
            for text, names in models.items()
        ),
        *others,
    ]
    return list(dict.fromkeys(lines))


def _shape(report: SessionReport) -> dict[str, Any]:
    session = report.session
    return {
        "turns": session.turns,
        "user": session.user,
        "tool_output": session.tool_output,
        "answer": session.output_tokens,
        "summary": session.summary,
        "agents": session.agents,
        "staged": session.staged,
        "pause_seconds": int(session.turn_interval.total_seconds()),
        "idle_seconds": {
            str(turn): int(gap.total_seconds()) for turn, gap in sorted(session.gaps.items())
        },
        "hit_rate": money(session.hit_rate),
        "sessions_per_month": money(report.options.volume.per_month)
        if report.options.volume
        else None,
        "thinking": report.options.thinking,
    }


def _result(result: SessionResult, report: SessionReport) -> dict[str, Any]:
    total, converted = result.total, result.conversion
    cache = result.cache
    return {
        "model": result.offer.model.name,
        "site": result.offer.site,
        "prefix": tokens_dict(result.prefix),
        "compact_at": result.compact_at,
        "cache": None
        if cache is None
        else {
            "kind": cache.use.kind,
            "ttl": cache.use.ttl,
            "hit_rate": format_exact(cache.hit_rate),
        },
        "no_cache": sentence(result.no_cache) if result.no_cache else None,
        "total": {
            "calls": total.calls,
            "input": total.input,
            "output": total.output,
            "cache_read": format_exact(total.cache_read),
            "cache_write": format_exact(total.cache_written),
            "currency": result.offer.currency,
            "uncached": format_exact(total.without_cache),
            "cached": money(total.with_cache),
            "saving": money(total.saving),
            "low": money(result.low),
            "high": money(result.high),
            "month": money(multiply(total.cost, report.options.volume.per_month))
            if report.options.volume
            else None,
            "converted": None
            if converted is None
            else {
                "currency": converted.target,
                "cost": format_exact(converted.convert(total.cost)),
            },
        },
        "prices": [
            {
                **rates_dict(quote.rates),
                "tier": quote.tier.label if quote.tier else None,
                "kind": str(quote.price.conditions.kind),
                "checked": quote.price.provenance.checked.isoformat(),
                "source": quote.price.provenance.source,
                "confidence": str(quote.price.provenance.confidence),
            }
            for quote in result.quotes
        ],
        "calls": [_call(each) for each in result.calls],
        "warnings": sentences(result.warnings),
    }


def _call(priced: PricedCall) -> dict[str, Any]:
    call = priced.call
    return {
        "turn": call.turn,
        "kind": "compaction" if call.is_compaction else "turn",
        "agents": priced.agents,
        "input": call.input,
        "output": call.output,
        "uncached": format_exact(priced.without_cache),
        "cached": money(priced.with_cache),
        "billed": [
            {
                "share": format_exact(share),
                "uncached": usage.uncached_input,
                "cache_read": usage.cache_read,
                "cache_write": dict(usage.cache_write),
            }
            for share, usage in priced.billed
        ],
    }
