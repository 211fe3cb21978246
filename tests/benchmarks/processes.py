"""Commands that are measured beside each other, and what their runs say."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Self

_RUNNER = Path(__file__).with_name("runner.py")
_ERROR = re.compile(r"[\w.]*(?:[Ee]rror|Exception): ")
_LONGEST_REASON = 120  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command to be measured.

    Attributes:
        name: tells it from those beside it.
        argv: the program and its arguments.
        stdin: the file that it reads, if any.
    """

    name: str
    argv: tuple[str, ...]
    stdin: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A process that has ended: seconds, MiB, and what it printed."""

    wall: float
    cpu: float
    peak: float
    code: int
    printed: str
    errors: str


class Runs:
    """All runs of commands that were run in turn; the warm-up is left out."""

    def __init__(self, runs: dict[str, list[Run]]) -> None:
        self._runs = runs

    def of(self, name: str) -> list[Run]:
        return self._runs.get(name, [])

    def is_answered(self, name: str) -> bool:
        """Whether a command ran and never failed."""
        return bool(self.of(name)) and not any(run.code for run in self.of(name))

    def median(self, name: str, of: Callable[[Run], float]) -> float | None:
        """Return the middle of what *of* says of each run, None if one failed."""
        return median(map(of, self.of(name))) if self.is_answered(name) else None

    def ratio(self, name: str, beside: str, of: Callable[[Run, Run], float]) -> float | None:
        """Return the middle of what *of* says of each pair of runs in the same round."""
        if not (self.is_answered(name) and self.is_answered(beside)):
            return None
        return median(map(of, self.of(name), self.of(beside)))

    def printed(self, name: str) -> str:
        return self.of(name)[-1].printed.strip() if self.is_answered(name) else ""

    def reason(self, name: str) -> str:
        """Return the end of what a failed command said of it."""
        (*_, run) = self.of(name)
        return reason(run.errors, run.code)

    def __or__(self, other: Self) -> "Runs":
        return Runs(self._runs | other._runs)


def reason(errors: str, code: int) -> str:
    """Return why a program failed: the line of its error, or the last line that it wrote."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    named = [line for line in lines if _ERROR.match(line)]
    text = (named or lines or [f"exit code {code}"])[-1]
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}…"


def run(
    commands: Sequence[Command],
    *,
    folder: Path,
    environment: dict[str, str],
    rounds: int,
    patience: float = 120,
    warm: bool = True,
) -> Runs:
    """Run commands in turn, so that a machine that slows down slows all of them.

    Args:
        commands: what is run, in each round in this order.
        folder: where they run.
        environment: the variables that they see.
        rounds: how often each is measured.
        patience: seconds after which one is ended.
        warm: whether a round before them is not measured.
    """
    job = {
        "rounds": rounds,
        "patience": patience,
        "warm": warm,
        "commands": [
            {
                "name": command.name,
                "argv": command.argv,
                "stdin": str(command.stdin) if command.stdin else None,
                "folder": str(folder),
                "env": environment,
            }
            for command in commands
        ],
    }
    with subprocess.Popen(
        [sys.executable, "-I", "-S", str(_RUNNER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(job))
        process.stdin.close()
        runs: dict[str, list[Run]] = {command.name: [] for command in commands}
        for line in process.stdout:
            _add(runs, json.loads(line))
    return Runs(runs)


def _add(runs: dict[str, list[Run]], record: dict[str, Any]) -> None:
    name, number = record.pop("name"), record.pop("round")
    if number or record["code"]:  # a failure in the warm-up is the only run
        runs[name].append(Run(**record))
