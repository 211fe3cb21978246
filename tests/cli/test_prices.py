"""The user's own table, from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
ADD = ("prices", "add", "plain", "--input", "1", "--output", "4", "--source", "us", "--checked")


def estimate(run: Run, *args: str) -> str:
    return run("estimate", "--input-tokens", "1000000", "-m", "guess", *args, "-q").stdout


def add(run: Run, rate: str) -> Result:
    return run(
        *("prices", "add", "guess", "--input", rate, "--source", "us", "--checked", "2026-11-20")
    )


def test_what_was_added_counts_in_every_command_from_then_on(tokencost: Run) -> None:
    assert estimate(tokencost) == "4\n"
    assert add(tokencost, "1").exit_code == 0
    assert estimate(tokencost) == "1\n"
    answer = json.loads(
        tokencost("estimate", "--input-tokens", "1", "-m", "guess", "--json").stdout
    )
    assert answer["prices"]["sources"] == ["builtin", "user"]


def test_builtin_leaves_the_own_table_out(tokencost: Run) -> None:
    add(tokencost, "1")
    assert estimate(tokencost, "--prices", "builtin") == "4\n"


def test_a_named_table_lies_over_the_own_one(tokencost: Run) -> None:
    add(tokencost, "1")
    own = Path(tokencost("prices", "path").stdout.splitlines()[-1].split(maxsplit=1)[1])
    Path("other.toml").write_text(
        own.read_text(encoding="utf-8").replace("input = 1", "input = 2"), encoding="utf-8"
    )
    assert estimate(tokencost, "--prices", "other.toml") == "2\n"
    assert (
        "tables builtin < user < other.toml"
        in tokencost(
            "estimate", "--input-tokens", "1", "-m", "guess", "--prices", "other.toml"
        ).stdout
    )


def test_the_path_is_told_before_there_is_a_file(tokencost: Run) -> None:
    result = tokencost("prices", "path")
    assert result.stdout.endswith("prices.toml  (not there)\n")
    add(tokencost, "1")
    assert tokencost("prices", "path").stdout.endswith("prices.toml\n")


def test_the_shipped_table_is_validated_by_its_name(tokencost: Run) -> None:
    result = tokencost("prices", "validate", "builtin")
    assert result.exit_code == 0
    assert "status  valid" in result.stdout


def test_the_own_table_is_validated_where_none_is_named(tokencost: Run) -> None:
    assert "no table of your own" in tokencost("prices", "validate").stderr
    add(tokencost, "1")
    assert tokencost("prices", "validate", "-q").stdout == "valid\n"


def test_every_mistake_is_a_line_of_its_own_and_the_exit_is_2(tokencost: Run, folder: Path) -> None:
    (folder / "broken.toml").write_text("schema = 1\nas_of = 1\nnonsense = 2\n", encoding="utf-8")
    for args in (
        ["prices", "validate", "broken.toml"],
        ["estimate", "--input-tokens", "1", "-m", "guess", "--prices", "broken.toml"],
    ):
        result = tokencost(*args)
        assert (result.exit_code, result.stdout) == (2, "")
        errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
        assert errors == [
            "error: broken.toml:2: as_of must be a date like 2026-11-22, not 1",
            "error: broken.toml:3: unknown key nonsense = 2",
        ]


@pytest.mark.parametrize(
    ("args", "error", "hint"),
    [
        ((*ADD, "yesterday"), '--checked "yesterday" is not a date', "2026-11-22"),
        (
            (*ADD, "2027-01-02"),
            "checked = 2027-01-02 lies in the future",
            "the latest day known is 2027-01-01",
        ),
        ((*ADD, "2026-11-20", "--kind", "gift"), "kind must be one of", "guide"),
        ((*ADD, "2026-11-20", "--from", "soon"), '--from "soon" is not a date', "2026-11-22"),
        ((*ADD, "2026-11-20", "--cache-read", "1e-3"), '--cache-read "1e-3" is not a price', "2.5"),
        ((*ADD, "2026-11-20", "--cache-write", "3"), '--cache-write "3" is not a rate', "5m=3.75"),
        ((*ADD, "2026-11-20", "--tokenizer", "gpt"), "unknown tokenizer 'gpt'", "known"),
        (("prices", "add", "huge", "--source", "x", "--checked", "today"), "a provider", "model"),
        (
            ("prices", "add", "plain"),
            "--source and --checked are missing",
            "for example `tokencost prices add gpt-5.4-mini",
        ),
        (("prices", "import", "x", "y", "--checked", "today"), "y cannot be read", "path"),
        (("prices", "diff", "builtin", "y"), 'price file "y" cannot be read', "check the path"),
        (("compare", "--text", "a", "--input-tokens", "1"), "instead of a text", "leave one"),
        (("compare", "--text", "a", "--provider", "acm"), 'unknown provider "acm"', "acme"),
        (("compare", "--text", "a", "-m", "plane"), "unknown model 'plane'", "acme/plain"),
        (("models", "--site", "mars"), 'unknown site "mars"', "known are cn, global, intl"),
        (("models", "--min-context", "9000000"), "no model of the table", "fewer"),
    ],
)
def test_a_mistake_is_exit_2_with_nothing_written(
    tokencost: Run, folder: Path, args: tuple[str, ...], error: str, hint: str
) -> None:
    result = tokencost(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    first, second = result.stderr.splitlines()
    assert error in first
    assert hint in second
    assert list(folder.iterdir()) == []


def test_a_source_nobody_knows_is_named(tokencost: Run, folder: Path) -> None:
    (folder / "x.json").write_text("{}", encoding="utf-8")
    result = tokencost("prices", "import", "openrouter", "x.json", "--checked", "today")
    assert result.exit_code == 2
    assert '"openrouter"' in result.stderr
    assert "litellm, genai-prices, models.dev" in result.stderr


def test_compare_has_a_row_for_every_model_that_was_named(tokencost: Run) -> None:
    named = ("compare", "--input-tokens", "200000", "-m", "plain", "-m", "guess")
    result = tokencost(*named)
    assert result.exit_code == 2
    assert "does not fit" in result.stdout
    assert "error: acme/plain does not fit: 200,000 tokens" in result.stderr
    result = tokencost(*named, "-q")
    assert (result.exit_code, result.stdout) == (2, "")
    result = tokencost("compare", "--text", "a", "-m", "guess", "-m", "tiered", "--site", "cn")
    assert result.exit_code == 2
    assert "guess is not among the providers, sites and windows" in result.stderr


def test_compare_ranks_what_has_a_price_where_no_model_was_named(tokencost: Run) -> None:
    result = tokencost("compare", "--input-tokens", "200000", "--provider", "acme")
    assert result.exit_code == 0
    assert "does not fit" in result.stdout
