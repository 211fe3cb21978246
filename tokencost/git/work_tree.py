"""The work tree as it is now; neither it nor the index is written to."""

import os
from collections.abc import Callable
from stat import S_ISLNK, S_ISREG

from tokencost.errors import GitError
from tokencost.git.attributes import configured_filters
from tokencost.git.objects import Entry, EntryKind
from tokencost.git.process import Git
from tokencost.git.repository import Repository
from tokencost.values import replace


def read_work_tree(repository: Repository) -> dict[str, Entry]:
    """Return every tracked file, and what is untracked and not ignored, by its path.

    What the index holds unchanged has the object there, also where a sparse checkout leaves it
    out of the disk; all else has none. Submodules and folders of other repositories are left out.

    Raises:
        GitError: the index cannot be read.
    """
    git = repository.git
    listed, touched, untracked = at_once(
        lambda: git.fields("ls-files", "-v", "--stage", "-z"),
        lambda: _without_filters(repository).fields("diff-files", "--name-only", "-z"),
        lambda: git.fields("ls-files", "--others", "--exclude-standard", "-z"),
    )
    files: dict[str, Entry] = {}
    unsure = [*touched, *(path for path in untracked if not path.endswith(b"/"))]
    for line in listed:
        description, _, path = line.partition(b"\t")
        tag, mode, oid, stage = description.decode("ascii").split(" ")
        if mode != EntryKind.SUBMODULE:
            files[os.fsdecode(path)] = Entry(mode, oid)
        if tag == "h" or stage != "0":  # git was told not to look, or there is a conflict
            unsure.append(path)
    for path in unsure:
        name = os.fsdecode(path)
        if entry := _on_disk(repository, name):
            files[name] = entry
        else:
            files.pop(name, None)
    return files


def at_once(*tasks: Callable[[], list[bytes]]) -> list[list[bytes]]:
    """Return what *tasks* return, which wait for a process each."""
    from concurrent.futures import ThreadPoolExecutor  # 5 ms, for those who need git

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]


def _without_filters(repository: Repository) -> Git:
    """Return git that starts no filter where it has to look into a file to see a change."""
    settings: list[str] = []
    for name in configured_filters(repository):
        if "=" in name:
            raise GitError(
                f'the filter "{name}" of git has a name that cannot be set aside',
                hint="give it a name without an equals sign",
            )
        keys = (f"filter.{name}.{key}=" for key in ("clean", "process"))
        settings += [*keys, f"filter.{name}.required=false"]
    return replace(repository.git, settings=tuple(settings))


def _on_disk(repository: Repository, path: str) -> Entry | None:
    """Return what is on disk under *path*, None if it is neither a file nor a link."""
    try:
        mode = (repository.root / path).lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise GitError(
            f'cannot look at "{path}": {error.strerror}', hint="check its permissions"
        ) from error
    if S_ISLNK(mode):
        return Entry(EntryKind.LINK, None)
    return Entry(EntryKind.FILE, None) if S_ISREG(mode) else None
