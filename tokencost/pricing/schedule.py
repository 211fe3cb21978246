"""Prices that depend on the hour and the weekday."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from tokencost.money import format_exact
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

    def in_words(self) -> str:
        """Return days, windows and zone for people."""
        days = ", ".join(day for day in WEEKDAYS if day in self.days)
        hours = " and ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in self.windows)
        but = f", not on holidays of {self.calendar.name}" if self.calendar else ""
        return f"x{format_exact(self.multiplier)} on {days} {hours} {self.zone}{but}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledHours:
    """The part of a schedule that a price was taken from, and what was assumed to pick it.

    `cheaper` is what the rates are multiplied by in the other hours, None if the hour is known.
    """

    inside: bool
    multiplier: Decimal
    assumption: str = ""
    cheaper: Decimal | None = None


def hours_at(schedule: Schedule, price_date: PriceDate) -> BilledHours:
    """Return the band in force; without a time of day that is the dearer one."""
    local = price_date.in_zone(schedule.offset)
    if local is None:
        inside = schedule.multiplier > 1
        return BilledHours(
            inside=inside,
            multiplier=schedule.multiplier if inside else Decimal(1),
            assumption=f"no time of day given: the dearer hours of the schedule "
            f"({schedule.in_words()}); name one with --at to price a request "
            f"{'outside' if inside else 'inside'} them",
            cheaper=Decimal(1) if inside else schedule.multiplier,
        )
    inside = WEEKDAYS[local.weekday()] in schedule.days and any(
        start <= local.time() < end for start, end in schedule.windows
    )
    assumption = ""
    if inside and (calendar := schedule.calendar):
        if local.date() in calendar.holidays:
            inside = False
        elif not calendar.first <= local.date() <= calendar.last:
            assumption = (
                f"the holidays of {calendar.name} are known from {calendar.first} to "
                f"{calendar.last} only: {local.date()} is taken as no holiday"
            )
    multiplier = schedule.multiplier if inside else Decimal(1)
    return BilledHours(inside=inside, multiplier=multiplier, assumption=assumption)
