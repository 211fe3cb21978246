"""Texts that are too large to be held: checked once, and read again part by part."""

import codecs
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cached_property
from io import FileIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, NoReturn

from tokencost.errors import InputError
from tokencost.inputs.files import check_characters, decode, too_large
from tokencost.inputs.prompt import STDIN, Prompt
from tokencost.values import dataclass

_PART = 1 << 20  # bytes
_PIECE = 1 << 16  # bytes; larger ones leave gaps in memory, which add up to 40 MB
_LOOK = 1 << 12  # bytes in which a place to cut is looked for at first, twice as many each time
_MOST = 1 << 16  # bytes in which it is looked for at a time
_CONTEXT = 16  # characters around a place that say whether it is one
_SELF_SYNCHRONIZING = ("utf-8", "ascii")  # a character can be found from any byte


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a large text: its bytes from `start` to `end`, or the text itself."""

    source: "LargeText"
    start: int = 0
    end: int = 0
    own: str | None = None

    @property
    def text(self) -> str:
        """The text, read when it is asked for."""
        if self.own is not None:
            return self.own
        return self.source.decoded(self.source.data(self.start, self.end))

    def pieces(self, breaks: re.Pattern[str]) -> Iterator["Part"]:
        """Yield it in smaller parts, so that little of it is held at a time."""
        if self.own is not None:
            return iter((self,))
        return self.source.ranges(
            breaks, start=self.start, end=self.end, size=_PIECE, last=self.start + _PART
        )


def is_unbroken(text: str) -> bool:
    """Say whether *text* has no place to cut: it is letters alone, or one character repeated."""
    return text.isalpha() or text == text[:1] * len(text)


class LargeText:
    """The text of a file, or of standard input in a file without a name.

    Raises:
        InputError: it is not text in that encoding, or has changed since it was looked at.
    """

    def __init__(self, name: str, *, encoding: str, spooled: BinaryIO | None = None) -> None:
        """Look at the file *name*, or at a *spooled* one that *name* stands for in messages."""
        self._spooled = spooled
        self.name = name
        self.encoding = encoding
        status = os.fstat(spooled.fileno()) if spooled else Path(name).stat()
        self.size = status.st_size
        self._time = status.st_mtime_ns

    def __del__(self) -> None:
        if self._spooled is not None:
            self._spooled.close()

    @property
    def is_file(self) -> bool:
        """Whether other processes can open it."""
        return self._spooled is None

    @property
    def is_divisible(self) -> bool:
        """Whether parts can be decoded without those before."""
        return codecs.lookup(self.encoding).name in _SELF_SYNCHRONIZING

    @cached_property
    def characters(self) -> int:
        """How many characters it has; the first look finds out whether it is text at all."""
        total = 0
        for text in self._texts():
            if not self.is_divisible:  # of those, no character is half of one
                check_characters(text, name=self.name)
            total += len(text)
        return total

    def read(self) -> str:
        """Return all of it."""
        return decode(self.data(0, self.size), name=self.name, encoding=self.encoding)

    def data(self, start: int, end: int) -> bytes:
        """Return some of its bytes."""
        if self._spooled is not None:
            return _read(self._spooled.fileno(), start, end)
        with FileIO(self.name) as file:
            status = os.fstat(file.fileno())
            if (status.st_size, status.st_mtime_ns) != (self.size, self._time):
                raise InputError(
                    f"{self.name!r} has changed while it was read",
                    hint="count it again when nothing writes to it",
                )
            return _read(file.fileno(), start, end)

    def decoded(self, data: bytes) -> str:
        """Return bytes between two characters as text."""
        try:
            return data.decode(self.encoding)
        except UnicodeError:
            self._refuse()

    def parts(self, breaks: re.Pattern[str]) -> Iterator[Part]:
        """Yield it in parts of about a megabyte, which end where *breaks* matches."""
        if self.is_divisible:
            yield from self.ranges(breaks, start=0, end=self.size, size=_PART, last=self.size)
        else:
            yield from self._pieces(breaks)

    def ranges(
        self, breaks: re.Pattern[str], *, start: int, end: int, size: int, last: int
    ) -> Iterator[Part]:
        """Yield its bytes from *start* to *end* in parts of *size* or some more.

        From *last* on there is no place to cut.
        """
        while start < end:
            stop = self._break_after(start + size, end, breaks, last=last)
            yield Part(source=self, start=start, end=stop)
            start = stop

    def _break_after(self, place: int, end: int, breaks: re.Pattern[str], *, last: int) -> int:
        """Return the first break at or behind the byte *place*, else *end*."""
        look = _LOOK
        while place < last and place + look < end:
            data = self.data(place, place + look)
            skipped = next(number for number, byte in enumerate(data) if byte & 0xC0 != 0x80)
            text = data[skipped:].decode(errors="ignore")  # the last character may be cut
            match = None
            if not is_unbroken(text):
                match = breaks.search(text, _CONTEXT, len(text) - _CONTEXT)
            if match:
                return place + skipped + len(text[: match.start()].encode())
            place += look - 8 * _CONTEXT
            look = max(look, min(2 * look, _MOST))
        return end

    def _pieces(self, breaks: re.Pattern[str]) -> Iterator[Part]:
        waiting, looked = "", 0
        for text in self._texts():
            waiting += text
            match = breaks.search(waiting, max(_CONTEXT, looked), len(waiting) - _CONTEXT)
            looked = max(0, len(waiting) - 2 * _CONTEXT)
            if match:
                yield Part(source=self, own=waiting[: match.start()])
                waiting, looked = waiting[match.start() :], 0
        yield Part(source=self, own=waiting)

    def _texts(self) -> Iterator[str]:
        """Yield it in the order of its bytes, decoded chunk by chunk."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        for start in range(0, self.size, _PIECE):
            data = self.data(start, start + _PIECE)
            try:
                yield decoder.decode(data, final=start + _PIECE >= self.size)
            except UnicodeError:
                self._refuse()

    def _refuse(self) -> NoReturn:
        """Raise the error that says where it is not text."""
        self.read()
        raise InputError(
            f"{self.name!r} is not text in {self.encoding}", hint="pass another --encoding NAME"
        )


class LargePrompt(Prompt):
    """A text that is not held: `text` reads it whole each time it is asked for."""

    __slots__ = ("_large",)
    _large: LargeText

    def __init__(self, *, name: str, large: LargeText, file: str = "") -> None:
        """Take the text that is shown as *name*."""
        for field, value in (
            *(("name", name), ("kind", "text"), ("request", None)),
            *(("file", file), ("_large", large)),
        ):
            object.__setattr__(self, field, value)

    @property
    def text(self) -> str:
        """All of it."""
        return self._large.read()

    @property
    def characters(self) -> int:
        """How many characters it has."""
        return self._large.characters

    @property
    def large(self) -> LargeText:
        """Where its parts are read."""
        return self._large

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"LargePrompt(name={self.name!r}, size={self._large.size})"


def is_streamable(encoding: str) -> bool:
    """Say whether Python decodes *encoding* chunk by chunk; UTF-7 may cut characters there."""
    try:
        codecs.getincrementaldecoder(encoding)
    except LookupError:
        return False
    return codecs.lookup(encoding).name != "utf-7"


def spool(file: BinaryIO, head: bytes, *, encoding: str, most: int) -> LargeText:
    """Keep *head* of standard input, and what comes after it, in a file without a name.

    Raises:
        InputError: together they are more than *most* bytes.
        OSError: the disk is full.
    """
    with ExitStack() as unless_done:
        kept = unless_done.enter_context(TemporaryFile())
        kept.write(head)
        size = len(head)
        while data := file.read(min(_PART, most + 1 - size)):
            kept.write(data)
            size += len(data)
            if size > most:
                raise too_large(STDIN, most)
        kept.flush()
        unless_done.pop_all()
    return LargeText(STDIN, encoding=encoding, spooled=kept)


def _read(descriptor: int, start: int, end: int) -> bytes:
    chunks = []
    while start < end:
        if hasattr(os, "pread"):  # forked processes share the place in the file
            data = os.pread(descriptor, end - start, start)
        else:
            os.lseek(descriptor, start, os.SEEK_SET)
            data = os.read(descriptor, end - start)
        if not data:
            break
        chunks.append(data)
        start += len(data)
    return b"".join(chunks)
