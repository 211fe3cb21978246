"""Places where a text may be cut without changing a single token.

The patterns here agree on two things: no piece goes on over a space that follows a character
outside White_Space, and none looks behind. So such a space always starts a piece, and what
stands before it ends one. The exception is Gemma's "> </", which has a pattern of its own.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

# Unicode White_Space, which is what \s means to tiktoken; Python's \s adds U+001C to U+001F.
_INLINE = "\t\v\f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
SPACE = re.compile(f"(?<=[^\r\n{_INLINE}]) ")
SPACE_NOT_IN_TAGS = re.compile(f"(?<=[^\r\n{_INLINE}>]) |(?<=>) (?!</)")
_BLOCK = 1 << 18
_LONG_RUN = 100_000
_RUN = re.compile(f"[{_INLINE}]{{{_LONG_RUN},}}")


def segments(text: str, cut: re.Pattern[str]) -> set[str]:
    """Return the distinct parts of *text*, cut before every *cut*."""
    places = [0, *(match.start() for match in cut.finditer(text)), len(text)]
    return {text[start:end] for start, end in pairwise(places)}


def blocks(text: str, cut: re.Pattern[str]) -> Iterator[str]:
    """Yield *text* in parts of bounded size, so that a big text needs no big list of tokens."""
    start = 0
    while len(text) - start > _BLOCK and (match := cut.search(text, start + _BLOCK)):
        yield text[start : match.start()]
        start = match.start()
    yield text[start:]


def long_runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of white-space runs that tiktoken's regex engine may not survive.

    It keeps a way back for every character of a run, and gives up at about a million of them.
    Runs that a line break follows are matched without a way back and are left out.
    """
    for match in _RUN.finditer(text):
        if text[match.end() : match.end() + 1] not in ("\r", "\n"):
            yield match.span()
