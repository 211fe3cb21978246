"""The work tree as it is now, the index, and what git does to a file between it and its objects.

Neither the work tree nor the index is written to, and no filter is run.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from stat import S_ISLNK, S_ISREG

from tokencost.errors import GitError
from tokencost.git.objects import Entry, EntryKind
from tokencost.git.repository import Git, Repository, Running, refusal
from tokencost.values import dataclass, regex, replace

_NAMES = ("text", "crlf", "eol", "ident", "filter", "working-tree-encoding")
_UNSET = ("unset", "unspecified")
_IDENT = regex(rb"\$Id:[^$\n]*\$")
LFS = "lfs"
_AUTOCRLF = "core.autocrlf"
_ON = ("true", "input", "yes", "on", "1")
_SIGNATURE, _PLAIN = b"DIRC", 2  # the version of an index without a flag for what is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the settings of git say of every file.

    Attributes:
        filters: the names of filters that have a program.
        is_automatic: whether line ends are converted where no attribute says so.
    """

    filters: tuple[str, ...] = ()
    is_automatic: bool = False


def read_settings(repository: Repository) -> Settings:
    """Return what is set."""
    pattern = r"^(filter\..*\.(clean|process)|core\.autocrlf)$"
    output = repository.git.run("config", "-z", "--get-regexp", pattern)
    pairs = [os.fsdecode(part).partition("\n") for part in output.stdout.split(b"\0")[:-1]]
    filters = [key[len("filter.") : key.rindex(".")] for key, _, _ in pairs if key != _AUTOCRLF]
    values = ["no", *(value if mark else "yes" for key, mark, value in pairs if key == _AUTOCRLF)]
    return Settings(
        filters=tuple(dict.fromkeys(filters)), is_automatic=values[-1].strip().lower() in _ON
    )


def start_listings(repository: Repository, settings: Settings) -> list[Running]:
    """Start to list what is tracked, what of that is not as in the index, and what is untracked."""
    git = repository.git
    return [
        git.start("ls-files", "-v", "--stage", "-z"),
        _without_filters(git, settings).start("diff-files", "--name-only", "-z"),
        git.start("ls-files", "--others", "--exclude-standard", "-z"),
    ]


def work_tree_of(
    repository: Repository, listings: Iterable[Sequence[bytes]]
) -> tuple[dict[str, Entry], tuple[str, ...], dict[str, str]]:
    """Return every tracked file, and what is untracked and not ignored, by its path.

    What the index holds unchanged has the object there, also where a sparse checkout leaves it
    out of the disk; all else has none. A file that git was told not to look at is looked at. The
    second value are folders of other repositories, submodules among them, with a slash at their
    ends, of which nothing is listed; the third is the commit of each submodule in the index.
    """
    listed, touched, untracked = listings
    files: dict[str, Entry] = {}
    submodules: dict[str, str] = {}
    hidden: set[str] = set()  # left out of the disk, as far as git knows
    unsure = [*touched, *(path for path in untracked if not path.endswith(b"/"))]
    foreign = [os.fsdecode(path) for path in untracked if path.endswith(b"/")]
    for line in listed:
        description, _, path = line.partition(b"\t")
        tag, mode, oid, stage = description.decode("ascii").split(" ")
        if mode == EntryKind.SUBMODULE:
            foreign.append(f"{os.fsdecode(path)}/")
            submodules[os.fsdecode(path)] = oid
        else:
            files[os.fsdecode(path)] = Entry(mode, oid)
        if tag in "Ss":
            hidden.add(os.fsdecode(path))
        if tag in "hSs" or stage != "0":  # git was told not to look, or there is a conflict
            unsure.append(path)
    for path in unsure:
        name = os.fsdecode(path)
        if entry := _on_disk(repository, name):
            files[name] = entry
        elif name not in hidden:
            files.pop(name, None)
    return files, tuple(foreign), submodules


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What the index holds, by paths from one folder.

    Attributes:
        files: what is tracked.
        folders: the folders of these, and submodules, with a slash at their ends.
        submodules: folders of other repositories that this one holds a commit of.
        left_out: files and submodules that git was told to leave out of the disk, as a sparse
            checkout does.
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
            path = f"{path}/"
            submodules.add(path)
        else:
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
        is_split = any(place.glob("sharedindex.*"))  # of which the index has only what differs
    except OSError:
        return False
    return is_split or head != _SIGNATURE + _PLAIN.to_bytes(4, "big")


def _without_filters(git: Git, settings: Settings) -> Git:
    """Return git that starts no filter where it has to look into a file to see a change."""
    options: list[str] = []
    for name in settings.filters:
        if "=" in name:
            raise GitError(
                f'the filter "{name}" of git has a name that cannot be set aside',
                hint="give it a name without an equals sign",
            )
        keys = (f"filter.{name}.{key}=" for key in ("clean", "process"))
        options += [*keys, f"filter.{name}.required=false"]
    return replace(git, settings=tuple(options))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """How git converts one file.

    Attributes:
        text: whether CRLF becomes LF in objects; None if git looks at the content first.
        has_ident: whether the object's name is written into it.
        filter: the program that converts it, None for none.
        encoding: that of the work tree, None for that of the object.
    """

    text: bool | None = False
    has_ident: bool = False
    filter: str | None = None
    encoding: str | None = None

    def to_object(self, content: bytes, *, path: str, before: bytes | None) -> bytes:
        """Return *content* of the work tree as git would keep it, beside what it was *before*.

        Raises:
            GitError: only a program could say.
        """
        if self.filter is not None:
            raise GitError(
                f'"{path}" is converted by the filter "{self.filter}" of git, which is not run',
                hint="commit it, or leave it out",
            )
        if self.encoding is not None:
            content = _converted(content, self.encoding, "utf-8", path=path)
        if self.text or (self.text is None and _is_text(content, before)):
            content = content.replace(b"\r\n", b"\n")
        return _IDENT.sub(b"$Id$", content) if self.has_ident else content

    def to_work_tree(self, content: bytes, *, path: str, beside: bytes) -> bytes:
        """Return an object as it would stand in the work tree, in the form of *beside*."""
        converts = self.text is not False and b"\r" not in content
        if converts and b"\r\n" in beside and b"\n" not in beside.replace(b"\r\n", b""):
            content = content.replace(b"\n", b"\r\n")
        if self.encoding is not None:
            content = _converted(content, "utf-8", self.encoding, path=path)
        return content


def read_attributes(
    repository: Repository, paths: Sequence[str], settings: Settings
) -> dict[str, Attributes]:
    """Return how git converts each of *paths*."""
    if not paths:
        return {}
    git = repository.git
    data = b"".join(os.fsencode(path) + b"\0" for path in paths)
    parts = git.fields("check-attr", "-z", "--stdin", *_NAMES, data=data)
    values: dict[str, dict[str, str]] = {}
    for path, name, value in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        values.setdefault(os.fsdecode(path), {})[name.decode()] = value.decode(errors="replace")
    return {path: _attributes(named, settings) for path, named in values.items()}


def find_reencoded(repository: Repository, paths: Sequence[str]) -> frozenset[str]:
    """Return which of *paths* git keeps as UTF-8, whatever encoding they have in the work tree."""
    attributes = read_attributes(repository, paths, Settings())
    return frozenset(path for path, of_path in attributes.items() if of_path.encoding is not None)


def _attributes(named: Mapping[str, str], settings: Settings) -> Attributes:
    encoding, program = named["working-tree-encoding"], named["filter"]
    return Attributes(
        text=_text(named, is_automatic=settings.is_automatic),
        has_ident=named["ident"] == "set",
        filter=program if program in settings.filters and program != LFS else None,
        encoding=None if encoding in (*_UNSET, "set") else encoding,
    )


def _text(named: Mapping[str, str], *, is_automatic: bool) -> bool | None:
    text = named["crlf"] if named["text"] == "unspecified" else named["text"]
    if text == "unspecified" and named["eol"] in ("lf", "crlf"):
        return True
    match text:
        case "set" | "input":
            return True
        case "unset":
            return False
        case "auto":
            return None
        case _:
            return None if is_automatic else False


def _is_text(content: bytes, before: bytes | None) -> bool:
    """Tell whether git takes a file for text, whose line ends it may convert."""
    has_lone_returns = content.count(b"\r") != content.count(b"\r\n")
    return not (has_lone_returns or b"\0" in content or (before and b"\r\n" in before))


def _converted(content: bytes, source: str, target: str, *, path: str) -> bytes:
    try:
        return content.decode(_codec(source)).encode(_codec(target))
    except (LookupError, UnicodeError) as error:
        raise GitError(
            f'"{path}" cannot be converted from {source} to {target}',
            hint="its attribute working-tree-encoding says that git does so",
        ) from error


def _codec(name: str) -> str:
    return "utf-16" if name.upper() == "UTF-16LE-BOM" else name
