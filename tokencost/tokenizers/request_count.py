"""Count a request: its texts, and what its provider bills beside them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tokencost.inputs import Prompt, large_of
from tokencost.inputs.prompt import check_whole
from tokencost.tokenizers import TokenCount, Tokenizer
from tokencost.tokenizers.bpe import announce
from tokencost.tokenizers.token_count import Divisible

if TYPE_CHECKING:  # texts need none of it
    from tokencost.inputs.large_text import Part
    from tokencost.inputs.workers import SharedText

T = TypeVar("T")


class TokenizerKey(NamedTuple):
    """What another process finds the same tokenizer by."""

    name: str
    reason: str


Measures = Mapping[TokenizerKey, "Mapping[str | SharedText | Prompt, TokenCount]"]
_MEASURES: ContextVar[Measures | None] = ContextVar("_MEASURES", default=None)
_TEXTS: ContextVar[dict[Any, Any] | None] = ContextVar("_TEXTS", default=None)


def count_prompt(prompt: Prompt, tokenizer: Tokenizer, *, model: str, site: str = "") -> TokenCount:
    """Count *prompt*; of a request everything that is billed for *model*.

    Args:
        prompt: a text or a request.
        tokenizer: counts the texts.
        model: the id, with or without a provider.
        site: where the model is bought, "" if nobody said: some requests are billed by the site.

    Raises:
        InputError: a request that the caller made has half a character.
    """
    if prompt.request is None:
        if large_of(prompt) is not None:
            return _measure_parts(tokenizer, prompt)  # type: ignore[arg-type] # it is a value
        return measure(tokenizer, _text_of(prompt))
    from tokencost.tokenizers.overheads.bill import count_request  # texts need none of it

    try:
        return count_request(prompt.request, tokenizer, model=model, site=site)
    except UnicodeEncodeError:
        for text in texts_of(prompt):
            check_whole(str(text), f'"{prompt.name}"')
        raise


@contextmanager
def announce_prompts(prompts: Iterable[Prompt], *, size: int = 0) -> Iterator[None]:
    """Let *prompts* be counted in the block: encodings prepare for all of them at once.

    They are *size* characters, if that is known. What many requests have in common, such as a
    system text, is counted once.
    """
    token = _TEXTS.set({})
    texts = (str(text) for prompt in prompts for text in texts_of(prompt))
    try:
        with announce(texts, size=size):
            yield
    finally:
        _TEXTS.reset(token)


def size_of(prompts: Iterable[Prompt]) -> int:
    """Return how many characters are to be counted of *prompts*; the same text is counted once."""
    distinct = {id(prompt): prompt for prompt in prompts}.values()
    texts = {text for prompt in distinct for text in texts_of(prompt)}
    large = (prompt.characters for prompt in distinct if large_of(prompt) is not None)
    return sum(map(len, texts)) + sum(large)


def remembered() -> dict[Any, Any]:
    """Return what was kept of requests since they were announced; it is there to be added to."""
    texts = _TEXTS.get()
    return {} if texts is None else texts


@contextmanager
def remember(measures: Measures) -> Iterator[None]:
    """Let what was measured be known as long as the block runs, and what is counted beside it."""
    token, texts = _MEASURES.set(measures), _TEXTS.set({})
    try:
        yield
    finally:
        _MEASURES.reset(token)
        _TEXTS.reset(texts)


def load(tokenizer: Tokenizer, *, size: int) -> None:
    """Load what counts *size* characters, so that processes that are forked have it."""
    if hasattr(tokenizer, "encoding"):
        tokenizer.encoding.prepare(size)
    # A ruler is asked which tokens there are, which the faster engine cannot say.
    for ruler in getattr(tokenizer, "rulers", ()):
        ruler.prepare(0)


def key_of(tokenizer: Tokenizer) -> TokenizerKey:
    """Return what another process finds *tokenizer* by, if it is one of ours."""
    return TokenizerKey(tokenizer.name, getattr(tokenizer, "reason", ""))


def measure(tokenizer: Tokenizer, text: "str | SharedText") -> TokenCount:
    """Count *text*, unless a worker has."""
    measures = _MEASURES.get()
    if measures and (count := measures.get(key_of(tokenizer), {}).get(text)):
        return count
    return tokenizer.measure(str(text))


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


def texts_of(prompt: Prompt) -> "Iterator[str | SharedText]":
    """Yield what will be counted of *prompt*, as far as it stands in it and is held."""
    request = prompt.request
    if request is None:
        if large_of(prompt) is None:
            yield _text_of(prompt)
        return
    for message in request.messages:
        for part in message.parts:
            yield from part.texts
    for tool in request.tools:
        yield tool.text


def _text_of(prompt: Prompt) -> "str | SharedText":
    """Return the text of a prompt where it lies."""
    shared: SharedText | None = getattr(prompt, "shared", None)
    return prompt.text if shared is None else shared
