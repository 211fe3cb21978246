"""Scenarios of modes and hours."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import time

from tokencost.costs.workload import Workload, price_workload
from tokencost.errors import NoPriceError
from tokencost.pricing import Mode, PriceDate, price_at
from tokencost.scenarios.results import Outcome


def batch(base: Workload) -> Outcome:
    """Return what *base* costs as a batch."""
    outcome = Outcome(id="batch", name="batch")
    if base.mode != Mode.STANDARD:
        return replace(outcome, reason=f"the mode is {base.mode} already")
    work = replace(base, mode=Mode.BATCH)
    try:
        found = price_workload(work)
    except NoPriceError as error:
        return replace(outcome, reason=str(error))
    return replace(outcome, work=work, bill=found, assumptions=("answers may take up to a day",))


def off_peak(base: Workload) -> Outcome | None:
    """Return what *base* costs in the cheaper hours, None if the hour makes no difference."""
    price = price_at(base.offer, base.price_date)
    schedule = price.conditions.schedule
    if schedule is None:
        return None
    outcome = Outcome(id="off-peak", name="cheaper hours")
    now = price_workload(base)
    price_dates = [
        PriceDate(day=base.price_date.day, clock=clock, offset=schedule.offset)
        for clock in dict.fromkeys([time(), *_borders(schedule.windows)])
    ]
    works = [replace(base, price_date=price_date) for price_date in price_dates]
    work = min(works, key=lambda each: price_workload(each).total)
    found = price_workload(work)
    if found.total >= now.total:
        return replace(outcome, reason="the hour is a cheap one already")
    return replace(
        outcome,
        work=work,
        bill=found,
        assumptions=(f"outside the hours of {schedule.in_words()}",)
        if schedule.multiplier > 1
        else (f"within the hours of {schedule.in_words()}",),
    )


def _borders(windows: Iterable[tuple[time, time]]) -> Iterable[time]:
    for start, end in windows:
        yield start
        yield end
