"""Find what stands between quotation marks in a line."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from tokencost.values import regex

Span = tuple[int, int]

# Each mark that opens, with those that close: in German two shapes are in use.
_CLOSING: Mapping[str, str] = {
    '"': '"',
    "'": "'",
    "`": "`",
    "“": "”",
    "„": "“”",
    "‘": "’",
    "«": "»",
    "‹": "›",
    "「": "」",
    "『": "』",
}
_OPENING = regex(f"[{''.join(_CLOSING)}]")


def quoted_spans(line: str) -> list[Span]:
    """Return where text is quoted, its marks included; a mark that nothing closes quotes nothing.

    Each mark is looked for once from its last place on, however many open without one that closes.
    """
    return list(_spans(line))


def _spans(line: str) -> Iterator[Span]:
    places: dict[str, int] = {}  # of each closing mark, the next one; the end of the line for none
    done = 0
    for match in _OPENING.finditer(line):
        start = match.start()
        if start < done:
            continue
        for mark in _CLOSING[match[0]]:
            if places.get(mark, -1) <= start:
                place = line.find(mark, start + 1)
                places[mark] = len(line) if place < 0 else place
        end = min(places[mark] for mark in _CLOSING[match[0]])
        if end < len(line):
            done = end + 1
            yield start, done


def is_quoted(place: int, spans: Sequence[Span]) -> bool:
    """Say whether *place* is in one of *spans*."""
    number = bisect_right(spans, place, key=itemgetter(0)) - 1
    return number >= 0 and place < spans[number][1]
