"""Where in a repository the inputs of an answer lie, as services of CI want to know it."""

import os
from pathlib import Path

from tokencost.errors import InputError, TokencostError
from tokencost.inputs.prompt import shown_name
from tokencost.values import dataclass, regex

_LINE = regex(r"(?s)(.+):(\d{1,9})")
_SPELLED = regex(r"\\u(dc[89a-f][0-9a-f])")  # a byte that is not UTF-8, in names of answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a file of the repository, its path with "/" and from the root on.

    A byte of the path that is not UTF-8 is half a character, as Python has it.
    """

    path: str
    line: int = 1

    @property
    def shown(self) -> str:
        """The path as text, with what is not UTF-8 spelled out."""
        return shown_name(self.path)

    @property
    def is_text(self) -> bool:
        """Whether the whole path is UTF-8, as all that services read has to be."""
        return self.shown == self.path


def place_of(name: str | None) -> Place | None:
    """Return where the input called *name* lies, None if it is not a file of the repository.

    An entry of a file is called by its line: "calls.jsonl:12".
    """
    if not name:
        return None
    if file := _file_called(name):
        return _place(file, 1)
    match = _LINE.fullmatch(name)
    if match and (file := _file_called(match[1])):
        return _place(file, int(match[2]))
    return None


def place_in(file: str, name: str) -> Place | None:
    """Return where the input called *name* lies, of which *file* is known; there may be another."""
    if not file:
        return place_of(name)
    entry = name.removeprefix(f"{shown_name(file)}:")
    return _place(file, int(entry) if entry != name and entry.isdecimal() else 1)


def place_of_error(error: TokencostError) -> Place | None:
    """Return where the file lies that an error is about, also one that nobody can read.

    Of an error about a setting it is where that is set.
    """
    if isinstance(error, InputError) and os.path.lexists(error.path):
        return _place(error.path, error.line)
    return place_of(error.place)


def _file_called(name: str) -> str | None:
    """Return the file that answers call *name*, where bytes that are not UTF-8 are spelled out."""
    files = (name, _SPELLED.sub(lambda match: chr(int(match[1], 16)), name))
    return next((file for file in files if _is_file(file)), None)


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _place(file: str, line: int) -> Place | None:
    """Return the place of a file in the repository of the working folder, else in its own."""
    path, here = Path(os.path.abspath(file)), Path.cwd()  # noqa: PTH100 - without ".."
    root = _root_of(here) or _root_of(path.parent) or here
    inside = _inside(path, root) or _inside(path.parent.resolve() / path.name, root.resolve())
    return Place(path=inside, line=line) if inside else None


def _root_of(folder: Path) -> Path | None:
    """Return the root of the repository that holds *folder*, None if there is none."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def _inside(path: Path, root: Path) -> str:
    """Return *path* as it lies from *root*, "" outside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
