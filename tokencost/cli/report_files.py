"""Files that an option names for writing: which format they get, and whether they may be replaced.

A file that a run reads is none of them: a prompt, a configuration or a price table would be gone.
What is read is not asked of each reader, but of Python, which tells of every file that is opened.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

from tokencost import OutputFormat, UsageError
from tokencost.values import dataclass

if TYPE_CHECKING:  # imported through the package when there are any
    from tokencost import Budget

FILE_FORMATS = tuple(name for name in OutputFormat if name is not OutputFormat.TABLE)

_STREAMS = ("standard input", "standard output", "standard error")  # by their numbers
_opened: set[str | bytes] = set()
_is_told = False


def watch() -> None:
    """Remember from now on which files are opened."""
    global _is_told
    _opened.clear()
    if not _is_told:
        sys.addaudithook(_remember)
        _is_told = True


def _remember(event: str, details: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(details[0], str | bytes | os.PathLike):
        _opened.add(os.fspath(details[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A file that gets the report as well, with its format."""

    format: OutputFormat
    file: str

    @classmethod
    def parse(cls, text: str) -> "Target":
        """Read a `--report`.

        Raises:
            UsageError: it names no format that files have, or no file.
        """
        name, _, file = text.partition("=")
        if name not in FILE_FORMATS or file in ("", "-"):
            formats = ", ".join(FILE_FORMATS)
            raise UsageError(
                f'--report "{text}" is not a format and a file',
                hint=f"write --report json=cost.json; formats are {formats}",
            )
        return cls(format=OutputFormat(name), file=file)


def refuse_twice(files: Sequence[tuple[str, str]]) -> None:
    """Raise UsageError if two files, each with its option, are one, whatever they are called."""
    names: dict[object, str] = {}
    for option, file in files:
        if file in names.values():
            raise UsageError(f'{option} names "{file}" twice', hint="name a file for each format")
        for key in (_identity(file), _place(file)):
            if key is not None and names.setdefault(key, file) != file:
                raise UsageError(
                    f'{option} "{file}" is "{names[key]}" by another name',
                    hint="name a file for each format",
                )


def refuse_read(option: str, file: str, *, but: str | None = None) -> None:
    """Raise UsageError if *file* was opened before, under whatever name, unless it is *but*."""
    identity = _identity(file)
    if identity is None or (but is not None and identity == _identity(but)):
        return
    for number, stream in enumerate(_STREAMS):
        if _identity(number) == identity:
            raise UsageError(
                f'{option} "{file}" would replace the file that is {stream}',
                hint="name another file",
            )
    for name in [*_opened]:
        if _identity(name) == identity:
            read = os.fsdecode(name)
            also = "" if _place(file) == _place(read) else f': "{read}"'
            raise UsageError(
                f'{option} "{file}" would replace a file that is read here{also}',
                hint="name another file",
            )


def refuse_prompt(
    option: str, file: str, budgets: "Sequence[Budget]", globs: Sequence[str]
) -> None:
    """Raise UsageError if *file* is there and falls under *budgets*, or *globs* of this folder."""
    if _identity(file) is None or not (budgets or globs):
        return
    import tokencost

    if globs:
        limits, root = tokencost.Limits(max_tokens=0), Path.cwd()
        named = tokencost.Budget(name="", limits=limits, files=tuple(globs), root=root)
        budgets = [*budgets, named]
    if budget := tokencost.find_budget(file, budgets):
        of = f' of budget "{budget.name}"' if budget.name else ""
        raise UsageError(f'{option} "{file}" would replace a prompt{of}', hint="name another file")


def _identity(file: str | bytes | int) -> tuple[int, int] | None:
    """Return what a regular file is known by under all its names, None if there is none."""
    try:
        status = os.stat(file)  # noqa: PTH116 - of thousands
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if S_ISREG(status.st_mode) else None


def _place(file: str) -> str | None:
    """Return the path of *file* behind all links, None for what cannot be replaced."""
    if os.path.exists(file) and _identity(file) is None:  # noqa: PTH110 - /dev/stdout
        return None
    return os.path.normcase(os.path.realpath(file))
