"""Check the regular expressions by which a price file says how names are written."""

import re
from collections.abc import Mapping

from tokencost.pricing.parse.entry import Entry

# Keys of a provider that hold some. A name is compared with all of them, and one such as "(a+)+b"
# keeps a long name busy for ever: a table that came with a folder of others may not have any.
_KEYS = ("path", "patterns", "respelled")
ENDINGS = "ignored_endings"


def reject_expressions(entry: Entry, *keys: str) -> None:
    """Name every rule for names that *entry* has: nobody asked for its table on a command line."""
    for key in keys or _KEYS:
        if entry.has(key):
            entry.reject(
                f"{key} is not taken from a table that a configuration names",
                key=key,
                hint="leave it out, or name the table with --prices",
            )


def check_expressions(
    entry: Entry, *, path: str, patterns: tuple[str, ...], respelled: Mapping[str, str]
) -> None:
    """Name what cannot be compiled, and what would find no model or could not be put in place."""
    if path:
        _check(entry, path, "path")
    for pattern in patterns:
        compiled = _check(entry, pattern, "patterns")
        if compiled and "model" not in compiled.groupindex:
            entry.reject(f"{pattern!r} has no group (?P<model>...)", key="patterns")
    for expression, by in respelled.items():
        compiled = _check(entry, expression, "respelled")
        try:
            _ = compiled and compiled.sub(by, "")
        except (re.error, IndexError) as error:
            entry.reject(
                f"{by!r} cannot stand in place of {expression!r}: {error}", key="respelled"
            )


def check_endings(entry: Entry, endings: tuple[str, ...]) -> None:
    """Name endings that cannot be compiled."""
    for ending in endings:
        _check(entry, ending, ENDINGS)


def _check(entry: Entry, expression: str, key: str) -> re.Pattern[str] | None:
    try:
        return re.compile(expression)
    except (re.error, RecursionError, OverflowError) as error:
        entry.reject(f"{expression!r} is not a regular expression: {error}", key=key)
        return None
