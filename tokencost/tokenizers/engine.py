"""tiktoken's engine: byte-pair encoding in native code."""

import os
import sys
from collections.abc import Iterator, Set
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType

from tokencost.errors import TokenizerError
from tokencost.tokenizers.patterns import is_word


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


# With a special token, which no text is ever allowed to have as such, counting is quick: without
# one the engine looks for it at every place.
_UNUSED = {"\0unused\0": (1 << 32) - 1}
_ALLOWED: set[str] = set()
_BYTES_OF_A_RANK = 4
_MOST_WITHIN = 4  # segments of a text that are looked for within others
_BORDER = "\ud800"  # half a character stands in no text that is sent


class Encoder:
    """What encodes a text with some of a vocabulary's tokens; special tokens are plain text."""

    __slots__ = ("_core", "_is_own")

    def __init__(self, ranks: dict[bytes, int], *, pattern: str, is_own: bool = False) -> None:
        """Build the encoder of *ranks*, for the pieces that *pattern* splits a text into.

        *is_own* says that nobody has tried the pattern but a user.

        Raises:
            ValueError: the pattern is not one.
        """
        self._core = _native().CoreBPE(ranks, _UNUSED, pattern)
        self._is_own = is_own

    def encode(self, text: str) -> list[int]:
        """Return the ranks of the tokens of *text*; a lone surrogate counts as U+FFFD.

        Raises:
            TokenizerError: the pattern of a user does not split it.
        """
        if not self._is_own:
            return self._encode(text)
        with _panics_caught():
            return self._encode(text)

    def count(self, text: str) -> int:
        """Return how many tokens *text* has: 7 % faster than their ranks, which nobody sees.

        Raises:
            TokenizerError: the pattern of a user does not split it.
        """
        if self._is_own:
            return len(self.encode(text))
        try:
            ranks = self._core.encode_to_tiktoken_buffer(text, _ALLOWED)
        except UnicodeEncodeError:
            return len(self.encode(text))
        return memoryview(ranks).nbytes // _BYTES_OF_A_RANK

    def decode(self, ranks: list[int]) -> bytes:
        """Return the bytes of the tokens of these ranks."""
        text: bytes = self._core.decode_bytes(ranks)
        return text

    def _encode(self, text: str) -> list[int]:
        try:
            ranks: list[int] = self._core.encode_ordinary(text)
        except UnicodeEncodeError:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            ranks = self._core.encode_ordinary(text)
        return ranks


class SmallEncoder:
    """An encoder that has every token occurring in *segments*, and perhaps others; unchanging.

    Of a segment that is a word it may have that alone. It is for texts of these characters.
    """

    __slots__ = ("_joined", "alphabet", "encoder", "ranks", "segments")

    def __init__(
        self, segments: set[str], ranks: dict[bytes, int], encoder: Encoder, *, alphabet: int
    ) -> None:
        self.segments = segments
        self.ranks = ranks
        self.encoder = encoder
        self.alphabet = alphabet
        self._joined: str | None = None

    @property
    def within(self) -> Iterator[str]:
        """The segments that have all tokens occurring in them."""
        return (segment for segment in self.segments if not is_word(segment))

    def suits(self, parts: Set[str], alphabet: int) -> bool:
        """Whether it encodes a text that has *parts*: each is a segment, or within one."""
        if alphabet > self.alphabet:
            return False
        new = parts - self.segments
        if len(new) > _MOST_WITHIN:
            return False
        if new and self._joined is None:
            self._joined = _BORDER.join(self.within)
        return all(part in (self._joined or "") and _BORDER not in part for part in new)


@contextmanager
def _panics_caught() -> Iterator[None]:
    """Turn a panic of the native code into an error; it would write a trace of its own.

    Raises:
        TokenizerError: it panicked, for a pattern tries too many ways or matches nothing.
    """
    kept: int | None
    try:
        kept = os.dup(2)
    except OSError:  # it is closed
        kept = None
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # which is not an Exception
            raise
        raise TokenizerError(
            "the pattern of the tokenizer does not split a text: it tries too many ways, or "
            "matches nothing",
            hint="add the tokenizer again with another --pattern",
        ) from error
    finally:
        if kept is None:
            os.close(2)
        else:
            os.dup2(kept, 2)
            os.close(kept)
        if nothing != 2:
            os.close(nothing)
