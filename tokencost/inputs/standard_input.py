"""Read standard input as bytes."""

import errno
import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from tokencost.inputs import files
from tokencost.inputs.files import MOST_BYTES, is_binary, read_at_most, unreadable
from tokencost.inputs.prompt import STDIN, InputFormat, is_plain

if TYPE_CHECKING:  # few texts are large
    from tokencost.inputs.large_text import LargeText


def read_standard_input(most: int = MOST_BYTES) -> bytes:
    """Return the bytes of standard input, to its end.

    Raises:
        OSError: it is closed.
        InputError: it holds more than *most* bytes.
    """
    return read_at_most(open_standard_input(), most, name=STDIN)


def read_or_spool(
    encoding: str, input_format: InputFormat, *, most: int = MOST_BYTES
) -> "bytes | LargeText":
    """Return standard input, to its end; of a large text where its parts can be read.

    Raises:
        InputError: it cannot be read, or holds more than *most* bytes.
    """
    try:
        stream = open_standard_input()
        head = stream.read(min(files.LARGE, most) + 1)
        start = head[: files.SNIFFED_BYTES].decode(encoding, "ignore")
        is_small = len(head) <= files.LARGE or is_binary(head, encoding=encoding)
        if is_small or not is_plain(STDIN, start, input_format):
            return read_at_most(stream, most, name=STDIN, head=head)
        from tokencost.inputs.large_text import is_streamable, spool

        if not is_streamable(encoding):
            return read_at_most(stream, most, name=STDIN, head=head)
        return spool(stream, head, encoding=encoding, most=most)
    except OSError as error:
        raise unreadable(error, name=STDIN) from error


def open_standard_input() -> BinaryIO:
    """Return standard input as bytes.

    Raises:
        OSError: it is closed.
    """
    if sys.stdin is None:  # Python was started with it closed
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return sys.stdin.buffer
