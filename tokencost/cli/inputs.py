"""The inputs that a command line names."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tokencost.errors import UsageError

if TYPE_CHECKING:  # imported through the package when it is called
    from tokencost import InputFormat, InputSet


def form_of(text: str) -> "InputFormat":
    """Read `--as`."""
    from tokencost import InputFormat

    if text not in list(InputFormat):
        raise UsageError(f"--as {text!r} is unknown", hint=f"write {', '.join(InputFormat)}")
    return InputFormat(text)


def read(
    paths: Sequence[str] | None,
    *,
    texts: Sequence[str] | None,
    files_from: str | None,
    exclude: Sequence[str] | None,
    encoding: str,
    input_format: str,
) -> "InputSet":
    """Read what was named; what comes through a pipe needs no name.

    Raises:
        InputError: there is nothing to read. An empty pipe counts as 0 only if it is named: a
            job without standard input must not get an answer about nothing.
    """
    import tokencost

    named = paths or texts or files_from is not None
    piped = not named and sys.stdin is not None and not sys.stdin.isatty()
    reading = tokencost.read_prompts(
        ["-"] if piped else paths or (),
        texts=texts or (),
        files_from=files_from,
        exclude=exclude or (),
        encoding=encoding,
        input_format=form_of(input_format),
    )
    if piped and any(not prompt.text for prompt in reading.prompts):
        raise tokencost.InputError(
            "nothing named, and nothing comes through standard input",
            hint='name a file, a directory or "-", or pass --text',
        )
    return reading
