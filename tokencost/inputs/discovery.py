"""Folders to files, in an order that no file system decides."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tokencost.errors import InputError
from tokencost.inputs.ignoring import Rules, gitignore, is_ignored, is_inside_ignored
from tokencost.inputs.problems import unreadable

Found = Iterator[str | InputError]

_VERSION_CONTROL = frozenset({".git", ".hg", ".svn"})


def walk(folder: str, *, exclude: Rules) -> Found:
    """Yield the files below *folder* in the order of their names, folder by folder.

    Links to folders are not followed, folders of version control not entered. The `.gitignore`
    files of the folder, of those below it and of those above it in the same repository hold; that
    *folder* itself may be ignored does not count, for it was named. *exclude* holds for the names
    that are yielded. A folder that cannot be listed, or whose rules cannot be read, yields its
    error instead of files.
    """
    prefix = folder_prefix(folder)
    if is_inside_ignored(prefix, [exclude]):
        return
    real = Path(folder).resolve()
    try:
        layers = [gitignore(each / ".gitignore", base=_base(each)) for each in _above(real)]
    except OSError as error:
        yield unreadable(error, name=error.filename)
        return
    yield from _walk(prefix, real=_base(real), layers=layers, exclude=exclude)


def folder_prefix(folder: str) -> str:
    """Return what the names of files in *folder* begin with: nothing for "."."""
    bare = folder.rstrip("/")
    return "" if bare == "." else f"{bare}/"


def list_folder(prefix: str) -> list[os.DirEntry[str]]:
    """Return what is in the folder of that prefix, sorted by name.

    Raises:
        OSError: it cannot be listed.
    """
    with os.scandir(prefix or ".") as entries:
        return sorted(entries, key=lambda entry: entry.name)


def is_regular(name: str) -> bool:
    """Whether *name* can be read to its end; reading a pipe would wait for ever."""
    try:
        return Path(name).is_file()
    except OSError:
        return True  # reading it will say what is wrong


def _walk(prefix: str, *, real: str, layers: Sequence[Rules], exclude: Rules) -> Found:
    try:
        inner = [*layers, gitignore(Path(f"{prefix}.gitignore"), base=real)]
        entries = list_folder(prefix)
    except OSError as error:
        yield unreadable(error, name=error.filename)
        return
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        tail = f"{entry.name}/" if is_folder else entry.name
        name = prefix + tail
        if (
            entry.name in _VERSION_CONTROL
            or is_ignored(real + tail, inner)
            or is_ignored(name, [exclude])
        ):
            continue
        if is_folder:
            yield from _walk(name, real=real + tail, layers=inner, exclude=exclude)
        elif is_regular(name):
            yield name


def _above(folder: Path) -> list[Path]:
    """Return the folders from the root of the repository down to the one that holds *folder*."""
    for depth, each in enumerate((folder, *folder.parents)):
        if (each / ".git").exists():
            return list(reversed(folder.parents[:depth]))
    return []


def _base(folder: Path) -> str:
    return f"{folder.as_posix().rstrip('/')}/"
