"""Bytes to text, exactly or not at all."""

import codecs

from tokencost.errors import InputError

SNIFFED_BYTES = 8192

# The order matters: the UTF-32 mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def check_encoding(encoding: str) -> None:
    """Refuse an *encoding* that Python cannot turn text into.

    Raises:
        InputError: it is unknown, or one that is not for text, such as "hex".
    """
    try:
        "a".encode(encoding)
    except (LookupError, ValueError) as error:  # a ValueError for a name that holds a NUL
        raise InputError(
            f"unknown encoding: {encoding!r}",
            hint="name one that Python knows, for example utf-8, gb18030 or utf-16",
        ) from error


def is_binary(head: bytes, *, encoding: str) -> bool:
    """Tell from the first bytes of a file whether it holds no text.

    A file marked as UTF-16 or UTF-32 is text, and if *encoding* writes NUL bytes itself they
    say nothing.
    """
    head = head[:SNIFFED_BYTES]
    return b"\0" in head and _marked_encoding(head) is None and b"\0" not in "a".encode(encoding)


def decode(data: bytes, *, name: str, encoding: str) -> str:
    """Return *data* as text without replacing, dropping or translating anything.

    Raises:
        InputError: a byte does not belong there; the message names file, byte and offset.
    """
    label = codecs.lookup(encoding).name.upper()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        problem = f"byte {data[error.start]:#04x} at offset {error.start}"
        hint = _hint(data, label=label)
        raise InputError(f"{name!r} is not {label}: {problem}", hint=hint) from error
    except UnicodeError as error:  # IDNA and its like do not say where
        raise InputError(
            f"{name!r} is not {label}: {error}", hint=_hint(data, label=label)
        ) from error
    check_characters(text, name=name)
    return text


def check_characters(text: str, *, name: str) -> None:
    """Refuse half a character, which no provider could be sent.

    The command line makes one of each byte that is not text; so do files in UTF-7.

    Raises:
        InputError: the text holds an unpaired surrogate.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise InputError(
            f"{name!r} is not text: unpaired surrogate U+{code:04X} at character {error.start}",
            hint="put the text in a file and name its encoding with --encoding NAME",
        ) from error


def _hint(data: bytes, *, label: str) -> str:
    if (marked := _marked_encoding(data)) is not None:
        return f"it starts with the byte-order mark of {marked}: pass --encoding {marked}"
    if label == "UTF-8":
        return "pass --encoding NAME, for example --encoding gb18030"
    return "pass another --encoding NAME, or none for UTF-8"


def _marked_encoding(data: bytes) -> str | None:
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)
