"""The two ends of a comparison: the files in question in a commit or in the work tree.

Beside them stand the repositories inside: submodules, which have a commit at the base, and others.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from pathlib import Path

from tokencost.errors import GitError
from tokencost.git.objects import (
    Entry,
    EntryKind,
    blob_name,
    files_behind,
    is_pointer,
    read_blobs,
    resolve_links,
    stands_for,
    start_listing,
    tree_of,
)
from tokencost.git.repository import (
    Commit,
    Repository,
    find_commit,
    find_repository,
    finish_all,
)
from tokencost.git.work_tree import (
    Attributes,
    Settings,
    read_attributes,
    read_settings,
    start_listings,
    work_tree_of,
)
from tokencost.values import dataclass


@dataclass(slots=True, kw_only=True)
class Side:
    """One end: everything that is there, and the files in question.

    Attributes:
        tree: every entry of the commit or of the work tree.
        is_work_tree: which of the two it is.
        foreign: folders of other repositories in the work tree, with a slash at their ends.
        submodules: by their folders the commits of submodules; of a work tree as its index has it.
        places: by each path in question the file that it stands for: itself, if it is not a link.
        failures: why a path in question stands for no content.
        settings: what git is told of files of the work tree.
    """

    repository: Repository
    tree: dict[str, Entry]
    is_work_tree: bool
    foreign: tuple[str, ...] = ()
    submodules: Mapping[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    failures: dict[str, GitError] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    _contents: dict[str, bytes] = field(default_factory=dict)
    _attributes: dict[str, Attributes] = field(default_factory=dict)

    def choose(self, wants: Callable[[str], bool], *, with_twins: bool = False) -> None:
        """Take the paths in question, also those through links to folders.

        A link beside the file it leads to is that file again, and left out unless *with_twins*.
        """
        wanted = [path for path in self.tree if wants(path)]
        links = [path for path in wanted if self.tree[path].is_link]
        self.places = {path: path for path in wanted if not self.tree[path].is_link}
        files = [path for path, entry in self.tree.items() if not entry.is_link]
        if len(files) == len(self.tree):
            return
        targets = self._targets()
        places, failures = resolve_links(links, targets, files)
        behind = files_behind(targets, files, wants)
        self.places |= {path: place for path, place in behind.items() if not wants(place)}
        taken = set() if with_twins else set(self.places)
        self.places |= {path: place for path, place in places.items() if place not in taken}
        self.failures |= failures

    def add_named(self, paths: Iterable[str]) -> dict[str, str]:
        """Take files of the work tree that git may not know: ignored ones, and those behind links.

        Returns:
            By path the file of the repository that it is, where it has another path there.
        """
        aliases: dict[str, str] = {}
        root = self.repository.root
        for path in paths:
            if path in self.tree or path.startswith(self.foreign):
                continue
            place = self.repository.path_of((root / path).resolve())
            if place is None or place.startswith(self.foreign):
                self.failures[path] = not_of(self.repository, path)
                continue
            if place not in self.tree and (root / place).is_file():
                self.tree[place] = Entry(EntryKind.FILE, None)
            if place != path:
                aliases[path] = place
        return aliases

    def oid(self, path: str) -> str | None:
        """Return the object that a path stands for, None if it could not be read."""
        return self.tree[self.places[path]].oid

    def read(self, paths: Iterable[str]) -> None:
        """Read the contents of files in question."""
        self.read_objects(self.oid(path) for path in paths)

    def read_objects(self, oids: Iterable[str | None]) -> Mapping[str, bytes]:
        """Return contents by the names of their objects, *oids* among them."""
        missing = [oid for oid in oids if oid and oid not in self._contents]
        self._contents |= read_blobs(self.repository, missing)
        return self._contents

    def attributes(self, places: Iterable[str]) -> Mapping[str, Attributes]:
        """Return how git converts files of the work tree, *places* among them."""
        missing = [place for place in dict.fromkeys(places) if place not in self._attributes]
        self._attributes |= read_attributes(self.repository, missing, self.settings)
        return self._attributes

    def content(self, path: str) -> bytes | None:
        """Return the content of a file in question that was read."""
        return self._contents.get(self.oid(path) or "")

    def whole_content(self, path: str) -> bytes | None:
        """Return the content, of a pointer of Git LFS that of the file which it stands for.

        None is a pointer to what is not here.
        """
        content = self.content(path)
        if content is None or not is_pointer(content):
            return content
        on_disk = self.on_disk(self.places[path]) if self.is_work_tree else None
        if on_disk is not None and stands_for(content, on_disk):
            return on_disk
        self.failures[path] = pointer_error(path)
        return None

    def settle(self, before: "Side") -> None:
        """Find out which objects the files of the work tree would be that are not in the index."""
        unsure = {place for place in self.places.values() if self.tree[place].oid is None}
        converted = {}
        for place in unsure:
            content = self.on_disk(place)
            if content is None:
                continue
            name = blob_name(content, self.repository.object_format)
            entry = before.tree.get(place)
            if entry is None or entry.oid != name:
                converted[place] = content
            else:
                self._keep(place, content)
        attributes = self.attributes(converted)
        olds = {place: before.tree[place].oid or "" for place in converted if place in before.tree}
        blobs = before.read_objects(olds.values())
        for place, content in converted.items():
            old = blobs.get(olds.get(place, ""))
            try:
                self._keep(place, attributes[place].to_object(content, path=place, before=old))
            except GitError as error:
                self._fail(place, error)

    def _keep(self, place: str, content: bytes) -> None:
        name = blob_name(content, self.repository.object_format)
        self.tree[place] = Entry(self.tree[place].mode, name)
        self._contents[name] = content

    def _fail(self, place: str, error: GitError) -> None:
        for path in [path for path, file in self.places.items() if file == place]:
            self.failures[path] = error
            del self.places[path]

    def on_disk(self, place: str) -> bytes | None:
        """Return what the disk holds under a path of the tree; None is a failure by then."""
        try:
            return (self.repository.root / place).read_bytes()
        except OSError as error:
            reason = error.strerror or error
            hint = "check its permissions"
            self._fail(place, GitError(f'cannot read "{place}": {reason}', hint=hint))
            return None

    def _targets(self) -> dict[str, str]:
        """Return where each link of the tree leads."""
        links = {path: entry.oid for path, entry in self.tree.items() if entry.is_link}
        blobs = read_blobs(self.repository, filter(None, links.values()))
        return {
            path: os.fsdecode(
                blobs[oid] if oid else os.fsencode((self.repository.root / path).readlink())
            )
            for path, oid in links.items()
        }


def not_of(repository: Repository, path: str) -> GitError:
    """Say that a file belongs to another repository, or to none."""
    return GitError(
        f'"{path}" is not a file of the repository "{repository.root.name}"',
        hint="leave it out, or check it in the repository that it belongs to",
    )


def not_there(path: str) -> GitError:
    """Say that a submodule is at another commit, and nobody can look into it."""
    return GitError(
        f'"{path}" is a submodule at another commit, and not checked out to be compared',
        hint="check it out (git submodule update --init), or leave it out",
    )


def pointer_error(path: str) -> GitError:
    """Say that a file is kept elsewhere."""
    return GitError(
        f'"{path}" is a pointer of Git LFS, and its content is not here',
        hint="git lfs fetch and git lfs checkout bring the content of the work tree; that of a "
        "base is not in git",
    )


def read_sides(repository: Repository, base: Commit, head: Commit | None) -> tuple[Side, Side]:
    """Return both ends, with no files in question yet; without *head* it is the work tree."""
    if head is not None:
        ends = [start_listing(repository, commit.oid) for commit in (base, head)]
        before, now = (_side_of(repository, listing) for listing in finish_all(ends))
        return before, now
    settings = read_settings(repository)
    commands = [start_listing(repository, base.oid), *start_listings(repository, settings)]
    listing, *listings = finish_all(commands)
    tree, foreign, submodules = work_tree_of(repository, listings)
    return (
        _side_of(repository, listing),
        Side(
            repository=repository,
            tree=tree,
            is_work_tree=True,
            foreign=foreign,
            submodules=submodules,
            settings=settings,
        ),
    )


def _side_of(repository: Repository, listing: Iterable[bytes]) -> Side:
    tree, submodules = tree_of(listing)
    return Side(repository=repository, tree=tree, is_work_tree=False, submodules=submodules)


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
