"""Paragraphs that a text has said before, word for word."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tokencost.compressors.contract import Level
from tokencost.compressors.kinds import Kind

_GAP = re.compile(r"((?:\r?\n[ \t]*){2,})")
_SHORTEST = 40  # characters: a heading may well come twice


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateParagraphs:
    """Keeps the first of several equal paragraphs, of prose and logs alone."""

    name: ClassVar[str] = "duplicate-paragraphs"
    level: ClassVar[Level] = Level.DROPS
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.TEXT, Kind.LOG)
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
        return _first_ones(before) == _first_ones(after)


def _first_ones(text: str) -> list[str]:
    paragraphs = (each.rstrip("\r\n") for each in _GAP.split(text)[::2])
    return list(dict.fromkeys(each for each in paragraphs if each))
