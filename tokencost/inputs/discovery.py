"""From names to files: globs, and directories with their ignore rules."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from tokencost.errors import InputError

if TYPE_CHECKING:  # rules are only needed, and imported, when a directory is walked
    from pathspec import GitIgnoreSpec

_VERSION_CONTROL = frozenset({".git", ".hg", ".svn"})
_GLOB = frozenset("*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file; *named* says that the user named it, and did not merely walk past it."""

    name: str
    named: bool


def find(name: str, *, exclude: Sequence[str]) -> list[Found]:
    """Return the files that *name* stands for, in an order that no file system decides.

    Patterns to *exclude* are those of .gitignore, relative to the walked directory, or to the
    current one for a glob; a file that is named itself is never excluded.

    Raises:
        InputError: there is no such file, or nothing matches.
    """
    if Path(name).is_dir():
        return [Found(name=each, named=False) for each in _walk(name, exclude)]
    if Path(name).exists():
        return [Found(name=PurePath(name).as_posix(), named=True)]
    if _GLOB & set(name):
        return _glob(name, exclude)
    raise InputError(f"no such file: {name!r}", hint=_similar(name))


def _glob(pattern: str, exclude: Sequence[str]) -> list[Found]:
    from glob import glob

    excluded = _rules(exclude)
    found = [
        Found(name=PurePath(each).as_posix(), named=True)
        for each in sorted(glob(pattern, recursive=True))  # noqa: PTH207 - may be absolute
        if Path(each).is_file() and not excluded.match_file(each)
    ]
    if not found:
        raise InputError(f"nothing matches {pattern!r}", hint="check the pattern, and quote it")
    return found


def _walk(top: str, exclude: Sequence[str]) -> Iterator[str]:
    excluded = _rules(exclude)
    ignores = _ignore_rules_above(Path(top))
    yield from _entries(Path(top), Path(top), ignores, excluded)


def _entries(
    top: Path,
    folder: Path,
    ignores: Sequence[tuple[Path, "GitIgnoreSpec"]],
    excluded: "GitIgnoreSpec",
) -> Iterator[str]:
    if (folder / ".gitignore").is_file():
        ignores = [*ignores, (folder.resolve(), _rules_of(folder / ".gitignore"))]
    with os.scandir(folder) as scan:
        entries = sorted(scan, key=lambda entry: entry.name)
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder and entry.name in _VERSION_CONTROL:
            continue
        path = folder / entry.name
        slash = "/" if is_folder else ""
        if excluded.match_file(path.relative_to(top).as_posix() + slash):
            continue
        if _ignored(path.absolute(), slash, ignores):
            continue
        if is_folder:
            yield from _entries(top, path, ignores, excluded)
        elif entry.is_file():
            yield path.as_posix()


def _ignored(path: Path, slash: str, ignores: Sequence[tuple[Path, "GitIgnoreSpec"]]) -> bool:
    """Apply the rules from the outermost folder inwards: the last one that speaks decides."""
    verdict = False
    for folder, rules in ignores:
        resolved = path.parent.resolve() / path.name
        said = rules.check_file(resolved.relative_to(folder).as_posix() + slash).include
        if said is not None:
            verdict = said
    return verdict


def _ignore_rules_above(top: Path) -> list[tuple[Path, "GitIgnoreSpec"]]:
    """Return the rules of the folders from the repository's root down to above *top*."""
    here = top.resolve()
    root = next((each for each in (here, *here.parents) if (each / ".git").exists()), here)
    above = [each for each in reversed(here.parents) if each.is_relative_to(root)]
    return [
        (each, _rules_of(each / ".gitignore")) for each in above if (each / ".gitignore").is_file()
    ]


def _rules_of(path: Path) -> "GitIgnoreSpec":
    return _rules(path.read_text(encoding="utf-8", errors="replace").splitlines())


def _rules(lines: Sequence[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _similar(name: str) -> str:
    from difflib import get_close_matches

    folder = Path(name).parent
    if folder.is_dir():
        names = sorted(each.name for each in folder.iterdir())
        if near := get_close_matches(Path(name).name, names, n=3):
            found = " or ".join((folder / each).as_posix() for each in near)
            return f"did you mean {found}?"
    return "check the path, or quote a glob"
