"""Tokenizers that the user added, those of plug-ins, and the list of all."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import ClassVar

from tokencost.errors import TokenizerError
from tokencost.reports import Report, number_of
from tokencost.tokenizers.bpe import Recipe
from tokencost.tokenizers.conversion import PATTERNS, check_pattern, convert, is_name
from tokencost.tokenizers.registry import find_tokenizer, tokenizer_names
from tokencost.tokenizers.token_count import Tokenizer
from tokencost.tokenizers.user_factors import (
    UserFactor,
    load_user_factors,
    user_factors_path,
)
from tokencost.tokenizers.vocabulary import pack
from tokencost.user_files import (
    locked,
    needed_user_folder,
    read_file,
    refuse_pipe,
    replace_file,
    user_folder,
)
from tokencost.values import dataclass, replace

GROUP = "tokencost.tokenizers"


_FOLDER = "tokenizers"


def folder() -> Path | None:
    """Return where converted tokenizers are kept, None without a home."""
    parent = user_folder()
    return None if parent is None else parent / _FOLDER


def own_recipe(name: str) -> Recipe | None:
    """Return the tokenizer that was added under this name, None if there is none.

    Raises:
        TokenizerError: its files are broken.
    """
    kept = folder()
    if kept is None or not is_name(name) or not (described := kept / f"{name}.toml").exists():
        return None
    try:
        entry = tomllib.loads(read_file(described).decode())
        refuse_pipe(kept / f"{name}.bin")
        return Recipe(
            name=name,
            path=kept / f"{name}.bin",
            pattern=entry["pattern"],
            nfc=entry["nfc"],
            is_own=True,
        )
    except (OSError, ValueError, KeyError) as error:
        raise TokenizerError(
            f"the tokenizer {name!r} at {described} is broken: {error}",
            hint=f"add it again: tokencost tokenizers add {name} FILE",
        ) from error


def own_names() -> Iterator[str]:
    """Yield the names of what was added."""
    kept = folder()
    yield from sorted(path.stem for path in kept.glob("*.toml")) if kept else ()


def plugged_in(name: str) -> Tokenizer | None:
    """Return the tokenizer that an installed package offers under this name.

    An entry point of the group `tokencost.tokenizers` names a tokenizer, or what returns one
    when it is called.
    """
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP, name=name):
        plugin = entry.load()
        is_tokenizer = hasattr(plugin, "measure") and not isinstance(plugin, type)
        tokenizer: Tokenizer = plugin if is_tokenizer else plugin()
        return tokenizer
    return None


def plugged_in_names() -> list[str]:
    """Return the names that installed packages offer."""
    from importlib.metadata import entry_points

    return sorted(entry.name for entry in entry_points(group=GROUP))


def keep_tokenizer(name: str, file: Path, *, pattern: str = "") -> None:
    """Convert *file* and keep it in the user's folder under *name*.

    Args:
        name: small letters, digits, dots and dashes, and none that is taken.
        file: a tokenizer.json, a tekken.json or a .tiktoken file.
        pattern: the pre-tokenizer pattern or the name of a known one, where the file has none.

    Raises:
        TokenizerError: the name is taken, or the file cannot be read or run exactly.
        UsageError: the user has no home.
    """
    kept = needed_user_folder() / _FOLDER
    if not is_name(name):
        raise TokenizerError(
            f"{name!r} is not a name for a tokenizer", hint="use small letters, digits, . and -"
        )
    try:
        data = read_file(file)
    except OSError as error:
        raise TokenizerError(
            f"{file} cannot be read: {error.strerror}", hint="check the path"
        ) from error
    converted = convert(data, name=file.name)
    if pattern:
        converted = replace(converted, pattern=PATTERNS.get(pattern, pattern))
    if not converted.pattern:
        raise TokenizerError(
            f"{file.name} does not say how a text is split",
            hint=f"pass --pattern with a regular expression or one of {', '.join(PATTERNS)}",
        )
    check_pattern(converted, name=file.name)
    described = {
        "pattern": converted.pattern,
        "nfc": converted.nfc,
        "source_sha256": hashlib.sha256(data).hexdigest(),
    }
    import tomli_w

    try:
        with locked(kept / name):
            replace_file(kept / f"{name}.bin", pack(converted.tokens))
            replace_file(kept / f"{name}.toml", tomli_w.dumps(described).encode())
    except OSError as error:
        raise TokenizerError(
            f"{kept} cannot be written: {error.strerror}", hint="check the folder"
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizerListing:
    """A tokenizer; *origin* is "shipped", "own" or "plug-in"."""

    name: str
    method: str
    origin: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TokenizerList(Report):
    """Report of `tokenizers list` and `tokenizers add`.

    `learned` are the corrections of counts by model, which stand in the file `kept_in`.
    """

    name: ClassVar[str] = "tokenizers"

    listed: tuple[TokenizerListing, ...]
    learned: Mapping[str, UserFactor] = field(default_factory=dict)
    kept_in: Path | None = None

    def _summary(self) -> Iterator[str]:
        yield number_of(len(self.listed), "tokenizer")


def list_tokenizers() -> TokenizerList:
    """Return every tokenizer by its name, those with a vocabulary first, and what was learned.

    Examples:
        >>> tokencost.list_tokenizers().listed[0].name
        'o200k_base'
    """
    own, plugged_in = list(own_names()), plugged_in_names()
    origins = {
        **dict.fromkeys(tokenizer_names(), "shipped"),
        **dict.fromkeys(own, "own"),
        **dict.fromkeys(plugged_in, "plug-in"),
    }
    kept_in = user_factors_path()
    return TokenizerList(
        listed=tuple(listing(name, origin) for name, origin in origins.items()),
        learned=load_user_factors(kept_in),
        kept_in=kept_in,
    )


def add_tokenizer(name: str, file: Path, *, pattern: str = "") -> TokenizerList:
    """Convert a tokenizer file, keep it under *name* in the user's folder, and return it.

    Args:
        name: small letters, digits, dots and dashes, and none that is taken.
        file: a tokenizer.json, a tekken.json or a .tiktoken file.
        pattern: how a text is split, where the file does not say: a regular expression, or the
            name of a known one.

    Raises:
        TokenizerError: the name is taken, or the file cannot be read or run exactly.

    Examples:
        >>> tokencost.add_tokenizer("mine", Path("mine.tiktoken"), pattern="qwen2")
        <TokenizerList: 1 tokenizer>
    """
    if name in (*tokenizer_names(), *plugged_in_names()):
        raise TokenizerError(f"the name {name!r} is taken", hint="choose another one")
    keep_tokenizer(name, file, pattern=pattern)
    return TokenizerList(listed=(listing(name, "own"),))


def listing(name: str, origin: str) -> TokenizerListing:
    """Return one of them.

    Raises:
        TokenizerError: there is no such tokenizer.
    """
    tokenizer = find_tokenizer(name)
    return TokenizerListing(
        name=name,
        method=str(tokenizer.method),
        origin=origin,
        basis=tokenizer.measure("").basis,
    )
