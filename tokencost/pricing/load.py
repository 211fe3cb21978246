"""Load the shipped price table, compiled or from TOML, with other price files over it."""

import hashlib
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from tokencost.errors import PriceTableError
from tokencost.pricing.parse.file import PriceFile, is_complete, read_price_file
from tokencost.pricing.price_date import today
from tokencost.pricing.table import PriceTable

NAME = "pricing.compiled"
_SUM = 32


def compiled(table: PriceTable, source: bytes) -> bytes:
    """Return the compiled form of *table*, which was read from *source*.

    Rows have most of their parts in common; to make them one object halves what is to load.
    """
    return hashlib.sha256(source).digest() + pickle.dumps(_shared(table, {}), protocol=5)


def _shared(value: Any, seen: dict[object, Any]) -> Any:
    """Return *value* with everything in it that is equal replaced by the same object."""
    key: object
    if is_dataclass(value) and not isinstance(value, type):
        parts = [_shared(getattr(value, part.name), seen) for part in fields(value)]
        key = tuple(map(id, parts))
        if (type(value), key) not in seen:
            names = [part.name for part in fields(value)]
            value = replace(value, **dict(zip(names, parts, strict=True)))
    elif isinstance(value, Mapping):
        value = {_shared(name, seen): _shared(part, seen) for name, part in value.items()}
        key = tuple((id(name), id(part)) for name, part in value.items())
    elif isinstance(value, tuple):
        value = tuple(_shared(part, seen) for part in value)
        key = tuple(map(id, value))
    else:
        key = str(value) if isinstance(value, Decimal) else value  # 1 and 1.0 are equal
    return seen.setdefault((type(value), key), value)


def load_compiled(path: Path, source: bytes) -> PriceTable | None:
    """Return the table compiled into *path*, None unless it was made from *source*.

    The file is part of the installed package, as trustworthy as the code beside it.
    """
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if data[:_SUM] != hashlib.sha256(source).digest():
        return None
    table: PriceTable = pickle.loads(data[_SUM:])
    return table


BUILTIN, USER = "builtin", "user"


def builtin_path() -> Path:
    """Return the shipped table: in the package once installed, at the top of a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "pricing.toml"
    return installed if installed.exists() else package.parent / "pricing.toml"


def load_price_table(*paths: str | Path, user: Path | None = None) -> PriceTable:
    """Return the shipped price table with *paths* laid over it, the last one on top.

    Args:
        *paths: price files; answers name them as they are named here.
        user: the user's own table, below *paths*; answers call it "user".

    Raises:
        PriceTableError: a file is missing, unreadable or wrong.
    """
    own = [file_at(user, USER)] if user else []
    return read_price_files([shipped_file(), *own, *map(file_at, paths)])


def read_table(path: str | Path) -> PriceTable:
    """Return one table by itself; a file that is incomplete gets the shipped one below it.

    Args:
        path: a file, or "builtin" for the shipped table.

    Raises:
        PriceTableError: the file is missing, unreadable or wrong.
    """
    if str(path) == BUILTIN:
        return read_price_files([shipped_file()])
    file = file_at(path)
    return read_price_files([file] if is_complete(file) else [shipped_file(), file])


def shipped_file() -> PriceFile:
    """Return the shipped table's file."""
    return file_at(builtin_path(), BUILTIN)


def read_price_files(files: Sequence[PriceFile]) -> PriceTable:
    """Return the table that *files* make, the first one complete, the others laid over it.

    The digest is the SHA-256 sum of the only file, or of the sums of several, line by line.
    """
    table = _first(files)
    for file in files[1 if table else 0 :]:
        # A file laid over is somebody's own, and may be mistyped; the first is as old as it is.
        table = read_price_file(file, base=table, today=today() if table else None)
    if table is None:
        raise PriceTableError("no price file", hint="name one with --prices")
    sums = [hashlib.sha256(file.data).hexdigest() for file in files]
    digest = sums[0] if len(sums) == 1 else hashlib.sha256("\n".join(sums).encode()).hexdigest()
    return replace(table, digest=f"sha256:{digest}")


def overlay(base: PriceTable, file: PriceFile) -> PriceTable:
    """Return *base* with *file* over it, without a digest.

    Raises:
        PriceTableError: the file has mistakes.
    """
    return read_price_file(file, base=base, today=today())


def _first(files: Sequence[PriceFile]) -> PriceTable | None:
    """Return the shipped table if it leads and was compiled."""
    if not files or files[0].name != BUILTIN:
        return None
    return load_compiled(builtin_path().with_name(NAME), files[0].data)


def file_at(path: str | Path, name: str | None = None) -> PriceFile:
    """Return the file at *path*, called *name* in answers.

    Raises:
        PriceTableError: it cannot be read.
    """
    try:
        return PriceFile(name=name or str(path), data=Path(path).read_bytes())
    except OSError as error:
        raise PriceTableError(
            f"price file {str(path)!r} cannot be read: {error.strerror}",
            hint="check the path given with --prices or TOKENCOST_PRICES",
        ) from error
