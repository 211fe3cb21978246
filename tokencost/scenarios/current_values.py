"""Find values that hold for one call, hour or day: the time, the date, ids, counters.

The same forms stand in documents, so a value counts only behind a label that speaks of now, such
as "Current time:", or of this call, such as "request_id=". What a value looks like chooses the
rule, and the roles of the label's words decide: no rule knows a phrase of any language.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tokencost.scenarios.code_regions import CodeRegions, is_example, is_supposed
from tokencost.scenarios.dates import Moment, moment_at
from tokencost.scenarios.labels import Label, Role, label_before, may_tell, roles_of
from tokencost.values import regex


class CurrentValue(NamedTuple):
    """Where a value stands, and what it is: "timestamp", "date", "id" or "counter"."""

    start: int
    kind: str


class _Candidate(NamedTuple):
    """A value with its label; *text* is what it is told from others by."""

    value: CurrentValue
    label: Label
    text: str


_MOST_DIGITS = 200  # of a line: more are a table
_LONGEST_TOKEN = 64
_DIGIT = regex(r"[0-9]")
_FROM_DIGIT = regex(r"[0-9][^\n]*")
_TOKEN = regex(r"[\w.+/%:-]*\w")
_TOKEN_BEFORE = regex(r"[A-Za-z0-9_.+/%-]+$")
_NUMBER = regex(r"[0-9](?:[\d,.]*\d)?")
_WEEKDAY_BEFORE = regex(
    r"(?<![^\W\d_])(?P<word>[^\W\d_]{2,13})(?:-feira)?(?P<comma>[,，.]{0,2})\s"
    r"(?:(?:der|den|le|el|il|the|o|dne)\s)?$"
)
_LONGEST_WEEKDAY = 24

_OF_NOW = Role.NOW | Role.WHOSE | Role.TIME | Role.STAMP | Role.FILLER | Role.OWNER | Role.WEEKDAY
_OF_EVENT = _OF_NOW | Role.EVENT | Role.SUBJECT
_OF_THING = Role.CALL | Role.CASE | Role.ID | Role.FILLER | Role.OWNER | Role.NOW | Role.SUBJECT
_IS = ("is", "ist", "est", "es")
_IT_IS = (
    *(("it", "is"), ("it", "s"), ("es", "ist"), ("il", "est"), ("son", "las"), ("sono", "le")),
    *(("klockan", "är"), ("het", "is"), ("jest", "godzina"), ("são",)),
)
_MADE_NOW = frozenset(("generated", "sync", "synced"))

_SHOWN = regex(
    r"xxxx|example|^\d+-(?:bit|byte|digit|char)|^(?:iso|rfc|cve|pep|gpt)\b|(?<!0)12345\d*$",
    re.IGNORECASE,
)
_SHORTEST_ID, _FEWEST_DIGITS = 5, 4
_BEFORE_ID = ("is", "no", "nr", "number")
_ADDRESS = regex(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?")
_COMMIT = regex(r"(?=[a-f]*\d)[0-9a-f]{7,40}(?![\w.-])")
_WHOLE_COMMIT = 40
_NOW_BEFORE = regex(r"\b(?:current|now)\b", re.IGNORECASE)
_UNMISTAKABLE = regex(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,64}"
    r"|[0-9A-HJKMNP-TV-Z]{26}|[a-z]{2,12}_(?=[A-Za-z]*\d)[A-Za-z0-9]{8,64}",
    re.IGNORECASE,
)

_LONE = ("turn", "iteration", "round", "message", "retry", "attempt", "loop", "try")
_CSS = ("left", "margin", "padding", "border", "inset")
_ALONE_LEFT = ("elapsed", "uptime", "progress", "spent", "consumed")
_MEASURED = (
    *(("account", "balance"), ("queue", "position"), ("retry", "count"), ("message", "count")),
)
_OF = regex(r"\s{0,2}(?:/|of|out of|von|sur|de|di|из|z|av|van|от)\s{0,2}\d{1,9}", re.IGNORECASE)
_LINE_END = regex(r"\s{0,2}[.:*\])>=~-]{0,6}\s*$")
_AGO = regex(
    r"\s?(?:s|sec(?:ond)?s?|m|min(?:ute)?s?|h|hours?|d|days?)(?:\s(?:and\s)?\d+\s?\w+)?\sago\b",
    re.IGNORECASE,
)
_REMAINS = regex(r"\s(?:[\w-]{1,20}\s){1,4}(?:left|remaining)\b", re.IGNORECASE)
_SHARE = regex(r"\s?%?\s(?:used|left|remaining|elapsed)\b", re.IGNORECASE)
_HERE = regex(r"\s(?:in|of)\s(?:this|the|the\scurrent)\s(?:conversation|chat|session)\b")
_HAN_ROUND = regex(r"\s?[次轮輪回](?:尝试|对话|試行|询问)?")
_HAN_THIS = regex(r"(?:这是|当前|现在|本次|目前)(?:是|为)?第$")

_MOST_OF_ONE_LABEL = 2  # different values
_HEAD_OF_LETTER = regex(r"(?:from|to|cc|subject|sender|recipient|author)\s?:", re.IGNORECASE)
_WEEKDAY_NOW = regex(
    r"\b(?:[Tt]oday|TODAY|(?:[Cc]urrent |[Ww]eek)[Dd]ay|[Dd]ay [Oo]f (?:the )?[Ww]eek)"
    r"(?: is(?: a)?| ?[:=])\s{0,2}[\"'*_]{0,2}"
    r"(?P<value>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
    r"|今天是?(?P<zh>(?:星期|周|礼拜)[一二三四五六日天])"
)
_BEFORE_WEEKDAY = ("day is", "day:", "day :", "day=", "day =", "week is", "week:", "week =", "今天")
_PAIR = regex(  # "Date: ..." alone heads a document; with "Time: ..." it is now
    r"^[\s*-]{0,4}(?:Date|日期)\s?[:：]\s{0,3}(?P<value>[^\n]{4,40})\n"
    r"[\s*-]{0,4}(?:Time|时间)\s?[:：]\s{0,3}\d{1,2}[:点时]",
    re.IGNORECASE | re.MULTILINE,
)


def find_current_values(code: CodeRegions) -> list[CurrentValue]:
    """Return the values that hold for one call, hour or day, in their order.

    What stands with other values behind the same label is one of the data.
    """
    values = {*_pairs(code), *_weekdays(code)}
    labelled: dict[tuple[str, ...], list[_Candidate]] = {}
    for start, line in _lines_with_digits(code.text):
        for candidate in _candidates(line):
            value, label, _ = candidate
            place = start + value.start
            if code.is_quoted_code(place):
                continue
            is_stamp = label.has(Role.STAMP)
            if is_stamp and _heads_letter(code.text, start, start + len(line)):
                continue
            value = CurrentValue(place, value.kind)
            if is_stamp or value.kind in ("id", "counter"):
                labelled.setdefault(label.words, []).append(candidate._replace(value=value))
            else:
                values.add(value)
    for group in labelled.values():
        if len({candidate.text for candidate in group}) <= _MOST_OF_ONE_LABEL:
            values.update(candidate.value for candidate in group)
    return sorted(values)


def _lines_with_digits(text: str) -> Iterator[tuple[int, str]]:
    for match in _FROM_DIGIT.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        line = text[start : match.end()]
        if may_tell(line):
            yield start, line


def _candidates(line: str) -> Iterator[_Candidate]:
    candidates = list(_labelled_values(line))
    if candidates and not is_example(line):
        yield from (one for one in candidates if not is_supposed(line, one.value.start))


def _labelled_values(line: str) -> Iterator[_Candidate]:
    done = 0
    for number, digit in enumerate(_DIGIT.finditer(line)):
        if number > _MOST_DIGITS:
            return
        if digit.start() < done:
            continue
        at = digit.start()
        before = _TOKEN_BEFORE.search(line, max(done, at - _LONGEST_TOKEN), at)
        start = before.start() if before else at
        if start == at and (candidate := _dated(line, at)):
            done = candidate.value.start + len(candidate.text)
            yield candidate
            continue
        token = _TOKEN.match(line, start)
        done = token.end() if token else at + 1
        label = label_before(line, start)
        if token and label and (kind := _kind(label, line, start, token[0])):
            yield _Candidate(CurrentValue(start, kind), label, token[0])


def _dated(line: str, at: int) -> _Candidate | None:
    """Return the moment whose first digit stands at *at*, if it is one of now."""
    moment = moment_at(line, at)
    if moment is None:
        return None
    start = _with_weekday(line, moment.start) if moment.has_day else moment.start
    label = label_before(line, start)
    if label is None or not (kind := _moment_kind(label, moment)):
        return None
    return _Candidate(CurrentValue(start, kind), label, line[start : moment.end])


def _with_weekday(line: str, start: int) -> int:
    """Return where the day at *start* begins with the name of its weekday, if it has one."""
    match = _WEEKDAY_BEFORE.search(line, max(0, start - _LONGEST_WEEKDAY), start)
    if match is None:
        return start
    roles = roles_of(match["word"].lower())
    is_weekday = roles & Role.WEEKDAY or (not roles and match["comma"])
    return match.start() if is_weekday else start


def _moment_kind(label: Label, moment: Moment) -> str:
    """Return what a moment is: "timestamp", "date", or "" for one of the text."""
    grain = "timestamp" if moment.has_clock else "date"
    if _is_now(label, moment):
        return grain
    if not moment.has_day and label.is_closed and label.has(Role.LEFT):
        return "counter" if _is_left(label) else ""
    is_event = label.is_field and label.has(Role.EVENT) and label.are_all(_OF_EVENT)
    is_made_now = not _MADE_NOW.isdisjoint(label.words)
    if not is_event or (label.is_key and not is_made_now):
        return ""
    if moment.has_clock:
        return grain if moment.has_day or label.has(Role.SUBJECT) else ""
    return grain if is_made_now else ""


def _is_now(label: Label, moment: Moment) -> bool:
    if not label.are_all(_OF_NOW | (Role.SUBJECT if moment.has_clock else 0)):
        return False
    if label.has(Role.NOW) or label.has(Role.STAMP):
        return True
    if label.has(Role.TIME) and (label.joint == "<" or label.has(Role.WHOSE)):
        return True
    if label.words in _IT_IS:
        return moment.has_clock
    if label.words[-2:] == ("as", "of"):
        return moment.has_clock and label.is_field
    is_of_time = len(label.words) in (2, 3) and label.roles[-2] & Role.TIME  # "the time is"
    return bool(is_of_time) and label.words[-1] in _IS


def _kind(label: Label, line: str, start: int, token: str) -> str:
    """Return what *token* at *start* of *line* is: "id", "counter", or "" for one of the text."""
    if label.is_key and "{" in line[:start]:  # JSON between words shows what to answer
        return ""
    if label.has(Role.COMMIT) and _COMMIT.fullmatch(token):
        return "counter" if _is_commit(label, line, start, token) else ""
    if _is_id(label, token):
        return "id"
    number = _NUMBER.match(token)
    if number is None:
        return ""
    return _number_kind(label, line[:start], number[0], line[start + number.end() :])


def _is_commit(label: Label, line: str, start: int, token: str) -> bool:
    if label.has(Role.NOW) or _NOW_BEFORE.search(line, 0, start) or label.words[-1] == "at":
        return True
    return label.is_field and (bool(label.joint) or len(token) == _WHOLE_COMMIT)


def _is_id(label: Label, token: str) -> bool:
    digits = sum(letter.isdigit() for letter in token)
    is_call, is_case = label.has(Role.CALL), label.has(Role.CASE)
    if not digits or label.has(Role.STANDING) or _SHOWN.search(token):
        return False
    if _ADDRESS.fullmatch(token):
        return label.is_closed and "ip" in label.words and label.has(Role.OWNER)
    is_long = len(token) >= _SHORTEST_ID
    if is_call and is_long and _is_told(label):
        return True
    if not label.is_field or not (is_call or is_case) or not label.are_all(_OF_THING):
        return False
    if label.joint == "#":
        return digits >= _FEWEST_DIGITS
    if is_call and (label.is_closed or _UNMISTAKABLE.fullmatch(token)):
        return is_long and digits > 1
    if label.has(Role.ID):
        return is_long and digits >= _FEWEST_DIGITS - 1 and _is_told(label)
    is_mixed = digits >= _FEWEST_DIGITS and not token.isdigit() and "." not in token
    return label.is_closed and is_mixed


def _is_told(label: Label) -> bool:
    """Whether an id, or what is of "this" call, is joined to its label."""
    if not label.has(Role.ID):
        return label.is_closed and "this" in label.words
    last = label.words[-1]
    return bool(label.joint) or last in _BEFORE_ID or not last.isascii()


def _number_kind(label: Label, before: str, number: str, after: str) -> str:
    words = label.words
    if words[-1] in ("seed", "随机种子"):
        return "counter" if label.is_closed and len(number) >= 4 else ""
    if _AGO.match(after):
        return "timestamp" if label.is_field and label.are_all(_OF_EVENT) else ""
    if _is_progress(label, after):
        return "counter"
    if words[-1].endswith("第") and (match := _HAN_ROUND.match(after)):
        return "counter" if len(match[0].strip()) > 1 or _HAN_THIS.search(before) else ""
    if words[:2] == ("you", "have") and (words[2:3] == ("used",) or _REMAINS.match(after)):
        return "counter"
    return "counter" if label.is_closed and label.is_field and _is_state(label, after) else ""


def _is_progress(label: Label, after: str) -> bool:
    words = label.words
    is_last = label.roles[-1] & Role.PROGRESS or words[-1] in ("number", "no")
    if not is_last or not label.has(Role.PROGRESS):
        return False
    if not label.are_all(Role.PROGRESS | Role.NOW | Role.FILLER | Role.ID):
        return False
    if label.has(Role.NOW) or words[:2] in (("this", "is"), ("you", "are")) or _HERE.match(after):
        return True
    if not label.is_field:
        return False
    if _OF.match(after):
        return True
    is_alone = label.joint == "#" or _LINE_END.fullmatch(after) is not None
    return words[-1] in _LONE and is_alone


def _is_state(label: Label, after: str) -> bool:
    """Whether a number is what is left, used or measured now."""
    if _SHARE.match(after) or (label.has(Role.LEFT) and _is_left(label)):
        return True
    if label.has(Role.STANDING):
        return False
    is_measured = label.has(Role.MEASURE) and (label.has(Role.NOW) or label.words in _MEASURED)
    return is_measured or (label.words[-1] == "now" and len(label.words) > 1)


def _is_left(label: Label) -> bool:
    if label.has(Role.STANDING) and not label.roles[-1] & Role.LEFT:
        return False
    if not label.is_field or label.words[0] in _CSS:
        return False
    return len(label.words) > 1 or label.words[0] in _ALONE_LEFT or not label.words[0].isascii()


def _weekdays(code: CodeRegions) -> Iterator[CurrentValue]:
    lower = code.text.lower()
    if not any(label in lower for label in _BEFORE_WEEKDAY):
        return
    for match in _WEEKDAY_NOW.finditer(code.text):
        start = match.start(match.lastgroup or 0)
        if code.is_quoted_code(start) or is_example(code.near(start)):
            continue
        if not is_supposed(code.text, start):
            yield CurrentValue(start, "date")


def _pairs(code: CodeRegions) -> Iterator[CurrentValue]:
    """Yield where a date stands above a time; to look for the labels first takes less."""
    lower = code.text.lower()
    if not ("date" in lower and "time" in lower) and "日期" not in lower:
        return
    for match in _PAIR.finditer(code.text):
        start = match.start("value")
        if not code.is_quoted_code(start) and _DIGIT.search(match["value"]):
            yield CurrentValue(start, "timestamp")


def _heads_letter(text: str, start: int, end: int) -> bool:
    """Whether a line of *text* stands below or above one of the head of a letter."""
    before = text.rfind("\n", 0, max(0, start - 1)) + 1
    return bool(_HEAD_OF_LETTER.match(text, before) or _HEAD_OF_LETTER.match(text, end + 1))
