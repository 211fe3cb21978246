"""Remove repeated paragraphs and full-width letters from prose."""

import unicodedata
from typing import ClassVar

from tokencost.compression.transform import ContentType, Level
from tokencost.compression.transforms.markdown_blocks import split_lines, verbatim_lines
from tokencost.values import dataclass, regex

_GAP = regex(r"((?:\r?\n[ \t]*){2,})")
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
