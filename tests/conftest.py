import gc
import os

os.environ.update({"TERM": "dumb", "COLUMNS": "100"})  # before Typer or rich look at them
os.environ["XDG_CONFIG_HOME"] = "/nonexistent"  # nothing of the developer's own
os.environ["SOURCE_DATE_EPOCH"] = "1798761600"  # 2027-01-01, for what asks which day it is
os.environ.update({"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"})
for name in ("FORCE_COLOR", "GITHUB_ACTIONS", "NO_COLOR"):
    os.environ.pop(name, None)
for name in [name for name in os.environ if name.startswith("TOKENCOST_")]:
    del os.environ[name]

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from typer.testing import CliRunner, Result

from tokencost.cli import app
from tokencost.pricing import PriceTable, load
from tokencost.pricing.load import PriceFile, read_price_files
from tokencost.tokenizers import registry

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

PRICES = Path(__file__).parent / "prices.toml"
Run = Callable[..., Result]


class _TextFile(SingleFileSnapshotExtension):
    """Keeps each expected output as a plain file, so that a diff shows what users see."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


def pytest_collection_finish() -> None:
    """Keep thousands of tests out of every later garbage collection."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def own_encodings() -> Iterator[None]:
    """Leave no vocabulary in memory; one refers to itself, so that a collection has to end it.

    What a module does leave is kept out of later collections, which would look through it again.
    """
    yield
    registry.encoding.cache_clear()
    gc.collect()
    gc.freeze()


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(_TextFile)


@pytest.fixture(scope="session")
def prices() -> PriceTable:
    return read_price_files([PriceFile(name="builtin", data=PRICES.read_bytes())])


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Go to an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def tokencost(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Run:
    """Run the command line in an empty folder, with the tests' prices as the shipped ones."""
    monkeypatch.setattr(load, "builtin_path", lambda: PRICES)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    def run(*args: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(
            app, args, input=stdin, catch_exceptions=False, prog_name="tokencost"
        )

    return run
