"""JSON as source text: rewritten token by token, so that literals stay as they were written."""

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, ClassVar

from tokencost.compressors.contract import Level
from tokencost.compressors.kinds import Kind

STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
BOM = "\ufeff"

_SPACE = re.compile(rf"({STRING})|[ \t\r\n]+", re.DOTALL)
_SPACE_IN_LINES = re.compile(rf"({STRING})|[ \t]+", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\n|\r")
_ESCAPE = re.compile(
    r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\.",
    re.DOTALL,
)
# Of these an escape says more than the character, which nobody would see.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp", "Zs"})


def data_of(text: str) -> Any:
    """Return what JSON says: numbers as `(literal,)`, objects as `("object", pairs)`.

    Two texts are equal here only if every number is written alike, and every key stands at its
    place, as often as it stood there.

    Raises:
        ValueError: *text* is no JSON.
        RecursionError: it is nested too deeply.
    """
    return json.loads(
        text.removeprefix(BOM),
        parse_int=_literal,
        parse_float=_literal,
        parse_constant=_literal,
        object_pairs_hook=_object,
    )


def lines_of(text: str) -> list[Any]:
    """Return what each line of JSON Lines says, None for an empty one."""
    return [data_of(line) if line.strip() else None for line in text.removeprefix(BOM).split("\n")]


def _literal(source: str) -> tuple[str]:
    return (source,)


def _object(pairs: list[tuple[str, Any]]) -> tuple[str, list[tuple[str, Any]]]:
    return ("object", pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnData:
    """What is proven by reading both texts."""

    kind: Kind = Kind.JSON
    level: ClassVar[Level] = Level.SAME
    prefix_stable: ClassVar[bool] = True

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """JSON, or JSON Lines."""
        return (self.kind,)

    def verify(self, before: str, after: str) -> bool:
        """Compare the data, literal by literal."""
        read = lines_of if self.kind is Kind.JSON_LINES else data_of
        try:
            return bool(read(before) == read(after))
        except (ValueError, RecursionError):
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonCompact(_OnData):
    """Removes the space between the tokens of JSON."""

    name: ClassVar[str] = "json-compact"
    summary: ClassVar[str] = "no space between the tokens of JSON"

    def compress(self, text: str) -> str:
        """Return *text* without indentation; the last line break stays."""
        text = text.removeprefix(BOM)
        if self.kind is Kind.JSON_LINES:
            return _SPACE_IN_LINES.sub(r"\1", text)
        ending = _LINE_END.search(text, len(text.rstrip(" \t\r\n")))
        return _SPACE.sub(r"\1", text) + (ending[0] if ending else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonCharacters(_OnData):
    r"""Writes characters instead of their escapes: `中` instead of `\u4e2d`."""

    name: ClassVar[str] = "json-characters"
    summary: ClassVar[str] = r"characters instead of \uXXXX in JSON"

    def compress(self, text: str) -> str:
        """Return *text* with every escape written out that has a visible character."""
        return _ESCAPE.sub(_written_out, text) if "\\" in text else text


def _written_out(match: re.Match[str]) -> str:
    high, low, single = match.groups()
    if high:
        code = 0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00
    elif single:
        code = int(single, 16)
    else:
        return "/" if match[0] == r"\/" else match[0]
    character = chr(code)
    if character in '"\\' or unicodedata.category(character) in _UNSEEN:
        return match[0]
    return character
