"""What can be counted with, and how sure each way is."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tokencost.errors import TokenizerError
from tokencost.tokenizers.own import keep_tokenizer, own_names, plugged_in_names
from tokencost.tokenizers.registry import find_tokenizer, tokenizer_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A tokenizer; *origin* is "shipped", "own" or "plug-in"."""

    name: str
    method: str
    origin: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenizers:
    """Answer of `tokenizers list` and `tokenizers add`."""

    name: ClassVar[str] = "tokenizers"

    listed: tuple[Listing, ...]


def list_tokenizers() -> Tokenizers:
    """Return every tokenizer by its name, those with a vocabulary first."""
    own, plugged_in = list(own_names()), plugged_in_names()
    origins = {
        **dict.fromkeys(tokenizer_names(), "shipped"),
        **dict.fromkeys(own, "own"),
        **dict.fromkeys(plugged_in, "plug-in"),
    }
    return Tokenizers(listed=tuple(listing(name, origin) for name, origin in origins.items()))


def add_tokenizer(name: str, file: Path, *, pattern: str = "") -> Tokenizers:
    """Convert a tokenizer file, keep it under *name* in the user's folder, and return it.

    Args:
        name: small letters, digits, dots and dashes, and none that is taken.
        file: a tokenizer.json, a tekken.json or a .tiktoken file.
        pattern: how a text is split, where the file does not say: a regular expression, or the
            name of a known one.

    Raises:
        TokenizerError: the name is taken, or the file cannot be read or run exactly.
    """
    if name in (*tokenizer_names(), *plugged_in_names()):
        raise TokenizerError(f"the name {name!r} is taken", hint="choose another one")
    keep_tokenizer(name, file, pattern=pattern)
    return Tokenizers(listed=(listing(name, "own"),))


def listing(name: str, origin: str) -> Listing:
    """Return one of them.

    Raises:
        TokenizerError: there is no such tokenizer.
    """
    tokenizer = find_tokenizer(name)
    return Listing(
        name=name,
        method=str(tokenizer.method),
        origin=origin,
        basis=tokenizer.measure("").basis,
    )
