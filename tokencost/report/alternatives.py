"""The table of cheaper models below the scenarios of an estimate."""

from decimal import Decimal
from typing import NamedTuple

from tokencost.money import format_money
from tokencost.report.page import Column, Table, only_used, table
from tokencost.report.price_phrases import percent
from tokencost.reports import number_of
from tokencost.scenarios import Alternative, Outcome, Savings, SavingsReport
from tokencost.usage import Volume


class _Alternative(NamedTuple):
    """A cheaper model beside the one that it could replace: of all calls, or of a month."""

    savings: Savings
    alternative: Alternative
    volume: Volume | None

    def name(self) -> str:
        name = self.alternative.offer.name
        return f"{name} (free)" if self.alternative.is_free else name

    def amount(self) -> str:
        """Return what it costs in the currency of its site."""
        return self._money(self._cost(self.alternative.outcome), self.alternative.offer.currency)

    def compared(self) -> str:
        """Return what it costs in the currency of the model that it could replace."""
        return self._money(self._compared(), self.savings.offer.currency)

    def saving(self) -> str:
        cost = self._cost(self.savings.cheapest_guaranteed)
        compared = self._compared()
        return "" if not cost or compared is None else f"{percent(cost - compared, cost)} %"

    def _cost(self, outcome: Outcome) -> Decimal | None:
        if self.volume is None:
            return outcome.total
        return self.savings.per_month(outcome, self.volume.per_month)

    def _compared(self) -> Decimal | None:
        return self.alternative.cost if self.volume is None else self.alternative.month

    def _money(self, cost: Decimal | None, currency: str) -> str:
        """Return an amount, with a tilde if it has a range."""
        mark = "~" * self.alternative.has_range
        return "" if cost is None else f"{mark}{format_money(cost, currency)}"


def alternative_tables(report: SavingsReport) -> list[Table]:
    """Return the table of the cheaper models, none where none are asked for."""
    options = report.estimate.options
    rows = [
        _Alternative(savings, alternative, options.volume)
        for savings in report.savings
        for alternative in savings.alternatives
    ]
    is_one_of_several = len(report.savings) > 1
    columns: tuple[Column[_Alternative], ...] = (
        Column("in place of", cell=lambda row: row.savings.offer.name if is_one_of_several else ""),
        Column("model", cell=lambda row: row.name()),
        Column("scenario", cell=lambda row: row.alternative.outcome.name, rank=2),
        Column(
            "a month" if options.volume else number_of(options.call_count, "call"),
            cell=lambda row: row.amount(),
            number=True,
            rank=1,
        ),
        Column("compared", cell=lambda row: row.compared(), number=True),
        Column("saving", cell=lambda row: row.saving(), number=True),
    )
    return [only_used(table(columns, rows))] if rows else []
