"""How a factor that the user has learned changes a count."""

from decimal import Decimal
from pathlib import Path

import pytest

from tokencost.tokenizers import Method, TokenCount
from tokencost.tokenizers.user_factors import (
    UserFactor,
    apply_user_factor,
    load_user_factors,
    save_user_factors,
)


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    load_user_factors.cache_clear()


def learn(factor: str, low: str, high: str) -> None:
    numbers = {"factor": Decimal(factor), "low": Decimal(low), "high": Decimal(high)}
    save_user_factors({"acme/guess": UserFactor(**numbers, pairs=5, source="usage.jsonl")})


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
