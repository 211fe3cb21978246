"""Find the configuration of a project and of the user; a command without one pays a few stats."""

import os
import re
import stat

from tokencost.errors import ConfigurationError
from tokencost.user_files import user_folder
from tokencost.values import regex

FILE, PROJECT_FILE, USER_FILE = "tokencost.toml", "pyproject.toml", "config.toml"
_MOST_BYTES = 10_000_000  # a hundred thousand recorded sizes; /dev/zero has no end
_NAME = rb"""(?:tokencost|"tokencost"|'tokencost')"""
# What else holds the word, such as a dependency or a script, is not worth the parser's 5 ms.
_TABLE = regex(rb"\.[ \t]*" + _NAME + rb"[ \t]*[\].=]")  # a header or a dotted key
_KEY = regex(rb"(?:^|[{,])[ \t]*" + _NAME + rb"[ \t]*[.=]", re.MULTILINE)  # of [tool], or inline
_TOOL = regex(rb"""^[ \t]*(?:\[[ \t]*["']?tool["']?[ \t]*\]|["']?tool["']?[ \t]*=)""", re.MULTILINE)


def find_configurations(
    folder: str | os.PathLike[str] | None = None,
) -> tuple[str | None, str | None]:
    """Return the files of the project and of the user, as `load_configuration` finds them.

    Args:
        folder: where the search begins, by default the working folder.

    Raises:
        ConfigurationError: a folder has two, or a file cannot be read.

    Examples:
        >>> project, user = tokencost.find_configurations("/")
        >>> project is None
        True
    """
    return find_configuration(folder), find_user_configuration()


def find_configuration(folder: str | os.PathLike[str] | None = None) -> str | None:
    """Return the project's configuration: the nearest in *folder* or above it, None if none is.

    A `pyproject.toml` without a table for this program is passed over.

    Args:
        folder: where the search begins, by default the working folder.

    Raises:
        ConfigurationError: a folder has two, or a file cannot be read.

    """
    try:
        folder = os.getcwd() if folder is None else os.path.abspath(folder)  # noqa: PTH100, PTH109
    except OSError:  # the working folder is gone, and nothing can be in it
        return None
    while True:
        if path := _in_folder(folder):
            return path
        above = os.path.dirname(folder)  # noqa: PTH120 - pathlib takes ten times as long
        if above == folder:
            return None
        folder = above


def find_user_configuration() -> str | None:
    """Return the user's own configuration, None if there is none.

    Raises:
        ConfigurationError: it is a link to nothing.
    """
    folder = user_folder()
    path = None if folder is None else os.path.join(folder, USER_FILE)  # noqa: PTH118
    return path if path and _is_file(path) else None


def _in_folder(folder: str) -> str | None:
    own = os.path.join(folder, FILE)  # noqa: PTH118 - as above
    shared = os.path.join(folder, PROJECT_FILE)  # noqa: PTH118
    has_own = _is_file(own)
    if _is_file(shared) and _is_configured(shared):
        if has_own:
            raise ConfigurationError(
                f"{shown_name(own)} and [tool.tokencost] in {shown_name(shared)} both configure "
                "this folder",
                hint="keep one of the two",
            )
        return shared
    return own if has_own else None


def _is_file(path: str) -> bool:
    """Say whether there is a file of that name; a link to nothing is not passed over."""
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):
        return False
    if stat.S_ISLNK(mode):
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116
        except OSError as error:
            raise ConfigurationError(
                f"{shown_name(path)} is a link that leads nowhere: {error.strerror}",
                hint="mend the link, or pass --no-config",
            ) from error
    return not stat.S_ISDIR(mode)


def _is_configured(path: str) -> bool:
    """Say whether a `pyproject.toml` has a table for this program."""
    data = read_configuration_file(path)
    if b"tokencost" not in data:
        return False
    if not _TABLE.search(data) and not (_TOOL.search(data) and _KEY.search(data)):
        return False
    from tokencost.toml_text import parse_toml

    _, values = parse_toml(data, name=shown_name(path), error_type=ConfigurationError)
    tool = values.get("tool")
    return isinstance(tool, dict) and "tokencost" in tool


def read_configuration_file(path: str) -> bytes:
    """Return the bytes of a configuration.

    Raises:
        ConfigurationError: it is not there, not a file, too large or not to be read.
    """
    name = shown_name(path) or '""'
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
            raise ConfigurationError(f"{name} is not a regular file", hint="name a TOML file")
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(
            f"configuration {name} cannot be read: {error.strerror}",
            hint="check the file, or pass --no-config",
        ) from error
    except ValueError as error:  # a name that holds a NUL
        raise ConfigurationError(
            f"configuration {name!r} is not a path", hint="check it"
        ) from error
    if len(data) > _MOST_BYTES:
        raise ConfigurationError(
            f"configuration {name} holds more than {_MOST_BYTES:,} bytes", hint="name a TOML file"
        )
    return data


def shown_name(path: str) -> str:
    """Return what reports and errors call the file at *path*: from the working folder, with "/"."""
    try:
        near = os.path.relpath(path)
    except (OSError, ValueError):  # another drive, or a working folder that is gone
        return path
    is_far = near.startswith(os.path.join("..", "..", "..", ".."))  # noqa: PTH118
    return path if is_far else near.replace(os.sep, "/")
