"""White space of Markdown that no rendering shows."""

from dataclasses import dataclass
from typing import ClassVar

from tokencost.compressors.contract import Level
from tokencost.compressors.kinds import Kind
from tokencost.compressors.markdown import lines_of, renders_alike, verbatim_lines
from tokencost.compressors.whitespace import UNSEEN, without_unseen

_HARD_BREAK = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownSpace:
    """Removes trailing spaces, repeated blank lines and characters without a width."""

    name: ClassVar[str] = "markdown-whitespace"
    level: ClassVar[Level] = Level.SAME
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.MARKDOWN,)
    summary: ClassVar[str] = "trailing spaces, repeated blank lines, zero-width characters"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* without them; code, HTML, front matter and hard breaks stay."""
        text = text.removeprefix("\ufeff")
        held = verbatim_lines(text)
        kept: list[str] = []
        is_blank = False
        for number, line in enumerate(lines_of(text)):
            if number in held:
                kept.append(line)
                is_blank = False
                continue
            bare = _trimmed(line)
            if is_blank and not bare.strip():
                continue
            is_blank = not bare.strip()
            kept.append(bare)
        return "".join(kept)

    def verify(self, before: str, after: str) -> bool:
        """Render both."""
        return renders_alike(before.removeprefix("\ufeff"), after, unseen=UNSEEN)


def _trimmed(line: str) -> str:
    line = without_unseen(line)
    content = line.rstrip("\r\n")
    end = line[len(content) :]
    said = content.rstrip(" ")
    if not said.strip(" \t"):
        return end
    return said + (_HARD_BREAK if content.endswith(_HARD_BREAK) else "") + end
