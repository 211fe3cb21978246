"""Price files of other projects."""

import json
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from typing import Any

from tokencost.errors import InputError
from tokencost.price_files.sources.foreign_rows import Foreign, ForeignRow, Skipped

__all__ = [
    "SOURCES",
    "Foreign",
    "ForeignRow",
    "Skipped",
    "parse_json",
    "read_foreign",
    "wrong_shape",
]

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
        raise InputError(f'unknown price source "{source}"', hint=f"known are {', '.join(SOURCES)}")
    module = import_module(f"{__name__}.{source.replace('-', '_').replace('.', '_')}")
    read: Callable[..., Foreign] = module.read
    return read(data, file=file)


def parse_json(data: bytes, *, file: str) -> Any:
    """Parse JSON with exact numbers.

    Raises:
        InputError: it is not JSON.
    """
    hint = "is it the whole file, as it was downloaded?"
    try:
        return json.loads(data, parse_float=Decimal, parse_constant=Decimal)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"{file}: not valid JSON: {place}", hint=hint) from error
    except ArithmeticError as error:
        raise InputError(f"{file}: has a number beyond all bounds", hint=hint) from error
    except (RecursionError, ValueError) as error:  # nested too deep, no text, a number too long
        raise InputError(f"{file}: not valid JSON: {error}", hint=hint) from error


def wrong_shape(file: str, *, source: str, expected: str) -> InputError:
    """Return the error for JSON that is something else."""
    return InputError(
        f"{file}: not a price file of {source}: expected {expected}",
        hint="name the project that the file comes from",
    )
