"""Workers: processes that do tasks, with the results in the order of the tasks."""

import multiprocessing
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import Generic, TypeVar

from tokencost.errors import TokencostError
from tokencost.values import dataclass

T = TypeVar("T")
R = TypeVar("R")

_TRIES = 2  # of a task whose worker dies


class WorkerError(TokencostError):
    """Workers die of a task."""

    code = "worker"


@dataclass(slots=True, kw_only=True)
class _Worker:
    """A process, and the number of the task that it is at."""

    process: multiprocessing.process.BaseProcess
    connection: "Connection"
    task: int | None = None


class Pool(Generic[T, R]):
    """Does `work` on each of `tasks` in `jobs` processes, as long as the block runs.

    Where a process can be forked it has the tasks; elsewhere they are sent one by one. What raises
    an exception in a worker is done here once more, so that it raises here. Workers end with the
    block, and by themselves if this process is killed; Ctrl-C is for this process alone.

    Attributes:
        deaths: how many workers died so far; their tasks were given to others.
    """

    def __init__(self, work: Callable[[T], R], tasks: Sequence[T], *, jobs: int) -> None:
        """Start the workers; *work* is a function of a module, and *jobs* at least 1."""
        self._work = work
        self._tasks = tasks
        self._context = multiprocessing.get_context(start_method())
        self._is_forked = self._context.get_start_method() == "fork"
        self._waiting = deque(range(len(tasks)))
        self._tries = [0] * len(tasks)
        self._results: dict[int, R] = {}
        self._workers: list[_Worker] = []
        self._jobs = min(jobs, len(tasks))
        self.deaths = 0

    def __enter__(self) -> "Pool[T, R]":
        try:
            for _ in range(self._jobs):
                self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def results(self) -> Iterator[R]:
        """Yield the result of each task, in their order.

        Raises:
            WorkerError: a task has killed two workers.
        """
        for number in range(len(self._tasks)):
            while number not in self._results:
                self._take()
            yield self._results.pop(number)

    def _take(self) -> None:
        """Wait for a worker, take what it has, and give it another task."""
        by_connection = {worker.connection: worker for worker in self._workers}
        for connection in wait([*by_connection]):
            worker = by_connection[connection]  # type: ignore[index]
            number = worker.task
            assert number is not None
            try:
                is_done, result = worker.connection.recv()
            except (EOFError, OSError):
                self._replace(worker, number)
                continue
            self._results[number] = result if is_done else self._work(self._tasks[number])
            self._give(worker)

    def _give(self, worker: _Worker) -> None:
        if not self._waiting:
            self._workers.remove(worker)
            worker.connection.close()  # it ends by itself
            worker.process.join()
            return
        worker.task = number = self._waiting.popleft()
        self._tries[number] += 1
        with suppress(OSError):  # it is dead, which the next wait will tell
            worker.connection.send(number if self._is_forked else self._tasks[number])

    def _replace(self, worker: _Worker, number: int) -> None:
        """Start a worker in the place of one that died of a task, or on its own."""
        self.deaths += 1
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.join()
        if self._tries[number] >= _TRIES:
            raise WorkerError(
                f"two workers died of the same inputs, the last with {_cause(worker.process)}",
                hint="--jobs 1 counts without workers; perhaps memory ran out",
            )
        self._waiting.appendleft(number)
        self._start()

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        tasks = self._tasks if self._is_forked else None
        inherited = [worker.connection for worker in self._workers] if self._is_forked else []
        process = _process(
            self._context,
            (self._work, tasks, theirs, [*inherited, ours] if self._is_forked else []),
        )
        process.start()
        theirs.close()
        worker = _Worker(process=process, connection=ours)
        self._workers.append(worker)
        self._give(worker)

    def _stop(self) -> None:
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
        self._workers.clear()


def start_method() -> str:
    """Return how workers are started: forked on Linux, unless other threads run."""
    is_alone = threading.active_count() == 1
    return "fork" if sys.platform == "linux" and is_alone else "spawn"


def _process(
    context: BaseContext, arguments: tuple[object, ...]
) -> multiprocessing.process.BaseProcess:
    process: multiprocessing.process.BaseProcess
    process = context.Process(target=_do_tasks, args=arguments, daemon=True)  # type: ignore[attr-defined]
    return process


def _do_tasks(
    work: Callable[[T], R],
    tasks: Sequence[T] | None,
    connection: "Connection",
    inherited: Sequence["Connection"],
) -> None:
    """Do what comes through *connection* until nobody is at its other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the pool ends workers by it
    for other in inherited:  # else a worker would keep the ends of the others open
        other.close()
    while True:
        try:
            asked = connection.recv()
        except (EOFError, OSError):
            return
        answer: tuple[bool, R | None]
        try:
            answer = True, work(asked if tasks is None else tasks[asked])
        except Exception:
            answer = False, None
        try:
            connection.send(answer)
        except OSError:
            return


def _cause(process: multiprocessing.process.BaseProcess) -> str:
    code = process.exitcode or 0
    return f"signal {-code}" if code < 0 else f"exit code {code}"
