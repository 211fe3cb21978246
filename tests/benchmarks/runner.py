"""Runs commands in turn and measures each whole process; a small process of its own.

The system gives a new process the peak memory of the one that started it, so the commands are not
started by the one that built the texts. Reads a job as JSON and writes a line of JSON for each run:

    {"rounds": 3, "patience": 60, "warm": true, "commands": [{"name", "argv", "stdin", "folder",
        "env"}]}
    {"name", "round", "wall", "cpu", "peak", "code", "printed", "errors"}

A command that fails is not run again. `warm` adds a round before the first, round 0.
"""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from typing import IO, Any

_KEPT = 2_000_000  # bytes of what a program prints
_UNITS = 2**20 if sys.platform == "darwin" else 2**10  # of peak memory, in a MiB


def measured(command: dict[str, Any], patience: float) -> dict[str, Any]:
    """Return what a process took: wall and processor seconds, and peak memory in MiB.

    Processor time is that of all its processes; peak memory that of the largest of them.
    """
    with (
        open(command["stdin"] or os.devnull, "rb") as stdin,  # noqa: PTH123
        tempfile.TemporaryFile() as printed,
        tempfile.TemporaryFile() as errors,
    ):
        started = time.perf_counter()
        process = subprocess.Popen(
            command["argv"],
            stdin=stdin,
            stdout=printed,
            stderr=errors,
            cwd=command["folder"],
            env=command["env"],
            start_new_session=True,
        )
        is_over, used = _awaited(process, patience)
        return {
            "name": command["name"],
            "wall": time.perf_counter() - started,
            "cpu": used.ru_utime + used.ru_stime,
            "peak": used.ru_maxrss / _UNITS,
            "code": process.returncode,
            "printed": _text(printed, 0),
            "errors": f"not ready after {patience:g} s" if is_over else _text(errors, -_KEPT),
        }


def _awaited(
    process: subprocess.Popen[bytes], patience: float
) -> tuple[bool, resource.struct_rusage]:
    """Wait for a process, and end it and its workers when patience is over."""
    over = threading.Event()

    def end() -> None:
        over.set()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(patience, end)
    timer.start()
    try:
        _, status, used = os.wait4(process.pid, 0)
    except KeyboardInterrupt:  # Ctrl-C reaches this process and not the one that is measured
        end()
        raise
    finally:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return over.is_set(), used


def _text(file: IO[bytes], start: int) -> str:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size + start) if start < 0 else start)
    return file.read(_KEPT).decode(errors="replace")


def main() -> None:
    job = json.load(sys.stdin)
    failed: set[str] = set()
    for number in range(0 if job["warm"] else 1, job["rounds"] + 1):
        for command in job["commands"]:
            if command["name"] not in failed:
                run = measured(command, job["patience"]) | {"round": number}
                if run["code"]:
                    failed.add(command["name"])
                print(json.dumps(run), flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
