"""TOML text as plain values, with numbers as they are written."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tokencost.errors import PriceTableError

# What may hold a bracket or a number sign that means nothing: texts, and comments themselves.
_QUIET = re.compile(
    r'''"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|(?P<comment>\#[^\n]*)''',
    re.DOTALL,
)


def parse_toml(data: bytes, *, name: str) -> tuple[str, dict[str, Any]]:
    """Return the text of *data* and its values; *name* is for errors.

    Raises:
        PriceTableError: it is not UTF-8 or not TOML.
    """
    import tomllib

    try:
        text = data.decode("utf-8-sig")  # some editors begin a file with a mark
        return text, tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise PriceTableError(
            f"{name}: not UTF-8 at byte {error.start}", hint="save the file as UTF-8"
        ) from error
    # Besides its own errors the parser lets those of too large numbers and too deep nesting pass.
    except (ValueError, RecursionError) as error:
        raise PriceTableError(
            f"{name}: not valid TOML: {error}", hint="mend the line that is named"
        ) from error


def has_comments(text: str) -> bool:
    """Say whether TOML *text* has comments, at the end of a line or on one of their own."""
    return any(match["comment"] for match in _QUIET.finditer(text))


def lines_inside_texts(text: str) -> Iterator[int]:
    """Return the numbers, from 0, of lines of *text* that begin inside a text of several lines."""
    for match in _QUIET.finditer(text):
        first = text.count("\n", 0, match.start()) + 1
        yield from range(first, first + match[0].count("\n"))
