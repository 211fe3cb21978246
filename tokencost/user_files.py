"""The user's own folder, and files that are written whole or not at all, by one at a time."""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from tokencost.errors import UsageError


def user_folder() -> Path | None:
    """Return the folder of the user's configuration, which need not exist, None without a home."""
    platform = sys.platform
    names = _PLACES.get(platform, ("XDG_CONFIG_HOME", "HOME"))
    return _folder_of(platform, *map(os.environ.get, names))


# What the place of the user's folder depends on: first the folder itself, then the user's home.
_PLACES = {"win32": ("APPDATA", "USERPROFILE", "HOMEDRIVE", "HOMEPATH"), "darwin": ("", "HOME")}


@lru_cache(8)  # every count that is not exact asks where factors are that the user has learned
def _folder_of(platform: str, given: str | None, *_home: str | None) -> Path | None:
    below = {"win32": "AppData/Roaming", "darwin": "Library/Application Support"}.get(platform)
    below = below or ".config"
    try:
        # The XDG specification: a path that is not absolute is invalid and ignored.
        base = Path(given) if given and Path(given).is_absolute() else Path.home() / below
    except RuntimeError:  # no HOME, and nobody of that user id: a container
        return None
    return base / "tokencost"


def needed_user_folder() -> Path:
    """Return the user's folder where nothing works without it.

    Raises:
        UsageError: the user has no home.
    """
    folder = user_folder()
    if folder is None:
        raise UsageError("there is no folder of your own: HOME is not set", hint="set HOME")
    return folder


def user_price_path() -> Path | None:
    """Return where the user's own price table is, whether or not it exists, None without a home.

    Examples:
        >>> path = tokencost.user_price_path()
        >>> path and path.name
        'prices.toml'
    """
    folder = user_folder()
    return None if folder is None else folder / "prices.toml"


_PATIENCE = 60  # seconds to wait for another writer
_MODE = 0o644  # a temporary file is its owner's alone


_OPENED = ("/dev/", "/proc/")  # where a shell, or who started this, holds the other end
_MOST_BYTES = 100_000_000  # tables and vocabularies are smaller; /dev/zero has no end


def read_file(path: Path) -> bytes:
    """Return the bytes of a table or vocabulary.

    A pipe that a shell has opened, as for `<(command)`, comes to an end; for one that lies in a
    folder nobody may ever write.

    Raises:
        OSError: it cannot be read, does not come to an end, or nobody may ever write to it.
    """
    refuse_pipe(path)
    try:
        opened = path.open("rb")
    except ValueError as error:  # a NUL byte or half a character, which are in no name of a file
        raise OSError(errno.EINVAL, str(error)) from error
    with opened as file:
        chunks, size = [], 0
        while chunk := file.read(1 << 20):
            chunks.append(chunk)
            size += len(chunk)
            if size > _MOST_BYTES:
                raise OSError(errno.EFBIG, f"it holds more than {_MOST_BYTES:,} bytes")
    return b"".join(chunks)


def refuse_pipe(path: Path) -> None:
    """Raise OSError if *path* is a pipe with a name: to open it may take for ever."""
    try:
        is_pipe = stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):  # who opens it says why
        return
    if is_pipe and not path.absolute().as_posix().startswith(_OPENED):
        raise OSError(errno.EINVAL, "it is a named pipe, not a file")


def replace_file(path: Path, data: bytes) -> None:
    """Put *data* in the place of the file at *path*, in one step; a link to it stays one.

    Raises:
        OSError: the folder or the file cannot be written; the old file is still there then.
        UsageError: *path* is not a path.

    Examples:
        >>> tokencost.replace_file(Path("new.txt"), b"hello")
        >>> Path("new.txt").read_bytes()
        b'hello'
    """
    import tempfile  # most commands only ask where the folder is, and it takes 2 ms

    path = _followed(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # else a crash may leave the name on an empty file
        written.chmod(path.stat().st_mode if path.exists() else _MODE)
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def _followed(path: Path) -> Path:
    """Return where a path leads through links.

    Raises:
        OSError: they lead in a circle; Python says so in ways that differ by its version.
    """
    try:
        path = path.resolve()
        is_circle = path.is_symlink()
    except RuntimeError:
        is_circle = True
    if is_circle:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes from changing the file at *path* while a `with` block reads and does.

    The lock is a file in a folder of the user's own among the temporary ones: beside the file it
    would stay in folders of others.

    Raises:
        UsageError: another process keeps it too long.
        OSError: there is no folder for temporary files.
    """
    import tempfile
    from hashlib import sha256

    from filelock import FileLock, Timeout

    name = sha256(os.fsencode(_followed(path))).hexdigest()[:32]
    lock = _own_folder(Path(tempfile.gettempdir())) / f"{name}.lock"
    try:
        with FileLock(lock, timeout=_PATIENCE):
            yield
    except Timeout as error:
        raise UsageError(
            f'"{path}" is being changed by another process', hint="try again when it is done"
        ) from error


def _own_folder(temporary: Path) -> Path:
    """Return a folder in *temporary* that nobody else can put anything into, such as a link.

    Raises:
        OSError: it cannot be made, or somebody else has made it.
    """
    if sys.platform == "win32":  # where the temporary folder is the user's own
        return temporary
    folder = temporary / f"tokencost-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
        raise OSError(errno.EPERM, "its folder belongs to somebody else", str(folder))
    return folder
