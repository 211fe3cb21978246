"""Which ignored files git tracks all the same, and which files are not where git has them."""

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from tokencost.errors import GitError, InputError
from tokencost.values import dataclass

if TYPE_CHECKING:  # git is for those few who need it
    from tokencost.git.work_tree import Index


@dataclass(slots=True, kw_only=True)
class TrackedFiles:
    """What git tracks in the repository at *root*, a real folder; git is asked once at most."""

    root: Path
    _index: "Index | None" = None
    _names: dict[str, frozenset[str]] = field(default_factory=dict)

    def has(self, path: str) -> bool:
        """Whether git tracks the file, or something in the folder, at a real path below the root.

        Where that cannot be known the first answer is an error, and all others are no.

        Raises:
            InputError: git cannot be asked.
        """
        index = self._read(path)
        kind = "folders" if path.endswith("/") else "files"
        if kind not in self._names:
            self._names[kind] = frozenset(map(_spelling, getattr(index, kind)))
        return _spelling(self._inside(path)) in self._names[kind]

    def is_submodule(self, path: str) -> bool:
        """Whether the folder at that path is another repository of which git holds a commit.

        Raises:
            InputError: git cannot be asked.
        """
        return self._inside(path) in self._read(path).submodules

    def left_out(self, folder: str) -> Iterator[str]:
        """Yield the files below the real *folder* that are not there, for git leaves them out.

        Raises:
            InputError: git cannot be asked.
        """
        from tokencost.git.work_tree import may_leave_out

        if not may_leave_out(self.root):
            return
        for path in self._read(str(self.root)).left_out:
            file = f"{_base(self.root)}{path}"
            if file.startswith(folder) and not os.path.lexists(file):
                yield file

    def _inside(self, path: str) -> str:
        return path.removeprefix(_base(self.root))

    def _read(self, path: str) -> "Index":
        if self._index is None:
            from tokencost.git.work_tree import Index, read_index

            self._index = Index()
            try:
                self._index = read_index(self.root)
            except GitError as error:
                raise InputError(
                    f"cannot tell what git tracks of {os.path.relpath(path)!r}: {error.message}",
                    hint=error.hint,
                    path=path,
                ) from error
        return self._index


def _base(folder: Path) -> str:
    return f"{folder.as_posix().rstrip('/')}/"


def _spelling(path: str) -> str:
    """Return *path* without what systems may spell in another way: capitals, composed letters."""
    return (
        path if path.isascii() and path.islower() else unicodedata.normalize("NFC", path).casefold()
    )


def repository_of(folder: Path) -> Path | None:
    """Return the root of the repository that a real *folder* lies in, None outside of one."""
    if "GIT_DIR" in os.environ:
        root = Path(os.environ.get("GIT_WORK_TREE") or Path.cwd()).resolve()
        if folder.is_relative_to(root):
            return root
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


def left_out(names: list[str]) -> InputError:
    """Say that files are not on the disk, for git was told to leave them out."""
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return InputError(
        f"{names[0]!r}{more} are not in the work tree: a sparse checkout leaves them out"
        if more
        else f"{names[0]!r} is not in the work tree: a sparse checkout leaves it out",
        hint="git sparse-checkout disable, or narrow the globs",
    )


def not_checked_out(name: str) -> InputError:
    """Say that a submodule is empty."""
    return InputError(
        f"{name!r} is a submodule that is not checked out",
        hint="git submodule update --init, or exclude it",
    )
