"""Defaults of commands from files: every key, every command, and who beats whom."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import Result

import tokencost as package
from tests.repositories import Checkout

Run = Callable[..., Result]

OWN = """\
schema = 1
[[model]]
id = "plain"
provider = "acme"
  [[model.price]]
  input = 100.0
  output = 200.0
  source = "team"
  checked = 2026-11-20
"""


@pytest.fixture(autouse=True)
def files(folder: Path) -> None:
    (folder / "a.md").write_text("hello world", encoding="utf-8")
    (folder / "texts" / "drafts").mkdir(parents=True)
    (folder / "texts" / "a.md").write_text("hello world", encoding="utf-8")
    (folder / "texts" / "drafts" / "b.md").write_text("hello", encoding="utf-8")
    (folder / "team.toml").write_text(OWN, encoding="utf-8")
    message = {"messages": [{"role": "user", "content": "hello"}]}
    requests = [message | {"model": "plain", "max_tokens": 10}, message]
    (folder / "requests.jsonl").write_text("\n".join(map(json.dumps, requests)), encoding="utf-8")


def project(text: str) -> None:
    Path("tokencost.toml").write_text(text, encoding="utf-8")


def user(text: str) -> None:
    path = Path(".config/tokencost/config.toml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


# Each key with the option of the same meaning: what is set does what is typed.
SETTINGS = {
    "model": ('"tiered"', ("-m", "tiered")),
    "site": ('"intl"', ("--site", "intl")),
    "currency": ('"CNY"', ("--currency", "CNY")),
    "output_tokens": ("301", ("-o", "301")),
    "volume": ('"20k/day"', ("--volume", "20k/day")),
    "exclude": ('["drafts/"]', ("--exclude", "drafts/")),
}
COMMANDS = {
    "estimate": (
        "model site currency output_tokens volume exclude",
        ("estimate", "texts", "-o", "5"),
    ),
    "check": (
        "model site output_tokens exclude",
        ("check", "texts", "-o", "5", "--max-cost-per-call", "9CNY", "--fx", "USD/CNY=7"),
    ),
    "compare": ("currency output_tokens volume exclude", ("compare", "texts")),
    "count": ("model exclude", ("count", "texts")),
    "session": ("model site currency output_tokens volume", ("session", "--turns", "3")),
}


def without(args: tuple[str, ...], key: str) -> tuple[str, ...]:
    """Return a command line without what the key says, but with a model where one is needed."""
    if key == "output_tokens" and "-o" in args:
        at = args.index("-o")
        args = args[:at] + args[at + 2 :]
    if key == "model" or args[0] in ("count", "compare"):
        return args
    return (*args, "-m", "plain" if key == "currency" else "tiered")


@pytest.mark.parametrize(
    ("command", "key"),
    [(name, key) for name, (keys, _) in COMMANDS.items() for key in keys.split()],
)
def test_a_setting_does_what_the_option_of_its_name_does(
    command: str, key: str, tokencost: Run
) -> None:
    args = without(COMMANDS[command][1], key)
    value, option = SETTINGS[key]
    plain = tokencost(*args, "--json")
    typed = tokencost(*args, *option, "--json")
    project(f"{key} = {value}\n")
    written = tokencost(*args, "--json")
    assert (written.exit_code, written.stdout) == (0, typed.stdout)
    assert written.stdout != plain.stdout
    assert tokencost(*args, "--no-config", "--json").stdout == plain.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_a_price_table_and_its_age_hold_in_every_command_and_are_named(
    command: str, tokencost: Run
) -> None:
    args = without(COMMANDS[command][1], "currency")
    args = (*args, "-m", "plain") if command == "count" else args
    project('prices = "team.toml"\nmax_price_age = "300d"\n')
    prices = answer(tokencost(*args, "--json"))["prices"]
    assert prices["sources"] == ["builtin", "team.toml"]
    assert prices["set_in"] == {"team.toml": "tokencost.toml:1"}
    assert "team.toml (set in tokencost.toml:1)" in tokencost(*args, "-v").stdout
    assert "team.toml (set in tokencost.toml:1)" in tokencost(*args).stdout
    project('max_price_age = "39d"\n')
    result = tokencost(*args)
    if command == "count":  # which asks for no price
        assert prices["age"] is None
        assert result.exit_code == 0
        return
    # The tests' table is of 2026-11-22, and the day of the run is 2027-01-01: 40 days.
    age = {"days": 40, "day": "2027-01-01", "limit": "300d", "set_in": "tokencost.toml:2"}
    assert prices["age"] == age
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == (
        "error: the price table of 2026-11-22 is 40 days old on 2027-01-01, and max_price_age is "
        "39d (tokencost.toml:1)"
    )
    project('max_price_age = "40d"\n')
    assert tokencost(*args).exit_code == 0


def test_the_age_is_that_on_the_day_that_is_asked_for(tokencost: Run) -> None:
    args = ("estimate", "a.md", "-m", "plain")
    project('max_price_age = "39d"\n')
    assert tokencost(*args, "--at", "2026-12-31").exit_code == 0
    assert "the table 39 days old on 2026-12-31" in tokencost(*args, "--at", "2026-12-31").stdout
    assert tokencost(*args, "--at", "2027-01-01").exit_code == 2
    assert tokencost(*args, "--at", "2026-11-01").exit_code == 0


@pytest.mark.parametrize("args", [("models",), ("models", "show", "plain")])
def test_lists_of_models_take_the_table_as_well(args: tuple[str, ...], tokencost: Run) -> None:
    project('prices = "team.toml"\n')
    table = tokencost(*args).stdout
    assert "100" in table
    assert "team.toml (set in tokencost.toml:1)" in table
    assert answer(tokencost(*args, "--json"))["prices"]["set_in"] == {
        "team.toml": "tokencost.toml:1"
    }


def test_compress_counts_for_the_model_that_is_set(tokencost: Run) -> None:
    args = ("compress", "a.md", "--output", "short.md", "--json")
    assert answer(tokencost(*args))["results"][0]["model"] is None
    project('model = "plain"\nprices = "team.toml"\n')
    report = answer(tokencost(*args))
    assert report["results"][0]["model"] == "acme/plain"
    assert report["prices"]["set_in"] == {"team.toml": "tokencost.toml:2"}
    project('model = ["plain", "guess"]\n')
    result = tokencost(*args)
    assert result.exit_code == 2
    assert "tokencost.toml:1 names several models" in result.stderr
    assert tokencost(*args, "--tokenizer", "qwen2").exit_code == 0


def test_an_exchange_rate_is_used_and_its_place_named(tokencost: Run) -> None:
    args = ("estimate", "--input-tokens", "10k", "-m", "plain", "--currency", "CNY", "--json")
    project('[fx]\n"USD/CNY" = { rate = 5, date = 2026-11-20 }\n')
    assert answer(tokencost(*args))["fx"] == [
        {"pair": "USD/CNY", "rate": "5", "date": "2026-11-20", "source": "set in tokencost.toml:1"}
    ]
    for other in (("--fx", "USD/CNY=6"), ()):
        assert len(answer(tokencost(*args, *other))["fx"]) == 1
    project('fx = ["USD/CNY=5"]\n')
    assert answer(tokencost(*args))["fx"][0]["rate"] == "5"


# For each key its option, its variable, and what the four levels say, the strongest first.
LEVELS = {
    "model": ("-m", "TOKENCOST_MODEL", ("plain", "guess", "tiered", "likely")),
    "currency": ("--currency", "TOKENCOST_CURRENCY", ("native", "CNY", "native", "CNY")),
    "fx": ("--fx", "TOKENCOST_FX", ("USD/CNY=4", "USD/CNY=3", "USD/CNY=2", "USD/CNY=1")),
    "prices": ("--prices", "TOKENCOST_PRICES", ("4.toml", "3.toml", "2.toml", "1.toml")),
    "site": ("--site", "", ("intl", "", "cn", "intl")),
    "output_tokens": ("-o", "", ("100", "", "200", "300")),
    "volume": ("--volume", "", ("10/day", "", "20/day", "30/day")),
    "exclude": ("--exclude", "", ("a.md", "", "drafts/", "a.md")),
}
SHOWN: dict[str, Callable[[Any], Any]] = {
    "model": lambda report: {row["model"] for row in report["results"]},
    "currency": lambda report: report["results"][0]["cost_converted"],
    "fx": lambda report: [rate["rate"] for rate in report["fx"]],
    "prices": lambda report: report["results"][0]["price"]["input"],
    "site": lambda report: {row["site"] for row in report["results"]},
    "output_tokens": lambda report: report["assumptions"]["output_tokens"],
    "volume": lambda report: report["assumptions"]["volume_per_month"],
    "exclude": lambda report: {row["input"] for row in report["results"]},
}


@pytest.mark.parametrize("key", LEVELS)
def test_an_option_beats_the_environment_beats_the_project_beats_the_user(
    key: str, tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    option, variable, (flag, environment, of_project, of_user) = LEVELS[key]
    for folder in (Path(), Path(".config/tokencost")):
        folder.mkdir(parents=True, exist_ok=True)
        for number in "1234":
            text = OWN.replace("100.0", f"{number}.0")
            (folder / f"{number}.toml").write_text(text, encoding="utf-8")
    args = ["estimate", "texts", "--json"]
    args += {"model": [], "site": ["-m", "tiered"]}.get(key, ["-m", "plain"])
    args += ["--currency", "CNY"] if key == "fx" else []

    def shown(*more: str) -> Any:
        return SHOWN[key](answer(tokencost(*args, *more)))

    typed = {value: shown(option, value) for value in filter(None, LEVELS[key][2])}
    user(f"{key} = {json.dumps(of_user)}\n")
    assert shown() == typed[of_user]
    project(f"{key} = {json.dumps(of_project)}\n")
    assert shown() == typed[of_project] != typed[of_user]
    if variable:
        monkeypatch.setenv(variable, environment)
        assert shown() == typed[environment] != typed[of_project]
    assert shown(option, flag) == typed[flag] != typed[environment or of_project]


def test_a_file_that_is_named_takes_the_place_of_the_project_and_none_is_none(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def models(*more: str) -> set[str | None]:
        rows = answer(tokencost("count", "a.md", "--json", *more))["results"]
        return {row["model"] for row in rows}

    user('model = "sale"\n')
    assert models() == {"haitang/sale"}
    project('model = "plain"\n')
    Path("other.toml").write_text('model = "guess"\n', encoding="utf-8")
    Path("third.toml").write_text('currency = "CNY"\n', encoding="utf-8")
    monkeypatch.setenv("TOKENCOST_CONFIG", "")
    assert models() == {"acme/plain"}
    monkeypatch.setenv("TOKENCOST_CONFIG", "other.toml")
    assert models() == {"acme/guess"}
    assert models("--config", "tokencost.toml") == {"acme/plain"}
    assert models("--config", "third.toml") == {"haitang/sale"}
    assert models("--no-config") == {None}
    result = tokencost("count", "a.md", "--config", "other.toml", "--no-config")
    assert (result.exit_code, "--config contradicts --no-config" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "args",
    [
        ("estimate", "a.md", "-m", "plain"),
        ("count", "--text", "hello"),
        ("compare", "a.md"),
        ("check", "a.md", "-m", "plain", "--max-tokens", "9"),
        ("session", "-m", "plain"),
        ("compress", "a.md"),
        ("compress", "--list"),
        ("models",),
    ],
    ids=" ".join,
)
def test_a_mistake_is_an_error_in_every_command_that_could_take_a_default(
    args: tuple[str, ...], tokencost: Run
) -> None:
    project('[fx]\n"USD/CNY" = 7\n[[budgets]]\nname = "a"\n')
    result = tokencost(*args)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "error: tokencost.toml:3: unknown key budgets = [{'name': 'a'}]",
        "hint:  did you mean budget?",
    ]
    Path("tokencost.toml").unlink()
    assert tokencost(*args).exit_code == 0


@pytest.mark.parametrize(
    "args", [("prices", "path"), ("tokenizers", "list"), ("schema", "count")], ids=" ".join
)
def test_what_needs_no_default_reads_no_file(args: tuple[str, ...], tokencost: Run) -> None:
    project("not TOML")
    assert tokencost(*args).exit_code == 0


def test_where_no_file_is_nothing_is_imported_that_would_read_one(folder: Path) -> None:
    code = "import sys; from tokencost.cli import app\n"
    code += "app(['count', '--text', 'hello'], standalone_mode=False)\n"
    code += "print('tokencost.configuration' in sys.modules)"
    environment = {
        **os.environ,
        "HOME": str(folder),
        "PYTHONPATH": str(Path(package.__file__).parents[1]),
    }
    environment.pop("XDG_CONFIG_HOME", None)
    (folder / "sub").mkdir()

    def is_imported() -> bool:
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=folder / "sub", env=environment, capture_output=True, check=True
        )
        return done.stdout.split()[-1] == b"True"

    Path("tokencost.toml").unlink(missing_ok=True)
    assert not is_imported()
    Path("pyproject.toml").symlink_to("nowhere")
    assert is_imported()


def test_functions_read_no_configuration() -> None:
    project('model = "plain"\nprices = "team.toml"\n')
    assert package.count("hello").results[0].model is None
    assert package.load_price_table().places == {}


def test_what_a_request_says_of_itself_beats_a_default_and_not_an_option(tokencost: Run) -> None:
    project('model = "tiered"\noutput_tokens = 500\n')
    rows = answer(tokencost("estimate", "requests.jsonl", "--json"))["results"]
    assert [(row["model"], row["tokens"]["output"]) for row in rows] == [
        ("acme/plain", 10),
        ("haitang/tiered", 500),
    ]
    rows = answer(tokencost("estimate", "requests.jsonl", "-m", "guess", "-o", "9", "--json"))
    assert {(row["model"], row["tokens"]["output"]) for row in rows["results"]} == {
        ("acme/guess", 9)
    }
    rows = answer(tokencost("count", "requests.jsonl", "--json"))["results"]
    assert [row["model"] for row in rows] == ["acme/plain", "haitang/tiered"]


def test_compare_takes_no_model_and_no_site_from_a_file(tokencost: Run) -> None:
    whole = tokencost("compare", "a.md", "--all", "--json").stdout
    project('model = "plain"\nsite = "cn"\n')
    assert tokencost("compare", "a.md", "--all", "--json").stdout == whole


def test_a_name_with_a_site_is_bought_there_whatever_is_set(tokencost: Run) -> None:
    project('model = ["tiered", "tiered@intl"]\nsite = "cn"\n')
    rows = answer(tokencost("estimate", "a.md", "--json"))["results"]
    assert [row["site"] for row in rows] == ["cn", "intl"]
    result = tokencost("estimate", "a.md", "-m", "plain")  # which is not sold there
    assert result.exit_code == 2
    assert 'no price at site "cn"' in result.stderr


def test_a_session_takes_a_size_and_no_range_of_output_and_a_preset_beats_both(
    tokencost: Run,
) -> None:
    args = ("session", "-m", "plain", "--turns", "3", "--json")

    def output(*more: str) -> int:
        return int(answer(tokencost(*args, *more))["assumptions"]["session"]["output_tokens"])

    default, preset = output(), output("--preset", "rag")
    project("output_tokens = 77\n")
    assert (output(), output("-o", "5"), output("--preset", "rag")) == (77, 5, preset)
    project('output_tokens = "70-80"\n')
    assert output() == default


def test_patterns_and_paths_are_relative_to_the_file(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / "shop" / "drafts").mkdir(parents=True)
    (folder / "shop" / "c.md").write_text("hello", encoding="utf-8")
    (folder / "shop" / "drafts" / "d.md").write_text("hello", encoding="utf-8")
    project('prices = "team.toml"\nexclude = ["/drafts", "shop/c.md"]\n')
    monkeypatch.chdir(folder / "shop")
    report = answer(tokencost("estimate", ".", "-m", "plain", "--json"))
    assert [row["input"] for row in report["results"]] == ["drafts/d.md"]
    assert report["prices"]["set_in"] == {"../team.toml": "../tokencost.toml:1"}
    assert tokencost("count", "../s*/c.md").exit_code == 2  # nothing is left
    monkeypatch.chdir(folder / "shop" / "drafts")
    project('exclude = ["e.md"]\n')
    assert tokencost("count", "*.md", "-q").exit_code == 0


def test_a_folder_inside_an_excluded_one_has_nothing(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    project('exclude = ["drafts/"]\n')
    monkeypatch.chdir("texts/drafts")
    assert tokencost("count", ".").exit_code == 2
    assert tokencost("count", "b.md").exit_code == 0  # a file that is named is read


def test_a_table_that_is_missing_is_an_error_with_the_place(tokencost: Run) -> None:
    project('\nprices = ["team.toml", "none.toml"]\n')
    result = tokencost("estimate", "a.md", "-m", "plain")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == (
        'error: tokencost.toml:2: price file "none.toml" is not there'
    )


@pytest.mark.posix
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_table_that_is_a_pipe_or_a_folder_is_not_waited_for(tokencost: Run) -> None:
    os.mkfifo("pipe.toml")
    project('prices = "pipe.toml"\n')
    result = tokencost("estimate", "a.md", "-m", "plain")
    assert (result.exit_code, 'price file "pipe.toml" is not a file' in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "line",
    [
        "estimate a.md -m plain -q",
        "estimate a.md -m plain -f csv",
        "count a.md -m plain -q",
        "check a.md -m plain --max-tokens 9 -q",
        "check a.md -m plain --max-tokens 9 -f junit",
        "session -m plain -q",
        "models plain -q",
        "compare a.md -f csv",
    ],
)
def test_what_prints_no_notes_says_aside_which_table_a_project_brings_in(
    tokencost: Run, line: str
) -> None:
    Path("own.toml").write_text(OWN, encoding="utf-8")
    project('prices = "own.toml"\n')
    aside = [text for text in tokencost(*line.split()).stderr.splitlines() if "own.toml" in text]
    (text,) = aside
    assert text.startswith("warning: price tables ")
    assert text.endswith("own.toml (set in tokencost.toml:1)")
    assert "own.toml" not in tokencost(*line.split(), "--prices", "own.toml").stderr


def test_a_table_that_a_project_names_has_no_expressions_and_one_that_the_user_names_may(
    tokencost: Run, folder: Path
) -> None:
    rules = f"{OWN}\n[provider.shop]\nname = 'S'\nsites.g = 'USD'\npath = '(a+)+b'\n"
    Path("rules.toml").write_text(rules, encoding="utf-8")
    args = ("estimate", "a.md", "-m", "plain", "-q")
    assert tokencost(*args, "--prices", "rules.toml").exit_code == 0
    own = folder / ".config" / "tokencost"
    own.mkdir(parents=True)
    (own / "config.toml").write_text('prices = "rules.toml"\n', encoding="utf-8")
    (own / "rules.toml").write_text(rules, encoding="utf-8")
    assert tokencost(*args).exit_code == 0
    project('prices = "rules.toml"\n')
    result = tokencost(*args)
    assert result.exit_code == 2
    assert "path is not taken from a table that a configuration names" in result.stderr


@pytest.mark.parametrize(
    ("text", "args", "line"),
    [
        ('model = "plane"\n', ("estimate", "a.md"), "unknown model 'plane' (model is set in {})"),
        ('model = "plane"\n', ("count", "a.md"), "unknown model 'plane' (model is set in {})"),
        ('model = "plane"\n', ("session",), "unknown model 'plane' (model is set in {})"),
        ('model = "plane"\n', ("compress", "a.md"), "unknown model 'plane' (model is set in {})"),
        (
            'model = "over"\n',
            ("estimate", "a.md", "--prices", "over.toml"),
            'a.md: model "over" was retired on 2026-11-21 (model is set in {})',
        ),
        (
            'site = "moon"\n',
            ("estimate", "a.md", "-m", "plain"),
            'acme/plain: no price at site "moon" (site is set in {})',
        ),
        (
            'site = "moon"\n',
            ("session", "-m", "plain"),
            'acme/plain: no price at site "moon" (site is set in {})',
        ),
        (
            'currency = "XQX"\n',
            ("estimate", "a.md", "-m", "plain"),
            "a.md: no exchange rate from USD to XQX on 2026-11-22 (currency is set in {})",
        ),
        (
            'currency = "XQX"\n',
            ("session", "-m", "plain"),
            "no exchange rate from USD to XQX on 2026-11-22 (currency is set in {})",
        ),
        (
            'output_tokens = "10k-14k"\n',
            ("estimate", "a.md", "-m", "plain"),
            "a.md: acme/plain does not fit: 12,000 tokens of output, at most 10,000 "
            "(output_tokens is set in {})",
        ),
        (
            'exclude = ["a\\\\"]\n',
            ("count", "."),
            "not a pattern: 'a\\\\' (exclude is set in {})",
        ),
    ],
)
def test_an_error_about_a_default_names_its_file_and_line(
    tokencost: Run, text: str, args: tuple[str, ...], line: str
) -> None:
    over = OWN.replace("plain", "over").replace(
        '"acme"\n', '"acme"\nretired = 2026-11-21\ntokenizer = "o200k_base"\n'
    )
    Path("over.toml").write_text(f"{over}  until = 2026-11-21\n", encoding="utf-8")
    for write, place in ((project, "tokencost.toml:2"), (user, ".config/tokencost/config.toml:2")):
        write(f"\n{text}")
        result = tokencost(*args)
        assert result.exit_code == 2
        assert f"error: {line.format(place)}" in result.stderr.splitlines()
        Path(place.partition(":")[0]).unlink()


def test_an_error_about_a_model_of_a_budget_or_of_the_environment_says_where_it_is_named(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = '[[budget]]\nname = "b"\nfiles = ["a.md"]\nmax_tokens = 9\n'
    project(f'\n{budget}model = "plane"\n')
    for _ in range(2):
        result = tokencost("check")
        assert result.exit_code == 2
        assert "unknown model 'plane' (model is set in tokencost.toml:2)\n" in result.stderr
        monkeypatch.setenv("TOKENCOST_MODEL", "plan")
    for text, args in ((budget, ("check",)), ("", ("estimate", "a.md")), ("", ("count", "a.md"))):
        project(text)
        result = tokencost(*args)
        assert result.exit_code == 2
        assert "unknown model 'plan' (model is set in TOKENCOST_MODEL)\n" in result.stderr
    assert "set in" not in tokencost("estimate", "a.md", "-m", "plan").stderr
    answer_ = json.loads(tokencost("estimate", "a.md", "--json").stdout)
    assert answer_["errors"][0]["message"] == (
        "unknown model 'plan' (model is set in TOKENCOST_MODEL)"
    )
    for variable, value in (("TOKENCOST_FX", "USD=7"), ("TOKENCOST_CURRENCY", "dollars")):
        with monkeypatch.context() as patch:
            patch.setenv(variable, value)
            result = tokencost("estimate", "a.md", "-m", "plain")
            assert result.stderr.startswith(f'error: {variable} "{value}" is not ')


def test_a_price_table_and_rates_of_the_environment_are_said_to_be_from_there(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They replace what the project has set, which nobody would see else."""
    Path("other.toml").write_text(OWN.replace("100.0", "300.0"), encoding="utf-8")
    project('model = "plain"\nprices = "team.toml"\nfx = ["USD/CNY=5"]\ncurrency = "CNY"\n')
    monkeypatch.setenv("TOKENCOST_PRICES", "other.toml")
    monkeypatch.setenv("TOKENCOST_FX", "USD/CNY=6")
    report = answer(tokencost("estimate", "a.md", "--json"))
    assert report["prices"]["set_in"] == {"other.toml": "TOKENCOST_PRICES"}
    assert report["fx"][0]["source"] == "given with TOKENCOST_FX"
    assert "other.toml (set in TOKENCOST_PRICES)" in tokencost("estimate", "a.md").stdout


@pytest.mark.parametrize("write", [project, user])
@pytest.mark.parametrize("command", ["check", "check --base main --changed", "diff main"])
@pytest.mark.parametrize("limited", ["by a budget", "by options"])
def test_files_are_excluded_by_every_command_whoever_says_so(
    tokencost: Run,
    folder: Path,
    write: Callable[[str], None],
    command: str,
    limited: str,
) -> None:
    checkout = Checkout.create(folder)
    checkout.commit({"README": "text"})
    checkout.write({"texts/a.md": "hello", "texts/drafts/b.md": "hello world"})
    args = command.split()
    budget = '[[budget]]\nname = "b"\nfiles = ["texts/**"]\nmax_tokens_per_file = 9\n'
    options = ["-m", "plain"]
    if limited == "by options":
        budget = ""
        limit = ["texts", "--max-tokens-per-file", "9"]
        options += ["--", "texts"] if "diff" in command else limit

    def files() -> set[str]:
        report = answer(tokencost(*args, "--json", *options))
        rows = report.get("findings") or report["files"]
        return {row.get("file") or row["path"] for row in rows}

    project(budget)
    assert files() == {"texts/a.md", "texts/drafts/b.md"}
    if write is project:
        project(f'exclude = ["drafts/"]\n{budget}')
    else:
        user('exclude = ["drafts/"]\n')
    assert files() == {"texts/a.md"}


def test_a_configuration_may_leave_the_users_table_out(tokencost: Run, folder: Path) -> None:
    (folder / ".config" / "tokencost").mkdir(parents=True)
    (folder / ".config" / "tokencost" / "prices.toml").write_text(OWN, encoding="utf-8")
    args = ("estimate", "a.md", "-m", "plain", "--json")
    assert answer(tokencost(*args))["prices"]["sources"] == ["builtin", "user"]
    project('prices = "builtin"\n')
    prices = answer(tokencost(*args))["prices"]
    assert (prices["sources"], prices["set_in"]) == (["builtin"], {"builtin": "tokencost.toml:1"})
    assert "builtin (set in tokencost.toml:1)" in tokencost(*args[:-1]).stdout


def test_a_model_with_two_names_is_judged_once_with_all_its_inputs(tokencost: Run) -> None:
    """Of requests that name it in two ways, and of a text for which it is set."""
    message = {"messages": [{"role": "user", "content": "hello"}]}
    lines = [json.dumps(message | {"model": name}) for name in ("plain", "acme/plain")]
    Path("two.jsonl").write_text("\n".join(lines), encoding="utf-8")
    project('model = "acme/plain@global"\n')
    args = ("check", "two.jsonl", "a.md", "--max-tokens", "1000", "--json")
    (finding,) = answer(tokencost(*args))["findings"]
    counted = answer(tokencost("count", "two.jsonl", "a.md", "-m", "plain", "--json"))
    assert finding["expected"] == str(counted["totals"][0]["tokens"]["input"])


def test_a_budget_beats_the_defaults_beside_it_and_an_option_beats_the_budget(
    tokencost: Run,
) -> None:
    """A call of 2 tokens costs 0.000004 USD, at the 2 USD a million of `plain`."""
    budget = '[[budget]]\nfiles = "/a.md"\nmax_cost_per_month = "9USD"\nvolume = "10/month"\n'
    project(f'model = "plain"\noutput_tokens = 0\nvolume = "1000/month"\n{budget}')

    def month(*more: str) -> str:
        (finding,) = answer(tokencost("check", "--json", *more))["findings"]
        return str(finding["expected"])

    assert (month(), month("--volume", "1/month")) == ("0.00004", "0.000004")
    assert tokencost("check", "--no-config").exit_code == 2
    limit = ("a.md", "-m", "plain", "-o", "0", "--max-cost-per-month", "9USD")
    assert month(*limit) == "0.004"


def test_doctor_says_where_every_setting_is_from(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    user('currency = "CNY"\nmax_price_age = "12h"\nsite = "intl"\n')
    project(
        'model = ["plain", "guess"]\nsite = "cn"\noutput_tokens = "200-800"\nvolume = "20k/day"\n'
        'fx = ["USD/CNY=7.10"]\nprices = "team.toml"\nexclude = "drafts/"\n'
        '[[budget]]\nfiles = "*.md"\nfits = true\n[recorded]\n"a.md" = 2\n'
    )
    monkeypatch.setenv("TOKENCOST_MODEL", "sale")
    text = Path("tokencost.toml").read_text(encoding="utf-8")
    own = '[[budget]]\nname = "own"\nmodel = "plain"\nfiles = "*.md"\nfits = true\n'
    project(text.replace("[recorded]", f"{own}[recorded]"))
    report = answer(tokencost("doctor", "--json"))
    assert report["budget_models"] == [
        {"budget": "*.md", "model": "sale", "origin": "TOKENCOST_MODEL"},
        {"budget": "own", "model": "plain", "origin": "tokencost.toml:11"},
    ]
    shown = tokencost("doctor").stdout
    assert '"own" judges plain (tokencost.toml:11)' in shown
    assert '"*.md" judges sale (TOKENCOST_MODEL)' in shown
    assert {one["key"]: (one["value"], one["origin"]) for one in report["results"]} == {
        "model": ("sale", "TOKENCOST_MODEL"),
        "site": ("cn", "tokencost.toml:2"),
        "currency": ("CNY", ".config/tokencost/config.toml:1"),
        "fx": ("USD/CNY=7.1", "tokencost.toml:5"),
        "output_tokens": ("200-500-800", "tokencost.toml:3"),
        "volume": ("600000/month", "tokencost.toml:4"),
        "exclude": ("drafts/", "tokencost.toml:7"),
        "prices": ("team.toml", "tokencost.toml:6"),
        "max_price_age": ("12h", ".config/tokencost/config.toml:2"),
        "format": (None, None),
    }
    assert report["files"]["project"] == str(Path("tokencost.toml").absolute())
    assert (report["budgets"], report["recorded"]) == (2, 1)
    # The tests' table is of 2026-11-22, and the day of the run is 2027-01-01: too old, but said.
    table = report["table"]
    assert (table["days"], table["day"], table["too_old"]) == (40, "2027-01-01", True)
    assert report["prices"]["set_in"] == {"team.toml": "tokencost.toml:6"}
    assert report["versions"]["tokencost"] == package.__version__
    versions = report["versions"]
    fast = f", big inputs splintr-rs {versions['splintr-rs']}" if "splintr-rs" in versions else ""
    assert report["engine"] == f"tiktoken {versions['tiktoken']}{fast}"
    jsonschema.validate(report, package.json_schema("doctor"))
    text = tokencost("doctor").stdout
    assert "model          sale" in text
    assert "40 days old on 2027-01-01 (above max_price_age)" in text
    assert tokencost("doctor", "-q").stdout.startswith("model\tsale\nsite\tcn\n")


def test_doctor_without_a_configuration_sets_nothing(tokencost: Run) -> None:
    report = answer(tokencost("doctor", "--json"))
    assert {(one["value"], one["origin"]) for one in report["results"]} == {(None, None)}
    assert (report["files"]["project"], report["files"]["user"]) == (None, None)
    assert report["table"]["too_old"] is False
    jsonschema.validate(report, package.json_schema("doctor"))
