"""Scenario: the calls made in the cheaper hours of the day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import time

from tokencost.costs.workload import Workload, price_workload
from tokencost.notes import assumed, reason
from tokencost.pricing import PriceDate, price_at
from tokencost.scenarios.scenario import Axis, Context, Variant


class OffPeak:
    """Make the calls in the hours that a schedule bills least."""

    id = "off-peak"
    axes = frozenset({Axis.TIME})

    def variants(self, workload: Workload, _context: Context) -> Iterable[Variant]:
        """Yield the cheapest hour; nothing if the price depends on none."""
        schedule = price_at(workload.offer, workload.price_date).conditions.schedule
        if schedule is None:
            return
        variant = Variant(id=self.id, name="cheaper hours")
        price_dates = [
            PriceDate(day=workload.price_date.day, clock=clock, offset=schedule.offset)
            for clock in dict.fromkeys([time(), *_borders(schedule.windows)])
        ]
        workloads = [replace(workload, price_date=price_date) for price_date in price_dates]
        cheapest = min(workloads, key=lambda workload: price_workload(workload).total)
        if price_workload(cheapest).total >= price_workload(workload).total:
            yield replace(variant, reason=reason("off_peak_already"))
            return
        is_outside = schedule.multiplier > 1
        note = assumed("outside_hours" if is_outside else "inside_hours", schedule=schedule)
        yield replace(
            variant,
            change=lambda workload: replace(workload, price_date=cheapest.price_date),
            assumptions=(note,),
        )


def _borders(windows: Iterable[tuple[time, time]]) -> Iterable[time]:
    for start, end in windows:
        yield start
        yield end
