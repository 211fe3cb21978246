"""Remove repeated paragraphs and full-width letters from prose, and whole times from logs."""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import ClassVar

from tokencost.compression.transform import ContentType, Level
from tokencost.compression.transforms.markdown_blocks import split_lines, verbatim_lines
from tokencost.values import dataclass, regex

_GAP = regex(r"((?:\r?\n[ \t]*){2,})")
_SHORTEST = 40  # characters: a heading may well come twice


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateParagraphs:
    """Keeps the first of several equal paragraphs, of prose and logs alone."""

    name: ClassVar[str] = "duplicate-paragraphs"
    level: ClassVar[Level] = Level.LOSSY
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.TEXT, ContentType.LOG)
    summary: ClassVar[str] = "a paragraph that stands there already, word for word"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* without the later ones and the gaps in front of them."""
        parts = _GAP.split(text)
        seen = {parts[0]}
        kept = [parts[0]]
        for gap, paragraph in zip(parts[1::2], parts[2::2], strict=True):
            if len(paragraph) < _SHORTEST or paragraph.rstrip("\r\n") not in seen:
                kept += [gap, paragraph]
            elif paragraph.endswith("\n"):  # the last one ends with the text
                kept.append("\n")
            seen.add(paragraph.rstrip("\r\n"))
        return "".join(kept)

    def verify(self, before: str, after: str) -> bool:
        """Check that the paragraphs are the same, in the order in which they first came."""
        return _distinct_paragraphs(before) == _distinct_paragraphs(after)


def _distinct_paragraphs(text: str) -> list[str]:
    paragraphs = (paragraph.rstrip("\r\n") for paragraph in _GAP.split(text)[::2])
    return list(dict.fromkeys(filter(None, paragraphs)))


_SHIFT = 0xFEE0
_WIDE = [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
_NARROW = {code: code - _SHIFT for code in _WIDE}


@dataclass(frozen=True, slots=True, kw_only=True)
class FullWidth:
    """Writes `ＡＢＣ１２３` as `ABC123`; punctuation stays, for it belongs to the script.

    The letters are the same but look different, so the rendering is not equal.
    """

    name: ClassVar[str] = "full-width"
    level: ClassVar[Level] = Level.REFORMATTED
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.TEXT, ContentType.MARKDOWN)
    summary: ClassVar[str] = "full-width letters and digits as ordinary ones"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* in ordinary letters and digits, outside code."""
        if text.translate(_NARROW) == text:
            return text
        verbatim = verbatim_lines(text)
        return "".join(
            line if number in verbatim or _is_laid_out(line) else line.translate(_NARROW)
            for number, line in enumerate(split_lines(text))
        )

    def verify(self, before: str, after: str) -> bool:
        """Compare character by character, by what Unicode says they are compatible with."""
        return len(before) == len(after) and all(
            old == new or (unicodedata.normalize("NFKC", old) == new and new.isalnum())
            for old, new in zip(before, after, strict=True)
        )


def _is_laid_out(line: str) -> bool:
    """Whether *line* has code, or columns between full-width spaces."""
    return "`" in line or _WIDE_COLUMNS in line.strip()


_WIDE_COLUMNS = "\u3000\u3000"
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
