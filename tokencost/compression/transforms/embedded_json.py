"""Compact JSON that stands in prose, where it is data and not the picture of a form."""

import re
from collections.abc import Iterator
from typing import ClassVar

from tokencost.compression.transform import ContentType, Level
from tokencost.compression.transforms.json_data import compact, read_json
from tokencost.compression.transforms.markdown_blocks import (
    Fence,
    find_fences,
    nameless_fences,
    verbatim_lines,
)
from tokencost.compression.transforms.space import is_about_space
from tokencost.values import dataclass, regex

_LONG_LINE = 200  # characters: an example of a form is shorter
_MOST_WORK = 64_000_000  # characters that may be read in vain
_START = regex(
    r"""(?:^|[:：=>])[ \t]*(?=\{\s*["}]|\[\s*(?:[]"{[\d-]|true|false|null))""", re.MULTILINE
)
_END = regex(r"[ \t\r]*(?:</[\w:-]{1,60}>[ \t\r]*)?$", re.MULTILINE)
_JSON = frozenset({ContentType.JSON, ContentType.JSON_LINES})
_CONTEXT = 2_000  # characters before JSON that may hold the two lines which speak of it
_CONTEXT_AFTER = 400
# Words before JSON that speak of its form, and signs in it that something is to be filled in.
_FORM = regex(
    r"\b(?:format|form|schema|structure|shape|template|example|sample|layout|syntax|output|respond"
    r"|response|reply|return|answer|produce|generate|emit|write)\b|like this"
    r"|格式|结构|模板|示例|例子|例如|输出|返回|回复|回答|如下形式",
    re.IGNORECASE,
)
_SPEAKER = regex(r"^\W*(?:assistant|ai|a|expected|completion|prediction|solution)\W*:", re.I)
# Words after it that make a form of what stood there as data.
_FORM_AFTER = regex(
    r"\b(?:same|above|this|that) (?:\w+ )?(?:format|form|schema|structure|shape|layout|style|way)\b"
    r"|\b(?:as|like) above\b|(?:上述|以上|同样|相同)的?(?:格式|结构|形式)",
    re.IGNORECASE,
)
_QUOTED = regex(r"(?:^ {0,3}>.*(?:\n|\Z))+", re.MULTILINE)
_QUOTE = regex(r"^ {0,3}> ?", re.MULTILINE)
_BLANK = regex(r"<[^<>\n]{1,60}>|\{\{|\$\{|\.\.\.|…|\bYOUR_|\bxxx+\b|\[[A-Z_ ]{3,}\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonBlock:
    """JSON inside a text: where, from which line (from 1), and if it is data."""

    start: int
    end: int
    line: int
    is_data: bool


def find_json_blocks(text: str) -> Iterator[JsonBlock]:
    """Yield objects and arrays outside of code that fill several lines, or a long one alone.

    A label or a tag may stand in front of one of several lines, a tag behind it.
    """
    return (block for block in _find_json(text) if _is_block(text, block.start, block.end))


def _find_json(text: str) -> Iterator[JsonBlock]:
    """Yield objects and arrays outside of code that end where their line ends, of any length."""
    starts = [match.end() for match in _START.finditer(text)]
    if not starts:
        return
    import json  # as in `json_data`

    last_line = _last_line(text)
    decoder, verbatim = json.JSONDecoder(), verbatim_lines(text, with_tags=False)
    done = work = line = place = 0
    for start in starts:
        line, place = line + text.count("\n", place, start), start
        if start < done or line in verbatim:
            continue
        try:
            _, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:  # which has counted all lines before it
            work += error.pos
            if work > _MOST_WORK:
                return
            continue
        except (RecursionError, ValueError):
            return
        if _END.match(text, end):
            done = end
            is_data = not _is_form(text, start, end, last_line)
            yield JsonBlock(start=start, end=end, line=line + 1, is_data=is_data)


def _is_block(text: str, start: int, end: int) -> bool:
    source = text[start:end]
    if "\n" in source:
        return True
    is_alone = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    return is_alone and len(source) >= _LONG_LINE and compact(source) != source


def find_untouched(text: str) -> list[int]:
    """Return the lines, from 1, of JSON that could be shorter and is not touched where it stands.

    Those are short lines, quotations and fenced blocks without a language: as often as data they
    are a wording that is meant as it is.
    """
    lines = {
        block.line
        for block in _find_json(text)
        if not _is_block(text, block.start, block.end) and _is_longer(text[block.start : block.end])
    }
    for start, end in _quotations(text):
        quoted = _QUOTE.sub("", text[start:end])
        before = text.count("\n", 0, start)
        lines |= {
            before + block.line
            for block in _find_json(quoted)
            if _is_longer(quoted[block.start : block.end])
        }
    for line, content in nameless_fences(text):
        if content.lstrip()[:1] in ("{", "[") and _is_longer(content.strip()):
            lines.add(line + 1)
    return sorted(lines)


def _quotations(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _QUOTED.finditer(text))


def _is_longer(source: str) -> bool:
    """Whether *source* is JSON, and longer than it has to be."""
    try:
        return compact(source) != source and bool(read_json(source))
    except (ValueError, RecursionError):
        return False


def find_forms(text: str) -> list[int]:
    """Return the lines, from 1, of JSON that may show the form of the output, also in fences."""
    lines = {block.line for block in find_json_blocks(text) if not block.is_data}
    for fence in find_fences(text):
        if fence.kind in _JSON and shows_form(text, fence):
            lines.add(text.count("\n", 0, fence.start) + 1)
    return sorted(lines)


def shows_form(text: str, fence: Fence) -> bool:
    """Whether JSON in a fenced block may show the form of the output, by what is around it."""
    opening = text.rfind("\n", 0, fence.start - 1) + 1
    return _is_form(text, opening, fence.end, _last_line(text))


def _last_line(text: str) -> str:
    return text.rstrip().rpartition("\n")[2].strip()


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _is_form(text: str, start: int, end: int, last_line: str) -> bool:
    before = text[max(0, start - _CONTEXT) : start].rstrip().rsplit("\n", 2)[-2:]
    label = before[-1].strip()
    return bool(
        _FORM.search("\n".join(before))
        or _SPEAKER.match(label)
        or (label == last_line and label.endswith((":", "：")))  # an example of what is to come
        or _BLANK.search(text, start, end)
        or _FORM_AFTER.search(text, end, end + _CONTEXT_AFTER)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedJson:
    """Removes the space between the tokens of JSON inside prose and Markdown."""

    name: ClassVar[str] = "embedded-json"
    level: ClassVar[Level] = Level.LOSSLESS
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.TEXT, ContentType.MARKDOWN)
    summary: ClassVar[str] = "no space between the tokens of JSON that stands as data in a text"
    prefix_stable: ClassVar[bool] = False  # what comes later may end the JSON or not

    def compress(self, text: str) -> str:
        """Return *text* with such JSON in one line each; what shows a form stays."""
        if not ("{" in text or "[" in text) or is_about_space(text):
            return text
        kept, done = [], 0
        for block in find_json_blocks(text):
            if block.is_data:
                kept += [text[done : block.start], compact(text[block.start : block.end])]
                done = block.end
        return "".join(kept) + text[done:]

    def verify(self, before: str, after: str) -> bool:
        """Check that nothing but JSON has changed, and read that again, literal by literal."""
        if after == before:
            return True
        blocks = [block for block in find_json_blocks(before) if block.is_data]
        place = done = 0
        for block in blocks:
            between = before[done : block.start]
            source = before[block.start : block.end]
            line = after[place + len(between) : _line_end(after, place + len(between))]
            rest = before[block.end : _line_end(before, block.end)]
            shorter = line.removesuffix(rest)
            if not after.startswith(between, place) or not _is_same(source, shorter):
                return False
            place, done = place + len(between) + len(shorter), block.end
        return after[place:] == before[done:]


def _is_same(source: str, shorter: str) -> bool:
    try:
        return bool(read_json(source) == read_json(shorter))
    except (ValueError, RecursionError):
        return False
