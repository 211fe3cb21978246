"""Environments, streams and writers, tried with processes of their own."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.robustness.judge import CODES, judge

COUNT = ("count", "--text", "hello")
CHECK = ("check", "--text", "hello world", "-m", "gpt-4o", "--max-tokens", "1")
PASSES = ("check", "--text", "hello", "-m", "gpt-4o", "--max-tokens", "9")
WRONG = ("count", "none.md")
ADD = ("prices", "add", "gpt-4o", "--input", "2", "--output", "8", "--source", "s")
ADDED = (*ADD, "--checked", "2026-11-20", "--to", "own.toml")
PROGRAM = (sys.executable, "-m", "tokencost")
pytestmark = [pytest.mark.posix, pytest.mark.skipif(os.name != "posix", reason="needs a shell")]


def environment(**own: str | None) -> dict[str, str]:
    """Return the environment with some variables set, or removed."""
    root = str(Path(__file__).parents[2])
    values: dict[str, str | None] = {**os.environ, "PYTHONPATH": root, **own}
    return {name: value for name, value in values.items() if value is not None}


def process(*args: str, **own: str | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *args],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        env=environment(**own),
    )


def shell(command: str, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which "$@" is the program and its arguments."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command, "bash", *PROGRAM, *args],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(),
    )


@pytest.mark.parametrize(
    "own",
    [
        {"HOME": None, "XDG_CONFIG_HOME": None},
        {"HOME": "", "XDG_CONFIG_HOME": ""},
        {"HOME": "/dev/null", "XDG_CONFIG_HOME": None},
        {"XDG_CONFIG_HOME": "/dev/null/x"},
        {"XDG_CONFIG_HOME": "."},
        {"XDG_CONFIG_HOME": "/proc/self"},
        {"TERM": None, "COLUMNS": None},
        {"TERM": "\x1b[31m", "COLUMNS": "0"},
        {"COLUMNS": "-5"},
        {"COLUMNS": "9" * 400},
        {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "nonsense", "PYTHONIOENCODING": "ascii"},
        {"TOKENCOST_FORMAT": "\x1b[31m"},
        {"TOKENCOST_MODEL": "\x1b[31m,,"},
        {"TOKENCOST_PRICES": "/dev/zero"},
        {"TOKENCOST_FX": "USD/USD=2"},
        {"TOKENCOST_CURRENCY": "\u202e"},
        {"SOURCE_DATE_EPOCH": "9" * 40},
        {"SOURCE_DATE_EPOCH": "x"},
        {"PATH": ""},
    ],
)
def test_any_environment_gets_an_answer_or_an_error(
    own: dict[str, str | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    result = process("estimate", *COUNT[1:], "-m", "gpt-4o", "--at", "today", **own)
    judge(result.returncode, result.stdout, result.stderr)


def test_a_user_whom_nobody_knows_gets_an_answer() -> None:
    code = "import os, sys; os.setuid(54321); from tokencost.__main__ import run; "
    code += "sys.argv = ['tokencost', 'count', '--text', 'hello', '-q']; run()"
    if os.geteuid():
        pytest.skip("only root can become somebody else")
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=environment(HOME=None, XDG_CONFIG_HOME=None),
    )
    if "Traceback" not in result.stderr or "tokencost/cli" in result.stderr:
        # Else Python lies where only root may read.
        judge(result.returncode, result.stdout, result.stderr)


def test_a_working_folder_that_is_gone_is_an_error_only_where_it_is_needed(tmp_path: Path) -> None:
    gone = f"mkdir {tmp_path}/gone; cd {tmp_path}/gone; rmdir {tmp_path}/gone; "
    for args in (COUNT, ("count", "."), ("count", "*.md"), ("count", "x.md"), ("prices", "path")):
        result = shell(f'{gone}"$@"', *args)
        judge(result.returncode, result.stdout, result.stderr)
    assert shell(f'{gone}"$@"', *COUNT, "-q").stdout == "1\n"


@pytest.mark.parametrize(
    ("command", "args", "code"),
    [
        ('"$@" | head -c 0', CHECK, 1),
        ('"$@" 2>&1 | head -c 0', WRONG, 2),
        ('"$@" | head -c 0', COUNT, 0),
        ('"$@" >/dev/full', CHECK, 2),
        ('"$@" >/dev/full', PASSES, 2),
        ('"$@" >&-', CHECK, 2),
        ('"$@" >&-', PASSES, 2),
        ('"$@" 2>/dev/full', CHECK, 1),
        ('"$@" 2>&-', CHECK, 1),
        ('"$@" 2>&-', WRONG, 2),
        ('"$@" 2>/dev/full', WRONG, 2),
        ('"$@" >/dev/full 2>&1', CHECK, 2),
        ('"$@" >&- 2>&-', CHECK, 2),
        ('"$@" >/dev/full', ("--help",), 2),
        ('"$@" >/dev/full', ("count", "--help"), 2),
        ('"$@" >/dev/full', ("--version",), 2),
        ('"$@" >/dev/full', ("prices", "path"), 2),
        ('"$@" >/dev/full', ("schema", "count"), 2),
        ('"$@" >/dev/full', ("models",), 2),
        ('"$@" 2>&1 >/dev/null | head -c 0', (), 2),
        ('"$@" <&-', ("count", "-"), 2),
        ('yes | "$@"', ("count", "--max-input-size", "100k"), 2),
        ('yes | "$@"', ("count", "--files-from", "-", "--max-input-size", "100k"), 2),
        ('"$@" /dev/zero', ("count",), 2),
        ('yes > >(:) ; "$@" <(yes)', ("count", "--max-input-size", "100k"), 2),
    ],
)
def test_no_stream_turns_1_or_2_into_0(command: str, args: tuple[str, ...], code: int) -> None:
    result = shell(command, *args)
    assert result.returncode == code, result
    assert "internal error" not in result.stderr
    if code == 2 and "2>" not in command and "|" not in command:
        judge(code, "", result.stderr)


def test_a_table_that_is_written_is_said_to_be_when_the_report_cannot_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    result = shell('"$@" >/dev/full', *ADDED)
    assert result.returncode == 2
    assert '"own.toml" is written' in result.stderr
    assert tomllib.loads(Path("own.toml").read_text(encoding="utf-8"))


def test_a_writer_that_is_killed_leaves_the_old_table_or_the_new_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert process(*ADDED).returncode == 0
    for wait in (0.1, 0.2, 0.25, 0.3, 0.35):
        writer = subprocess.Popen(
            [*PROGRAM, *ADDED], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(wait)
        writer.kill()
        writer.wait()
        assert tomllib.loads(Path("own.toml").read_text(encoding="utf-8"))
    assert process(*ADDED).returncode == 0


def test_a_full_disk_leaves_the_old_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert process(*ADDED).returncode == 0
    before = Path("own.toml").read_bytes()
    code = "import os, sys, errno; from tokencost.__main__ import run\n"
    code += "def full(*_): raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
    code += f"os.fsync = full; sys.argv = ['tokencost', *{[*ADDED, '--note', 'x']!r}]; run()"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment()
    )
    judge(result.returncode, result.stdout, result.stderr)
    assert result.returncode == 2
    assert Path("own.toml").read_bytes() == before
    assert {path.suffix for path in Path().iterdir()} <= {".toml", ".lock", ".compiled"}


def test_links_in_circles_closed_folders_and_long_names_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("deep").mkdir()
    Path("deep/loop").symlink_to(".")
    Path("deep/one").symlink_to("two")
    Path("deep/two").symlink_to("one")
    os.mkfifo("deep/pipe")
    Path("deep", "ä" * 127 + "a").write_text("hello", encoding="utf-8")
    Path("deep/.gitignore").write_text("*a*b*c/**/x[0-9]*\n" * 2000 + "[z-a]\n\\\n", "utf-8")
    for args in (
        ("count", "deep"),
        ("count", "deep/one"),
        ("count", "deep/**"),
        ("count", "a" * 256),
    ):
        result = process(*args)
        judge(result.returncode, result.stdout, result.stderr)
        assert result.returncode in CODES


CLOSED = (
    "count closed", "count closed/b.md", "count . -q", "count closed/*.md", "count **/*.md",
    "count rules", "estimate . -m gpt-4o", "check . -m gpt-4o --max-tokens 99", "count secret.md",
    "count --files-from secret.md", "estimate a.md -m gpt-4o --prices secret.md",
    "prices validate secret.md", "compress secret.md", "session -m gpt-4o --tools secret.md",
    "compress a.md --output closed/o.md", "count a.md --report json=closed/o.json",
    "tokenizers add own secret.md", "count --calibrate secret.md -m claude-opus-5-5",
)  # fmt: skip


@pytest.fixture(scope="module")
def closed_folder() -> Iterator[Path]:
    """Yield a folder that others may enter, with a folder, a file and rules that they may not."""
    root = Path(tempfile.mkdtemp())
    for name in ("closed", "rules"):
        (root / name).mkdir()
    for name in ("a.md", "secret.md", "closed/b.md", "rules/c.md", "rules/.gitignore"):
        (root / name).write_text("hello", encoding="utf-8")
    root.chmod(0o755)
    for name in ("closed", "secret.md", "rules/.gitignore"):
        (root / name).chmod(0)
    yield root
    (root / "closed").chmod(0o755)
    shutil.rmtree(root)


# Run as root first: what is imported then need not be read by others, wherever Python lies.
_AS_OTHERS = """
import os, sys
import tokencost
from typer.testing import CliRunner
from tokencost.cli import app
tokencost.render_failures((), tokencost.OutputFormat.JSON, command="count")
CliRunner().invoke(app, ["count", "none.md"])
CliRunner().invoke(app, sys.argv[1:])
if not os.geteuid():
    os.setuid(54321)
result = CliRunner().invoke(app, sys.argv[1:])
sys.stderr.write(result.stderr)
sys.exit(result.exit_code)
"""


@pytest.mark.parametrize("line", CLOSED)
def test_what_one_may_not_read_is_an_error_that_names_it(closed_folder: Path, line: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _AS_OTHERS, *line.split()],
        cwd=closed_folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment(HOME="/nonexistent", XDG_CONFIG_HOME=None),
    )
    judge(result.returncode, "", result.stderr, has_aside=line.startswith("compress"))
    assert (result.returncode, "Permission denied" in result.stderr) == (2, True)
    named = [name for name in ("rules", "secret", "closed") if name in line] or ["closed"]
    assert named[0] in result.stderr


BROKEN_VOCABULARIES = (
    "{}",
    "[]",
    '{"model": 5}',
    '{"model": {"vocab": []}}',
    "\x00",
    '{"model": {"type": "BPE", "vocab": {"a": "b"}, "merges": [5]}}',
    '{"config": 5, "vocab": [5]}',
    "!!!! x",
    "YQ== 0\nYQ== 0",
)


@pytest.mark.parametrize("content", BROKEN_VOCABULARIES)
def test_broken_vocabularies_are_refused(
    tokencost: Run, content: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("t.json", "t.tiktoken"):
        Path(name).write_text(content, encoding="utf-8")
        result = tokencost("tokenizers", "add", "own", name)
        judge(result.exit_code, result.stdout, result.stderr)
        assert result.exit_code == 2
    kept = tmp_path / "tokencost" / "tokenizers"
    kept.mkdir(parents=True, exist_ok=True)
    for ending in ("bin", "toml"):
        (kept / f"own.{ending}").write_text(content, encoding="utf-8")
    for args in (("tokenizers", "list"), ("count", "--text", "x", "--tokenizer", "own")):
        result = tokencost(*args)
        judge(result.exit_code, result.stdout, result.stderr)
