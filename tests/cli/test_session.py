"""Mistakes in the options of `session`, and texts in the place of sizes."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("args", "error", "hint"),
    [
        ((), "no model named", "-m"),
        (("-m", "plain", "--preset", "rga"), '--preset "rga" is unknown', "rag, chain"),
        (
            ("-m", "plain", "--compact-at", "big"),
            '--compact-at "big" is not a number of tokens',
            "auto",
        ),
        (("-m", "plain", "--compact-at", "10"), "more than --compact-at 10", "auto"),
        (
            ("-m", "plain", "--turn-interval", "soon"),
            '--turn-interval "soon" is not a duration',
            "5m",
        ),
        (("-m", "plain", "--gap", "2h"), '--gap "2h" does not name a turn', "10=2h"),
        (("-m", "plain", "--gap", "9=2w"), '--gap "2w" is not a duration', "2h"),
        (("-m", "plain", "--hit-rate", "x"), '--hit-rate "x" is not a share', "0.9"),
        (("-m", "plain", "--hit-rate", "nan"), '--hit-rate "nan" is not a share', "0.9"),
        (("-m", "plain", "--cache", "redis"), '--cache "redis" is unknown', "implicit"),
        (("-m", "plain", "--system", "none.md"), "none.md", "path"),
        (("-m", "plain", "--turns", "90"), "turn 50: acme/plain does not fit", "--compact-at auto"),
        (("-m", "guess", "--cache", "explicit"), "no explicit cache", "--cache none"),
        (("-m", "guess", "--gap", "2=0s", "--gap", "2=5m"), "--gap 2 is given twice", "leave one"),
        (("-m", "guess", "--tools", "none.txt"), "no such file: 'none.txt'", "--tools 2000"),
    ],
)
def test_a_mistake_is_exit_2_with_nothing_printed(
    tokencost: Run, args: tuple[str, ...], error: str, hint: str
) -> None:
    result = tokencost("session", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    first, second = result.stderr.splitlines()
    assert error in first
    assert hint in second


def test_a_file_is_counted_and_a_number_is_taken(tokencost: Run, folder: Path) -> None:
    (folder / "system.md").write_text("hello world", encoding="utf-8")
    args = ("session", "-m", "plain", "--system", "system.md", "--tools", "40", "--json")
    (result,) = json.loads(tokencost(*args).stdout)["results"]
    assert result["prefix"]["input"] == 42


def test_a_month_of_sessions_has_the_range_of_a_session_and_is_converted(
    tokencost: Run, folder: Path
) -> None:
    """The prefix of a guessed vocabulary has a range; 300 sessions a month, 7 yuan a dollar."""
    (folder / "system.md").write_text("You sell trains. " * 40, encoding="utf-8")
    command = ("session", "-m", "guess", "--turns", "2", "--system", "system.md")
    answer = tokencost(*command, "--volume", "10/day", "--currency", "CNY", "--json")
    total = json.loads(answer.stdout)["results"][0]["total"]
    low, cost, high = (Decimal(total[key]) for key in ("low", "without_cache", "high"))
    assert low < cost < high
    months = [Decimal(total[key]) for key in ("month_low", "month", "month_high")]
    assert months == [300 * low, 300 * cost, 300 * high]
    converted = total["converted"]
    assert Decimal(converted["month_high"]) == 7 * months[2]
    assert Decimal(converted["cost"]) == 7 * cost


def test_times_between_turns_are_seconds_in_json(tokencost: Run) -> None:
    times = ("--turns", "5", "--turn-interval", "2m", "--gap", "3=1h")
    answer = json.loads(tokencost("session", "-m", "plain", *times, "--json").stdout)
    asked = answer["assumptions"]["session"]
    assert (asked["turn_interval_seconds"], asked["gap_seconds"]) == (120, {"3": 3_600})
