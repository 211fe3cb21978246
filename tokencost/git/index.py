"""The index of a repository: what git tracks, and what it leaves out of the work tree."""

import os
from itertools import accumulate
from pathlib import Path

from tokencost.git.objects import EntryKind
from tokencost.git.repository import Git, refusal
from tokencost.values import dataclass

_SIGNATURE, _PLAIN = b"DIRC", 2  # the version of an index without a flag for what is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What the index holds, by paths from one folder.

    Attributes:
        files: what is tracked.
        folders: the folders of these, and submodules, with a slash at their ends.
        submodules: folders of other repositories that this one holds a commit of.
        left_out: files that git was told to leave out of the disk, as a sparse checkout does.
    """

    files: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    submodules: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()


def read_index(folder: Path) -> Index:
    """Return what is tracked below *folder*; nothing where there is no repository.

    Raises:
        GitError: git is not installed, or cannot read the index.
    """
    output = Git(folder=folder).run("ls-files", "-v", "--stage", "-z")
    if output.code:
        if "not a git repository (or any" in output.stderr:
            return Index()
        raise refusal(output, folder)
    files: set[str] = set()
    submodules: set[str] = set()
    left_out: list[str] = []
    for line in output.stdout.split(b"\0")[:-1]:
        description, _, name = line.partition(b"\t")
        path = os.fsdecode(name)
        if description[2:].startswith(EntryKind.SUBMODULE.encode()):
            submodules.add(f"{path}/")
            continue
        files.add(path)
        if description[:1] in b"Ss":
            left_out.append(path)
    folders = {
        f"{folder}/"
        for parent in {path.rstrip("/").rpartition("/")[0] for path in files | submodules}
        for folder in accumulate(parent.split("/"), "{}/{}".format)
        if folder
    }
    return Index(
        files=frozenset(files),
        folders=frozenset(folders | submodules),
        submodules=frozenset(submodules),
        left_out=tuple(left_out),
    )


def may_leave_out(root: Path) -> bool:
    """Say from the first bytes of the index of *root* whether it can leave files out of the disk.

    Git is started only for those few that can.
    """
    if "GIT_DIR" in os.environ or "GIT_INDEX_FILE" in os.environ:
        return True
    try:
        place = root / ".git"
        if place.is_file():
            place = root / os.fsdecode(place.read_bytes()).strip().removeprefix("gitdir: ")
        with (place / "index").open("rb") as file:
            head = file.read(8)
    except OSError:
        return False
    return head != _SIGNATURE + _PLAIN.to_bytes(4, "big")
