"""The tokens of a big text, part by part.

A text is cut where its pattern allows it (`cuts.py`). What cannot be cut so, such as ten million
letters in a row, is encoded in windows. A sequence of tokens is the encoding of its bytes exactly
when each token and the next together encode to themselves, so windows are joined where that is the
case: what comes out are the tokens of the whole.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from tokencost.tokenizers.cuts import Run
from tokencost.values import dataclass

_BLOCK = 1 << 18  # characters; a big text needs no big list of tokens
_LOOK = 4096  # characters that may be without a break
_WINDOW = 2048
_REMEMBERED = 64  # windows: of one character repeated all are the same
_DROPPED = 8  # tokens at the end of a window, which what follows may change
_TRIES = 32
_MARGIN = 4  # characters: a cut is not as near as that to the ends of its run and window
_PART = 8  # tokens of which one character may consist, and more

Encode = Callable[[str], list[int]]


def blocks(text: str, breaks: re.Pattern[str], *, size: int) -> Iterator[str]:
    """Yield *text* in parts of about *size* characters, cut at *breaks*."""
    start = 0
    while len(text) - start > size and (place := _break_after(text, start + size, breaks)):
        yield text[start:place]
        start = place
    yield text[start:]


def _break_after(text: str, place: int, breaks: re.Pattern[str]) -> int | None:
    """Return the first break at or behind *place*, None if there is none."""
    from tokencost.inputs.large_text import is_unbroken  # texts that are held need none of it

    while place < len(text) and is_unbroken(text[place - 1 : place + _LOOK]):
        place += _LOOK
    match = breaks.search(text, place)
    return match.start() if match else None


class JoinError(Exception):
    """Windows of this size cannot be joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A part of the text with its tokens; in a run its last tokens are not sure yet."""

    start: int
    end: int
    run: Run | None
    tokens: Sequence[int]


class Windows:
    """The parts of one text."""

    def __init__(
        self,
        text: str,
        *,
        runs: Sequence[Run],
        breaks: re.Pattern[str],
        encode: Encode,
        token: Callable[[int], bytes],
        window: int = _WINDOW,
    ) -> None:
        """Take a *text* with its *runs*, and *breaks* where it may be cut in any case."""
        self._text = text
        self._runs = [run for run in runs if run.end - run.start > 2 * (window + _MARGIN)]
        self._breaks = breaks
        self._encode = encode
        self._encode_again = lru_cache(_REMEMBERED)(encode)
        self._token = token
        self._window = window

    def parts(self) -> Iterator[Sequence[int]]:
        """Yield the tokens of the text in parts of bounded size.

        Raises:
            JoinError: a window cannot be joined to the next one.
        """
        if not self._text:
            return
        span = self._span(0)
        while True:
            if span.run is None:
                yield span.tokens
                if span.end == len(self._text):
                    return
                span = self._span(span.end)
            else:
                number, following = self._join(span, span.run)
                yield span.tokens[:number]
                span = following

    def _span(self, start: int) -> _Span:
        """Return the part that begins at *start*: to the next break, or into the next run."""
        text, window = self._text, self._window
        while self._runs and self._runs[0].end - _MARGIN - window <= start:
            self._runs.pop(0)
        run = self._runs[0] if self._runs else None
        end = len(text) if run is None else max(run.start, start) + window
        if start + _BLOCK < end and (match := self._breaks.search(text, start + _BLOCK, end)):
            run, end = None, match.start()
        if run is None:
            return _Span(start=start, end=end, run=None, tokens=self._encode(text[start:end]))
        encode = self._encode_again if start >= run.start else self._encode
        tokens = encode(text[start:end] + run.closing)
        return _Span(start=start, end=end, run=run, tokens=tokens)

    def _join(self, span: _Span, run: Run) -> tuple[int, _Span]:
        """Return how many tokens of *span* are sure, and the span that goes on after them."""
        tokens = span.tokens
        first = max(run.start, span.start) + _MARGIN
        most = len(tokens) - _DROPPED
        for number in range(most, max(0, most - _TRIES), -1):
            left = self._written(tokens[max(0, number - _PART) : number], from_end=True)
            rest = self._whole(tokens[number:])
            if left is None or rest is None:
                continue
            place = span.end + len(run.closing) - len(rest)
            if place > span.end - _MARGIN:
                continue
            if place - len(left[0]) < first:
                break
            following = self._span(place)
            right = self._written(following.tokens[:_PART], from_end=False)
            if right and self._encode_again(left[0] + right[0]) == [*left[1], *right[1]]:
                return number, following
        raise JoinError

    def _written(
        self, tokens: Sequence[int], *, from_end: bool
    ) -> tuple[str, Sequence[int]] | None:
        """Return the fewest tokens at one end that are whole characters, and their text."""
        for number in range(1, len(tokens) + 1):
            few = tokens[-number:] if from_end else tokens[:number]
            if (text := self._whole(few)) is not None:
                return text, few
        return None

    def _whole(self, tokens: Sequence[int]) -> str | None:
        try:
            return b"".join(map(self._token, tokens)).decode()
        except UnicodeDecodeError:
            return None
