"""The options of `count` that choose what is shown."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def files(folder: Path) -> None:
    for name, words in {"docs/b.md": 4, "docs/deep/er/c.md": 9, "docs/deep/er/d.md": 1}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(" word" * words, encoding="utf-8")
    (folder / "a.md").write_text(" word" * 6, encoding="utf-8")


ALL = ("count", "docs", "a.md", "--tokenizer", "o200k_base")


def inputs(result: Result) -> dict[str, int]:
    """Return what is shown, with its tokens, in order."""
    return {row["input"]: row["tokens"]["input"] for row in json.loads(result.stdout)["results"]}


def lines(result: Result) -> list[list[str]]:
    """Return the rows of the table as names and tokens."""
    rows = result.stdout.partition("\n\n")[0].splitlines()[1:]
    return [row.replace(" of ", "_").split()[:2] for row in rows]


def test_inputs_are_sorted_by_size_or_by_path(tokencost: Run) -> None:
    by_size = inputs(tokencost(*ALL, "--sort", "tokens", "--json"))
    assert list(by_size.values()) == [9, 6, 4, 1]
    by_path = inputs(tokencost(*ALL, "--sort", "path", "--json"))
    assert list(by_path) == sorted(by_size)


@pytest.mark.parametrize(
    ("args", "sizes"),
    [
        (("--top", "2"), [9, 6]),
        (("--top", "2", "--sort", "path"), [6, 9]),
        (("--min-tokens", "4"), [4, 9, 6]),
        (("--min-tokens", "5", "--top", "3"), [9, 6]),
        (("--min-tokens", "1k"), []),
    ],
)
def test_what_is_not_shown_is_said_and_still_summed_up(
    tokencost: Run, args: tuple[str, ...], sizes: list[int]
) -> None:
    result = tokencost(*ALL, *args, "--json")
    report = json.loads(result.stdout)
    assert list(inputs(result).values()) == sizes
    assert [total["tokens"]["input"] for total in report["totals"]] == [20]
    hidden = f"not shown: {4 - len(sizes)} of 4 inputs (--top, --min-tokens); sums include them"
    assert hidden in [note["text"] for note in report["assumed"]]
    table = tokencost(*ALL, *args)
    assert hidden in table.stdout
    assert lines(table)[-1] == ["sum_4", "20"]
    assert tokencost(*ALL, *args, "-q").stdout == "20\n"
    assert len(tokencost(*ALL, *args, "-f", "csv").stdout.splitlines()) == 1 + len(sizes)


def test_a_tree_has_folders_with_their_sums_the_largest_first(tokencost: Run) -> None:
    assert lines(tokencost(*ALL, "--tree")) == [
        ["docs/", "14"],
        ["deep/er/", "10"],
        ["c.md", "9"],
        ["d.md", "1"],
        ["b.md", "4"],
        ["a.md", "6"],
        ["sum_4", "20"],
    ]
    by_path = [name for name, _ in lines(tokencost(*ALL, "--tree", "--sort", "path"))]
    assert by_path == ["a.md", "docs/", "b.md", "deep/er/", "c.md", "d.md", "sum_4"]
    assert tokencost(*ALL, "--tree", "--json").stdout == tokencost(*ALL, "--json").stdout


def test_a_tree_without_small_inputs_keeps_the_sums_of_folders(tokencost: Run) -> None:
    assert lines(tokencost(*ALL, "--tree", "--min-tokens", "9")) == [
        ["docs/", "14"],
        ["deep/er/", "10"],
        ["c.md", "9"],
        ["sum_4", "20"],
    ]


def test_a_tree_of_several_models_has_a_line_for_each(tokencost: Run) -> None:
    rows = tokencost("count", "docs", "a.md", "--tree", "-m", "plain", "-m", "guess").stdout
    assert rows.count("docs/ ") == rows.count("deep/er/ ") == 2


def test_the_total_alone(tokencost: Run) -> None:
    assert lines(tokencost(*ALL, "--total")) == [["sum_4", "20"]]
    csv = tokencost(*ALL, "--total", "-f", "csv").stdout.splitlines()
    assert csv[1:] == ["sum of 4,text,,20,20,20,exact,o200k_base,"]
    single = tokencost("count", "a.md", "--total")
    assert lines(single)[0] == ["a.md", "6"]


def test_ids_are_printed_where_they_are_known(tokencost: Run) -> None:
    args = ("count", "--text", "hello world", "--ids", "--tokenizer")
    assert tokencost(*args, "o200k_base").stdout == "24912 2375\n"  # as tiktoken encodes it
    assert tokencost(*args, "cl100k_base").stdout == "15339 1917\n"
    assert tokencost(*args, "qwen2").stdout == "14990 1879\n"
    assert tokencost(*args, "deepseek-v3").stdout == "33310 2058\n"  # as tokenizers encodes it
    assert tokencost(*args, "tekken").stdout == "29706 4304\n"  # as splintr does
    for name, error in (
        ("gemma4", "the ids of gemma4 do not follow the ranks of its tokens"),
        ("claude-4.8", "claude-4.8 has no vocabulary whose tokens could be shown"),
    ):
        result = tokencost(*args, name)
        assert (result.exit_code, result.stdout) == (2, "")
        assert error in result.stderr
    both = tokencost("count", "a.md", "docs/b.md", "--ids")
    assert both.stdout.startswith("a.md:\n2195 2195")


def test_two_models_are_shown_side_by_side(tokencost: Run) -> None:
    text = "Tokens are not words: 词元不是单词。"
    result = tokencost("count", "--text", text, "--show", "-m", "plain", "-m", "tiered")
    assert result.exit_code == 0
    heading, sizes, *rows = result.stdout.splitlines()
    assert "acme/plain" in heading
    assert "haitang/tiered" in heading
    assert sizes.count("tokens") == 2
    for side in (0, 1):
        halves = [row.replace(" * ", "   ").split("   ")[0 if side == 0 else -1] for row in rows]
        assert "".join(halves).replace("|", "").replace(" ", "") == text.replace(" ", "")
    assert any(" * " in row for row in rows)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("--sort", "size"), '--sort "size" is unknown'),
        (("--top", "0"), '--top must be at least 1, not "0"'),
        (("--min-tokens", "few"), '--min-tokens "few" is not a whole number'),
        (("--tree", "--total"), "--tree contradicts --total"),
        (("--show", "--ids"), "--show contradicts --ids"),
        (("--show", "-m", "plain", "-m", "guess", "-m", "tiered"), "one model, or two"),
    ],
)
def test_a_mistake_is_exit_2(tokencost: Run, args: tuple[str, ...], error: str) -> None:
    result = tokencost("count", "a.md", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert error in result.stderr
