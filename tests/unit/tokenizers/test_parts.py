"""Large texts, counted part by part with every kind of tokenizer."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.tokenizers.test_windows import AROUND
from tokencost.inputs import large_text
from tokencost.inputs.large_text import LargePrompt, LargeText, is_unbroken
from tokencost.tokenizers import TokenCount, find_tokenizer, tokenizer_names
from tokencost.tokenizers.registry import encoding
from tokencost.tokenizers.request_count import as_divisible, count_prompt

WORDS = [
    "The",
    "price",
    "of",
    "3.14159",
    "tokens",
    "中文分词",
    "很好",
    "don't",
    "ÜBER",
    "ключ",
    "🙂",
]
REASON = "believed to be so"
LETTERS = [chr(code) for code in range(0x2FFFF) if chr(code).isalpha()]


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(large_text, "_PART", 400)
    monkeypatch.setattr(large_text, "_PIECE", 100)
    monkeypatch.setattr(large_text, "_LOOK", 160)
    yield
    encoding.cache_clear()


def written(chance: random.Random) -> str:
    """Return lines of words between which is what patterns look at."""
    ends = [" ", " ", " ", "\n", "\r\n", "。\n", "\n\n", "  "]
    text = "".join(
        chance.choice(WORDS) + chance.choice([*ends, *ends, *AROUND])
        for _ in range(chance.randrange(1, 300))
    )
    return chance.choice(["", " ", "\n", "\ufeff"]) + text + chance.choice(["", "\n", "\n\n", " "])


def in_parts(text: str, name: str, assumed: str) -> TokenCount:
    path = Path("text.txt")
    path.write_bytes(text.encode())
    prompt = LargePrompt(name="text.txt", large=LargeText(str(path), encoding="utf-8"))
    return count_prompt(prompt, find_tokenizer(name, assumed=assumed), model="")


@pytest.mark.parametrize(
    ("name", "assumed"),
    [
        *((name, "") for name in tokenizer_names()),
        *((name, REASON) for name in ("gemma4", "qwen2", "mistral-spm", "claude-4.7")),
    ],
)
def test_a_text_in_parts_has_the_tokens_of_the_whole(name: str, assumed: str) -> None:
    chance = random.Random(name)
    whole = find_tokenizer(name, assumed=assumed)
    whole.measure("a b " * 30_000)  # the full encoder, once
    cuts = 0
    for _ in range(12):
        text = written(chance)
        assert in_parts(text, name, assumed) == whole.measure(text), text
        source = LargeText("text.txt", encoding="utf-8")
        divisible = as_divisible(whole)
        assert divisible is not None
        breaks = divisible.breaks
        cuts += sum(1 for part in source.parts(breaks) for _ in part.pieces(breaks)) - 1
    assert cuts > 20


@pytest.mark.parametrize("name", tokenizer_names())
def test_there_is_no_break_between_letters_or_within_a_repetition(name: str) -> None:
    divisible = as_divisible(find_tokenizer(name))
    assert divisible is not None
    chance = random.Random(name)
    for text in (
        "".join(chance.choices(LETTERS, k=50_000)),
        "".join(chance.choices("aZ中あ한éʰ", k=50_000)),
    ):
        assert is_unbroken(text)
        assert divisible.breaks.search(text, 1, len(text) - 1) is None
    for character in [*map(chr, range(0x500)), *"。，、；：？！\u3000\u2028😀"]:
        assert is_unbroken(character * 9)
        assert divisible.breaks.search(character * 9, 1, 8) is None, character
    assert not is_unbroken("ab c")


def test_an_empty_text_has_no_tokens() -> None:
    assert in_parts("", "o200k_base", "").expected == 0
    assert in_parts("", "claude-4.7", "").expected == 0


class PlugIn:
    """A tokenizer of somebody else, who knows nothing of parts."""

    name = "plug-in"

    def measure(self, text: str) -> TokenCount:
        return find_tokenizer("o200k_base").measure(text)


def test_a_tokenizer_that_cannot_count_parts_gets_the_whole_text() -> None:
    Path("text.txt").write_text("hello world " * 100)
    prompt = LargePrompt(name="text.txt", large=LargeText("text.txt", encoding="utf-8"))
    assert count_prompt(prompt, PlugIn(), model="").expected == 201  # type: ignore[arg-type]
