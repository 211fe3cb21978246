"""`--report FORMAT=FILE`: the report in files, beside what the command prints."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

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
    ],
)
def test_what_is_not_a_file_of_a_format_is_a_mistake(
    options: tuple[str, ...], message: str, tokencost: Run
) -> None:
    result = tokencost(*COUNT, *options)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {message}")
    assert "\nhint:  " in result.stderr
