"""Ctrl-C, SIGTERM and a closed terminal: at start-up they end the program at once, without a trace.

Later they are exceptions, so that a run that is ended leaves no report of one before. The package
imports this module first. It does nothing where the package is used as a library, and cannot do
anything about the time in which Python itself starts.
"""

import _signal  # type: ignore[import-not-found]  # `signal` itself brings enum
import os
import sys
from types import FrameType

_SHELL = 128  # a shell says so much more than the number of the signal that ended a program
CODE = 130  # of Ctrl-C
_ENDING = ("SIGTERM", "SIGHUP")  # a service of CI that cancels a job, a terminal that is closed
_IMPORTS = "<frozen importlib"  # a trace from there is also shown where it is caught

_is_caught = False
_process = os.getpid()  # one that is forked from it has nothing to leave in order


class Terminated(KeyboardInterrupt):
    """The program was told to end by the signal of this *name*; `code` is what it exits with."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(name)
        self.code = code


def set_caught(*, is_caught: bool) -> None:
    """Say whether whoever runs catches KeyboardInterrupt, to leave nothing half done."""
    global _is_caught
    _is_caught = is_caught


def is_program() -> bool:
    """Whether this process is the console script or `python -m tokencost`, not a program of others.

    While `-m` looks for the module it has no name yet.
    """
    name = sys.argv[0] if getattr(sys, "argv", None) else ""
    if name == "-m":
        return any(
            arg == "-mtokencost" or (arg == "tokencost" and before == "-m")
            for before, arg in zip(sys.orig_argv, sys.orig_argv[1:], strict=False)
        )
    return os.path.basename(name).partition(".")[0] == "tokencost"  # noqa: PTH119


def code_of(error: KeyboardInterrupt) -> int:
    """Return what a program exits with that *error* ended."""
    return error.code if isinstance(error, Terminated) else CODE


def interrupt(number: int, frame: FrameType | None) -> None:
    """End the process, or raise KeyboardInterrupt where it is caught and nothing is imported."""
    is_caught = _is_caught and os.getpid() == _process
    while is_caught and frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORTS):
            break
        frame = frame.f_back
    else:
        if is_caught and number == _signal.SIGINT:
            raise KeyboardInterrupt
        if is_caught:
            name = next(name for name in _ENDING if getattr(_signal, name, None) == number)
            raise Terminated(name, _SHELL + number)
    os._exit(_SHELL + number)


def _listen() -> None:
    """Take the signals that are neither ignored nor handled by somebody else."""
    usual = {_signal.SIGINT: _signal.default_int_handler}
    for name in _ENDING:
        if number := getattr(_signal, name, None):  # Windows has no SIGHUP
            usual[number] = _signal.SIG_DFL
    for number, handler in usual.items():
        if _signal.getsignal(number) is handler:
            _signal.signal(number, interrupt)


if is_program():
    try:  # noqa: SIM105 (contextlib takes 2 ms)
        _listen()
    except ValueError:  # another thread than the first
        pass
