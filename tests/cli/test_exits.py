"""Exit codes, and what goes to which stream when there is no answer."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import Result

import tokencost as package
from tokencost import CheckReport, budgets
from tokencost.cli.output import exit_code
from tokencost.cli.streams import is_reader_gone

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def files(folder: Path) -> None:
    (folder / "a.md").write_text("hello world", encoding="utf-8")
    (folder / "gb.txt").write_bytes("你好".encode("gb18030"))
    (folder / "paper.pdf").write_bytes(b"%PDF-1.7\0")
    (folder / "empty").mkdir()
    (folder / "cut.json").write_text('{"model": "gpt-4o", "messages": [', encoding="utf-8")
    (folder / "broken.toml").write_text("schema = 1\nas_of = 1\n", encoding="utf-8")
    (folder / "own.toml").write_text(
        'schema = 1\n[[model]]\nid = "plain"\nprovider = "acme"\n[[model.price]]\ninput = 3.0\n'
        'source = "contract"\nchecked = 2026-11-20\n',
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    ("args", "error", "hint"),
    [
        (["estimate", "a.md", "-m", "plane"], "unknown model 'plane'", "did you mean acme/plain?"),
        (["estimate", "a.md"], "no model named", "pass -m openai/gpt-5.4-mini"),
        (["estimate", "b.md", "a.md"], "no such file: 'b.md'", "did you mean 'a.md'?"),
        (["estimate", "cut.json"], "'cut.json' is not valid JSON", "pass --as text"),
        (["estimate", "-m", "plain"], "nothing named", "name a file"),
        (["count"], "nothing named", "name a file"),
        (["check", "-m", "plain", "--max-tokens", "5"], "nothing named", "or leave the limits out"),
        (["estimate", "b.md", "-m", "plain"], "no such file: 'b.md'", "did you mean 'a.md'?"),
        (["estimate", "*.html", "-m", "plain"], "'*.html'", "check the glob"),
        (["count", "paper.pdf"], "'paper.pdf' is binary", "extract its text first"),
        (["estimate", "how are you?", "-m", "plain"], "'how are you?'", "passed with --text"),
        (["count", "how are you"], "no such file: 'how are you'", "pass a text with --text"),
        (["count", "a.md,gb.txt"], "no such file", "name them one by one: a.md gb.txt"),
        (["estimate", "a.md", "-m", "plain,tiered"], "unknown model", "-m plain -m tiered"),
        (["models", "plain,tiered"], "unknown model", "one name at a time: -m plain -m tiered"),
        (["compare", "a.md", "--provider", "acme,haitang"], "unknown provider", "acme --provider"),
        (["estimate", "empty", "-m", "plain"], "no text files in 'empty'", "ignored, excluded"),
        (["count", "gb.txt"], "'gb.txt' is not", "--encoding gb18030"),
        (["count", "a.md", "--encoding", "utf-99"], "unknown encoding: 'utf-99'", "utf-8"),
        (["estimate", "a.md", "-m", "plain", "--site", ""], "site is ''", "leave it out"),
        (["estimate", "a.md", "-m", "plain", "--currency", ""], '"" is not a currency', "USD"),
        (["compress", "a.md", "-m", ""], "model is ''", "leave it out, or name one"),
        (["count", "--calibrate", ""], "'.' is not a regular file", "name a file"),
        (["count", "a.md", "--tokenizer", "gpt"], "unknown tokenizer 'gpt'", "known: o200k_base"),
        (
            ["count", "a.md", "--modle", "x"],
            'unknown option "--modle"',
            "did you mean --model? see `tokencost count --help`",
        ),
        (["count", "--model"], "--model needs a value", "see `tokencost count --help`"),
        (["count", "a.md", "--json=yes"], "--json takes no value", "see `tokencost count --help`"),
        (
            ["count", "a.md", "-f", "yaml"],
            '--format "yaml" is unknown',
            "known are table, json, csv",
        ),
        (["count", "--batch"], 'unknown option "--batch"', "`tokencost count --help`"),
        (["estimate", "--batch"], 'unknown option "--batch"', "write --mode batch; see"),
        (
            ["estimate", "--max-cost", "1"],
            "--max-cost",
            "`tokencost check` has --max-cost-per-call",
        ),
        (["check", "--max-cost", "1"], "--max-cost", "did you mean --max-cost-per-call or --max"),
        (["session", "--tokens", "1"], "--tokens", "did you mean --output-tokens?"),
        (["-m", "plain"], 'unknown option "-m"', "behind a command: `tokencost estimate prompt"),
        (["comapre", "a.md"], 'unknown command "comapre"', "did you mean compare or compress?"),
        (["compress", "a.md", "gb.txt"], 'unexpected argument "gb.txt"', "`tokencost compress"),
        (["prices"], "no command is named", "for example `tokencost prices validate"),
        (["prices", "add", "x"], "--source and --checked are missing", "for example `tokencost"),
        (
            ["estimate", "a.md", "-m", "plain", "--calls", "x"],
            '--calls "x" is not a whole number',
            "--calls 500",
        ),
        (
            ["estimate", "a.md", "-m", "plain", "--calls", "-1"],
            '--calls "-1" is not a whole number',
            "--calls 500",
        ),
        (
            ["estimate", "a.md", "-m", "plain", "-o", "-5"],
            '--output-tokens "-5" is not a number of tokens',
            "500, 200-800",
        ),
        (
            ["estimate", "a.md", "-m", "plain", "-o", "9-1"],
            "runs backwards",
            "the lower number first",
        ),
        (
            ["estimate", "a.md", "-m", "plain", "--volume", "5"],
            '--volume "5" is not a volume',
            "5/hour, 5/day or 5/month",
        ),
        (
            ["estimate", "a.md", "-m", "plain", "--volume", "0/day"],
            '--volume "0/day" is not a volume',
            "20k/day",
        ),
        (
            ["estimate", "a.md", "-m", "plain", "--fx", "7.1"],
            '--fx "7.1" is not an exchange rate',
            "USD/CNY=7.10",
        ),
        (["estimate", "a.md", "-m", "plain", "--fx", "USD/CNY=0"], "--fx", "USD/CNY=7.10"),
        (
            ["estimate", "a.md", "-m", "plain", "--currency", "yuan"],
            '--currency "yuan" is not a currency',
            "CNY",
        ),
        (
            ["estimate", "a.md", "-m", "plain", "--mode", "slow"],
            '--mode "slow" is unknown',
            "standard, batch",
        ),
        (
            ["estimate", "a.md", "-m", "plain", "--at", "soon"],
            '--at "soon" is not a date',
            "2026-11-22",
        ),
        (
            ["estimate", "a.md", "-m", "plain", "--color", "red"],
            '--color "red" is unknown',
            "auto, always",
        ),
        (["estimate", "--input-tokens", "-5", "-m", "plain"], '--input-tokens "-5"', "from 0"),
        (["estimate", "--input-tokens", "5", "a.md", "-m", "plain"], "--input-tokens", "leave one"),
        (
            ["estimate", "a.md", "--cached-tokens", "5", "-m", "plain"],
            "cached tokens",
            "add --input",
        ),
        (
            ["estimate", "--input-tokens", "5", "--cached-tokens", "6", "-m", "plain"],
            "6 cached and 0 written tokens are more than the 5",
            "--input-tokens is the whole input",
        ),
        (
            [
                *("estimate", "--input-tokens", "500", "--cache-write-tokens", "5m=200"),
                *("--cache-ttl", "1h", "-m", "plain"),
            ],
            "the time to live of cache writes is given twice",
            "leave --cache-ttl out",
        ),
        (
            ["estimate", "--input-tokens", "5", "--cache", "both", "-m", "plain"],
            '--cache "both" is unknown',
            "implicit, explicit",
        ),
        (["estimate", "a.md", "-m", "plain", "--json", "-f", "csv"], "--json contradicts", "leave"),
        (["count", "a.md", "-q", "--json"], "--quiet contradicts", "leave one"),
        (
            ["estimate", "a.md", "-m", "plain", "--prices", "broken.toml"],
            "broken.toml:2: as_of must be a date like 2026-11-22, not 1",
            "guide price-files",
        ),
        (
            ["estimate", "a.md", "-m", "plain", "--prices", "none.toml"],
            'price file "none.toml" cannot be read',
            "check the path, and TOKENCOST_PRICES",
        ),
        (["estimate", "a.md", "-m", "shared"], "offered by several providers", "-m acme/shared"),
        (
            ["compare", "a.md", "-o", "5", "-m", "haitang/shared@cn", "--no-free"],
            "none but free models have a price",
            "leave out --no-free",
        ),
        (["check", "a.md", "--max-tokens", "5"], "no model named", "-m openai/gpt-5.4-mini"),
        (["check", "a.md", "-m", "plain"], "no limit to check", "--max-tokens"),
        (["check", "a.md", "-m", "plain", "--max-tokens", "-1"], '--max-tokens "-1"', "from 0"),
        (
            ["check", "a.md", "-m", "plain", "--max-cost-per-call", "1"],
            "not an amount of money",
            "USD",
        ),
        (["check", "*.html", "-m", "plain", "--max-tokens", "5"], "'*.html'", "check the glob"),
        (["check", "a.md", "-m", "plane", "--max-tokens", "5"], "unknown model", "acme/plain"),
        (["count", "a.md", "--show", "-m", "guess"], "doubao has no vocabulary", "tokenizers list"),
        (
            ["count", "a.md", "--show", "-m", "plain", "-m", "guess"],
            "no vocabulary",
            "tokenizers list",
        ),
        (["count", "a.md", "--as", "yaml"], '--as "yaml" is unknown', "jsonl"),
        (["tokenizers", "add", "qwen2", "a.md"], "the name 'qwen2' is taken", "another"),
        (["tokenizers", "add", "mine", "none.json"], "none.json cannot be read", "path"),
        (["models", "nonsense"], "unknown model 'nonsense'", "tokencost models"),
        (["models", "show", "plane"], "unknown model 'plane'", "acme/plain"),
        (["models", "show", "sale@intl"], 'no price at site "intl"', "haitang/sale@cn"),
        (["diff", "main", "head", "a.md"], "unexpected argument", "as in `-- prompt.md`"),
        (["diff"], "BASE is missing", "for example `tokencost diff main`; see"),
        (["count", "http://a.b/c"], "no such file", "nothing is read from a network"),
        (
            ["estimate", "a.md", "-m", "plain", "--no-scenarios", "--scenario", "batch"],
            "--no-scenarios contradicts --scenario",
            "leave one",
        ),
        (
            ["estimate", "a.md", "-m", "plain", "-o", "9999999999999"],
            "must rise from 0 to at most 1,000,000,000,000",
            "write 500",
        ),
        (["nonsense"], 'unknown command "nonsense"', "see `tokencost --help`"),
        (
            ["a.md"],
            'unknown command "a.md"',
            "`tokencost estimate a.md -m openai/gpt-5.4-mini`; see",
        ),
        (["cost", "a.md"], 'unknown command "cost"', "`tokencost estimate`; see"),
        (["--nonsense"], 'unknown option "--nonsense"', "behind a command: `tokencost estimate"),
    ],
)
def test_no_answer_is_exit_2_and_a_line_with_a_hint(
    tokencost: Run, args: list[str], error: str, hint: str
) -> None:
    result = tokencost(*args)
    assert result.exit_code == 2
    if "--json" in args:
        assert json.loads(result.stdout)["errors"][0]["message"] in result.stderr
    else:
        assert result.stdout == ""
    first, second = result.stderr.splitlines()
    assert first.startswith("error: ")
    assert error in first
    assert second.startswith("hint:  ")
    assert hint in second


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (["a b's.md"], """tokencost estimate 'a b'"'"'s.md' -m openai/gpt-5.4-mini"""),
        (["a.md", "-m", "plain", "-o", "500"], "tokencost estimate a.md -m plain -o 500"),
        (["a.md", "--model=plain"], "tokencost estimate a.md --model=plain"),
        (
            ["a.md", "--mode", "batch"],
            "tokencost estimate a.md --mode batch -m openai/gpt-5.4-mini",
        ),
    ],
)
def test_a_file_in_the_place_of_a_command_is_answered_with_a_line_to_paste(
    tokencost: Run, folder: Path, args: list[str], hint: str
) -> None:
    (folder / "a b's.md").write_text("hello world", encoding="utf-8")
    result = tokencost(*args)
    assert result.exit_code == 2
    assert f"hint:  `{hint}`; see `tokencost --help`" in result.stderr


def test_what_past_rows_of_a_model_rest_on_is_shown_on_demand(tokencost: Run) -> None:
    show = ("models", "show", "sale@cn")
    brief, whole = tokencost(*show).stdout, tokencost(*show, "-v").stdout
    assert "source     cn until 2026-10-31" not in brief
    assert "hidden     what 1 past row rests on: -v" in brief
    assert "source     cn until 2026-10-31" in whole
    assert "hidden" not in whole


def test_a_known_model_is_answered_beside_an_unknown_one(tokencost: Run) -> None:
    result = tokencost("estimate", "a.md", "-m", "plain", "-m", "plane", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 2
    assert [result["model"] for result in answer["results"]] == ["acme/plain"]
    assert [error["model"] for error in answer["errors"]] == ["plane"]
    assert "unknown model 'plane'" in result.stderr


def test_a_readable_file_is_counted_beside_an_unreadable_one(tokencost: Run) -> None:
    result = tokencost("count", "a.md", "gb.txt", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["totals"][0]["tokens"]["input"] == 2


def test_a_quiet_total_is_of_everything_or_not_printed(tokencost: Run) -> None:
    for command in (("count",), ("estimate", "-m", "plain")):
        result = tokencost(*command, "a.md", "gb.txt", "-q")
        assert (result.exit_code, result.stdout) == (2, "")


def test_beyond_the_window_the_price_is_null(tokencost: Run) -> None:
    result = tokencost("estimate", "--input-tokens", "100001", "-m", "plain", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 2
    assert answer["results"][0]["cost"] is None
    assert answer["results"][0]["context"] == {"window": 100_000, "fits": False}
    assert answer["totals"][0]["expected"] is None


def test_beyond_the_last_tier_the_price_is_null(tokencost: Run) -> None:
    result = tokencost("estimate", "--input-tokens", "128001", "-m", "tiered", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["results"][0]["cost"] is None


@pytest.mark.parametrize(("limit", "code", "word"), [("2", 0, "pass"), ("1", 1, "fail")])
def test_exit_1_means_a_broken_budget_and_nothing_else(
    tokencost: Run, limit: str, code: int, word: str
) -> None:
    result = tokencost("check", "a.md", "-m", "plain", "--max-tokens", limit, "-q")
    assert (result.exit_code, result.stdout, result.stderr) == (code, f"{word}\n", "")


def test_a_check_that_judged_nothing_does_not_pass(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(*args: Any, **options: Any) -> CheckReport:
        return replace(budgets.check(*args, **options), findings=())

    monkeypatch.setattr(package, "check", check)
    assert tokencost("check", "a.md", "-m", "plain", "--max-tokens", "9").exit_code == 2


def test_what_could_not_be_judged_beats_a_broken_budget(tokencost: Run) -> None:
    result = tokencost("check", "a.md", "gb.txt", "-m", "plain", "--max-tokens", "1", "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["status"]) == (2, "error")
    assert answer["findings"][0]["status"] == "fail"


def test_nothing_judged_prints_nothing_unless_the_verdict_alone_is_asked(tokencost: Run) -> None:
    result = tokencost("check", "gb.txt", "-m", "plain", "--max-tokens", "1", "-q")
    assert (result.exit_code, result.stdout) == (2, "error\n")


def test_a_pipe_needs_no_name(tokencost: Run) -> None:
    result = tokencost("count", "-q", stdin="hello world")
    assert (result.exit_code, result.stdout) == (0, "2\n")


def test_an_empty_pipe_that_is_named_counts_as_nothing(tokencost: Run) -> None:
    assert tokencost("count", "-", "-q", stdin="").stdout == "0\n"


def test_paths_can_come_from_a_list(tokencost: Run) -> None:
    assert tokencost("count", "--files-from", "-", "-q", stdin="a.md\n").stdout == "2\n"


def test_another_encoding_can_be_named(tokencost: Run) -> None:
    assert tokencost("count", "gb.txt", "--encoding", "gb18030", "-q").stdout == "1\n"


def test_literal_texts_are_inputs(tokencost: Run) -> None:
    assert tokencost("count", "--text", "hello world", "--text", "hello", "-q").stdout == "3\n"


def test_a_table_of_ones_own_replaces_the_price(tokencost: Run) -> None:
    answer = tokencost("estimate", "a.md", "-m", "plain", "--prices", "own.toml", "--json")
    assert json.loads(answer.stdout)["totals"][0]["expected"] == "0.000006"


def test_the_environment_stands_in_for_options(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKENCOST_MODEL", "plain")
    monkeypatch.setenv("TOKENCOST_PRICES", "own.toml")
    monkeypatch.setenv("TOKENCOST_FORMAT", "json")
    monkeypatch.setenv("TOKENCOST_CURRENCY", "CNY")
    answer = json.loads(tokencost("estimate", "a.md").stdout)
    assert answer["prices"]["sources"] == ["builtin", "own.toml"]
    converted = answer["results"][0]["cost_converted"]
    assert (converted["currency"], converted["expected"]) == ("CNY", "0.000042")


def test_native_converts_nothing(tokencost: Run) -> None:
    answer = tokencost("estimate", "a.md", "-m", "plain", "--currency", "native", "--json")
    assert json.loads(answer.stdout)["fx"] == []


def test_quiet_gives_the_exact_sum_in_the_asked_currency(tokencost: Run) -> None:
    command = ("estimate", "a.md", "-m", "plain", "-o", "1", "-q")
    assert tokencost(*command).stdout == "0.000014\n"
    assert tokencost(*command, "--currency", "CNY").stdout == "0.000098\n"
    assert tokencost(*command, "--currency", "CNY", "--fx", "CNY/USD=0.1").stdout == "0.00014\n"


def test_the_version_is_printed(tokencost: Run) -> None:
    assert tokencost("--version").stdout == "tokencost 0.1.0\n"


def test_no_command_shows_the_help(tokencost: Run) -> None:
    result = tokencost()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "tokencost estimate prompt.md -m openai/gpt-5.4-mini -o 500\n" in result.stderr


@pytest.mark.parametrize("command", ["estimate", "count", "check", "models list", "models show"])
def test_every_command_has_help_with_examples_left_whole(tokencost: Run, command: str) -> None:
    output = tokencost(*command.split(), "--help").stdout
    name = command.removesuffix(" list")
    assert f"\n      tokencost {name} " in output or f"\n      tokencost {name}\n" in output


@pytest.mark.parametrize(
    ("environment", "is_coloured"),
    [
        ({}, False),  # not a terminal
        ({"FORCE_COLOR": "1"}, True),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "1", "TERM": "dumb"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"CLICOLOR_FORCE": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_the_environment_says_whether_tables_are_coloured(
    tokencost: Run,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    is_coloured: bool,  # noqa: FBT001
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    args = ("estimate", "--text", "hi", "-m", "plain")
    assert ("\x1b[" in tokencost(*args).stdout) is is_coloured
    assert "\x1b[" in tokencost(*args, "--color", "always").stdout
    assert "\x1b[" not in tokencost(*args, "--color", "never").stdout


@pytest.fixture
def no_home(tokencost: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run as a user whose id nobody knows, without HOME: a container."""

    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(Path, "home", home)
    return tokencost


@pytest.mark.parametrize(
    "args",
    [
        ("count", "--text", "hi"),
        ("count", "--text", "hi", "-m", "guess"),
        ("estimate", "--text", "hi", "-m", "plain"),
        ("models",),
        ("tokenizers", "list"),
        ("prices", "path"),
    ],
)
def test_who_has_no_home_has_no_folder_and_gets_an_answer(no_home: Run, args: Any) -> None:
    assert no_home(*args).exit_code == 0


@pytest.mark.parametrize(
    "args",
    [
        ("prices", "validate"),
        ("prices", "add", "x/y", "--input", "1", "--source", "s", "--checked", "today"),
        ("tokenizers", "add", "mine", "tokenizer.json"),
    ],
)
def test_what_needs_a_folder_of_ones_own_says_so(no_home: Run, args: Any) -> None:
    result = no_home(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "HOME is not set" in result.stderr


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (["count", "a.md", "--tokenizer", ""], '--tokenizer "" is not a name'),
        (
            ["estimate", "a.md", "-m", "plain", "--fx", "USD/CNY=7", "--fx", "CNY/USD=1"],
            "--fx USD/CNY=7 and --fx CNY/USD=1 contradict each other",
        ),
        (["estimate", "a.md", "-m", "plain", "--scenario", "x", "-q"], "scenario"),
        (["estimate", "a.md", "-m", "plain", "--hit-rate", "2", "-q"], "--hit-rate"),
        (["session", "-m", "plain", "--system", "empty"], '--system "empty" is a folder'),
    ],
)
def test_what_contradicts_itself_is_refused_also_when_quiet(
    tokencost: Run, args: list[str], error: str
) -> None:
    result = tokencost(*args)
    assert result.exit_code == 2
    assert error in result.stderr


def test_a_configuration_folder_that_is_not_absolute_is_ignored(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", ".")
    paths = tokencost("prices", "path", "-q").stdout.split()
    assert all(Path(path).is_absolute() for path in paths)


@pytest.mark.parametrize(
    "args",
    [
        ["estimate", "none.md", "-m", "plain", "--json"],
        ["estimate", "a.md", "-m", "plane", "--json"],
        ["estimate", "a.md", "--calls", "x", "-f", "json"],
        ["compare", "a.md", "--currency", "XXX", "--format=json"],
        ["check", "a.md", "-m", "plain", "--json"],
        ["count", "a.md", "--modle", "x", "--json"],
        ["models", "show", "plane", "--json"],
        ["prices", "diff", "none.toml", "none.toml", "--json"],
        ["session", "--turns", "x", "--json"],
        ["nonsense", "--json"],
    ],
)
def test_a_script_that_reads_json_gets_json_where_nothing_could_be_answered(
    tokencost: Run, args: list[str]
) -> None:
    result = tokencost(*args)
    assert result.exit_code == 2
    answer = json.loads(result.stdout)
    name = answer["schema"].removeprefix("tokencost.")
    jsonschema.validate(answer, package.json_schema(name))
    assert [error["message"] for error in answer["errors"]]
    assert all(error["message"] in result.stderr for error in answer["errors"])


@pytest.mark.parametrize(
    ("args", "start"), [((), "{\n"), (("-f", "table"), ""), (("--format=csv",), "")]
)
def test_an_option_says_the_format_of_an_error_before_the_environment(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], start: str
) -> None:
    monkeypatch.setenv("TOKENCOST_FORMAT", "json")
    result = tokencost("estimate", "none.md", "--calls", "x", *args)
    assert result.exit_code == 2
    assert result.stdout[:2] == start


def test_a_comparison_without_any_answer_says_why_also_when_quiet(tokencost: Run) -> None:
    result = tokencost("compare", "a.md", "--currency", "XXX", "-q")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error: " in result.stderr
    assert "XXX" in result.stderr


ESCAPE = "a\x1b[31m\u202eb\n2.md"


@pytest.mark.parametrize("output_format", ["table", "markdown"])
def test_names_of_others_never_reach_a_terminal_raw(
    tokencost: Run, folder: Path, output_format: str
) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / ESCAPE).write_text("hello", encoding="utf-8")
    output = tokencost("count", "deep", "-f", output_format)
    spelled = package.printable(ESCAPE).replace("\\", "\\\\" if output_format != "table" else "\\")
    assert spelled in output.stdout
    assert not {"\x1b", "\u202e"} & set(output.stdout + output.stderr)
    rows = json.loads(tokencost("count", "deep", "--json").stdout)["results"]
    assert rows[0]["input"] == f"deep/{ESCAPE}"


def test_errors_spell_out_what_a_terminal_would_obey(tokencost: Run) -> None:
    result = tokencost("count", "none\x1b]52;c;aGk=\x07\r.md", "--tokenizer", "x\x1b[2J")
    assert not {"\x1b", "\x07", "\r"} & set(result.stderr)
    assert "\\x1b" in result.stderr


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


CRASH = """
import sys, tokencost.cli, tokencost.__main__ as main
def crash(**_): raise {error}
tokencost.cli.app = crash
main.run()
"""


def test_what_nobody_thought_of_is_one_line_and_exit_2() -> None:
    result = run_python(CRASH.format(error="KeyError('x\\x1b')"))
    assert result.returncode == 2
    first, second = result.stderr.splitlines()
    assert first.startswith("error: internal error: KeyError: ")
    assert "\x1b" not in first
    assert "TOKENCOST_DEBUG=1" in second
    traced = run_python(CRASH.format(error="KeyError('x')"), TOKENCOST_DEBUG="1")
    assert "Traceback" in traced.stderr


def test_an_interruption_is_130() -> None:
    assert run_python(CRASH.format(error="KeyboardInterrupt")).returncode == 130
    inside = "import tokencost.estimates.count as c, tokencost.__main__ as m, sys\n"
    inside += "import tokencost\n"
    inside += "def stop(*a, **k): raise KeyboardInterrupt\n"
    inside += "tokencost.count = stop\nsys.argv = ['t', 'count', '--text', 'x']\nm.run()"
    result = run_python(inside)
    assert (result.returncode, result.stdout) == (130, "")


@pytest.mark.parametrize("ending", ["raise SystemExit(3)", "raise SystemExit", "pass"])
def test_the_command_ends_at_once_with_all_that_it_wrote(ending: str) -> None:
    code = "import atexit, sys, tokencost.cli, tokencost.__main__ as main\n"
    code += "atexit.register(lambda: print('taken down'))\n"
    code += f"def app(**_):\n    sys.stdout.write('written'); {ending}\n"
    code += "tokencost.cli.app = app; main.run()"
    result = run_python(code)
    assert (result.returncode, result.stdout) == (3 if "3" in ending else 0, "written")


def test_a_reader_that_is_gone_is_known_on_every_system() -> None:
    gone, refused = OSError(errno.EINVAL, "Invalid argument"), OSError(errno.ENOSPC, "No space")
    assert [is_reader_gone(gone, system) for system in ("win32", "linux")] == [True, False]
    assert is_reader_gone(BrokenPipeError(), "linux")
    assert not is_reader_gone(refused, "win32")


def test_what_could_not_be_judged_stands_beside_what_is_within(tokencost: Run) -> None:
    args = ("-m", "plain", "--max-tokens-per-file", "9")
    result = tokencost("check", "a.md", "missing.txt", *args)
    assert "error: 1 of 1 within, 1 could not be judged" in result.stdout


def test_an_error_of_many_inputs_is_one_line_and_of_few_one_for_each(
    tokencost: Run, folder: Path
) -> None:
    names = [f"p{number}.md" for number in range(6)]
    for name in names:
        (folder / name).write_text("hello", encoding="utf-8")
    large = tokencost("estimate", "-m", "plain", "--max-input-size", "1", *names, "-q").stderr
    assert large.count("holds more than 1 bytes") == 6  # each message names its own file
    exact = ("estimate", "-m", "guess", "--tokenizer", "exact", "-q")
    (line,) = [one for one in tokencost(*exact, *names).stderr.splitlines() if "error:" in one]
    assert line.startswith("error: p0.md, p1.md, p2.md and 3 more (see --json): ")
    few = tokencost(*exact, *names[:5]).stderr
    assert (few.count("error: p"), few.count("hint: ")) == (5, 1)


@pytest.mark.parametrize("paths", [["missing.txt"], ["empty"], ["missing.txt", "paper.pdf"]])
def test_of_nothing_that_could_be_read_no_model_is_said_to_lack_a_price(
    tokencost: Run, paths: list[str]
) -> None:
    result = tokencost("compare", *paths, "-o", "5")
    assert (result.stdout, result.exit_code) == ("", 2)
    answer = json.loads(tokencost("compare", *paths, "-o", "5", "--json").stdout)
    assert answer["results"] == []
    assert len(answer["errors"]) == len(paths)


@pytest.mark.parametrize(
    ("status", "code"), [(None, 0), ("pass", 0), ("warn", 0), ("fail", 1), ("error", 2)]
)
def test_a_verdict_exits_by_its_status_and_by_2_where_anything_failed(
    status: str | None, code: int
) -> None:
    verdict = package.Status(status) if status else None
    assert exit_code([], verdict) == code
    failure = package.Failure(error=package.UsageError("no", hint="yes"))
    assert exit_code([failure], verdict) == 2
