"""The errors that names and files give rise to, each with its next step."""

from pathlib import Path

from tokencost.errors import InputError


def missing(name: str) -> InputError:
    """Say that *name* does not exist, and which names beside it are nearly the same."""
    similar = _similar(name)
    hint = "check the path, quote a glob, or pass a text with --text"
    if similar:
        hint = f"did you mean {' or '.join(similar)}?"
    return InputError(f"no such file: {name!r}", hint=hint)


def unreadable(error: OSError, *, name: str) -> InputError:
    """Repeat the operating system's reason."""
    return InputError(
        f"cannot read {name!r}: {error.strerror or error}",
        hint="check the path and its permissions",
    )


def binary(name: str) -> InputError:
    """Say that a file named on purpose holds no text."""
    return InputError(
        f"{name!r} is binary: it holds a NUL byte",
        hint="leave it out, or pass --encoding NAME, for example --encoding utf-16",
    )


def no_match(pattern: str) -> InputError:
    """Say that a glob came to nothing."""
    return InputError(
        f"no text files match {pattern!r}",
        hint="check the glob: ** stands for any folders, --exclude and binary files are left out",
    )


def no_text(folder: str) -> InputError:
    """Say that a walk came to nothing."""
    return InputError(
        f"no text files in {folder!r}",
        hint="ignored, excluded and binary files do not count; to read an ignored one, name it",
    )


def no_paths(source: str) -> InputError:
    """Say that a list of paths is empty; to go on would answer that nothing costs nothing."""
    return InputError(f"no paths in {source!r}", hint="list one path a line")


def spent_stdin() -> InputError:
    """Say that standard input was asked for again."""
    return InputError(
        "standard input is named twice", hint='it can be read once: as a prompt "-" or as the list'
    )


def _similar(name: str) -> list[str]:
    import difflib  # lazy: only a wrong name needs it

    path = Path(name)
    try:
        beside = sorted({each.name for each in path.parent.iterdir()} - {path.name})
    except (OSError, ValueError):  # a ValueError for a name that holds a NUL
        return []
    start = name[: name.rfind("/") + 1]
    return [repr(start + each) for each in difflib.get_close_matches(path.name, beside)]
