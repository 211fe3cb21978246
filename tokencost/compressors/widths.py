"""Full-width letters and digits, which take a token or more each."""

import unicodedata
from dataclasses import dataclass
from typing import ClassVar

from tokencost.compressors.contract import Level
from tokencost.compressors.kinds import Kind
from tokencost.compressors.markdown import lines_of, verbatim_lines

_SHIFT = 0xFEE0
_WIDE = [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
_NARROW = {code: code - _SHIFT for code in _WIDE}


@dataclass(frozen=True, slots=True, kw_only=True)
class FullWidth:
    """Writes `ＡＢＣ１２３` as `ABC123`; punctuation stays, for it belongs to the script.

    The letters are the same, but they look different: this is no rendering that is equal.
    """

    name: ClassVar[str] = "full-width"
    level: ClassVar[Level] = Level.FORMAT
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.TEXT, Kind.MARKDOWN)
    summary: ClassVar[str] = "full-width letters and digits as ordinary ones"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* in ordinary letters and digits, outside code."""
        if text.translate(_NARROW) == text:
            return text
        held = verbatim_lines(text)
        return "".join(
            line if number in held or "`" in line else line.translate(_NARROW)
            for number, line in enumerate(lines_of(text))
        )

    def verify(self, before: str, after: str) -> bool:
        """Compare character by character, by what Unicode says they are compatible with."""
        return len(before) == len(after) and all(
            one == other or (unicodedata.normalize("NFKC", one) == other and other.isalnum())
            for one, other in zip(before, after, strict=True)
        )
