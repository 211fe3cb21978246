"""Writing files whole or not at all."""

import os
import tempfile
from pathlib import Path

_MODE = 0o644  # a temporary file is its owner's alone


def replace_file(path: Path, data: bytes) -> None:
    """Put *data* in the place of the file at *path*, in one step; a link to it stays one.

    Raises:
        OSError: the folder or the file cannot be written; the old file is still there then.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        written.chmod(path.stat().st_mode if path.exists() else _MODE)
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
