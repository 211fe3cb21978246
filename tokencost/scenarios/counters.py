"""Tell the numbers that count in this call: turns, attempts, what is left, used or measured.

And what numbers are of: an order, a user; or of no call: forms of ids, ranges, sizes and years.
"""

import re
from collections.abc import Iterator

from tokencost.scenarios.dates import OF_EVENT, is_event
from tokencost.scenarios.labels import Label, Role
from tokencost.values import regex

_AGO = regex(
    r"\s?(?:s|sec(?:ond)?s?|m|min(?:ute)?s?|h|hours?|d|days?)(?:\s(?:and\s)?\d+\s?\w+)?\sago\b"
    r"|\s?(?:秒|秒钟|分钟|小时|天|分|時間|日)前|\s?(?:초|분|시간|일)\s?전",
    re.IGNORECASE,
)
_WORDS_FOR_AGO = ("ago", "AGO", "Ago", "前", "전")
_MOST_STRANGERS = 2
_NEAR, _WHOLE_COMMIT = 200, 40  # characters
_COMMIT = regex(r"(?=[a-f]*\d)[0-9a-f]{7,40}(?![\w.-])")
_NOW_BEFORE = regex(r"\b(?:current|now)\b", re.IGNORECASE)
_TODAY = ("now", "today")
_STATED = ("is", "ist", "est", "es", "è")
_LONE = ("turn", "iteration", "round", "message", "retry", "attempt", "loop", "try", "trial")
_OF_COUNT = Role.PROGRESS | Role.STAGE | Role.NOW | Role.FILLER | Role.ID | Role.OWNER
_YOU_HAVE = (("you", "have"), ("you", "ve"))
_OF_A_TALK = frozenset(("chat", "conversation", "dialogue", "game", "session"))
_HAN_REST = regex(r"\s?[次轮輪回步](?:尝试|对话|调用|机会)?\s*(?:[。，,;；!！)）]|$)")
_ROUNDS = ("轮数", "轮次", "迭代")
_COUNTED = ("count", "counter", "index", "number", "no")
_OF = regex(
    r"\s{0,2}(?:/|of|out of|von|sur|de|di|из|z|av|van|от)\s{0,2}"
    r"(?:at most |max\.? |up to )?\d{1,9}|\s?\(max\.? \d{1,9}\)",
    re.IGNORECASE,
)
_LINE_END = regex(r"\s{0,2}[.:*\])>=~-]{0,6}\s*(?:$|\|)")
_YEAR_AFTER = regex(r"/20\d\d\b")
_RANGE = regex(r"\s?[-–]\s?\d|/[a-z]|[\w\s%]{0,20}?(?:\bper\b|=)")  # "2 - 5", "12 per shelf"
_SHARE = regex(r"\s?%?\s(?:used|left|remaining|elapsed)\b", re.IGNORECASE)
_ABOUT = ("~", "≈")
_NOW_AFTER = regex(r"%\s(?:right\s|just\s)?now\b", re.IGNORECASE)
_NOW_BEHIND = regex(r"(?:/\d{1,9}|\s?[€$£¥]|\s[A-Z]{3})?\s(?:right\s|just\s)?now\b")
_CURRENT_BEHIND = regex(
    r"(?:\s?(?:of|/)\s?\d{1,9})?\s?\((?:current|now)\)|\s?(?:of|/)\s?\d{1,9}\snow\b", re.IGNORECASE
)
_OF_COUNTED = Role.PROGRESS | Role.STAGE | Role.COMMIT
_OF_STATE = Role.LEFT | Role.MEASURE | Role.STATE
_HERE = regex(r"\s(?:in|of)\s(?:this|the|the\scurrent)\s(?:conversation|chat|session)\b")
_HAN_ROUND = regex(
    r"(?:\s?/\s?\d{1,4})?\s?[次轮輪回步](?:尝试|重试|对话|提问|询问|请求|调用|迭代|試行)?"
    r"(?:[，,/\s]{0,2}共\s?\d{1,4}\s?[次轮輪回步])?"
)
_CLOSING = " ]】)）\t"
_HAN_THIS = regex(r"(?:这是(?:[您你我]的)?|本轮|当前|现在|本次|目前)(?:是|为)?第$")


def _is_ago(text: str) -> bool:
    """Whether what stands behind a number says that so much time has gone by: " minutes ago"."""
    return any(word in text for word in _WORDS_FOR_AGO) and _AGO.match(text) is not None


def number_kind(label: Label, before: str, number: str, after: str) -> str:
    """Return "counter" or "timestamp" for a number that holds for this call, "" for another."""
    words = label.words
    is_seed = (
        "seed" in (words[0], words[-1])
        or words[-2:] == ("seed", "is")
        or words[-2:] == ("random", "state")
    )
    is_seed = is_seed or (words[-1] in ("种子", "种子值") and not after.strip())
    if is_seed or words[-1].endswith(("随机种子", "随机数种子")):
        is_told = label.is_closed or (len(words) <= 3 and label.is_field and len(number) > 5)
        return "counter" if is_told and len(number) >= 4 else ""
    if _is_ago(after):
        is_short = label.is_title and label.strangers(OF_EVENT) <= _MOST_STRANGERS
        return "timestamp" if is_short or label.has(Role.LAST) or is_event(label) else ""
    if number.isdigit() and _is_progress(label, after):
        return "counter"
    if words[-1].endswith("第") and (match := _HAN_ROUND.match(after)):
        is_whole = (
            label.is_field and match[0].strip() == "轮" and not after[match.end() :].strip(_CLOSING)
        )
        is_this = len(match[0].strip()) > 1 or _HAN_THIS.search(before)
        return "counter" if is_whole or is_this else ""
    is_done = words[-1] in ("used", "made") or (words[-1].endswith("ed") and _OF.match(after))
    if words[:2] in _YOU_HAVE and is_done:
        return "counter"
    is_of_now = label.has(Role.OWNER | Role.NOW) and label.has(Role.LEFT | Role.REMAINS)
    is_told = label.is_closed or (is_of_now and words[-1] in _STATED)
    is_told = is_told or label.roles[-1] & Role.RESTS != 0
    is_told = is_told or (words[-1].endswith("剩余") and _HAN_REST.match(after) is not None)
    is_told = is_told or (after.startswith("%") and label.has(Role.LEFT) and len(words) == 1)
    is_told = is_told or (
        words[-1] in _TODAY
        and 1 < len(words) < 4
        and Role.FILLER not in label.roles
        and not before.endswith("(")  # "Boats Today (2025)"
    )
    is_now = _NOW_BEHIND.match(after) is not None and label.has(_OF_STATE)
    is_now = is_now or (_CURRENT_BEHIND.match(after) is not None and label.has(_OF_COUNTED))
    is_told = (is_told or is_now) and label.is_field and (is_now or _is_state(label, after))
    is_told = is_told and (label.has(Role.NOW) or not before.endswith("("))
    is_about = before.endswith(_ABOUT) and not label.has(Role.NOW | Role.REMAINS)
    if is_about and "left" not in words:  # "Disk usage: ~500 MB"
        return ""
    return "counter" if is_told or (label.is_field and _NOW_AFTER.match(after)) else ""


def _is_progress(label: Label, after: str) -> bool:
    """Whether a number counts turns, attempts and the like of this call."""
    strangers = label.strangers(_OF_COUNT)
    if label.has(Role.STANDING) or not label.has(Role.PROGRESS | Role.STAGE):
        return False
    if label.is_closed and label.is_field and _OF.match(after):
        return strangers <= 1
    is_counted = label.words[-1] in _COUNTED
    # "Attempt no. 3", "Turno actual: 3", "Current iteration is 3"
    is_before = is_counted or label.roles[-1] == Role.NOW or label.words[-1] == "is"
    noun = label.roles[-2] if is_before and len(label.words) > 1 else label.roles[-1]
    is_of_now = label.has(Role.NOW) or label.words[:2] in (("this", "is"), ("you", "are"))
    if noun & Role.STAGE and (is_of_now or (label.is_closed and is_counted)):
        return label.is_field and (is_counted or not strangers)
    if not strangers and (is_of_now or _HERE.match(after)):
        return noun & Role.PROGRESS != 0
    return noun & Role.PROGRESS != 0 and label.is_field and _is_lone(label, after, strangers)


def _is_lone(label: Label, after: str, strangers: int) -> bool:
    """Whether a counted thing and its number are all that a line says."""
    end = _LINE_END.match(after)
    is_at_end = end is not None and "):" not in end[0]  # "First draft (iteration 1):"
    is_at_end = is_at_end or (label.joint == "<" and after.startswith("</"))
    last = label.words[-1]
    if last in _COUNTED:
        is_told = label.is_closed or is_at_end or _OF.match(after) is not None
        return is_told and strangers == int(last in ("count", "counter", "index"))
    if strangers <= int(label.is_title) and _OF.match(after):
        return True
    is_alone = (last in _LONE or last.endswith(_ROUNDS)) and (label.joint == "#" or is_at_end)
    strangers -= label.words[0] in _OF_A_TALK  # "Conversation turn 7"
    return is_alone and strangers <= int(label.is_closed)


def _is_state(label: Label, after: str) -> bool:
    """Whether a number is what is left, used or measured now."""
    if _RANGE.match(after) or _YEAR_AFTER.match(after):
        return False
    if after.startswith("% of ") and not label.has(Role.LEFT | Role.REMAINS):
        return False
    if _SHARE.match(after) or tells_rest(label, after):
        return True
    if label.has(Role.STANDING):
        return False
    is_measured = label.has(Role.MEASURE) and label.has(Role.NOW)
    return is_measured or (label.words[-1] in _TODAY and len(label.words) > 1)


_COUNT = regex(
    r"(?:^[\s>*#•-]{0,6}(?:[Nn]och\s)?|[.;]\s|\b(?:only|just|exactly|still|have|made|used|are|noch)\s)"
    r"(?P<value>\d(?:[\d,.]{0,14}\d)?)(?:\s?(?:of|/|out of)\s?\d{1,9}\s(?:[\w-]{1,20}\s){1,3}used"
    r"|\s(?:[\w-]{1,20}\s){1,3}(?:(?:left|remaining)(?=\s(?:to|before|until)\b)"
    r"|(?:left|remain|remaining|so far|übrig)(?=\s?(?:[.!,;)]|$|today\b|now\b|in\sthis))))"
    r"|(?:[,:(–—-]\s{0,2}|\bwindow\s)(?P<rest>\d[\d,]{0,11})\s(?:attempts?|tries|tokens|credits|turns"
    r"|steps|requests|calls|searches)\s(?:left|remain|remaining)(?=\s?(?:[.!,;()-]|$))"
    r"|\bhave\s(?P<other>\d[\d,.]{0,15})\s(?:remaining|unused|more)\s[\w-]{1,20}"
    r"|\b(?:this is|it is|on)\s(?:your|the|my)\s(?P<nth>\d{1,3})(?:st|nd|rd|th)\s"
    r"(?:attempt|iteration|retry|round|trial|try|turn)\b",
    re.IGNORECASE,
)
_BEFORE_COUNT = (
    *(" left", " more ", " remain", " so far", " used", " übrig", "st ", "nd ", "rd ", "th "),
)


def counts_in_words(line: str) -> Iterator[tuple[int, str]]:
    """Yield where a number of what is left or used begins, with its words: "Only 3 steps left"."""
    if any(words in line for words in _BEFORE_COUNT):
        for match in _COUNT.finditer(line):
            yield match.start(match.lastgroup or 0), match[0]


_SIDES = ("turn", "go", "keep", "bear", "margin", "padding", "border", "inset", "white", "color")
_VAGUE = (
    "active",
    "balance",
    "left",
    "used",
    "taken",
    "running",
    "far",
    "since",
    "rest",
    "usage",
    "total",
)
_OF_WHAT = ("in", "of", "for", "on", "within", "since")
_OF_CALLS = ("tokens", "credits", "steps", "calls", "turns", "budget", "context", "quota")


def tells_rest(label: Label, after: str) -> bool:
    """Whether a label says how much is left, used or waiting; a share goes on: "14/20"."""
    last = 0
    words = label.words
    begin = 2 * (words[0] in _COUNTED and words[1:2] == ("of",))  # "Number of attempts left"
    for place, (word, roles) in enumerate(zip(words, label.roles, strict=True)):
        if place >= begin and last and word in _OF_WHAT:
            is_cash = label.words[place - 1] == "used" and not any(label.roles[place + 1 :])
            last = 0 if is_cash else last  # "Net cash used in investing activities"
            break
        last = last if roles in (Role.FILLER, Role.NOW) else roles
    is_used = label.words[0] == "used" and label.words[1:2] and label.words[-1] in _OF_CALLS
    if is_used or label.words[-2:] == ("so", "far"):  # "Number of messages so far"
        last = Role.LEFT
    is_left = last & Role.LEFT or label.every & (Role.REMAINS | Role.STATE)
    if not is_left or not label.is_field or label.words[0] in _SIDES:
        return False
    is_long = label.has(Role.STANDING) and not last & Role.REMAINS
    if is_long or (not is_left & ~Role.STATE and last & Role.TIME):  # "Waiting time: 10 minutes"
        return False
    return len(label.words) > 1 or label.words[0] not in _VAGUE or _OF.match(after) is not None


def commit_kind(label: Label, line: str, start: int, token: str) -> str | None:
    """Return "counter" for a commit that is the one of now, "" for another, None for none."""
    if not _COMMIT.fullmatch(token):
        return None
    is_now = label.has(Role.NOW) or label.words[-1] == "at" or label.words == ("head",)
    is_now = is_now or (label.is_title and label.words[-2:] == ("at", "commit"))
    is_now = is_now or _NOW_BEFORE.search(line, max(0, start - _NEAR), start) is not None
    is_whole = len(token) == _WHOLE_COMMIT and line[start - 1] != "["
    is_whole = is_whole and bool(label.roles[-1] & Role.COMMIT) and label.words[0] != "git"
    is_told = bool(label.joint) or is_whole or label.words[-1] == "is"
    return "counter" if is_now or (label.is_field and is_told) else ""


OF_THING = Role.CALL | Role.CASE | Role.ID | Role.FILLER | Role.OWNER | Role.NOW | Role.LAST


def is_of_user(label: Label) -> bool:
    """Whether a sentence in a line says who asks: "You are kind. The user's ID is 1002003."."""
    is_id = label.words[-1] == "is" and label.has(Role.ID) and "user" in label.words
    return is_id and not label.strangers(OF_THING)


def is_thing(label: Label) -> bool:
    """Whether a label ends in what has a number: "Order no."."""
    roles = label.roles[:-1] if label.words[-1] == "is" else label.roles
    last = roles[-2:] if roles and roles[-1] & Role.ID else roles[-1:]
    return any(roles & (Role.CALL | Role.CASE) for roles in last)


_DIGITS = regex(r"[0-9]+")
_SHORTEST_HEX = 4


def without_number(word: str) -> str:
    """Return *word* with the same digit in the place of every number or id in it."""
    digits = sum(map(str.isdecimal, word))
    is_id = word.isalnum() and word.isascii() and digits
    is_hex = len(word) >= _SHORTEST_HEX and not word.strip("abcdef")
    return "0" if is_id or is_hex else _DIGITS.sub("0", word) if digits else word


# What shows the form of an id, is a range, a colour or a name with a number in it.
_SHOWN = regex(
    r"xxxx|example|^\d{1,5}x(?:-|$)|^\d{1,2}:\d\d|^\d{1,4}-[a-z]{3,}$|^\d+-(?:bit|byte|digit|char)|^(?:iso|rfc|cve|pep|gpt)\b|(?<!0)12345\d*$"
    r"|^\d{1,5}[.,]\d{1,3}$|^(?:19|20)\d\d-[a-z]?\d\d?(?:-\d\d)?$|^\d[\d.,]*(?:[mµn]s|[kmgt]i?b|min|hrs?|k?hz|[gm]hz"
    r"|px|pt|fps|[cmk]m|k?wh?|mah|lbs?|tok)$|^\d{1,4}[kmsxghvcf]$|^\d{1,3}00-\d{1,3}00$",
    re.IGNORECASE,
)
_SPAN = regex(r"(\d{1,3})[a-z%]{0,2}[-–](\d[\d,]{0,5})[A-Za-z%]{0,4}")


def is_shown(token: str) -> bool:
    """Whether *token* shows the form of an id, or is a range: "50-150ms"."""
    span = _SPAN.fullmatch(token)
    is_range = span is not None and int(span[1]) < int(span[2].replace(",", ""))
    return is_range or _SHOWN.search(token) is not None


HAS_NAME = regex(r"(?:^|[-_./])[a-z]{4,}(?=\d{0,4}(?:[-_./]|$))")
_PART_OF_NAME = regex(
    r"(?:20\d{6}|[a-z]*\d{0,4}(?:[a-z]+\d{0,2})?)(?:[_./]|-(?=20\d{6}$|\d{0,4}[a-z]|\d{1,2}-)|$)"
)


def is_name(token: str) -> bool:
    """Whether *token* is a name of words in which a number stands: "babilong_qa10"."""
    if not HAS_NAME.search(token):
        return False
    return not _PART_OF_NAME.sub("", token)
