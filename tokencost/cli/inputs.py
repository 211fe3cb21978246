"""The inputs that a command line names."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported through the package when it is called
    from tokencost import Reading


def read(
    paths: Sequence[str] | None,
    *,
    texts: Sequence[str] | None,
    files_from: str | None,
    exclude: Sequence[str] | None,
    encoding: str,
) -> "Reading":
    """Read what was named; what comes through a pipe needs no name."""
    import tokencost

    named = list(paths or ())
    if not named and not texts and files_from is None and not sys.stdin.isatty():
        named = ["-"]
    return tokencost.read_prompts(
        named,
        texts=texts or (),
        files_from=files_from,
        exclude=exclude or (),
        encoding=encoding,
    )
