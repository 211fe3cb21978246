"""The options of the scenarios of `estimate`."""

import json
from collections.abc import Callable

import pytest
from typer.testing import Result

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


def test_a_rate_of_calls_a_minute_is_one_of_sixty_times_as_many_an_hour(tokencost: Run) -> None:
    by_minute = tokencost(*TEN, "--rate", "2/min", "--json").stdout
    assert rows(tokencost(*TEN, "--rate", "120/h", "--json")) == {
        row["id"]: row["calls"] for row in json.loads(by_minute)["scenarios"][0]["rows"]
    }


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
        (("--rate", "often"), '--rate "often" is not a rate', "20/h"),
        (("--rate", "0/h"), '--rate "0/h" is not a rate', "20/h"),
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
