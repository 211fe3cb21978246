"""Ctrl-C while the program starts ends it at once, where Python would show a trace.

The package imports this module first. It does nothing where the package is used as a library, and
cannot do anything about the time in which Python itself starts.
"""

import os
import sys

# `signal` itself brings enum
from _signal import SIGINT, default_int_handler, getsignal, signal  # type: ignore[import-not-found]
from types import FrameType

CODE = 130  # what a shell says of a program that Ctrl-C ended
_IMPORTS = "<frozen importlib"  # a trace from there is also shown where it is caught

_is_caught = False


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


def interrupt(_number: int, frame: FrameType | None) -> None:
    """End the process, or raise KeyboardInterrupt where it is caught and nothing is imported."""
    while _is_caught and frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORTS):
            break
        frame = frame.f_back
    else:
        if _is_caught:
            raise KeyboardInterrupt
    os._exit(CODE)


if is_program() and getsignal(SIGINT) is default_int_handler:  # not where Ctrl-C is ignored
    try:  # noqa: SIM105 (contextlib takes 2 ms)
        signal(SIGINT, interrupt)
    except ValueError:  # another thread than the first
        pass
