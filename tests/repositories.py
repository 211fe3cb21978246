"""Git repositories for tests: real ones, with nothing of the developer's own settings.

repository = Checkout.create(tmp_path / "project")
repository.commit({"prompts/a.md": "short"})
repository.git("switch", "-c", "branch")
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tokencost.values import dataclass

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2026-11-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-11-01T00:00:00Z",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A work tree in which files are written and git is run."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, *options: str) -> "Checkout":
        """Return a new repository, on the branch "main"."""
        folder.mkdir(parents=True, exist_ok=True)
        repository = cls(folder=folder)
        repository.git("init", "-q", "-b", "main", *options)
        return repository

    def git(self, *arguments: str) -> str:
        """Run git and return what it writes."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **_ENVIRONMENT},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, (arguments, done.stderr.decode())
        return done.stdout.decode().strip()

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files by their paths; None deletes one."""
        for name, content in files.items():
            path = self.folder / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Mapping[str, str | bytes | None]) -> str:
        """Write and commit files, and return the name of the commit."""
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def clone(self, folder: Path, *options: str) -> "Checkout":
        """Return a clone, over a protocol that keeps to what the options ask for."""
        self.git("config", "uploadpack.allowFilter", "true")
        self.git("clone", "-q", *options, self.folder.as_uri(), str(folder))
        return Checkout(folder=folder)
