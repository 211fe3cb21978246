"""Names to prompts: one pass over everything that was named, in that order."""

import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tokencost.errors import InputError
from tokencost.inputs.decoding import check_encoding
from tokencost.inputs.gathering import Gathering
from tokencost.inputs.ignoring import exclusions
from tokencost.inputs.interpreting import As
from tokencost.inputs.prompt import Reading


def read_prompts(
    paths: Sequence[str | Path] = (),
    *,
    texts: Sequence[str] = (),
    files_from: str | None = None,
    exclude: Sequence[str] = (),
    encoding: str = "utf-8",
    reading_as: As = As.AUTO,
    stdin: Callable[[], bytes] | None = None,
) -> Reading:
    """Read everything that was named: *texts*, then *paths*, then those that *files_from* lists.

    A file that is reached twice counts once, at its first place. What cannot be read becomes an
    error of the reading and hides nothing else.

    Args:
        paths: files, folders, globs, or "-" for standard input.
        texts: literal prompts.
        files_from: a file of one path a line, or "-".
        exclude: patterns as in `.gitignore` that leave out what a folder or a glob would bring.
            They are matched against names as the answer shows them. A file that is named itself
            is never left out.
        encoding: of every file and of standard input.
        reading_as: whether these are texts or requests in JSON; AUTO tells by their names.
        stdin: reads standard input to its end.

    Raises:
        InputError: nothing is named, or *encoding* or *exclude* make no sense.
    """
    if not paths and not texts and files_from is None:
        raise InputError("nothing to read", hint='name a file, a directory or "-", or pass --text')
    check_encoding(encoding)
    gathering = Gathering(
        encoding=encoding,
        reading_as=reading_as,
        exclude=exclusions(exclude),
        stdin=stdin or _read_standard_input,
    )
    for number, text in enumerate(texts, start=1):
        gathering.add_literal(text, number=number)
    for path in paths:
        gathering.add(str(path))
    if files_from is not None:
        gathering.add_listed(files_from)
    return gathering.reading()


def _read_standard_input() -> bytes:
    if sys.stdin is None:  # Python was started with it closed
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return sys.stdin.buffer.read()
