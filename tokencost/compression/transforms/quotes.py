"""Find what stands between quotation marks, in a line and over several."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter

from tokencost.values import regex

Span = tuple[int, int]

# Each mark that opens, with those that close: languages turn the same shapes either way.
_CLOSING: Mapping[str, Sequence[str]] = {
    '"': '"',
    "'": "'",
    "`": "`",
    "``": ("``", "''"),
    "“": "”",
    "„": "“”",
    "”": "”",
    "‘": "’",
    "‚": "‘’",
    "’": "’",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "【": "】",
    "〝": "〞〟",
    "＂": "＂",
    "＇": "＇",
    "❝": "❞",
    "❛": "❜",
    "״": "״",
    "｢": "｣",
    '"""': ('"""',),
    "'''": ("'''",),
}
# What closes in one language opens in another, in front of a word; in French a space is between.
_OPENING = regex(r"`+|[\"'“„‘‚«‹「『《〈【〝＂＇❝❛״｢]|(?<![^\s(\[{])[”’»›](?=\S)")
# Over the end of a line an apostrophe and the sign of an inch open nothing; but here documents,
# elements of HTML and environments of LaTeX do that show their source as it is.
_OPENING_ACROSS = regex(
    r'"""|\'\'\'|(?<![\w"])"(?=[^\s"])|[“„«「『《]'
    r"|<<[-~]?[ ]?(?P<mark>[\"'\\]?)(?P<here>[A-Za-z_]\w*)(?P=mark)"
    r"|<(?P<tag>pre|textarea|script|style|code|xmp|samp)\b"
    r"|\\begin\{(?P<shown>\w*(?:erbatim|listing|minted|alltt)\w*\*?)\}",
    re.IGNORECASE,
)


def _closing(opening: re.Match[str]) -> Sequence[str]:
    """Return the marks of which the first one that follows closes what *opening* opens."""
    parts = opening.groupdict()
    if here := parts.get("here"):
        return (f"\n{here}",)
    if tag := parts.get("tag"):
        return (f"</{tag}>",)
    if shown := parts.get("shown"):
        return (f"\\end{{{shown}}}",)
    return _CLOSING.get(opening[0], (opening[0],))


def quoted_spans(line: str) -> list[Span]:
    """Return where text is quoted, its marks included; a mark that nothing closes quotes nothing.

    Each mark is looked for once from its last place on, however many open without one that closes.
    """
    return list(_spans(line, _OPENING))


def quoted_over_lines(lines: Sequence[str]) -> set[int]:
    """Return the numbers, from 0, of *lines* with their ends in which a longer quotation stands."""
    text = "".join(lines)
    starts = [0, *accumulate(map(len, lines))]
    numbers: set[int] = set()
    for start, end in _spans(text, _OPENING_ACROSS):
        first, last = (bisect_right(starts, place) - 1 for place in (start, end - 1))
        if last > first:
            numbers.update(range(first, last + 1))
    return numbers


def _spans(line: str, opening: re.Pattern[str]) -> Iterator[Span]:
    places: dict[str, int] = {}  # of each closing mark, the next one; the end of the line for none
    done = 0
    for match in opening.finditer(line):
        start = match.start()
        if start < done:
            continue
        marks = _closing(match)
        for mark in marks:
            if places.get(mark, -1) < match.end():
                place = line.find(mark, match.end())
                places[mark] = len(line) if place < 0 else place
        end, mark = min((places[mark], mark) for mark in marks)
        if end < len(line):
            done = end + len(mark)
            yield start, done


def is_quoted(place: int, spans: Sequence[Span]) -> bool:
    """Say whether *place* is in one of *spans*."""
    number = bisect_right(spans, place, key=itemgetter(0)) - 1
    return number >= 0 and place < spans[number][1]
