"""What changes from call to call, as far as a text shows it."""

import json
import re

_UUID = r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"
_DAY = r"\b\d{4}[-/]\d\d[-/]\d\d\b|\d{4}年\d{1,2}月\d{1,2}日"
_MOMENT = r"\b\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?"
_NOW = r"(?i:\b(?:today|now|current(?:ly)?|date|time)\b|今天|现在|当前|日期|时间)"
# A single pair of braces is a placeholder only where neither code nor LaTeX has one.
_PLACEHOLDER = (
    r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\$\{[A-Za-z_][\w.]*\}|(?<![\w\\$}{)])\{[A-Za-z_][\w.]*\}(?!\})"
    r"|%\([A-Za-z_]\w*\)[sdrf]|(?<![\w%])%[sd](?!\w)"
)
_KINDS = {
    "placeholder": re.compile(_PLACEHOLDER),
    "timestamp": re.compile(rf"{_NOW}[^\n]{{0,40}}?{_MOMENT}"),
    "UUID": re.compile(_UUID),
    "date": re.compile(rf"{_NOW}[^\n]{{0,40}}?(?:{_DAY})"),
}
_DIFFERING = {
    "timestamp": re.compile(_MOMENT),
    "UUID": re.compile(_UUID),
    "date": re.compile(_DAY),
    "counter": re.compile(r"\d+"),
}


def first_volatile(text: str) -> tuple[int, str] | None:
    """Return where the first thing stands that a template fills in, and what it is.

    A date or time counts only after a word such as "today": those of a document do not change.
    """
    found = [(match.start(), kind) for kind, form in _KINDS.items() if (match := form.search(text))]
    return min(found, default=None)


def why_different(line: str, other: str) -> str:
    """Say what kind of thing makes two lines differ."""
    if _is_same_data(line, other):
        return "keys in another order"
    place = next(
        (at for at, (one, two) in enumerate(zip(line, other, strict=False)) if one != two),
        min(len(line), len(other)),
    )
    for kind, form in _DIFFERING.items():
        if any(match.start() <= place < match.end() for match in form.finditer(line)):
            return kind
    return "text"


def _is_same_data(line: str, other: str) -> bool:
    try:
        return line != other and bool(json.loads(line) == json.loads(other))
    except (ValueError, RecursionError):
        return False
