"""The package as its users meet it: installed, offline, at any date."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHANGELOG = (ROOT / ".github" / "CHANGELOG.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.posix  # it runs shells, and asks for /dev
TOKENCOST = f"{sys.executable} -m tokencost"

# Refuses every socket and tells another date, then runs the command line.
ELSEWHERE = """
import datetime, runpy, socket, sys, time

def refuse(*args, **kwargs):
    raise SystemExit("a socket was opened")

socket.socket = socket.create_connection = socket.getaddrinfo = refuse
day, *sys.argv[1:] = sys.argv[1:]
moved = datetime.datetime.fromisoformat(day)

class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return moved.replace(tzinfo=tz)

class Day(datetime.date):
    @classmethod
    def today(cls):
        return moved.date()

datetime.datetime, datetime.date = Clock, Day
time.time = moved.timestamp
sys.argv[0] = "tokencost"
runpy.run_module("tokencost", run_name="__main__")
"""


def run(*command: str, stdin: str = "") -> subprocess.CompletedProcess[bytes]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TOKENCOST_", "TIKTOKEN_", "COVERAGE_", "SOURCE_DATE_"))
    }
    return subprocess.run(
        command, input=stdin.encode(), capture_output=True, cwd=ROOT, env=environment, check=False
    )


def offline(day: str, *args: str) -> subprocess.CompletedProcess[bytes]:
    return run(sys.executable, "-c", ELSEWHERE, day, *args)


@pytest.mark.parametrize(
    "args",
    [
        ["estimate", "README.md", "-m", "gpt-4o", "-m", "deepseek-flash", "-o", "5", "--json"],
        ["estimate", "README.md", "-m", "gpt-4o", "-m", "gpt-5.6-sol", "-o", "5"],
        ["count", "README.md", "-m", "qwen3-max", "-m", "claude-opus-5"],
        ["models", "show", "gemini-3.8-flash"],
        ["check", "README.md", "-m", "gpt-4o", "-o", "9", "--max-cost-per-call", "1CNY", "--json"],
    ],
    ids=" ".join,
)
def test_no_socket_is_opened_and_no_byte_depends_on_the_date(args: list[str]) -> None:
    first, second = offline("2026-11-22", *args), offline("2031-05-06", *args)
    assert first.returncode == 0
    assert all(line.startswith(b"warning: ") for line in first.stderr.splitlines())
    assert (first.stdout, first.stderr) == (second.stdout, second.stderr)


def test_the_date_of_the_test_above_is_really_moved() -> None:
    answer = offline("2031-05-06", "models", "gpt-4o", "--at", "today", "-f", "table").stdout
    assert b"in force on 2031-05-06" in answer


def test_the_installed_script_counts() -> None:
    script = Path(sys.executable).with_name("tokencost")
    result = run(str(script), "count", "--text", "hello world", "-q")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"2\n", b"")


def test_the_module_runs_like_the_script() -> None:
    assert run(sys.executable, "-m", "tokencost", "count", "-q", stdin="hello").stdout == b"1\n"


def test_a_reader_that_leaves_early_is_not_a_failure() -> None:
    command = f"{sys.executable} -m tokencost models -f csv | head -1; echo ${{PIPESTATUS[0]}}"
    result = run("bash", "-c", command)
    assert result.stderr == b""
    assert result.stdout.decode().splitlines()[-1] == "0"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["count", "--text", "hello"], 0),
        (["check", "README.md", "-m", "gpt-4o", "--max-tokens", "10M"], 0),
        (["check", "README.md", "-m", "gpt-4o", "--max-tokens", "5"], 1),
        (["check", "nowhere.md", "-m", "gpt-4o", "--max-tokens", "5"], 2),
        (["check", "README.md", "nowhere.md", "-m", "gpt-4o", "--max-tokens", "5"], 2),
        (["estimate", "README.md", "-m", "gpt-4oo"], 2),
    ],
    ids=str,
)
@pytest.mark.parametrize("both", [False, True], ids=["stdout", "stdout and stderr"])
def test_a_reader_that_is_gone_changes_no_exit_code(
    args: list[str], code: int, *, both: bool
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        result = subprocess.run(
            [sys.executable, "-m", "tokencost", *args],
            stdout=writer,
            stderr=writer if both else subprocess.DEVNULL,
            cwd=ROOT,
            check=False,
        )
    finally:
        os.close(writer)
    assert result.returncode == code


def test_a_report_that_cannot_be_written_is_an_error() -> None:
    for target, error in (
        (">/dev/full", "error: cannot write the report: No space left on device"),
        (">&-", "error: standard output is closed"),
    ):
        result = run("bash", "-c", f"{TOKENCOST} count --text hello {target}")
        assert result.returncode == 2
        first, second = result.stderr.decode().splitlines()
        assert first == error
        assert second.startswith("hint:  ")


def test_a_crash_is_never_the_code_of_a_broken_budget() -> None:
    crash = "import tokencost.cli, tokencost.__main__ as main\n"
    crash += "def app(**_): raise RuntimeError('a bug')\n"
    crash += "tokencost.cli.app = app; main.run()"
    result = run(sys.executable, "-c", crash)
    assert result.returncode == 2
    assert b"RuntimeError: a bug" in result.stderr


def test_output_is_utf8_whatever_the_locale_says() -> None:
    code = "import sys; sys.argv = ['tokencost', 'estimate', '--input-tokens', '9000', '-m', "
    code += "'qwen3-max']; import tokencost.__main__ as main; main.run()"
    result = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "latin-1", "LC_ALL": "C"},
        check=False,
    )
    assert "¥0.0225".encode() in result.stdout  # two bytes, not one


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import tokencost", "typer rich tiktoken tomllib tokencost.pricing"),
        (
            "import tokencost; tokencost.count('hello')",
            "typer rich tomllib tokencost.pricing pathspec requests",
        ),
        (
            "import tokencost; tokencost.render(tokencost.count('hello', 'gpt-4o'))",
            "tokencost.inputs.workers tokencost.inputs.gitignore tokencost.pricing.quotation "
            "tokencost.report.phrases tokencost.report.formats.json",
        ),
        ("import tokencost.cli", "rich tiktoken tomllib tokencost.pricing pathspec"),
        ("import tokencost.pricing", "hashlib tomllib tempfile"),
        (
            "import tokencost; tokencost.compress_text('# a\\n\\nb\\n', count=len, name='a.md')",
            "markdown_it html.parser",
        ),
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str, absent: str) -> None:
    loaded = run(sys.executable, "-c", f"{code}; import sys; print(*sys.modules)").stdout.decode()
    assert set(absent.split()) & set(loaded.split()) == set()


def test_the_changelog_knows_this_version_or_the_next() -> None:
    assert "## [Unreleased]" in CHANGELOG
