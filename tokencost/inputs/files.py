"""Files that are named: whether they are there, and what is in them."""

import codecs
import os
from pathlib import Path

from tokencost.inputs.decoding import SNIFFED_BYTES, is_binary
from tokencost.inputs.problems import missing, unreadable


def exists(name: str) -> bool:
    """Whether something has that name.

    Raises:
        InputError: a folder on the way to it is closed.
    """
    try:
        return name != "" and Path(name).exists()  # Path("") is the current directory
    except OSError as error:
        raise unreadable(error, name=name) from error


def read_unless_binary(name: str, *, encoding: str) -> bytes | None:
    """Return the bytes of a file; of a binary one, however large, only the beginning is read.

    Raises:
        OSError: it cannot be read.
    """
    with Path(name).open("rb") as file:
        head = file.read(SNIFFED_BYTES)
        return None if is_binary(head, encoding=encoding) else head + file.read()


def read_list(name: str) -> bytes:
    """Return the bytes of a list of paths.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    if not exists(name):
        raise missing(name)
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise unreadable(error, name=name) from error


def listed_paths(listing: bytes) -> list[str]:
    """Return the paths as the command line would have them: they need not be valid UTF-8."""
    text = os.fsdecode(listing.removeprefix(codecs.BOM_UTF8))
    lines = (line.removesuffix("\r") for line in text.split("\n"))
    return [line for line in lines if line.strip()]
