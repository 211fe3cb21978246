"""Environments with this checkout's wheel, and with the programs of others, from PyPI."""

import base64
import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokencost.tokenizers.registry import encoding

ROOT = Path(__file__).parents[2]
_PATIENCE = 300  # seconds for pip
_PROGRAMS = "Scripts" if os.name == "nt" else "bin"
_UNSET = ("TOKENCOST_", "TIKTOKEN_", "LITELLM_", "PYTHON", "XDG_", "COLUMNS", "FORCE_COLOR", "GIT_")
_CLOSED = "http://127.0.0.1:9"  # a proxy that nobody serves: whoever asks the network is refused


class InstallationError(Exception):
    """What pip said of a package that it did not install."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A virtual environment.

    Attributes:
        programs: the folder of its Python and its scripts.
        versions: of the packages that it was asked for.
    """

    programs: Path
    versions: dict[str, str]

    def program(self, name: str) -> str:
        return str(self.programs / name)


class Shelf:
    """Where environments are kept between runs; ours is made anew in each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def own(self, extra: str = "") -> Environment:
        """Return an environment with a wheel of this checkout, and what *extra* asks for."""
        with tempfile.TemporaryDirectory() as name:
            pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", name, str(ROOT)]
            _run(pip)
            (wheel,) = Path(name).glob("*.whl")
            folder = self._folder / f"own{'-' if extra else ''}{extra}-{_python()}"
            programs = _created(folder)
            wanted = f"{wheel}[{extra}]" if extra else str(wheel)
            install = [str(programs / "python"), "-m", "pip", "install", "-q"]
            _run([*install, wanted])
            _run([*install, "--force-reinstall", "--no-deps", str(wheel)])
        names = ["tokencost-cli", *_packages_of(extra)]
        return Environment(programs=programs, versions=_versions(programs, names))

    def of(self, requirements: Sequence[str]) -> Environment:
        """Return an environment with *requirements*, perhaps from an earlier run.

        Raises:
            InstallationError: pip did not install them.
        """
        key = hashlib.sha256(" ".join(requirements).encode()).hexdigest()[:8]
        folder = self._folder / f"{requirements[0].partition('=')[0]}-{key}-{_python()}"
        ready = folder / "ready"
        if not ready.exists():
            programs = _created(folder)
            _run([str(programs / "python"), "-m", "pip", "install", "-q", *requirements])
            ready.touch()
        programs = folder / _PROGRAMS
        names = [requirement.partition("=")[0].partition("[")[0] for requirement in requirements]
        return Environment(programs=programs, versions=_versions(programs, names))

    def vocabularies(self) -> Path:
        """Return a folder with the files that tiktoken would download, made of ours.

        It compares their sums with those that it knows, so that they are the same.
        """
        folder = self._folder / "vocabularies"
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("o200k_base", "cl100k_base"):
            address = f"https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
            path = folder / hashlib.sha1(address.encode()).hexdigest()
            ranks = encoding(name).vocabulary.ranks()
            lines = [b"%b %d\n" % (base64.b64encode(token), rank) for token, rank in ranks.items()]
            path.write_bytes(b"".join(lines))
        return folder


def has_extra(name: str) -> bool:
    """Whether this checkout offers the extra *name*."""
    return bool(_packages_of(name))


def offline(folder: Path, vocabularies: Path) -> dict[str, str]:
    """Return the variables of a measured process: no settings, a home of its own, no network."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(_UNSET)}
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        kept |= {name: _CLOSED, name.upper(): _CLOSED}
    return kept | {
        "HOME": str(folder),
        "TIKTOKEN_CACHE_DIR": str(vocabularies),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }


def _packages_of(extra: str) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project.get("optional-dependencies", {}).get(extra, [])
    return [re.split(r"[^\w.-]", requirement)[0] for requirement in wanted]


def _python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _created(folder: Path) -> Path:
    if not (folder / _PROGRAMS / "python").exists():
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)
        venv.create(folder, with_pip=True)
    return folder / _PROGRAMS


def _run(command: Sequence[str]) -> str:
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise InstallationError(f"pip was not ready after {_PATIENCE} s") from error
    if ended.returncode:
        lines = ended.stderr.strip().splitlines() or ["pip failed"]
        wanted = [line for line in lines if line.startswith("ERROR")] or lines
        raise InstallationError(wanted[-1])
    return ended.stdout


def _versions(programs: Path, names: Sequence[str]) -> dict[str, str]:
    code = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]), sep='\\n')"
    printed = _run([str(programs / "python"), "-c", code, *names])
    return dict(zip(names, printed.split(), strict=True))
