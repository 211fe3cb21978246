"""Tokenizers of the user's own: converted files in the user's folder, and plug-ins."""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tokencost.errors import TokenizerError
from tokencost.folders import user_folder
from tokencost.tokenizers.converting import PATTERNS, check_pattern, convert, is_name
from tokencost.tokenizers.counts import Tokenizer
from tokencost.tokenizers.encoding import Recipe
from tokencost.tokenizers.vocabulary import pack
from tokencost.writing import replace_file

GROUP = "tokencost.tokenizers"


def folder() -> Path:
    """Return where converted tokenizers are kept."""
    return user_folder() / "tokenizers"


def own_recipe(name: str) -> Recipe | None:
    """Return the tokenizer that was added under this name, None if there is none.

    Raises:
        TokenizerError: its files are broken.
    """
    described = folder() / f"{name}.toml"
    if not is_name(name) or not described.exists():
        return None
    try:
        entry = tomllib.loads(described.read_text(encoding="utf-8"))
        return Recipe(
            name=name, path=folder() / f"{name}.bin", pattern=entry["pattern"], nfc=entry["nfc"]
        )
    except (OSError, ValueError, KeyError) as error:
        raise TokenizerError(
            f"the tokenizer {name!r} at {described} is broken: {error}",
            hint=f"add it again: tokencost tokenizers add {name} FILE",
        ) from error


def own_names() -> Iterator[str]:
    """Yield the names of what was added."""
    yield from sorted(path.stem for path in folder().glob("*.toml"))


def plugged_in(name: str) -> Tokenizer | None:
    """Return the tokenizer that an installed package offers under this name.

    An entry point of the group `tokencost.tokenizers` names a tokenizer, or what returns one
    when it is called.
    """
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP, name=name):
        found = entry.load()
        is_tokenizer = hasattr(found, "measure") and not isinstance(found, type)
        tokenizer: Tokenizer = found if is_tokenizer else found()
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
    """
    if not is_name(name):
        raise TokenizerError(
            f"{name!r} is no name for a tokenizer", hint="use small letters, digits, . and -"
        )
    try:
        data = file.read_bytes()
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
        replace_file(folder() / f"{name}.bin", pack(converted.tokens))
        replace_file(folder() / f"{name}.toml", tomli_w.dumps(described).encode())
    except OSError as error:
        raise TokenizerError(
            f"{folder()} cannot be written: {error.strerror}", hint="check the folder"
        ) from error
