"""Find values that hold for one call, hour or day: the time, the date, ids, counters.

The same forms stand in documents, so a value counts only when joined to a label that speaks of
now, such as "Current time:", or of this call, such as "request_id=".
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tokencost.scenarios.code_regions import CodeRegions
from tokencost.scenarios.dates import CLOCK, DAY, MOMENT, MOMENT_ABROAD
from tokencost.values import regex


class _Sought(NamedTuple):
    """A pattern, the words of it that a text has, and what it finds: "" for a time or a day."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]
    kind: str


class CurrentValue(NamedTuple):
    """Where a value stands, and what it is: "timestamp", "date", "id" or "counter"."""

    start: int
    kind: str


_TIME_WORD = r"(?:date(?:\s*(?:and|&|/|\s)\s*time)?|time(?:[ _]?stamp)?|datetime|day|clock)"
# What stands between a label and its value: "(UTC)", "in Berlin" before "is" or a colon.
_PLACE = r"(?:\s(?:here\s)?in(?:\s[\w/+-]{1,30}){1,3}?(?=\s?(?:is\b|[:=])))?"
_WHOSE = r"(?:current|local|system|server|present|utc|gmt)"
_LABEL = (
    r"(?:(?<![A-Za-z])(?:"
    rf"(?:the[ ])?(?:{_WHOSE}[ _-]?){{1,2}}{_TIME_WORD}(?:\s+is(?:\s+now)?)?"
    rf"|today(?:['’]?s)?(?:[ _]?date)?|as[ ]of[ ](?:now|today),?"
    rf"|(?:the[ ])(?:time|date)(?:\s(?:now|today))?\s+(?:now\s+)?is(?:\scurrently)?"
    r"|right[ ]now|now|it(?:[ ]is|['’]s)(?:[ ](?:now|currently))?|time[ _]?stamp|date[ _]?time|ts"
    r"|(?:unix|epoch|posix)(?:[ _-]?(?:time(?:[ _-]?stamp)?|seconds))?"
    r"|date[ ]and[ ]time|(?:conversation|session)[ ]started(?:[ ]at)?|generated[ _](?:at|on)"
    r"|last[ ]sync(?:ed)?)"
    r"|<(?:current[_-]?)?(?:date|time|now|today)(?=>)"
    r"|(?:今天|今日|现在|当前|目前|系统|本地|此刻|服务器)(?:的|当前|系统|本地|北京){0,2}"
    r"(?:日期|时刻|时间戳?)?(?:[和与及/]时间)?|时间戳|北京时间(?=\s?[:：])"
    rf")(?:\s?[(（][^()（）\n]{{1,30}}[)）])?{_PLACE}"
)
_JOINT = (
    r"""["'”*_`>)\]】」\s]{0,4}(?:is(?:[ ](?:now|currently))?:?|on|at|[:：=]|[是为][:：]?)?"""
    r"""["'“*_`<>(（\s]{0,4}"""
    r"(?:the\s|北京时间\s?|公历)?"
)
_NOW = regex(rf"(?:{_LABEL}){_JOINT}(?P<value>{MOMENT})", re.IGNORECASE)
_LABEL_ABROAD = (
    r"\b(?:(?:heute|jetzt)[ ]ist(?:[ ]es)?|(?:heutiges|aktuelles)[ ]datum|aktuelle[ ](?:uhr)?zeit"
    r"|das[ ](?:heutige|aktuelle)[ ]datum|nous[ ]sommes|aujourd['’]hui"
    r"|date[ ](?:du[ ]jour|actuelle|d['’]aujourd['’]hui)|(?:date[ ]et[ ])?heures?[ ]actuelles?"
    r"|il[ ]est|hoy[ ]es|fecha[ ](?:actual|de[ ]hoy)|(?:fecha[ ]y[ ])?hora[ ]actual(?:es)?"
    r"|hoje[ ]é|data[ ](?:e[ ]hora[ ])?atua(?:l|is)|data[ ]de[ ]hoje|hora[ ]atual"
    r"|oggi[ ]è|data[ ](?:odierna|attuale|di[ ]oggi)|ora[ ]attuale|vandaag[ ]is(?:[ ]het)?"
    r"|huidige[ ](?:datum|tijd)|сегодня|сейчас|текущ(?:ая|ее|ие)[ ](?:дата|время)(?:[ ]и[ ]время)?)"
    r"|(?:今日(?=[はの])|本日|現在|當前)(?:の|的|是)?(?:日付|日期|時刻|日時|時間)?"
    r"|(?:오늘|현재|지금)(?:의)?\s?(?:날짜|시각|시간|일시)?"
)
_JOINT_ABROAD = (
    r"""["'*_)\s]{0,4}(?:est|ist|es|è|é|это|[—–-]|[はも为為]|[은는이]|[:：=])?"""
    r"""["'*_\s]{0,4}(?:(?:der|den|le|el|il)\s)?"""
)
_NOW_ABROAD = regex(rf"(?:{_LABEL_ABROAD}){_JOINT_ABROAD}(?P<value>{MOMENT_ABROAD})", re.IGNORECASE)
_WEEKDAY_NOW = regex(
    r"\b(?:[Tt]oday|TODAY|(?:[Cc]urrent |[Ww]eek)[Dd]ay|[Dd]ay [Oo]f (?:the )?[Ww]eek)"
    r"(?: is| ?[:=])\s{0,2}[\"'*_]{0,2}(?P<value>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
    r"|今天是?(?P<zh>(?:星期|周|礼拜)[一二三四五六日天])"
)
_PAIR = regex(  # "Date: ..." alone heads a document; with "Time: ..." it is now
    rf"^[\s*-]{{0,4}}(?:Date|日期)\s?[:：]\s{{0,3}}(?P<value>{DAY})\s*\n"
    rf"[\s*-]{{0,4}}(?:Time|时间)\s?[:：]\s{{0,3}}{CLOCK}",
    re.IGNORECASE | re.MULTILINE,
)
_ID = regex(
    r"""(?:
      (?<![A-Za-z])(?:(?:request|trace|session|correlation|conversation|run|user|thread|message
        |chat|execution|invocation|tool[ _-]?call)(?:['’]s)?[ _-]?id
        (?:\s?\([^()\n]{1,30}\)|\sis(?=\s))?|session|traceparent|nonce)
      |(?:会话|请求|用户|对话|消息|追踪)\s?(?:编号|ID|id)
    )["'*_`]{0,3}(?:\s{0,2}[:：=]|(?<=\sis)|[为是>])[\s"'*_`]{0,3}(?P<value>[\w-]{6,99})
    | \bfor[ ]this[ ](?:chat|conversation|session|request|call|run)\s?[:=]\s{0,2}
        (?P<own>[\w-]{6,99})
    | (?<![\w-])(?:request|trace|session|correlation|conversation|run)[:#\s]{1,3}
        (?P<uuid>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})""",
    re.IGNORECASE | re.VERBOSE,
)
_SHOWN = regex(r"xxxx|example|^\d+-(?:bit|byte|digit|char)", re.IGNORECASE)  # what ids are like
_COUNTER = regex(
    r"""
      ^[\s#*=\[(-]{0,6}(?:current[ ])?(?:turn|iteration|round|message|retry)
        \s{0,2}[:#]?\s{0,2}\#?(?P<line>\d{1,6})
        (?:\s{0,2}(?:of|/)\s{0,2}\d{1,6})?\s{0,2}[.:*\])=-]{0,5}\s{0,4}$
    | \b(?:turn|round|message)\s(?P<here>\d{1,6})\s(?:in|of)\s(?:this|the[ ]current)\s
        (?:conversation|chat|session)\b
    | \battempt\s{1,2}\#?(?P<attempt>\d{1,6})\s{0,2}(?:of|/)\s{0,2}\d
    | \byou[ ]have[ ](?:only[ ]|just[ ])?(?P<left>\d{1,9})[ ](?:\w{1,20}[ ]){1,3}
        (?:left|remaining)\b
    | \b(?:remaining[ _](?:steps?|turns?|tokens|budget|attempts|calls)
        |(?:steps?|turns?|tokens|budget|attempts|calls|messages)[ _](?:remaining|left|so[ ]far)
        |step[ _]counter|tokens?[ _](?:used|usage))\s{0,2}[:=]\s{0,2}(?P<rest>\d)
    | 这是第(?P<round>\d{1,6})[轮次]
    | (?:剩余(?:次数|步数|轮数)|当前轮(?:次|数))\s{0,2}[:：]\s{0,2}(?P<over>\d)
    | (?:(?<![A-Za-z])seed|随机种子)["']?\s{0,2}[=:：]\s{0,2}(?P<seed>\d{4})
    | \bHEAD[ ]is[ ]now[ ]at[ ](?P<head>[0-9a-f]{6})
    | \bcurrent[ ](?:git[ ])?(?:commit|head|revision)(?:[ ](?:hash|sha|id))?(?:[ ]is[ ]|\W{1,3})
        (?P<commit>(?=[a-f]*\d)[0-9a-f]{7})
    | \bas[ ]of[ ]now\b[^\n]{0,60}?\bcommit[ ](?P<now>[0-9a-f]{7})
    """,
    re.IGNORECASE | re.VERBOSE,
)
# An example is one whatever stands between; what "if" begins ends with its sentence.
_EXAMPLE = regex(
    r"\b(?:for example|e\.g\.|such as|examples?|zum beispiel|par exemple|por ejemplo)(?!\w)"
    r"|例如|比如|示例|例えば|например",
    re.IGNORECASE,
)
_CONDITION = regex(
    r"\b(?:if|suppose|assume|assuming|imagine|wenn|si|se|если)\b(?:(?![.!?]\s).)*$"
    r"|(?:假设|如果|假如|もし)[^。！？]*$",
    re.IGNORECASE,
)
_LONGEST_CONDITION = 200  # characters
_MOST_OF_ONE_LABEL = 2  # different values
_STAMPS = ("timestamp", "time stamp", "time_stamp", "datetime", "date time", "ts", "时间戳")
_HEAD_OF_LETTER = regex(r"(?:from|to|cc|subject|sender|recipient|author)\s?:", re.IGNORECASE)
_BEFORE_WEEKDAY = ("day is", "day:", "day :", "day=", "day =", "week is", "week:", "week =", "今天")
_AROUND_LABEL = " \t\"'*_`:：=<>([{"
# Of these words one stands in what each pattern finds; to compile all four takes 5 ms.
_OF_NOW = (
    *("date", "time", "day", "now", "ts", "it is", "it's", "started", "generated", "sync"),
    *(
        "unix",
        "epoch",
        "posix",
        "clock",
        "今天",
        "今日",
        "现在",
        "当前",
        "目前",
        "系统",
        "本地",
        "此刻",
    ),
    *("时间戳", "北京时间", "服务器"),
)
_OF_NOW_ABROAD = (
    *("heute", "heutig", "jetzt", "aktuell", "nous sommes", "aujourd", "date du", "actuel"),
    *("il est", "hoy", "actual", "hoje", "atual", "atuais", "oggi", "odierna", "attuale"),
    *(
        "vandaag",
        "huidige",
        "сегодня",
        "сейчас",
        "текущ",
        "今日は",
        "今日の",
        "本日",
        "現在",
        "當前",
    ),
    *("오늘", "현재", "지금"),
)
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
    "编号",
)
_OF_COUNTER = (
    *("turn", "iteration", "round", "message", "retry", "attempt", "you have", "remaining"),
    *("counter", "tokens", "token", "seed", "head", "commit"),
    *("left", "so far", "revision", "这是第", "剩余", "当前轮", "随机种子"),
)
_FROM_DIGIT = regex(r"\d[^\n]*")


def find_current_values(code: CodeRegions) -> list[CurrentValue]:
    """Return the values that hold for one call, hour or day, in their order.

    An id or a time stamp that stands with other values behind the same label is one of the data.
    """
    lower = code.text.lower()
    values = {
        CurrentValue(match.start("value"), "timestamp")
        for match in _pairs(code.text, lower)
        if not code.is_quoted_code(match.start("value"))
    }
    values.update(
        CurrentValue(_start(match), "date")
        for match in _weekdays(code.text, lower)
        if not code.is_quoted_code(match.start())
        and not _EXAMPLE.search(code.near(match.start()))
        and not _is_supposed(code.text, _start(match))
    )
    labelled: dict[str, list[tuple[CurrentValue, str]]] = {}
    sought = _sought(lower)
    for line_start, line in _lines_with_digits(code.text) if sought else ():
        for match, kind in _values(line, sought):
            value = CurrentValue(line_start + _start(match), kind)
            if code.is_quoted_code(value.start):
                continue
            label = line[match.start() : _start(match)].strip(_AROUND_LABEL).lower()
            is_stamp = label.startswith(_STAMPS)
            if is_stamp and _heads_letter(code.text, line_start, line_start + len(line)):
                continue
            if kind == "id" or is_stamp:
                labelled.setdefault(label, []).append((value, match[match.lastgroup or 0]))
            else:
                values.add(value)
    for group in labelled.values():
        if len({text for _, text in group}) <= _MOST_OF_ONE_LABEL:
            values.update(value for value, _ in group)
    return sorted(values)


def _heads_letter(text: str, start: int, end: int) -> bool:
    """Whether a line of *text* stands below or above one of the head of a letter."""
    before = text.rfind("\n", 0, max(0, start - 1)) + 1
    return bool(_HEAD_OF_LETTER.match(text, before) or _HEAD_OF_LETTER.match(text, end + 1))


def _pairs(text: str, lower: str) -> "Iterator[re.Match[str]]":
    """Yield where a date stands above a time; to look for the labels first takes less."""
    is_one = ("日期" in text or "date" in lower) and ("时间" in text or "time" in lower)
    return _PAIR.finditer(text) if is_one else iter(())


def _weekdays(text: str, lower: str) -> "Iterator[re.Match[str]]":
    is_one = any(label in lower for label in _BEFORE_WEEKDAY)
    return _WEEKDAY_NOW.finditer(text) if is_one else iter(())


def _lines_with_digits(text: str) -> Iterator[tuple[int, str]]:
    for match in _FROM_DIGIT.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        yield start, text[start : match.end()]


def _sought(lower: str) -> "list[_Sought]":
    """Return what may stand in a text, by the words that it has in lower case."""
    has_others = not lower.isascii()
    kinds = (
        (_NOW, _OF_NOW, ""),
        (_NOW_ABROAD, _OF_NOW_ABROAD, ""),
        (_ID, _OF_ID, "id"),
        (_COUNTER, _OF_COUNTER, "counter"),
    )
    return [
        _Sought(pattern=pattern, words=present, kind=kind)
        for pattern, words, kind in kinds
        if (present := tuple(w for w in words if (has_others or w.isascii()) and w in lower))
    ]


def _values(line: str, sought: "Sequence[_Sought]") -> "Iterator[tuple[re.Match[str], str]]":
    lower = line.lower()
    matches = [
        (match, kind or _grain(match))
        for pattern, words, kind in sought
        if any(word in lower for word in words)
        for match in pattern.finditer(line)
        if kind != "id" or _is_id(match)
    ]
    if matches and not _EXAMPLE.search(line):
        yield from (pair for pair in matches if not _is_supposed(line, _start(pair[0])))


def _is_supposed(text: str, place: int) -> bool:
    """Whether what stands at *place* is only assumed, by the sentence before it in its line."""
    start = max(0, place - _LONGEST_CONDITION, text.rfind("\n", 0, place) + 1)
    return _CONDITION.search(text[start:place]) is not None


def _grain(match: re.Match[str]) -> str:
    return "date" if match["day"] and not match["clock"] else "timestamp"


def _start(match: re.Match[str]) -> int:
    """Return where the value of a match begins: what was caught last, and around the others."""
    return match.start(match.lastgroup or 0)


def _is_id(match: re.Match[str]) -> bool:
    value = match[match.lastgroup or 0]
    return any(letter.isdigit() for letter in value) and not _SHOWN.search(value)
