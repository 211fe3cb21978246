"""Find text that changes from call to call: placeholders, dates, ids."""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from enum import StrEnum


class DynamicText(StrEnum):
    """What ends a prefix: a kind of text that changes from call to call."""

    PLACEHOLDER = "placeholder"
    TIMESTAMP = "timestamp"
    UUID = "UUID"
    DATE = "date"
    ID = "id"
    COUNTER = "counter"
    REORDERED_KEYS = "keys in another order"
    OTHER = "text"


_UUID = r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"
_DAY = r"\b\d{4}[-/]\d\d[-/]\d\d\b|\d{4}年\d{1,2}月\d{1,2}日"
_MOMENT = r"\b\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?"
_NOW = r"(?i:\b(?:today|now|current(?:ly)?|date|time)\b|今天|现在|当前|日期|时间)"
# These stand for something in any text; a single pair of braces or a per cent sign only in prose.
_PLACEHOLDER = (
    r"\{\{[^{}\n]{0,200}\}\}|\{%[^{}\n]{0,200}?%\}|<%[^<>\n]{0,200}?%>|\$\{[A-Za-z_][\w.]{0,99}\}"
    r"|%\([A-Za-z_]\w{0,99}\)[sdrf]"
)
_IN_PROSE = r"(?<![\w\\$}{)/\"'.])\{[A-Za-z_][\w.]{0,99}\}(?![}\w/])|(?<![\w%])%[sd](?!\w)"
_CODE = re.compile(
    r"[;{]\s*$|^\s*(?:import|from|export|def|const|let|var|return|print\w*|func|fn|\.|#)\b"
    r"|\bf[\"']|printf|=>",
)
_PROSE = re.compile(_IN_PROSE)
_FORMS = {
    DynamicText.PLACEHOLDER: re.compile(_PLACEHOLDER),
    DynamicText.TIMESTAMP: re.compile(rf"{_NOW}[^\n]{{0,40}}?{_MOMENT}"),
    DynamicText.UUID: re.compile(_UUID),
    DynamicText.DATE: re.compile(rf"{_NOW}[^\n]{{0,40}}?(?:{_DAY})"),
    DynamicText.ID: re.compile(
        r"(?i:\b(?:request|trace|session|correlation)[-_ ]?id)\s*[:=]\s*[\w-]*\d"
    ),
}
_LINE_END = re.compile("\n")
_DIFFERING = {
    DynamicText.TIMESTAMP: re.compile(_MOMENT),
    DynamicText.UUID: re.compile(_UUID),
    DynamicText.DATE: re.compile(_DAY),
    DynamicText.COUNTER: re.compile(r"\d+"),
}


def find_first_dynamic(text: str) -> tuple[int, DynamicText] | None:
    """Return where the first thing stands that a template fills in, and what it is.

    A date or time counts only after a word such as "today": those of a document do not change.
    """
    places = [
        (match.start(), kind) for kind, form in _FORMS.items() if (match := form.search(text))
    ]
    places += [(place, DynamicText.PLACEHOLDER) for place in _places_in_prose(text)][:1]
    return min(places, default=None)


def find_dynamic_lines(text: str) -> set[int]:
    """Return the numbers, from 1, of lines in which something changes from call to call."""
    places = [match.start() for form in _FORMS.values() for match in form.finditer(text)]
    places += _places_in_prose(text)
    ends = [match.start() for match in _LINE_END.finditer(text)]
    return {bisect_left(ends, place) + 1 for place in places}


def find_first_placeholder(text: str) -> int | None:
    """Return where the first placeholder of a template stands."""
    match = _FORMS[DynamicText.PLACEHOLDER].search(text)
    places = [] if match is None else [match.start()]
    return min([*places, *_places_in_prose(text)], default=None)


def _places_in_prose(text: str) -> Iterator[int]:
    """Yield where braces or per cent signs stand in lines that are not code."""
    judged, is_code = -1, False  # up to where the last line went that was looked at
    for match in _PROSE.finditer(text):
        if match.start() > judged:
            start = text.rfind("\n", 0, match.start()) + 1
            end = text.find("\n", match.end())
            judged = end if end >= 0 else len(text)
            is_code = _CODE.search(text[start:judged]) is not None
        if not is_code:
            yield match.start()


def why_different(line: str, other: str) -> DynamicText:
    """Return what kind of thing makes two lines differ."""
    if is_same_data(line, other):
        return DynamicText.REORDERED_KEYS
    place = next(
        (at for at, pair in enumerate(zip(line, other, strict=False)) if len(set(pair)) > 1),
        min(len(line), len(other)),
    )
    for kind, form in _DIFFERING.items():
        if any(match.start() <= place < match.end() for match in form.finditer(line)):
            return kind
    return DynamicText.OTHER


def is_same_data(line: str, other: str) -> bool:
    """Say whether two JSON texts differ, and say the same."""
    try:
        return line != other and bool(json.loads(line) == json.loads(other))
    except (ValueError, RecursionError):
        return False
