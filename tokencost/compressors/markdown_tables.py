"""Tables of Markdown without the padding that aligns their columns."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tokencost.compressors.contract import Level
from tokencost.compressors.kinds import Kind
from tokencost.compressors.markdown import blocks, front_matter, lines_of, renders_alike

_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"-{3,}")
_TABLE_LINE = re.compile(r"^[ \t]*\|.*\|", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownTables:
    """Removes the spaces around the bars of a table."""

    name: ClassVar[str] = "markdown-tables"
    level: ClassVar[Level] = Level.SAME
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.MARKDOWN,)
    summary: ClassVar[str] = "no padding in the tables of Markdown"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* with each table as narrow as it can be and still render alike."""
        if not _TABLE_LINE.search(text):
            return text
        lines = lines_of(text)
        skipped = len(lines_of(text[: front_matter(text)]))
        for token in blocks(text).tokens:
            if token.type == "table_open" and token.map and token.map[0] >= skipped:
                first, last = token.map
                lines[first:last] = _narrow(lines[first:last])
        return "".join(lines)

    def verify(self, before: str, after: str) -> bool:
        """Render both."""
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
