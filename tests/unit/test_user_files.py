"""Locks lie where nobody else can have put anything."""

import os
import tempfile
from pathlib import Path

import pytest

from tokencost.user_files import locked, replace_file

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere the folder is the user's own")


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"tokencost-{os.getuid()}"


def test_a_lock_is_a_file_in_a_folder_that_is_the_users_alone(temporary: Path) -> None:
    with locked(Path("a.toml")):
        assert [path.suffix for path in temporary.iterdir()] == [".lock"]
    assert temporary.stat().st_mode & 0o777 == 0o700


def test_a_lock_is_not_taken_in_a_folder_of_somebody_else(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trap").mkdir()
    temporary.symlink_to("trap")
    with pytest.raises(OSError, match="belongs to somebody else"), locked(Path("a.toml")):
        pass
    temporary.unlink()
    temporary.mkdir(mode=0o777)
    temporary.chmod(0o777)
    with pytest.raises(OSError, match="belongs to somebody else"), locked(Path("a.toml")):
        pass
    temporary.chmod(0o700)
    uid = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: uid + 1)
    temporary.rename(tmp_path / f"tokencost-{uid + 1}")
    with pytest.raises(OSError, match="belongs to somebody else"), locked(Path("a.toml")):
        pass
    assert not list((tmp_path / "trap").iterdir())


def test_links_in_a_circle_are_an_error_of_the_system_and_stay(tmp_path: Path) -> None:
    link = tmp_path / "loop"
    link.symlink_to("loop")
    for path in (link, link / "x"):
        with pytest.raises(OSError, match="symbolic links"):
            replace_file(path, b"new")
        with pytest.raises(OSError, match="symbolic links"), locked(path):
            pass
    assert link.is_symlink()
