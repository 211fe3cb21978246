"""Price files of other projects."""

from collections.abc import Callable
from importlib import import_module

from tokencost.errors import InputError
from tokencost.price_files.sources.foreign_rows import Foreign, ForeignRow, Skipped

__all__ = ["SOURCES", "Foreign", "ForeignRow", "Skipped", "read_foreign"]

SOURCES = ("litellm", "genai-prices", "models.dev")


def read_foreign(source: str, data: bytes, *, file: str) -> Foreign:
    """Read the price file of the project *source*.

    Args:
        source: one of `SOURCES`.
        data: the bytes of the file.
        file: the name it goes by in errors.

    Raises:
        InputError: there is no such source, or the file is not one of its files.
    """
    if source not in SOURCES:
        raise InputError(f"unknown price source {source!r}", hint=f"known are {', '.join(SOURCES)}")
    module = import_module(f"{__name__}.{source.replace('-', '_').replace('.', '_')}")
    read: Callable[..., Foreign] = module.read
    return read(data, file=file)
