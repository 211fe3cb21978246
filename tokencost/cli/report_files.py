"""Files that an option names for writing: which format they get, and whether they may be replaced.

A file that a run reads is none of them: a prompt, a configuration or a price table would be gone.
What is read is not asked of each reader, but of Python, which tells of every file that is opened.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise, takewhile
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

from tokencost import Failure, OutputFormat, UsageError
from tokencost.cli.streams import write_file, write_line_aside
from tokencost.values import dataclass, regex

if TYPE_CHECKING:  # imported through the package when there are any
    from tokencost import Budget

FILE_FORMATS = tuple(name for name in OutputFormat if name is not OutputFormat.TABLE)

_STREAMS = ("standard input", "standard output", "standard error")  # by their numbers
_opened: set[str | bytes] = set()
_spared: set[str] = set()  # files that are written, or that a run was refused to write
# How reports of earlier runs begin, a line for each format: errors replace nothing else.
_EARLIER = regex(
    rb'\{\s*"schema": "tokencost\.'
    rb"|(?:status,budget,rule|input,kind,model|rank,model,site|model,site,c[au]|error,hint\n"
    rb"|transform,level|name,method,origin|key,value,origin|file,valid,models|what,model,row)"
    rb"|<!-- tokencost |\*\*nothing could be (?:judged|answered)\*\*"
    rb"|(?:::(?:error|warning) .*\n)*.*: [\d,]+ (?:error|limit|warning|within).*\n\Z"
    rb'|<\?xml[^>]*>\s*<testsuites name="tokencost"'
    rb'|\{\s*"\$schema": "[^"]*sarif(?s:.{0,200})"name": "tokencost"'
    rb'|\[\]\s*\Z|\[\s*\{\s*"description": ".*",\s*"check_name":'
)
_BEGINNING = 100_000  # bytes
_is_told = False


def watch() -> None:
    """Remember from now on which files are opened."""
    global _is_told
    _opened.clear()
    _spared.clear()
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


def write_report(text: str, file: str, *, done: str = "") -> None:
    """Write the *text* of a report to *file*, which no error replaces from now on.

    *done* says what was changed before.

    Raises:
        UsageError: it cannot be written.
    """
    write_file(text.encode(), file, option="--report", done=done)
    _spared.add(file)


def replace_reports(failures: Sequence[Failure], arguments: Sequence[str], *, command: str) -> None:
    """Write *failures* of a *command* to the files that its *arguments* name for reports.

    What a service of CI would take for the answer of this run is not that of one before. A file
    that may be something else is left as it is, which a warning says.
    """
    import tokencost

    messages = {failure.error.message for failure in failures}
    for target in _targets(arguments):
        with suppress(UsageError):  # a format that no report of this command has
            text = tokencost.render_failures(failures, target.format, command=command)
            doubt = _replace(target.file, text, arguments)
            if doubt and doubt not in messages:
                write_line_aside("warning: ", doubt)


def _targets(arguments: Sequence[str]) -> Iterable[Target]:
    """Return the files of reports, each once, of a command line that may be wrong elsewhere."""
    targets: dict[str, Target] = {}
    for text in _values_of("--report", arguments):
        with suppress(UsageError):
            target = Target.parse(text)
            targets.setdefault(_place(target.file) or target.file, target)
    return targets.values()


def _replace(file: str, text: str, arguments: Sequence[str]) -> str:
    """Write *text* to *file* if it may be replaced; return why it is left as it is."""
    if file in _spared:
        return ""
    if not _is_replaceable(file, arguments):
        doubt = f'--report "{file}" is left as it is: it may not be an earlier report'
        return doubt if os.path.lexists(file) else ""
    try:
        write_report(text, file)
    except UsageError as error:
        return error.message
    return ""


def _values_of(option: str, arguments: Sequence[str]) -> Iterator[str]:
    """Yield the values of an option, of a command line that may be wrong elsewhere."""
    for argument, value in pairwise((*takewhile(lambda part: part != "--", arguments), "")):
        if argument == option:
            yield value
        elif argument.startswith(f"{option}="):
            yield argument.removeprefix(f"{option}=")


def _is_replaceable(file: str, arguments: Sequence[str]) -> bool:
    """Say whether *file* is nothing that was, or may have been meant to be, read here."""
    place = _place(file)
    if place is not None and any(_place(argument) == place for argument in arguments):
        return False
    if _identity(file) is None:
        return True
    try:
        refuse_read("--report", file)
        with Path(file).open("rb") as content:
            beginning = content.read(_BEGINNING)
    except (UsageError, OSError):
        return False
    return not beginning or _EARLIER.match(beginning) is not None


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
            _spared.add(file)
            raise UsageError(
                f'{option} "{file}" would replace the file that is {stream}',
                hint="name another file",
            )
    for name in [*_opened]:
        if _identity(name) == identity:
            read = os.fsdecode(name)
            _spared.add(file)
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
        _spared.add(file)
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
