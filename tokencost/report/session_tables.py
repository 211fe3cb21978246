"""The tables of a session: its sums, also in a sentence, and its calls."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from tokencost.costs.cache import Certainty
from tokencost.money import Money, multiply
from tokencost.notes import assumed
from tokencost.report.page import Column, Table, money, only_used, table
from tokencost.report.phrases import sentence
from tokencost.report.price_phrases import cost_range_cell, marked, percent
from tokencost.reports import number_of
from tokencost.sessions import PricedCall, SessionReport, SessionResult, SessionTotal

MOST_CALLS = 7
_ENDS = 3


class SessionSum(NamedTuple):
    """A session with one model, and its sums."""

    result: SessionResult
    total: SessionTotal

    def tokens(self, tokens: Decimal) -> int | None:
        """Return *tokens* of a cache, if there is one."""
        return whole(tokens) if self.result.cache else None

    def money(self, amount: Decimal | None) -> Money | None:
        """Return an amount in the currency of the site."""
        return money(amount, self.result.offer.currency)

    @property
    def mark(self) -> str:
        """What stands in front of its costs: a tilde if they have a range."""
        result, cost = self.result, self.total.cost
        return "~" if result.has_range and not result.low == cost == result.high else ""

    @property
    def month_mark(self) -> str:
        """What stands in front of the cost of its month."""
        result = self.result
        has_ends = result.month_low is not None or result.month_high is not None
        is_sure = result.month_low == result.month == result.month_high
        return "~" if (has_ends or self.mark) and not is_sure else ""

    @property
    def certainty(self) -> str:
        """How sure the cost with the cache is, nothing without one."""
        return self.result.certainty or ""

    def month(self) -> Money | None:
        """Return what the sessions of a month cost."""
        return self.money(self.result.month)

    def saving(self) -> str:
        """Return which share of the cost the cache saves."""
        saving, cost = self.total.saving, self.total.without_cache
        return f"{percent(saving, cost)} %" if saving is not None and cost else ""

    def between(self) -> str:
        """Return the range of the cost."""
        result = self.result
        ends = result.low, result.high
        return "" if result.low is None else cost_range_cell(*ends, result.offer.currency)

    def month_between(self) -> str:
        """Return the range of the cost of a month."""
        ends = self.result.month_low, self.result.month_high
        return "" if ends[0] is None else cost_range_cell(*ends, self.result.offer.currency)

    def converted(self, amount: Decimal | None) -> Money | None:
        """Return *amount* in the currency that was asked for, None if it is the site's own."""
        conversion = self.result.conversion
        if conversion is None or amount is None:
            return None
        return money(conversion.convert(amount), conversion.target)


def whole(tokens: Decimal | None) -> int | None:
    """Return tokens as a whole number, None for none."""
    return None if tokens is None else int(tokens.quantize(Decimal(1), ROUND_HALF_EVEN))


def _converted_columns(report: SessionReport) -> tuple[Column[SessionSum], ...]:
    currency = report.options.currency
    is_converted = any(result.conversion for result in report.results)

    def converted(row: SessionSum, amount: Decimal | None) -> Money | None:
        return (row.converted(amount) or row.money(amount)) if is_converted else None

    return (
        Column(
            f"in {currency}",
            cell=lambda row: marked(row.mark, converted(row, row.total.cost)),
            number=True,
            rank=2 if report.options.volume else 0,
        ),
        Column(
            f"{currency} a month",
            cell=lambda row: marked(row.month_mark, converted(row, row.result.month)),
            number=True,
        ),
    )


def sum_columns(report: SessionReport) -> tuple[Column[SessionSum], ...]:
    """Return the columns of the sums."""
    has_volume = report.options.volume is not None
    return (
        Column("model", cell=lambda row: row.result.offer.name),
        Column("calls", cell=lambda row: row.total.calls, number=True, rank=6),
        Column(
            "input",
            cell=lambda row: f"{'' if row.result.prefix.is_exact else '~'}{row.total.input:,}",
            number=True,
            rank=4,
        ),
        Column("read", cell=lambda row: row.tokens(row.total.cache_read), number=True, rank=5),
        Column(
            "written", cell=lambda row: row.tokens(row.total.cache_written), number=True, rank=5
        ),
        Column("output", cell=lambda row: row.total.output, number=True, rank=7),
        Column(
            "no cache",
            cell=lambda row: marked(row.mark, row.money(row.total.without_cache)),
            number=True,
            rank=1,
        ),
        Column(
            "with cache",
            cell=lambda row: marked(row.mark, row.money(row.total.with_cache)) or "none",
            number=True,
            rank=1 if has_volume else 0,
        ),
        Column("saving", cell=lambda row: row.saving(), number=True, rank=2),
        Column("certainty", cell=lambda row: row.certainty),
        Column("between", cell=lambda row: row.between(), number=True, rank=8 if has_volume else 3),
        Column(
            "a month",
            cell=lambda row: marked(row.month_mark, row.month()),
            number=True,
            rank=1 if any(result.conversion for result in report.results) else 0,
        ),
        Column("month between", cell=lambda row: row.month_between(), number=True, rank=3),
        *_converted_columns(report),
    )


def sum_words(row: SessionSum) -> str:
    """Say in a sentence what a session costs."""
    total, turns = row.total, row.result.session.turns
    without, saving = marked(row.mark, row.money(total.without_cache)), row.saving()
    if total.with_cache is None:
        cost = f"{without}, no cache"
    elif total.with_cache == total.without_cache:
        cost = f"{without} with cache and without"
    else:
        cost = f"{marked(row.mark, row.money(total.with_cache))} with cache, {without} without"
        change = f"+{saving[1:]}" if saving.startswith("-") else f"-{saving}"
        change = change.removeprefix("-") if saving.startswith("0.0 ") else change
        certainty = row.certainty
        told = [change] if saving else []
        told += [certainty] if certainty and certainty != Certainty.GUARANTEED else []
        cost += f" ({', '.join(told)})" if told else ""
    words = f"{number_of(turns, 'turn')} with {_short_name(row)}: {cost}"
    month, converted = marked(row.month_mark, row.month()), row.converted(total.cost)
    of_month = marked(row.month_mark, row.converted(row.result.month))
    between = row.between()
    more = (
        f"{marked(row.mark, converted)} in {converted.currency}" if converted else "",
        f"between {between}" if between else "",
        f"{month} a month{of_month and f' ({of_month})'}" if month else "",
    )
    return "; ".join(filter(None, [words, *more]))


def _short_name(row: SessionSum) -> str:
    """Return the id of a model, with its site unless that is everywhere."""
    offer = row.result.offer
    return offer.model.id if offer.site == "global" else f"{offer.model.id}@{offer.site}"


class CallRow(NamedTuple):
    """A call with its number, what the session costs up to it, and the mark of its costs."""

    result: SessionResult
    number: int
    priced: PricedCall
    so_far: Decimal
    mark: str

    def money(self, amount: Decimal | None) -> Money | None:
        """Return an amount in the currency of the site."""
        return money(amount, self.result.offer.currency)

    def cached(self, tokens: Decimal) -> Decimal | None:
        """Return *tokens* of a cache, if there is one."""
        return tokens if self.result.cache else None

    def tokens(self, tokens: int | None) -> str:
        """Return tokens that those of the prefix are a part of."""
        return f"{'' if self.result.prefix.is_exact else '~'}{tokens:,}" if tokens else "0"


CALL_COLUMNS: tuple[Column[CallRow], ...] = (
    Column(csv="model", value=lambda row: row.result.offer.model.name),
    Column(csv="site", value=lambda row: row.result.offer.site),
    Column(csv="call", value=lambda row: row.number),
    Column("turn", value=lambda row: row.priced.call.turn, number=True),
    Column(
        value=lambda row: kind_of(row.priced),
        cell=lambda row: "summary" if row.priced.call.is_compaction else "",
        csv="kind",
    ),
    Column(
        "agents",
        value=lambda row: row.priced.agents,
        cell=lambda row: row.priced.agents if row.result.session.agents > 1 else None,
        number=True,
    ),
    Column(
        "input",
        value=lambda row: row.priced.call.input,
        cell=lambda row: row.tokens(row.priced.call.input),
        number=True,
    ),
    Column(
        "read",
        value=lambda row: row.cached(row.priced.cache_read),
        cell=lambda row: row.result.cache and row.tokens(whole(row.priced.cache_read)),
        csv="cache_read",
        number=True,
        rank=1,
    ),
    Column(
        "written",
        value=lambda row: row.cached(row.priced.cache_written),
        cell=lambda row: row.result.cache and row.tokens(whole(row.priced.cache_written)),
        csv="cache_write",
        number=True,
        rank=3,
    ),
    Column("output", value=lambda row: row.priced.call.output, number=True, rank=5),
    Column(csv="currency", value=lambda row: row.result.offer.currency),
    Column(
        "no cache",
        value=lambda row: row.money(row.priced.without_cache),
        cell=lambda row: marked(row.mark, row.money(row.priced.without_cache)),
        csv="cost_without_cache",
        number=True,
        rank=4,
    ),
    Column(
        "with cache",
        value=lambda row: row.money(row.priced.with_cache),
        cell=lambda row: marked(row.mark, row.money(row.priced.with_cache)),
        csv="cost_with_cache",
        number=True,
    ),
    Column("so far", cell=lambda row: marked(row.mark, row.money(row.so_far)), number=True, rank=2),
)


def call_rows(result: SessionResult) -> Iterable[CallRow]:
    """Yield the calls of a session."""
    so_far, mark = Decimal(), SessionSum(result, result.total).mark
    for number, priced in enumerate(result.calls, start=1):
        so_far += multiply(priced.cost, priced.agents)
        yield CallRow(result, number, priced, so_far, mark)


def calls_table(result: SessionResult) -> Table:
    """Return the calls of a session, of many the first and the last ones."""
    calls = table(CALL_COLUMNS, call_rows(result))
    rows = list(calls.rows)
    if len(rows) > MOST_CALLS:
        left_out = sentence(assumed("calls_left_out", calls=len(rows) - 2 * _ENDS))
        place = [column.name for column in calls.columns].index("input")
        cells = ["…", *[""] * (len(calls.columns) - 1)]
        rows[_ENDS:-_ENDS] = [(*cells[:place], left_out, *cells[place + 1 :])]
    return only_used(replace(calls, rows=tuple(rows)))


def kind_of(priced: PricedCall) -> str:
    """Return what a call is: a turn, or one for a summary."""
    return "compaction" if priced.call.is_compaction else "turn"
