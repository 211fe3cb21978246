"""Taking pieces out of source code, together with the lines that hold nothing else."""

from collections.abc import Iterable


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return *text* without *spans*, each of which ends where its line ends.

    The space in front of a piece goes with it, and so does a line of which nothing is left.
    """
    kept: list[str] = []
    done = 0
    for start, end in spans:
        line = line_start(text, start)
        if text[line:start].isspace() or line == start:
            kept.append(text[done:line])
            done = _next_line(text, end)
        else:
            kept.append(text[done:start].rstrip(" \t"))
            done = end
    return "".join(kept) + text[done:]


def line_start(text: str, place: int) -> int:
    """Return where the line of *place* begins."""
    after_newline = text.rfind("\n", 0, place) + 1
    return max(after_newline, text.rfind("\r", after_newline, place) + 1)


def ends_line(text: str, end: int) -> int | None:
    """Return where the line ends if nothing but space follows *end*, else None."""
    while end < len(text) and text[end] in " \t":
        end += 1
    return end if end == len(text) or text[end] in "\r\n" else None


def goes_on(text: str, start: int) -> bool:
    """Whether the line before that of *start* ends with a backslash, and goes on in it."""
    line = line_start(text, start)
    return text[max(0, line - 3) : line].rstrip("\r\n").endswith("\\")


def _next_line(text: str, end: int) -> int:
    if text.startswith("\r\n", end):
        return end + 2
    return end + 1 if end < len(text) else end
