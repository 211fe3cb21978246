"""The sums of a session: their columns, and the sentence that says them."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from tokencost.money import Money
from tokencost.report.page import Column, money, readable
from tokencost.report.price_phrases import cost_range_cell, percent
from tokencost.sessions import SessionReport, SessionResult, SessionTotal


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


def sum_columns(report: SessionReport) -> tuple[Column[SessionSum], ...]:
    """Return the columns of the sums, with the currency that was asked for in their names."""
    currency = report.options.currency
    is_converted = any(result.conversion for result in report.results)

    def converted(row: SessionSum, amount: Decimal | None) -> Money | None:
        return (row.converted(amount) or row.money(amount)) if is_converted else None

    return (
        Column("model", cell=lambda row: row.result.offer.name),
        Column("calls", cell=lambda row: row.total.calls, number=True, rank=3),
        Column(
            "input",
            cell=lambda row: f"{'' if row.result.prefix.is_exact else '~'}{row.total.input:,}",
            number=True,
            rank=1,
        ),
        Column("read", cell=lambda row: row.tokens(row.total.cache_read), number=True, rank=2),
        Column(
            "written", cell=lambda row: row.tokens(row.total.cache_written), number=True, rank=2
        ),
        Column("output", cell=lambda row: row.total.output, number=True, rank=4),
        Column("no cache", cell=lambda row: row.money(row.total.without_cache), number=True),
        Column(
            "with cache", cell=lambda row: row.money(row.total.with_cache) or "none", number=True
        ),
        Column("saving", cell=lambda row: row.saving(), number=True),
        Column("between", cell=lambda row: row.between(), number=True, rank=5),
        Column("a month", cell=lambda row: row.month(), number=True),
        Column("month between", cell=lambda row: row.month_between(), number=True, rank=6),
        Column(f"in {currency}", cell=lambda row: converted(row, row.total.cost), number=True),
        Column(
            f"{currency} a month", cell=lambda row: converted(row, row.result.month), number=True
        ),
    )


def sum_words(row: SessionSum) -> str:
    """Say in a sentence what a session costs."""
    total, turns = row.total, row.result.session.turns
    without, saving, between = readable(row.money(total.without_cache)), row.saving(), row.between()
    if total.with_cache is None:
        cost = f"{without}, no cache"
    else:
        cost = f"{readable(row.money(total.with_cache))} with cache, {without} without"
        change = f"+{saving[1:]}" if saving.startswith("-") else f"-{saving}"
        change = change.removeprefix("-") if saving.startswith("0.0 ") else change
        cost += f" ({change})" if saving else ""
    words = f"{turns:,} turn{'s' * (turns != 1)} with {_short_name(row)}: {cost}"
    month, converted = readable(row.month()), row.converted(total.cost)
    of_month = readable(row.converted(row.result.month))
    more = (
        f"{readable(converted)} in {converted.currency}" if converted else "",
        f"between {between}" if between else "",
        f"{month} a month{of_month and f' ({of_month})'}" if month else "",
    )
    return "; ".join(filter(None, [words, *more]))


def _short_name(row: SessionSum) -> str:
    """Return the id of a model, with its site unless that is everywhere."""
    offer = row.result.offer
    return offer.model.id if offer.site == "global" else f"{offer.model.id}@{offer.site}"
