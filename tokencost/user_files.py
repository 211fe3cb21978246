"""The user's own folder, and files that are written whole or not at all."""

import os
import sys
from pathlib import Path


def user_folder() -> Path:
    """Return the folder of the user's configuration, which need not exist."""
    home = Path.home()
    match sys.platform:
        case "win32":
            base = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
        case "darwin":
            base = home / "Library" / "Application Support"
        case _:
            base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "tokencost"


def user_price_path() -> Path:
    """Return where the user's own price table is, whether or not it exists."""
    return user_folder() / "prices.toml"


_MODE = 0o644  # a temporary file is its owner's alone


def replace_file(path: Path, data: bytes) -> None:
    """Put *data* in the place of the file at *path*, in one step; a link to it stays one.

    Raises:
        OSError: the folder or the file cannot be written; the old file is still there then.
    """
    import tempfile  # most commands only ask where the folder is, and it takes 2 ms

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
