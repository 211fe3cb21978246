"""Find values that hold for one call, hour or day: the time, the date, ids, counters.

The same forms stand in documents, so a value counts only when joined to a label that speaks of
now, such as "Current time:", or of this call, such as "request_id=".
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tokencost.scenarios.code_regions import CodeRegions
from tokencost.values import regex


class CurrentValue(NamedTuple):
    """Where a value stands, and what it is: "timestamp", "date", "id" or "counter"."""

    start: int
    kind: str


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_DAY = (
    rf"(?:(?:{_WEEKDAY}\.?,?\s+)?(?:"
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    rf"|{_MONTH}\s+{_ORDINAL}(?!:)(?:,?\s+\d{{4}})?|{_ORDINAL}\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?"
    r")|(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:[,，\s]{0,2}(?:星期|周)[一二三四五六日天])?)"
)
_CLOCK = (
    r"(?:\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
    r"|(?:上午|下午|晚上|凌晨|中午)?\s?\d{1,2}[点时]\d{0,2}分?)"
)
_EPOCH = r"1[5-9]\d{8}(?:\d{3})?(?!\d)"
_MOMENT = (
    rf"(?:(?P<day>{_DAY})(?P<clock>(?:T|,?\s{{1,3}}(?:at\s+)?|，)?{_CLOCK})?"
    rf"|(?P<clock_first>(?:{_WEEKDAY},?\s+)?{_CLOCK})|(?P<epoch>{_EPOCH}))"
)
_TIME_WORD = r"(?:date(?:\s*(?:and|&|/|\s)\s*time)?|time(?:[ _]?stamp)?|datetime|day)"
_LABEL = (
    r"(?<![A-Za-z])(?:"
    rf"(?:the[ ])?(?:current|local|system|present)[ _-]?{_TIME_WORD}(?:\s+is(?:\s+now)?)?"
    r"|today(?:['’]s[ _]?date)?|todays?[ _]date|(?:the[ ])(?:time|date)\s+(?:now\s+)?is"
    r"|right[ ]now|now|it(?:[ ]is|['’]s)(?:[ ]now)?|time[ _]?stamp|date[ _]?time|ts"
    r"|date[ ]and[ ]time|(?:conversation|session)[ ]started(?:[ ]at)?|generated[ _](?:at|on)"
    r"|last[ ]sync(?:ed)?|as[ ]of[ ]now)"
    r"|<(?:current[_-]?)?(?:date|time|now|today)(?=>)"
    r"|(?:今天|今日|现在|当前|系统|本地|此刻)(?:的)?(?:日期|时间戳?)?"
)
_JOINT = r"""["'”*_`>)\s]{0,4}(?:is(?:[ ]now)?|on|at|[:：=]|是|为)?["'“*_`<>\s]{0,4}(?:the\s)?"""
_NOW = regex(rf"(?:{_LABEL}){_JOINT}(?P<value>{_MOMENT})", re.IGNORECASE)
_PAIR = regex(  # "Date: ..." alone heads a document; with "Time: ..." it is now
    rf"^[\s*-]{{0,4}}(?:Date|日期)\s?[:：]\s{{0,3}}(?P<value>{_DAY})\s*\n"
    rf"[\s*-]{{0,4}}(?:Time|时间)\s?[:：]\s{{0,3}}{_CLOCK}",
    re.IGNORECASE | re.MULTILINE,
)
_ID = regex(
    r"""(?:
      (?<![A-Za-z])(?:(?:request|trace|session|correlation|conversation|run|user|thread|message
        |tool[ _-]?call)[ _-]?id|session|traceparent|nonce)
      |(?:会话|请求|用户|对话)\s?(?:编号|ID|id)
    )["']?\s{0,2}[:：=]\s{0,2}["']?(?P<value>[\w-]{6,99})
    | \bfor[ ]this[ ](?:chat|conversation|session|request|call|run)\s?[:=]\s{0,2}
        (?P<own>[\w-]{6,99})
    | (?<![\w-])(?:request|trace|session|correlation|conversation|run)[:#\s]{1,3}
        (?P<uuid>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})""",
    re.IGNORECASE | re.VERBOSE,
)
_COUNTER = regex(
    r"""
      ^[\s#*-]{0,4}(?:turn|iteration|round|message|retry)\s{0,2}[:#]?\s{0,2}\#?(?P<line>\d{1,6})
        (?:\s{0,2}(?:of|/)\s{0,2}\d{1,6})?\s{0,2}[.:*]{0,3}\s{0,4}$
    | \b(?:turn|round|message)\s(?P<here>\d{1,6})\s(?:in|of)\s(?:this|the[ ]current)\s
        (?:conversation|chat|session)\b
    | \battempt\s{1,2}\#?(?P<attempt>\d{1,6})\s{0,2}(?:of|/)\s{0,2}\d
    | \byou[ ]have[ ](?P<left>\d{1,9})[ ](?:\w{1,20}[ ]){1,3}(?:left|remaining)\b
    | \b(?:remaining[ ](?:steps?|turns?|tokens|budget)|steps?[ ]remaining|step[ ]counter
        |tokens[ ]used)\s{0,2}[:=]\s{0,2}(?P<rest>\d)
    | 这是第(?P<round>\d{1,6})[轮次] | 剩余(?:次数|步数|轮数)\s{0,2}[:：]\s{0,2}(?P<over>\d)
    | (?:\bseed|随机种子)["']?\s{0,2}[=:：]\s{0,2}(?P<seed>\d{4})
    | \bHEAD[ ]is[ ]now[ ]at[ ](?P<head>[0-9a-f]{6})
    | \bcurrent[ ]commit\W{1,3}(?P<commit>[0-9a-f]{7})
    | \bas[ ]of[ ]now\b[^\n]{0,60}?\bcommit[ ](?P<now>[0-9a-f]{7})
    """,
    re.IGNORECASE | re.VERBOSE,
)
_EXAMPLE = regex(
    r"\b(?:if|for example|e\.g\.|such as|suppose|assuming|example|examples)(?![\w])"
    r"|例如|比如|假设|如果|示例",
    re.IGNORECASE,
)
# Of these words one stands in what each pattern finds in ASCII; to compile all three takes 4 ms.
_OF_NOW = ("date", "time", "day", "now", "ts", "it is", "it's", "started", "generated", "sync")
_OF_ID = (
    "id",
    "session",
    "nonce",
    "for this",
    "request",
    "trace",
    "run",
    "correlation",
    "conversation",
)
_OF_COUNTER = (
    *("turn", "iteration", "round", "message", "retry", "attempt", "you have", "remaining"),
    *("step counter", "tokens used", "seed", "head is", "commit"),
)
_FROM_DIGIT = regex(r"\d[^\n]*")


_WHOLE_DAY = regex(rf"(?:\w{{1,20}}\s)?{_DAY}(?:[T\s].{{0,40}})?", re.IGNORECASE)
_WHOLE_CLOCK = regex(rf"{_DAY}[T\s]{_CLOCK}.{{0,12}}|{_CLOCK}|{_EPOCH}", re.IGNORECASE)


def is_day(text: str) -> bool:
    """Whether *text* is a day, in digits or in words."""
    return _WHOLE_DAY.fullmatch(text) is not None


def is_clock_or_epoch(text: str) -> bool:
    """Whether *text* is a time of day, with its day or without, or seconds since 1970."""
    return _WHOLE_CLOCK.fullmatch(text) is not None


def find_current_values(code: CodeRegions) -> list[CurrentValue]:
    """Return the values that hold for one call, hour or day, in their order."""
    values = {
        (match.start("value"), "timestamp")
        for match in _pairs(code.text)
        if not code.is_quoted_code(match.start("value"))
    }
    for line_start, line in _lines_with_digits(code.text):
        for place, kind in _values(line):
            if not code.is_quoted_code(line_start + place):
                values.add((line_start + place, kind))
    return [CurrentValue(*value) for value in sorted(values)]


def _pairs(text: str) -> "Iterator[re.Match[str]]":
    """Yield where a date stands above a time; to look for its label first takes less."""
    return _PAIR.finditer(text) if "日期" in text or "date" in text.lower() else iter(())


def _lines_with_digits(text: str) -> Iterator[tuple[int, str]]:
    for match in _FROM_DIGIT.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        yield start, text[start : match.end()]


def _values(line: str) -> Iterator[tuple[int, str]]:
    nows, ids, counters = (
        _matches(pattern, line, words)
        for pattern, words in ((_NOW, _OF_NOW), (_ID, _OF_ID), (_COUNTER, _OF_COUNTER))
    )
    places = [
        *((match.start("value"), _grain(match)) for match in nows),
        *((_start(match), "id") for match in ids if _is_id(match)),
        *((_start(match), "counter") for match in counters),
    ]
    if places and not _EXAMPLE.search(line):
        yield from places


def _matches(
    pattern: re.Pattern[str], line: str, words: tuple[str, ...]
) -> "Iterator[re.Match[str]]":
    lower = line.lower()
    if line.isascii() and not any(word in lower for word in words):
        return iter(())
    return pattern.finditer(line)


def _grain(match: re.Match[str]) -> str:
    return "date" if match["day"] and not match["clock"] else "timestamp"


def _start(match: re.Match[str]) -> int:
    """Return where the value of a match begins: what was caught last."""
    return match.start(match.lastgroup or 0)


def _is_id(match: re.Match[str]) -> bool:
    value = match[match.lastgroup or 0]
    return any(letter.isdigit() for letter in value) and "xxxx" not in value.lower()
