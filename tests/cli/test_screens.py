"""Answers on a terminal of 80 x 24: what was asked for stands on it, and little besides."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tokencost.money import format_money
from tokencost.pricing import load

Run = Callable[..., Result]

STYLE = re.compile(r"\x1b\[[\d;]*m")
COLUMNS, ROWS = 80, 23
SHIPPED = load.builtin_path()
TABLE = ("--prices", str(SHIPPED))
SCREENS = {
    "one model": ("estimate", "a.md", "-m", "gpt-4o", "-o", "500"),
    "claude": ("estimate", "a.md", "-m", "claude-sonnet-5", "-o", "500"),
    "template": ("estimate", "rag.md", "-m", "gpt-4o", "-o", "300"),
    "many": (
        *("estimate", "a.md", "b.md", "-m", "gpt-4o", "-m", "qwen3-max", "-m", "claude-sonnet-5"),
        *("-o", "300"),
    ),
    "number": ("estimate", "--input-tokens", "20000", "-m", "deepseek-flash", "-o", "300"),
    "compare": ("compare", "a.md", "-o", "300", "--top", "5"),
    "session": ("session", "-m", "claude-sonnet-5", "--turns", "30"),
    "count": ("count", "a.md"),
}
# What stands there beside the cost, which is worked out from the table of the day.
ANSWERS = {
    "one model": ("at once", "if it may wait"),
    "claude": ("~439", "~$", "–", "at once", "if it may wait"),
    "template": ("at once", "if it may wait"),
    "many": ("best", "if it may wait"),
    "number": ("at once", "if it may wait"),
    "compare": ("free", "~280", "~$", "USD/CNY "),
    "session": ("30 turns with claude-sonnet-5: ",),
    "count": ("280", "exact"),
}
EXPLAINS = re.compile(r"^(hidden|why not more|no savings) ")
LEGEND = re.compile(r"~ [a-z/]+ ·")  # what a mark of the answer stands for


@pytest.fixture
def screen(
    tokencost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[list[str], list[str]]]:
    """Return the lines of a table and those that explain it, as a terminal shows both streams."""
    (folder / "a.md").write_text("Say hello to the whole world.\n" * 40, encoding="utf-8")
    (folder / "b.md").write_text("你好，世界。\n" * 40, encoding="utf-8")
    (folder / "rag.md").write_text("Context: {context}\n" + "A known fact. " * 1500, "utf-8")
    monkeypatch.setattr("tokencost.cli.output.terminal_width", lambda: COLUMNS)
    monkeypatch.setattr(load, "builtin_path", lambda: SHIPPED)

    def show(*args: str) -> tuple[list[str], list[str]]:
        result = tokencost(*args, "--color", "always")
        assert result.exit_code == 0
        answer, _, notes = STYLE.sub("", result.stdout).strip("\n").rpartition("\n\n")
        lines = answer.splitlines()
        reasons = [line for line in lines if EXPLAINS.match(line)]
        lines = [line for line in lines if line not in reasons]
        return lines, [*reasons, *notes.splitlines(), *result.stderr.splitlines()]

    return show


@pytest.mark.parametrize("name", SCREENS)
def test_an_answer_fits_on_a_screen_and_explains_little(
    name: str, tokencost: Run, screen: Callable[..., tuple[list[str], list[str]]]
) -> None:
    answer, notes = screen(*SCREENS[name])
    for text in (*ANSWERS[name], *costs(json.loads(tokencost(*SCREENS[name], "--json").stdout))):
        assert text in "\n".join([*answer, *notes])
    assert max(map(len, answer)) <= COLUMNS
    assert sum(-(-len(line) // COLUMNS) or 1 for line in (*answer, "", *notes)) <= ROWS
    assert any("-v: sources" in line for line in notes)
    explained = [LEGEND.sub("", line) for line in notes]
    assert 3 * words(explained) <= words([*answer, *explained])


def costs(answer: dict[str, Any]) -> list[str]:
    """Return the amounts that a screen shows first, whatever prices are."""
    if answer["schema"] == "tokencost.estimate":
        total = answer["totals"][0]
        return [format_money(Decimal(total["expected"]), total["currency"])]
    if answer["schema"] == "tokencost.session":
        result = answer["results"][0]
        amounts = [Decimal(result["total"][key]) for key in ("with_cache", "without_cache")]
        cached, whole = (format_money(amount, "USD") for amount in amounts)
        change = (amounts[0] - amounts[1]) / amounts[1] * 100
        return [f": {cached} with cache, {whole} without ({change:+.1f} %"]
    return []


def words(lines: list[str]) -> int:
    """Return how many words lines have, those of warnings as well."""
    return sum(any(map(str.isalnum, word)) for line in lines for word in line.split())


def test_a_mark_that_changes_a_cost_stays_where_a_decoration_goes(
    screen: Callable[..., tuple[list[str], list[str]]],
) -> None:
    answer, _ = screen(*SCREENS["compare"])
    assert "free" in answer[1]
    assert "dearest" not in answer[0]
    assert "~" in "".join(answer)


def test_a_comparison_of_the_whole_table_fits_on_a_screen(
    screen: Callable[..., tuple[list[str], list[str]]],
) -> None:
    answer, notes = screen("compare", "a.md", "-o", "300")
    assert len(answer) == 1 + 12
    assert sum(-(-len(line) // COLUMNS) or 1 for line in (*answer, "", *notes)) <= ROWS
    everything, _ = screen("compare", "a.md", "-o", "300", "--all")
    assert len(everything) > 200
    assert "unpriced: --all" in "".join(notes)


def test_what_is_given_away_is_left_out_when_asked_and_counted(
    screen: Callable[..., tuple[list[str], list[str]]],
) -> None:
    with_free, _ = screen("compare", "a.md", "-o", "300", "--top", "5")
    without, notes = screen("compare", "a.md", "-o", "300", "--top", "5", "--no-free")
    assert (sum(" free " in line for line in with_free), "free" in "".join(without)) == (2, False)
    assert any(line.startswith("2 free, ") and "unpriced: --all" in line for line in notes)


def test_warnings_stand_on_standard_error_in_every_format(tokencost: Run, folder: Path) -> None:
    (folder / "old.md").write_text("hello", encoding="utf-8")
    command = ("compare", "old.md", "-m", "qwen3-max", "-m", "gpt-4o", "--at", "2027-03-01", *TABLE)
    for options in ((), ("-q",), ("-v",), ("--json",), ("-f", "csv"), ("-f", "markdown")):
        result = tokencost(*command, *options)
        assert "warning: the rate of USD to CNY is of 2026-10-30" in result.stderr
        assert ("the rate of USD" in result.stdout) == bool({"--json", "markdown"} & {*options})


def test_all_sources_are_told_when_asked_for(tokencost: Run, folder: Path) -> None:
    (folder / "a.md").write_text("hello", encoding="utf-8")
    command = ("estimate", "a.md", "-m", "gpt-4o", "--no-scenarios", *TABLE)
    brief, verbose = tokencost(*command).stdout, tokencost(*command, "-v").stdout
    assert "per MTok; checked" not in brief
    assert "USD 2.5 in, 10 out per MTok; checked" in verbose


def test_with_a_volume_the_month_stands_beside_each_best_and_in_front_of_a_comparison(
    tokencost: Run, screen: Callable[..., tuple[list[str], list[str]]]
) -> None:
    size = ("--input-tokens", "7500", "-o", "300", "--volume", "20k/month")
    command = ("estimate", *size, "--prefix-tokens", "6000", "-m", "qwen3-max")
    answer, _ = screen(*command)
    answer = [line for line in answer if line]
    assert " ".join(answer[-2].split()) == "best scenario a call a month"
    (scenarios,) = json.loads(tokencost(*command, "--json").stdout)["scenarios"]
    best = scenarios["best_if_waiting"] or scenarios["best"]
    assert answer[-1].split()[-2:] == [
        format_money(Decimal(best[key]), "CNY") for key in ("per_call", "month")
    ]
    ranked, _ = screen("compare", *size, "--top", "5")
    assert " ".join(ranked[0].split()) == "USD a month a call model tokens output"


def test_a_terminal_without_colours_is_as_narrow_as_one_with(
    tokencost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.md").write_text("Say hello.\n" * 40, encoding="utf-8")
    monkeypatch.setattr("tokencost.cli.output.terminal_width", lambda: COLUMNS)
    command = ("compare", "a.md", "-o", "300", *TABLE)
    plain = tokencost(*command, "--color", "never").stdout
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= COLUMNS
    colored = STYLE.sub("", tokencost(*command, "--color", "always").stdout)
    assert [line.rstrip() for line in plain.splitlines()] == [
        line.rstrip() for line in colored.splitlines()
    ]
