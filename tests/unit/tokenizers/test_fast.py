import sys
from collections.abc import Callable

import pytest

import tokencost
from tokencost.tokenizers import bpe, fast, patterns, windows
from tokencost.tokenizers.bpe import Encoding, announce
from tokencost.tokenizers.fast import engine, fast_counter, is_fast
from tokencost.tokenizers.registry import _RECIPES
from tokencost.tokenizers.vocabulary import Vocabulary

pytest.importorskip("splintr", reason="the extra fast is not installed")

FAST = [name for name, recipe in _RECIPES.items() if is_fast(recipe.pattern)]
BIG = "It's 3 o'clock: 中文分词，很好。\n\n" * 80_000  # more than 2 million characters
NEW_IN_UNICODE_17 = "\U00010940"


def test_all_vocabularies_but_gemmas_and_mistrals_older_one_can_be_fast() -> None:
    assert {*FAST} == {*_RECIPES} - {"gemma3", "gemma4", "mistral-spm"}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the texts that the faster engine is asked for, and what it leaves to tiktoken."""
    texts: list[str] = []

    def noted(vocabulary: Vocabulary, *, pattern: str) -> object:
        count = fast_counter(vocabulary, pattern=pattern)

        def count_and_note(text: str, otherwise: Callable[[str], int]) -> int:
            texts.append(text)

            def left(block: str) -> int:
                texts.append(f"left: {len(block)}")
                return otherwise(block)

            return count(text, left)

        return count_and_note

    monkeypatch.setattr(fast, "fast_counter", noted)
    return texts


@pytest.mark.parametrize("name", FAST)
def test_a_big_text_is_counted_as_by_tiktoken(
    name: str, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bpe, "MUCH", 600_000)
    text = BIG[:600_000]  # three blocks
    tokens = Encoding(_RECIPES[name]).count(text)
    assert counted == [text]
    counted.clear()
    monkeypatch.setattr(bpe, "MUCH", 10**9)
    assert Encoding(_RECIPES[name]).count(text) == tokens
    assert counted == []


def test_texts_that_are_many_together_are_counted_so(counted: list[str]) -> None:
    counter = Encoding(_RECIPES["o200k_base"])
    with announce(["ticket 0"], size=2_000_000):
        assert counter.count("ticket 0") == 3  # "ticket", " ", "0"
    assert counted == ["ticket 0"]


def test_a_run_is_left_to_windows(counted: list[str]) -> None:
    counter = Encoding(_RECIPES["o200k_base"])
    assert counter.count("b" * 3_000_000) == counter.count("b" * 3_000_000 + " c") - 1
    assert "left: 3000000" in counted


def test_the_surroundings_of_a_character_new_in_unicode_17_are_left_to_tiktoken(
    counted: list[str],
) -> None:
    counter = Encoding(_RECIPES["deepseek-v3"])
    with announce((), size=2_000_000):
        assert counter.count(f" {NEW_IN_UNICODE_17}") == 4  # " ", and three of its four bytes
        tokens = counter.count("a b " * 50_000)
        assert (
            counter.count("a b " * 50_000 + NEW_IN_UNICODE_17) == tokens + 3
        )  # its bytes: the space before it is there in both
    lengths = [int(text.removeprefix("left: ")) for text in counted if text.startswith("left: ")]
    assert lengths[0] == 2
    assert 0 < lengths[1] < 5_000
    assert counter._full is None


@pytest.mark.parametrize("name", ["mistral-spm", "gemma4"])
def test_vocabularies_that_it_reads_in_another_way_stay_with_tiktoken(
    name: str, counted: list[str]
) -> None:
    Encoding(_RECIPES[name]).count(BIG)
    assert counted == []


def test_without_the_extra_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = tokencost.count(BIG).results[0].tokens
    monkeypatch.setitem(sys.modules, "splintr", None)
    monkeypatch.setattr(fast, "find_spec", lambda _: None)
    is_fast.cache_clear()
    report = tokencost.count(BIG + " ")
    is_fast.cache_clear()
    assert report.results[0].tokens.expected == tokens.expected + 1
    assert [note.code for note in report.assumptions] == ["default_tokenizer"]


def test_a_report_says_with_v_alone_which_engine_counted() -> None:
    report = tokencost.count(BIG, ["gpt-4o", "mistral/open-mixtral-8x22b"])
    line = f"o200k_base: big inputs counted by {engine()}, which gives the numbers of tiktoken"
    assert line not in tokencost.render(report, tokencost.OutputFormat.TABLE)
    assert line in tokencost.render(report, tokencost.OutputFormat.TABLE, verbose=True)
    assert engine().startswith("splintr-rs 0.22")
    small = tokencost.count("hello", "gpt-4o")
    assert small.assumptions == ()


def test_the_same_text_twice_is_not_more_of_it() -> None:
    report = tokencost.count([BIG[:1_900_000]] * 2, "gpt-4o")
    assert report.assumptions == ()


def test_doctor_names_both_engines() -> None:
    assert tokencost.diagnose().engine.endswith(f", big inputs {engine()}")


def test_its_patterns_are_not_those_of_users() -> None:
    assert not is_fast("a pattern of somebody else")
    assert is_fast(patterns.O200K)


def test_blocks_are_the_text() -> None:
    parts = [*windows.blocks(BIG[:500], Encoding(_RECIPES["o200k_base"]).breaks, size=10)]
    assert "".join(parts) == BIG[:500]
    assert len(parts) > 20
