import pytest

from tokencost.tokenizers import Method, find_tokenizer
from tokencost.tokenizers.claude.tokenizer import EVIDENCE


@pytest.mark.parametrize("name", EVIDENCE)
def test_a_reconstructed_count_says_what_it_rests_on(name: str) -> None:
    tokens = find_tokenizer(name).measure("Hello world")
    assert tokens.method is Method.RECONSTRUCTED
    assert not tokens.is_exact
    assert EVIDENCE[name] in tokens.basis


@pytest.mark.parametrize(("assumed", "share"), [("", "1 %"), ("nobody knows", "12.5 %")])
def test_what_a_count_rests_on_says_how_wide_its_range_is(assumed: str, share: str) -> None:
    tokens = find_tokenizer("claude-4.8", assumed=assumed).measure("hello")
    assert tokens.basis.endswith(f"; range: {share} either way, at least 4 tokens")


def test_its_range_is_four_tokens_or_one_per_cent() -> None:
    short = find_tokenizer("claude-4.8").measure("Hello world " * 10)
    assert (short.low, short.high) == (short.expected - 4, short.expected + 4)
    long = find_tokenizer("claude-4.8").measure("Hello world " * 5_000)
    assert long.high == long.expected + long.expected // 100 > long.expected + 4


def test_an_empty_text_has_no_tokens() -> None:
    tokens = find_tokenizer("claude-3").measure("")
    assert (tokens.low, tokens.expected, tokens.high) == (0, 0, 0)


@pytest.mark.parametrize("name", EVIDENCE)
@pytest.mark.parametrize("text", ["\n", "\n\n", "\r\n", "\x01"])
def test_a_text_without_anything_to_see_is_never_taken_to_be_free(name: str, text: str) -> None:
    tokens = find_tokenizer(name).measure(text)
    assert tokens.expected > 0
    assert tokens.high is not None
    assert tokens.low < tokens.high
    assert not tokens.is_exact


def test_line_feeds_alone_may_cost_nothing_with_the_newest_families() -> None:
    tokens = find_tokenizer("claude-4.8").measure("\n")
    assert (tokens.low, tokens.expected, tokens.high) == (0, 1, 5)


def test_for_a_model_nobody_has_recorded_it_is_an_assumption_with_a_wider_range() -> None:
    tokens = find_tokenizer("claude-4.8", assumed="the newest known").measure("Hello " * 1_000)
    assert tokens.method is Method.ASSUMED
    assert tokens.basis.startswith("the newest known; ")
    assert tokens.high == tokens.expected + tokens.expected // 8
