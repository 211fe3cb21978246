"""Load price tables: the shipped one, compiled or from TOML, and price files over it."""

import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, overload

from tokencost.errors import PriceTableError, UsageError
from tokencost.pricing.schedule import today
from tokencost.pricing.table import Model, PriceTable
from tokencost.user_files import read_file, replace_file
from tokencost.values import dataclass, replace

try:  # what loads, without what can also write: 1 ms less of a command that takes 60
    from _pickle import dumps, loads
except ImportError:  # another Python than CPython
    from pickle import dumps, loads

COMPILED_NAME = "pricing.compiled"
OWN_SUFFIX = ".compiled"  # in place of that of the user's own table
_WORTH_COMPILING = 10_000  # bytes; a smaller file is read in the time that this saves
BUILTIN, USER = "builtin", "user"
_SUM = 16  # bytes of a sum
_TOGETHER = 8  # models that are loaded at once: their rows have most of their parts in common


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFile:
    """The bytes of a price file, and what it is called in reports and errors.

    One that nobody *asked for* by a command line may not say how names are written.
    """

    name: str
    data: bytes
    is_asked_for: bool = True


class StoredModels(Sequence[Model]):
    """The models of a compiled table, each loaded when it is asked for; as a tuple otherwise."""

    __slots__ = ("_loaded", "_stored")

    def __init__(self, models: Sequence[Model]) -> None:
        """Store *models*, a few together.

        Rows have most of their parts in common; to make them one object halves what is to load.
        """
        parts = [tuple(models[at : at + _TOGETHER]) for at in range(0, len(models), _TOGETHER)]
        self._stored = [dumps(_shared(part, {}), protocol=5) for part in parts]
        self._loaded: list[Model | None] = [None] * len(models)

    def __len__(self) -> int:
        return len(self._loaded)

    @overload
    def __getitem__(self, at: int) -> Model: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Model, ...]: ...
    def __getitem__(self, at: int | slice) -> Model | tuple[Model, ...]:
        if isinstance(at, slice):
            return tuple(self[number] for number in range(*at.indices(len(self))))
        if (model := self._loaded[at]) is not None:
            return model
        number = range(len(self))[at]
        first = number - number % _TOGETHER
        models: tuple[Model, ...] = loads(self._stored[number // _TOGETHER])
        self._loaded[first : first + _TOGETHER] = models
        return models[number - first]

    def __iter__(self) -> Iterator[Model]:
        return map(self.__getitem__, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(tuple(self))


def compile_table(table: PriceTable, source: bytes) -> bytes:
    """Return the compiled form of *table*, which was read from *source*.

    Its models are loaded when they are asked for: most commands need one of hundreds.
    """
    rest: PriceTable = _shared(replace(table, models=()), {})
    stored = replace(rest, models=StoredModels(table.models))
    return _sum(source) + dumps(stored, protocol=5)


def _sum(source: bytes) -> bytes:
    """Return what tells whether a source is another one; nobody is kept from forging it.

    Two sums of 32 bits and the length; SHA-256 would bring OpenSSL, which takes 3 ms to load.
    """
    parts = zlib.crc32(source) << 96 | zlib.adler32(source) << 64 | len(source)
    return parts.to_bytes(_SUM)


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
    return _unpacked(data, source)


def _unpacked(compiled: bytes, source: bytes) -> PriceTable | None:
    if compiled[:_SUM] != _sum(source):
        return None
    table: PriceTable = loads(memoryview(compiled)[_SUM:])
    return table


def builtin_path() -> Path:
    """Return the path of the shipped table: in the package, or at the top of a checkout.

    Examples:
        >>> tokencost.builtin_path().name
        'pricing.toml'
    """
    return _shipped_path()


@cache  # 15 us, and every call of `estimate` asks
def _shipped_path() -> Path:
    package = Path(__file__).parents[1]
    installed = package / "pricing.toml"
    return installed if installed.exists() else package.parent / "pricing.toml"


def load_price_table(
    *paths: str | Path, user: Path | None = None, is_asked_for: bool = True
) -> PriceTable:
    """Return the shipped price table with *paths* over it, the last one on top.

    The shipped table is read once a process, and again if its file changes.

    Args:
        *paths: price files; reports name them as they are named here.
        user: the user's own table, below *paths*; reports call it "user".
        is_asked_for: whether somebody named *paths* for this call. Those that a project's
            configuration names may not say by regular expressions how names are written: a long
            name could keep one busy for ever.

    Raises:
        PriceTableError: a file is missing, unreadable or wrong.

    Examples:
        >>> prices = tokencost.load_price_table()
        >>> tokencost.estimate("hello", "gpt-4o", prices=prices).prices is prices
        True
    """
    path = builtin_path()
    shipped = partial(_shipped_table, path, _stamp(path))
    base = _with_own(user, shipped, path) if user else shipped()
    files = (replace(file_at(path), is_asked_for=is_asked_for) for path in paths)
    return overlay(base, *files)


def _with_own(user: Path, shipped: Callable[[], PriceTable], builtin: Path) -> PriceTable:
    """Return the shipped table with the user's own over it, compiled beside it if that pays.

    In a checkout nothing is compiled: there the code may change without its version.
    """
    file = file_at(user, USER)
    package = builtin.with_name(COMPILED_NAME)
    if len(file.data) < _WORTH_COMPILING or (stamp := _stamp(package)) is None:
        return overlay(shipped(), file)
    from tokencost.version import __version__  # few have a table that is worth it

    under = f"{__version__} {sys.version} {stamp} {zlib.crc32(package.read_bytes())}"
    made_from = f"{under} {_stamp(builtin)}\n".encode() + file.data
    path = user.with_suffix(OWN_SUFFIX)
    if _is_own(path) and (table := _load_kept(path, made_from)) is not None:
        return table
    table = overlay(shipped(), file)
    compiled = compile_table(table, made_from)
    with suppress(OSError):  # a folder that cannot be written makes no command fail
        replace_file(path, zlib.crc32(compiled).to_bytes(4) + compiled)
    return table


def _is_own(path: Path) -> bool:
    """Say whether nobody but the user can have written *path*: what is loaded from it is code."""
    try:
        status = path.stat()
    except OSError:
        return False
    if sys.platform == "win32":  # its user folder is the user's alone
        return True
    is_file, others_write = stat.S_ISREG(status.st_mode), status.st_mode & 0o022
    return is_file and status.st_uid == os.getuid() and not others_write


def _load_kept(path: Path, made_from: bytes) -> PriceTable | None:
    """Return the table that was kept in *path*, None if it is damaged or of something else."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    compiled = data[4:]
    if zlib.crc32(compiled).to_bytes(4) != data[:4]:
        return None
    return _unpacked(compiled, made_from)


def as_price_table(prices: PriceTable | None) -> PriceTable:
    """Return *prices*, by default the shipped table.

    Raises:
        UsageError: it is something else, such as the path of a table.
    """
    if prices is None:
        return load_price_table()
    if not isinstance(prices, PriceTable):
        raise UsageError(
            f"prices is {prices!r}, not a PriceTable",
            hint='give tokencost.load_price_table("own.toml")',
        )
    return prices


@lru_cache(maxsize=2)
def _shipped_table(path: Path, _stamp: tuple[int, int] | None) -> PriceTable:
    file = file_at(path, BUILTIN)
    return load_compiled(path.with_name(COMPILED_NAME), file.data) or read_price_files([file])


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what changes when the file does, None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def read_table(path: str | Path) -> PriceTable:
    """Return one table by itself; a file that is incomplete gets the shipped one below it.

    Args:
        path: a file, or "builtin" for the shipped table.

    Raises:
        PriceTableError: the file is missing, unreadable or wrong.
    """
    if str(path) == BUILTIN:
        return load_price_table()
    from tokencost.pricing.parse.file import is_complete

    file = file_at(path)
    if is_complete(file.data, name=file.name):
        return read_price_files([file])
    return overlay(load_price_table(), file)


def shipped_file() -> PriceFile:
    """Return the shipped table's file."""
    return file_at(builtin_path(), BUILTIN)


def read_price_files(files: Sequence[PriceFile]) -> PriceTable:
    """Return the table that *files* make: the first one complete, the others over it.

    Raises:
        PriceTableError: there is none, or one has mistakes.
    """
    if not files:
        raise PriceTableError("no price file", hint="name one with --prices")
    from tokencost.pricing.parse.file import read_price_file  # the compiled table needs none of it

    first, *others = files
    return overlay(read_price_file(first.data, name=first.name, base=None), *others)


def overlay(base: PriceTable, *files: PriceFile) -> PriceTable:
    """Return *base* with *files* over it, the last one on top.

    Raises:
        PriceTableError: a file has mistakes.
    """
    if not files:
        return base
    from tokencost.pricing.parse.file import read_price_file

    for file in files:
        # Such a file is somebody's own, and may be mistyped; the first is as old as it is.
        base = read_price_file(
            file.data,
            name=file.name,
            base=base,
            today=today(),
            is_asked_for=file.is_asked_for,
        )
    return base


def file_at(path: str | Path, name: str | None = None) -> PriceFile:
    """Return the file at *path*, called *name* in reports.

    Raises:
        PriceTableError: it cannot be read.
    """
    try:
        return PriceFile(name=name or str(path), data=read_file(Path(path)))
    except OSError as error:
        raise PriceTableError(
            f'price file "{path}" cannot be read: {error.strerror}',
            hint="check the path, and TOKENCOST_PRICES if you did not name it",
        ) from error
