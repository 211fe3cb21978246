"""Bytes to text, strictly: a wrong guess at the encoding would be a wrong count."""

import codecs

from tokencost.errors import InputError

_BINARY_HEAD = 8_192
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def check_encoding(name: str) -> None:
    """Raise an InputError if no text encoding has this name."""
    try:
        "".encode(name)
    except LookupError as error:
        raise InputError(
            f"unknown encoding {name!r}", hint="for example utf-8, gb18030, utf-16 or latin-1"
        ) from error


def is_binary(data: bytes, *, encoding: str) -> bool:
    """Say whether *data* looks like no text: a NUL near its start, which UTF-16 and 32 need."""
    wide = encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32"))
    return not wide and b"\0" in data[:_BINARY_HEAD]


def decode(data: bytes, *, name: str, encoding: str) -> str:
    """Return the text of *data*, every character of it; line ends stay as they are.

    Raises:
        InputError: the bytes are no text, or not in this encoding; the message names the first
            wrong one.
    """
    utf16 = data.startswith(_UTF16_MARKS)
    if is_binary(data, encoding=encoding) and not utf16:
        raise InputError(f"{name!r} is a binary file", hint="leave it out, or convert it to text")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        other = "utf-16" if utf16 else "gb18030"
        raise InputError(
            f"{name!r} is not {encoding.upper()}: byte 0x{data[error.start]:02x} "
            f"at offset {error.start}",
            hint=f"pass --encoding NAME, for example --encoding {other}",
        ) from error


def check_text(text: str, *, name: str) -> str:
    """Return *text*, or raise an InputError if it holds half a character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name} is not UTF-8: character {error.start} is half of one",
            hint="put the text into a file and pass --encoding NAME",
        ) from error
    return text
