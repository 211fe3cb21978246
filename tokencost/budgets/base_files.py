"""What files were at a ref of git, and those that differ from it."""

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from tokencost.budgets.budget import Budget
from tokencost.budgets.case import BaseFile, Baseline
from tokencost.budgets.files import (
    BudgetFiles,
    FileReading,
    name_of,
    no_match,
    path_in,
    paths_in,
    read_budget_files,
    reader_of,
    wanted_by,
)
from tokencost.errors import InputError
from tokencost.git import (
    Comparison,
    FileStatus,
    compare_on_disk,
    find_repository,
    is_ignored_file,
)
from tokencost.inputs.file_list import list_files, outside
from tokencost.inputs.gitignore import Globs, exclusions, is_inside_ignored
from tokencost.inputs.tracked import left_out, not_checked_out
from tokencost.notes import Note, warning
from tokencost.values import replace


def read_baseline(
    base: str,
    files: Iterable[str | os.PathLike[str]] = (),
    *,
    budgets: Sequence[Budget] = (),
    folder: str | os.PathLike[str] | None = None,
) -> Baseline:
    """Return what *files*, and all that fall under *budgets*, were where HEAD left *base*.

    They are read from git; the work tree and the index are not touched, and nothing is fetched.

    Args:
        base: a branch, a tag or anything git takes.
        files: files as they lie from the working folder, ignored ones included.
        budgets: those whose globs pick more: tracked files, and what is neither tracked nor
            ignored.
        folder: a folder of the repository; by default the root of the budgets, or the working
            folder.

    Raises:
        GitError: there is no repository, the ref is unknown, or the history too short.

    Examples:
        >>> tokencost.read_baseline("HEAD", ["docs/a.md"]).differing
        frozenset()
    """
    place = _place(budgets) if folder is None else Path(folder)
    return _baseline(base, *_compared(base, files, budgets, place))


def read_changed_files(
    base: str,
    budgets: Sequence[Budget] = (),
    paths: Sequence[str | os.PathLike[str]] = (),
    *,
    files_from: str | None = None,
    exclude: Sequence[str] = (),
    exclude_root: str | os.PathLike[str] | None = None,
    reading: FileReading | None = None,
) -> tuple[BudgetFiles, Baseline]:
    """Read the files of *budgets*, or of *paths*, that differ from *base*, and what they were.

    Args:
        base: a branch, a tag or anything git takes.
        budgets: which globs; every one has to match a file, whether that differs or not.
        paths: files, folders and globs to narrow this to; without budgets all of them.
        files_from: a file of one path a line, or "-", for the same.
        exclude: patterns as in `.gitignore` of what is left out.
        exclude_root: the folder that they are relative to, by default the working folder.
        reading: encoding and form of the files.

    Raises:
        GitError: there is no repository, the ref is unknown, or the history too short.
        InputError: a glob, or a pattern to exclude, makes no sense.

    Examples:
        >>> limits = tokencost.Limits(max_tokens_per_file=400)
        >>> budget = tokencost.Budget(
        ...     name="docs", limits=limits, files=("docs/*.md",), root=Path.cwd()
        ... )
        >>> tokencost.read_changed_files("HEAD", [budget])[0].asked
        frozenset()
    """
    reading = reading or FileReading()
    is_narrow = bool(paths) or files_from is not None
    wanted = wanted_by(budgets) if budgets else None
    listed = list_files(
        paths, files_from=files_from, exclude=exclude, exclude_root=exclude_root, wanted=wanted
    )
    comparison, root = _compared(base, listed.names, budgets, _place(budgets))
    baseline = _baseline(base, comparison, root)
    there = {path for path in comparison.failures if os.path.lexists(root / path)}
    paths_of_now = {*comparison.paths} | there
    errors = [*listed.errors, *(() if is_narrow else _unmatched(budgets, paths_of_now, root))]
    differing = [name_of(root / path) for path in sorted(baseline.differing & paths_of_now)]
    names = {name_of(Path(name).absolute()) for name in listed.names}
    rules = [exclusions(exclude, root=exclude_root)]
    chosen = [
        name
        for name in differing
        if (name in names if is_narrow else not is_inside_ignored(name, rules))
    ]
    if empty := [name for name in chosen if Path(name).is_dir()]:
        errors += map(not_checked_out, empty)
        chosen = [name for name in chosen if name not in empty]
    if missing := [name for name in chosen if not os.path.lexists(name)]:
        errors.append(left_out(missing))
        chosen = [name for name in chosen if name not in missing]
    if budgets and not is_narrow:  # what nobody names by a path has to lie inside
        place = _place(budgets).absolute()
        paths_of = {path_in(place, Path(name).absolute()): name for name in chosen}
        leading_out = outside(paths_of, place)
        errors += leading_out.values()
        chosen = [name for path, name in paths_of.items() if path not in leading_out]
    if chosen and budgets:
        files = read_budget_files(budgets, chosen, exclude=exclude, reading=reading)
        inputs = replace(files.inputs, errors=(*errors, *files.inputs.errors))
        return replace(files, inputs=inputs), baseline
    reader = reader_of(reading)
    reader.add_files(chosen)
    inputs = reader.reading()
    inputs = replace(inputs, errors=(*errors, *inputs.errors))
    asked, is_empty = frozenset(chosen), not chosen
    files = BudgetFiles(inputs=inputs, members={}, asked=asked, is_empty=is_empty, reading=reading)
    return files, baseline


def find_budget(file: str | os.PathLike[str], budgets: Iterable[Budget]) -> Budget | None:
    """Return the first of *budgets* that a file on disk falls under, None if there is none.

    What git ignores falls under none, unless it is tracked all the same.

    Raises:
        UsageError: *file* is not a path.

    Examples:
        >>> limits = tokencost.Limits(max_tokens_per_file=400)
        >>> budget = tokencost.Budget(
        ...     name="docs", limits=limits, files=("docs/*.md",), root=Path.cwd()
        ... )
        >>> tokencost.find_budget("docs/a.md", [budget]).name
        'docs'
        >>> tokencost.find_budget("docs/b.md", [budget])
    """
    path = Path(os.path.realpath(file))
    if not path.is_file():
        return None
    for budget in budgets:
        root = Path(os.path.realpath(budget.root))
        if selector(budget, root)(path_in(root, path)):
            return None if is_ignored_file(path) else budget
    return None


def _place(budgets: Sequence[Budget]) -> Path:
    return budgets[0].root if budgets else Path.cwd()


def _compared(
    base: str,
    files: Iterable[str | os.PathLike[str]],
    budgets: Sequence[Budget],
    place: Path,
) -> tuple[Comparison, Path]:
    """Return what differs, and the root that its paths are relative to."""
    repository = find_repository(place)
    root = repository.root
    named = dict.fromkeys(paths_in(root, files).values())
    selectors = [selector(budget, root) for budget in budgets]

    @cache  # each path is asked for at both ends
    def wants(path: str) -> bool:
        return any(selects(path) for selects in selectors)

    return compare_on_disk(repository, base, list(named), wants=wants), root


def _baseline(base: str, comparison: Comparison, root: Path) -> Baseline:
    changed: dict[str, BaseFile] = {}
    deleted: list[BaseFile] = []
    for change in comparison.changes:
        if change.was is None:
            continue
        content = None if change.base == change.head else change.base
        before = BaseFile(path=change.was, content=content)
        if change.kind is FileStatus.DELETED:
            deleted.append(before)
        else:
            changed[change.path] = before
    return Baseline(
        name=base,
        root=root,
        changed=changed,
        added=frozenset(
            change.path
            for change in comparison.changes
            if change.was is None and change.path not in comparison.unsearched
        ),
        deleted=tuple(deleted),
        unknown={**comparison.unsearched, **comparison.failures},
        compared=frozenset(comparison.paths),
        notes=tuple(notes_on_base(comparison)),
    )


def notes_on_base(comparison: Comparison) -> Iterable[Note]:
    """Yield a warning if there is not one commit where the branch left its base."""
    base = comparison.base
    if base.others:
        number = len(base.others) + 1
        yield warning("several_merge_bases", base=base.name, number=number, commit=base.oid[:12])


def selector(budget: Budget, root: Path) -> Callable[[str], bool]:
    """Return what tells whether a path from *root* falls under *budget*."""
    globs, exclude = Globs.of(budget.files), Globs.of(budget.exclude)
    start = _start(budget, root)

    def selects(path: str) -> bool:
        inside = path.removeprefix(start)
        is_inside = path.startswith(start)
        return is_inside and globs.select(inside) and not exclude.select(inside)

    return selects


def _start(budget: Budget, root: Path) -> str:
    """Return what paths from *root* begin with that lie below the root of *budget*."""
    prefix = path_in(root, budget.root.absolute())
    return "" if prefix == "." else f"{prefix}/"


def _unmatched(
    budgets: Sequence[Budget], paths_of_now: Iterable[str], root: Path
) -> Iterable[InputError]:
    """Yield an error for each glob that matches no file: a typing mistake would pass else."""
    for budget in budgets:
        start, exclude = _start(budget, root), Globs.of(budget.exclude)
        inside = [path.removeprefix(start) for path in paths_of_now if path.startswith(start)]
        paths = [path for path in inside if not exclude.select(path)]
        for pattern in Globs.of(budget.files).unmatched(paths):
            yield no_match(budget, pattern)
