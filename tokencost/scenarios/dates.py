"""How days and times of day are written, in digits and in words of several languages.

The patterns are sources, for patterns that put a label in front of them.
"""

import re

from tokencost.values import regex

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)(?![A-Za-z])\.?"
)
_WEEKDAY = r"(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_DIGITS = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}/\d{1,2}/\d\d(?!\d)"
    r"|20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
)
DAY = (
    rf"(?:(?:{_WEEKDAY}\.?,?\s+)?(?:{_DIGITS}"
    rf"|{_MONTH}\s+{_ORDINAL}(?!:)(?:,?\s+\d{{4}})?"
    rf"|{_ORDINAL}[\s-]\s?(?:of\s+)?{_MONTH}(?:[,-]?\s*\d{{4}})?"
    r")|(?:(?:星期|周)[一二三四五六日天][,，\s]{0,2})?(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:[,，\s]{0,2}(?:星期|周)[一二三四五六日天])?)"
)
CLOCK = (
    r"(?:(?:上午|下午|早上|晚上|傍晚|凌晨|中午)?\s?\d{1,2}"
    r"(?::\d\d(?::\d\d(?:\.\d{1,9})?)?(?:\s?[AaPp]\.?[Mm]\b\.?)?|[点时]\d{0,2}分?))"
)
EPOCH = r"1[5-9]\d{8}(?:\d{3})?(?!\d)"
MOMENT = (
    rf"(?:(?P<day>{DAY})(?P<clock>(?:T|,?\s{{1,3}}(?:at\s+)?|，)?{CLOCK})?"
    rf"|(?P<clock_first>(?:{_WEEKDAY},?\s+)?{CLOCK})|(?P<epoch>{EPOCH}))"
)

# Other languages: a word between a number and a year is a month, whatever it is called.
_WORDS = (
    r"(?:[^\W\d_]{2,13},?\s(?:(?:der|den|le|el|il)\s)?)?"
    r"\d{1,2}(?:\.|er|º)?\s(?:de\s)?[^\W\d_]{3,10}\.?\s(?:del?\s)?\d{4}"
)
_DAY_ABROAD = (
    rf"(?:{_DIGITS}|{_WORDS}|(?:\d{{4}}[年년]\s?)?\d{{1,2}}[月월]\s?\d{{1,2}}[日일])"
    r"(?:\s?[(（]\w{1,3}[)）])?"
)
_CLOCK_ABROAD = (
    r"(?:午前|午後|오전|오후)?\s?\d{1,2}"
    r"(?:[:h]\d\d(?::\d\d)?|[時點시](?:\s?\d{1,2}[分분])?|\sUhr)"
)
MOMENT_ABROAD = (
    rf"(?:(?P<day>{_DAY_ABROAD})(?P<clock>(?:T|,?\s{{1,3}}(?:um\s|à\s|a\slas\s)?)?{_CLOCK_ABROAD})?"
    rf"|(?P<clock_first>{_CLOCK_ABROAD}))"
)

_WHOLE_DAY = regex(rf"(?:\w{{1,20}}\s)?{DAY}(?:[T\s].{{0,40}})?", re.IGNORECASE)
_WHOLE_DAY_ABROAD = regex(rf"(?:\w{{1,20}}\s){{0,2}}{_DAY_ABROAD}\W?.{{0,20}}", re.IGNORECASE)
_WHOLE_CLOCK = regex(rf"{DAY}[T\s]{CLOCK}.{{0,12}}|{CLOCK}|{EPOCH}", re.IGNORECASE)


def is_day(text: str) -> bool:
    """Whether *text* is a day, in digits or in words."""
    return _WHOLE_DAY.fullmatch(text) is not None or _WHOLE_DAY_ABROAD.fullmatch(text) is not None


def is_clock_or_epoch(text: str) -> bool:
    """Whether *text* is a time of day, with its day or without, or seconds since 1970."""
    return _WHOLE_CLOCK.fullmatch(text) is not None
