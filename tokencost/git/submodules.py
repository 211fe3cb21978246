"""Repositories inside of a repository: submodules, which have a commit at the base, and others."""

import os
from collections.abc import Callable
from pathlib import Path

from tokencost.errors import GitError
from tokencost.git.repository import Commit, Repository, find_commit, find_repository
from tokencost.git.sides import Side, not_of
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A repository that lies in a folder of another one.

    Attributes:
        outer: the other one.
        repository: itself, None for a submodule that is not checked out.
        folder: its folder, with a slash at the end.
        start: the commit that the outer one had it at at the base, None for no submodule of then.
        end: the same at the other end, None for the work tree.
    """

    outer: Repository
    repository: Repository | None
    folder: str
    start: Commit | None
    end: Commit | None

    def within(self, wants: Callable[[str], bool]) -> Callable[[str], bool]:
        """Return what tells of a path in here what *wants* tells of it in the outer one."""
        return lambda path: wants(self.folder + path)

    def files(self) -> list[str]:
        """Return the files that there are now, by their paths in the outer one."""
        if self.repository is None:
            walk = os.walk(self.outer.root / self.folder)
            files = [Path(folder, name) for folder, _, names in walk for name in names]
            return [file.relative_to(self.outer.root).as_posix() for file in files]
        options = ("--cached", "--others", "--exclude-standard", "-z")
        paths = self.repository.git.fields("ls-files", *options)
        return [self.folder + os.fsdecode(path) for path in dict.fromkeys(paths)]

    @property
    def is_as_it_was(self) -> bool:
        """Whether the commit is the same at both ends; what is not committed may differ."""
        if self.repository is None or self.start is None:
            return True
        end = self.end or find_commit(self.repository, "HEAD")
        return self.start.oid == end.oid

    def error_of(self, path: str, reason: GitError | None) -> GitError:
        """Return why nobody knows what a file in here was."""
        if reason is None:
            return not_of(self.outer, path)
        name = self.folder.removesuffix("/")
        return GitError(
            f'"{path}" cannot be compared in the submodule "{name}": {reason.message}',
            hint=f"git -C {name} fetch --all brings its commits",
        )


def find_inner(before: Side, now: Side, base: Commit, head: Commit | None) -> list[Inner]:
    """Return the repositories in the work tree of *now*, or the submodules of its commit."""
    outer = now.repository
    folders = now.foreign if now.is_work_tree else [f"{path}/" for path in now.submodules]
    inners: list[Inner] = []
    for folder in folders:
        place = outer.root / folder
        repository = None
        if (place / ".git").exists():
            repository = find_repository(place, is_inside=True)
        name = folder.removesuffix("/")
        start, end = before.submodules.get(name), now.submodules.get(name)
        is_own = repository is not None and repository.root == place.resolve()
        inner = Inner(
            outer=outer,
            repository=repository if is_own else None,
            folder=folder,
            start=Commit(name=base.name, oid=start) if start and is_own else None,
            end=Commit(name=head.name, oid=end) if head and end else None,
        )
        inners.append(inner)
    return inners
