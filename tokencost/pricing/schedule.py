"""Prices that depend on the hour and the weekday."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from tokencost.notes import Note, assumed
from tokencost.pricing.price_date import PriceDate

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Public holidays, known for the days from *first* to *last*."""

    name: str
    first: date
    last: date
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Windows of the day in which every rate is multiplied; their end is not part of them."""

    name: str
    zone: str
    offset: timedelta
    days: frozenset[str]
    windows: tuple[tuple[time, time], ...]
    multiplier: Decimal
    calendar: Calendar | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledHours:
    """The part of a schedule that a price was taken from, and what was assumed to pick it.

    `cheaper` is what the rates are multiplied by in the other hours, None if the hour is known:
    without a time of day the dearer hours are taken.
    """

    inside: bool
    multiplier: Decimal
    assumption: Note | None = None
    cheaper: Decimal | None = None


def hours_at(schedule: Schedule, price_date: PriceDate) -> BilledHours:
    """Return the hours in force; without a time of day those are the dearer ones."""
    local = price_date.in_zone(schedule.offset)
    if local is None:
        inside = schedule.multiplier > 1
        return BilledHours(
            inside=inside,
            multiplier=schedule.multiplier if inside else Decimal(1),
            cheaper=Decimal(1) if inside else schedule.multiplier,
        )
    inside = WEEKDAYS[local.weekday()] in schedule.days and any(
        start <= local.time() < end for start, end in schedule.windows
    )
    assumption = None
    if inside and (calendar := schedule.calendar):
        if local.date() in calendar.holidays:
            inside = False
        elif not calendar.first <= local.date() <= calendar.last:
            assumption = assumed(
                "holidays_unknown",
                calendar=calendar.name,
                first=calendar.first,
                last=calendar.last,
                day=local.date(),
            )
    multiplier = schedule.multiplier if inside else Decimal(1)
    return BilledHours(inside=inside, multiplier=multiplier, assumption=assumption)
