"""The table of cheaper models below the scenarios of an estimate."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from tokencost.money import format_money
from tokencost.report.page import Column, Table, only_used, table
from tokencost.report.page_notes import brief_exchange_rates
from tokencost.report.price_phrases import percent
from tokencost.scenarios import Alternative, Savings, SavingsReport


def brief_rates(report: SavingsReport) -> Iterable[str]:
    """Yield the exchange rates by which alternatives are compared."""
    yield from brief_exchange_rates(
        alternative.conversion for savings in report.savings for alternative in savings.alternatives
    )


class _Alternative(NamedTuple):
    """A cheaper model beside the one that it could replace."""

    savings: Savings
    alternative: Alternative

    def name(self) -> str:
        name = self.alternative.offer.name
        return f"{name} (free)" if self.alternative.is_free else name

    def amount(self, cost: Decimal, currency: str) -> str:
        """Return a cost of it, with a tilde if it has a range."""
        return f"{'~' * self.alternative.has_range}{format_money(cost, currency)}"

    def saving(self) -> str:
        cost = self.savings.cheapest_guaranteed.total
        return f"{percent(cost - self.alternative.cost, cost)} %"


def alternative_tables(report: SavingsReport) -> list[Table]:
    """Return the table of the cheaper models, none where none are asked for."""
    rows = [
        _Alternative(savings, alternative)
        for savings in report.savings
        for alternative in savings.alternatives
    ]
    is_one_of_several = len(report.savings) > 1
    columns: tuple[Column[_Alternative], ...] = (
        Column("in place of", cell=lambda row: row.savings.offer.name if is_one_of_several else ""),
        Column("model", cell=lambda row: row.name()),
        Column("scenario", cell=lambda row: row.alternative.outcome.name, rank=2),
        Column(
            f"{report.estimate.options.call_count:,} calls",
            cell=lambda row: row.amount(
                row.alternative.outcome.total, row.alternative.offer.currency
            ),
            number=True,
            rank=1,
        ),
        Column(
            "compared",
            cell=lambda row: row.amount(row.alternative.cost, row.savings.offer.currency),
            number=True,
        ),
        Column("saving", cell=lambda row: row.saving(), number=True),
    )
    return [only_used(table(columns, rows))] if rows else []
