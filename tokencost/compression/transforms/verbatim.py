"""Find what stands as it was meant: quoted, in a line and over several, and lines laid out."""

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
    r'"""|\'\'\'|(?<![\w"])"(?=[^\s"]|\r?\n)|[“„«「『《]'
    r"|<<[-~]?[ ]?(?P<mark>[\"'\\]?)(?P<here>[A-Za-z_]\w*)(?P=mark)"
    r"|<(?P<tag>pre|textarea|script|style|code|xmp|samp|file\w*|source\w*|snippet|diff|patch"
    r"|std(?:out|err|in)|terminal|console|listing|example\w*)\b"
    r"|\[(?P<bracket>code|pre|noparse)\b|\{(?P<brace>code|noformat)\b"
    r"|^(?P<rule>={3,}|-{3,}|\#{3,}|\*{3,}) ?(?:file|begin|start|[\w./-]+\.\w{1,5}\b)"
    r"|^(?P<arrows><{3,}|(?P<twin>[%@^:$!&+|])(?P=twin){2,})(?=\r?$)"
    r"|^\W*(?-i:BEGIN|START)\b(?P<begun>)"
    r"|\\begin\{(?P<shown>\w*(?:erbatim|listing|minted|alltt)\w*\*?)\}",
    re.IGNORECASE | re.MULTILINE,
)


_SIGNATURE = "-- "  # of a letter, as RFC 3676 has it
_REMOVED, _ADDED = regex(r"-(?![-\s]|$)"), regex(r"\+(?![+\s]|$)")
_FAR_APART = regex(r"\S {5,}\S")


def _closing(opening: re.Match[str]) -> Sequence[str]:
    """Return the marks of which the first one that follows closes what *opening* opens."""
    parts = opening.groupdict()
    if here := parts.get("here"):
        return (f"\n{here}",)
    if tag := parts.get("tag"):
        return (f"</{tag}>",)
    if shown := parts.get("shown"):
        return (f"\\end{{{shown}}}",)
    if bracket := parts.get("bracket"):
        return (f"[/{bracket}",)
    if brace := parts.get("brace"):
        return (f"{{{brace}",)
    if parts.get("begun") is not None:
        return ("\nEND", "-END", " END")
    if mark := parts.get("rule") or parts.get("arrows"):
        return (f"\n{mark.replace('<', '>')}",)
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


def _lines_of_differences(lines: Sequence[str]) -> set[int]:
    """Return the numbers, from 0, of lines that may show what was removed and added."""
    marked = {
        number for number, line in enumerate(lines) if _REMOVED.match(line) or _ADDED.match(line)
    }
    signs = {lines[number][0] for number in marked}
    return marked if len(signs) > 1 else set()


def lines_to_keep(lines: Sequence[str]) -> set[int]:
    """Return the numbers, from 0, of *lines* with their ends of which every space may be meant.

    These show a difference, belong to a quotation of several lines, are indented, stand there with
    another end as well, are blank beside lines that are laid out, or separate a signature.
    """
    differences = _lines_of_differences(lines)
    kept = differences | quoted_over_lines(lines) | _lines_of_two_ends(lines)
    for number in [number for number, line in enumerate(lines) if _is_drawn(line)]:
        kept.update(range(max(0, number - 1), min(len(lines), number + 2)))
    kept.update(
        number
        for number, line in enumerate(lines)
        if is_indented(line) or line.rstrip("\r\n") == _SIGNATURE
    )
    run: list[int] = []
    before = -1
    for number, line in enumerate([*lines, ""]):
        if number < len(lines) and not line.strip():
            run.append(number)
            continue
        around = [place for place in (before, number) if 0 <= place < len(lines)]
        if any(place in differences or _is_laid_out(lines[place]) for place in around):
            kept.update(run)
        run, before = [], number
    return kept


def _lines_of_two_ends(lines: Sequence[str]) -> set[int]:
    """Return the numbers of lines that differ only in the space at their ends."""
    ends: dict[str, set[str]] = {}
    for line in lines:
        ends.setdefault(line.rstrip(), set()).add(line.rstrip("\r\n"))
    return {
        number for number, line in enumerate(lines) if line.strip() and len(ends[line.rstrip()]) > 1
    }


def is_indented(line: str) -> bool:
    """Whether *line* begins with white space in front of something."""
    return line[:1].isspace() and bool(line.strip())


def _is_laid_out(line: str) -> bool:
    return is_indented(line) or _FAR_APART.search(line) is not None


def _is_drawn(line: str) -> bool:
    """Whether *line* has marks alone, and more of them than a rule between paragraphs."""
    marks = set(line.split()) if not any(map(str.isalnum, line)) else set()
    return len(marks) > 1 or any(len(set(mark)) > 1 for mark in marks)
