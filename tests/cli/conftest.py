from pathlib import Path

import pytest

from tests.cli.commands import write_files


@pytest.fixture
def files(folder: Path) -> None:
    """Write the files that `COMMANDS` read into the folder they run in."""
    write_files(folder)
