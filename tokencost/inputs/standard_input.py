"""Read standard input as bytes."""

import errno
import os
import sys
from typing import BinaryIO

from tokencost.inputs.files import MOST_BYTES, read_at_most
from tokencost.inputs.prompt import STDIN


def read_standard_input(most: int = MOST_BYTES) -> bytes:
    """Return the bytes of standard input, to its end.

    Raises:
        OSError: it is closed.
        InputError: it holds more than *most* bytes.
    """
    return read_at_most(open_standard_input(), most, name=STDIN)


def open_standard_input() -> BinaryIO:
    """Return standard input as bytes.

    Raises:
        OSError: it is closed.
    """
    if sys.stdin is None:  # Python was started with it closed
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return sys.stdin.buffer
