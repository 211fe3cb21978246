"""Repositories, and the commits in them that a name stands for."""

import os
from pathlib import Path

from tokencost.errors import GitError
from tokencost.git.process import Git, refusal
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit, and the name that it was asked for by."""

    name: str
    oid: str


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


def find_repository(folder: Path | None = None) -> Repository:
    """Return the repository whose work tree holds *folder*, by default the current one.

    Raises:
        GitError: there is none, it has no work tree, or git does not trust it.
    """
    place = (folder or Path.cwd()).resolve()
    git = Git(folder=place)
    output = git.run(
        "rev-parse", "--show-object-format", "--is-shallow-repository", "--show-toplevel"
    )
    if output.code:
        raise _not_usable(place, output.stderr) or refusal(output, place)
    object_format, is_shallow, root = os.fsdecode(output.stdout).split("\n", 2)
    path = Path(root.removesuffix("\n")).resolve()
    return Repository(
        root=path,
        git=Git(folder=path),
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

    What has changed on the base since then is not the doing of the head. Of several the first
    stands, as in `git diff base...head`.

    Raises:
        GitError: there is none, or the history that is here is too short to be sure of it.
    """
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
    return Commit(name=base.name, oid=oids[0])


def _is_cut_off(repository: Repository, base: Commit, head: Commit, oids: list[str]) -> bool:
    """Tell whether history is missing above the merge base, where a better one may be."""
    git = repository.git
    where = os.fsdecode(git.read("rev-parse", "--git-path", "shallow")).removesuffix("\n")
    cut = set((repository.root / where).read_text(encoding="ascii").split())
    above = git.read("rev-list", base.oid, head.oid, "--not", *oids, "--")
    return not cut.isdisjoint(above.decode().split())


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
