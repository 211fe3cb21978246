"""Detect what type of content a text is, by its name and by itself."""

import re
from functools import lru_cache

from tokencost.compression.transform import ContentType, kind_of_name
from tokencost.compression.transforms.embedded_json import find_json
from tokencost.compression.transforms.extras import begins_as_page
from tokencost.compression.transforms.json_data import BOM, read_json, read_json_lines
from tokencost.compression.transforms.prose import STAMP
from tokencost.values import regex

_HEAD = 20_000  # characters; JSON is read to its end
_SHORT = 8_000  # characters
_LONG = 200_000  # characters, in which JSON is looked for that may hide prose
_HTML = regex(r"\s*(?:<!doctype html|<html[\s>]|<(?:head|body)[\s>])", re.IGNORECASE)
_PATCH = regex(r"^(?:diff --git |Index: |@@ -\d+)", re.MULTILINE)
_SECONDS_LATER = regex(r"\+\d+(?:\.\d+)? ")
_PYTHON = regex(r"^(?:def|class|import|from|async def|@\w+|if __name__)\b", re.MULTILINE)
_FENCE, _LONG_STRINGS = regex(r"^(?:```|~~~)", re.MULTILINE), ('"""', "'''")
_FENCED_JSON = regex(r"^(```|~~~)(?:json\w*)?[ \t]*\n.*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_MARKDOWN = regex(
    r"^ {0,3}(?:#{1,6} |```|~~~|[-*+] |\d+[.)] |>|\|.*\|)|\]\(\S{1,500}\)", re.MULTILINE
)
_CODE = regex(
    r"[;{}][ \t]*$|^[ \t]*(?:#include|#!|<\?|(?:import|package|using) [\w.:*]+;?$|function \w+\()",
    re.MULTILINE,
)
_FIELDS = regex(r"^[\w.\"-]+\s*(?::(?=\s|$)|=)|^\[[^\]\n]+\]\s*$|\t", re.MULTILINE)


def detect_content_type(text: str, name: str = "") -> ContentType:
    """Return the type of *text*; what no rule is sure about is OTHER, and left alone.

    The type that a name stands for is checked against the text where that can be told.
    """
    return _detect_short(text, name) if len(text) <= _SHORT else _detect_long(text, name)


def _detect(text: str, name: str) -> ContentType:
    kind = kind_of_name(name)
    if kind is None or kind is ContentType.TEXT:
        return _by_content(text)
    match kind:
        case ContentType.JSON | ContentType.JSON_LINES:
            return _json_kind(text) or ContentType.OTHER
        case ContentType.HTML:
            return kind if begins_as_page(text) else _by_content(text)
        case _:
            return kind


# Texts come again for each level of transforms.
_detect_short, _detect_long = lru_cache(2048)(_detect), lru_cache(4)(_detect)


def _by_content(text: str) -> ContentType:
    head = text[:_HEAD].removeprefix(BOM).replace("\r\n", "\n")
    if head.lstrip()[:1] in ("{", "[") and (kind := _json_kind(text)):
        return kind
    if _HTML.match(head):
        return ContentType.HTML
    if _PATCH.search(head):
        return ContentType.OTHER
    if _is_log(head):
        return ContentType.LOG
    if _PYTHON.search(head) and _is_python(text):
        return ContentType.PYTHON
    kind = _prose_kind(head)
    return _kind_beside_json(text) if kind is ContentType.OTHER else kind


def _kind_beside_json(text: str) -> ContentType:
    """Return the kind of what is left of *text* without JSON; of what has none it is OTHER."""
    text = text[:_LONG].replace("\r\n", "\n")
    if rest := _without_json(text):
        is_line = "\n" not in rest  # a label, or a question behind one
        return ContentType.TEXT if is_line else _prose_kind(rest[:_HEAD])
    prose = _FENCED_JSON.sub("", text)
    is_prose = bool(prose.strip()) and _prose_kind(prose[:_HEAD]) is not ContentType.OTHER
    return ContentType.MARKDOWN if prose != text and is_prose else ContentType.OTHER


def _without_json(text: str) -> str:
    """Return what is left of *text* without JSON, "" if it has none."""
    kept, done = [], 0
    for block in find_json(text):
        kept.append(text[done : block.start])
        done = block.end
    return "".join((*kept, text[done:])).strip() if done else ""


def _prose_kind(head: str) -> ContentType:
    lines = [line for line in head.splitlines() if line.strip()]
    if len(_CODE.findall(head)) * 3 > len(lines):
        return ContentType.OTHER
    if _MARKDOWN.search(head):
        return ContentType.MARKDOWN
    return ContentType.OTHER if _is_form(head, lines) else ContentType.TEXT


def _is_form(head: str, lines: list[str]) -> bool:
    """Whether this is YAML, TOML, INI, XML, or columns between tabs or commas."""
    marked = len(_FIELDS.findall(head)) + sum(1 for line in lines if line.lstrip().startswith("<"))
    commas = {line.count(",") for line in lines}
    return marked * 2 > len(lines) or (len(lines) > 1 and len(commas) == 1 and commas != {0})


def _json_kind(text: str) -> ContentType | None:
    try:
        read_json(text)
    except RecursionError:
        return None
    except ValueError:
        return _json_lines_kind(text)
    return ContentType.JSON


def _json_lines_kind(text: str) -> ContentType | None:
    try:
        lines = [line for line in read_json_lines(text) if line is not None]
    except (ValueError, RecursionError):
        return None
    return ContentType.JSON_LINES if len(lines) > 1 else None


def _is_log(head: str) -> bool:
    lines = [line.lstrip("[") for line in head.split("\n") if line.strip()]
    stamped = sum(1 for line in lines if STAMP.match(line) or _SECONDS_LATER.match(line))
    return len(lines) > 1 and stamped * 2 > len(lines) and any(map(STAMP.match, lines))


def _is_python(text: str) -> bool:
    has_fence = _FENCE.search(text) is not None
    if has_fence and not any(mark in text for mark in _LONG_STRINGS):  # no need to parse it
        return False
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
