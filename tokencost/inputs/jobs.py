"""In how many processes big inputs are read and counted."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tokencost.errors import UsageError

_JOBS: ContextVar[int] = ContextVar("_JOBS", default=1)
_MEANWHILE: ContextVar[Callable[[], object] | None] = ContextVar("_MEANWHILE", default=None)


@contextmanager
def workers(
    jobs: int | None = None, *, meanwhile: Callable[[], object] | None = None
) -> Iterator[None]:
    """Let big inputs be read and counted in *jobs* processes, as long as the block runs.

    It changes how long that takes and never what it returns. Where processes are not forked a
    script that uses it needs `if __name__ == "__main__":`, as `multiprocessing` says.

    Args:
        jobs: how many; by default one for each core.
        meanwhile: is called while workers read many large files, to load what will count them.

    Raises:
        UsageError: *jobs* is not a number from 1.

    Examples:
        >>> with tokencost.workers(2):
        ...     tokencost.count("hello world")
        <CountReport: 1 prompt, 2 tokens>
    """
    if jobs is not None and jobs < 1:
        raise UsageError(f"jobs is {jobs}, not a number from 1", hint="give 2, or 1 for none")
    number, work = _JOBS.set(jobs or _cores()), _MEANWHILE.set(meanwhile)
    try:
        yield
    finally:
        _JOBS.reset(number)
        _MEANWHILE.reset(work)


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def number_of_workers() -> int:
    """Return in how many processes big inputs are read and counted."""
    return _JOBS.get()


def work_meanwhile() -> Callable[[], object] | None:
    """Return what is to be called while workers read."""
    return _MEANWHILE.get()
