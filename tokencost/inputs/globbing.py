"""Globs to files, the same on every system."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from tokencost.errors import InputError
from tokencost.inputs.discovery import Found, is_regular, list_folder
from tokencost.inputs.ignoring import Rules, is_inside_ignored
from tokencost.inputs.problems import unreadable


def is_glob(name: str) -> bool:
    """Whether *name* holds a character that stands for others."""
    return any(character in name for character in "*?[")


def expand(pattern: str, *, exclude: Rules) -> Found:
    """Yield the files that *pattern* matches, in the order of a walk.

    `**` stands for any number of folders; unlike that of the standard library it does not follow
    links, of which two that lead upwards would never end. As in a shell, a name that begins
    with a dot is only matched by a pattern that does.
    """
    found = {str(each): each for each in _expand("", pattern.split("/"))}  # some come up twice
    yield from (each for each in found.values() if isinstance(each, InputError))
    names = (each for each in found.values() if isinstance(each, str))
    for name in sorted(names, key=lambda name: name.split("/")):
        if not is_inside_ignored(name, [exclude]):
            yield name


def _expand(prefix: str, pieces: Sequence[str]) -> Found:
    first, rest = pieces[0], pieces[1:]
    if not is_glob(first):
        yield from _descend(prefix, first, rest)
        return
    if first == "**":
        yield from _expand(prefix, rest or ["*"])
    for entry in _matching(prefix, first):
        if isinstance(entry, InputError):
            yield entry
        elif first != "**":
            yield from _descend(prefix, entry.name, rest)
        elif entry.is_dir(follow_symlinks=False):
            yield from _expand(f"{prefix}{entry.name}/", pieces)


def _descend(prefix: str, name: str, rest: Sequence[str]) -> Found:
    if rest:
        yield from _expand(f"{prefix}{name}/", rest)
    elif name and is_regular(prefix + name):  # no name after a final slash: files have none
        yield prefix + name


def _matching(prefix: str, piece: str) -> Iterator[os.DirEntry[str] | InputError]:
    try:
        entries = list_folder(prefix)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        yield unreadable(error, name=error.filename)
        return
    for entry in entries:
        is_hidden = entry.name.startswith(".") and not piece.startswith(".")
        if fnmatchcase(entry.name, piece) and not is_hidden:
            yield entry
