"""Parse TOML text, and find the line where an entry stands."""

import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Any

from tokencost.errors import TokencostError

# What may hold a bracket or a number sign that means nothing: texts, and comments themselves.
_QUIET = re.compile(
    r'''"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|(?P<comment>\#[^\n]*)''',
    re.DOTALL,
)
_TOO_LONG = re.compile(rb"\b0[xob][0-9A-Fa-f_]{3000}")
_MOST_DOTS = 1_000  # of a line; the parser takes quadratic time for the parts of a key
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


def parse_toml(
    data: bytes, *, name: str, error_type: type[TokencostError]
) -> tuple[str, dict[str, Any]]:
    """Return the text of *data* and its values; *name* is for errors, which are of *error_type*.

    Raises:
        TokencostError: it is not UTF-8 or not TOML.
    """
    import tomllib

    if _TOO_LONG.search(data):  # nothing can print such a number
        what = "a number has more than 3,000 digits"
        raise error_type(f"{name}: not valid TOML: {what}", hint="write a shorter one")
    rows = data.split(b"\n") if data.count(b".") > _MOST_DOTS else []
    for number, row in enumerate(rows, 1):
        if row.count(b".") > _MOST_DOTS:
            what = f"a line has more than {_MOST_DOTS:,} dots"
            raise error_type(f"{name}:{number}: not valid TOML: {what}", hint="write shorter keys")
    try:
        text = data.decode("utf-8-sig")  # some editors begin a file with a mark
        return text, tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise error_type(
            f"{name}: not UTF-8 at byte {error.start}", hint="save the file as UTF-8"
        ) from error
    except RecursionError as error:
        raise error_type(
            f"{name}: not valid TOML: it is nested too deeply", hint="write it flatter"
        ) from error
    except ValueError as error:  # its own errors, and what it lets pass of too large numbers
        what, line = _line_apart(str(error))
        place = f"{name}:{line}" if line else name
        raise error_type(
            f"{place}: not valid TOML: {what}", hint="mend the line that is named"
        ) from error


def _line_apart(message: str) -> tuple[str, str]:
    """Return what a parser says, and the line of "(at line 3, column 5)" at its end."""
    match = _AT_LINE.search(message)
    return (message[: match.start()], match[1]) if match else (message, "")


def has_comments(text: str) -> bool:
    """Say whether TOML *text* has comments, at the end of a line or on one of their own."""
    return any(match["comment"] for match in _QUIET.finditer(text))


def lines_inside_texts(text: str) -> Iterator[int]:
    """Return the numbers, from 0, of lines of *text* that begin inside a text of several lines."""
    line = place = 0
    for match in _QUIET.finditer(text):
        line += text.count("\n", place, match.start())
        place = match.start()
        yield from range(line + 1, line + 1 + match[0].count("\n"))


Path = tuple[str | int, ...]


class Lines:
    """Finds lines by path: ("model", 2, "price", 0) is the first row of the third model."""

    def __init__(self, text: str) -> None:
        """Note where every table of *text* begins."""
        self._lines = text.split("\n")
        self._starts: dict[Path, int] = {}
        tables = list(_headers(self._lines, frozenset(lines_inside_texts(text))))
        starts = [start for start, _ in tables]
        self._ends = dict(zip([-1, *starts], [*starts, len(self._lines)], strict=True))
        counts: dict[Path, int] = {}
        for start, names in tables:
            self._starts.setdefault(_located(names, counts), start)

    def find(self, path: Sequence[str | int], key: str = "") -> int | None:
        """Return the number of the line, from 1, of *key* in the table at *path*.

        If either is written inside another line it is that line; None if nothing is found.
        """
        for length in range(len(path), -1, -1):
            start = self._starts.get(tuple(path[:length]), None if length else -1)
            if start is not None:
                return self._key(start, str(path[length]) if length < len(path) else key)
        return None

    def _key(self, start: int, key: str) -> int | None:
        if key:
            written = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[.=]""")
            for number in range(start + 1, self._ends[start]):
                if written.match(self._lines[number]):
                    return number + 1
        return start + 1 if start >= 0 else None


def _headers(
    lines: Sequence[str], inside_texts: Collection[int]
) -> Iterator[tuple[int, list[tuple[str, bool]]]]:
    """Return each line that opens a table, with its names; True marks one of an array."""
    import tomllib

    for number, line in enumerate(lines):
        if number not in inside_texts and line.lstrip().startswith("["):
            try:
                parsed: Any = tomllib.loads(line)
            except tomllib.TOMLDecodeError:
                continue  # a line of an array, not a header
            names = []
            while parsed:
                ((name, parsed),) = parsed.items()
                names.append((name, isinstance(parsed, list)))
                parsed = parsed[0] if isinstance(parsed, list) else parsed
            yield number, names


def _located(names: Sequence[tuple[str, bool]], counts: dict[Path, int]) -> Path:
    path: Path = ()
    for place, (name, is_array) in enumerate(names):
        path = (*path, name)
        if is_array and place == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
