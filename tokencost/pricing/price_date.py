"""The day, and perhaps the time of day, for which prices are asked."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from tokencost.errors import UsageError

_FORM = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)(?:T(?P<time>\d\d:\d\d)(?P<offset>Z|[+-]\d\d:\d\d)?)?")
_OFFSET = re.compile(r"[+-]\d\d:\d\d", re.ASCII)
_HINT = "write 2026-11-22, 2026-11-22T10:00 or 2026-11-22T10:00+08:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDate:
    """A day, and with a time the hour by which a scheduled price is chosen.

    A time without an offset is in the zone of whichever schedule asks.
    """

    day: date
    clock: time | None = None
    offset: timedelta | None = None

    def __str__(self) -> str:
        if self.clock is None:
            return self.day.isoformat()
        zone = None if self.offset is None else timezone(self.offset)
        return datetime.combine(self.day, self.clock, tzinfo=zone).isoformat(timespec="minutes")

    def in_zone(self, offset: timedelta) -> datetime | None:
        """Return the local date and time at this offset from UTC, None without a time."""
        if self.clock is None:
            return None
        local = datetime.combine(self.day, self.clock)  # naive: the zone is the schedule's
        return local if self.offset is None else local - self.offset + offset


def today() -> date:
    """Return the day the clock shows in UTC, or SOURCE_DATE_EPOCH in its place."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.now(tz=UTC)
    return (datetime.fromtimestamp(int(epoch), tz=UTC) if epoch.isdecimal() else now).date()


def parse_price_date(text: str) -> PriceDate:
    """Read `DATE[THH:MM[+ZZ:ZZ]]`, or `today`, the one word that asks the clock.

    Raises:
        UsageError: the text is none of these, or no such day exists.
    """
    if text == "today":
        return PriceDate(day=today())
    if match := _FORM.fullmatch(text):
        try:
            return PriceDate(
                day=date.fromisoformat(match["day"]),
                clock=time.fromisoformat(match["time"]) if match["time"] else None,
                offset=parse_offset(match["offset"]) if match["offset"] else None,
            )
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
