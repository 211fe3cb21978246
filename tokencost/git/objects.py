"""Trees, links and blobs as git keeps them."""

import os
import posixpath
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from itertools import accumulate

from tokencost.errors import GitError
from tokencost.git.repository import Repository, Running, finish_all, missing_objects, refusal
from tokencost.values import dataclass

_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_LONGEST_POINTER = 1_024  # bytes, as Git LFS has it
_MOST_STEPS = 40  # from link to link, as the kernel has it
_MOST_LINKS = 10_000


class EntryKind(StrEnum):
    """What an entry of a tree is, by the mode that git gives it."""

    FILE = "100644"
    EXECUTABLE = "100755"
    LINK = "120000"
    SUBMODULE = "160000"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree; *oid* is None for one of the work tree that has to be read there."""

    mode: str
    oid: str | None

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return self.mode == EntryKind.LINK


def start_listing(repository: Repository, commit: str, *paths: str) -> Running:
    """Start to list every entry of a commit, or those of *paths*."""
    exact = [f":(literal){path}" for path in paths]
    return repository.git.start("ls-tree", "-r", "-z", "--full-tree", commit, "--", *exact)


def tree_of(listing: Iterable[bytes]) -> tuple[dict[str, Entry], dict[str, str]]:
    """Return the entries of a listing by their paths, and the commits of submodules by theirs."""
    tree: dict[str, Entry] = {}
    submodules: dict[str, str] = {}
    for line in listing:
        description, _, path = line.partition(b"\t")
        mode, _, oid = description.decode("ascii").split(" ")
        if mode == EntryKind.SUBMODULE:
            submodules[os.fsdecode(path)] = oid
        else:
            tree[os.fsdecode(path)] = Entry(mode, oid)
    return tree, submodules


def read_blobs(repository: Repository, oids: Iterable[str]) -> dict[str, bytes]:
    """Return the contents of blobs, all read by one process.

    Raises:
        GitError: one of them is not in this clone.
    """
    wanted = list(dict.fromkeys(oids))
    if not wanted:
        return {}
    output = repository.git.run("cat-file", "--batch", data="\n".join([*wanted, ""]).encode())
    if output.code:
        raise refusal(output, repository.root)
    contents: dict[str, bytes] = {}
    data, start = output.stdout, 0
    for oid in wanted:
        end = data.index(b"\n", start)
        header = data[start:end].decode("ascii").split(" ")
        if header[-1] == "missing":
            raise missing_objects()
        if len(header) != 3 or header[:2] != [oid, "blob"]:
            raise GitError(f"git has no file {oid}", hint="check the repository: git fsck")
        start = end + 1 + int(header[2]) + 1
        contents[oid] = data[end + 1 : start - 1]
    return contents


def read_sizes(repository: Repository, oids: Iterable[str]) -> dict[str, int]:
    """Return how many bytes blobs have, without reading them.

    Raises:
        GitError: one of them is not in this clone.
    """
    wanted = list(dict.fromkeys(oids))
    data = "\n".join([*wanted, ""]).encode()
    output = repository.git.run("cat-file", "--batch-check", data=data)
    if output.code:
        raise refusal(output, repository.root)
    sizes: dict[str, int] = {}
    for line in output.stdout.decode("ascii").splitlines():
        oid, kind, *size = line.split(" ")
        if kind == "missing":
            raise missing_objects()
        sizes[oid] = int(size[0])
    return sizes


def read_file(repository: Repository, commit: str, path: str) -> bytes | None:
    """Return what a file holds in a commit, None if there is no such file."""
    (listing,) = finish_all([start_listing(repository, commit, path)])
    tree, _ = tree_of(listing)
    entry = tree.get(path)
    if entry is None or entry.oid is None or entry.is_link:
        return None
    return read_blobs(repository, [entry.oid])[entry.oid]


def blob_name(content: bytes, object_format: str) -> str:
    """Return the name that git gives a blob of *content*."""
    from hashlib import new  # 3 ms, for those who compare

    header = b"blob %d\0" % len(content)
    return new(object_format, header + content, usedforsecurity=False).hexdigest()


def is_pointer(content: bytes) -> bool:
    """Tell whether *content* stands for a file that Git LFS keeps elsewhere."""
    return len(content) <= _LONGEST_POINTER and content.startswith(_POINTER)


def stands_for(pointer: bytes, content: bytes) -> bool:
    """Tell whether a pointer of Git LFS stands for *content*."""
    from hashlib import sha256  # as above

    return f"\noid sha256:{sha256(content).hexdigest()}\n".encode() in pointer


def resolve_links(
    paths: Iterable[str], targets: Mapping[str, str], files: Iterable[str]
) -> tuple[dict[str, str], dict[str, GitError]]:
    """Return the file that each of *paths* stands for, and why one stands for none.

    *targets* is where the links of the tree lead, *files* all else in it. A link to a folder stands
    for no file itself; `files_behind` has those in it.
    """
    others = set(files)
    folders = {
        folder for path in others for folder in accumulate(path.split("/")[:-1], posixpath.join)
    }
    places: dict[str, str] = {}
    failures: dict[str, GitError] = {}
    for path in paths:
        place = _follow(path, targets)
        if place in others:
            places[path] = place
        elif place not in folders and place != ".":
            failures[path] = GitError(
                f'"{path}" is a symbolic link to "{targets.get(path, place)}", which is not in the '
                "repository",
                hint="leave it out, or put the file itself in its place",
            )
    return places, failures


def files_behind(
    targets: Mapping[str, str], files: Iterable[str], wants: Callable[[str], bool]
) -> dict[str, str]:
    """Return the files that have paths through links to folders which *wants* takes.

    Raises:
        GitError: the links lead into each other without an end.
    """
    paths = [*files, *targets]
    places: dict[str, str] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [(link, ()) for link in targets]
    for number, (link, above) in enumerate(waiting):  # more are added on the way
        if number > _MOST_LINKS:
            raise GitError(
                f"more than {_MOST_LINKS:,} paths lead through links to folders",
                hint="take out those that lead to a folder above themselves",
            )
        place = _follow(link, targets)
        start = "" if place == "." else f"{place}/"
        if place in above:
            continue
        for path in paths:
            if path.startswith(start):
                behind = f"{link}/{path.removeprefix(start)}"
                if path in targets:
                    waiting.append((behind, (*above, place)))
                elif wants(behind):
                    places[behind] = path
    return places


def _follow(path: str, targets: Mapping[str, str]) -> str:
    """Return where *path* leads in the end; a link in a circle leads to itself."""
    for _ in range(_MOST_STEPS):
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            link = "/".join(parts[:end])
            if link in targets:
                folder = posixpath.dirname(link)
                path = posixpath.normpath(posixpath.join(folder, targets[link], *parts[end:]))
                break
        else:
            return path
    return path
