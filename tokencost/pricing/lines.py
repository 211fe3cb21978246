"""The line of a TOML text where an entry stands; tomllib does not say."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from tokencost.pricing.toml import lines_inside_texts

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
