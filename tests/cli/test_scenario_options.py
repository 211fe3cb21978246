"""The options of the scenarios of `estimate`."""

import json
from collections.abc import Callable

import pytest
from typer.testing import Result

from tokencost import builtin_path

Run = Callable[..., Result]
TEN = ("estimate", "--input-tokens", "10000", "--prefix-tokens", "8000", "-m", "plain")


def rows(result: Result) -> dict[str, str]:
    (savings,) = json.loads(result.stdout)["scenarios"]
    return {row["id"]: row["calls"] for row in savings["rows"]}


def test_scenarios_are_of_the_number_of_calls(tokencost: Run) -> None:
    costs = rows(tokencost(*TEN, "--calls", "10", "--json"))
    # plain: 2 in, 0.5 read, 2.5 written for 5 minutes, half as a batch
    assert costs["cache-explicit-5m"] == "0.096"  # 0.02 + 0.004, nine times 0.004 + 0.004
    assert costs["batch"] == "0.1"


def test_the_volume_says_how_many_calls_hit_a_cache(tokencost: Run) -> None:
    hourly = tokencost(*TEN, "--volume", "10/hour", "--json")
    assert rows(hourly) == rows(tokencost(*TEN, "--volume", "7.2k/month", "--json"))
    rare = tokencost(*TEN, "--volume", "7/month").stdout
    assert "calls arrive at random, 0.00972 an hour: 0.1% hit" in rare
    assert "calls arrive at random, 10 an hour:" in tokencost(*TEN, "--volume", "10/hour").stdout


@pytest.mark.parametrize(
    ("site", "volume", "saving", "best"),
    [
        ("cn", "100/month", "-16.3", "batch"),
        ("cn", "20000/month", "54.2", "explicit cache 5m"),
        ("intl", "100/month", "-15.8", "nothing"),
        ("intl", "20000/month", "52.4", "explicit cache 5m"),
    ],
)
def test_a_cache_pays_from_enough_calls_on(
    tokencost: Run, site: str, volume: str, saving: str, best: str
) -> None:
    sizes = ("--input-tokens", "7500", "--prefix-tokens", "6000", "-o", "300")
    prices = ("--prices", str(builtin_path()), "-m", f"qwen3-max@{site}")
    result = tokencost("estimate", *sizes, *prices, "--volume", volume, "--json")
    (savings,) = json.loads(result.stdout)["scenarios"]
    (cache,) = (row for row in savings["rows"] if row["id"] == "cache-explicit-5m")
    assert cache["saving_percent"] == saving
    assert savings["best"]["name"] == best


def test_only_the_scenarios_that_are_named_are_shown(tokencost: Run) -> None:
    assert set(rows(tokencost(*TEN, "--scenario", "batch", "--json"))) == {"batch", "batch-cache"}


@pytest.mark.parametrize("args", [("--no-scenarios",), ("-f", "csv"), ("-q",)])
def test_scenarios_can_be_left_out(tokencost: Run, args: tuple[str, ...]) -> None:
    assert "batch" not in tokencost(*TEN, *args).stdout


def test_a_table_of_scenarios_fits_a_hundred_columns(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokencost.cli.output.terminal_width", lambda: 100)
    output = tokencost(*TEN, "--volume", "1000/day", "--color", "always").stdout
    for text in ("1,000 calls", "month", "saving", "pays from", "certainty", "billed rule"):
        assert text in output


@pytest.mark.parametrize(
    ("args", "error", "hint"),
    [
        (("--volume", "often"), '--volume "often" is not a volume', "2.5/hour"),
        (("--volume", "0/hour"), '--volume "0/hour" is not a volume', "2.5/hour"),
        (("--rate", "20/h"), "No such option: --rate", "--help"),
        (("--hit-rate", "2"), '--hit-rate "2" is not a share', "0.9"),
        (("--scenario", "magic"), "unknown scenario 'magic'", "batch"),
    ],
)
def test_a_mistake_is_exit_2(tokencost: Run, args: tuple[str, ...], error: str, hint: str) -> None:
    result = tokencost(*TEN, *args)
    assert (result.exit_code, result.stdout) == (2, "")
    first, second = result.stderr.splitlines()
    assert error in first
    assert hint in second


def test_a_prefix_longer_than_the_input_leaves_the_price_and_says_why(tokencost: Run) -> None:
    result = tokencost(*TEN[:3], "--prefix-tokens", "10001", "-m", "plain")
    assert result.exit_code == 2
    assert "$0.0200" in result.stdout
    assert "a prefix of 10,001 tokens is longer than <input tokens> (10,000)" in result.stderr
