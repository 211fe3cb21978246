"""List files before they are read: those that were named, and those that patterns select."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tokencost.errors import InputError
from tokencost.inputs.files import (
    LinkedFolderError,
    exists,
    listed_paths,
    missing,
    no_match,
    not_a_file,
    read_list,
)
from tokencost.inputs.gitignore import Globs, Rules, exclusions, outermost
from tokencost.inputs.sources import read_standard_input
from tokencost.inputs.walk import Found, is_glob, is_regular
from tokencost.inputs.whole_walk import Wanted, WholeWalk, expand_whole
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
    wanted: Wanted | None = None,
    exclude_root: str | os.PathLike[str] | None = None,
    stdin: Callable[[], bytes] = read_standard_input,
) -> FileList:
    """Return the files that *paths* name, or that are in folders and globs among them, each once.

    What is *wanted*, by default everything, and is not a file is an error. What a list without a
    line means is for the caller.
    """
    wanted = wanted or Wanted()
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
    rules = exclusions(exclude, root=exclude_root)
    files: dict[str, None] = {}
    for name in names:
        try:
            walk = WholeWalk(exclude=rules, wanted=wanted)
            for file in _files_named(name.replace(os.sep, "/"), walk):
                if isinstance(file, InputError):
                    errors.append(file)
                else:
                    files[file] = None
        except InputError as error:
            errors.append(error)
    return FileList(
        names=tuple(files), errors=tuple(errors), is_empty=files_from is not None and not listed
    )


def _missing_in_list(name: str) -> InputError:
    return InputError(
        f"no such file: {name!r}",
        hint="git lists deleted files too: git diff --name-only --diff-filter=d",
        path=name,
    )


def _files_named(name: str, walk: WholeWalk) -> Found:
    if not exists(name):
        if not is_glob(name):
            yield missing(name)
            return
        matches = expand_whole(name, exclude=walk.exclude)
        yield from matches or [no_match(name)]
    elif Path(name).is_dir():
        items = [*walk.files(name), *walk.left_out(name)]
        yield from walk.settled(items, Path(name).resolve())
    elif is_regular(name) or not walk.wanted.file(name):
        yield name
    else:
        yield not_a_file(name, path=name)


def select_files(root: Path, globs: Sequence[Globs], *, exclude: Globs) -> FileList:
    """Return the paths below *root*, relative to it, that any of *globs* selects.

    What `.gitignore` files ignore is left out, unless git tracks it or a pattern names it without
    a wildcard. A folder that *exclude* selects is not entered. What lies outside, by ".." or behind
    a link, is an error: patterns may be those of others. So is what is selected and is not a file.
    """
    paths: dict[str, None] = {}
    errors: list[InputError] = []
    items: list[str | InputError] = []
    top = _allowed(root)
    is_inside = _inside(top)
    base = f"{root.as_posix().rstrip('/')}/"
    walk = _whole_walk(base, globs, exclude)
    for start in outermost(start for globs_ in globs for start in globs_.starts):
        place = root / start
        if ".." in start.split("/") or not is_inside(place):
            errors.append(_leads_outside(start, root))
        else:
            items += _files_at(place, walk)
    items += walk.left_out(root.as_posix())
    # Each of them has to judge what is behind a link, for it is not the others' limits that hold.
    links = {
        item.path
        for globs_ in globs
        for item in _whole_walk(base, [globs_], exclude).settled(items, top.resolve())
        if isinstance(item, LinkedFolderError)
    }
    for file in items:
        if isinstance(file, LinkedFolderError) and file.path not in links:
            continue
        if isinstance(file, InputError):
            errors.append(file)
        elif not walk.wanted.file(file):
            continue
        elif is_inside(Path(file)):
            paths[file.removeprefix(base)] = None
        else:
            errors.append(_leads_outside(file.removeprefix(base), root))
    ordered = sorted(paths, key=lambda path: path.split("/"))
    return FileList(names=tuple(ordered), errors=tuple(errors))


def _whole_walk(base: str, globs: Sequence[Globs], exclude: Globs) -> WholeWalk:
    """Return a walk for what *globs* select below *base*, and *exclude* does not."""

    def is_wanted(name: str) -> bool:
        path = name.removeprefix(base)
        return not exclude.select(path) and any(globs_.select(path) for globs_ in globs)

    def may_be_below(name: str) -> bool:
        path = name.removeprefix(base)
        return any(globs_.may_select_below(path) for globs_ in globs)

    # What is not below the root keeps its whole path, of which no pattern speaks.
    rules = Rules(
        base=base,
        verdict=lambda path: (not Path(path).is_absolute() and exclude.select(path)) or None,
    )
    wanted = Wanted(file=is_wanted, below=may_be_below)
    return WholeWalk(exclude=rules, wanted=wanted, shown=_from_here)


def _from_here(name: str) -> str:
    try:
        return os.path.relpath(name).replace(os.sep, "/")
    except ValueError:  # on another drive
        return name


def _files_at(place: Path, walk: WholeWalk) -> Found:
    name = place.as_posix()
    if place.is_dir():
        return walk.files(name)
    if place.is_file():
        return iter([name])
    return iter([not_a_file(walk.shown(name), path=name)] if os.path.lexists(place) else [])


def _allowed(root: Path) -> Path:
    """Return the folder that files of patterns have to be in: the repository, or *root* itself."""
    above = (root, *root.parents)
    return next((folder for folder in above if (folder / ".git").exists()), root)


def _inside(top: Path) -> Callable[[Path], bool]:
    """Return what says whether a path ends below *top*."""
    real = f"{os.path.realpath(top).rstrip(os.sep)}{os.sep}"
    folders: dict[Path, str] = {}  # a link is rare, and to look for one in each path takes long

    def is_inside(path: Path) -> bool:
        if path.is_symlink():
            path = Path(os.path.realpath(path))
        folder = path.parent
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        return f"{os.path.join(folders[folder], path.name)}{os.sep}".startswith(real)  # noqa: PTH118

    return is_inside


def outside(names: Iterable[str], root: Path) -> dict[str, InputError]:
    """Return an error for each of *names* from *root* that `select_files` would not take either."""
    is_inside = _inside(_allowed(root))
    return {name: _leads_outside(name, root) for name in names if not is_inside(root / name)}


def _leads_outside(name: str, root: Path) -> InputError:
    return InputError(
        f"{name!r} leads out of {str(root)!r}",
        hint="name what is inside the folder, or pass the path on the command line",
        path=str(root / name),
    )
