import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tokencost.inputs import pool as module
from tokencost.inputs.pool import Pool, WorkerError

Work = Callable[[int], object]


@pytest.fixture(params=["fork", "spawn"])
def start_method(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    method: str = request.param
    if method == "fork" and sys.platform != "linux":
        pytest.skip("processes are forked on Linux alone")
    monkeypatch.setattr(module, "start_method", lambda: method)
    return method


def done(work: Work, tasks: list[int], *, jobs: int = 2) -> tuple[list[object], int]:
    with Pool(work, tasks, jobs=jobs) as pool:
        return [*pool.results()], pool.deaths


def square(number: int) -> int:
    return number * number


def sleep_first(number: int) -> int:
    if number == 0:
        time.sleep(0.3)
    return number


def own_process(_: int) -> int:
    return os.getpid()


def refuse(number: int) -> int:
    if number == 3:
        raise ZeroDivisionError(f"task {number}")
    return number


def die(_: int) -> int:
    os._exit(9)


def die_once(number: int) -> int:
    """Die of task 2, unless that has happened before."""
    mark = Path(os.environ["TOKENCOST_TEST_MARK"])
    if number == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)
    return number


@pytest.mark.usefixtures("start_method")
def test_results_come_in_the_order_of_the_tasks() -> None:
    assert done(sleep_first, [0, 1, 2, 3, 4]) == ([0, 1, 2, 3, 4], 0)


def test_tasks_are_done_by_other_processes_and_by_no_more_than_there_are_tasks() -> None:
    processes = set(done(own_process, [1, 2], jobs=16)[0])
    assert os.getpid() not in processes
    assert len(processes) == 2


def test_no_tasks_have_no_results() -> None:
    assert done(square, []) == ([], 0)


@pytest.mark.usefixtures("start_method")
def test_what_fails_in_a_worker_fails_here() -> None:
    with pytest.raises(ZeroDivisionError, match="task 3"):
        done(refuse, [1, 2, 3, 4])


@pytest.mark.usefixtures("start_method")
def test_a_worker_that_dies_is_told_and_its_task_done_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKENCOST_TEST_MARK", str(tmp_path / "mark"))
    assert done(die_once, [0, 1, 2, 3]) == ([0, 1, 2, 3], 1)


@pytest.mark.usefixtures("start_method")
def test_a_task_that_two_workers_die_of_is_an_error() -> None:
    with pytest.raises(WorkerError, match="two workers died of the same inputs"):
        done(die, [1])


def test_a_cause_of_death_can_be_a_signal() -> None:
    with pytest.raises(WorkerError, match="signal 9" if sys.platform != "win32" else "exit code"):
        done(kill_oneself, [1])


def kill_oneself(_: int) -> None:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    time.sleep(10)


@pytest.mark.posix
@pytest.mark.usefixtures("start_method")
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_means_the_same_to_a_worker_whatever_it_means_to_its_parent(
    monkeypatch: pytest.MonkeyPatch, sent: signal.Signals
) -> None:
    """A pool ends workers by SIGTERM; Ctrl-C, which a terminal sends to all, is for the parent."""
    before = signal.signal(sent, signal.SIG_IGN if sent == signal.SIGTERM else signal.SIG_DFL)
    monkeypatch.setenv("TOKENCOST_TEST_SIGNAL", str(int(sent)))
    try:
        if sent == signal.SIGTERM:
            with pytest.raises(WorkerError, match="signal 15"):
                done(signal_oneself, [1])
        else:
            assert done(signal_oneself, [1]) == ([1], 0)
    finally:
        signal.signal(sent, before)


def signal_oneself(number: int) -> int:
    os.kill(os.getpid(), int(os.environ["TOKENCOST_TEST_SIGNAL"]))
    return number


def test_no_worker_outlives_its_pool() -> None:
    with Pool(own_process, [*range(4)], jobs=2) as pool:
        next(pool.results())
        processes = [worker.process for worker in pool._workers]
    assert processes
    assert not any(process.is_alive() for process in processes)


SLOW = """
import os, signal, sys, time
from tokencost.inputs.pool import Pool

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it

def wait(number):
    os.write(1, f"{os.getpid()}\\n".encode())
    time.sleep(float(sys.argv[1]))

with Pool(wait, range(100), jobs=2) as pool:
    list(pool.results())
"""


@pytest.mark.posix
@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        (signal.SIGINT, 30),  # at once, in the middle of a task
        (signal.SIGKILL, 0.5),  # with the task that they are at
    ],
)
def test_workers_end_when_their_parent_is_stopped_or_killed(
    sent: signal.Signals, seconds: float
) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )
    assert parent.stdout is not None
    with parent.stdout:
        workers = {int(parent.stdout.readline()) for _ in range(2)}
        parent.send_signal(sent)
        parent.wait(10)
        patience = time.monotonic() + 10
        while any(map(is_running, workers)) and time.monotonic() < patience:
            time.sleep(0.1)
    assert not any(map(is_running, workers))


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")  # of one that ended and that nobody has waited for: Z
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.posix
def test_other_threads_keep_a_process_from_being_forked() -> None:
    alone = module.start_method()
    assert alone == ("fork" if sys.platform == "linux" else "spawn")
    timer = threading.Timer(30, print)
    timer.start()
    assert module.start_method() == "spawn"
    timer.cancel()
    timer.join()
