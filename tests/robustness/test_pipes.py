"""Pipes that lie in a folder: nobody may ever write to them."""

import os
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.robustness.judge import bounded, judge
from tests.robustness.test_processes import shell

pytestmark = [pytest.mark.posix, pytest.mark.skipif(os.name != "posix", reason="needs a shell")]

PIPED = (
    "count pipe.md", "count --files-from pipe.md", "estimate pipe.md -m gpt-4o",
    "estimate a.txt -m gpt-4o --prices pipe.toml", "count a.txt --config pipe.toml",
    "session -m gpt-4o --system pipe.md", "prices validate pipe.toml", "compress pipe.md",
    "prices diff pipe.toml builtin", "prices import litellm pipe.toml --checked 2026-11-20",
    "prices add x/y --input 1 --output 2 --source s --checked today --to pipe.toml",
    "tokenizers add own pipe.md", "count --calibrate pipe.jsonl -m gpt-4o",
    "count a.txt --report json=pipe.md", "compress a.txt --output pipe.md",
    "check pipe.md -m gpt-4o --max-tokens 9", "doctor --config pipe.toml",
)  # fmt: skip


@pytest.mark.parametrize("line", PIPED)
def test_a_pipe_with_a_name_is_an_error_and_not_waited_for(tokencost: Run, line: str) -> None:
    for name in ("pipe.md", "pipe.toml", "pipe.jsonl"):
        os.mkfifo(name)
    Path("a.txt").write_text("hello", encoding="utf-8")
    with bounded():
        result = tokencost(*line.split())
    judge(result.exit_code, "", result.stderr)
    assert result.exit_code == 2
    assert "pipe." in result.stderr


FOLDERS = (
    "count .",
    "count *.md",
    "init --dry-run -m plain",
    "doctor",
)


@pytest.fixture
def pipes(folder: Path) -> tuple[str, ...]:
    """A folder with two prompts, and with pipes called like prompts and like rules."""
    names = ("pipe.md", ".gitignore", "prompts/pipe.md", "prompts/.gitignore")
    (folder / "prompts").mkdir()
    for name in names:
        os.mkfifo(folder / name)
    for name in ("a.md", "prompts/b.md"):
        (folder / name).write_text("hello", encoding="utf-8")
    return names


@pytest.mark.parametrize("line", FOLDERS)
@pytest.mark.usefixtures("pipes")
def test_a_folder_with_pipes_is_read_without_them(tokencost: Run, line: str) -> None:
    with bounded():
        result = tokencost(*line.split())
    judge(result.exit_code, result.stdout, result.stderr)
    if line.startswith("check"):  # which leaves out nothing in silence
        assert "'pipe.md' is neither a file nor a folder" in result.stderr
    assert result.exit_code == (2 if line.startswith("check") else 0)


def test_a_limit_on_a_folder_with_pipes_does_not_pass(
    tokencost: Run, pipes: tuple[str, ...]
) -> None:
    with bounded():
        result = tokencost("check", ".", "-m", "plain", "--max-tokens", "9")
    judge(result.exit_code, "", result.stderr)
    assert result.exit_code == 2
    for name in pipes:
        assert f"'{name}' is neither a file nor a folder" in result.stderr


def test_what_a_shell_has_opened_is_read_and_written() -> None:
    piped = shell('"$@" <(echo hello) --report csv=>(cat >&2)', "count", "-q")
    assert (piped.returncode, piped.stdout) == (0, "2\n")
    assert piped.stderr.startswith("input,kind,")
