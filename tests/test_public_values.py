"""Values that are as good as what an annotation says are taken, and a hint can be followed."""

import subprocess
import sys
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from operator import index
from pathlib import Path, PurePath
from typing import Any

import pytest

import tokencost
from tokencost import TokencostError, UsageError

API: Any = tokencost  # what callers give it is of any type


class Word(str):
    __slots__ = ()


class Chosen(StrEnum):
    """What another program has as its own choice of the same word."""

    BATCH = "batch"


class Whole:
    """A whole number, or an array, as libraries have them."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __index__(self) -> int:
        return index(self.value)


@pytest.mark.parametrize("word", [Word("batch"), Chosen.BATCH], ids=["word", "choice"])
def test_every_kind_of_text_spells_a_choice(word: str) -> None:
    options = API.EstimateOptions(mode=word, cache_ttl=Word("5m"))
    assert options.mode is tokencost.Mode.BATCH
    assert type(options.cache_ttl) is tokencost.Ttl


@pytest.mark.parametrize("names", [iter, set, deque, lambda names: dict.fromkeys(names).keys()])
def test_names_may_come_one_by_one(names: Callable[[list[str]], Any]) -> None:
    asked = names(["gpt-4o"])
    assert [count.model for count in API.count("hello", asked).results] == ["openai/gpt-4o"]


def test_files_may_come_one_by_one(folder: Path) -> None:
    (folder / "a.md").write_text("hello", encoding="utf-8")
    assert len(API.read_prompts(folder.glob("*.md")).prompts) == 1


def test_whole_numbers_of_other_libraries_are_numbers_and_arrays_are_not() -> None:
    assert API.Volume(per_month=Whole(5)).per_month == 5
    assert API.TokenIds(number=Whole(5)).number == 5
    with pytest.raises(UsageError, match="number is"):
        API.TokenIds(number=Whole("an array"))


def test_a_pure_path_is_a_path(folder: Path) -> None:
    budget = API.Budget(
        name="a", limits=API.Limits(max_tokens=1), files=("*.md",), root=PurePath(folder)
    )
    assert budget.root == folder


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda: API.count(b"hello"), 'decode it: data.decode("utf-8")'),
        (lambda: API.compress(b"hello"), "decode it"),
        (lambda: API.count(500), "InputTokens(total=500)"),
        (lambda: API.estimate("hi", "gpt-4o", output_tokens="5"), "give 500, (200, 800)"),
        (lambda: API.OutputTokens.of("5"), "(200, 400, 800)"),
        (lambda: API.compress_text("a", count=len, levels="lossless"), "give ('lossless',)"),
        (lambda: API.EstimateOptions(exchange_rates="EUR"), "give one of type tuple"),
    ],
)
def test_what_a_hint_says_is_taken(call: Callable[[], object], hint: str) -> None:
    with pytest.raises(TokencostError) as raised:
        call()
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    "change",
    [
        "next(iter(tokencost.PRESETS.values())), turns='5'",
        "tokencost.estimate('hi', 'gpt-4o').options, mode='nonsense'",
    ],
)
def test_values_that_are_replaced_are_checked_whoever_made_them(change: str) -> None:
    script = f"import tokencost\nfrom dataclasses import replace\nreplace({change})"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert "UsageError: " in run.stderr
