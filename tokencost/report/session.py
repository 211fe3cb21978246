"""Reports of `session`."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tokencost.errors import NoPriceError
from tokencost.money import format_exact
from tokencost.notes import Note, assumed
from tokencost.report.formats.json import (
    envelope,
    exact,
    note_dicts,
    notes_about,
    session_dict,
    tokens_dict,
    usage_dict,
)
from tokencost.report.page import (
    CsvTable,
    Page,
    PageNote,
    csv_table,
    only_used,
    table,
)
from tokencost.report.page_notes import about, brief_session, count_notes, names_by_text, notes_of
from tokencost.report.phrases import sentence, sentences
from tokencost.report.price_phrases import (
    exchange_rate_notes,
    price_note,
    session_quote_dict,
)
from tokencost.report.session_tables import (
    CALL_COLUMNS,
    MOST_CALLS,
    SessionSum,
    call_rows,
    calls_table,
    kind_of,
    sum_columns,
    sum_words,
    whole,
)
from tokencost.sessions import PricedCall, SessionReport, SessionResult
from tokencost.usage import Usage

_EVERY_TURN = "-f csv: every turn"


class SessionView:
    """The sums of a session, and its calls."""

    def page(self, report: SessionReport) -> Page:
        """Lay out the sums; of one model every call, and in brief a sentence for its sums."""
        if not report.results:
            return Page(tables=(), notes=tuple(_notes(report)))
        rows = [SessionSum(result, result.total) for result in report.results]
        sums = only_used(table(sum_columns(report), rows))
        page = Page(tables=(sums,), notes=tuple(_notes(report)), brief=brief_session(report))
        if len(rows) > 1:
            return page
        (result,) = report.results
        calls = calls_table(result)
        more = () if len(result.calls) <= MOST_CALLS else (_EVERY_TURN,)
        few = (*brief_session(report), *more)
        brief = replace(page, tables=(calls,), lead=sum_words(rows[0]), brief=few)
        return replace(page, tables=(sums, calls), summary=brief)

    def csv(self, report: SessionReport) -> CsvTable:
        """Return one row for each call."""
        calls = (call for result in report.results for call in call_rows(result))
        return csv_table(CALL_COLUMNS, calls)

    def as_dict(self, report: SessionReport) -> dict[str, Any]:
        """Spell out the JSON."""
        return envelope(
            report.name,
            prices=report.prices,
            price_date=report.price_date,
            conversions=[result.conversion for result in report.results],
            assumptions={"session": session_dict(report.session, report.options)},
            assumed=_assumed(report),
            body={"results": [_result(result) for result in report.results]},
            warnings=[
                note
                for result in report.results
                for note in notes_about(result.offer.name, result.warnings)
            ],
            failures=report.failures,
        )

    def quiet(self, report: SessionReport) -> str:
        """Return what the session costs, with the cache if one is used, a line for each model.

        Where a volume says how many sessions a month has, it is what these cost.
        """
        lines = []
        for result in report.results:
            conversion, cost = result.conversion, _asked_for(result, report)
            currency = conversion.target if conversion else result.offer.currency
            label = f"{result.offer.name}\t{currency}\t" if len(report.results) > 1 else ""
            lines.append(
                f"{label}{format_exact(conversion.convert(cost) if conversion else cost)}\n"
            )
        return "".join(lines)


def _asked_for(result: SessionResult, report: SessionReport) -> Decimal:
    """Return the one number of a session: of a month if a volume is given.

    Raises:
        NoPriceError: a day of that month has no price that is known.
    """
    cost = result.month if report.options.volume else result.total.cost
    if cost is None:
        raise NoPriceError(
            f"{result.offer.name}: a day of the month has no known price",
            hint="leave out the volume for the cost of a session",
        )
    return cost


def _notes(report: SessionReport) -> list[PageNote]:
    warnings = [
        text for result in report.results for text in about(result.offer.name, result.warnings)
    ]
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
        *notes_of("no cache", [result.no_cache for result in report.results if result.no_cache]),
        *exchange_rate_notes(result.conversion for result in report.results),
        *notes_of("assumed", _assumptions(report)),
        *notes_of("warning", warnings),
    ]


def _any_usage(result: SessionResult) -> Usage:
    """Return a usage of every kind that the session is billed for."""
    cache = result.cache
    written = {cache.use.ttl: 1} if cache and cache.use.ttl else {}
    return Usage(cache_read=1 if cache else 0, cache_write=written)


def _assumptions(report: SessionReport) -> list[str]:
    prices = assumed("prices_of", date=report.price_date, sources=report.prices.labels)
    turns, *more = sentences(report.assumptions)
    models = names_by_text((result.offer.name, result.assumptions) for result in report.results)
    lines = [
        sentence(prices),
        turns,
        *(
            text if len(names) == len(report.results) else f"{', '.join(names)}: {text}"
            for text, names in models.items()
        ),
        *more,
    ]
    return list(dict.fromkeys(lines))


def _assumed(report: SessionReport) -> list[Note]:
    turns, *more = report.assumptions
    own = [
        note
        for result in report.results
        for note in notes_about(result.offer.name, result.assumptions)
    ]
    prices = assumed("prices_of", date=report.price_date, sources=report.prices.labels)
    return [prices, turns, *own, *more]


def _result(result: SessionResult) -> dict[str, Any]:
    cache = result.cache
    return {
        "model": result.offer.model.name,
        "site": result.offer.site,
        "prefix": tokens_dict(result.prefix),
        "cache": {
            "kind": cache.use.kind,
            "ttl": cache.use.ttl,
            "hit_rate": format_exact(cache.hit_rate),
            "certainty": result.certainty,
        }
        if cache
        else None,
        "no_cache": sentence(result.no_cache) if result.no_cache else None,
        "turns": [_call(call) for call in result.calls],
        "total": _total(result),
        "compact_at": result.compact_at,
        "prices": [session_quote_dict(quote) for quote in result.quotes],
        "warnings": note_dicts(result.warnings),
    }


def _total(result: SessionResult) -> dict[str, Any]:
    total = result.total
    return {
        "calls": total.calls,
        "input": total.input,
        "output": total.output,
        "cache_read": whole(total.cache_read),
        "cache_write": whole(total.cache_written),
        "currency": result.offer.currency,
        "without_cache": format_exact(total.without_cache),
        "with_cache": exact(total.with_cache),
        "saving": exact(total.saving),
        "low": exact(result.low),
        "high": exact(result.high),
        "month": exact(result.month),
        "month_low": exact(result.month_low),
        "month_high": exact(result.month_high),
        "converted": _converted(result),
    }


def _converted(result: SessionResult) -> dict[str, Any] | None:
    """Return the session and the month in the currency asked for, None if it is the site's."""
    conversion = result.conversion
    if conversion is None:
        return None
    amounts = {
        "cost": result.total.cost,
        "without_cache": result.total.without_cache,
        "low": result.low,
        "high": result.high,
        "month": result.month,
        "month_low": result.month_low,
        "month_high": result.month_high,
    }
    return {
        "currency": conversion.target,
        **{
            name: None if amount is None else format_exact(conversion.convert(amount))
            for name, amount in amounts.items()
        },
    }


def _call(priced: PricedCall) -> dict[str, Any]:
    call = priced.call
    return {
        "turn": call.turn,
        "kind": kind_of(priced),
        "agents": priced.agents,
        "input": call.input,
        "output": call.output,
        "without_cache": format_exact(priced.without_cache),
        "with_cache": exact(priced.with_cache),
        "billed": [
            {"share": format_exact(share), **usage_dict(usage)} for share, usage in priced.billed
        ],
    }
