"""`--report FORMAT=FILE`: the report in files, beside what the command prints."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.repositories import Checkout

Run = Callable[..., Result]
COUNT = ("count", "--text", "hello world", "-m", "plain")


def test_files_hold_what_the_formats_print_and_the_table_is_printed_as_without_them(
    tokencost: Run, folder: Path
) -> None:
    command = ("estimate", "--text", "hello", "-m", "plain", "-o", "100", "--no-scenarios")
    names = {"json": "cost.json", "csv": "rows/cost.csv", "markdown": "cost.md"}
    options = [word for name, file in names.items() for word in ("--report", f"{name}={file}")]
    result = tokencost(*command, *options)
    assert result.exit_code == 0
    assert result.stdout == tokencost(*command).stdout
    for name, file in names.items():
        assert (folder / file).read_text("utf-8") == tokencost(*command, "-f", name).stdout


@pytest.mark.parametrize(
    "command",
    [
        COUNT,
        ("check", "--text", "hello world", "-m", "plain", "--max-tokens", "5"),
        ("compare", "--text", "hello", "-m", "plain"),
        ("session", "-m", "plain", "--turns", "2"),
        ("models", "plain"),
        ("models", "show", "plain"),
        ("tokenizers", "list"),
        ("compress", "--list"),
        ("compress", "a.json"),
        ("compress", "a.json", "-q"),
        ("prices", "diff", "builtin", "builtin"),
    ],
)
def test_every_command_writes_them(command: tuple[str, ...], tokencost: Run, folder: Path) -> None:
    (folder / "a.json").write_text('{"a":  1}', encoding="utf-8")
    assert tokencost(*command, "--report", "json=r.json").exit_code == 0
    assert json.loads((folder / "r.json").read_text("utf-8"))["schema_version"] == "1.0"


def test_a_file_is_written_also_where_a_limit_is_broken_or_nothing_is_answered(
    tokencost: Run, folder: Path
) -> None:
    broken = ("check", "--text", "hello world", "-m", "plain", "--max-tokens", "1")
    assert tokencost(*broken, "-q", "--report", "json=r.json").exit_code == 1
    assert json.loads((folder / "r.json").read_text("utf-8"))["status"] == "fail"
    missing = ("count", "nowhere.md", "-m", "plain", "--report", "json=e.json")
    assert tokencost(*missing).exit_code == 2
    assert json.loads((folder / "e.json").read_text("utf-8"))["errors"][0]["message"]


def test_json_in_a_file_has_scenarios_whatever_is_printed(tokencost: Run, folder: Path) -> None:
    command = ("estimate", "--text", "hello", "-m", "plain", "-o", "100")
    for printed in ((), ("-q",), ("-f", "csv")):
        assert tokencost(*command, *printed, "--report", "json=r.json").exit_code == 0
        assert json.loads((folder / "r.json").read_text("utf-8"))["scenarios"][0]["rows"]


@pytest.mark.posix
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--show", "--report", "json=a"), "--report has nothing to write"),
        (("--report", "cost.json"), '--report "cost.json" is not a format and a file'),
        (("--report", "xml=a"), '--report "xml=a" is not a format and a file'),
        (("--report", "table=a"), '--report "table=a" is not a format and a file'),
        (("--report", "json="), '--report "json=" is not a format and a file'),
        (("--report", "json=-"), '--report "json=-" is not a format and a file'),
        (("--report", "json=a", "--report", "csv=a"), '--report names "a" twice'),
        (("--report", "json=."), '--report "." is a folder'),
        (("--report", "json=/proc/a/b"), '--report "/proc/a/b" cannot be written: '),
        (("--report", f"json={'x' * 300}"), '--report "xxx'),
    ],
)
def test_what_is_not_a_file_of_a_format_is_a_mistake(
    options: tuple[str, ...], message: str, tokencost: Run
) -> None:
    result = tokencost(*COUNT, *options)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {message}")
    assert "\nhint:  " in result.stderr


BUDGETS = """\
model = "plain"
prices = "team.toml"
[[budget]]
name = "all"
files = ["prompts/**"]
max_tokens_per_file = 300
"""
TEAM = """\
schema = 1
[[model]]
id = "other"
provider = "acme"
  [[model.price]]
  input = 1.0
  output = 2.0
  source = "team"
  checked = 2026-11-20
"""
GROWTH = ("-m", "plain", "--max-tokens-per-file", "9", "--base", "main", "--changed")
SPARED: dict[str, str | bytes | None] = {
    "tokencost.toml": BUDGETS,
    "team.toml": TEAM,
    "pyproject.toml": "[project]\n",
    "prompts/a.md": "hello world",
    "prompts/odd.md": b"\xff",
    "list.txt": "prompts/a.md\n",
}


@pytest.fixture
def project(folder: Path) -> Checkout:
    """A branch on which one of the prompts differs from main."""
    project = Checkout.create(folder)
    project.commit({**SPARED, "prompts/same.md": "the same"})
    project.git("switch", "-q", "-c", "branch")
    project.write({"prompts/a.md": "hello worlds"})
    return project


@pytest.mark.parametrize("name", SPARED)
@pytest.mark.parametrize(
    "command", ["check", "count prompts -m plain", "check --files-from list.txt"]
)
def test_a_report_replaces_no_file_that_the_run_reads(
    tokencost: Run, project: Checkout, name: str, command: str
) -> None:
    if name == "list.txt" and name not in command:
        return
    target = project.folder / name
    before = target.read_bytes()
    other = ("--report", "csv=other.csv")
    result = tokencost(*command.split(), *other, "--report", f"json={name}")
    assert result.exit_code == 2
    assert f'error: --report "{name}" would replace a ' in result.stderr
    assert "hint:  name another file" in result.stderr
    assert target.read_bytes() == before
    assert "would replace a " in (project.folder / "other.csv").read_text("utf-8")


@pytest.mark.posix
def test_other_names_of_a_file_that_is_read_are_told(tokencost: Run, project: Checkout) -> None:
    folder = project.folder
    prompt = folder / "prompts" / "a.md"
    before = prompt.read_bytes()
    (folder / "link.json").symlink_to("prompts/a.md")
    (folder / "hard.json").hardlink_to(prompt)
    (folder / "through").symlink_to("prompts")
    names = ("link.json", "hard.json", "through/a.md", "./prompts/../prompts/a.md", str(prompt))
    for name in names:
        result = tokencost("count", "prompts/a.md", "-m", "plain", "--report", f"json={name}")
        assert result.exit_code == 2, name
        assert f'--report "{name}" would replace' in result.stderr
    assert prompt.read_bytes() == before
    assert (folder / "link.json").is_symlink()


def test_a_prompt_that_a_check_of_changes_has_not_read_is_not_replaced_either(
    tokencost: Run, project: Checkout
) -> None:
    commands = (
        ("check", "--base", "main", "--changed"),
        ("check", "prompts/a.md"),
        ("diff", "main"),
        ("diff", "main", "-m", "plain", "--", "prompts"),
        ("check", "prompts", *GROWTH),
    )
    for command in commands:
        at = command.index("--") if "--" in command else len(command)
        options = ("--report", "json=prompts/same.md")
        result = tokencost(*command[:at], *options, *command[at:])
        assert result.exit_code == 2, command
        assert '--report "prompts/same.md" would replace' in result.stderr, command
        assert (project.folder / "prompts" / "same.md").read_text("utf-8") == "the same"


def test_a_report_of_before_is_replaced_also_in_an_ignored_folder_of_prompts(
    tokencost: Run, project: Checkout
) -> None:
    project.write({"prompts/odd.md": "hello", ".gitignore": "out/\n"})
    for _ in range(2):
        for command in (("check",), ("check", "--base", "main", "--changed")):
            files = ("prompts/out/check.md", "check.md")
            options = [word for name in files for word in ("--report", f"markdown={name}")]
            assert tokencost(*command, *options).exit_code == 0


def test_a_report_that_lies_among_the_prompts_is_one_the_next_time(
    tokencost: Run, project: Checkout
) -> None:
    project.write({"prompts/odd.md": "hello"})
    command = ("check", "--report", "markdown=prompts/check.md")
    assert tokencost(*command).exit_code == 0
    result = tokencost(*command)
    assert result.exit_code == 2
    assert '--report "prompts/check.md" would replace a prompt of budget "all"' in result.stderr


@pytest.mark.posix
def test_a_report_replaces_no_file_that_the_shell_has_opened(folder: Path) -> None:
    (folder / "a.md").write_text("hello world", encoding="utf-8")
    command = f"{sys.executable} -m tokencost count - -m gpt-4o --report json={{}} < a.md > out.txt"
    for file, stream in (("a.md", "standard input"), ("./out.txt", "standard output")):
        done = subprocess.run(
            command.format(file),
            shell=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 2
        assert f'--report "{file}" would replace the file that is {stream}' in done.stderr.decode()
    assert (folder / "a.md").read_text("utf-8") == "hello world"


@pytest.mark.posix
def test_two_reports_are_two_files_whatever_they_are_called(tokencost: Run, folder: Path) -> None:
    (folder / "link.csv").symlink_to("a.json")
    (folder / "old.json").write_text("", encoding="utf-8")
    (folder / "hard.csv").hardlink_to(folder / "old.json")
    pairs = (("a.json", "./a.json"), ("a.json", "link.csv"), ("old.json", "hard.csv"))
    for first, second in pairs:
        result = tokencost(*COUNT, "--report", f"json={first}", "--report", f"csv={second}")
        assert result.exit_code == 2
        assert f'error: --report "{second}" is "{first}" by another name' in result.stderr
    for name in ("a.json", "old.json"):  # the error, in the format that is named first
        assert "by another name" in (folder / name).read_text("utf-8")


def test_a_shorter_text_and_a_report_are_two_files_and_neither_replaces_prices(
    tokencost: Run, project: Checkout
) -> None:
    project.write({"a.json": '{"a":  1}'})
    command = ("compress", "a.json", "-m", "plain")
    for options in (
        ("--output", "b", "--report", "json=b"),
        ("--output", "team.toml"),
        ("--report", "json=a.json"),
    ):
        assert tokencost(*command, *options).exit_code == 2, options
    assert not (project.folder / "b").exists()
    assert (project.folder / "team.toml").read_text("utf-8") == TEAM
    assert tokencost(*command, "--output", "a.json").exit_code == 0
    assert (project.folder / "a.json").read_text("utf-8") == '{"a":1}'
