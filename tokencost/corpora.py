"""Many texts, and the parts of large ones, measured by workers before anybody asks for them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from tokencost.inputs import Prompt, large_of, report_progress
from tokencost.inputs.large_text import Part
from tokencost.inputs.pool import Pool, start_method
from tokencost.inputs.workers import SharedText
from tokencost.notes import Note, warning
from tokencost.tokenizers import TokenCount, Tokenizer, find_tokenizer, tokenizer_names
from tokencost.tokenizers.bpe import announce
from tokencost.tokenizers.request_count import (
    TokenizerKey,
    as_divisible,
    key_of,
    load,
    placed,
    remember,
    tally_part,
    texts_of,
)
from tokencost.values import dataclass, replace

_TASK = 1_000_000  # characters

Size = tuple[int, int, int | None]  # tokens: expected, low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """Texts to be measured with one tokenizer."""

    tokenizer: TokenizerKey
    texts: Sequence[str | SharedText]

    @property
    def size(self) -> int:
        """How many characters there are."""
        return sum(map(len, self.texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _PartOf:
    """A part of a large text to be measured with one tokenizer; `place` says which part."""

    tokenizer: TokenizerKey
    part: Part
    place: Mapping[str, bool]

    @property
    def size(self) -> int:
        """How many characters there are, or bytes, which is about the same."""
        return self.part.end - self.part.start


_Task = _Texts | _PartOf
_Result = Any  # sizes of texts in their order, or the tally of a part
_Found = dict[TokenizerKey, dict[str | SharedText | Prompt, TokenCount]]


@contextmanager
def measured(
    work: Iterable[tuple[Tokenizer, Prompt]], *, jobs: int, size: int = 0
) -> Iterator[Sequence[Note]]:
    """Measure the texts of *work* in *jobs* processes; as long as the block runs they are known.

    Together they have *size* characters. Yields notes on workers that died.
    """
    asked = list(_tasks(work))
    tasks = [task for task, _ in asked]
    if start_method() == "fork":
        _prepare(tasks, size)
    measures: _Found = {}
    tallies: dict[tuple[TokenizerKey, Prompt], Counter[str]] = {}
    done, total = 0, sum(task.size for task in tasks)
    with Pool(partial(_measure, size=size), tasks, jobs=jobs) as pool:
        for (task, prompt), result in zip(asked, pool.results(), strict=True):
            if isinstance(task, _Texts):
                measures.setdefault(task.tokenizer, {}).update(_counts(task, result))
            elif prompt is not None:
                tallies.setdefault((task.tokenizer, prompt), Counter()).update(result)
            done += task.size
            report_progress(done, total)
    for (key, prompt), tally in tallies.items():
        if divisible := as_divisible(_find(key)):
            measures.setdefault(key, {})[prompt] = divisible.total(tally)
    notes = [warning("worker_died", number=pool.deaths)] if pool.deaths else []
    with remember(measures):
        yield notes


def _counts(task: _Texts, sizes: _Result) -> Iterator[tuple[str | SharedText, TokenCount]]:
    """Yield each text with its count: in all but its size it is like that of any text."""
    like = _find(task.tokenizer).measure("")
    of_size: dict[Size, TokenCount] = {}  # many texts have the size of another
    for text, size in zip(task.texts, sizes, strict=True):
        if (count := of_size.get(size)) is None:
            expected, low, high = size
            count = of_size[size] = replace(like, expected=expected, low=low, high=high)
        yield text, count


def _find(key: TokenizerKey) -> Tokenizer:
    return find_tokenizer(key.name, assumed=key.reason)


def _tasks(work: Iterable[tuple[Tokenizer, Prompt]]) -> Iterator[tuple[_Task, Prompt | None]]:
    texts: dict[TokenizerKey, dict[str | SharedText, None]] = {}
    large: dict[tuple[TokenizerKey, Prompt], Tokenizer] = {}
    ours = frozenset(tokenizer_names())
    for tokenizer, prompt in work:
        key = key_of(tokenizer)
        if key.name in ours:
            own = texts.setdefault(key, {})
            for text in texts_of(prompt):
                own[text] = None
            if large_of(prompt) is not None:
                large[key, prompt] = tokenizer
    for key, own in texts.items():
        yield from ((batch, None) for batch in _batches(key, own))
    for (key, prompt), tokenizer in large.items():
        yield from ((part, prompt) for part in _parts(key, prompt, tokenizer))


def _batches(key: TokenizerKey, texts: Iterable[str | SharedText]) -> Iterator[_Texts]:
    batch: list[str | SharedText] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= _TASK:
            yield _Texts(tokenizer=key, texts=batch)
            batch, size = [], 0
    if batch:
        yield _Texts(tokenizer=key, texts=batch)


def _parts(key: TokenizerKey, prompt: Prompt, tokenizer: Tokenizer) -> Iterator[_PartOf]:
    """Yield the parts of a large text, none if workers cannot read them by themselves."""
    large, divisible = large_of(prompt), as_divisible(tokenizer)
    if large is None or divisible is None or not large.is_divisible:
        return
    if large.is_file or start_method() == "fork":
        for part, place in placed(large.parts(divisible.breaks)):
            yield _PartOf(tokenizer=key, part=part, place=place)


def _prepare(tasks: Iterable[_Task], size: int) -> None:
    """Load here what many tasks need, so that every worker has it without loading it again."""
    by_tokenizer = Counter(task.tokenizer for task in tasks)
    for key, number in by_tokenizer.items():
        if number > 1:
            load(_find(key), size=size)


def _measure(task: _Task, *, size: int) -> _Result:
    """Return what a task asks for; a worker does this. All tasks are *size* characters."""
    tokenizer = _find(task.tokenizer)
    if isinstance(task, _PartOf):
        divisible = as_divisible(tokenizer)
        assert divisible is not None
        with announce((), size=size):
            return tally_part(divisible, task.part, **task.place)
    texts = [*map(str, task.texts)]
    with announce(texts, size=size):
        counts = map(tokenizer.measure, texts)
        return [(count.expected, count.low, count.high) for count in counts]
