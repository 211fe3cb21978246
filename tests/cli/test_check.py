"""`check`: budgets of the configuration, limits in their place, exit codes, recorded sizes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import tokencost as package
from tests.conftest import Run
from tests.repositories import Checkout

Write = Callable[..., None]


@pytest.fixture
def write(folder: Path) -> Write:
    """Write prompts of so many tokens each, with the model "plain"."""

    def write_files(**sizes: int) -> None:
        for name, tokens in sizes.items():
            path = folder / "prompts" / f"{name}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(" ".join(["hello"] * tokens), encoding="utf-8")

    return write_files


@pytest.fixture
def configure(folder: Path) -> Callable[[str], None]:
    """Write a configuration, in which `{...}` is a budget of the prompts."""

    def write_file(text: str) -> None:
        budget = '[[budget]]\nfiles = ["prompts/**"]\nmodel = "plain"\n'
        (folder / "tokencost.toml").write_text(text.replace("[[budget]]\n", budget), "utf-8")

    return write_file


Configure = Callable[[str], None]
_SOLD = "output = 1.0\nuntil = 2026-01-31\n"
MODELS = """model = "peak"
[[budget]]
name = "own"
model = "plain"
files = ["prompts/**"]
max_tokens_per_file = 300
[[budget]]
name = "default"
files = ["prompts/**"]
max_tokens_per_file = 300
"""
LIMIT = '[[budget]]\nname = "each"\nmax_tokens_per_file = 300\n'


@pytest.mark.parametrize(
    ("tokens", "status", "code"),
    [(239, "pass", 0), (240, "warn", 0), (300, "warn", 0), (301, "fail", 1)],
)
def test_a_configured_budget_of_300_warns_from_80_percent_and_fails_above(
    tokencost: Run, write: Write, configure: Configure, tokens: int, status: str, code: int
) -> None:
    write(a=tokens)
    configure(f'{LIMIT}warn_at = "80%"\n')
    result = tokencost("check", "-q")
    assert (result.stdout, result.exit_code) == (f"{status}\n", code)


def test_the_answer_is_a_sentence_what_does_not_pass_and_how_much_does(
    tokencost: Run, write: Write, configure: Configure
) -> None:
    write(a=301, b=240, c=10, d=20)
    configure(f'{LIMIT}warn_at = "80%"\n')
    lines = tokencost("check").stdout.splitlines()
    assert lines[0] == "1 of 4 prompts breaks a budget"
    assert lines[2].split() == [
        *("status", "file", "rule", "budget", "model", "expected", "judged", "at", "limit"),
        "headroom",
    ]
    assert lines[3].split()[:2] + lines[3].split()[-4:] == [
        *("fail", "prompts/a.md", "301", "301", "300", "-1")
    ]
    assert lines[4].split()[:2] == ["warn", "prompts/b.md"]
    assert lines[6].startswith("fail: 2 of 4 within (--all)")
    assert len(tokencost("check", "--all").stdout.splitlines()) == len(lines) + 2


@pytest.mark.parametrize(
    ("tokens", "options", "code"),
    [
        (301, ["--exit-zero"], 0),
        (240, ["--fail-on", "warn"], 1),
        (240, ["--fail-on", "fail"], 0),
        (239, ["--fail-on", "warn"], 0),
        (301, ["--fail-on", "warn"], 1),
        (240, ["--warn-at", "0.9"], 0),
        (240, ["--warn-at", "0.9", "--fail-on", "warn"], 0),
    ],
)
def test_options_say_what_a_verdict_means_for_the_exit_code(
    tokencost: Run,
    write: Write,
    configure: Configure,
    tokens: int,
    options: list[str],
    code: int,
) -> None:
    write(a=tokens)
    configure(f'{LIMIT}warn_at = "80%"\n')
    assert tokencost("check", *options).exit_code == code


def test_no_option_turns_what_could_not_be_judged_into_a_pass(
    tokencost: Run, write: Write, configure: Configure, folder: Path
) -> None:
    write(a=301)
    (folder / "prompts" / "gb.md").write_bytes("提示".encode("gb18030"))
    configure(LIMIT)
    for options in ([], ["--exit-zero"], ["--allow-empty"], ["--fail-on", "warn"]):
        result = tokencost("check", *options)
        assert result.exit_code == 2
        assert "error: 'prompts/gb.md' is not UTF-8" in result.stderr
        assert result.stdout.startswith(
            "1 of 1 prompt breaks a budget, and not everything could be judged\n"
        )


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ('[[budget]]\nmax_tokens_per_fiel = 300\nname = "x"\n', "max_tokens_per_file?"),
        ('[[budget]]\nmax_cost_per_month = "5USD"\noutput_tokens = 5\n', "how many calls a month"),
        ("[[budget]]\nmax_tokens = 10\nmax_tokens_per_file = 20\n", "contradicts max_tokens 10"),
        (f"{LIMIT}{LIMIT}", 'budget "each" is there already'),
        ("[[budget]]\nmax_tokens = -1\n", "tokencost.toml:4"),
        ('[[budget]]\nwarn_at = "80%"\n', "limits nothing"),
        ('[[budget]]\nmax_cost_per_call = "5"\n', "amount of money"),
        ('[[budget]]\nmax_tokens = 10\nmodel = "plane"\n', "tokencost.toml:5"),  # twice
        ('[[budget]]\nmax_cost_per_call = "1USD"\n', "needs the output tokens"),
        ('[[budget]]\nmax_cost_per_call = "1EUR"\noutput_tokens = 5\n', "no exchange rate"),
        ('[[budget]]\nmax_cost_per_call = "1CNY"\noutput_tokens = 5\n', "too old to judge"),
        ('model = "plain"\n', "has no budget"),
        ("", "has no budget"),
    ],
)
def test_what_a_configuration_gets_wrong_is_exit_2_and_a_reason(
    tokencost: Run, write: Write, configure: Configure, configuration: str, message: str
) -> None:
    write(a=5)
    configure(configuration)
    result = tokencost("check")
    assert result.exit_code == 2
    assert message.lower() in result.stderr.lower()
    assert result.stderr.startswith("error: ")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("plane", "unknown model 'plane'"),
        ("retired", "was retired on 2026-01-31"),
        ("priceless", "has no output price"),
    ],
)
def test_a_model_without_an_answer_is_exit_2(
    tokencost: Run, write: Write, folder: Path, model: str, message: str
) -> None:
    write(a=5)
    entry = '[[model]]\nid = "{}"\nprovider = "acme"\ntokenizer = "o200k_base"\n{}'
    price = '[[model.price]]\ninput = 1.0\n{}source = "page"\nchecked = 2026-01-01\n'
    (folder / "own.toml").write_text(
        'schema = 1\nas_of = 2026-11-22\n\n[provider.acme]\nname = "Acme"\n'
        'sites = { global = "USD" }\n\n'
        + entry.format("retired", "retired = 2026-01-31\n" + price.format(_SOLD))
        + entry.format("priceless", price.format("")),
        encoding="utf-8",
    )
    (folder / "tokencost.toml").write_text(
        f'[[budget]]\nfiles = ["prompts/**"]\nmodel = "{model}"\noutput_tokens = 5\n'
        'max_cost_per_call = "1USD"\n',
        encoding="utf-8",
    )
    result = tokencost("check", "--prices", "own.toml")
    assert result.exit_code == 2
    assert message in result.stderr
    if model != "priceless":  # tokens alone need no price, but a model that is sold
        args = ("-m", model, "--max-tokens", "9", "--prices", "own.toml")
        result = tokencost("check", "prompts", *args)
        assert (result.exit_code, message in result.stderr) == (2, True)
        if model == "retired":
            assert tokencost("check", "prompts", *args, "--at", "2026-01-31").exit_code == 0


def test_limits_of_the_command_line_replace_the_budgets(
    tokencost: Run, write: Write, configure: Configure
) -> None:
    write(a=301)
    configure(LIMIT)
    options = ("-m", "plain", "--max-tokens-per-file", "400")
    report = json.loads(tokencost("check", "prompts", *options, "--json").stdout)
    assert [finding["budget"] for finding in report["findings"]] == [None]
    assert report["status"] == "pass"


def test_every_limit_can_stand_on_the_command_line(tokencost: Run, write: Write) -> None:
    write(a=1000)
    result = tokencost(
        *("check", "prompts/", "--max-tokens", "2k", "--max-cost-per-call", "0.01USD"),
        *("--max-cost-per-month", "100USD", "--volume", "20k/month", "--fits", "--warn-at"),
        *("80%", "-m", "plain", "-o", "100", "--json"),
    )
    findings = json.loads(result.stdout)["findings"]
    # 1,000 tokens at 2 and 100 at 10 a million are 0.003 a call, 60 a month
    assert {finding["rule"]: finding["judged"] for finding in findings} == {
        "max_tokens": "1000",
        "max_cost_per_call": "0.003",
        "max_cost_per_month": "60",
        "fits": "1000",
    }
    assert {finding["rule"]: finding["limit"] for finding in findings}["fits"] == "99900"
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--max-cost-per-month", "1USD", "-o", "5"], "--volume"),
        (["--max-cost-per-call", "1USD"], "-o 500"),
        (["--max-tokens", "10", "--max-tokens-per-file", "20"], "contradicts max_tokens"),
        (["--max-tokens", "10", "--warn-at", "180%"], "is not a share"),
        (["--max-increase", "10"], "is not an increase"),
        (["--max-tokens", "10", "--exit-zero", "--fail-on", "warn"], "contradicts"),
        (["--max-tokens", "10", "--update"], "--update records"),
        (["--max-increase", "10%"], "nothing else is limited"),
        (["--warn-at", "80%"], "no limit to check against"),
    ],
)
def test_limits_that_cannot_be_judged_are_exit_2(
    tokencost: Run, write: Write, options: list[str], message: str
) -> None:
    write(a=5)
    result = tokencost("check", "prompts", "-m", "plain", *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_files_without_limits_narrow_the_budgets(
    tokencost: Run, write: Write, configure: Configure, folder: Path
) -> None:
    write(a=301, b=10)
    configure(LIMIT)
    assert tokencost("check", "prompts/b.md", "-q").stdout == "pass\n"
    assert tokencost("check", "prompts", "-q").stdout == "fail\n"
    (folder / "changed").write_text('"prompts/b.md"\nREADME.md\n', encoding="utf-8")
    (folder / "README.md").write_text("hello", encoding="utf-8")
    result = tokencost("check", "--files-from", "changed", "-v")
    assert result.exit_code == 0
    assert "1 of the files that are named falls under no budget: README.md" in result.stdout


@pytest.mark.parametrize("limits", [[], ["--max-tokens-per-file", "300", "-m", "plain"]])
def test_an_empty_list_of_changed_files_passes_with_allow_empty_alone(
    tokencost: Run, write: Write, configure: Configure, folder: Path, limits: list[str]
) -> None:
    write(a=301)
    configure(LIMIT)
    (folder / "changed").write_text("", encoding="utf-8")
    result = tokencost("check", "--files-from", "changed", *limits)
    assert result.exit_code == 2
    assert "error: " in result.stderr
    result = tokencost("check", "--files-from", "changed", "--allow-empty", *limits)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "nothing to judge")
    (folder / "changed").write_text("prompts/gone.md\n", encoding="utf-8")
    for listing in ("changed", "missing"):
        result = tokencost("check", "--files-from", listing, "--allow-empty", *limits)
        assert result.exit_code == 2
    if not limits:
        result = tokencost("check", "--files-from", "changed")
        assert "git lists deleted files too" in result.stderr


def test_a_glob_that_matches_nothing_is_exit_2_whatever_may_be_empty(
    tokencost: Run, write: Write, configure: Configure
) -> None:
    write(a=5)
    configure('exclude = ["prompts/a.md"]\n' + LIMIT)
    result = tokencost("check", "--allow-empty")
    assert result.exit_code == 2
    assert 'matches "prompts/**"' in result.stderr


def test_a_missing_configuration_and_no_limit_is_exit_2(tokencost: Run, write: Write) -> None:
    write(a=5)
    result = tokencost("check", "prompts", "-m", "plain")
    assert result.exit_code == 2
    assert "no limit to check against" in result.stderr


@pytest.mark.parametrize("inputs", [["--text", "hello"], ["-"]])
def test_budgets_are_for_files(
    tokencost: Run, write: Write, configure: Configure, inputs: list[str]
) -> None:
    write(a=5)
    configure(LIMIT)
    result = tokencost("check", *inputs)
    assert result.exit_code == 2
    assert "budgets are for files" in result.stderr


def test_growth_is_said_not_to_be_judged_without_a_base(
    tokencost: Run, write: Write, configure: Configure
) -> None:
    write(a=5)
    configure(f'{LIMIT}max_increase = "10%"\nratchet = true\n')
    result = tokencost("check")
    assert result.exit_code == 0
    assert "growth not judged (--base): each" in result.stdout
    assert "growth_not_judged" in tokencost("check", "--json").stdout


def test_an_uncounted_part_is_exit_2_unless_the_budget_allows_for_it(
    tokencost: Run, write: Write, configure: Configure, folder: Path
) -> None:
    write(a=5)
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    request = {"messages": [{"role": "user", "content": [image]}]}
    (folder / "prompts" / "image.json").write_text(json.dumps(request), encoding="utf-8")
    configure(LIMIT)
    result = tokencost("check")
    assert result.exit_code == 2
    assert "is not counted, and a limit not judged" in result.stderr
    configure(f"{LIMIT}uncounted = 200\n")
    assert tokencost("check").exit_code == 0


def test_with_v_a_check_says_how_each_model_was_counted(
    tokencost: Run, write: Write, configure: Configure
) -> None:
    write(a=5, b=7)
    configure(LIMIT)
    brief, verbose = tokencost("check", "--all").stdout, tokencost("check", "-v").stdout
    assert "o200k_base" not in brief
    assert "count    acme/plain: exact, o200k_base\n" in verbose
    limit = ("prompts", "-m", "guess", "-o", "5", "--max-cost-per-call", "1USD")
    text = tokencost("check", *limit, "-v").stdout
    assert "\ncount    acme/guess: estimated, " in text
    assert text.count("\ncount ") == 1  # once for both files


def test_update_records_sizes_and_a_shrink_that_is_not_recorded_is_named(
    tokencost: Run, write: Write, configure: Configure, folder: Path
) -> None:
    write(a=200, b=10)
    configure(f"# ours\n{LIMIT}max_cost_per_call = '1USD' # a dollar\noutput_tokens = 5\n")
    result = tokencost("check", "--update")
    assert result.exit_code == 0
    assert "2 sizes are recorded in tokencost.toml, 2 of them changed" in result.stdout
    text = (folder / "tokencost.toml").read_text(encoding="utf-8")
    assert text.startswith("# ours\n")
    assert "# a dollar" in text
    assert text.endswith('[recorded]\n"prompts/a.md" = 200\n"prompts/b.md" = 10\n')
    assert tokencost("check", "-q").stdout == "pass\n"
    write(a=150, c=5)
    result = tokencost("check")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (
        0,
        "no budget is broken, with 1 warning",
    )
    (row,) = [line for line in result.stdout.splitlines() if "recorded" in line]
    assert row.split() == [
        *("warn", "prompts/a.md", "recorded", "acme/plain", "150", "150", "200", "50", "200")
    ]
    assert tokencost("check", "--fail-on", "warn").exit_code == 1
    tokencost("check", "prompts/a.md", "--update")
    text = (folder / "tokencost.toml").read_text(encoding="utf-8")
    assert text.endswith('[recorded]\n"prompts/a.md" = 150\n"prompts/b.md" = 10\n')
    (folder / "prompts" / "b.md").unlink()
    tokencost("check", "--update")
    text = (folder / "tokencost.toml").read_text(encoding="utf-8")
    assert text.endswith('[recorded]\n"prompts/a.md" = 150\n"prompts/c.md" = 5\n')


def test_update_writes_into_the_table_of_pyproject(
    tokencost: Run, write: Write, folder: Path
) -> None:
    write(a=200)
    text = (
        '[project]\nname = "x"\n\n[[tool.tokencost.budget]]\nfiles = ["prompts/**"]\n'
        'model = "plain"\nmax_tokens = 300\n\n[tool.ruff]\nline-length = 100\n'
    )
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    assert tokencost("check", "--update").exit_code == 0
    written = (folder / "pyproject.toml").read_text(encoding="utf-8")
    assert '[tool.tokencost.recorded]\n"prompts/a.md" = 200\n' in written
    assert written.replace('[tool.tokencost.recorded]\n"prompts/a.md" = 200\n', "").split() == (
        text.split()
    )
    write(a=100)
    assert tokencost("check", "-q").stdout == "warn\n"


def test_update_keeps_line_ends_and_what_another_process_records(
    tokencost: Run, write: Write, configure: Configure, folder: Path
) -> None:
    write(**{f"p{number}": number + 1 for number in range(8)})
    configure(LIMIT)
    path = folder / "tokencost.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert tokencost("check", "prompts/p7.md", "--update").exit_code == 0
    command = [sys.executable, "-m", "tokencost", "check", "--update", "-m", "gpt-4o"]
    environment = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])}
    writers = [
        subprocess.Popen([*command, f"prompts/p{number}.md", "-q"], env=environment)
        for number in range(3)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    data = path.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") == 11
    lines = data.decode().splitlines()
    assert sorted(line for line in lines if "prompts/p" in line) == [
        f'"prompts/p{number}.md" = {number + 1}' for number in (0, 1, 2, 7)
    ]


def test_a_table_in_braces_is_not_written_anew(tokencost: Run, write: Write, folder: Path) -> None:
    write(a=5)
    text = (
        '[tool]\ntokencost = { model = "plain", '
        'budget = [{ files = ["prompts/**"], max_tokens = 9 }] }\n'
    )
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    result = tokencost("check", "--update")
    assert result.exit_code == 2
    assert "a form in which sizes cannot be recorded" in result.stderr
    assert (folder / "pyproject.toml").read_text(encoding="utf-8") == text


def test_nothing_is_recorded_where_something_could_not_be_judged(
    tokencost: Run, write: Write, configure: Configure, folder: Path
) -> None:
    write(a=200)
    (folder / "prompts" / "gb.md").write_bytes("提示".encode("gb18030"))
    configure(LIMIT)
    before = (folder / "tokencost.toml").read_bytes()
    result = tokencost("check", "--update")
    assert result.exit_code == 2
    assert 'no size is recorded in "tokencost.toml"' in result.stderr
    assert (folder / "tokencost.toml").read_bytes() == before


def test_the_same_budgets_hold_from_a_folder_below(
    tokencost: Run, write: Write, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(a=301)
    configure(LIMIT)
    monkeypatch.chdir("prompts")
    report = json.loads(tokencost("check", "--json").stdout)
    assert [finding["file"] for finding in report["findings"]] == ["a.md"]
    assert report["status"] == "fail"


@pytest.mark.parametrize("command", ["check", "diff"])
def test_a_flag_beats_the_model_of_a_budget_and_the_environment_names_that_of_one_without(
    tokencost: Run,
    write: Write,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    """A variable of somebody's shell must not judge a budget as another model's."""
    Checkout.create(folder).commit({"README": "", "tokencost.toml": MODELS})
    write(a=5)
    args = ("check",) if command == "check" else ("diff", "main")

    def models(*options: str) -> set[str]:
        answer = json.loads(tokencost(*args, "--json", *options).stdout)
        rows = answer["findings"] if command == "check" else answer["files"]
        models = [(row.get("model") or row["head"]["model"]).partition("@")[0] for row in rows]
        return {f"{row['budget']} {model}" for row, model in zip(rows, models, strict=True)}

    assert models() == {"own acme/plain", "default haitang/peak"}
    monkeypatch.setenv("TOKENCOST_MODEL", "likely")
    assert models() == {"own acme/plain", "default acme/likely"}
    assert models("-m", "guess") == {"own acme/guess", "default acme/guess"}


def test_budgets_take_names_of_every_kind(tokencost: Run, configure: Configure) -> None:
    Path("prompts").mkdir()
    names = ["a b.md", "100%.md", "提示.md", "two\nlines.md", "-", "[x].md", "#1.md", "é.md"]
    for name in names:
        Path("prompts", name).write_text("hello", encoding="utf-8")
    with open(b"prompts/\xff.md", "wb") as file:  # noqa: PTH123 - no text, so no Path
        file.write(b"hello")
    configure(LIMIT)
    report = json.loads(tokencost("check", "--json").stdout)
    files = {finding["file"].removeprefix("prompts/") for finding in report["findings"]}
    assert files == {*names, "\\udcff.md"}
    assert tokencost("check", "--update").exit_code == 0
    for name in names:
        Path("prompts", name).write_text("", encoding="utf-8")
    report = json.loads(tokencost("check", "--json").stdout)
    recorded = [finding for finding in report["findings"] if finding["rule"] == "recorded"]
    assert len(recorded) == len(names)
    listing = b"\0".join(name.encode() for name in ("prompts/two\nlines.md", "prompts/-"))
    report = json.loads(tokencost("check", "--files-from", "-", "--json", stdin=listing).stdout)
    assert len(report["findings"]) == 4  # each with its limit, and with its record


def test_a_price_table_that_is_too_old_is_exit_2(
    tokencost: Run, write: Write, configure: Configure
) -> None:
    write(a=5)
    configure(f'max_price_age = "30d"\n{LIMIT}')
    result = tokencost("check", "--at", "2026-12-23")
    assert result.exit_code == 2
    assert "max_price_age" in result.stderr
    assert tokencost("check", "--at", "2026-12-22").exit_code == 0


@pytest.mark.parametrize("glob", ["prompts/[b", "#prompts/b.md", "  "])
def test_a_glob_that_can_match_nothing_is_not_a_pass(
    tokencost: Run, folder: Path, glob: str
) -> None:
    (folder / "prompts").mkdir()
    (folder / "prompts" / "a.md").write_text("hello", encoding="utf-8")
    text = f'[[budget]]\nname = "p"\nfiles = ["prompts/a.md", "{glob}"]\nmax_tokens_per_file = 50\n'
    (folder / "tokencost.toml").write_text(f'model = "plain"\n{text}', encoding="utf-8")
    result = tokencost("check")
    assert result.exit_code == 2
    assert glob in result.stderr


ENDING = """schema = 1
[[model]]
id = "ending"
provider = "acme"
tokenizer = "o200k_base"
ends = 2026-11-30
  [[model.price]]
  input = 2
  output = 2
  source = "contract"
  checked = 2026-11-20
"""


def test_an_announced_end_is_a_warning_where_cost_is_limited(tokencost: Run, folder: Path) -> None:
    """As `estimate` has it: a month from the last days of a model on is not sold to its end."""
    (folder / "a.md").write_text("one two three", encoding="utf-8")
    (folder / "own.toml").write_text(ENDING, encoding="utf-8")
    asked = ("a.md", "-m", "ending", "-o", "5", "--volume", "10/day", "--prices", "own.toml")
    line = "warning: acme/ending@global: ends on 2026-11-30, as announced"
    assert line in tokencost("estimate", *asked).stderr
    result = tokencost("check", *asked, "--max-cost-per-month", "10USD")
    assert (result.exit_code, line in result.stderr) == (0, True)
    answer = json.loads(
        tokencost("check", *asked, "--max-cost-per-month", "10USD", "--json").stdout
    )
    assert [(note["code"], note["about"]) for note in answer["warnings"]] == [
        ("ends_soon", "acme/ending@global")
    ]
