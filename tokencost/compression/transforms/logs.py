"""Write the times of a log as the seconds since the line before."""

import re
from datetime import datetime, timedelta
from typing import ClassVar

from tokencost.compression.transform import ContentType, Level
from tokencost.values import dataclass, regex

STAMP = regex(
    r"(?P<day>\d{4}-\d\d-\d\d)(?P<between>[ T])(?P<time>\d\d:\d\d:\d\d)"
    r"(?:(?P<point>[.,])(?P<fraction>\d{1,6}))?(?P<zone>Z|[+-]\d\d:?\d\d)?(?![.,]?\d)"
)
_SECONDS_LATER = regex(r"\+(?P<seconds>\d+)(?:\.(?P<fraction>\d{1,6}))?(?!\.?\d)")
_MICROSECONDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamp:
    """A time and how it was written."""

    time: datetime
    format: tuple[str, str, int, str]

    def later(self, delta: timedelta) -> str:
        """Return the time that is *delta* later, written the same way."""
        between, point, digits, zone = self.format
        time = self.time + delta
        fraction = f"{time.microsecond:06}"[:digits]
        return f"{time.isoformat(between, 'seconds')}{point}{fraction}{zone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTimes:
    """Writes `+1.25` for a line that was logged 1.25 seconds after the one before.

    The first line of a day has the whole time, and so has a line that goes back in time.
    """

    name: ClassVar[str] = "log-times"
    level: ClassVar[Level] = Level.LOSSLESS
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.LOG,)
    summary: ClassVar[str] = "times of a log as seconds since the line before"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* with such times, as it is if a line of it begins like one."""
        lines = text.split("\n")
        if any(_SECONDS_LATER.match(line) for line in lines):
            return text
        last: _Stamp | None = None
        for number, line in enumerate(lines):
            match = STAMP.match(line)
            stamp = _stamp(match) if match else None
            if match is None or stamp is None:
                continue
            delta = _delta(last, stamp)
            if delta:
                lines[number] = delta + line[match.end() :]
            last = stamp
        return "\n".join(lines)

    def verify(self, before: str, after: str) -> bool:
        """Decode, and compare every byte."""
        try:
            return decode(after) == before
        except OverflowError:  # a time after the last one that there is
            return False


def decode(text: str) -> str:
    """Return a log with its times written out again."""
    lines = text.split("\n")
    last: _Stamp | None = None
    for number, line in enumerate(lines):
        later = _SECONDS_LATER.match(line)
        if later and last:
            microseconds = int((later["fraction"] or "").ljust(_MICROSECONDS, "0"))
            delta = timedelta(seconds=int(later["seconds"]), microseconds=microseconds)
            lines[number] = last.later(delta) + line[later.end() :]
            last = _Stamp(time=last.time + delta, format=last.format)
        elif match := STAMP.match(line):
            last = _stamp(match) or last
    return "\n".join(lines)


def _stamp(match: re.Match[str]) -> _Stamp | None:
    fraction = match["fraction"] or ""
    try:
        time = datetime.fromisoformat(
            f"{match['day']}T{match['time']}.{fraction.ljust(_MICROSECONDS, '0')}"
        )
    except ValueError:  # February 30
        return None
    written = match["between"], match["point"] or "", len(fraction), match["zone"] or ""
    return _Stamp(time=time, format=written)


def _delta(last: _Stamp | None, stamp: _Stamp) -> str:
    """Return the time since *last*, nothing if the whole time has to be written."""
    if last is None or last.format != stamp.format or last.time.date() != stamp.time.date():
        return ""
    passed = stamp.time - last.time
    if passed < timedelta():
        return ""
    fraction = f"{passed.microseconds:06}".rstrip("0")
    return f"+{passed.seconds}.{fraction}" if fraction else f"+{passed.seconds}"
