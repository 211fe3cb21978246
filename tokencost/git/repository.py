"""Repositories and commits in them; the one place where git is run.

No setting of user or repository changes what git prints, or starts a program.
"""

import os
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from shutil import which

from tokencost.errors import GitError
from tokencost.values import dataclass

# Of the settings these are the ones that start programs, or hide files or changes of them.
_SETTINGS = (
    *("core.fsmonitor=false", "core.untrackedCache=false", f"core.hooksPath={os.devnull}"),
    *("core.pager=cat", "diff.external=", "diff.ignoreSubmodules=all"),
    *("core.trustCtime=true", "core.checkStat=default"),
    *("submodule.recurse=false", "core.quotePath=false"),
)
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",  # the index is read, and not refreshed
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch what it lacks
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}
_PLACES = (  # git starts elsewhere here, and takes them as relative to where it starts
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR"),
    "GIT_OBJECT_DIRECTORY",
)
_DROPPED = (
    *("GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_NAMESPACE"),
    *("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS"),
    "GIT_ICASE_PATHSPECS",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What one run of git wrote, and how it ended."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def reason(self) -> str:
        """The first line of what git says is wrong."""
        lines = self.stderr.strip().splitlines()
        telling = [line for line in lines if line.startswith(("fatal: ", "error: "))]
        first = (telling or lines or [f"git ended with {self.code}"])[0]
        return first.removeprefix("fatal: ").removeprefix("error: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A command of git that was started; several of them work side by side."""

    git: "Git"
    process: "subprocess.Popen[bytes]"

    def finish(self, data: bytes = b"") -> Output:
        """Write *data* to its standard input, and wait for its end."""
        with self.process:
            try:
                stdout, stderr = self.process.communicate(data or None)
            except BaseException:
                self.process.kill()
                raise
        return Output(
            code=self.process.returncode, stdout=stdout, stderr=stderr.decode(errors="replace")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Git in one folder; *settings* are some more than those that always hold.

    What the environment says of a repository does not hold for one that *is_inside* of it.
    """

    folder: Path
    settings: tuple[str, ...] = ()
    is_inside: bool = False

    def start(self, *arguments: str) -> Running:
        """Start a command of git.

        Raises:
            GitError: git is not installed, or cannot be started there.
        """
        program = _program()
        if program is None:
            raise GitError("git is not installed", hint="install it, or leave out what needs it")
        settings = [part for setting in (*_SETTINGS, *self.settings) for part in ("-c", setting)]
        command = [program, "--no-pager", *settings, "-C", str(self.folder), *arguments]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(os.environ, is_inside=self.is_inside),
            )
        except (OSError, ValueError) as error:  # a ValueError for an argument that holds a NUL
            raise GitError(f"git cannot be started: {error}", hint="check its installation") from (
                error
            )
        return Running(git=self, process=process)

    def run(self, *arguments: str, data: bytes = b"") -> Output:
        """Run a command of git, with *data* on its standard input, and wait for its end.

        Raises:
            GitError: git is not installed, or cannot be started there.
        """
        return self.start(*arguments).finish(data)

    def read(self, *arguments: str, data: bytes = b"") -> bytes:
        """Return what a command writes.

        Raises:
            GitError: it fails; the message repeats its reason.
        """
        output = self.run(*arguments, data=data)
        if output.code:
            raise refusal(output, self.folder)
        return output.stdout

    def fields(self, *arguments: str, data: bytes = b"") -> list[bytes]:
        """Return what a command writes, of which each part ends in NUL."""
        return self.read(*arguments, data=data).split(b"\0")[:-1]


def finish_all(commands: Iterable[Running]) -> list[list[bytes]]:
    """Return what *commands* write, of which each part ends in NUL.

    Raises:
        GitError: one of them fails; the message repeats its reason.
    """
    outputs = [(command.git, command.finish()) for command in commands]
    for git, output in outputs:
        if output.code:
            raise refusal(output, git.folder)
    return [output.stdout.split(b"\0")[:-1] for _, output in outputs]


def refusal(output: Output, folder: Path) -> GitError:
    """Return the error for what git says, with the next step where there is one."""
    if "dubious ownership" in output.stderr or "unsafe repository" in output.stderr:
        return GitError(
            f'git does not trust the repository of "{folder}": somebody else owns it',
            hint=f"if you do: git config --global --add safe.directory {folder}",
        )
    if "promisor remote" in output.stderr or "could not fetch" in output.stderr:
        return missing_objects()
    return GitError(f"git: {output.reason}", hint=f'see `git -C "{folder}" status`')


def missing_objects() -> GitError:
    """Say that a clone without all objects lacks some that are needed."""
    return GitError(
        "the clone is partial and lacks files or folders of the base; nothing is fetched for you",
        hint="fetch them: git fetch --refetch --no-filter",
    )


def _environment(own: Mapping[str, str], *, is_inside: bool) -> dict[str, str]:
    dropped = (*_DROPPED, *_PLACES) if is_inside else _DROPPED
    kept = {name: value for name, value in own.items() if name not in dropped}
    places = {name: str(Path(kept[name]).absolute()) for name in _PLACES if kept.get(name)}
    return kept | places | _ENVIRONMENT


@cache
def _program() -> str | None:
    """Return where git is; never the folder of a repository, which might bring one along."""
    program = which("git")
    return str(Path(program).absolute()) if program else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit, and the name that it was asked for by; *others* would do as well."""

    name: str
    oid: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """The repository of a work tree; *root* is the folder of the work tree.

    *object_format* is the sum that its objects are named by, "sha1" or "sha256".
    """

    root: Path
    git: Git
    object_format: str
    is_shallow: bool

    def path_of(self, file: str | Path) -> str | None:
        """Return the path of *file* in the repository, None if it is not inside."""
        name = os.path.relpath(Path(file).absolute(), self.root).replace(os.sep, "/")
        return None if name == ".." or name.startswith("../") or Path(name).is_absolute() else name


def find_repository(folder: Path | None = None, *, is_inside: bool = False) -> Repository:
    """Return the repository whose work tree holds *folder*, by default the current one.

    Args:
        folder: a folder.
        is_inside: whether it lies in another repository, which the environment may be about.

    Raises:
        GitError: there is none, it has no work tree, or git does not trust it.
    """
    place = (folder or Path.cwd()).resolve()
    # With GIT_DIR alone, as in a hook, the work tree is where we are, and not where we ask.
    is_named = bool(os.environ.get("GIT_DIR")) and not os.environ.get("GIT_WORK_TREE")
    start = Path.cwd() if is_named and not is_inside else place
    git = Git(folder=start, is_inside=is_inside)
    output = git.run(
        "rev-parse", "--show-object-format", "--is-shallow-repository", "--show-toplevel"
    )
    if output.code:
        raise _not_usable(place, output.stderr) or refusal(output, place)
    object_format, is_shallow, root = os.fsdecode(output.stdout).split("\n", 2)
    path = Path(root.removesuffix("\n")).resolve()
    if not place.is_relative_to(path):
        raise GitError(
            f'"{place}" is not in the work tree "{path}"', hint="unset GIT_DIR and GIT_WORK_TREE"
        )
    return Repository(
        root=path,
        git=Git(folder=path, is_inside=is_inside),
        object_format=object_format,
        is_shallow=is_shallow == "true",
    )


def find_commit(repository: Repository, name: str) -> Commit:
    """Return the commit that *name* stands for: a branch, a tag, or anything git takes.

    Raises:
        GitError: there is none, or the name stands for several.
    """
    if not name or name.startswith("-") or any(character in name for character in "\0\r\n"):
        raise GitError(f"{name!r} is not a ref", hint="name a branch, a tag or a commit")
    output = repository.git.run("rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    if "is ambiguous" in output.stderr:
        raise GitError(
            f'"{name}" names both a branch and a tag, or several commits',
            hint=f"write refs/heads/{name} or refs/tags/{name}",
        )
    if not output.code:
        return Commit(name=name, oid=output.stdout.decode().strip())
    if "promisor remote" in output.stderr or "could not fetch" in output.stderr:
        raise refusal(output, repository.root)
    raise GitError(f'unknown ref "{name}"', hint=_ref_hint(repository, name))


def find_merge_base(repository: Repository, base: Commit, head: Commit) -> Commit:
    """Return the commit where the history of *head* left that of *base*.

    What has changed on the base since then is not the doing of the head. Of several, where both
    were merged into each other, the first stands, as in `git diff base...head`.

    Raises:
        GitError: there is none, or the history that is here is too short to be sure of it.
    """
    if base.oid == head.oid:
        return base
    output = repository.git.run("merge-base", "--all", base.oid, head.oid)
    if output.code not in (0, 1):
        raise refusal(output, repository.root)
    oids = output.stdout.decode().split()
    if repository.is_shallow and (not oids or _is_cut_off(repository, base, head, oids)):
        raise GitError(
            f'the history is shallow and does not reach where "{base.name}" and '
            f'"{head.name}" parted',
            hint="fetch it: git fetch --unshallow (in actions/checkout: fetch-depth: 0)",
        )
    if not oids:
        raise GitError(
            f'"{base.name}" and "{head.name}" have no commit in common',
            hint="name a base that the branch comes from",
        )
    return Commit(name=base.name, oid=oids[0], others=tuple(oids[1:]))


def _is_cut_off(repository: Repository, base: Commit, head: Commit, oids: list[str]) -> bool:
    """Tell whether history is missing above the merge base, where a better one may be."""
    git = repository.git
    where = os.fsdecode(git.read("rev-parse", "--git-path", "shallow")).removesuffix("\n")
    cut = set((repository.root / where).read_text(encoding="ascii").split())
    above = git.read("rev-list", base.oid, head.oid, "--not", *oids, "--")
    return not cut.isdisjoint(above.decode().split())


def is_ignored_file(path: Path) -> bool:
    """Tell whether git leaves the file at an absolute *path* out: ignored, and not tracked.

    Where there is neither git nor a repository nothing is ignored.
    """
    try:
        return Git(folder=path.parent).run("check-ignore", "-q", "--", path.name).code == 0
    except GitError:
        return False


def _not_usable(folder: Path, reason: str) -> GitError | None:
    if "not a git repository" in reason:
        return GitError(
            f'"{folder}" is not in a git repository', hint="run it inside one, or git init"
        )
    if "must be run in a work tree" in reason:
        return GitError(
            f'"{folder}" has no work tree', hint="run it in a checkout: git worktree add FOLDER"
        )
    return None


def _ref_hint(repository: Repository, name: str) -> str:
    """Return what may bring the ref: its name at a remote, or a fetch."""
    if ".." in name:
        first, _, second = name.partition("..")
        return f"give two: {first or 'HEAD'} {second.strip('.') or 'HEAD'}"
    remotes = repository.git.run("for-each-ref", "--format=%(refname)", "refs/remotes")
    names = remotes.stdout.decode(errors="replace").split()
    if match := next((ref for ref in names if ref.endswith(f"/{name}")), None):
        return f"did you mean {match.removeprefix('refs/remotes/')}?"
    fetch = f"git fetch origin {name.removeprefix('origin/')}"
    if repository.is_shallow:
        return f"fetch it: {fetch} --unshallow (in actions/checkout: fetch-depth: 0)"
    return f"`git branch --all` lists what is here; fetch it: {fetch}"
