"""The day and hour for which prices are asked, and prices that depend on them."""

import os
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from tokencost.errors import PriceTableError, UsageError
from tokencost.money import FromZero
from tokencost.notes import Note, assumed
from tokencost.values import dataclass, regex

_FORM = regex(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:T(?P<time>\d\d:\d\d(?::\d\d)?))?"
    r"(?P<offset>Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_OFFSET = regex(r"[+-]\d\d:\d\d", re.ASCII)
_HINT = "write 2026-11-22, 2026-11-22T10:00 or 2026-11-22T10:00+08:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDate:
    """A day, and with a time the hour by which a scheduled price is chosen.

    A time without an offset is in the zone of whichever schedule asks. `is_named` says that
    somebody asks for that day: otherwise it picks the price row, and prices are those of the
    dearest day of the week.
    """

    day: date
    clock: time | None = None
    offset: timedelta | None = None
    is_named: bool = True

    def __str__(self) -> str:
        if self.clock is None:
            return self.day.isoformat()
        zone = None if self.offset is None else timezone(self.offset)
        return datetime.combine(self.day, self.clock, tzinfo=zone).isoformat(
            timespec="seconds" if self.clock.second else "minutes"
        )

    def in_zone(self, offset: timedelta) -> datetime | None:
        """Return the local date and time at this offset from UTC, None without a time."""
        if self.clock is None:
            return None
        local = datetime.combine(self.day, self.clock)  # naive: the zone is the schedule's
        if self.offset is None:
            return local
        try:
            return local - self.offset + offset
        except OverflowError as error:
            raise UsageError(
                f"{self} is beyond the calendar in the zone of the provider",
                hint="choose a day with --at",
            ) from error


def today() -> date:
    """Return the day the clock shows in UTC, or SOURCE_DATE_EPOCH in its place."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return datetime.fromtimestamp(int(epoch), tz=UTC).date()
    except (ValueError, OverflowError, OSError):  # not a number, or of no calendar
        return datetime.now(tz=UTC).date()


def parse_price_date(text: str) -> PriceDate:
    """Read `DATE[THH:MM[:SS]][Z|±HH:MM]`, or `today`, the one word that asks the clock.

    Raises:
        UsageError: the text is none of these, or no such day exists.

    Examples:
        >>> print(tokencost.parse_price_date("2026-11-22T08:30+08:00"))
        2026-11-22T08:30+08:00
    """
    if text == "today":
        return PriceDate(day=today())
    if match := _FORM.fullmatch(text):
        try:
            offset = parse_offset(match["offset"]) if match["offset"] else None
            day = date.fromisoformat(match["day"])
            if not match["time"]:  # a day is billed as that day wherever it is
                return PriceDate(day=day)
            return PriceDate(day=day, clock=time.fromisoformat(match["time"]), offset=offset)
        except ValueError as error:
            raise UsageError(f'"{text}" does not exist: {error}', hint=_HINT) from error
    raise UsageError(f'"{text}" is not a date', hint=_HINT)


def parse_offset(text: str) -> timedelta:
    """Read an offset from UTC such as `+08:00`; raise ValueError for another text."""
    if text == "Z":
        return timedelta()
    if not _OFFSET.fullmatch(text):
        raise ValueError(f"{text!r} is not an offset such as +08:00")
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError(f"offset {text} does not exist")
    return (1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes)


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
    multiplier: FromZero
    calendar: Calendar | None

    def has_windows(self, price_date: PriceDate) -> bool:
        """Say whether some hour of the day is inside: none is on a holiday, for example."""
        if not price_date.is_named:
            return True
        local = price_date.in_zone(self.offset)
        day = price_date.day if local is None else local.date()
        is_holiday = self.calendar is not None and day in self.calendar.holidays
        return WEEKDAYS[day.weekday()] in self.days and not is_holiday

    def is_inside(self, price_date: PriceDate) -> bool | None:
        """Say whether an hour is inside, None if only some hour of its day is."""
        if not self.has_windows(price_date):
            return False
        local = price_date.in_zone(self.offset)
        if local is None:
            return None
        return any(start <= local.time() < end for start, end in self.windows)


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledHours:
    """The part of a schedule that a price was taken from, and what was assumed to pick it.

    `cheaper` is what the rates are multiplied by in the other hours, None if the hour is known:
    without a time of day the dearer hours are taken, if the day has some. `is_peak` says that
    these are the dearer hours.
    """

    inside: bool
    multiplier: FromZero
    is_peak: bool
    assumption: Note | None = None
    cheaper: FromZero | None = None


def hours_at(schedule: Schedule, price_date: PriceDate) -> BilledHours:
    """Return the hours in force; without a time of day the dearer ones that the day has."""
    inside, cheaper = schedule.is_inside(price_date), None
    if inside is None:
        inside = schedule.multiplier > 1
        cheaper = Decimal(1) if inside else schedule.multiplier
    return BilledHours(
        inside=inside,
        multiplier=schedule.multiplier if inside else Decimal(1),
        is_peak=inside == (schedule.multiplier > 1),
        assumption=_doubt(schedule, price_date) if inside else None,
        cheaper=cheaper,
    )


def _doubt(schedule: Schedule, price_date: PriceDate) -> Note | None:
    """Return what is not known about the day: whether it is a holiday."""
    calendar, local = schedule.calendar, price_date.in_zone(schedule.offset)
    day = price_date.day if local is None else local.date()
    if calendar is None or not price_date.is_named or calendar.first <= day <= calendar.last:
        return None
    return assumed(
        "holidays_unknown",
        calendar=calendar.name,
        first=calendar.first,
        last=calendar.last,
        day=day,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAge:
    """How many days old a table is on a day, which is within a limit.

    `place` says where the limit is set.
    """

    days: int
    day: date
    limit: timedelta
    place: str


def judge_age(as_of: date, *, day: date, limit: timedelta, place: str) -> TableAge:
    """Return the age of a table of *as_of* on *day*; one of the same or a later day has none.

    Raises:
        PriceTableError: it is above the limit.
    """
    age = max(day - as_of, timedelta())
    if age > limit:
        raise PriceTableError(
            f"the price table of {as_of} is {age.days} days old on {day}, "
            f"and max_price_age is {format_age(limit)} ({place})",
            hint="update it, name a newer one with --prices, or ask for a day with --at",
        )
    return TableAge(days=age.days, day=day, limit=limit, place=place)


def format_age(limit: timedelta) -> str:
    """Return a limit as one writes it: "45d" or "12h"."""
    if not limit.seconds:
        return f"{limit.days}d"
    seconds = int(limit.total_seconds())
    return f"{seconds // 3600}h" if seconds % 3600 == 0 else f"{seconds}s"
