"""Rewrite JSON with fewer characters and the same data."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from tokencost.compression.transform import ContentType, Level
from tokencost.values import dataclass, regex

STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
BOM = "\ufeff"

_MOST_WORK = 64_000_000  # characters that may be read in vain
_SPACE = regex(rf"({STRING})|[ \t\r\n]+", re.DOTALL)
_SPACE_IN_LINES = regex(rf"({STRING})|[ \t]+", re.DOTALL)
_LINE_END = regex(r"\r\n|\n|\r")
_ESCAPE = regex(
    r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\.",
    re.DOTALL,
)
# Of these an escape says more than the character, which nobody would see.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp", "Zs"})
_UNSEEN_LETTERS = regex(  # fillers, joiners, variation selectors
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)


def read_json(text: str) -> Any:
    """Return the data of JSON: numbers as `(literal,)`, objects as `("object", pairs)`.

    Two texts are equal here only if every number is written alike, and every key stands at its
    place, as often as it stood there.

    Raises:
        ValueError: *text* is not JSON; a key that stands twice in an object is an `AmbiguousError`,
            and so is NaN: programs read them in different ways.
        RecursionError: it is nested too deeply.
    """
    import json  # other texts start faster without it

    return json.loads(
        text.removeprefix(BOM),
        parse_int=_literal,
        parse_float=_literal,
        parse_constant=refuse_constant,
        object_pairs_hook=_object,
    )


def read_json_lines(text: str) -> list[Any]:
    """Return the data of each line of JSON Lines, None for an empty one."""
    return [
        read_json(line) if line.strip() else None for line in text.removeprefix(BOM).split("\n")
    ]


def _literal(source: str) -> tuple[str]:
    return (source,)


def _object(pairs: list[tuple[str, Any]]) -> tuple[str, list[tuple[str, Any]]]:
    return ("object", refuse_twins(pairs))


class AmbiguousError(ValueError):
    """What only some programs read as JSON, or each in its way."""


def refuse_constant(source: str) -> Any:
    """Raise AmbiguousError for NaN and Infinity."""
    raise AmbiguousError(source)


def refuse_twins(pairs: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Return the members of an object; of two with the same key programs keep the one or the other.

    Raises:
        AmbiguousError: there are two.
    """
    if len(dict(pairs)) < len(pairs):
        raise AmbiguousError
    return pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class _JsonTransform:
    """A transform that is proven by reading both texts."""

    kind: ContentType = ContentType.JSON
    level: ClassVar[Level] = Level.LOSSLESS
    prefix_stable: ClassVar[bool] = True

    @property
    def kinds(self) -> tuple[ContentType, ...]:
        """JSON, or JSON Lines."""
        return (self.kind,)

    def verify(self, before: str, after: str) -> bool:
        """Compare the data, literal by literal."""
        read = read_json_lines if self.kind is ContentType.JSON_LINES else read_json
        try:
            return bool(read(before) == read(after))
        except (ValueError, RecursionError):
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonCompact(_JsonTransform):
    """Removes the space between the tokens of JSON."""

    name: ClassVar[str] = "json-compact"
    summary: ClassVar[str] = "no space between the tokens of JSON"

    def compress(self, text: str) -> str:
        """Return *text* without indentation; the last line break stays."""
        text = text.removeprefix(BOM)
        if self.kind is ContentType.JSON_LINES:
            return _SPACE_IN_LINES.sub(r"\1", text)
        ending = _LINE_END.search(text, len(text.rstrip(" \t\r\n")))
        return compact(text) + (ending[0] if ending else "")


def compact(text: str) -> str:
    """Return JSON without the space between its tokens."""
    return _SPACE.sub(r"\1", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonCharacters(_JsonTransform):
    r"""Writes characters instead of their escapes: `中` instead of `\u4e2d`."""

    name: ClassVar[str] = "json-characters"
    summary: ClassVar[str] = r"characters instead of \uXXXX in JSON"

    def compress(self, text: str) -> str:
        """Return *text* with every escape written out that has a visible character."""
        return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def _unescape(match: re.Match[str]) -> str:
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
    if _UNSEEN_LETTERS.match(character):
        return match[0]
    return character


def find_values(text: str, starts: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield where JSON begins at one of *starts* and ends, as long as that is not too much work.

    What is ambiguous is passed over as a whole.
    """
    import json  # as in `read_json`

    decoder = json.JSONDecoder(object_pairs_hook=refuse_twins, parse_constant=refuse_constant)
    work = done = 0
    for start in starts:
        if start < done:
            continue
        try:
            try:
                _, done = decoder.raw_decode(text, start)
            except AmbiguousError:  # nothing in it is data, either
                _, done = json.JSONDecoder().raw_decode(text, start)
                continue
        except json.JSONDecodeError as error:  # which has counted all lines before it
            work += error.pos
            if work > _MOST_WORK:
                return
        except (RecursionError, ValueError):
            return
        else:
            yield start, done


def shorten(source: str) -> str:
    """Return JSON without the space between its tokens, and characters instead of escapes."""
    return JsonCharacters().compress(compact(source))


def is_longer(source: str) -> bool:
    """Whether *source* is JSON, and longer than it has to be."""
    try:
        return compact(source) != source and bool(read_json(source))
    except (ValueError, RecursionError):
        return False


_TOKEN = regex(rf'{STRING}|[{{}}\[\],:]|[^\s"{{}}\[\],:]+', re.DOTALL)
_FEWEST = 2
_KEYS = ["cols", "rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonColumns:
    """Writes `[{"a":1,"b":2},{"a":3,"b":4}]` as `{"cols":["a","b"],"rows":[[1,2],[3,4]]}`."""

    name: ClassVar[str] = "json-columns"
    level: ClassVar[Level] = Level.REFORMATTED
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.JSON,)
    summary: ClassVar[str] = "arrays of like objects as cols and rows"
    prefix_stable: ClassVar[bool] = False  # the keys of the last object decide about the first

    def compress(self, text: str) -> str:
        """Return *text* with its uniform arrays in columns, as it is if it has such keys itself."""
        try:
            data = read_json(text)
            if _has_columns(data) or not _has_uniform(data):
                return text
            tokens = iter(_TOKEN.findall(text.removeprefix(BOM)))
            columns = _write_value(next(tokens), tokens)
        except (ValueError, RecursionError):
            return text
        return columns + text[len(text.rstrip("\r\n")) :]

    def verify(self, before: str, after: str) -> bool:
        """Put the columns back into objects and compare the data."""
        try:
            original = read_json(before)
            return not _has_columns(original) and bool(_expand(read_json(after)) == original)
        except (ValueError, RecursionError):
            return False


def _write_value(token: str, tokens: Iterator[str]) -> str:
    """Return the value that begins with *token*, written compactly."""
    if token == "{":
        return _join("{", [f"{key}:{value}" for key, value in _read_members(tokens)], "}")
    if token == "[":
        return _write_array(tokens)
    return token


def _read_members(tokens: Iterator[str]) -> list[tuple[str, str]]:
    members = []
    for token in tokens:
        if token == "}":
            break
        if token != ",":
            next(tokens)  # the colon
            members.append((token, _write_value(next(tokens), tokens)))
    return members


def _write_array(tokens: Iterator[str]) -> str:
    values: list[str] = []
    rows: list[list[tuple[str, str]]] = []
    for token in tokens:
        if token == "]":
            break
        if token == "{":
            rows.append(_read_members(tokens))
            values.append(_join("{", [f"{key}:{value}" for key, value in rows[-1]], "}"))
        elif token != ",":
            values.append(_write_value(token, tokens))
    columns = [key for key, _ in rows[0]] if rows else []
    if len(rows) < len(values) or not _is_uniform([[key for key, _ in row] for row in rows]):
        return _join("[", values, "]")
    lines = [_join("[", [value for _, value in row], "]") for row in rows]
    return f'{{"cols":{_join("[", columns, "]")},"rows":{_join("[", lines, "]")}}}'


def _join(start: str, parts: list[str], end: str) -> str:
    return f"{start}{','.join(parts)}{end}"


def _is_uniform(rows: list[list[str]]) -> bool:
    keys = rows[0] if rows else []
    return (
        len(rows) >= _FEWEST
        and bool(keys)
        and len(set(keys)) == len(keys)
        and all(row == keys for row in rows)
    )


def _keys(value: Any) -> list[str] | None:
    return [key for key, _ in value[1]] if isinstance(value, tuple) and len(value) > 1 else None


def _inner(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [member for _, member in value[1]] if _keys(value) is not None else []


def _has_columns(value: Any) -> bool:
    return _keys(value) == _KEYS or any(map(_has_columns, _inner(value)))


def _has_uniform(value: Any) -> bool:
    if isinstance(value, list):
        rows = [keys for row in value if (keys := _keys(row)) is not None]
        if len(rows) == len(value) and _is_uniform(rows):
            return True
    return any(map(_has_uniform, _inner(value)))


def _expand(value: Any) -> Any:
    if isinstance(value, list):
        return [_expand(item) for item in value]
    if _keys(value) == _KEYS:
        (_, columns), (_, rows) = value[1]
        return [("object", list(zip(columns, map(_expand, row), strict=True))) for row in rows]
    if _keys(value) is not None:
        return ("object", [(key, _expand(member)) for key, member in value[1]])
    return value
