"""Run git so that no setting of user or repository changes what it prints or starts a program."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from shutil import which

from tokencost.errors import GitError
from tokencost.values import dataclass

# Of the settings these are the ones that start programs, or hide files, in what is called here.
_SETTINGS = (
    *("core.fsmonitor=false", "core.untrackedCache=false", f"core.hooksPath={os.devnull}"),
    *("core.pager=cat", "diff.external=", "diff.ignoreSubmodules=all"),
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
class Git:
    """Git in one folder; *settings* are some more than those that always hold."""

    folder: Path
    settings: tuple[str, ...] = ()

    def run(self, *arguments: str, data: bytes = b"") -> Output:
        """Run a command of git, with *data* on its standard input, and wait for its end.

        Raises:
            GitError: git is not installed, or cannot be started there.
        """
        program = _program()
        if program is None:
            raise GitError("git is not installed", hint="install it, or leave out what needs it")
        settings = [part for setting in _settings(self.settings) for part in ("-c", setting)]
        command = [program, "--no-pager", *settings, "-C", str(self.folder), *arguments]
        try:
            done = subprocess.run(
                command, input=data, capture_output=True, env=_environment(os.environ), check=False
            )
        except (OSError, ValueError) as error:  # a ValueError for an argument that holds a NUL
            raise GitError(f"git cannot be started: {error}", hint="check its installation") from (
                error
            )
        return Output(
            code=done.returncode,
            stdout=done.stdout,
            stderr=done.stderr.decode(errors="replace"),
        )

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


def _settings(more: Sequence[str]) -> tuple[str, ...]:
    return (*_SETTINGS, *more)


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in own.items() if name not in _DROPPED}
    return kept | _ENVIRONMENT


@cache
def _program() -> str | None:
    """Return where git is; never the folder of a repository, which might bring one along."""
    program = which("git")
    return str(Path(program).absolute()) if program else None
