"""How days and times of day are written, in the words of any language, and which are of now.

A word between a number and a year is a month, whatever it is called, so no list of months is
needed where a year is written; a day without its year needs an English month or a Chinese sign.
"""

import re
from collections.abc import Iterator

from tokencost.scenarios.code_regions import CodeRegions, is_example, is_supposed
from tokencost.scenarios.labels import Label, Role, is_run, roles_of
from tokencost.values import dataclass, regex

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_DIGITS = (
    r"(?:[12]\d{3}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}(?:[-/.]|\.\s)\d{1,2}(?:[-/.]|\.\s)(?:\d{4}|\d\d)"
    r"|20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)
_OF = r"(?:(?:of|de|del|di|ng)\s)?"
_MONTH_AND_YEAR = (
    r"(?:tháng\s\d{1,2}|[^\W\d_][^\s\d,.]{2,12})[.,]?(?:\s|-){1,2}(?:(?:del?|năm)\s)?"
    r"[12]\d{3}(?!\d)"
)
_IN_WORDS = (
    rf"[12]\d{{3}}(?:\.\s[^\W\d_]{{3,12}}\s\d{{1,2}}\.|[\s-]{_MONTHS}[\s-]\d{{1,2}}(?!\d))"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.|er|º|ª)?(?:\s{{1,2}}|[-/]){_OF}"
    rf"(?:{_MONTHS}(?:[,/-]?\s{{0,2}}\d{{4}})?|{_MONTH_AND_YEAR})"
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
    rf"(?:\d{{1,2}}:\d\d(?!\d)(?::\d\d(?!\d)(?:[.,]\d{{1,9}})?)?(?:\s?{_HALF}|Z|[+-]\d\d:?\d\d(?!\d)|\sUhr)?"
    rf"|(?<=\dT)\d{{4}}(?:\d\d)?(?=Z|\b)|\d{{1,2}}(?:\.\d\d)?\s?{_HALF}|\d{{1,2}}\s?h\s?\d\d(?!\d|\s?m)|\d{{1,2}}(?:\.\d\d)?\sUhr"
    r"|\d{1,2}\s?[点时時點시](?!间)(?:\s?\d{1,2}\s?[分분])?)"
)
_HALF_OF_DAY = r"(?:上午|下午|早上|晚上|傍晚|凌晨|中午|午前|午後|오전|오후)?"
_TO_CLOCK = (
    r"(?:T|:(?=\d\d:\d\d:)|\s?[,，]?\s{0,3}(?:(?:at|um|à|a\slas|às|alle|kl\.?|klo|om|o|в|pukul|lúc)\s)?"
    rf"{_HALF_OF_DAY}\s?|\s{{0,2}}[(（]\w{{1,9}}[)）]\s{{0,2}}|\s[A-Z][a-z]{{2,8}}\s|\s[-–|]\s"
    r"|\s?[,，;；|]\s?(?:time|uhrzeit|heure|hora|时间)\s?[:：=]\s?)"
)
_EPOCH = r"(?:1[5-9]\d{8}(?:\d{3})?(?:\.\d{1,9})?|20[2-9]\d[01]\d[0-3]\d[0-2]\d{5})(?!\d)"

_DAY_AND_CLOCK = regex(rf"(?P<day>{_DAY})(?:{_TO_CLOCK}(?P<clock>{_CLOCK}))?", re.IGNORECASE)
_MONTH_FIRST = regex(
    rf"{_AFTER_MONTH}(?:,?\s{{1,3}}(?P<year>[12]\d{{3}})(?!\d))?(?:{_TO_CLOCK}(?P<clock>{_CLOCK}))?",
    re.IGNORECASE,
)
_CLOCK_OR_EPOCH = regex(rf"(?P<clock>{_CLOCK})|(?P<epoch>{_EPOCH})", re.IGNORECASE)
_DAY_AFTER = regex(  # "06:01 on 22 Nov 2026"
    rf"(?:\s(?:UTC|GMT)(?:[+-]\d{{1,2}})?)?,?\s(?:on\s)?(?:the\s)?(?:{_DAY}|{_MONTHS}\s{_AFTER_MONTH},?\s20\d\d)",
    re.IGNORECASE,
)
# What any of these begins with: to compile the whole takes 2 ms, and most numbers are no moment.
_MAY_BEGIN = regex(r"\d{8}|(?<=\dT)\d|\d++[-/.:,]{0,2}\s{0,2}\w")
_MONTH_BEFORE = regex(r"(?:(?<![^\W_])|(?<=[是为為期]))(?P<month>[^\W\d_]{3,12})\.?\s{1,2}$")
_ENGLISH_MONTH = regex(_MONTHS, re.IGNORECASE)
_LONGEST_MONTH, _LONGEST_WEEKDAY = 15, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment in a text: where it stands, and whether it tells the day, the hour or both."""

    start: int
    end: int
    has_day: bool
    has_clock: bool  # a time of day, or seconds since 1970


def moment_at(line: str, at: int) -> Moment | None:
    """Return the moment of which the first digit stands at *at*."""
    may_begin = _MAY_BEGIN.match(line, at)
    if may_begin and (match := _DAY_AND_CLOCK.match(line, at)):
        return Moment(start=at, end=match.end(), has_day=True, has_clock=match["clock"] is not None)
    before = _MONTH_BEFORE.search(line, max(0, at - _LONGEST_MONTH), at)
    month = _behind_run(before["month"]) if before else ""
    if (
        before
        and (match := _MONTH_FIRST.match(line, at))
        and (match["year"] or _ENGLISH_MONTH.fullmatch(month))
    ):
        start, has_clock = before.end("month") - len(month), match["clock"] is not None
        return Moment(start=start, end=match.end(), has_day=True, has_clock=has_clock)
    if may_begin and (match := _CLOCK_OR_EPOCH.match(line, at)):
        day = _DAY_AFTER.match(line, match.end()) if match["clock"] else match
        end = day.end() if day else match.end()
        return Moment(start=at, end=end, has_day=day is not None, has_clock=True)
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


_WEEKDAY_BEFORE = regex(
    r"(?:(?<![^\W\d_])|(?<=[是为為期]))(?P<word>[^\W\d_]{2,13})(?:-feira)?(?P<comma>[,，.]{0,2})"
    r"(?:\s(?:(?:der|den|le|el|il|the|o|dne)\s)?|(?<=[一二三四五六日天]))$"
)

_OF_NOW = Role.NOW | Role.WHOSE | Role.TIME | Role.STAMP | Role.FILLER | Role.OWNER | Role.WEEKDAY
OF_EVENT = _OF_NOW | Role.EVENT | Role.LAST | Role.SUBJECT
_OF_ITSELF = Role.WRITTEN | Role.LAST | Role.FILLER  # "Last updated:" is of the document
_IS = ("is", "ist", "est", "es")
_IS_SAID = frozenset((*_IS, "s", "on", "sono", "são", "är"))
_IT_IS = (
    *(("it", "is"), ("it", "s"), ("es", "ist"), ("il", "est"), ("son", "las"), ("sono", "le")),
    *(("klockan", "är"), ("is", "het"), ("het", "is"), ("jest", "godzina"), ("são",)),
    ("on", "est"),
)
_IS_AFTER = (" is ", " ist ", " est ", " es ", " è ")
_WORD_AFTER = regex(r"\s?[(（]?([^\W\d_]{2,14})")
_WITH_MINUTES = 3  # digits: "3 pm" has none
_MOST_STRANGERS = 2
_AT = ("at", "um", "à", "às", "alle", "om", "в", "kl")  # "Today at 20:15": an appointment
_YEAR = regex(r"(?<!\d)[12]\d{3}(?!\d)")
_TODAY = ("今天", "今日", "今晚")
_SPAN = regex(r"\s?(?:[-–—~〜至到]|to|till|until|bis|до)\s?\d{1,2}(?:[:.h点时時]|\s?[ap]m)")
_FIRST_YEAR = 2020  # prompts of today are not older, and dates of history are
_MADE_NOW = frozenset(("generated", "sync", "synced"))


def start_with_weekday(line: str, moment: Moment) -> int:
    """Return where a moment begins with the name of its weekday, if it has one."""
    start = moment.start
    match = _WEEKDAY_BEFORE.search(line, max(0, start - _LONGEST_WEEKDAY), start)
    if match is None:
        return start
    word = _behind_run(match["word"])
    roles = roles_of(word.lower())
    is_weekday = roles & Role.WEEKDAY or (moment.has_day and not roles and match["comma"])
    return match.end("word") - len(word) if is_weekday else start


def _behind_run(word: str) -> str:
    """Return *word* without the Chinese that it may follow: "今天是March"."""
    return word if word.isascii() else re.split("[是为為]|(?<!星)期", word)[-1]


def moment_kind(label: Label, moment: Moment, text: str, after: str) -> str:
    """Return what a moment is: "timestamp", "date", or "" for one of the document.

    *text* is how it is written, and *after* what stands behind it.
    """
    grain = "timestamp" if moment.has_clock else "date"
    year = _YEAR.search(text)
    if year and int(year[0]) < _FIRST_YEAR:
        return ""
    if _is_of_document(label, moment, text, after):
        return ""
    if _is_now(label, moment) or _is_now_after(label, after):
        return grain
    if _is_of_it(label) and (moment.has_day or sum(map(str.isdigit, text)) >= _WITH_MINUTES):
        return grain
    is_made_now = not _MADE_NOW.isdisjoint(label.words)
    if not label.is_field or (label.is_key and not is_made_now):
        return ""
    if not is_event(label):
        is_told = _is_stamped(label) or _is_made(label, text) or _is_reading(label, after)
        return grain if moment.has_day and moment.has_clock and is_told else ""
    if moment.has_clock and not after.startswith("?"):
        is_whole = moment.has_day or text.count(":") > 1
        is_short = label.has(Role.SUBJECT) and not label.strangers(OF_EVENT)
        return grain if is_whole or is_short else ""
    return grain if is_made_now else ""


def _is_of_document(label: Label, moment: Moment, text: str, after: str) -> bool:
    """Whether a moment shows a form, begins a span ("10:00-12:00") or an event of today."""
    if label.words[-1] == "format" or _SPAN.match(after):
        return True
    if moment.has_day:
        return label.has(Role.WRITTEN) and not label.strangers(_OF_ITSELF)
    is_event = label.words[-1].startswith(_TODAY) and "\u4e00" <= after[:1] <= "\u9fff"
    return is_event or ("-" in text and not label.has(Role.NOW))


def _is_now(label: Label, moment: Moment) -> bool:
    if label.is_field and moment.has_clock and label.roles[-1] & Role.STAMP:
        return moment.has_day or bool(label.joint)
    strangers = label.strangers(_OF_NOW | (Role.SUBJECT if moment.has_clock else 0))
    if strangers:
        return _ends_in_now(label, strangers, has_day=moment.has_day)
    if label.has(Role.NOW) or label.has(Role.STAMP):
        return moment.has_day or label.has(Role.WEEKDAY) or label.words[-1] not in _AT
    if label.has(Role.TIME) and (label.joint == "<" or label.has(Role.WHOSE)):
        return True
    if label.is_closed and label.has(Role.OWNER) and label.roles[-1] & Role.TIME:
        return moment.has_clock and label.is_field  # "User time:"
    if label.words in (("as", "of"), ("time", "of", "day")):
        return moment.has_clock and label.is_field
    if label.is_closed and sum(roles & Role.TIME != 0 for roles in label.roles) > 1:
        return moment.has_day and moment.has_clock
    is_of_time = len(label.words) in (2, 3) and label.roles[-2] & Role.TIME  # "the time is"
    is_of_both = moment.has_clock and not label.strangers(Role.FILLER | Role.TIME)
    is_of_both = is_of_both and label.words[-3:-1] in (("and", "time"), ("und", "uhrzeit"))
    return (bool(is_of_time) or is_of_both) and label.words[-1] in _IS


def _ends_in_now(label: Label, strangers: int, *, has_day: bool) -> bool:
    """Whether a label ends as one of now: "Wir haben heute den", "Use as today's date:"."""
    if label.is_closed and label.roles[-1] & Role.TIME:
        return any(roles & Role.NOW for roles in label.roles[-3:-1])
    last = next((roles for roles in reversed(label.roles) if roles != Role.FILLER), 0)
    is_short = has_day and label.is_field and strangers <= _MOST_STRANGERS
    return is_short and not label.joint and last & Role.NOW != 0


def _is_of_it(label: Label) -> bool:
    """Whether a label says "it is", which tells a day, or the time of day to the minute."""
    words = label.words
    if words in _IT_IS:
        return True
    pairs = {words[place : place + size] for place in range(len(words)) for size in (1, 2)}
    return not pairs.isdisjoint(_IT_IS) and not label.strangers(_OF_NOW)


def _is_now_after(label: Label, after: str) -> bool:
    """Whether the word after a moment says that it is now: "The clock says 16:20 right now"."""
    word = _WORD_AFTER.match(after)
    if word is None or not roles_of(word[1].lower()) & Role.NOW or label.strangers(OF_EVENT):
        return False
    return label.has(Role.TIME) or is_run(label.words[-1]) or not _IS_SAID.isdisjoint(label.words)


LABEL_OF_NOW = Label(("now",), (Role.NOW,), "", Role.NOW, is_field=True, is_key=False)
_TOLD_AFTER = regex(
    r"[ \w:+(),]{0,16}?\s(?:is|ist|est|es|è)\s(?P<what>[^\W\d_]+(?:[ ’'][^\W\d_]+){0,5})[.,;!]?"
)


def is_told_after(after: str) -> bool:
    """Whether what stands behind a moment tells that it is now: "10:32 is the current time"."""
    if not any(words in after for words in _IS_AFTER) or not (told := _TOLD_AFTER.match(after)):
        return False
    roles = [
        roles_of(word) for word in told["what"].lower().replace("’", "'").replace("'", " ").split()
    ]
    is_now = any(role & Role.NOW for role in roles) and any(role & Role.TIME for role in roles)
    return is_now and all(role & _OF_NOW for role in roles)


def _is_made(label: Label, text: str) -> bool:
    """Whether a short title says what was made or done at a moment: "Snapshot", "Photo taken"."""
    other = Role.PLANNED | Role.TOLD | (0 if text.count(":") > 1 else Role.STANDING)
    if label.has(other) or not label.is_title:
        return False
    last = label.roles[-2:-1] if label.words[-1] in _AT else label.roles[-1:]
    is_done = last and last[0] & Role.EVENT and label.strangers(OF_EVENT) <= _MOST_STRANGERS
    return bool(is_done) or not label.strangers(Role.SUBJECT)


def _is_reading(label: Label, after: str) -> bool:
    """Whether a value follows a title and its moment in brackets: "Load (2026-11-22 10:32): 3"."""
    return after[:2] in ("):", "]:") and label.is_title and not label.has(Role.PLANNED | Role.TOLD)


def _is_stamped(label: Label) -> bool:
    """Whether a label names what happened, in whatever words: "Trigger time:"."""
    is_named = len(label.words) > 1 and not label.has(Role.STANDING | Role.PLANNED | Role.TOLD)
    return is_named and label.is_closed


def is_event(label: Label) -> bool:
    """Whether a label says what happened to something of this call, or what did last."""
    strangers = label.strangers(OF_EVENT)
    if label.has(Role.STANDING):
        return False
    if label.is_title and label.words[-1] in _AT and label.words[-2:-1] and _is_done(label):
        return strangers <= 1 + (not label.roles[-2] & OF_EVENT)
    if label.has(Role.LAST):
        return label.is_closed or not strangers or label.has(Role.EVENT)
    if label.words == ("sent",):  # a letter
        return False
    if label.words[-2:] == ("as", "of"):
        return strangers <= _MOST_STRANGERS
    if not label.has(Role.EVENT):  # "Report time:"
        return (
            label.is_closed and label.has(Role.SUBJECT) and label.has(Role.TIME) and not strangers
        )
    return not strangers or (label.is_title and (label.is_closed or strangers == 1))


_WEEKDAY_NOW = regex(
    r"\b(?:[Tt]oday|TODAY|(?:[Cc]urrent |[Ww]eek)[Dd]ay|[Dd]ay [Oo]f (?:the )?[Ww]eek)"
    r"(?: is(?: a)?| ?[:=])\s{0,2}[\"'*_]{0,2}"
    r"(?P<value>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
    r"|今天是?(?P<zh>(?:星期|周|礼拜)[一二三四五六日天])"
    r"|(?:今[天日](?:的?日期)?|本日|现在|当前日期)(?:是|为|は|[:：])?\s?(?P<han>[一二][〇零○一二三四五六七八九]{3}年)"
)
_BEFORE_WEEKDAY = (
    *("day is", "day:", "day :", "day=", "day =", "week is", "week:", "week =", "今天", "二〇"),
    "二零",
)
_PAIR = regex(  # "Date: ..." alone heads a document; with "Time: ..." it is now
    r"^[\s*-]{0,4}(?:Date|日期)\s?[:：]\s{0,3}(?P<value>[^\n]{4,40})\n"
    r"[\s*-]{0,4}(?:Time|时间)\s?[:：]\s{0,3}\d{1,2}[:点时]",
    re.IGNORECASE | re.MULTILINE,
)


def _is_done(label: Label) -> bool:
    """Whether something was done at a moment: "Alert raised at"."""
    return label.words[-2].endswith("ed") and len(label.words) > _MOST_STRANGERS


def weekdays_of_now(code: CodeRegions) -> Iterator[int]:
    """Yield where the name of a weekday says which day it is."""
    lower = code.text.lower()
    if not any(label in lower for label in _BEFORE_WEEKDAY):
        return
    for match in _WEEKDAY_NOW.finditer(code.text):
        start = match.start(match.lastgroup or 0)
        if code.is_quoted_code(start) or is_example(code.near(start)):
            continue
        if not is_supposed(code.text, start):
            yield start


def dates_above_times(code: CodeRegions) -> Iterator[int]:
    """Yield where a date stands above a time; to look for the labels first takes less."""
    lower = code.text.lower()
    if not ("date" in lower and "time" in lower) and "日期" not in lower:
        return
    for match in _PAIR.finditer(code.text):
        start = match.start("value")
        if not code.is_quoted_code(start) and any(map(str.isdigit, match["value"])):
            yield start
