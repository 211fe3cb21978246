"""Remove comments, badges, padding and invisible white space from Markdown."""

import re
from collections.abc import Sequence, Set
from typing import ClassVar

from tokencost.compression.transform import ContentType, Level
from tokencost.compression.transforms.directives import is_directive
from tokencost.compression.transforms.markdown_blocks import (
    front_matter_end,
    parse_blocks,
    render_html,
    renders_alike,
    split_lines,
    verbatim_lines,
)
from tokencost.compression.transforms.space import UNSEEN, is_about_space, without_unseen
from tokencost.compression.transforms.verbatim import lines_to_keep
from tokencost.values import dataclass, regex

_COMMENT = regex(r"<!--(?!>|->)(?:(?!<!--|-->).)*-->", re.DOTALL)
_BADGE_HOST = r"shields\.io|badge|badgen\.net|coveralls\.io|codecov\.io|travis-ci|appveyor"
# Addresses and titles have an end: without one each of many beginnings would search the whole line.
_IMAGE = (
    rf"!\[[^\]\n]{{0,500}}\]\((?=[^)\s]{{0,500}}(?:{_BADGE_HOST}))[^()\s]{{0,500}}"
    r"(?:\s{1,9}\"[^\"\n]{0,500}\")?\)"
)
_BADGE = regex(rf"\[{_IMAGE}\]\([^()\s]{{0,500}}(?:\s{{1,9}}\"[^\"\n]{{0,500}}\")?\)|{_IMAGE}")
_SHOWN_IMAGE = rf'<img src="(?=[^"]{{0,500}}(?:{_BADGE_HOST}))[^>]{{0,1500}}>'
_SHOWN_BADGE = regex(rf"<a [^>]{{0,1500}}>{_SHOWN_IMAGE}</a>|{_SHOWN_IMAGE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _PatternRemoval:
    """Removes what a pattern matches, in paragraphs that hold no code."""

    level: ClassVar[Level] = Level.LOSSY
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.MARKDOWN,)
    prefix_stable: ClassVar[bool] = True
    mark: ClassVar[str]
    source: ClassVar[re.Pattern[str]]
    shown: ClassVar[re.Pattern[str]]
    in_html: ClassVar[bool]

    def compress(self, text: str) -> str:
        """Return *text* without them."""
        if self.mark not in text or not self.source.search(text):
            return text
        lines = split_lines(text)
        skipped = len(split_lines(text[: front_matter_end(text)]))
        for first, last in self._places(text):
            if first >= skipped:
                bare = self.source.sub(_unless_directive, "".join(lines[first:last]))
                is_empty = not bare.strip()
                lines[first:last] = [_gap(lines, first, last) if is_empty else bare] + [""] * (
                    last - first - 1
                )
        return "".join(lines)

    def verify(self, before: str, after: str) -> bool:
        """Render both, and compare what is shown but for what the pattern matches."""
        return render_html(before, without=self.shown) == render_html(after, without=self.shown)

    def _places(self, text: str) -> list[tuple[int, int]]:
        """Return the lines of the paragraphs and HTML blocks in which there is something."""
        tokens = parse_blocks(text).tokens
        places = []
        for number, token in enumerate(tokens):
            if not token.map or not self.source.search(token.content):
                continue
            is_text = token.type == "inline" and "`" not in token.content
            is_html = (
                self.in_html
                and token.type == "html_block"
                and not self.source.sub("", token.content).strip()
                and not _separates_lists(tokens, number)
            )
            if is_text or is_html:
                places.append((token.map[0], token.map[1]))
        return places


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownComments(_PatternRemoval):
    """Removes HTML comments."""

    name: ClassVar[str] = "markdown-comments"
    summary: ClassVar[str] = "HTML comments in Markdown"
    mark: ClassVar[str] = "-->"
    source: ClassVar[re.Pattern[str]] = _COMMENT
    shown: ClassVar[re.Pattern[str]] = _COMMENT
    in_html: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownBadges(_PatternRemoval):
    """Removes images that show the state of a project, and their links."""

    name: ClassVar[str] = "markdown-badges"
    summary: ClassVar[str] = "badges in Markdown"
    mark: ClassVar[str] = "!["
    source: ClassVar[re.Pattern[str]] = _BADGE
    shown: ClassVar[re.Pattern[str]] = _SHOWN_BADGE
    in_html: ClassVar[bool] = False


def _unless_directive(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("<!--") and is_directive(match[0]) else ""


def _gap(lines: list[str], first: int, last: int) -> str:
    """Return what keeps the blocks around an empty place apart."""
    around = [*lines[max(0, first - 1) : first], *lines[last : last + 1]]
    return "\n" if len(around) > 1 and all(line.strip() for line in around) else ""


def _separates_lists(tokens: "tuple[object, ...]", number: int) -> bool:
    around = [*tokens[max(0, number - 1) : number], *tokens[number + 1 : number + 2]]
    return any("list" in getattr(token, "type", "") for token in around)


_HARD_BREAK = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownSpace:
    """Removes trailing spaces, repeated blank lines and characters without a width."""

    name: ClassVar[str] = "markdown-whitespace"
    level: ClassVar[Level] = Level.LOSSLESS
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.MARKDOWN,)
    summary: ClassVar[str] = "trailing spaces, repeated blank lines, zero-width characters"
    prefix_stable: ClassVar[bool] = False  # what comes later may speak of spaces

    def compress(self, text: str) -> str:
        """Return *text* without them; code, HTML, front matter and hard breaks stay."""
        text = text.removeprefix("\ufeff")
        lines = split_lines(text)
        if _spaced(lines, frozenset()) == lines:  # then it is so whatever has to stay
            return text
        if is_about_space(text):
            return text
        return "".join(_spaced(lines, verbatim_lines(text) | lines_to_keep(lines)))

    def verify(self, before: str, after: str) -> bool:
        """Render both, and compare."""
        return renders_alike(before.removeprefix("\ufeff"), after, unseen=UNSEEN)


def _spaced(lines: Sequence[str], verbatim: Set[int]) -> list[str]:
    """Return the lines without what is removed, of those of the numbers *verbatim* nothing."""
    kept: list[str] = []
    is_blank = False
    for number, line in enumerate(lines):
        if number in verbatim:
            kept.append(line)
            is_blank = False
            continue
        is_end = number == len(lines) - 1 and line.strip() and not line.endswith(("\r", "\n"))
        bare = without_unseen(line) if is_end else _trim_line(line)
        if is_blank and not bare.strip():
            continue
        is_blank = not bare.strip()
        kept.append(bare)
    return kept


def _trim_line(line: str) -> str:
    line = without_unseen(line)
    content = line.rstrip("\r\n")
    end = line[len(content) :]
    trimmed = content.rstrip(" ")
    if not trimmed.strip(" \t"):
        return end
    return trimmed + (_HARD_BREAK if content.endswith(_HARD_BREAK) else "") + end


_BAR = regex(r"(?<!\\)\|")
_RULE = regex(r"-{3,}")
_TABLE_LINE = regex(r"^[ \t]*\|.*\|", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownTables:
    """Removes the spaces around the bars of a table."""

    name: ClassVar[str] = "markdown-tables"
    level: ClassVar[Level] = Level.LOSSLESS
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.MARKDOWN,)
    summary: ClassVar[str] = "no padding in the tables of Markdown"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* with each table as narrow as it can be and still render alike."""
        if "|" not in text or not _TABLE_LINE.search(text):
            return text
        lines = split_lines(text)
        skipped = len(split_lines(text[: front_matter_end(text)]))
        for token in parse_blocks(text).tokens:
            if token.type == "table_open" and token.map and token.map[0] >= skipped:
                first, last = token.map
                lines[first:last] = _narrow(lines[first:last])
        return "".join(lines)

    def verify(self, before: str, after: str) -> bool:
        """Render both, and compare."""
        return renders_alike(before, after)


def _narrow(rows: list[str]) -> list[str]:
    if not all(row.lstrip().startswith("|") for row in rows):
        return rows
    narrow = [_narrow_row(row, is_rule=number == 1) for number, row in enumerate(rows)]
    return narrow if renders_alike("".join(rows), "".join(narrow)) else rows


def _narrow_row(row: str, *, is_rule: bool) -> str:
    bare = row.strip()
    cells = [cell.strip() for cell in _BAR.split(bare)]
    if is_rule:
        cells = [_RULE.sub("---", cell) for cell in cells]
    indentation = row[: len(row) - len(row.lstrip())]
    return indentation + "|".join(cells) + row[len(row.rstrip()) :].lstrip(" \t")
