"""How a factor that the user has learned changes a count."""

from decimal import Decimal
from pathlib import Path

import pytest

from tokencost.errors import TokenizerError
from tokencost.tokenizers import Method, TokenCount
from tokencost.tokenizers.request_count import announce_prompts
from tokencost.tokenizers.user_factors import (
    UserFactor,
    apply_user_factor,
    forget_user_factors,
    load_user_factors,
    save_user_factors,
    user_factors_path,
)


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    load_user_factors.cache_clear()


def learn(factor: str, low: str, high: str) -> None:
    numbers = [Decimal(number) for number in (factor, low, high)]
    save_user_factors({"acme/guess": user_factor(*numbers)})


def user_factor(factor: Decimal, low: Decimal, high: Decimal, *, overhead: int = 0) -> UserFactor:
    return UserFactor(
        factor=factor, low=low, high=high, pairs=5, source="usage.jsonl", overhead=overhead
    )


def counted(tokens: int, method: Method) -> TokenCount:
    return TokenCount(expected=tokens, low=tokens, high=tokens, method=method, tokenizer="doubao")


@pytest.mark.parametrize(
    ("factor", "low", "high", "range_"),
    [
        ("2", "1.9", "2.1", (1_900, 2_000, 2_100)),
        ("1", "0.9991", "1.0001", (999, 1_000, 1_001)),
        ("1", "0.9999", "1.0009", (999, 1_000, 1_001)),
    ],
)
def test_the_lower_end_is_rounded_down_and_the_upper_end_up(
    factor: str, low: str, high: str, range_: tuple[int, int, int]
) -> None:
    learn(factor, low, high)
    tokens = apply_user_factor(counted(1_000, Method.ESTIMATED), "acme/guess")
    assert (tokens.low, tokens.expected, tokens.high) == range_


@pytest.mark.parametrize("method", [Method.EXACT, Method.SUPPLIED])
def test_a_count_that_is_not_in_doubt_gets_no_factor(method: Method) -> None:
    learn("2", "1.9", "2.1")
    tokens = counted(1_000, method)
    assert apply_user_factor(tokens, "acme/guess") == tokens


def test_an_overhead_is_added_to_every_request() -> None:
    save_user_factors(
        {"acme/guess": user_factor(Decimal(2), Decimal("1.9"), Decimal("2.1"), overhead=30)}
    )
    tokens = apply_user_factor(counted(1_000, Method.ESTIMATED), "acme/guess")
    assert (tokens.low, tokens.expected, tokens.high) == (1_930, 2_030, 2_130)
    assert "plus 30 a request, learned from 5 requests" in tokens.basis


@pytest.mark.parametrize("numbers", [("0.012", "0.01", "0.02"), ("1", "0", "1"), ("3", "1", "4")])
def test_a_factor_that_would_break_the_file_is_never_kept(
    tmp_path: Path, numbers: tuple[str, str, str]
) -> None:
    with pytest.raises(TokenizerError, match="is not kept"):
        save_user_factors({"acme/guess": user_factor(*map(Decimal, numbers))})
    assert not (tmp_path / "tokencost" / "factors.toml").exists()


def test_what_was_learned_is_taken_back_by_model_or_as_a_whole() -> None:
    factor = user_factor(Decimal(1), Decimal(1), Decimal(1))
    save_user_factors({"acme/guess": factor, "acme/likely": factor, "acme/other": factor})
    assert set(forget_user_factors(["acme/guess"])) == {"acme/guess"}
    with pytest.raises(TokenizerError, match='nothing was learned for "acme/guess"') as raised:
        forget_user_factors(["acme/guess"])
    assert raised.value.hint == "learned are acme/likely, acme/other"
    assert set(forget_user_factors()) == {"acme/likely", "acme/other"}
    assert load_user_factors(user_factors_path()) == {}


def test_what_is_learned_between_two_counts_changes_the_second() -> None:
    tokens = counted(1_000, Method.ESTIMATED)
    expected = []
    for factor in (None, "2", "1.5"):
        if factor:
            save_user_factors({"acme/guess": user_factor(*map(Decimal, (factor, "1", "2")))})
        with announce_prompts(()):
            expected += [apply_user_factor(tokens, "acme/guess").expected for _ in range(2)]
    assert expected == [1_000, 1_000, 2_000, 2_000, 1_500, 1_500]
