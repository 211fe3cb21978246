"""Workers that read: of many files the texts, kept where all processes can see them."""

import os
import stat
from array import array
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain, islice, repeat
from typing import Any, TypeVar

from tokencost.errors import InputError, TokencostError
from tokencost.inputs.files import decode
from tokencost.inputs.jobs import number_of_workers, work_meanwhile
from tokencost.inputs.prompt import Prompt, is_plain
from tokencost.inputs.sources import TextForm, read_file
from tokencost.values import dataclass

Item = TypeVar("Item", bound="str | InputError")

_LEAST = 4_000  # files; of fewer, one process has read half while others start
_TASK = 200  # files
_ROOM = 1 << 42  # bytes of a task in the store: more than its files have; what is not used is free
_MUCH = 20_000_000  # bytes, of which it pays to load what counts them while they are read
_SAMPLE = 50  # files, whose sizes say how large all are
_NOT_READ = -1, 0, 0


class _Store:
    """A file in memory, which processes that are forked share.

    Raises:
        OSError: the system has none.
    """

    def __init__(self) -> None:
        self._file = os.memfd_create("tokencost")
        self._close = os.close

    def __del__(self) -> None:
        if hasattr(self, "_close"):
            self._close(self._file)

    def write(self, data: bytes, start: int) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(self._file, view, start)
            view, start = view[written:], start + written

    def read(self, start: int, size: int) -> bytes:
        return os.pread(self._file, size, start)


class SharedText:
    """A text that all processes can read; as keys equal ones are one, and no `str` is."""

    __slots__ = ("_characters", "_hash", "_size", "_start", "_store")

    def __init__(self, store: _Store, start: int, size: int, characters: int, hashed: int) -> None:
        self._store, self._start, self._size = store, start, size
        self._characters, self._hash = characters, hashed

    def __str__(self) -> str:
        return self._data().decode()

    def __len__(self) -> int:
        return self._characters

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SharedText):
            return NotImplemented
        is_like = (self._hash, self._size) == (other._hash, other._size)
        return self is other or (is_like and self._data() == other._data())

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)

    def _data(self) -> bytes:
        return self._store.read(self._start, self._size)


class SharedPrompt(Prompt):
    """A prompt of which the text lies where all processes can read it.

    What `replace` makes of it, or another process gets of it, is a prompt like any other.
    """

    __slots__ = ("shared",)
    shared: SharedText

    def __new__(cls, **fields: Any) -> Any:
        """Return a prompt like any other where the *fields* hold a text."""
        return Prompt(**fields) if "text" in fields else object.__new__(cls)

    def __init__(self, *, name: str, shared: SharedText, file: str) -> None:
        for field, value in (
            *(("name", name), ("kind", "text"), ("request", None)),
            *(("file", file), ("shared", shared)),
        ):
            object.__setattr__(self, field, value)

    @property
    def text(self) -> str:
        """What was read."""
        return str(self.shared)

    @property
    def characters(self) -> int:
        """How many characters it has."""
        return len(self.shared)

    def __reduce__(self) -> tuple[Any, tuple[()]]:
        return partial(Prompt, name=self.name, text=self.text, file=self.file), ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How workers read, and the store that takes the texts."""

    form: TextForm
    store: _Store


def with_texts(
    items: Iterable[Item], form: TextForm
) -> Generator[tuple[Item, SharedText | None], None, None]:
    """Yield names of files, and errors among them, each with its text if workers have read it.

    They do where there are many, and leave out whatever is not a file of plain text: who asks
    reads it then, or says why not.
    """
    following: Iterator[Item] = iter(items)
    whole = [*islice(following, _LEAST if number_of_workers() > 1 else 0)]
    if len(whole) < _LEAST or (store := _new_store()) is None:
        yield from zip(chain(whole, following), repeat(None))
        return
    whole += following
    names = [item for item in whole if isinstance(item, str)]
    texts = _texts(names, _Way(form=form, store=store))
    for item in whole:
        yield item, next(texts, None) if isinstance(item, str) else None


def _new_store() -> _Store | None:
    """Return a store for workers, None where they cannot share one."""
    from tokencost.inputs.pool import start_method  # lazy: few read so much

    if start_method() != "fork" or not hasattr(os, "memfd_create"):
        return None
    try:
        return _Store()
    except OSError:
        return None


def _texts(names: Sequence[str], way: _Way) -> Iterator[SharedText | None]:
    """Return the text of each file; none at all if workers die of one."""
    from tokencost.inputs.pool import Pool, WorkerError

    work, jobs = work_meanwhile(), number_of_workers()
    if work is not None and not _are_much(names):
        work = None
    # Who is at work meanwhile gives no task to those who wait for one.
    number = jobs if work else -(-len(names) // _TASK)
    tasks = [(place, names[place::number]) for place in range(number)]
    with Pool(partial(_read, way=way), tasks, jobs=jobs) as pool:
        if work is not None:
            with suppress(TokencostError):  # who counts will say what is wrong
                work()
        try:
            sizes = [*pool.results()]
        except WorkerError:  # who asks reads them, and meets the cause if it is in a file
            return iter(())
    in_turn = [_shared(place, own, way.store) for place, own in enumerate(sizes)]
    return (next(in_turn[place % number]) for place in range(len(names)))


def _are_much(names: Sequence[str]) -> bool:
    """Whether files are many bytes together, by the sizes of a few."""
    total, few = 0, names[:: max(1, len(names) // _SAMPLE)]
    for name in few:
        with suppress(OSError, ValueError):
            total += os.lstat(name).st_size
    return total * len(names) >= _MUCH * len(few)


def _shared(task: int, sizes: Sequence[int], store: _Store) -> Iterator[SharedText | None]:
    """Yield the texts that a task has put into the store."""
    start = task * _ROOM
    for size, characters, hashed in zip(*[iter(sizes)] * 3, strict=True):
        if size < 0:
            yield None
        else:
            yield SharedText(store, start, size, characters, hashed)
            start += size


def _read(task: tuple[int, Sequence[str]], *, way: _Way) -> "array[int]":
    """Put texts of files into the store; return bytes, characters and hash of each."""
    place, names = task
    start = place * _ROOM
    sizes = array("q")
    try:
        for name in names:
            data, characters = _text(name, way)
            if data is None:
                sizes.extend(_NOT_READ)
            else:
                way.store.write(data, start)
                sizes.extend((len(data), characters, hash(data)))
                start += len(data)
    except OSError:  # there is no room
        return array("q", _NOT_READ * len(names))
    return sizes


def _text(name: str, way: _Way) -> tuple[bytes | None, int]:
    """Return the text of a file in UTF-8, None if it is not as plain as most; and its length."""
    try:
        if is_plain(name, "", way.form.input_format) and stat.S_ISREG(os.lstat(name).st_mode):
            data = read_file(name, way.form, is_file=True)
            if isinstance(data, bytes):
                text = decode(data, name=name, encoding=way.form.encoding)
                return data if way.form.encoding == "utf-8" else text.encode(), len(text)
    except (OSError, ValueError, InputError):
        pass
    return None, 0
