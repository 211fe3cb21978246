"""Parse Markdown: its blocks, where they are in the source, and how they render."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tokencost.compression.transform import ContentType, kind_of_info
from tokencost.values import dataclass, regex

if TYPE_CHECKING:  # imported when the first Markdown is read
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LINE = regex(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_FRONT_MATTER = regex(r"(?P<fence>---|\+\+\+)[ \t]*\r?\n.*?\n(?P=fence)[ \t]*(?:\r?\n|\Z)", re.S)
_WORTH_CACHING = 2_000  # characters: many small pieces must not push out the whole text
_FENCE = regex(r"(?P<marks>`{3,}|~{3,})")
# Where none of this stands there is no block in which every character counts: in one that is
# indented, four spaces follow nothing but the marks of lists and quotes.
_MARKS_OF_VERBATIM = ("```", "~~~", "<", "\t")
_MARKS_OF_BLOCKS = " >*+-0123456789.)"
_INDENTED = regex(rf"^[{re.escape(_MARKS_OF_BLOCKS)}]*?    ", re.M)
# Parts that go over the end of a line, and there mean the space before it; and tables.
_MARKS_OF_PARTS = ("`", "<", "[", "\\", "|", "~")
_HARD_BREAK = "  "
_VERBATIM = ("fence", "code_block", "html_block")
_SHOWN_AS_IS = regex(r"\s*<(?:pre|script|style|textarea|code|!|\?)", re.IGNORECASE)
_BLOCK = "p|li|ul|ol|h[1-6]|td|th|tr|table|thead|tbody|blockquote|div|hr|pre"
_AROUND_BLOCK = regex(rf"(?:(?<!\s)\s+)?(</?(?:{_BLOCK})\b[^<>]*>)\s*")
_PRE = regex(r"(<pre>(?:(?!<pre>).)*?</pre>)", re.S)
_SPACE = regex(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The blocks of a text; what stands inside a line is not parsed yet."""

    tokens: "tuple[Token, ...]"
    references: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A fenced block that begins in the first column: the place of its content."""

    start: int
    end: int
    kind: ContentType


@lru_cache(1)
def markdown_parser() -> "MarkdownIt":
    """Return the parser: CommonMark with tables and strikethrough."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


@lru_cache(1)
def _block_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("inline")


def parse_blocks(text: str) -> Blocks:
    """Return the blocks of *text*, which end in the same lines as those of a full parse."""
    return _parse_long(text) if len(text) > _WORTH_CACHING else _parse_short(text)


def _parse(text: str) -> Blocks:
    environment: dict[str, Any] = {}
    tokens = _block_parser().parse(text, environment)
    references = {
        label: (reference.get("href"), reference.get("title"))
        for label, reference in environment.get("references", {}).items()
    }
    return Blocks(tokens=tuple(tokens), references=references)


_parse_long, _parse_short = lru_cache(3)(_parse), lru_cache(8)(_parse)


def split_lines(text: str) -> list[str]:
    """Return the lines of *text* as Markdown counts them, with their ends."""
    return _LINE.findall(text)


def front_matter_end(text: str) -> int:
    """Return where the front matter ends, 0 if there is none: it is data, not Markdown."""
    match = _FRONT_MATTER.match(text) if text.startswith(("---", "+++")) else None
    return match.end() if match else 0


def verbatim_lines(text: str, *, with_tags: bool = True) -> set[int]:
    """Return the numbers of the lines in which every character counts.

    Without tags a block of HTML is not among them, unless it shows its source as it is.
    """
    verbatim = set(range(len(split_lines(text[: front_matter_end(text)]))))
    if not any(mark in text for mark in _MARKS_OF_VERBATIM) and not _INDENTED.search(text):
        return verbatim
    for token in parse_blocks(text).tokens:
        is_open = token.type == "html_block" and not with_tags
        if is_open and not _SHOWN_AS_IS.match(token.content):
            continue
        if token.type in _VERBATIM and token.map:
            verbatim.update(range(*token.map))
    return verbatim


@lru_cache(2)
def find_fences(text: str) -> tuple[Fence, ...]:
    """Return the fenced blocks of known kinds, from the last to the first."""
    return tuple(_fences(text))


def _fences(text: str) -> Iterator[Fence]:
    if "```" not in text and "~~~" not in text:
        return
    lines = split_lines(text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for token in reversed(parse_blocks(text).tokens):
        if token.type != "fence" or token.level or not token.map:
            continue
        kind = kind_of_info(token.info)
        first, last = token.map[0], token.map[1] - 1
        is_whole = first < last and lines[last].rstrip().startswith(token.markup)
        opening = _FENCE.match(lines[first])
        if kind is not ContentType.OTHER and is_whole and opening:
            yield Fence(start=starts[first + 1], end=starts[last], kind=kind)


def fence_places(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield the language of each fenced block, how deep it stands, and where its content is."""
    if "```" not in text and "~~~" not in text:
        return
    starts = [0]
    for line in split_lines(text):
        starts.append(starts[-1] + len(line))
    for token in parse_blocks(text).tokens:
        if token.type == "fence" and token.map and token.map[1] - token.map[0] > 1:
            first, last = token.map[0] + 1, token.map[1]
            is_closed = (
                text[starts[last - 1] : starts[last]].lstrip("> \t").startswith(token.markup)
            )
            info = token.info.split()[0].lower() if token.info.strip() else ""
            yield info, token.level, starts[first], starts[last - 1] if is_closed else starts[last]


def differs_only_in(
    before: str, after: str, contents: Mapping[str, str], *, kinds: frozenset[ContentType]
) -> bool:
    """Whether *after* is *before* but for *contents*, old to new, of fenced blocks of *kinds*."""
    old, new = parse_blocks(before), parse_blocks(after)
    expected = [
        _comparable(token, content=contents.get(token.content))
        if token.type == "fence" and not token.level and kind_of_info(token.info) in kinds
        else _comparable(token)
        for token in old.tokens
    ]
    return old.references == new.references and expected == list(map(_comparable, new.tokens))


def renders_alike(before: str, after: str, *, unseen: str = "") -> bool:
    """Whether both texts render to the same, but for the characters of *unseen*."""
    lines = _plain_lines(before)
    if lines and lines == _plain_lines(after):  # most prompts need no parser, which takes 25 ms
        return True
    old, new = parse_blocks(before), parse_blocks(after)
    if old.references != new.references or len(old.tokens) != len(new.tokens):
        return False
    return all(
        _comparable(first) == _comparable(second)
        or (first.type == second.type == "inline" and _inline_alike(first, second, old, unseen))
        for first, second in zip(old.tokens, new.tokens, strict=True)
    )


def _plain_lines(text: str) -> list[tuple[str, bool]]:
    """Return the lines of a text that has nothing but words, marks of blocks and emphasis.

    Each is without the space at its end, beside whether it breaks there; of blank lines in a row
    there is one. Texts for which these are equal render alike. Of others there are none.
    """
    if any(mark in text for mark in _MARKS_OF_PARTS) or _INDENTED.search(text):
        return []
    lines: list[tuple[str, bool]] = []
    for line in text.split("\n"):
        bare = line.rstrip(" ")
        if not line.isprintable() or (bare and not bare.strip(_MARKS_OF_BLOCKS)):
            return []  # other white space, what has no width; an item without words
        if bare or (lines and lines[-1][0]):
            lines.append((bare, bool(bare) and line.endswith(_HARD_BREAK)))
    return lines if not lines or lines[-1][0] else lines[:-1]


def render_html(text: str, *, without: re.Pattern[str]) -> str:
    """Return *text* as HTML without what matches, with white space only where it shows."""
    parts = _PRE.split(markdown_parser().render(text))
    for place in range(0, len(parts), 2):
        bare = _SPACE.sub(" ", without.sub("", parts[place]))
        parts[place] = _AROUND_BLOCK.sub(r"\1", bare).replace("<p></p>", "")
    return "".join(parts).strip()


def _comparable(token: "Token", *, content: str | None = None) -> tuple[Any, ...]:
    return (
        token.type,
        token.tag,
        token.level,
        tuple(sorted(token.attrs.items())) if token.attrs else (),
        token.info,
        token.hidden,
        token.content if content is None else content,
    )


def _inline_alike(first: "Token", second: "Token", parsed: Blocks, unseen: str) -> bool:
    table = dict.fromkeys(map(ord, unseen))
    references = {
        label: {"href": href, "title": title} for label, (href, title) in parsed.references.items()
    }
    first_html, second_html = (
        str(markdown_parser().renderInline(token.content, {"references": references})).translate(
            table
        )
        for token in (first, second)
    )
    return first_html == second_html
