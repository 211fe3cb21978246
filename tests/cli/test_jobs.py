"""Many inputs, counted by workers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tokencost import corpora as measures
from tokencost.estimates import model_count
from tokencost.inputs import workers

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def files(folder: Path) -> None:
    for number in range(12):
        (folder / f"{number:02}.md").write_text(" word" * (number + 1), encoding="utf-8")
    lines = [{"messages": [{"role": "user", "content": f"{n} words"}]} for n in range(9)]
    (folder / "many.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (folder / "broken.md").write_bytes(b"\xff")


@pytest.mark.parametrize(
    "args",
    [
        ("count", "."),
        ("count", ".", "-m", "gpt-4o", "-m", "claude-opus-4.7", "--json"),
        ("estimate", "00.md", "01.md", "many.jsonl", "-m", "gpt-4o", "-o", "10", "-v"),
        ("check", "00.md", "01.md", "-m", "gpt-4o", "--max-tokens", "3"),
        ("compare", "00.md", "many.jsonl", "-m", "gpt-4o", "-m", "qwen3-max", "-f", "csv"),
    ],
)
def test_what_is_printed_is_the_same_byte_by_byte(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.setattr(model_count, "_LEAST_FOR_WORKERS", 1)
    monkeypatch.setattr(measures, "_TASK", 50)
    monkeypatch.setattr(workers, "_LEAST", 5)
    monkeypatch.setattr(workers, "_TASK", 2)
    alone = tokencost(*args, "--jobs", "1")
    for number in ("2", "7"):
        together = tokencost(*args, "--jobs", number)
        assert together.stdout == alone.stdout
        assert together.stderr == alone.stderr
        assert together.exit_code == alone.exit_code


@pytest.mark.parametrize("number", ["0", "-1", "some"])
def test_jobs_are_a_number_from_1(tokencost: Run, number: str) -> None:
    result = tokencost("count", "00.md", "--jobs", number)
    assert result.exit_code == 2
    assert "--jobs" in result.stderr


@pytest.mark.posix
def test_ctrl_c_ends_all_workers_without_a_word(folder: Path) -> None:
    big = folder / "big"
    big.mkdir()
    for number in range(40):  # 60 MB: seconds of work
        (big / f"{number}.txt").write_text(f"{number} wörds and more " * 75_000, encoding="utf-8")
    program = subprocess.Popen(
        [sys.executable, "-m", "tokencost", "count", "big", "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        start_new_session=True,
    )
    time.sleep(1.5)
    os.killpg(program.pid, signal.SIGINT)  # as a terminal sends it: to workers as well
    output, errors = program.communicate(timeout=30)
    if program.returncode != 0:  # a machine so fast that it was done has nothing to show
        assert (program.returncode, output, errors) == (130, b"", b"")
    with pytest.raises(ProcessLookupError):
        os.killpg(program.pid, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
def test_a_worker_that_is_killed_is_told_and_what_it_had_is_counted_once_more(folder: Path) -> None:
    path = folder / "big.txt"
    path.write_text("wörds and more " * 1_000_000, encoding="utf-8")  # 15 parts of a megabyte
    argv = [sys.executable, "-c", SLOWLY, "count", "big.txt", "-q", "--jobs", "2"]
    program = subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        text=True,
    )
    children = Path(f"/proc/{program.pid}/task/{program.pid}/children")
    patience = time.monotonic() + 20
    while not (workers := children.read_text().split()) and time.monotonic() < patience:
        time.sleep(0.01)
    os.kill(int(workers[0]), signal.SIGKILL)
    output, errors = program.communicate(timeout=60)
    assert output == "5000001\n"  # " w", "ör", "ds", " and", " more" a million times, and " "
    assert "warning: a worker ended too early; what it had was counted once more" in errors
    assert program.returncode == 0


SLOWLY = """
import sys, time
from tokencost import corpora as measures
from tokencost.estimates import model_count
measure = measures._measure
model_count._LEAST_WITH_FAST = 1

def slow(task, *, size):
    time.sleep(0.05)
    return measure(task, size=size)

measures._measure = slow
from tokencost.__main__ import run
run()
"""
