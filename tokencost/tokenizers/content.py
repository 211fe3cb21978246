"""Kinds of content, which tokenizers treat so differently that one factor cannot serve all."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache


class Content(StrEnum):
    """The kinds for which factors between vocabularies were measured."""

    ENGLISH = "English"
    CHINESE = "Chinese"  # more than 55 % Han characters
    CHINESE_MIXED = "Chinese mixed"  # 15 to 55 %, as technical texts have
    OTHER = "other scripts"
    CODE = "code"
    JSON = "JSON"
    MARKDOWN = "Markdown"


_CHUNK = 2_000  # characters, as in the measurements
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_FOREIGN = re.compile("[^\\s\x00-\u024f\u2000-\u206f\u2190-\u27bf\u3000-\u303f\uff00-\uffef]")
_MARKDOWN_LINE = re.compile(r"\s*(?:#{1,6} |[-*+>] |\d+\. |\||```)")


@lru_cache(4)
def by_content(text: str) -> Mapping[Content, str]:
    """Split *text* at line ends into chunks and return the chunks of each kind, joined."""
    parts: dict[Content, list[str]] = {}
    chunk: list[str] = []
    size = 0
    for line in text.splitlines(keepends=True):
        chunk.append(line)
        size += len(line)
        if size >= _CHUNK:
            parts.setdefault(_kind("".join(chunk)), []).append("".join(chunk))
            chunk, size = [], 0
    if chunk:
        # A short rest says little about itself: it goes with what came before.
        rest = "".join(chunk)
        kind = _kind(rest) if size >= _CHUNK // 4 or not parts else next(reversed(parts))
        parts.setdefault(kind, []).append(rest)
    return {kind: "".join(chunks) for kind, chunks in parts.items()}


def _kind(chunk: str) -> Content:
    visible = max(1, sum(map(len, chunk.split())))
    han = len(_HAN.findall(chunk)) / visible
    if han > 0.55:
        return Content.CHINESE
    if han > 0.15:
        return Content.CHINESE_MIXED
    if len(_FOREIGN.findall(chunk)) / visible > 0.3:
        return Content.OTHER
    return _kind_by_marks(chunk, visible)


def _kind_by_marks(chunk: str, visible: int) -> Content:
    if sum(map(chunk.count, '{}[]":,')) / visible > 0.18 and chunk.count('"') / visible > 0.06:
        return Content.JSON
    lines = [line for line in chunk.splitlines() if line.strip()]
    if sum(1 for line in lines if _MARKDOWN_LINE.match(line)) > 0.25 * len(lines):
        return Content.MARKDOWN
    if sum(map(chunk.count, "(){}[];=<>_")) / visible > 0.06:
        return Content.CODE
    return Content.ENGLISH
