"""Many texts measured by workers before anybody asks for them one by one."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from tokencost.corpora.pool import Pool
from tokencost.inputs import Prompt, report_progress
from tokencost.notes import Note, warning
from tokencost.tokenizers import TokenCount, Tokenizer, find_tokenizer, tokenizer_names
from tokencost.tokenizers.bpe import announce
from tokencost.tokenizers.request_count import TokenizerKey, key_of, remember, texts_of
from tokencost.values import dataclass, replace

_TASK = 1_000_000  # characters

Size = tuple[int, int, int | None]  # tokens: expected, low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """Texts for one tokenizer."""

    tokenizer: TokenizerKey
    texts: Sequence[str]


@contextmanager
def measured(work: Iterable[tuple[Tokenizer, Prompt]], *, jobs: int) -> Iterator[Sequence[Note]]:
    """Measure the texts of *work* in *jobs* processes; as long as the block runs they are known.

    Yields notes on workers that died.
    """
    tasks = list(_tasks(work))
    measures: dict[TokenizerKey, dict[str, TokenCount]] = {}
    done, total = 0, sum(len(text) for task in tasks for text in task.texts)
    with Pool(_measure, tasks, jobs=jobs) as pool:
        for task, sizes in zip(tasks, pool.results(), strict=True):
            counts = zip(task.texts, _counts(task.tokenizer, sizes), strict=True)
            measures.setdefault(task.tokenizer, {}).update(counts)
            done += sum(map(len, task.texts))
            report_progress(done, total)
    notes = [warning("worker_died", number=pool.deaths)] if pool.deaths else []
    with remember(measures):
        yield notes


def _counts(key: TokenizerKey, sizes: Iterable[Size]) -> Iterator[TokenCount]:
    """Return the counts of these *sizes*: in all else those of a tokenizer are alike."""
    like = _find(key).measure("")
    for expected, low, high in sizes:
        yield replace(like, expected=expected, low=low, high=high)


def _find(key: TokenizerKey) -> Tokenizer:
    return find_tokenizer(key.name, assumed=key.reason)


def _tasks(work: Iterable[tuple[Tokenizer, Prompt]]) -> Iterator[_Task]:
    texts: dict[TokenizerKey, dict[str, None]] = {}
    ours = frozenset(tokenizer_names())
    for tokenizer, prompt in work:
        if tokenizer.name in ours:
            key = key_of(tokenizer)
            texts.setdefault(key, {}).update(dict.fromkeys(texts_of(prompt)))
    for key, own in texts.items():
        batch: list[str] = []
        size = 0
        for text in own:
            batch.append(text)
            size += len(text)
            if size >= _TASK:
                yield _Task(tokenizer=key, texts=batch)
                batch, size = [], 0
        if batch:
            yield _Task(tokenizer=key, texts=batch)


def _measure(task: _Task) -> list[Size]:
    """Return the sizes of the texts; a worker does this."""
    tokenizer = _find(task.tokenizer)
    with announce(task.texts):
        counts = map(tokenizer.measure, task.texts)
        return [(count.expected, count.low, count.high) for count in counts]
