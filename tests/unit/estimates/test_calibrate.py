"""Learning a factor from recorded requests."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tokencost import calibrate, count, estimate, forget_calibration, list_tokenizers
from tokencost.errors import InputError, TokenizerError
from tokencost.pricing import PriceTable
from tokencost.tokenizers import Method
from tokencost.tokenizers.user_factors import load_user_factors, save_user_factors

TEXT = "hello world " * 100
USER = {"role": "user", "content": "hello"}


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    load_user_factors.cache_clear()
    return tmp_path


def record(home: Path, lines: list[dict[str, Any]]) -> Path:
    path = home / "usage.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def lines(prices: PriceTable, *factors: float, model: str = "guess") -> list[dict[str, Any]]:
    counted = count(TEXT, models=model, prices=prices).results[0].tokens.expected
    return [
        {"prompt": TEXT, "usage": {"prompt_tokens": round(counted * factor)}} for factor in factors
    ]


def test_what_was_learned_corrects_counts_and_costs_from_then_on(
    home: Path, prices: PriceTable
) -> None:
    before = count(TEXT, models="guess", prices=prices).results[0].tokens.expected
    usage = record(home, lines(prices, 1.9, 1.95, 2.0, 2.05, 2.1))
    (result,) = calibrate(usage, models=["guess"], prices=prices).results
    assert (result.model, result.factor.pairs) == ("acme/guess", 5)
    assert abs(result.factor.factor - 2) < Decimal("0.01")
    after = count(TEXT, models="guess", prices=prices).results[0].tokens
    assert abs(after.expected - 2 * before) <= 2
    assert after.holds(round(1.91 * before))
    assert after.holds(round(2.09 * before))
    assert "learned from 5 requests of usage.jsonl" in after.basis
    priced = estimate(TEXT, models="guess", prices=prices).results[0]
    assert priced.tokens == after


def test_an_exact_count_has_nothing_to_learn(home: Path, prices: PriceTable) -> None:
    usage = record(home, lines(prices, 1, 1, 1, 1, 1, model="plain"))
    with pytest.raises(TokenizerError, match="acme/plain is counted exactly already"):
        calibrate(usage, models=["plain"], prices=prices)


def test_a_tokenizer_that_is_asked_for_is_not_corrected(home: Path, prices: PriceTable) -> None:
    calibrate(record(home, lines(prices, 2, 2, 2, 2, 2)), models=["guess"], prices=prices)
    (result,) = count(TEXT, models="guess", tokenizer="qwen2", prices=prices).results
    assert "learned" not in result.tokens.basis


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ({"prompt": "x"}, "has no usage"),
        ({"prompt": "x", "usage": {"prompt_tokens": 0}}, "has no usage"),
        ({"messages": [USER], "usage": {"prompt_tokens": 3}}, "names no model"),
        ({"prompt": "hello", "usage": {"prompt_tokens": 3}}, "has 1 requests of acme/guess"),
    ],
)
def test_a_record_that_says_too_little_is_an_error(
    home: Path, prices: PriceTable, line: dict[str, Any], error: str
) -> None:
    models = [] if "messages" in line else ["guess"]
    with pytest.raises(InputError, match=error):
        calibrate(record(home, [line]), models=models, prices=prices)
    assert not (home / "tokencost").exists()


def test_records_of_responses_and_of_other_names_are_read(home: Path, prices: PriceTable) -> None:
    request = {"model": "guess", "messages": [{"role": "user", "content": TEXT}]}
    usages: list[dict[str, Any]] = [
        {"usage": {"input_tokens": 300}},
        {"usageMetadata": {"promptTokenCount": 300}},
        {"response": {"body": {"usage": {"prompt_tokens": 300}}}},
        {"response": {"usage": {"prompt_tokens": 300}}},
        {"usage": {"prompt_tokens": 300}},
    ]
    usage = record(home, [{**request, **response} for response in usages])
    (result,) = calibrate(usage, prices=prices).results
    assert result.factor.pairs == 5


def test_factors_of_other_models_are_kept(home: Path, prices: PriceTable) -> None:
    calibrate(record(home, lines(prices, 2, 2, 2, 2, 2)), models=["guess"], prices=prices)
    usage = record(home, lines(prices, 1.5, 1.5, 1.5, 1.5, 1.5, model="likely"))
    calibrate(usage, models=["likely"], prices=prices)
    assert set(load_user_factors(home / "tokencost" / "factors.toml")) == {
        "acme/guess",
        "acme/likely",
    }
    (result,) = count(TEXT, models="likely", prices=prices).results
    assert result.tokens.method is Method.ESTIMATED


@pytest.mark.parametrize(
    "text", ["[x]", "x = 1", "[x]\nfactor = 2\nlow = 3\nhigh = 1\npairs = 1\nsource = 'a'"]
)
def test_a_broken_file_is_told(home: Path, prices: PriceTable, text: str) -> None:
    (home / "tokencost").mkdir()
    (home / "tokencost" / "factors.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TokenizerError, match="is broken"):
        count(TEXT, models="guess", prices=prices)
    with pytest.raises(TokenizerError, match="is broken"):
        save_user_factors({})


def requests(home: Path, usages: list[dict[str, Any]], **request: Any) -> Path:
    body = {"model": "guess", "messages": [{"role": "user", "content": TEXT}], **request}
    return record(home, [{"request": body, "response": {"usage": usage}} for usage in usages])


def test_cached_tokens_beside_the_input_are_part_of_it(home: Path, prices: PriceTable) -> None:
    counted = calibrate(requests(home, [{"input_tokens": 300}] * 5), prices=prices).results[0]
    usages = [{"input_tokens": 30, "cache_read_input_tokens": 270}] * 5
    assert calibrate(requests(home, usages), prices=prices).results[0].factor == counted.factor


@pytest.mark.parametrize("times", [0.4, 2.1])
def test_a_factor_outside_a_half_to_two_is_refused(
    home: Path, prices: PriceTable, times: float
) -> None:
    usage = record(home, lines(prices, *[times] * 5))
    with pytest.raises(InputError, match="times what acme/guess counts") as raised:
        calibrate(usage, models=["guess"], prices=prices)
    assert "outside 0.5 to 2" in raised.value.hint
    assert not (home / "tokencost").exists()


def test_requests_with_a_part_that_is_not_counted_are_left_out(
    home: Path, prices: PriceTable
) -> None:
    part = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    body = {"model": "guess", "messages": [{"role": "user", "content": [part]}]}
    usage = requests(home, [{"prompt_tokens": 300}] * 5)
    with usage.open("a", encoding="utf-8") as file:
        file.write("\n" + json.dumps({"request": body, "usage": {"prompt_tokens": 9_000}}))
    report = calibrate(usage, prices=prices)
    assert (report.results[0].factor.pairs, report.left_out) == (5, 1)


def test_what_was_learned_is_listed_and_taken_back(home: Path, prices: PriceTable) -> None:
    before = count(TEXT, models="guess", prices=prices).results[0].tokens
    calibrate(record(home, lines(prices, 2, 2, 2, 2, 2)), models=["guess"], prices=prices)
    listed = list_tokenizers()
    assert list(listed.learned) == ["acme/guess"]
    assert listed.kept_in == home / "tokencost" / "factors.toml"
    assert [result.model for result in forget_calibration("guess", prices=prices).results] == [
        "acme/guess"
    ]
    assert count(TEXT, models="guess", prices=prices).results[0].tokens == before
    assert list_tokenizers().learned == {}
