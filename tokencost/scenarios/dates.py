"""How days and times of day are written, in digits and in the words of any language.

A word between a number and a year is a month, whatever it is called, so no list of months is
needed where a year is written; a day without its year needs an English month or a Chinese sign.
"""

import re

from tokencost.values import dataclass, regex

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_DIGITS = (
    r"(?:[12]\d{3}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)"
    r"|20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)
_OF = r"(?:(?:of|de|del|di|ng)\s)?"
_MONTH_AND_YEAR = (
    r"(?:tháng\s\d{1,2}|[^\W\d_][^\s\d,.]{2,12})[.,]?(?:\s|-){1,2}(?:(?:del?|năm)\s)?"
    r"[12]\d{3}(?!\d)"
)
_IN_WORDS = (
    rf"\d{{1,2}}(?:st|nd|rd|th|\.|er|º|ª)?(?:\s{{1,2}}|-){_OF}"
    rf"(?:{_MONTHS}(?:[,-]?\s{{0,2}}\d{{4}})?|{_MONTH_AND_YEAR})"
)
_HAN_DAY = r"(?:\d{4}\s?[年년]\s?)?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日号日일]"
_HAN_WEEKDAY = (
    r"(?:[,，\s]{0,2}[(（]?(?:(?:星期|周|礼拜)[一二三四五六日天]|[月火水木金土日]曜日"
    r"|[월화수목금토일]요일|(?<=[(（])[月火水木金土日월화수목금토일])[)）]?)?"
)
_DAY = rf"(?:{_DIGITS}|{_HAN_DAY}{_HAN_WEEKDAY}|{_IN_WORDS})"
_AFTER_MONTH = r"\d{1,2}(?:st|nd|rd|th)?(?![\d:])"
_HALF = r"[ap]\.?m\b\.?"
_CLOCK = (
    rf"(?:\d{{1,2}}:\d\d(?!\d)(?::\d\d(?!\d)(?:[.,]\d{{1,9}})?)?(?:\s?{_HALF})?"
    rf"|\d{{1,2}}\s?{_HALF}|\d{{1,2}}\s?h\s?\d\d(?!\d)|\d{{1,2}}(?:\.\d\d)?\sUhr"
    r"|\d{1,2}\s?[点时時點시](?!间)(?:\s?\d{1,2}\s?[分분])?)"
)
_HALF_OF_DAY = r"(?:上午|下午|早上|晚上|傍晚|凌晨|中午|午前|午後|오전|오후)?"
_TO_CLOCK = (
    r"(?:T|\s?[,，]?\s{0,3}(?:(?:at|um|à|a\slas|às|alle|kl\.?|klo|om|o|в|pukul|lúc)\s)?"
    rf"{_HALF_OF_DAY}\s?|\s{{0,2}}[(（]\w{{1,9}}[)）]\s{{0,2}}|\s[A-Z][a-z]{{2,8}}\s)"
)
_EPOCH = r"1[5-9]\d{8}(?:\d{3})?(?:\.\d{1,9})?(?!\d)"

_DAY_AND_CLOCK = regex(rf"(?P<day>{_DAY})(?:{_TO_CLOCK}(?P<clock>{_CLOCK}))?", re.IGNORECASE)
_MONTH_FIRST = regex(
    rf"{_AFTER_MONTH}(?:,?\s{{1,3}}(?P<year>[12]\d{{3}})(?!\d))?(?:{_TO_CLOCK}(?P<clock>{_CLOCK}))?",
    re.IGNORECASE,
)
_CLOCK_OR_EPOCH = regex(rf"(?P<clock>{_CLOCK})|(?P<epoch>{_EPOCH})", re.IGNORECASE)
_MONTH_BEFORE = regex(r"(?<![^\W_])(?P<month>[^\W\d_]{3,12})\.?\s$")
_ENGLISH_MONTH = regex(_MONTHS, re.IGNORECASE)
_LONGEST_MONTH = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment in a text: where it stands, and whether it tells the day, the hour or both."""

    start: int
    end: int
    has_day: bool
    has_clock: bool  # a time of day, or seconds since 1970


def moment_at(line: str, at: int) -> Moment | None:
    """Return the moment of which the first digit stands at *at*."""
    if match := _DAY_AND_CLOCK.match(line, at):
        return Moment(start=at, end=match.end(), has_day=True, has_clock=match["clock"] is not None)
    before = _MONTH_BEFORE.search(line, max(0, at - _LONGEST_MONTH), at)
    if (
        before
        and (match := _MONTH_FIRST.match(line, at))
        and (match["year"] or _ENGLISH_MONTH.fullmatch(before["month"]))
    ):
        has_clock = match["clock"] is not None
        return Moment(start=before.start(), end=match.end(), has_day=True, has_clock=has_clock)
    if match := _CLOCK_OR_EPOCH.match(line, at):
        has_day = match["clock"] is None
        return Moment(start=at, end=match.end(), has_day=has_day, has_clock=True)
    return None


_WHOLE_DAY = regex(
    rf"(?:[^\W\d_]{{1,20}},?\s){{0,3}}(?:{_DAY}|{_AFTER_MONTH},?\s[12]\d{{3}})\W?.{{0,20}}",
    re.IGNORECASE,
)
_WHOLE_CLOCK = regex(rf"{_DIGITS}[T\s]{_CLOCK}.{{0,12}}|{_CLOCK}|{_EPOCH}", re.IGNORECASE)


def is_day(text: str) -> bool:
    """Whether *text* is a day, in digits or in words."""
    return _WHOLE_DAY.fullmatch(text) is not None


def is_clock_or_epoch(text: str) -> bool:
    """Whether *text* is a time of day, with its day or without, or seconds since 1970."""
    return _WHOLE_CLOCK.fullmatch(text) is not None
