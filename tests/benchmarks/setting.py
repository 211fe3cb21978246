"""What every part of the benchmark works with."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import processes
from tests.benchmarks.environments import Environment
from tests.benchmarks.measurements import FAST, TIKTOKEN, US
from tests.benchmarks.processes import Command, Run, Runs

MODEL = "openai/gpt-4o"
# As it would be written with tiktoken alone; bytes as they are, so that CRLF stays CRLF.
_LOOP = """
import pathlib, sys, tiktoken
count = tiktoken.get_encoding("o200k_base").encode_ordinary
path = pathlib.Path(sys.argv[1])
files = sorted(path.rglob("*.txt")) if path.is_dir() else [path]
print(sum(len(count(file.read_bytes().decode())) for file in files))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured.

    Attributes:
        megabytes: of the biggest text; a tenth of it is the one that it is compared with.
        hard: megabytes of one word without an end.
        files: of 5 kB each, for the goal.
        texts: short ones.
        models: of an own price table.
        peers: megabytes of what all programs count.
        rounds: of long processes.
        short_rounds: of those of less than a second.
    """

    megabytes: int = 100
    hard: int = 10
    files: int = 20_000
    texts: int = 1_000
    models: int = 5_000
    peers: int = 10
    rounds: int = 3
    short_rounds: int = 15


QUICK = Sizes(
    megabytes=10, hard=1, files=500, texts=200, models=200, peers=1, rounds=1, short_rounds=3
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where commands run, and the environments that they come from.

    Attributes:
        folder: for texts; commands run in it.
        variables: what a process sees of the environment.
        own: this checkout, installed.
        fast: the same with the extra of that name, None where there is none.
        plain: tiktoken alone.
        sizes: how much is measured.
        ends_at: on the monotonic clock, when nothing that takes long may begin any more.
        tell: says what goes on.
    """

    folder: Path
    variables: dict[str, str]
    own: Environment
    fast: Environment | None
    plain: Environment
    sizes: Sizes
    ends_at: float
    tell: Callable[[str], None]

    def has_time(self, for_what: str) -> bool:
        """Say what begins, or that it is left out because the time is over."""
        has_time = time.monotonic() < self.ends_at
        self.tell(for_what if has_time else f"{for_what} is left out: the time is over")
        return has_time

    def us(self, *arguments: str, name: str = US) -> Command:
        return Command(name=name, argv=(self.own.program("tokencost"), *arguments))

    def counters(self, path: Path) -> list[Command]:
        """Return plain tiktoken, this program, and this program with its faster engine."""
        loop = (self.plain.program("python"), "-c", _LOOP, str(path))
        arguments = ("count", str(path), "-m", MODEL, "-q")
        commands = [Command(name=TIKTOKEN, argv=loop), self.us(*arguments)]
        if self.fast:
            argv = (self.fast.program("tokencost"), *arguments)
            commands.append(Command(name=FAST, argv=argv))
        return commands

    def run(
        self, commands: Sequence[Command], rounds: int, *, warm: bool = False, patience: float = 120
    ) -> Runs:
        return processes.run(
            commands,
            folder=self.folder,
            environment=self.variables,
            rounds=rounds,
            warm=warm,
            patience=patience,
        )


def wall(run: Run) -> float:
    return run.wall


def cpu(run: Run) -> float:
    return run.cpu


def peak(run: Run) -> float:
    return run.peak


def of_walls(run: Run, beside: Run) -> float:
    return run.wall / beside.wall


def of_processors(run: Run, beside: Run) -> float:
    return run.cpu / beside.cpu if beside.cpu else float("inf")
