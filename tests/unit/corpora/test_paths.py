"""Every way in which a text can be counted gives the tokens of the whole text."""

import gc
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.unit.tokenizers.test_parts import written
from tests.unit.tokenizers.test_windows import text_with_runs
from tokencost import corpora as measures
from tokencost.corpora import measured
from tokencost.inputs import Prompt, large_text
from tokencost.inputs.large_text import LargePrompt, LargeText
from tokencost.tokenizers import bpe, find_tokenizer, tokenizer_names
from tokencost.tokenizers.registry import encoding
from tokencost.tokenizers.request_count import announce_prompts, count_prompt

NEW_IN_UNICODE_17 = "\U00010940\u20c1"


@pytest.fixture(params=tokenizer_names())
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield each tokenizer, one after the other: all of them would take 1.5 GB."""
    yield request.param
    encoding.cache_clear()
    gc.collect()


@pytest.fixture
def texts(name: str) -> list[str]:
    """Return texts of words, line ends, runs and signs at which patterns change their mind."""
    chance = random.Random(name)
    return [
        "",
        NEW_IN_UNICODE_17,
        *(written(chance) for _ in range(5)),
        *(text_with_runs(chance) for _ in range(5)),
        written(chance) + text_with_runs(chance) + NEW_IN_UNICODE_17 + written(chance),
    ]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the smallest texts into parts and pieces, and take them for much."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(large_text, "_PART", 200)
    monkeypatch.setattr(large_text, "_PIECE", 60)
    monkeypatch.setattr(large_text, "_LOOK", 160)
    monkeypatch.setattr(measures, "_TASK", 500)
    monkeypatch.setattr(bpe, "_ONE_PART", 20)
    monkeypatch.setattr(bpe, "MUCH", 1)


def prompts_of(texts: Sequence[str]) -> list[Prompt]:
    """Return each text once as it is held, and once as a large file."""
    prompts = [Prompt(name=f"{number}", text=text) for number, text in enumerate(texts)]
    for number, text in enumerate(texts):
        path = Path(f"{number}.txt")
        path.write_bytes(text.encode())
        source = LargeText(str(path), encoding="utf-8")
        prompts.append(LargePrompt(name=path.name, large=source))
    return prompts


def test_texts_parts_workers_and_the_faster_engine_count_alike(
    name: str, texts: list[str], request: pytest.FixtureRequest
) -> None:
    tokenizer = find_tokenizer(name)
    whole = [tokenizer.measure(text) for text in texts] * 2
    encoding.cache_clear()
    request.getfixturevalue("small")
    tokenizer, prompts = find_tokenizer(name), prompts_of(texts)
    size = sum(prompt.characters for prompt in prompts)

    def counted() -> list[object]:
        return [count_prompt(prompt, tokenizer, model="") for prompt in prompts]

    with announce_prompts(prompts, size=size):
        assert counted() == whole
    with measured([(tokenizer, one) for one in prompts], jobs=3, size=size):
        assert counted() == whole
