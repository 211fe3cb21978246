"""Python without its comments."""

import io
import re
from dataclasses import dataclass
from typing import ClassVar

from tokencost.compressors.contract import Level
from tokencost.compressors.cutting import goes_on, without
from tokencost.compressors.directives import is_directive
from tokencost.compressors.kinds import Kind

_SCRIPT_START, _SCRIPT_END = re.compile(r"#\s*/// \w+"), re.compile(r"#\s*///\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonComments:
    """Removes comments that only a reader needs; docstrings stay."""

    name: ClassVar[str] = "python-comments"
    level: ClassVar[Level] = Level.DROPS
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.PYTHON,)
    summary: ClassVar[str] = "comments of Python, not docstrings, licences and directives"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* without them, as it is if it is no Python."""
        try:
            comments = _comments(text)
        except (SyntaxError, ValueError):  # tokenize's own error is a SyntaxError from 3.12
            return text
        return without(text, comments)

    def verify(self, before: str, after: str) -> bool:
        """Compare the syntax trees, type comments included."""
        old, new = _tree(before), _tree(after)
        return old is not None and old == new


def _comments(text: str) -> list[tuple[int, int]]:
    """Return where the comments stand that may go."""
    import tokenize

    lines = io.StringIO(text, newline="").readlines()
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found: list[tuple[int, int]] = []
    is_metadata = False  # a block of settings for whatever runs the script
    try:
        for token in tokenize.generate_tokens(iter([*lines, ""]).__next__):
            if token.type != tokenize.COMMENT:
                continue
            if is_metadata or _SCRIPT_START.match(token.string):
                is_metadata = not _SCRIPT_END.match(token.string)
            elif not is_directive(token.string):
                start = starts[token.start[0] - 1] + token.start[1]
                if not goes_on(text, start):
                    found.append((start, start + len(token.string.rstrip("\r\n"))))
    except tokenize.TokenError as error:
        raise ValueError from error
    return found


def _tree(text: str) -> str | None:
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old escapes, which are none of our business
        try:
            tree = ast.parse(text, type_comments=True)
            for each in tree.type_ignores:
                each.lineno = 0  # lines move, and what is ignored in them moves with them
            return ast.dump(tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
