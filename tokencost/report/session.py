"""Reports of `session`."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

from tokencost.money import format_exact, format_money, multiply
from tokencost.report.formats.json import envelope, exact, rates_dict, tokens_dict
from tokencost.report.page import (
    Column,
    CsvTable,
    Page,
    PageNote,
    Table,
    csv_table,
    only_used,
    table,
)
from tokencost.report.phrases import count_notes, notes_of, sentence, sentences, text_of
from tokencost.report.price_phrases import (
    cost_range_cell,
    exchange_rate_notes,
    price_note,
    tier_label,
)
from tokencost.sessions import PricedCall, SessionReport, SessionResult, SessionTotal
from tokencost.usage import Usage

_MOST = 40
_ENDS = 15


class _Sum(NamedTuple):
    """A session with one model, and its sums."""

    result: SessionResult
    total: SessionTotal

    def tokens(self, tokens: Decimal) -> str:
        return _tokens(tokens) if self.result.cache else ""

    def money(self, amount: Decimal) -> str:
        return format_money(amount, self.result.offer.currency)


def _token_sums() -> tuple[Column[_Sum], ...]:
    return (
        Column(name="model", cell=lambda row: row.result.offer.name),
        Column(name="calls", cell=lambda row: f"{row.total.calls:,}", number=True, rank=3),
        Column(
            name="input",
            cell=lambda row: f"{'' if row.result.prefix.is_exact else '~'}{row.total.input:,}",
            number=True,
            rank=1,
        ),
        Column(name="read", cell=lambda row: row.tokens(row.total.cache_read), number=True, rank=2),
        Column(
            name="written",
            cell=lambda row: row.tokens(row.total.cache_written),
            number=True,
            rank=2,
        ),
        Column(name="output", cell=lambda row: f"{row.total.output:,}", number=True, rank=4),
    )


def _cost_sums(report: SessionReport) -> tuple[Column[_Sum], ...]:
    volume = report.options.volume.per_month if report.options.volume else None
    return (
        Column(name="no cache", cell=lambda row: row.money(row.total.without_cache), number=True),
        Column(
            name="with cache",
            cell=lambda row: (
                "none" if row.total.with_cache is None else row.money(row.total.with_cache)
            ),
            number=True,
        ),
        Column(
            name="saving",
            cell=lambda row: _percent(row.total.saving, row.total.without_cache),
            number=True,
        ),
        Column(name="between", cell=lambda row: _cost_range(row.result), number=True, rank=5),
        Column(
            name="month",
            cell=lambda row: row.money(multiply(row.total.cost, volume)) if volume else "",
            number=True,
        ),
        Column(name="converted", cell=_converted_cell, number=True),
    )


def _cost_range(result: SessionResult) -> str:
    if result.low is None:
        return ""
    return cost_range_cell(result.low, result.high, result.offer.currency)


def _converted_cell(row: _Sum) -> str:
    conversion = row.result.conversion
    if conversion is None:
        return ""
    return format_money(conversion.convert(row.total.cost), conversion.target)


def _percent(saving: Decimal | None, of: Decimal) -> str:
    """Return a share of the cost without a cache; a loss is negative."""
    if saving is None or not of:
        return ""
    share = (saving / of * 100).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return f"{share} %"


def _tokens(tokens: Decimal) -> str:
    return f"{tokens.quantize(Decimal(1), ROUND_HALF_EVEN):,}"


class _Call(NamedTuple):
    """A call with its number, and what the session costs up to it."""

    result: SessionResult
    number: int
    priced: PricedCall
    so_far: Decimal

    def money(self, amount: Decimal | None) -> str:
        return "" if amount is None else format_money(amount, self.result.offer.currency)

    def cached(self, tokens: Decimal) -> Decimal | None:
        return tokens if self.result.cache else None


def _cached_cell(tokens: Decimal | None) -> str:
    return "" if tokens is None else _tokens(tokens)


_CALLS: tuple[Column[_Call], ...] = (
    Column(csv="model", value=lambda row: row.result.offer.model.name),
    Column(csv="site", value=lambda row: row.result.offer.site),
    Column(csv="call", value=lambda row: row.number),
    Column(
        name="turn",
        value=lambda row: row.priced.call.turn,
        cell=lambda row: f"{row.priced.call.turn:,}",
        number=True,
    ),
    Column(
        value=lambda row: _kind(row.priced),
        cell=lambda row: "summary" if row.priced.call.is_compaction else "",
        csv="kind",
    ),
    Column(
        name="agents",
        value=lambda row: row.priced.agents,
        cell=lambda row: f"{row.priced.agents:,}" if row.result.session.agents > 1 else "",
        number=True,
    ),
    Column(
        name="input",
        value=lambda row: row.priced.call.input,
        cell=lambda row: f"{row.priced.call.input:,}",
        number=True,
    ),
    Column(
        name="read",
        value=lambda row: exact(row.cached(row.priced.cache_read)),
        cell=lambda row: _cached_cell(row.cached(row.priced.cache_read)),
        csv="cache_read",
        number=True,
    ),
    Column(
        name="written",
        value=lambda row: exact(row.cached(row.priced.cache_written)),
        cell=lambda row: _cached_cell(row.cached(row.priced.cache_written)),
        csv="cache_write",
        number=True,
    ),
    Column(
        name="output",
        value=lambda row: row.priced.call.output,
        cell=lambda row: f"{row.priced.call.output:,}",
        number=True,
        rank=2,
    ),
    Column(csv="currency", value=lambda row: row.result.offer.currency),
    Column(
        name="no cache",
        value=lambda row: exact(row.priced.without_cache),
        cell=lambda row: row.money(row.priced.without_cache),
        csv="cost_uncached",
        number=True,
        rank=1,
    ),
    Column(
        name="with cache",
        value=lambda row: exact(row.priced.with_cache),
        cell=lambda row: row.money(row.priced.with_cache),
        csv="cost_cached",
        number=True,
    ),
    Column(name="so far", cell=lambda row: row.money(row.so_far), number=True),
)


def _calls(result: SessionResult) -> Iterable[_Call]:
    so_far = Decimal()
    for number, priced in enumerate(result.calls, start=1):
        so_far += multiply(priced.cost, priced.agents)
        yield _Call(result, number, priced, so_far)


def _calls_table(result: SessionResult) -> Table:
    calls = table(_CALLS, _calls(result))
    rows = list(calls.rows)
    if len(rows) > _MOST:
        left_out = f"... {len(rows) - 2 * _ENDS:,} more, see -f csv"
        rows[_ENDS:-_ENDS] = [("", left_out, *[""] * (len(calls.columns) - 2))]
    return only_used(replace(calls, rows=tuple(rows)))


class SessionView:
    """The sums of a session, and its calls."""

    def page(self, report: SessionReport) -> Page:
        """Lay out the sums, and every call where there is one model alone."""
        if not report.results:
            return Page(tables=(), notes=tuple(_notes(report)))
        sums = table(
            (*_token_sums(), *_cost_sums(report)),
            (_Sum(result, result.total) for result in report.results),
        )
        calls = [_calls_table(result) for result in report.results] * (len(report.results) == 1)
        return Page(tables=(only_used(sums), *calls), notes=tuple(_notes(report)))

    def csv(self, report: SessionReport) -> CsvTable:
        """Return one row for each call."""
        return csv_table(_CALLS, (call for result in report.results for call in _calls(result)))

    def as_dict(self, report: SessionReport) -> dict[str, Any]:
        """Spell out the JSON."""
        return envelope(
            report.name,
            prices=report.prices,
            price_date=report.price_date,
            conversions=[result.conversion for result in report.results],
            assumptions={"session": _shape(report), "notes": _assumptions(report)},
            body={"results": [_result(result, report) for result in report.results]},
            failures=report.failures,
        )

    def quiet(self, report: SessionReport) -> str:
        """Return what the session costs, with the cache if one is used, a line for each model."""
        lines = []
        for result in report.results:
            conversion, cost = result.conversion, result.total.cost
            amount = conversion.convert(cost) if conversion else cost
            currency = conversion.target if conversion else result.offer.currency
            label = f"{result.offer.name}\t{currency}\t" if len(report.results) > 1 else ""
            lines.append(f"{label}{format_exact(amount)}\n")
        return "".join(lines)


def _kind(priced: PricedCall) -> str:
    return "compaction" if priced.call.is_compaction else "turn"


def _notes(report: SessionReport) -> list[PageNote]:
    warnings = [
        f"{result.offer.name}: {text_of(warning)}"
        for result in report.results
        for warning in result.warnings
    ]
    no_cache = [result.no_cache for result in report.results if result.no_cache]
    return [
        *count_notes(
            (result.offer.model.name, result.prefix)
            for result in report.results
            if result.prefix.tokenizer
        ),
        *dict.fromkeys(
            price_note(result.offer, quote, _any_usage(result))
            for result in report.results
            for quote in result.quotes
        ),
        *notes_of("no cache", no_cache),
        *exchange_rate_notes(result.conversion for result in report.results),
        *notes_of("assumed", _assumptions(report)),
        *notes_of("warning", warnings),
    ]


def _any_usage(result: SessionResult) -> Usage:
    """Return a usage of every kind that the session is billed for."""
    cache = result.cache
    return Usage(
        cache_read=1 if cache else 0,
        cache_write={cache.use.ttl: 1} if cache and cache.use.ttl else {},
    )


def _assumptions(report: SessionReport) -> list[str]:
    turns, *more = sentences(report.assumptions)
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
        *more,
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
        "hit_rate": exact(session.hit_rate),
        "sessions_per_month": exact(report.options.volume.per_month)
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
            "cached": exact(total.with_cache),
            "saving": exact(total.saving),
            "low": exact(result.low),
            "high": exact(result.high),
            "month": exact(multiply(total.cost, report.options.volume.per_month))
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
                "tier": tier_label(quote),
                "kind": str(quote.price.conditions.kind),
                "checked": quote.price.provenance.checked.isoformat(),
                "source": quote.price.provenance.source,
                "confidence": str(quote.price.provenance.confidence),
            }
            for quote in result.quotes
        ],
        "calls": [_call(call) for call in result.calls],
        "warnings": sentences(result.warnings),
    }


def _call(priced: PricedCall) -> dict[str, Any]:
    call = priced.call
    return {
        "turn": call.turn,
        "kind": _kind(priced),
        "agents": priced.agents,
        "input": call.input,
        "output": call.output,
        "uncached": format_exact(priced.without_cache),
        "cached": exact(priced.with_cache),
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
