"""tiktoken's engine: byte-pair encoding in native code."""

import sys
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType


@cache
def _native() -> ModuleType:
    """Return tiktoken's extension by itself.

    The package around it brings thread pools and logging: 4 ms of a command that takes 60.
    """
    name = "tiktoken._tiktoken"
    package = find_spec("tiktoken")
    places = package.submodule_search_locations if package else None
    spec = None if name in sys.modules else PathFinder.find_spec(name, places)
    if spec is None or spec.loader is None:
        return import_module(name)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[name] = module  # whoever imports the package later gets the same
    return module


class Encoder:
    """What encodes a text with some of a vocabulary's tokens; special tokens are plain text."""

    __slots__ = ("_core",)

    def __init__(self, ranks: dict[bytes, int], *, pattern: str) -> None:
        """Build the encoder of *ranks*, for the pieces that *pattern* splits a text into."""
        self._core = _native().CoreBPE(ranks, {}, pattern)

    def encode(self, text: str) -> list[int]:
        """Return the ranks of the tokens of *text*; a lone surrogate counts as U+FFFD."""
        try:
            ranks: list[int] = self._core.encode_ordinary(text)
        except UnicodeEncodeError:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            ranks = self._core.encode_ordinary(text)
        return ranks
