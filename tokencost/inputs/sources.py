"""Where texts come from: a file by the name that it really has, and standard input."""

import errno
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tokencost.inputs import files
from tokencost.inputs.prompt import STDIN, InputFormat, is_plain
from tokencost.user_files import refuse_pipe
from tokencost.values import dataclass, regex

if TYPE_CHECKING:  # few texts are large
    from tokencost.inputs.large_text import LargeText

# What programs want to be there, with or without content.
_MEANT_TO_BE_EMPTY = regex(
    r"(\A|/)(__init__\.pyi?|py\.typed|\.nojekyll|\.(git|npm)?(keep|ignore))\Z"
)


class RealNames:
    """The one name that each file has, however it was named; folders are asked once."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def real(self, name: str, *, is_file: bool = False) -> tuple[str, bool]:
        """Return the real name, and whether it is that of a file: of no link and no pipe.

        Nothing has to be looked at if it *is_file*.
        """
        if not is_file:
            try:
                mode = os.lstat(name).st_mode  # a Path takes longer to make than this answer
            except (OSError, ValueError):  # reading it will say what is wrong
                mode = 0
            if stat.S_ISLNK(mode):
                return os.path.realpath(name), False
            is_file = stat.S_ISREG(mode)
        start = name.rfind("/") + 1
        folder = name[:start]
        if (real := self._folders.get(folder)) is None:
            real = self._folders[folder] = f"{os.path.realpath(folder).rstrip(os.sep)}{os.sep}"
        return real + name[start:], is_file


def is_plainly_empty(name: str) -> bool:
    """Tell by its name whether a file that is empty is not meant to be a prompt."""
    return _MEANT_TO_BE_EMPTY.search(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextForm:
    """How texts are kept: their encoding, what they are, and the most bytes of one."""

    encoding: str
    input_format: InputFormat
    most_bytes: int


def read_file(name: str, form: TextForm, *, is_file: bool) -> bytes | int | None:
    """Return the bytes of a file, the size of a large text, None for one that is binary.

    Unless it *is_file*, what it is is looked at before.

    Raises:
        OSError: it cannot be read.
        InputError: it holds more bytes than a text may.
    """
    if not is_file:
        refuse_pipe(Path(name))
    largest = files.LARGE if is_plain(name, "", form.input_format) else None
    return files.read_unless_binary(
        name, encoding=form.encoding, most=form.most_bytes, largest=largest
    )


def read_standard_input(most: int = files.MOST_BYTES) -> bytes:
    """Return the bytes of standard input, to its end.

    Raises:
        OSError: it is closed.
        InputError: it holds more than *most* bytes.
    """
    return files.read_at_most(open_standard_input(), most, name=STDIN)


def read_or_spool(
    encoding: str, input_format: InputFormat, *, most: int = files.MOST_BYTES
) -> "bytes | LargeText":
    """Return standard input, to its end; of a large text where its parts can be read.

    Raises:
        InputError: it cannot be read, or holds more than *most* bytes.
    """
    try:
        stream = open_standard_input()
        head = stream.read(min(files.LARGE, most) + 1)
        start = head[: files.SNIFFED_BYTES].decode(encoding, "ignore")
        is_small = len(head) <= files.LARGE or files.is_binary(head, encoding=encoding)
        if is_small or not is_plain(STDIN, start, input_format):
            return files.read_at_most(stream, most, name=STDIN, head=head)
        from tokencost.inputs.large_text import is_streamable, spool

        if not is_streamable(encoding):
            return files.read_at_most(stream, most, name=STDIN, head=head)
        return spool(stream, head, encoding=encoding, most=most)
    except OSError as error:
        raise files.unreadable(error, name=STDIN) from error


def open_standard_input() -> BinaryIO:
    """Return standard input as bytes.

    Raises:
        OSError: it is closed.
    """
    if sys.stdin is None:  # Python was started with it closed
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return sys.stdin.buffer
