"""Standard output and standard error: what is written, and whether in colour."""

import os
import shutil
import sys
from collections.abc import Mapping
from errno import EINVAL
from pathlib import Path
from typing import TextIO

import typer

from tokencost import TokencostError, UsageError

_FORCING = ("FORCE_COLOR", "CLICOLOR_FORCE")


def write(message: str | bytes, *, color: bool, done: str = "") -> None:
    """Write *message* to standard output as it is; no line end of bytes is translated.

    *done* says what was changed before, which a failure to say so does not undo.

    A reader that leaves early, as `head` does, is not a failure, and changes no exit code.

    Raises:
        TokencostError: standard output does not take it.
    """
    try:
        typer.echo(message, nl=False, color=color)
    except OSError as error:
        give_up_on(sys.stdout)
        if is_reader_gone(error, sys.platform):
            return
        raise TokencostError(
            f"cannot write the report: {error.strerror or error}" + (done and f"; {done}"),
            hint="check where standard output goes",
        ) from error


def is_reader_gone(error: OSError, platform: str) -> bool:
    """Say whether *error* means that nobody reads a pipe any more; Windows calls that EINVAL."""
    is_windows = platform == "win32"
    return isinstance(error, BrokenPipeError) or (is_windows and error.errno == EINVAL)


def write_aside(message: str, *, color: bool | None = None) -> None:
    """Write *message* to standard error; if nobody takes it, the exit code still speaks."""
    try:
        typer.echo(message, nl=False, err=True, color=color)
    except OSError:
        give_up_on(sys.stderr)


def write_line_aside(label: str, text: str) -> None:
    """Write *text* behind its *label* to standard error: one line, wrapped on a terminal alone."""
    width = _error_width()
    write_aside(f"{wrap(label, text, width) if width else label + text}\n")


def wrap(label: str, text: str, width: int) -> str:
    """Break *text* between words at *width* columns; what follows stands below its first word."""
    from unicodedata import east_asian_width  # a terminal alone needs it

    def columns(line: str) -> int:
        return sum(1 + (east_asian_width(character) in "WF") for character in line)

    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(label) + columns(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return label + f"\n{' ' * len(label)}".join(lines)


def _error_width() -> int | None:
    """Return the columns of the terminal, None if standard error is not one."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    if (columns := os.environ.get("COLUMNS", "")).isdecimal():
        return int(columns)
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return None


def write_file(data: bytes, name: str, *, option: str, done: str = "") -> None:
    """Write *data* whole or not at all to the file that *option* names.

    *done* says what was changed before.

    Raises:
        UsageError: it cannot be written.
    """
    import tokencost

    path = Path(name)
    try:
        if path.is_dir():  # which a name that is too long and a closed folder cannot say
            raise UsageError(f'{option} "{name}" is a folder', hint="name a file in it")
        if path.exists() and not path.is_file():  # /dev/null cannot be replaced
            with open(path, "wb", opener=_open_device) as file:
                file.write(data)
        else:
            tokencost.replace_file(path, data)
    except OSError as error:
        raise UsageError(
            f'{option} "{name}" cannot be written: {error.strerror}' + (done and f"; {done}"),
            hint="check the folder",
        ) from error


def _open_device(name: str, flags: int) -> int:
    """Open a device or a pipe; for a reader of a pipe that nobody has opened nothing waits."""
    if not hasattr(os, "O_NONBLOCK"):  # Windows, which has no pipes in folders
        return os.open(name, flags)
    handle = os.open(name, flags | os.O_NONBLOCK)
    os.set_blocking(handle, True)
    return handle


def give_up_on(stream: TextIO) -> None:
    """Point *stream* at nothing, for Python tries to flush it once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def terminal_width() -> int | None:
    """Return the columns of the terminal, None if standard output is not one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def chosen_pager(lines: int, environment: Mapping[str, str] = os.environ) -> str:
    """Return the command that shows *lines* on a terminal page by page, "" for none.

    None is needed for what fits on the screen, and none is wanted where PAGER is empty or `cat`,
    NO_PAGER is set, the terminal cannot be moved in, or nobody is there to press a key.
    """
    pager = environment.get("PAGER", "less").strip()
    is_alone = bool(environment.get("CI")) or not sys.stdin.isatty()
    if is_alone or environment.get("NO_PAGER") or environment.get("TERM") == "dumb":
        return ""
    if lines < shutil.get_terminal_size().lines or pager in ("", "cat"):
        return ""
    return pager if shutil.which(pager.split(" ")[0]) else ""


def page_through(text: str, pager: str) -> None:
    """Show *text* with the command *pager*, less with colours and without clearing the screen."""
    import pydoc  # which starts it, waits for its end and leaves Ctrl-C to it
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # there is nothing to leave in order
    os.environ.setdefault("LESS", "FRSX")  # as git has it; of wide tables the arrows show the rest
    pydoc.pipepager(text, pager)


def has_color(choice: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Decide `--color` as https://no-color.org and https://bixense.com/clicolors have agreed."""
    match choice:
        case "always":
            return True
        case "never":
            return False
        case "auto":
            if environment.get("NO_COLOR"):
                return False
            if any(environment.get(name, "0") not in ("", "0") for name in _FORCING):
                return True
            return environment.get("TERM") != "dumb" and sys.stdout.isatty()
        case _:
            raise UsageError(f'--color "{choice}" is unknown', hint="write auto, always or never")
