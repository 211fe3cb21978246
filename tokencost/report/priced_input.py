"""Inputs with what they cost, one or the sum of several, and the columns of their rows."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from tokencost.estimates.cost_range import cost_of_month
from tokencost.estimates.results import (
    Estimate,
    EstimateOptions,
    EstimateReport,
    TotalCost,
    total_cost,
)
from tokencost.money import Money, multiply
from tokencost.pricing.table import Provenance
from tokencost.report.page import Column, money
from tokencost.report.page_notes import count_cell, has_output, range_cell, uncounted_cell
from tokencost.report.price_phrases import (
    cost_cell,
    cost_ends_cell,
    cost_mark,
    marked,
    no_price_cell,
    tier_label,
)
from tokencost.reports import number_of
from tokencost.tokenizers import TokenCount


class PricedInput(NamedTuple):
    """One estimate, or those of one model that are summed up."""

    first: Estimate
    label: str
    tokens: TokenCount
    output: int
    cost: TotalCost
    month: TotalCost
    is_sum: bool

    @property
    def provenance(self) -> Provenance | None:
        """Where the price is from, None without one."""
        return self.first.quote.price.provenance if self.first.quote else None

    def part(self, name: str) -> Decimal | None:
        """Return what the input or the output costs."""
        return getattr(self.first.cost.expected, name) if self.first.cost else None

    def times(self, calls: Decimal | int | None) -> Money | None:
        """Return what so many calls cost."""
        if calls is None or self.cost.expected is None:
            return None
        return money(multiply(self.cost.expected, calls), self.first.offer.currency)

    @property
    def mark(self) -> str:
        """What stands in front of its cost: how sure that is."""
        return cost_mark(self.cost, self.tokens)

    @property
    def month_mark(self) -> str:
        """What stands in front of the cost of its month."""
        return cost_mark(self.month, self.tokens)

    def of_month(self) -> Money | None:
        """Return what a month costs."""
        return money(self.month.expected, self.first.offer.currency)

    def converted(self, amount: Decimal | None) -> Money | None:
        """Return *amount* in the currency that was asked for, None if it is the site's own."""
        conversion = self.first.conversion
        if conversion is None or amount is None:
            return None
        return money(conversion.convert(amount), conversion.target)


def priced_input(estimates: Sequence[Estimate], report: EstimateReport) -> PricedInput:
    """Return the row of *estimates*, which are of one model."""
    return PricedInput(
        first=estimates[0],
        label=estimates[0].input if len(estimates) == 1 else f"sum of {len(estimates)}",
        tokens=TokenCount.sum([estimate.tokens for estimate in estimates]),
        output=sum(estimate.output.expected for estimate in estimates),
        cost=total_cost(estimates),
        month=cost_of_month(estimates, report.options, report.price_date),
        is_sum=len(estimates) > 1,
    )


def _token_columns(*, has_output: bool) -> tuple[Column[PricedInput], ...]:
    return (
        Column("input", value=lambda row: row.label),
        Column(csv="kind", value=lambda row: row.first.kind),
        Column(
            "model",
            value=lambda row: row.first.offer.model.name,
            cell=lambda row: row.first.offer.name,
        ),
        Column(csv="site", value=lambda row: row.first.offer.site),
        Column(
            "tokens",
            value=lambda row: row.tokens.expected,
            cell=lambda row: count_cell(row.tokens),
            number=True,
            rank=1,
        ),
        Column("between", cell=lambda row: range_cell(row.tokens), number=True, rank=4),
        Column(csv="input_low", value=lambda row: row.tokens.low),
        Column(csv="input_high", value=lambda row: row.tokens.high),
        Column(csv="method", value=lambda row: row.tokens.method),
        Column(csv="tokenizer", value=lambda row: row.tokens.tokenizer),
        Column(csv="uncounted", value=lambda row: uncounted_cell(row.tokens)),
        Column(
            "output",
            value=lambda row: row.output,
            cell=lambda row: row.output if has_output else None,
            csv="output_tokens",
            number=True,
            rank=2,
        ),
        Column(csv="currency", value=lambda row: row.first.offer.currency),
    )


def _cost_columns(report: EstimateReport, call: str) -> tuple[Column[PricedInput], ...]:
    has_month = report.options.volume is not None
    return (
        Column(csv="cost_input", value=lambda row: row.part("input")),
        Column(csv="cost_output", value=lambda row: row.part("output")),
        Column(csv="cost_low", value=lambda row: row.cost.low),
        Column(
            call,
            value=lambda row: row.cost.expected,
            cell=lambda row: (
                no_price_cell(row.first.offer, report.price_date.day)
                if row.cost.expected is None
                else cost_cell(row.cost, row.tokens, row.first.offer.currency)
            ),
            csv="cost_expected",
            number=True,
            rank=1 if has_month else 0,
        ),
        Column(csv="cost_high", value=lambda row: row.cost.high),
        Column(
            "cost between",
            cell=lambda row: cost_ends_cell(row.cost, row.tokens, row.first.offer.currency),
            number=True,
            rank=6 if has_month else 1,
        ),
    )


def are_calls_shown(options: EstimateOptions) -> bool:
    """Say whether people read what many calls cost: not beside a month, unless they ask for it."""
    return options.volume is None or options.calls is not None


def _volume_columns(report: EstimateReport) -> tuple[Column[PricedInput], ...]:
    calls = report.options.call_count
    volume = report.options.volume.per_month if report.options.volume else None
    shows_calls = are_calls_shown(report.options)
    return (
        Column(csv="calls", value=lambda _: calls),
        Column(
            number_of(calls, "call"),
            value=lambda row: row.times(calls),
            cell=lambda row: marked(row.mark, row.times(calls)) if shows_calls else "",
            csv="cost_per_calls",
            number=True,
            rank=5,
        ),
        Column(csv="volume_per_month", value=lambda _: volume),
        Column(
            "a month",
            value=lambda row: row.of_month(),
            cell=lambda row: marked(row.month_mark, row.of_month()),
            csv="cost_month",
            number=True,
            rank=1 if any(estimate.conversion for estimate in report.results) else 0,
        ),
        Column(
            "month between",
            cell=lambda row: cost_ends_cell(row.month, row.tokens, row.first.offer.currency),
            number=True,
            rank=1,
        ),
        Column(csv="cost_month_low", value=lambda row: row.month.low),
        Column(csv="cost_month_high", value=lambda row: row.month.high),
    )


def _converted_columns(report: EstimateReport, call: str) -> tuple[Column[PricedInput], ...]:
    currency, has_month = report.options.currency, report.options.volume is not None
    is_converted = any(estimate.conversion for estimate in report.results)

    def cell(row: PricedInput, amount: Decimal | None, mark: str) -> str:
        """Return an amount in the currency asked for, also where it is the site's own."""
        own = money(amount, row.first.offer.currency)
        return marked(mark, row.converted(amount) or own) if is_converted else ""

    return (
        Column(
            csv="converted_currency",
            value=lambda row: None if row.converted(row.cost.expected) is None else currency,
        ),
        Column(
            f"{currency} {call}",
            value=lambda row: row.converted(row.cost.expected),
            cell=lambda row: cell(row, row.cost.expected, row.mark),
            csv="cost_converted",
            number=True,
            rank=3 if has_month else 0,
        ),
        Column(
            f"{currency} a month",
            value=lambda row: row.converted(row.month.expected),
            cell=lambda row: cell(row, row.month.expected, row.month_mark),
            csv="month_converted",
            number=True,
        ),
    )


_ORIGIN: tuple[Column[PricedInput], ...] = (
    Column(csv="mode", value=lambda row: row.first.mode),
    Column(csv="tier", value=lambda row: tier_label(row.first.quote)),
    Column(csv="price_checked", value=lambda row: row.provenance and row.provenance.checked),
    Column(csv="price_source", value=lambda row: row.provenance and row.provenance.source),
)


def cost_columns(
    report: EstimateReport, *, call: str = "a call"
) -> tuple[Column[PricedInput], ...]:
    """Return all columns; *call* is what a cost is for that has output in it."""
    is_output_priced = has_output(report.options.output, report.results)
    call = call if is_output_priced else "input cost"
    return (
        *_token_columns(has_output=is_output_priced),
        *_cost_columns(report, call),
        *_volume_columns(report),
        *_converted_columns(report, call),
        *_ORIGIN,
    )
