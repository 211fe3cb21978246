"""Read named files as text, exactly or with an error that says why not."""

import codecs
import os
import re
import stat
from io import BufferedReader, FileIO
from pathlib import Path
from typing import BinaryIO

from tokencost.errors import InputError
from tokencost.user_files import refuse_pipe
from tokencost.values import regex

SNIFFED_BYTES = 8192
MOST_BYTES = 2_000_000_000  # of one text, unless another size is asked for
LARGE = 4_000_000  # bytes of a text; a smaller one is held whole
_CHUNK = 1 << 20
_POINTER, _LONGEST_POINTER = b"version https://git-lfs.github.com/spec/v1\n", 1_024

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


# What is binary and meant to be: pictures, sound, films, fonts, archives and programs; and what
# systems leave in folders.
_MEANT_TO_BE_BINARY = regex(
    r"(?i)\.(avif|bmp|gif|heic|icns|ico|jpe?g|png|psd|tiff?|webp"
    r"|aac|flac|m4a|mp3|og[ag]|opus|wav|wma|avi|m4v|mkv|mov|mp4|mpe?g|ogv|webm"
    r"|eot|otf|ttc|ttf|woff2?|7z|bz2|gz|jar|rar|tar|tgz|whl|xz|zip|zst"
    r"|class|dll|dylib|exe|obj|py[cdo]|so|wasm)\Z|(\A|/)(\.DS_Store|Thumbs\.db)\Z"
)


def is_plainly_binary(name: str) -> bool:
    """Tell by its name whether a file that is binary is not meant to be a prompt."""
    return _MEANT_TO_BE_BINARY.search(name) is not None


def decode(data: bytes, *, name: str, encoding: str) -> str:
    """Return *data* as text without replacing, dropping or translating anything.

    Raises:
        InputError: a byte does not belong there; the message names file, byte and offset. Or it is
            a pointer to a text that is kept elsewhere.
    """
    if len(data) <= _LONGEST_POINTER and data.startswith(_POINTER):
        raise InputError(
            f"{name!r} is a pointer of Git LFS, not the text that it stands for",
            hint="git lfs pull brings the text",
            path=name,
        )
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        problem = str(error)  # IDNA and its like do not say where
        if isinstance(error, UnicodeDecodeError):
            problem = f"byte {data[error.start]:#04x} at offset {error.start}"
        label = codecs.lookup(encoding).name.upper()
        hint = _hint(data, label=label)
        raise InputError(f"{name!r} is not {label}: {problem}", hint=hint, path=name) from error
    if encoding != "utf-8":  # in which no half of a character can be written
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
            path=name,
        ) from error


def _hint(data: bytes, *, label: str) -> str:
    if (marked := _marked_encoding(data)) is not None:
        return f"it starts with the byte-order mark of {marked}: pass --encoding {marked}"
    if label == "UTF-8":
        return "pass --encoding NAME, for example --encoding gb18030"
    return "pass another --encoding NAME, or none for UTF-8"


def _marked_encoding(data: bytes) -> str | None:
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def missing(name: str) -> InputError:
    """Say that *name* does not exist, and which names beside it are nearly the same."""
    parts = [part.strip() for part in name.split(",")]
    hint = "check the path, quote a glob, or pass a text with --text"
    if "://" in name:
        hint = "nothing is read from a network: save it in a file, or pipe it in"
    elif len(parts) > 1 and all(map(exists, parts)):
        hint = f"name them one by one: {' '.join(parts)}"
    elif similar := _similar(name):
        hint = f"did you mean {' or '.join(similar)}?"
    return InputError(f"no such file: {name!r}", hint=hint, path=name)


def unreadable(error: OSError, *, name: str) -> InputError:
    """Repeat the operating system's reason."""
    return InputError(
        f"cannot read {name!r}: {error.strerror or error}",
        hint="check the path and its permissions",
        path=name,
    )


def binary(name: str) -> InputError:
    """Say that a file named on purpose holds no text."""
    hint = "leave it out, or pass --encoding NAME, for example --encoding utf-16"
    if name.lower().endswith((".pdf", ".docx", ".pptx", ".xlsx", ".odt", ".epub")):
        hint = "extract its text first"
    return InputError(f"{name!r} is binary: it holds a NUL byte", hint=hint, path=name)


class LinkedFolderError(InputError):
    """A link to a folder, which is not followed; all is well if what is in it is judged itself."""


def linked_folder(name: str, *, path: str) -> InputError:
    """Say that the link to a folder at *path* is not followed."""
    return LinkedFolderError(
        f"{name!r} is a link to a folder, and is not followed",
        hint="name the folder that it leads to, or exclude the link",
        path=path,
    )


def not_a_file(name: str, *, path: str) -> InputError:
    """Say that what is at *path* is something from which no text can be read."""
    what = "a link to nothing" if Path(path).is_symlink() else "neither a file nor a folder"
    return InputError(f"{name!r} is {what}", hint="mend it, or exclude it", path=path)


def no_match(pattern: str) -> InputError:
    """Say that a glob came to nothing; with blanks it may be meant to be the text itself."""
    start = "a text is passed with --text; as a glob" if " " in pattern else "check the glob"
    hint = f"{start}: ** stands for any folders, --exclude and binary files are left out"
    return InputError(f"no text files match {pattern!r}", hint=hint)


def no_text(folder: str) -> InputError:
    """Say that a walk came to nothing."""
    return InputError(
        f"no text files in {folder!r}",
        hint="ignored, excluded and binary files do not count; to read an ignored one, name it",
    )


class EmptyListError(InputError):
    """A list of paths that names none."""


def no_paths(source: str) -> InputError:
    """Say that a list of paths is empty; to go on would answer that nothing costs nothing."""
    return EmptyListError(f"no paths in {source!r}", hint="list one path a line")


def spent_stdin() -> InputError:
    """Say that standard input was asked for again."""
    return InputError(
        "standard input is named twice", hint='it can be read once: as a prompt "-" or as the list'
    )


def _similar(name: str) -> list[str]:
    import difflib  # lazy: only a wrong name needs it

    path = Path(name)
    try:
        beside = sorted({entry.name for entry in path.parent.iterdir()} - {path.name})
    except (OSError, ValueError):  # a ValueError for a name that holds a NUL
        return []
    start = name[: name.rfind("/") + 1]
    return [repr(start + name) for name in difflib.get_close_matches(path.name, beside)]


def exists(name: str) -> bool:
    """Whether something has that name.

    Raises:
        InputError: a folder on the way to it is closed.
    """
    try:
        return name != "" and Path(name).exists()  # Path("") is the current directory
    except OSError as error:
        raise unreadable(error, name=name) from error


def read_unless_binary(
    name: str, *, encoding: str, most: int = MOST_BYTES, largest: int | None = None
) -> bytes | int | None:
    """Return the bytes of a file; of a binary one, however large, only the beginning is read.

    Of a file of more than *largest* bytes it returns how many there are, and reads no more. It
    waits for ever for a pipe that nobody writes to: `refuse_pipe` comes before.

    Raises:
        OSError: it cannot be read.
        InputError: it holds more than *most* bytes; a file of lines may.
    """
    with FileIO(name) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):  # a device or a pipe need not come to an end
            with BufferedReader(file) as buffered:
                head = buffered.read(SNIFFED_BYTES)
                if is_binary(head, encoding=encoding):
                    return None
                return read_at_most(buffered, most, name=name, head=head)
        head = file.read(SNIFFED_BYTES)
        if is_binary(head, encoding=encoding):
            return None
        if status.st_size > most and not name.endswith(".jsonl"):
            raise too_large(name, most)
        if largest is not None and status.st_size > largest:
            return status.st_size
        return head + file.readall() if len(head) == SNIFFED_BYTES else head


def read_at_most(file: BinaryIO, most: int, *, name: str, head: bytes = b"") -> bytes:
    """Return *head* and what *file* yields after it.

    Raises:
        InputError: together they are more than *most* bytes; no more are read.
    """
    chunks, size = [head], len(head)
    while size <= most and (chunk := file.read(min(_CHUNK, most + 1 - size))):
        chunks.append(chunk)
        size += len(chunk)
    if size > most:
        raise too_large(name, most)
    return b"".join(chunks)


def too_large(name: str, most: int) -> InputError:
    """Say that *name* holds more than one text may."""
    return InputError(
        f"{name!r} holds more than {most:,} bytes",
        hint="--max-input-size 10G takes more",
        path=name,
    )


def read_list(name: str) -> bytes:
    """Return the bytes of a list of paths.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    if not exists(name):
        raise missing(name)
    try:
        refuse_pipe(Path(name))
        with Path(name).open("rb") as file:
            return read_at_most(file, MOST_BYTES, name=name)
    except OSError as error:
        raise unreadable(error, name=name) from error


def listed_paths(listing: bytes) -> list[str]:
    """Return the paths as the command line would have them: they need not be valid UTF-8.

    They stand one a line, unusual ones in double quotes as git writes them, or end with NUL.
    Nothing else is a mark: "#" begins a name, and a blank at the end belongs to it.

    Raises:
        InputError: the list begins as UTF-16 and is not.
    """
    if listing.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # as PowerShell redirects
        try:
            listing = listing.decode("utf-16", "surrogatepass").encode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise InputError(
                f"the list of files is not UTF-16 at byte {error.start}, as its mark says",
                hint="write it as UTF-8",
            ) from error
    listing = listing.removeprefix(codecs.BOM_UTF8)
    if b"\0" in listing:
        return [os.fsdecode(path) for path in listing.split(b"\0") if path]
    lines = (line.removesuffix(b"\r") for line in listing.split(b"\n"))
    return [os.fsdecode(_unquoted(line)) for line in lines if line.strip()]


def _unquoted(line: bytes) -> bytes:
    """Return a path as it is on disk, of one that git has put in quotes (core.quotePath)."""
    if len(line) < 2 or not (line.startswith(b'"') and line.endswith(b'"')):
        return line
    return re.sub(rb"\\([0-7]{3}|.)", _unescape, line[1:-1])


_ESCAPES = {
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
}


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if len(code) == 3:
        return bytes([int(code, 8) & 0xFF])
    return _ESCAPES.get(code, code)
