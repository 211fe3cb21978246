"""Count a request: its texts, and what its provider bills beside them."""

import math
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tokencost.errors import UsageError
from tokencost.inputs import Prompt, large_of
from tokencost.tokenizers import Method, TokenCount, Tokenizer
from tokencost.tokenizers.bpe import announce
from tokencost.tokenizers.token_count import Divisible
from tokencost.values import replace

if TYPE_CHECKING:  # texts need none of it
    from tokencost.inputs.large_text import Part
    from tokencost.inputs.request import Request
    from tokencost.tokenizers.overheads.rule import MessageFormat

_NOT_DOCUMENTED = "the contents are exact; what frames them is not documented as billed"
_FLOAT = 1e-6  # what floats make of a whole number
_COUNTED = (Method.EXACT, Method.ASSUMED)


T = TypeVar("T")


class TokenizerKey(NamedTuple):
    """What another process finds the same tokenizer by."""

    name: str
    reason: str


Measures = Mapping[TokenizerKey, Mapping[str | Prompt, TokenCount]]
_MEASURES: ContextVar[Measures | None] = ContextVar("_MEASURES", default=None)
_JOBS: ContextVar[int] = ContextVar("_JOBS", default=1)
_LEAST_SLACK = 4  # tokens; what a reconstruction may be off in a text of any length


def count_prompt(prompt: Prompt, tokenizer: Tokenizer, *, model: str, site: str = "") -> TokenCount:
    """Count *prompt*; of a request everything that is billed for *model*.

    Args:
        prompt: a text or a request.
        tokenizer: counts the texts.
        model: the id, with or without a provider.
        site: where the model is bought, "" if nobody said: some requests are billed by the site.
    """
    if prompt.request is None:
        if large_of(prompt) is not None:
            return _measure_parts(tokenizer, prompt)  # type: ignore[arg-type] # it is a value
        return _measure(tokenizer, prompt.text)
    from tokencost.tokenizers.overheads import billing_site, find_message_formats

    request = prompt.request
    site = billing_site(site, request)
    formats = find_message_formats(model, tokenizer.name, site=site, form=request.format)
    texts = _Texts(tokenizer, proven=all(format_.billed_vocabulary for format_ in formats))
    likeliest, *others = [_count(request, texts, format_) for format_ in formats]
    if not others:
        return likeliest
    return replace(
        likeliest,
        low=min(likeliest.low, *(count.low for count in others)),
        high=max(_most(likeliest), *map(_most, others)),
    )


def announce_prompts(prompts: Iterable[Prompt], *, size: int = 0) -> AbstractContextManager[None]:
    """Return a block in which *prompts* are counted: encodings prepare for all of them at once.

    They are *size* characters, if that is known.
    """
    return announce((text for prompt in prompts for text in texts_of(prompt)), size=size)


def size_of(prompts: Iterable[Prompt]) -> int:
    """Return how many characters are to be counted of *prompts*; the same text is counted once."""
    distinct = {id(prompt): prompt for prompt in prompts}.values()
    texts = {text for prompt in distinct for text in texts_of(prompt)}
    large = (prompt.characters for prompt in distinct if large_of(prompt) is not None)
    return sum(map(len, texts)) + sum(large)


@contextmanager
def workers(jobs: int | None = None) -> Iterator[None]:
    """Let big inputs be counted in *jobs* processes, as long as the block runs.

    It changes how long counting takes and never what it returns. Where processes are not forked a
    script that uses it needs `if __name__ == "__main__":`, as `multiprocessing` says.

    Args:
        jobs: how many; by default one for each core.

    Raises:
        UsageError: *jobs* is not a number from 1.

    Examples:
        >>> with tokencost.workers(2):
        ...     tokencost.count("hello world")
        <CountReport: 1 prompt, 2 tokens>
    """
    if jobs is not None and jobs < 1:
        raise UsageError(f"jobs is {jobs}, not a number from 1", hint="give 2, or 1 for none")
    token = _JOBS.set(jobs or _cores())
    try:
        yield
    finally:
        _JOBS.reset(token)


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def number_of_workers() -> int:
    """Return in how many processes big inputs are counted."""
    return _JOBS.get()


@contextmanager
def remember(measures: Measures) -> Iterator[None]:
    """Let what was measured be known as long as the block runs."""
    token = _MEASURES.set(measures)
    try:
        yield
    finally:
        _MEASURES.reset(token)


def key_of(tokenizer: Tokenizer) -> TokenizerKey:
    """Return what another process finds *tokenizer* by, if it is one of ours."""
    return TokenizerKey(tokenizer.name, getattr(tokenizer, "reason", ""))


def _measure(tokenizer: Tokenizer, text: str) -> TokenCount:
    """Count *text*, unless a worker has."""
    measures = _MEASURES.get()
    if measures and (count := measures.get(key_of(tokenizer), {}).get(text)):
        return count
    return tokenizer.measure(text)


@lru_cache(16)  # models that share a vocabulary ask one after the other
def _measure_parts(tokenizer: Tokenizer, prompt: Prompt) -> TokenCount:
    """Count a large text part by part, unless workers have."""
    measures = _MEASURES.get()
    if measures and (count := measures.get(key_of(tokenizer), {}).get(prompt)):
        return count
    large, divisible = large_of(prompt), as_divisible(tokenizer)
    if large is None or divisible is None:
        return tokenizer.measure(prompt.text)
    tally: Counter[str] = Counter()
    with announce((), size=prompt.characters):
        for part, place in placed(large.parts(divisible.breaks)):
            tally.update(tally_part(divisible, part, **place))
    return divisible.total(tally)


def tally_part(
    divisible: Divisible, part: "Part", *, is_first: bool, is_last: bool
) -> Counter[str]:
    """Count what a part of a large text has, piece by piece."""
    tally: Counter[str] = Counter()
    for piece, place in placed(part.pieces(divisible.breaks)):
        starts, ends = is_first and place["is_first"], is_last and place["is_last"]
        tally.update(divisible.tally(piece.text, is_first=starts, is_last=ends))
    return tally


def as_divisible(tokenizer: Any) -> Divisible | None:
    """Return *tokenizer* if it can count a text part by part; one of a plug-in may not."""
    return tokenizer if hasattr(tokenizer, "tally") else None


def placed(parts: Iterable[T]) -> Iterator[tuple[T, dict[str, bool]]]:
    """Yield each part, and whether it is the first and the last one."""
    is_first, waiting = True, list[T]()
    for part in parts:
        for before in waiting:
            yield before, {"is_first": is_first, "is_last": False}
            is_first = False
        waiting = [part]
    for last in waiting:
        yield last, {"is_first": is_first, "is_last": True}


def texts_of(prompt: Prompt) -> Iterator[str]:
    """Yield what will be counted of *prompt*, as far as it stands in it and is held."""
    request = prompt.request
    if large_of(prompt) is not None:
        return
    if request is None:
        yield prompt.text
        return
    for message in request.messages:
        yield from message.texts
    for tool in request.tools:
        yield tool.text


def _most(count: TokenCount) -> int:
    return count.expected if count.high is None else count.high


class _Texts:
    """Counts of texts, each counted once; *proven* if bills show what was assumed of them."""

    def __init__(self, tokenizer: Tokenizer, *, proven: bool) -> None:
        self._tokenizer = tokenizer
        self._proven = proven
        self._counts: dict[str, TokenCount] = {}

    def count(self, text: str) -> TokenCount:
        if (count := self._counts.get(text)) is None:
            count = _measure(self._tokenizer, text)
            if count.low != count.high and self._is_sure(count):
                count = replace(count, low=count.expected, high=count.expected)
            self._counts[text] = count
        return count

    def _is_sure(self, count: TokenCount) -> bool:
        """Whether the slack of the message format has room for what a text may be off.

        The few tokens that any reconstructed text may be off would add up, over the many short
        texts of a request, to more than recorded bills have ever shown. Of a vocabulary that is
        assumed bills may show that it is the right one.
        """
        if count.method is Method.RECONSTRUCTED:
            return count.expected - count.low <= _LEAST_SLACK
        return self._proven and count.method is Method.ASSUMED


def _count(request: "Request", texts: _Texts, format_: "MessageFormat") -> TokenCount:
    from tokencost.inputs.request import UncountedPart  # texts need none of it

    counts: list[TokenCount] = []
    added = overhead = possible = 0
    slack = 0.0
    hidden: list[UncountedPart] = []
    stands_for: dict[str, int] = {}
    for charge in format_.charges(request):
        text, more, off, share, is_overhead, unread, place, unseen, is_possible = charge
        tokens = more
        if is_possible:
            possible += _most(texts.count(text))
            continue
        if text:
            counts.append(count := texts.count(text))
            tokens += count.expected
        added += more
        slack += off + abs(tokens) * share
        overhead += tokens if is_overhead else 0
        if unseen:
            stands_for[unseen] = stands_for.get(unseen, 0) + tokens
        if unread:
            hidden.append(UncountedPart(part=unread, place=place))
    contents = counts[0] if len(counts) == 1 else TokenCount.sum(counts or [texts.count("")])
    expected = max(0, contents.expected + added)
    off = _whole(format_.widen(slack, total=expected), contents.method)
    is_exact = contents.method is Method.EXACT and not hidden and format_.is_exact(request)
    is_exact = is_exact and not request.uncounted and not possible
    return TokenCount(
        tokenizer=contents.tokenizer,
        expected=expected,
        low=min(expected, max(0, contents.low + added - off)),
        high=max(expected, _most(contents) + added + off) + possible,
        method=_method(contents.method, is_exact=is_exact),
        basis=contents.basis or ("" if is_exact else _NOT_DOCUMENTED),
        overhead=overhead,
        overhead_basis=format_.basis
        + "".join(f"; {part} taken as about {tokens:,}" for part, tokens in stands_for.items()),
        uncounted=(*request.uncounted, *hidden),
    )


def _whole(slack: float, method: Method) -> int:
    """Return *slack* in whole tokens: a bill differs from what a vocabulary counts by no less.

    What is itself estimated or reconstructed has no such borders.
    """
    return math.floor(slack + _FLOAT) if method in _COUNTED else math.ceil(slack - _FLOAT)


def _method(method: Method, *, is_exact: bool) -> Method:
    return Method.ASSUMED if method is Method.EXACT and not is_exact else method
