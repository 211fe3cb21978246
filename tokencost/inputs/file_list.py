"""List files before they are read: those that were named, and those that patterns select."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from tokencost.errors import InputError
from tokencost.inputs.files import exists, listed_paths, missing, no_match, no_paths, read_list
from tokencost.inputs.gitignore import Globs, Rules, exclusions, outermost
from tokencost.inputs.prompt import STDIN
from tokencost.inputs.standard_input import read_standard_input
from tokencost.inputs.walk import Found, expand, is_glob, walk
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileList:
    """Names of files, and errors of what names none; *is_empty* says that a list had no line."""

    names: tuple[str, ...]
    errors: tuple[InputError, ...] = ()
    is_empty: bool = False


def list_files(
    paths: Sequence[str | os.PathLike[str]] = (),
    *,
    files_from: str | None = None,
    exclude: Sequence[str] = (),
    stdin: Callable[[], bytes] = read_standard_input,
) -> FileList:
    """Return the files that *paths* name, or that are in folders and globs among them, each once.

    What a list without a line means is for the caller.
    """
    names = [os.fspath(path) for path in paths]
    listed: list[str] = []
    errors: list[InputError] = []
    if files_from is not None:
        try:
            listed = listed_paths(stdin() if files_from == "-" else read_list(files_from))
        except InputError as error:
            return FileList(names=(), errors=(error,))
        errors += [_missing_in_list(name) for name in listed if not exists(name)]
        names += [name for name in listed if exists(name)]
    rules = exclusions(exclude)
    files: dict[str, None] = {}
    for name in names:
        try:
            for file in _files_named(name.replace(os.sep, "/"), rules):
                if isinstance(file, InputError):
                    errors.append(file)
                else:
                    files[file] = None
        except InputError as error:
            errors.append(error)
    return FileList(
        names=tuple(files), errors=tuple(errors), is_empty=files_from is not None and not listed
    )


def empty_list_error(files_from: str | None) -> InputError:
    """Return the error of a list without a line, for callers to whom it is one."""
    return no_paths(STDIN if files_from in (None, "-") else files_from or "")


def _missing_in_list(name: str) -> InputError:
    return InputError(
        f"no such file: {name!r}",
        hint="git lists deleted files too: git diff --name-only --diff-filter=d",
        path=name,
    )


def _files_named(name: str, exclude: Rules) -> Found:
    if exists(name):
        yield from walk(name, exclude=exclude) if Path(name).is_dir() else [name]
    elif not is_glob(name):
        yield missing(name)
    else:
        matches = list(expand(name, exclude=exclude))
        yield from matches or [no_match(name)]


def select_files(root: Path, globs: Sequence[Globs], *, exclude: Globs) -> FileList:
    """Return the paths below *root*, relative to it, that any of *globs* selects.

    What `.gitignore` files ignore is left out, unless a pattern names it without a wildcard. A
    folder that *exclude* selects is not entered. What lies outside, by ".." or behind a link, is
    an error: patterns may be those of others.
    """
    paths: dict[str, None] = {}
    errors: list[InputError] = []
    is_inside = _inside(root)
    base = f"{root.as_posix().rstrip('/')}/"
    # What is not below the root keeps its whole path, of which no pattern speaks.
    rules = Rules(
        base=base,
        verdict=lambda path: (not Path(path).is_absolute() and exclude.select(path)) or None,
    )
    for start in outermost(start for globs_ in globs for start in globs_.starts):
        top = root / start
        if ".." in start.split("/") or not is_inside(top):
            errors.append(_leads_outside(start, root))
            continue
        for file in _files_at(top, rules):
            if isinstance(file, InputError):
                errors.append(file)
                continue
            path = file.removeprefix(base)
            if exclude.select(path) or not any(globs_.select(path) for globs_ in globs):
                continue
            if is_inside(Path(file)):
                paths[path] = None
            else:
                errors.append(_leads_outside(path, root))
    ordered = sorted(paths, key=lambda path: path.split("/"))
    return FileList(names=tuple(ordered), errors=tuple(errors))


def _files_at(top: Path, exclude: Rules) -> Found:
    if top.is_dir():
        return walk(top.as_posix(), exclude=exclude)
    return iter([top.as_posix()] if top.is_file() else [])


def _inside(root: Path) -> Callable[[Path], bool]:
    """Return what says whether a path ends below *root*, or in the repository that it is in."""
    above = (root, *root.parents)
    allowed = next((folder for folder in above if (folder / ".git").exists()), root)
    real = f"{os.path.realpath(allowed).rstrip(os.sep)}{os.sep}"
    folders: dict[Path, str] = {}  # a link is rare, and to look for one in each path takes long

    def is_inside(path: Path) -> bool:
        if path.is_symlink():
            path = Path(os.path.realpath(path))
        folder = path.parent
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        return f"{os.path.join(folders[folder], path.name)}{os.sep}".startswith(real)  # noqa: PTH118

    return is_inside


def _leads_outside(name: str, root: Path) -> InputError:
    return InputError(
        f"{name!r} leads out of {str(root)!r}",
        hint="name what is inside the folder, or pass the path on the command line",
        path=str(root / name),
    )
