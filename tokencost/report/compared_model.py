"""A model of a comparison, and the columns of its row."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from tokencost.errors import NoPriceError
from tokencost.estimates.compare import Comparison, ComparisonRow
from tokencost.estimates.results import TotalCost
from tokencost.money import Money
from tokencost.pricing import Price, PriceKind
from tokencost.pricing.periods import retirement
from tokencost.report.page import Column, bar, money
from tokencost.report.page_notes import (
    count_cell,
    has_output,
    method_word,
    range_cell,
    uncounted_cell,
)
from tokencost.report.price_phrases import (
    cost_cell,
    cost_ends_cell,
    cost_mark,
    marked,
    no_price_cell,
)
from tokencost.tokenizers import TokenCount

_PROBLEMS = {
    "does_not_fit": "does not fit",
    "no_rate": "no exchange rate",
    "tokenizer": "not countable",
}


class ComparedModel(NamedTuple):
    """A model with its place in the ranking, which counts what has no price as well."""

    place: int
    model: ComparisonRow
    comparison: Comparison
    tokens: TokenCount | None
    price: Price | None

    @property
    def month(self) -> TotalCost:
        """What a month costs, unknown if nobody says how many calls it has."""
        return self.model.month

    @property
    def output(self) -> int:
        """Output tokens over all inputs."""
        return sum(estimate.output.expected for estimate in self.model.results)

    @property
    def rank(self) -> int | None:
        """Its place, None without a price."""
        return None if self.model.common is None else self.place

    @property
    def status(self) -> str:
        """Whether it is priced, or the code of what keeps it from that."""
        if self.model.common is not None:
            return "priced"
        return self.model.error.code if self.model.error else "error"

    def cost(self, end: str) -> Decimal | None:
        """Return the low, expected or high cost."""
        return getattr(self.model.cost, end) if self.model.cost else None

    @property
    def mark(self) -> str:
        """What stands in front of its cost: how sure that is."""
        return cost_mark(self.model.cost, self.tokens) if self.model.cost and self.tokens else ""

    @property
    def month_mark(self) -> str:
        """What stands in front of the cost of its month."""
        return cost_mark(self.month, self.tokens) if self.tokens else ""

    def between(self) -> str:
        """Return the range of what it is ranked by, or of its month, in the common currency."""
        has_volume = self.comparison.options.volume is not None
        cost, conversion = self.month if has_volume else self.model.cost, self.model.conversion
        if cost is None or cost.expected is None or self.tokens is None:
            return ""
        if conversion:
            low, expected, high = (
                None if end is None else conversion.convert(end)
                for end in (cost.low, cost.expected, cost.high)
            )
            cost = TotalCost(low=low, expected=expected, high=high)
        return cost_ends_cell(cost, self.tokens, self.comparison.currency)

    def common(self, amount: Decimal | None) -> Money | None:
        """Return an amount of the currency of the comparison."""
        return money(amount, self.comparison.currency)


def compared_models(comparison: Comparison) -> Iterable[ComparedModel]:
    """Yield the models of a comparison with their places."""
    for place, row in enumerate(comparison.rows, start=1):
        counts = [estimate.tokens for estimate in row.results]
        prices = [estimate.quote.price for estimate in row.results if estimate.quote]
        yield ComparedModel(
            place=place,
            model=row,
            comparison=comparison,
            tokens=TokenCount.sum(counts) if counts else None,
            price=prices[0] if prices else None,
        )


def _count_columns(comparison: Comparison) -> tuple[Column[ComparedModel], ...]:
    priced_output = is_output_priced(comparison)
    return (
        Column(csv="rank", value=lambda row: row.rank),
        Column(
            "model",
            value=lambda row: row.model.offer.model.name,
            cell=lambda row: row.model.offer.name,
        ),
        Column(csv="site", value=lambda row: row.model.offer.site),
        Column(csv="status", value=lambda row: row.status),
        Column(
            "tokens",
            value=lambda row: row.tokens and row.tokens.expected,
            cell=lambda row: row.tokens and count_cell(row.tokens),
            number=True,
            rank=1,
        ),
        Column(csv="input_low", value=lambda row: row.tokens and row.tokens.low),
        Column(csv="input_high", value=lambda row: row.tokens and row.tokens.high),
        Column(
            "count",
            value=lambda row: row.tokens and row.tokens.method,
            cell=lambda row: row.tokens and method_word(row.tokens.method),
            csv="method",
            rank=6,
        ),
        Column(csv="uncounted", value=lambda row: row.tokens and uncounted_cell(row.tokens)),
        Column(
            "between", cell=lambda row: row.tokens and range_cell(row.tokens), number=True, rank=7
        ),
        Column(
            "output",
            value=lambda row: row.output if row.tokens else None,
            cell=lambda row: row.output if priced_output else None,
            csv="output_tokens",
            number=True,
            rank=3,
        ),
    )


def _cost_columns(comparison: Comparison) -> tuple[Column[ComparedModel], ...]:
    return (
        Column(csv="currency", value=lambda row: row.model.offer.currency),
        Column(csv="cost_low", value=lambda row: row.cost("low")),
        Column(
            _call_words(comparison),
            value=lambda row: row.cost("expected"),
            cell=_cost_cell,
            csv="cost_expected",
            number=True,
            place=-2,
            rank=_rank_of_own_cost(comparison),
        ),
        Column(cell=_mark, place=-1),
        Column(csv="cost_high", value=lambda row: row.cost("high")),
        Column(csv="cost_month", value=lambda row: row.month.expected),
        Column(csv="cost_month_low", value=lambda row: row.month.low),
        Column(csv="cost_month_high", value=lambda row: row.month.high),
    )


def _rank_of_own_cost(comparison: Comparison) -> int:
    """Say how soon costs in the currencies of the sites go: soon where all have another.

    Gaps in them say why, and go last.
    """
    if not any(row.conversion for row in comparison.rows):
        return 0
    return 3 if len(comparison.ranked) == len(comparison.rows) else 1


def _rank_columns(comparison: Comparison) -> tuple[Column[ComparedModel], ...]:
    amounts = [comparison.amount(row) for row in comparison.ranked]
    dearest = max(filter(None, amounts), default=Decimal(0))
    is_converted = any(row.conversion for row in comparison.rows)
    has_volume = comparison.options.volume is not None
    return (
        Column(csv="common_currency", value=lambda _: comparison.currency),
        Column(
            f"{comparison.currency} {_call_words(comparison)}",
            value=lambda row: row.common(row.model.common),
            cell=lambda row: marked(row.mark, row.common(row.model.common)) if is_converted else "",
            csv="cost_common",
            number=True,
            place=-4,
            rank=4 if has_volume else 0,
        ),
        Column(
            f"{comparison.currency} a month",
            value=lambda row: row.common(row.model.month_common),
            cell=lambda row: marked(row.month_mark, row.common(row.model.month_common)),
            csv="month_common",
            number=True,
            place=-6,
        ),
        Column(
            "month between" if has_volume else "cost between",
            cell=lambda row: row.between(),
            number=True,
            place=-5 if has_volume else -3 if is_converted else -2,
            rank=2,
        ),
        Column(
            "ratio",
            value=lambda row: row.model.ratio,
            cell=lambda row: _times(row.model.ratio),
            number=True,
            rank=5,
        ),
        Column(
            "of the dearest", cell=lambda row: bar(comparison.amount(row.model), dearest), rank=9
        ),
        *_ORIGIN_COLUMNS,
    )


def _call_words(comparison: Comparison) -> str:
    inputs = {estimate.input for row in comparison.rows for estimate in row.results}
    call = "a call each" if len(inputs) > 1 else "a call"
    return call if is_output_priced(comparison) else "input cost"


def comparison_columns(comparison: Comparison) -> tuple[Column[ComparedModel], ...]:
    """Return all columns, the bar against the dearest of its rows among them."""
    return (*_count_columns(comparison), *_cost_columns(comparison), *_rank_columns(comparison))


def _cost_cell(row: ComparedModel) -> str:
    cost, error = row.model.cost, row.model.error
    if cost and cost.expected is not None and row.tokens:
        return cost_cell(cost, row.tokens, row.model.offer.currency)
    if error is None or error.code == NoPriceError.code:
        return no_price_cell(row.model.offer, row.comparison.price_date.day)
    return _PROBLEMS.get(error.code, "no answer")


def _replaced_by(row: ComparedModel) -> str:
    """Return what took the place of a model that is not sold any more."""
    note = retirement(row.model.offer, row.comparison.price_date.day)
    return str(note.values["replaced_by"]) if note and row.cost("expected") is None else ""


def _times(ratio: Decimal | None) -> str:
    return "" if ratio is None else f"{ratio.quantize(Decimal('0.01'), ROUND_HALF_EVEN):,}x"


def _mark(row: ComparedModel) -> str:
    """Return what makes a cost mean something else, such as "free" or "estimate"."""
    kind = row.price.conditions.kind if row.price else PriceKind.LIST
    return "" if kind is PriceKind.LIST else str(kind)


def is_output_priced(comparison: Comparison) -> bool:
    """Say whether the costs have output in them."""
    return has_output(
        comparison.options.output, (estimate for row in comparison.rows for estimate in row.results)
    )


_ORIGIN_COLUMNS: tuple[Column[ComparedModel], ...] = (
    Column(
        "price of",
        value=lambda row: row.price and row.price.provenance.checked,
        csv="price_checked",
        rank=8,
    ),
    Column(csv="price_source", value=lambda row: row.price and row.price.provenance.source),
    Column("replaced by", cell=_replaced_by, rank=1),
    Column(csv="problem", value=lambda row: row.model.error and row.model.error.message),
)
