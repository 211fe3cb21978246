"""Find values that hold for one call, hour or day: the time, the date, ids, counters.

The same forms stand in documents, so a value counts only behind a label that speaks of now, such
as "Current time:", or of this call, such as "request_id=". What a value looks like chooses the
rule, and the roles of the label's words decide: no rule knows a phrase of any language.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from tokencost.scenarios.code_regions import (
    CodeRegions,
    Place,
    Surroundings,
    is_example,
    is_supposed,
)
from tokencost.scenarios.counters import (
    HAS_NAME,
    OF_THING,
    commit_kind,
    counts_in_words,
    is_name,
    is_of_user,
    is_shown,
    is_thing,
    number_kind,
    tells_rest,
    without_number,
)
from tokencost.scenarios.dates import (
    LABEL_OF_NOW,
    dates_above_times,
    is_told_after,
    moment_at,
    moment_kind,
    start_with_weekday,
    weekdays_of_now,
)
from tokencost.scenarios.labels import (
    BEFORE_ID,
    IT_IS,
    WORD,
    Label,
    Role,
    is_run,
    label_before,
    may_tell,
    tells,
    words_of_runs,
)
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
    around: str = ""


_Seen = Surroundings[_Candidate]
_Group = dict[str, list[CurrentValue]]  # behind the same words: by what they are told apart by
_NEAR, _NEAR_BEHIND, _LONG_LINE = 200, 60, 400  # characters around a value, and of a line of more
_LONGEST_TOKEN, _SHORTEST_SURE = 64, 10
_TOKEN = regex(r"[\w.+/%:-]*\w")
# The module `string` has them too, and compiles a pattern.
_OF_TOKEN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+/%-"
_NUMBER = regex(r"-?[0-9](?:[\d,.]*\d)?")
_COLOR = regex(r"(?=\d*[a-f])[0-9a-f]{6}(?:[0-9a-f]{2})?", re.IGNORECASE)
_IDENTIFIED = Role.CALL | Role.CASE | Role.ID | Role.OWNER
_SHORTEST_ID, _FEWEST_DIGITS, _MANY_DIGITS, _LONG_NUMBER, _MOST_OF_ID = 5, 4, 6, 8, 7
_ONLY_ID = ("id", "number", "no", "编号", "号码")
_SECRETS = frozenset(("key", "token", "hash", "code"))  # hold for long, unless those of a call
_ONCE = frozenset(("verification", "time", "login"))  # "One-time code"
_ADDRESS = regex(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?")
_UNMISTAKABLE = regex(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,64}"
    r"|[0-9A-HJKMNP-TV-Z]{26}|[a-z]{2,12}_(?=[A-Za-z]*\d)[A-Za-z0-9]{8,64}",
    re.IGNORECASE,
)

# A heading, a tag, bold words or a label in a line, and below them a short line of its own.
_BELOW_HEADING = regex(
    r"^[ \t]*(?P<head>#{1,6}\s[^\n\d]{3,50}|\*\*[^\n\d]{3,50}|<[\w-]{3,30}>"
    r"|[^\s\d#*<][^\n\d]{2,48}[:：])[ \t]*\n{1,2}"
    r"[ \t]*(?P<value>[^\n<>]{4,50})$",
    re.MULTILINE,
)
_HEAD_OF_LETTER = regex(
    r"(?:from|to|cc|subject|sender|recipient|author|mime-version|content-[a-z-]{4,30}|return-path"
    r"|reply-to)\s?:",
    re.IGNORECASE,
)
_MOST_OF_ONE_LABEL, _MOST_OF_ONE_KIND = 2, 4  # different values


def find_current_values(code: CodeRegions) -> list[CurrentValue]:
    """Return the values that hold for one call, hour or day, in their order.

    What stands with other values behind the same label is one of the data; so are more of them
    whose labels differ in a name alone: "Ada order id", "Bo order id".
    """
    values = {CurrentValue(start, "timestamp") for start in dates_above_times(code)}
    values |= {CurrentValue(start, "date") for start in weekdays_of_now(code)}
    values |= set(_moments_below_headings(code))
    groups, seen = _Groups(), Surroundings[_Candidate]()
    # The fields between lines of dashes above a document are of it.
    front = code.text.find("\n---", 3) if code.text.startswith("---\n") else -1
    for start, line, places in seen.lines(code.text, may_tell):
        for value, label, text, around in _told(line, places, seen):
            place = start + value.start
            is_now = value.kind == "date" or (label.has(Role.NOW) and value.kind == "timestamp")
            if code.is_shown(place, start, line) or (place < front and not is_now):
                continue
            if not is_now and _is_by_head_of_letter(code.text, start, start + len(line)):
                continue
            value = CurrentValue(place, value.kind)
            if is_now:
                values.add(value)
            if is_now or not groups.add(label, text, value):
                seen.told(around)
    return sorted(values | groups.of_call())


def _moments_below_headings(code: CodeRegions) -> Iterator[CurrentValue]:
    """Yield the moments of now that stand below their label."""
    for match in _BELOW_HEADING.finditer(code.text):
        head, start = match["head"].strip(" #*:："), match.start("value")
        digit = next((at for at, letter in enumerate(match["value"]) if letter.isdecimal()), None)
        if digit is None or not may_tell(head) or code.is_shown(start, match.start(), head):
            continue
        label = head if head.startswith("<") else f"{head}: "
        if told := _dated(f"{label}{match['value']}", len(label) + digit):
            yield CurrentValue(start + told.value.start - len(label), told.value.kind)


def _told(line: str, places: list[Place], seen: _Seen) -> Iterator[_Candidate]:
    """Yield what *line* tells; without *places* what lines did that differ in digits alone."""
    if places:
        told = list(_candidates(line, places, seen))
        if told:
            seen.remember(line, told, attrgetter("value"))
        yield from told
        return
    for one in seen.told_alike(line):
        start = one.value.start
        yield one._replace(text=line[start : start + len(one.text)])


def _is_by_head_of_letter(text: str, start: int, end: int) -> bool:
    """Whether a line of *text* stands below or above one of the head of a letter."""
    before = text.rfind("\n", 0, max(0, start - 1)) + 1
    return bool(_HEAD_OF_LETTER.match(text, before) or _HEAD_OF_LETTER.match(text, end + 1))


class _Groups:
    """Values behind the same words: too many different ones are data."""

    def __init__(self) -> None:
        self._labelled: dict[tuple[str, ...], _Group] = {}
        self._kinds: dict[tuple[str, ...], _Group] = {}

    def add(self, label: Label, text: str, value: CurrentValue) -> bool:
        """Add a value, which others of the same *text* equal, and return whether it is data."""
        group = self._labelled.setdefault(tuple(map(without_number, label.words)), {})
        group.setdefault(text, []).append(value)
        if value.kind != "counter":
            words = zip(label.words, label.roles, strict=True)
            kind = tuple(word for word, roles in words if roles & ~Role.FILLER)
            self._kinds.setdefault(kind, {}).setdefault(text, []).append(value)
        return _is_data(group)

    def of_call(self) -> set[CurrentValue]:
        """Return the values that are not data."""
        kinds, labelled = self._kinds.values(), self._labelled.values()
        data = (chain(*group.values()) for group in kinds if len(group) > _MOST_OF_ONE_KIND)
        told = (chain(*group.values()) for group in labelled if not _is_data(group))
        return set(chain(*told)) - set(chain(*data))


def _is_data(group: _Group) -> bool:
    """Whether too many values stand behind the same words to be of one call."""
    if len(group) > _MOST_OF_ONE_LABEL:
        return True
    is_count = any(values[0].kind == "counter" for values in group.values())
    return is_count and len(group) > 1  # "Round 1", "Round 2" are headings


def _candidates(line: str, places: list[Place], seen: _Seen) -> Iterator[_Candidate]:
    candidates = list(_labelled_values(line, places, seen))
    for start, text in counts_in_words(line):
        label = Label((text,), (Role.LEFT,), "", Role.LEFT, is_field=True, is_key=False)
        candidates.append(_Candidate(CurrentValue(start, "counter"), label, text))
    if candidates and not is_example(line):
        yield from (one for one in candidates if not is_supposed(line, one.value.start))


def _labelled_values(line: str, places: list[Place], seen: _Seen) -> Iterator[_Candidate]:
    done, telling = 0, _telling_places(line) if len(line) > _LONG_LINE else None
    for at, around in places:
        is_far = telling is not None and not _is_near(at, telling)
        if at < done or is_far or seen.is_known(around):
            continue
        seen.looked_at(around)
        low = max(done, at - _LONGEST_TOKEN)
        start = low + len(line[low:at].rstrip(_OF_TOKEN))
        if start == at and (candidate := _dated(line, at)):
            done = candidate.value.start + len(candidate.text)
            yield candidate._replace(around=around)
            continue
        token = _TOKEN.match(line, start)
        done = token.end() if token else at + 1
        label = None if line.startswith("](", done) else label_before(line, start)
        if token and label and (kind := _kind(label, line, start, token[0])):
            yield _Candidate(CurrentValue(start, kind), label, token[0], around)


def _telling_places(line: str) -> list[int]:
    """Return where the words stand in *line* that can be of a label, in their order."""
    places = [match.start() for match in WORD.finditer(line) if tells(match[0])]
    lower = line.lower() if len(line.lower()) == len(line) else line
    if is_run(line):
        places += (match.start() for match in words_of_runs().finditer(lower))
    for words in filter(lower.__contains__, IT_IS):
        places += (match.start() for match in re.finditer(words, lower))
    return sorted(places)


def _is_near(at: int, telling: list[int]) -> bool:
    """Whether a word that can be of a label stands before a number, or just behind it."""
    number = bisect_right(telling, at + _NEAR_BEHIND)
    return number > 0 and telling[number - 1] >= at - _NEAR


def _dated(line: str, at: int) -> _Candidate | None:
    """Return the moment whose first digit stands at *at*, if it is one of now."""
    if (moment := moment_at(line, at)) is None:
        return None
    start = start_with_weekday(line, moment)
    after = line[moment.end : moment.end + _NEAR]
    end = start - 4 if line.endswith(" the ", 0, start) else start  # "the 3rd of May"
    label = LABEL_OF_NOW if is_told_after(after) else label_before(line, end)
    text = line[moment.start : moment.end]
    if label is None:
        return None
    kind = moment_kind(label, moment, text, after)
    is_of_rest = label.is_closed and label.has(Role.LEFT | Role.REMAINS) and not moment.has_day
    if not kind and is_of_rest and tells_rest(label, after):
        kind = "counter"  # "Time left: 00:12:30"
    return _Candidate(CurrentValue(start, kind), label, line[start : moment.end]) if kind else None


def _kind(label: Label, line: str, start: int, token: str) -> str:
    """Return what *token* at *start* of *line* is: "id", "counter", or "" for one of the text."""
    if label.is_key and line.rfind("{", max(0, start - _NEAR), start) >= 0:
        # JSON between words shows what to answer.
        is_whole = line[:_NEAR].lstrip().startswith("{")
        if not is_whole or sum(map(str.isdigit, token)) < _LONG_NUMBER:
            return ""
    if label.has(Role.COMMIT) and (commit := commit_kind(label, line, start, token)) is not None:
        return commit
    if label.has(_IDENTIFIED) and _is_id(label, token):
        return "id"
    if not (number := _NUMBER.match(token)):
        return ""
    end = start + number.end()
    before, after = line[max(0, start - _NEAR) : start], line[end : end + _NEAR]
    return number_kind(label, before, number[0], after)


def _is_id(label: Label, token: str) -> bool:
    digits = sum(map(str.isdigit, token))
    is_word = not label.has(Role.ID) and is_name(token)
    if not digits or not token.isascii() or label.has(Role.STANDING) or is_word or is_shown(token):
        return False
    if _ADDRESS.fullmatch(token):
        return label.is_closed and "ip" in label.words and label.has(Role.OWNER)
    is_long = len(token) >= _SHORTEST_ID
    is_call = label.has(Role.CALL)
    if is_call and is_long and _is_told(label):
        return True
    if not (label.is_field or is_of_user(label)) or len(label.words) > _MOST_OF_ID:
        return False
    if label.joint == "#":
        return digits >= _FEWEST_DIGITS and is_thing(label) and not _COLOR.fullmatch(token)
    is_sure = len(token) > _SHORTEST_SURE and _UNMISTAKABLE.fullmatch(token) is not None
    is_mixed = is_long and digits > 2 and any(map(str.isalpha, token)) and "." not in token
    is_named = label.has(Role.ID) and not label.has(Role.LEFT | Role.REMAINS | Role.MEASURE)
    is_secret = not _SECRETS.isdisjoint(label.words) and _ONCE.isdisjoint(label.words)
    is_told = label.is_closed or (label.is_numbered and "/" not in token)
    if is_named and is_told and not is_secret and (is_sure or is_mixed or digits >= _MANY_DIGITS):
        return len(label.words) > 1 or label.words[0] not in _ONLY_ID
    strangers = label.strangers(OF_THING)
    is_lone = len(label.words) == 1 and is_mixed and len(token) >= _LONG_NUMBER
    is_lone = is_lone and "/" not in token and not HAS_NAME.search(token)
    if is_call and (label.is_closed or is_sure or is_lone):
        return is_long and digits > 1 and strangers <= int(label.is_closed and is_mixed)
    return label.has(Role.CASE) and _is_case(label, token, digits)


def _is_case(label: Label, token: str, digits: int) -> bool:
    """Whether *token* is the number of what a call is about."""
    strangers = label.strangers(OF_THING)
    if label.has(Role.ID):
        if "/" in token and not label.is_closed:
            return False
        is_told = (
            label.is_closed
            or label.words[-1] == "is"
            or not (token.isdigit() and label.words[-1].isascii())
        )
        is_told = (is_told or digits >= _LONG_NUMBER) and _is_told(label)
        is_told = is_told and strangers <= int(label.is_closed)
        is_long = digits >= _FEWEST_DIGITS - 1 or (
            digits > 1 and token.isalnum() and token.isupper()
        )
        return is_told and is_long and len(token) >= _SHORTEST_ID
    if "/" in token or (_NUMBER.fullmatch(token) and not token.isdigit()):
        return False
    is_code = not token.isdigit() and "." not in token and token == token.upper()
    fewest = 2 if is_code and "-" not in token and len(token) > _SHORTEST_ID else _FEWEST_DIGITS
    is_long = not token.isdigit() or digits >= _LONG_NUMBER or label.has(Role.NOW)
    most = int(fewest == _FEWEST_DIGITS and not token.isdigit())
    return label.is_closed and strangers <= most and is_long and digits >= fewest


def _is_told(label: Label) -> bool:
    """Whether an id, or what is of "this" call, is joined to its label."""
    if not label.has(Role.ID):
        is_this = label.words[-2:-1] == ("this",) and label.roles[-1] & Role.CALL
        return label.is_closed and bool(is_this)
    last = label.words[-1]
    return bool(label.joint) or last in BEFORE_ID or not last.isascii()
