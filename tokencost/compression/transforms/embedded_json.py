"""Compact JSON that stands in prose, where it is data and not the picture of a form."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

from tokencost.compression.transform import ContentType, Level
from tokencost.compression.transforms.json_data import find_values, is_longer, read_json, shorten
from tokencost.compression.transforms.json_forms import (
    asks_for_more,
    is_about_layout,
    is_in_data_tag,
    may_show_form,
    shows_form,
)
from tokencost.compression.transforms.markdown_blocks import (
    fence_places,
    find_fences,
    verbatim_lines,
)
from tokencost.compression.transforms.verbatim import is_quoted as is_within
from tokencost.values import dataclass, regex, replace

_LONG_LINE = 200  # characters: an example of a form is shorter
_FEWEST_LINES = 3  # of JSON with the same keys are records
_START = regex(
    r"""(?:^(?:[A-Za-z]{3,} =)?|[:：>])[ \t]*(?=\{\s*["}]|\[\s*(?:[]"{[\d-]|true|false|null))""",
    re.MULTILINE,
)
_ANYWHERE = regex(r"""(?=\{\s*"|\[\s*[{["])""")
_END = regex(r"[ \t\r]*(?:</[\w:-]{1,60}>[ \t\r]*)?$", re.MULTILINE)
_END_OF_LONG = regex(r"[ \t]+(?=[^\W\d_])|[.。,，;；][ \t\r]*$|</[A-Za-z]", re.MULTILINE)
_JSON = frozenset({ContentType.JSON, ContentType.JSON_LINES})
# Fenced blocks of other languages hold code; in these it is the content that tells.
_PLAIN_INFOS = frozenset(
    {"", "text", "txt", "plain", "plaintext", "output", "jsonc", "json5", "geojson", "response"}
)
# Keys of pairs that show how an answer looks.
_KEYS_OF_EXAMPLES = frozenset({"output", "completion", "answer", "response", "label", "expected"})
_QUOTED = regex(r"(?:^ {0,3}>.*(?:\n|\Z))+", re.MULTILINE)
_QUOTE = regex(r" {0,3}> ?")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonBlock:
    """JSON inside a text: where, its source without marks of quotation, its line (from 1).

    A block fills several lines, or a long one, or is one of several records; what is not a block
    may be an example of a form.
    """

    start: int
    end: int
    source: str
    line: int
    is_data: bool
    is_block: bool


def find_json_blocks(text: str) -> Iterator[JsonBlock]:
    """Yield objects and arrays outside of code that fill several lines, a long one, or records.

    A label or a tag may stand in front of them, a tag or a sentence behind.
    """
    return (block for block in find_json(text) if block.is_block)


def find_json(text: str, *, is_quoted: bool = False) -> tuple[JsonBlock, ...]:
    """Return the JSON of prose, plain fenced blocks and quotations, in the order of the text."""
    return _find_json(text, is_quoted=is_quoted) if "{" in text or "[" in text else ()


@lru_cache(4)  # of one text it is asked to tell its type, to change it, and what is left in it
def _find_json(text: str, *, is_quoted: bool) -> tuple[JsonBlock, ...]:
    blocks = _without_shots(text, list(_with_records(text, list(_in_prose(text)))))
    blocks += _in_fences(text, is_quoted=is_quoted)
    if not is_quoted:
        blocks += (block for place in _QUOTED.finditer(text) for block in _in_quote(text, place))
    apart: list[JsonBlock] = []  # a line of a quotation is one behind a sign, too
    for block in sorted(blocks, key=lambda block: (block.start, not block.is_block)):
        if not apart or block.start >= apart[-1].end:
            apart.append(block)
    return tuple(_alike_side_by_side(text, apart))


def _alike_side_by_side(text: str, blocks: list[JsonBlock]) -> list[JsonBlock]:
    """Return *blocks*, those as no data that stand right beside one that shows a form."""
    for step in (1, -1):
        order = range(len(blocks))[::step]
        for place, following in pairwise(order):
            first, second = blocks[min(place, following)], blocks[max(place, following)]
            shows_form = blocks[place].is_block and not blocks[place].is_data
            if shows_form and not text[first.end : second.start].strip():
                blocks[following] = replace(blocks[following], is_data=False)
    return blocks


def _in_prose(text: str) -> Iterator[JsonBlock]:
    """Yield objects and arrays outside of code, of any length."""
    starts = [match.end() for match in _START.finditer(text)]
    if not starts:
        return
    verbatim = verbatim_lines(text, with_tags=False)
    done = line = place = 0
    for start, end in find_values(text, starts):
        line, place = line + text.count("\n", place, start), start
        if start < done or line in verbatim:
            continue
        source = text[start:end]
        if is_end := _END.match(text, end) is not None:
            is_block = _is_block(text, start, source)
        else:
            is_block = len(source) >= _LONG_LINE and _END_OF_LONG.match(text, end) is not None
        if is_end or is_block:
            done = end
            yield JsonBlock(
                start=start,
                end=end,
                source=source,
                line=line + 1,
                is_data=False,  # until it is known whether it is a block
                is_block=is_block,
            )


def _is_block(text: str, start: int, source: str) -> bool:
    if "\n" in source:
        return True
    is_long = len(source) >= _LONG_LINE
    return (is_long or is_in_data_tag(text, start)) and shorten(source) != source


def _with_records(text: str, blocks: list[JsonBlock]) -> Iterator[JsonBlock]:
    """Yield *blocks*, told whether they are data; like lines that follow each other are records."""
    run: list[JsonBlock] = []
    keys: object = None
    for block in blocks:
        own = None if block.is_block else _keys_of_line(text, block)
        if own is None or own != keys or not run or block.line != run[-1].line + 1:
            yield from _as_records(text, run)
            run = []
        keys = own
        if own is None:
            is_data = block.is_block and not may_show_form(text, block.start, block.end)
            yield replace(block, is_data=is_data)
        else:
            run.append(block)
    yield from _as_records(text, run)


def _as_records(text: str, run: list[JsonBlock]) -> Iterator[JsonBlock]:
    is_long = sum(len(block.source) for block in run) >= _LONG_LINE
    is_block = len(run) >= _FEWEST_LINES and is_long
    is_data = is_block and not may_show_form(text, run[0].start, run[-1].end)
    for block in run:
        yield replace(block, is_block=is_block, is_data=is_data)


def _without_shots(text: str, blocks: list[JsonBlock]) -> list[JsonBlock]:
    """Return *blocks*, those of like objects as no data if an open end asks for one more."""
    if not asks_for_more(text):
        return blocks
    keys = [_keys(block) if "\n" in block.source else None for block in blocks]
    numbers = Counter(keys)
    is_shot = [own is not None and numbers[own] > 1 for own in keys]
    return [
        replace(block, is_data=block.is_data and not shot)
        for block, shot in zip(blocks, is_shot, strict=True)
    ]


def _keys(block: JsonBlock) -> frozenset[str] | None:
    if not block.source.startswith("{"):
        return None
    return frozenset(key for key, _ in read_json(block.source)[1])


def _keys_of_line(text: str, block: JsonBlock) -> frozenset[str] | None:
    """Return the keys of an object that fills its line, None for anything else."""
    line = text[text.rfind("\n", 0, block.start) + 1 : _line_end(text, block.end)]
    if line.strip() != block.source or not block.source.startswith("{"):
        return None
    keys = _keys(block)
    return None if keys is None or keys & _KEYS_OF_EXAMPLES else keys


def _in_fences(text: str, *, is_quoted: bool) -> Iterator[JsonBlock]:
    """Yield the JSON of fenced blocks that no other transform reads.

    Those name no language, stand in a list, or in a quotation.
    """
    for info, level, start, end in fence_places(text):
        is_json = info in ("json", "jsonl", "ndjson", "jsonlines")
        if info not in _PLAIN_INFOS and not (is_json and (level or is_quoted)):
            continue
        opening = text.rfind("\n", 0, max(0, start - 1)) + 1
        is_data = not may_show_form(text, opening, end)
        places = _content_places(text, start, end)
        is_long = len(places) > 1 or any("\n" in text[first:last] for first, last in places)
        line = text.count("\n", 0, start) + 1
        for first, last in places:
            line, start = line + text.count("\n", start, first), first
            source = text[first:last]
            yield JsonBlock(
                start=first,
                end=last,
                source=source,
                line=line,
                is_data=is_data,
                is_block=is_json or is_long or len(source) >= _LONG_LINE,
            )


def _content_places(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return where the JSON is that a fenced block consists of, none if it has anything else."""
    first = end - len(text[start:end].lstrip())
    places = []
    for begin, stop in find_values(text, _starts_from(text, first, end)):
        if text[first:begin].strip():
            break
        places.append((begin, stop))
        first = stop
    return [] if text[first:end].strip() else places


def _starts_from(text: str, start: int, end: int) -> list[int]:
    return [match.start() for match in _ANYWHERE.finditer(text, start, end)]


def _in_quote(text: str, place: re.Match[str]) -> Iterator[JsonBlock]:
    """Yield the JSON of a quotation, whose lines all have the same marks in front."""
    lines = place[0].splitlines(keepends=True)
    marks = [match[0] if (match := _QUOTE.match(line)) else "" for line in lines]
    bare = [line[len(mark) :] for line, mark in zip(lines, marks, strict=True)]
    starts, quoted_starts = [place.start()], [0]
    for line, own in zip(lines, bare, strict=True):
        starts.append(starts[-1] + len(line))
        quoted_starts.append(quoted_starts[-1] + len(own))
    before = text.count("\n", 0, place.start())
    is_form = may_show_form(text, place.start(), place.end())
    quoted = "".join(bare)
    for block in find_json(quoted, is_quoted=True):
        first = block.line - 1
        last = first + block.source.count("\n")
        yield JsonBlock(
            start=starts[first] + len(marks[first]) + block.start - quoted_starts[first],
            end=starts[last] + len(marks[last]) + block.end - quoted_starts[last],
            source=block.source,
            line=before + block.line,
            is_data=block.is_data and not is_form,
            is_block=block.is_block,
        )


def find_untouched(text: str) -> list[int]:
    """Return the lines, from 1, of JSON that could be shorter and is not touched where it stands.

    Those are short ones: as often as data they are a wording that is meant as it is.
    """
    blocks = find_json(text)
    lines = {block.line for block in blocks if not block.is_block and is_longer(block.source)}
    if "{" in text or "[" in text:
        verbatim = verbatim_lines(text, with_tags=False)
        places = [(block.start, block.end) for block in blocks]
        line = place = 0
        for start, end in find_values(text, _starts_from(text, 0, len(text))):
            line, place = line + text.count("\n", place, start), start
            is_known = line in verbatim or is_within(start, places)
            if not is_known and is_longer(text[start:end]):
                lines.add(line + 1)
    return sorted(lines)


def find_forms(text: str) -> list[int]:
    """Return the lines, from 1, of JSON that may show the form of the output, also in fences.

    In a text that is about how JSON is written these are all that could be shorter.
    """
    about = is_about_layout(text)
    lines = {
        block.line
        for block in find_json_blocks(text)
        if not block.is_data or (about and is_longer(block.source))
    }
    for fence in find_fences(text):
        if fence.kind in _JSON and shows_form(text, fence):
            lines.add(text.count("\n", 0, fence.start) + 1)
    return sorted(lines)


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


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
        kept, done = [], 0
        for block in _data_blocks(text):
            kept += [text[done : block.start], shorten(block.source)]
            done = block.end
        return "".join(kept) + text[done:]

    def verify(self, before: str, after: str) -> bool:
        """Check that nothing but JSON has changed, and read that again, literal by literal."""
        place = done = 0
        for block in _data_blocks(before):
            between = before[done : block.start]
            start = place + len(between)
            ends = [end for _, end in find_values(after, [start])]
            if not after.startswith(between, place) or not ends:
                return False
            if not _is_same(block.source, after[start : ends[0]]):
                return False
            place, done = ends[0], block.end
        return after[place:] == before[done:]


def _data_blocks(text: str) -> list[JsonBlock]:
    if not ("{" in text or "[" in text) or is_about_layout(text):
        return []
    return [block for block in find_json_blocks(text) if block.is_data]


def _is_same(source: str, shorter: str) -> bool:
    try:
        return bool(read_json(source) == read_json(shorter))
    except (ValueError, RecursionError):
        return False
