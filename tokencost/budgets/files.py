"""Which files budgets are judged on: all that their globs match, or those that are named."""

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from tokencost.budgets.budget import Budget
from tokencost.errors import InputError
from tokencost.inputs import InputFormat, InputSet
from tokencost.inputs.file_list import list_files, select_files
from tokencost.inputs.files import MOST_BYTES, check_encoding
from tokencost.inputs.gitignore import Globs, Rules, exclusions, is_inside_ignored
from tokencost.inputs.prompt import shown_name
from tokencost.inputs.reader import Reader
from tokencost.inputs.sources import TextForm
from tokencost.inputs.whole_walk import Wanted
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """How files are read."""

    encoding: str = "utf-8"
    input_format: InputFormat = InputFormat.AUTO
    max_bytes: int | None = None


def reader_of(reading: FileReading) -> Reader:
    """Return a reader that reads so.

    Raises:
        InputError: the encoding makes no sense.
    """
    check_encoding(reading.encoding)
    most = MOST_BYTES if reading.max_bytes is None else reading.max_bytes
    return Reader(
        form=TextForm(
            encoding=reading.encoding, input_format=reading.input_format, most_bytes=most
        ),
        exclude=None,
        every_file=True,
        stdin=bytes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetFiles:
    """The files of budgets, read; files are called as they lie from the working folder.

    Attributes:
        inputs: what was read, every file once, and what could not be.
        members: by the name of a budget, the files that fall under it.
        asked: the files that a check is narrowed to, None for all.
        twins: links among the files, each with the file that it leads to, and which is there too.
        outside: files that were named and fall under no budget.
        is_empty: whether a list of files had no line.
        reading: how files were read, and their earlier contents will be.
    """

    inputs: InputSet
    members: Mapping[str, tuple[str, ...]]
    asked: frozenset[str] | None = None
    twins: Mapping[str, str] = field(default_factory=dict)
    outside: tuple[str, ...] = ()
    is_empty: bool = False
    reading: FileReading = field(default_factory=FileReading)


def read_budget_files(
    budgets: Sequence[Budget],
    paths: Sequence[str | os.PathLike[str]] = (),
    *,
    files_from: str | None = None,
    exclude: Sequence[str] = (),
    reading: FileReading | None = None,
) -> BudgetFiles:
    """Read the files of *budgets*, or of *paths* and of a list those that fall under one.

    Of a budget with a limit on all its files together, all are read as soon as one is named: a
    sum over a part of them would keep within any limit.

    Args:
        budgets: which globs.
        paths: files, folders and globs to narrow the check to.
        files_from: a file of one path a line, or "-", for the same.
        exclude: patterns as in `.gitignore` of what a folder or a glob would bring.
        reading: encoding and form of the files.

    Raises:
        InputError: a glob, or a pattern to exclude, makes no sense.

    Examples:
        >>> limits = tokencost.Limits(max_tokens_per_file=400)
        >>> budget = tokencost.Budget(
        ...     name="docs", limits=limits, files=("docs/*.md",), root=Path.cwd()
        ... )
        >>> tokencost.read_budget_files([budget]).members["docs"]
        ('docs/a.md',)
    """
    reading = reading or FileReading()
    reader = reader_of(reading)
    selections = [_Selection.of(budget) for budget in budgets]
    if not paths and files_from is None:
        rules = exclusions(exclude)
        errors = [error for group in _by_root(selections) for error in _select_all(group, rules)]
        files = _files_of(selections)
        errors += [error for selection in selections for error in selection.unmatched()]
        reader.add_files(files)
        return BudgetFiles(
            inputs=_with_errors(reader.reading(), errors),
            members={selection.budget.name: tuple(selection.files) for selection in selections},
            twins=reader.twins,
            reading=reading,
        )
    wanted = wanted_by(budgets)
    listed = list_files(paths, files_from=files_from, exclude=exclude, wanted=wanted)
    names = {name_of(Path(name).absolute()): Path(name).absolute() for name in listed.names}
    asked = {name for name, path in names.items() if _take(selections, name, path)}
    errors = [*listed.errors]
    for group in _by_root(selections):
        whole = [s for s in group if s.files and s.budget.limits.is_on_sum]
        errors += _select_all(whole, exclusions(exclude))
    files = _files_of(selections)
    reader.add_files(files)
    return BudgetFiles(
        inputs=_with_errors(reader.reading(), errors),
        members={selection.budget.name: tuple(selection.files) for selection in selections},
        asked=frozenset(asked),
        twins=reader.twins,
        outside=tuple(name for name in names if name not in asked),
        is_empty=listed.is_empty,
        reading=reading,
    )


def wanted_by(budgets: Sequence[Budget]) -> Wanted:
    """Return which names, from the working folder, fall under one of *budgets*."""
    selections = [_Selection.of(budget) for budget in budgets]

    def paths(name: str) -> Iterator[tuple[_Selection, str]]:
        path = Path(name).absolute()
        return ((selection, path_in(selection.root, path)) for selection in selections)

    return Wanted(
        file=lambda name: any(selection.takes(path) for selection, path in paths(name)),
        below=lambda name: any(
            selection.globs.may_select_below(f"{path}/") for selection, path in paths(name)
        ),
    )


def _files_of(selections: Iterable["_Selection"]) -> list[str]:
    """Return the files of all of *selections*, each once, in the order of a walk."""
    files = {file for selection in selections for file in selection.files}
    return sorted(files, key=lambda file: file.split("/"))


def name_of(path: Path) -> str:
    """Return what people call the file at an absolute *path*: its path from where they are."""
    try:
        return os.path.relpath(path).replace(os.sep, "/")
    except ValueError:  # on another drive
        return path.as_posix()


def path_in(root: Path, path: Path) -> str:
    """Return *path*, which is absolute, as it lies from *root*, "/" separated."""
    path = Path(os.path.normpath(path))
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    try:
        return os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    except ValueError:  # on another drive
        return path.as_posix()


def paths_in(root: Path, files: Iterable[str | os.PathLike[str]]) -> dict[str, str]:
    """Return by *files*, as they lie from the working folder, how they lie from *root*.

    Of thousands none is taken apart as a `Path`, which takes 20 microseconds.
    """
    here = path_in(root, Path.cwd())
    paths: dict[str, str] = {}
    for file in [os.fspath(file) for file in files]:
        path = posixpath.normpath(posixpath.join(here, file.replace(os.sep, "/")))
        if os.path.isabs(file) or path.startswith("../"):  # noqa: PTH117
            path = path_in(root, Path(file).absolute())  # it may lead back into the root
        paths[file] = path
    return paths


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selection:
    """The files that were found to fall under a budget."""

    budget: Budget
    root: Path
    globs: Globs
    exclude: Globs
    files: dict[str, str] = field(default_factory=dict)  # by name, the path from the root

    @classmethod
    def of(cls, budget: Budget) -> "_Selection":
        return cls(
            budget=budget,
            root=budget.root.absolute(),
            globs=Globs.of(budget.files),
            exclude=Globs.of(budget.exclude),
        )

    def takes(self, path: str) -> bool:
        return self.globs.select(path) and not self.exclude.select(path)

    def unmatched(self) -> Iterable[InputError]:
        """Yield an error for each glob that selects nothing: a typing mistake would pass else."""
        for pattern in self.globs.unmatched([*self.files.values()]):
            yield no_match(self.budget, pattern)


def no_match(budget: Budget, pattern: str) -> InputError:
    """Return the error of a glob that selects nothing, at the line of its budget."""
    file, _, line = budget.place.rpartition(":")
    error = InputError(
        f"{budget.place}{': ' if budget.place else ''}no file of budget "
        f'"{budget.name}" matches "{pattern}"',
        hint="globs are relative to the folder of the configuration; ignored files, "
        "excluded ones and those that another glob takes out do not count",
    )
    return error.at(file, int(line)) if line.isdecimal() else error


def _by_root(selections: Iterable[_Selection]) -> list[list[_Selection]]:
    """Return selections together that one walk can serve."""
    groups: dict[tuple[Path, tuple[str, ...]], list[_Selection]] = {}
    for selection in selections:
        groups.setdefault((selection.root, selection.budget.exclude), []).append(selection)
    return [*groups.values()]


def _select_all(selections: Sequence[_Selection], exclude: Rules) -> Iterable[InputError]:
    """Give each of *selections*, which have a root in common, all its files."""
    if not selections:
        return ()
    root = selections[0].root
    globs = [selection.globs for selection in selections]
    listed = select_files(root, globs, exclude=selections[0].exclude)
    for path in listed.names:
        name = name_of(root / path)
        if is_inside_ignored(name, [exclude]):
            continue
        for selection in selections:
            if selection.globs.select(path):
                selection.files[name] = path
    return listed.errors


def _take(selections: Iterable[_Selection], name: str, path: Path) -> bool:
    """Give a file to each of *selections* that it falls under, and say whether there is one."""
    taken = False
    for selection in selections:
        inside = path_in(selection.root, path)
        if selection.takes(inside):
            selection.files[name] = inside
            taken = True
    return taken


def _with_errors(inputs: InputSet, errors: Sequence[InputError]) -> InputSet:
    return InputSet(prompts=inputs.prompts, errors=(*errors, *inputs.errors), notes=inputs.notes)


def nothing_to_judge(files: BudgetFiles | None) -> InputError:
    """Return the error of a check that judged nothing; without *files* it is one of limits."""
    if files is not None and files.is_empty:
        return InputError(
            "the list of files is empty, and nothing was judged",
            hint="--allow-empty lets a list without a file pass",
        )
    if files is not None and files.outside:
        return InputError(
            "none of the files that are named falls under a budget: "
            f"{shown_name(files.outside[0])}",
            hint="check the globs, or pass --allow-empty",
        )
    return InputError("nothing to judge", hint="name a file, or a budget with files")
