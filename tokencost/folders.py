"""Where a user's own tables and tokenizers are kept."""

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
