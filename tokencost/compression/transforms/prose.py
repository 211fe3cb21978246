"""Remove repeated paragraphs, needless white space and full-width letters from prose."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tokencost.compression.transform import ContentType, Level
from tokencost.compression.transforms.markdown_blocks import split_lines, verbatim_lines

_GAP = re.compile(r"((?:\r?\n[ \t]*){2,})")
_SHORTEST = 40  # characters: a heading may well come twice


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateParagraphs:
    """Keeps the first of several equal paragraphs, of prose and logs alone."""

    name: ClassVar[str] = "duplicate-paragraphs"
    level: ClassVar[Level] = Level.LOSSY
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.TEXT, ContentType.LOG)
    summary: ClassVar[str] = "a paragraph that stands there already, word for word"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* without the later ones and the gaps in front of them."""
        parts = _GAP.split(text)
        seen = {parts[0]}
        kept = [parts[0]]
        for gap, paragraph in zip(parts[1::2], parts[2::2], strict=True):
            if len(paragraph) < _SHORTEST or paragraph.rstrip("\r\n") not in seen:
                kept += [gap, paragraph]
            elif paragraph.endswith("\n"):  # the last one ends with the text
                kept.append("\n")
            seen.add(paragraph.rstrip("\r\n"))
        return "".join(kept)

    def verify(self, before: str, after: str) -> bool:
        """Check that the paragraphs are the same, in the order in which they first came."""
        return _distinct_paragraphs(before) == _distinct_paragraphs(after)


def _distinct_paragraphs(text: str) -> list[str]:
    paragraphs = (paragraph.rstrip("\r\n") for paragraph in _GAP.split(text)[::2])
    return list(dict.fromkeys(filter(None, paragraphs)))


# Zero-width joiners and non-joiners are not among these: several scripts are spelled with them.
UNSEEN = "\u200b\u2060\ufeff"

# Scripts that are written without spaces and may mark their words with zero-width ones.
_SPACELESS = "\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\ua980-\ua9df"
# Inside of words: in front of a mark such a character may keep it from being one.
_UNSEEN = re.compile(rf"(?<=[^\W_])(?<![{_SPACELESS}])[{UNSEEN}]+(?=[^\W_])(?![{_SPACELESS}])")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'|`[^`]*`')
_RUN = re.compile(r"(?<=\S) {2,}(?=\S)")
_LEVEL = re.compile(
    r"^((?:\[?\d{4}-\d\d-\d\d|\+\d)\S*(?: \S+){0,2}? \[?"
    r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?) {2,}(?=\S)"
)
_QUOTED_OR_RUN = re.compile(rf"({_QUOTED.pattern})|{_RUN.pattern}")
_MARKS_OF_CODE = re.compile(r"[\t|{};=<>\\]|^(?: {2,})")
_BREAK = "  "


def without_unseen(text: str) -> str:
    """Return *text* without the characters that have no width and no meaning."""
    return _UNSEEN.sub("", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whitespace:
    """Removes trailing spaces, repeated blank lines, runs of spaces and zero-width characters."""

    name: ClassVar[str] = "whitespace"
    level: ClassVar[Level] = Level.LOSSLESS
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.TEXT, ContentType.LOG)
    summary: ClassVar[str] = "trailing spaces, blank lines and runs of spaces of prose and logs"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* without them; what is aligned, quoted, indented or code stays."""
        lines = without_unseen(text).split("\n")
        kept: list[str] = []
        for number, line in enumerate(lines):
            is_blank = not line.strip(" \r")
            if is_blank and kept and not kept[-1].strip(" \r") and number < len(lines) - 1:
                continue
            neighbours = lines[max(0, number - 1) : number] + lines[number + 1 : number + 2]
            kept.append(_trim_line(_single_space(line, neighbours)))
        return "\n".join(kept)

    def verify(self, before: str, after: str) -> bool:
        """Compare the words line by line, the paragraphs, the indentation and what is quoted."""
        return list(_kept_parts(before)) == list(_kept_parts(after))


def _trim_line(line: str) -> str:
    content = line.rstrip(" \r")
    end = "\r" if line.endswith("\r") else ""
    breaks = line.removesuffix("\r").endswith(_BREAK)  # Markdown breaks a line there
    return content + (_BREAK if breaks and content else "") + end


def _single_space(line: str, neighbours: Sequence[str]) -> str:
    if "  " in line:
        line = _LEVEL.sub(r"\1 ", line)  # padded in every line of a log
    if "  " not in line or _MARKS_OF_CODE.search(line):
        return line
    columns = {run.end() for run in _RUN.finditer(line)}
    if any(columns & {run.end() for run in _RUN.finditer(neighbour)} for neighbour in neighbours):
        return line  # a table, whose empty cells are spaces, too
    return _QUOTED_OR_RUN.sub(lambda match: match[1] or " ", line)


def _kept_parts(text: str) -> Iterator[object]:
    """Yield what has to stay: for each line its parts, and None between paragraphs."""
    is_blank = False
    for line in without_unseen(text).split("\n"):
        if not line.strip(" \r"):
            is_blank = True
            continue
        if is_blank:
            yield None
        is_blank = False
        indentation = line[: len(line) - len(line.lstrip())]
        breaks = line.removesuffix("\r").endswith(_BREAK)
        words = [word for word in line.rstrip(" \r").split(" ") if word]
        yield indentation, words, _QUOTED.findall(line), breaks, line.endswith("\r")


_SHIFT = 0xFEE0
_WIDE = [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
_NARROW = {code: code - _SHIFT for code in _WIDE}


@dataclass(frozen=True, slots=True, kw_only=True)
class FullWidth:
    """Writes `ＡＢＣ１２３` as `ABC123`; punctuation stays, for it belongs to the script.

    The letters are the same but look different, so the rendering is not equal.
    """

    name: ClassVar[str] = "full-width"
    level: ClassVar[Level] = Level.REFORMATTED
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.TEXT, ContentType.MARKDOWN)
    summary: ClassVar[str] = "full-width letters and digits as ordinary ones"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* in ordinary letters and digits, outside code."""
        if text.translate(_NARROW) == text:
            return text
        verbatim = verbatim_lines(text)
        return "".join(
            line if number in verbatim or "`" in line else line.translate(_NARROW)
            for number, line in enumerate(split_lines(text))
        )

    def verify(self, before: str, after: str) -> bool:
        """Compare character by character, by what Unicode says they are compatible with."""
        return len(before) == len(after) and all(
            old == new or (unicodedata.normalize("NFKC", old) == new and new.isalnum())
            for old, new in zip(before, after, strict=True)
        )
