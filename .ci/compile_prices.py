"""Puts the compiled price table into the wheel."""

import importlib
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompilePrices(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles `pricing.toml` with the project's own reader, which needs nothing installed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, unless the build is an editable one, where the TOML may change any time."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        load = importlib.import_module("tokencost.pricing.load")
        file = load.shipped_file()
        folder = Path(tempfile.mkdtemp())
        path = folder / load.COMPILED_NAME
        path.write_bytes(load.compile_table(load.read_price_files([file]), file.data))
        build_data["force_include"][str(path)] = f"tokencost/{load.COMPILED_NAME}"
