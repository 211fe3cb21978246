"""Scenarios of modes and hours."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import time

from tokencost.costs.workload import Work, bill
from tokencost.errors import NoPriceError
from tokencost.pricing import STANDARD, Moment, price_at
from tokencost.scenarios.results import Outcome

BATCH = "batch"


def batch(base: Work) -> Outcome:
    """Return what *base* costs as a batch."""
    outcome = Outcome(id="batch", name="batch")
    if base.mode != STANDARD:
        return replace(outcome, reason=f"the mode is {base.mode} already")
    work = replace(base, mode=BATCH)
    try:
        found = bill(work)
    except NoPriceError as error:
        return replace(outcome, reason=str(error))
    return replace(outcome, work=work, bill=found, assumptions=("answers may take up to a day",))


def off_peak(base: Work) -> Outcome | None:
    """Return what *base* costs in the cheaper hours, None if the hour makes no difference."""
    price = price_at(base.offer, base.moment)
    schedule = price.schedule
    if schedule is None:
        return None
    outcome = Outcome(id="off-peak", name="cheaper hours")
    now = bill(base)
    moments = [
        Moment(day=base.moment.day, clock=clock, offset=schedule.offset)
        for clock in dict.fromkeys([time(), *_borders(schedule.windows)])
    ]
    works = [replace(base, moment=moment) for moment in moments]
    work = min(works, key=lambda each: bill(each).total)
    found = bill(work)
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
