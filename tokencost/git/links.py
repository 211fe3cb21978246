"""Symbolic links of a tree: which file of it a link stands for."""

import posixpath
from collections.abc import Iterable, Mapping
from itertools import accumulate

from tokencost.errors import GitError

_MOST_STEPS = 40  # as the kernel has it


def resolve(
    paths: Iterable[str], targets: Mapping[str, str], files: Iterable[str]
) -> tuple[dict[str, str], dict[str, GitError]]:
    """Return the file that each of *paths* stands for, and why one stands for none.

    *targets* is where the links of the tree lead, *files* all else in it. A link to a folder stands
    for nothing, for a walk does not follow it either.
    """
    others = set(files)
    folders = {
        folder for path in others for folder in accumulate(path.split("/")[:-1], posixpath.join)
    }
    places: dict[str, str] = {}
    failures: dict[str, GitError] = {}
    for path in paths:
        place = _follow(path, targets)
        if place in others:
            places[path] = place
        elif place not in folders:
            failures[path] = GitError(
                f'"{path}" is a symbolic link to "{targets.get(path, place)}", which is not in the '
                "repository",
                hint="leave it out, or put the file itself in its place",
            )
    return places, failures


def _follow(path: str, targets: Mapping[str, str]) -> str:
    """Return where *path* leads in the end; a link in a circle leads to itself."""
    for _ in range(_MOST_STEPS):
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            link = "/".join(parts[:end])
            if link in targets:
                folder = posixpath.dirname(link)
                path = posixpath.normpath(posixpath.join(folder, targets[link], *parts[end:]))
                break
        else:
            return path
    return path
