"""Streams that are closed or full, and folders that are gone, for the commands of a gate."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.repositories import Checkout
from tests.robustness.judge import judge
from tests.robustness.test_processes import PROGRAM, environment, shell

pytestmark = [pytest.mark.posix, pytest.mark.skipif(os.name != "posix", reason="needs a shell")]
CONFIGURATION = """model = "gpt-4o"
[[budget]]
files = ["prompts/**"]
max_tokens_per_file = 3
max_increase = "10%"
"""
# What each answers, in a repository in which a prompt has grown over its limit.
COMMANDS = {
    "check": 1,
    "check --base HEAD --changed -f github": 1,
    "check --jobs 2 -f junit": 1,
    "check -q --report json=/dev/null": 1,
    "check --update -q": 1,
    "diff HEAD --fail-above 1tokens": 1,
    "diff HEAD -q": 0,
    "doctor": 0,
    "guide": 0,
    "guide budgets": 0,
    "init --dry-run": 0,
    "schema configuration": 0,
    "check --files-from none": 2,
    "diff nowhere": 2,
}
# How the streams are, and whether nobody gets the answer: then there is none, whatever it was.
STREAMS = {
    ">/dev/full": True,
    ">&-": True,
    ">&- 2>&-": True,
    ">/dev/full 2>&1": True,
    "2>/dev/full": False,
    "2>&-": False,
    "| head -c 0": False,
    "2>&1 | head -c 0": False,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    repository = Checkout.create(folder)
    repository.commit({"tokencost.toml": CONFIGURATION, "prompts/a.md": "hello"})
    repository.write({"prompts/a.md": "hello " * 9})
    return folder


OFTEN = ("check --base HEAD --changed -f github", "diff HEAD --fail-above 1tokens")


@pytest.mark.parametrize("lines", [OFTEN, pytest.param([*COMMANDS], marks=pytest.mark.slow)])
@pytest.mark.parametrize("streams", STREAMS)
def test_no_stream_turns_a_verdict_into_a_pass(
    project: Path, monkeypatch: pytest.MonkeyPatch, streams: str, lines: Sequence[str]
) -> None:
    monkeypatch.chdir(project)
    for line in lines:
        code = COMMANDS[line]
        result = shell(f'"$@" {streams}', *line.split())
        assert result.returncode == (2 if STREAMS[streams] else code), (line, result)
        if "2>" not in streams:
            judge(result.returncode, "", result.stderr)


def test_what_was_written_is_said_when_the_answer_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "a.md").write_text("hello", encoding="utf-8")
    result = shell('"$@" >/dev/full', "init")
    assert (result.returncode, "; tokencost.toml is written" in result.stderr) == (2, True)
    result = shell('"$@" >/dev/full', "check", "--update")
    assert (result.returncode, "; the sizes are recorded" in result.stderr) == (2, True)
    result = shell('"$@"', "check", "--update", "--report", "json=/proc/x", "-q")
    assert (result.returncode, "; the sizes are recorded" in result.stderr) == (2, True)


GONE = (
    "check", "check --update", "check --base HEAD", "check . -m gpt-4o --max-tokens 9", "diff HEAD",
    "diff a.json b.json", "init", "init --dry-run", "doctor", "guide", "count --files-from x",
    "estimate --text a -m gpt-4o --report json=x.json", "compress x.md --output y",
)  # fmt: skip


@pytest.mark.parametrize(
    "line", [*GONE[:2], *(pytest.param(line, marks=pytest.mark.slow) for line in GONE[2:])]
)
def test_a_working_folder_that_is_gone_is_an_error_or_not_needed(tmp_path: Path, line: str) -> None:
    gone = f"mkdir {tmp_path}/gone; cd {tmp_path}/gone; rmdir {tmp_path}/gone; "
    result = shell(f'{gone}"$@"', *line.split())
    judge(result.returncode, result.stdout, result.stderr)
    assert result.returncode == (0 if line in ("doctor", "guide") else 2)


def test_ctrl_c_ends_a_gate_and_its_workers(project: Path) -> None:
    (project / "large").mkdir()
    for number in range(40):
        (project / "large" / f"{number}.md").write_text("hello world. " * 20_000, encoding="utf-8")
    line = "check large -m gpt-4o -m claude-opus-5-5 --max-tokens 9 --jobs 2"
    command = '"$@" & sleep 1; kill -INT $!; wait $!; echo "code $?"'
    result = subprocess.run(
        ["bash", "-c", f"set -m; {command}", "bash", *PROGRAM, *line.split()],
        capture_output=True,
        text=True,
        cwd=project,
        check=False,
        env=environment(),
        timeout=60,
    )
    assert result.stdout.splitlines()[-1] in ("code 130", "code 1"), result  # 1: it was faster
    assert "Traceback" not in result.stderr
