"""Walks for those who judge: nothing that is wanted is left out in silence."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from pathlib import Path

from tokencost.errors import InputError
from tokencost.inputs.files import LinkedFolderError, linked_folder, not_a_file, unreadable
from tokencost.inputs.gitignore import (
    Globs,
    Rules,
    exclusions,
    gitignore,
    is_ignored,
    is_inside_ignored,
)
from tokencost.inputs.tracked import TrackedFiles, left_out, not_checked_out, repository_of
from tokencost.inputs.walk import (
    VERSION_CONTROL,
    Found,
    expand,
    folder_prefix,
    is_regular_entry,
    list_folder,
    rules_above,
    with_patterns,
    without_braces,
)
from tokencost.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What nobody may leave out in silence.

    Attributes:
        file: says whether a file of that name is wanted.
        below: says whether one may be in the folder of that name, which ends in a slash.
    """

    file: Callable[[str], bool] = lambda _: True
    below: Callable[[str], bool] = lambda _: True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A folder on the way.

    Attributes:
        real: its real path, with a slash at its end.
        layers: the rules of `.gitignore` files that hold in it.
        tracked: what git tracks in its repository, None outside of one.
        is_ignored: whether a rule ignores it, so that only what is tracked counts.
    """

    real: str
    layers: Sequence[Rules]
    tracked: TrackedFiles | None
    is_ignored: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeWalk:
    """Lists folders as a walk does, but for what is *wanted*.

    What git tracks is not ignored, as in git; a link to a folder, what is not a file, and what is
    not in the work tree yield errors, which call a name as *shown* says.
    """

    exclude: Rules
    wanted: Wanted = field(default_factory=Wanted)
    shown: Callable[[str], str] = str
    _repositories: dict[Path, TrackedFiles] = field(default_factory=dict)

    def files(self, folder: str) -> Found:
        """Yield the files below *folder* in the order of their names, folder by folder."""
        prefix = folder_prefix(folder)
        if is_inside_ignored(prefix, [self.exclude]):
            return
        real = Path(folder).resolve()
        try:
            layers = rules_above(real)
        except OSError as error:
            yield unreadable(error, name=error.filename)
            return
        root = repository_of(real)
        tracked = self._tracked(root) if root else None
        yield from self._checked(
            prefix, _Place(real=folder_prefix(real.as_posix()), layers=layers, tracked=tracked)
        )

    def left_out(self, folder: str) -> Found:
        """Yield the error of what is wanted below *folder* and not in the work tree."""
        real = Path(folder).resolve()
        if root := repository_of(real):
            prefix = folder_prefix(folder)
            yield from self._left_out(prefix, folder_prefix(real.as_posix()), self._tracked(root))

    def settled(self, items: Iterable[str | InputError], top: Path) -> list[str | InputError]:
        """Return what a walk came to without links to folders of which all is judged itself.

        Args:
            items: names of files, and errors.
            top: a real folder; what is outside of it is not judged.
        """
        whole = list(items)
        links = [item for item in whole if isinstance(item, LinkedFolderError)]
        if not links:
            return whole
        files = (item for item in whole if isinstance(item, str) and self.wanted.file(item))
        names = set(map(os.path.realpath, files))
        names |= {_real_name(item.path) for item in whole if isinstance(item, InputError)}
        covered = {link.path for link in links if self._is_covered(link.path, names, top)}
        return [
            item
            for item in whole
            if not (isinstance(item, LinkedFolderError) and item.path in covered)
        ]

    def _is_covered(self, link: str, names: set[str], top: Path) -> bool:
        """Whether everything that is wanted behind a *link* has one of the real *names*."""
        target = Path(link).resolve()
        if not target.is_relative_to(top):
            return False
        start = target.as_posix()

        def behind(says: Callable[[str], bool]) -> Callable[[str], bool]:
            def says_of(name: str) -> bool:
                name = link + name.removeprefix(start)
                return says(name) and not is_inside_ignored(name, [self.exclude])

            return says_of

        wanted = Wanted(file=behind(self.wanted.file), below=behind(self.wanted.below))
        for item in replace(self, exclude=exclusions(()), wanted=wanted).files(start):
            if isinstance(item, InputError):
                if _real_name(item.path) not in names:
                    return False
            elif wanted.file(item) and os.path.realpath(item) not in names:
                return False
        return True

    def _tracked(self, root: Path) -> TrackedFiles:
        return self._repositories.setdefault(root, TrackedFiles(root=root))

    def _files(self, prefix: str, place: _Place) -> Found:
        try:
            rules = gitignore(Path(f"{prefix}.gitignore"), base=place.real)
            entries = list_folder(prefix)
        except OSError as error:
            yield unreadable(error, name=error.filename)
            return
        place = replace(place, layers=with_patterns([*place.layers, rules]))
        exclude = with_patterns([self.exclude])
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            tail = f"{entry.name}/" if is_folder else entry.name
            name, real = prefix + tail, place.real + tail
            if entry.name == ".git" or is_ignored(name, exclude):
                continue
            is_others = entry.name in VERSION_CONTROL  # which git may track as anything else
            is_left = place.is_ignored or is_others or is_ignored(real, place.layers)
            try:
                if is_left and not self._is_tracked(name, real, place.tracked):
                    continue
                if is_folder:
                    yield from self._enter(name, replace(place, real=real, is_ignored=is_left))
                elif is_regular_entry(entry):
                    yield name
                else:
                    yield from self._odd(name)
            except InputError as error:
                yield error

    def _is_tracked(self, name: str, real: str, tracked: TrackedFiles | None) -> bool:
        wants = self.wanted.below if name.endswith("/") else self.wanted.file
        return tracked is not None and wants(name) and tracked.has(real)

    def _enter(self, prefix: str, place: _Place) -> Found:
        """Walk through a folder; in one that is a repository of its own other rules hold."""
        if os.path.lexists(f"{prefix}.git"):
            tracked = self._tracked(Path(place.real))
            yield from self._checked(prefix, _Place(real=place.real, layers=[], tracked=tracked))
            yield from self._left_out(prefix, place.real, tracked)
        else:
            yield from self._checked(prefix, place)

    def _checked(self, prefix: str, place: _Place) -> Found:
        """Walk through a folder; one that is empty may be a submodule that is not there."""
        is_empty = True
        for item in self._files(prefix, place):
            is_empty = False
            yield item
        if is_empty and place.tracked is not None and self.wanted.below(prefix):
            try:
                if not list_folder(prefix) and place.tracked.is_submodule(place.real):
                    yield not_checked_out(self.shown(prefix.rstrip("/")))
            except InputError as error:
                yield error

    def _odd(self, name: str) -> Found:
        """Yield the error of what is neither a file nor a folder, if it is wanted."""
        if Path(name).is_dir():
            if self.wanted.below(f"{name}/"):
                yield linked_folder(self.shown(name), path=name)
        elif self.wanted.file(name):
            yield not_a_file(self.shown(name), path=name)

    def _left_out(self, prefix: str, real: str, tracked: TrackedFiles) -> Found:
        try:
            names = [prefix + path.removeprefix(real) for path in tracked.left_out(real)]
        except InputError as error:
            yield error
            return
        missing = [
            name
            for name in names
            if (self.wanted.below(name) if name.endswith("/") else self.wanted.file(name))
            and not is_inside_ignored(name, [self.exclude])
        ]
        if missing:
            yield left_out([*map(self.shown, missing)])


def walk_whole(folder: str, *, exclude: Rules) -> list[str | InputError]:
    """Return the files below *folder*, and an error for whatever else may be one."""
    walk = WholeWalk(exclude=exclude)
    return walk.settled([*walk.files(folder), *walk.left_out(folder)], Path(folder).resolve())


def expand_whole(pattern: str, *, exclude: Rules) -> list[str | InputError]:
    """Return the files that *pattern* matches, and an error for whatever else it does.

    Raises:
        InputError: the braces stand for too many patterns.
    """
    items = expand(pattern, exclude=exclude, is_whole=True)
    globs = Globs.of(without_braces(pattern))
    wanted = Wanted(
        file=lambda name: globs.select(name.lstrip("/")),
        below=lambda name: globs.may_select_below(name.lstrip("/")),
    )
    top = Path(pattern.partition("*")[0]).parent.resolve()
    return WholeWalk(exclude=exclude, wanted=wanted).settled(items, top)


def _real_name(path: str) -> str:
    """Return the real path of a name that may be a link itself."""
    folder, name = os.path.split(path.rstrip("/"))
    return os.path.join(os.path.realpath(folder), name)  # noqa: PTH118
