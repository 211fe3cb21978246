"""Everything a user named, read: prompts, errors and notes."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tokencost.errors import InputError
from tokencost.inputs.decoding import check_encoding, check_text, decode, is_binary
from tokencost.inputs.discovery import Found, find
from tokencost.inputs.prompt import Prompt, Reading

STDIN = "-"
_SHOWN = 3


def read_prompts(
    paths: Sequence[str] = (),
    *,
    texts: Sequence[str] = (),
    files_from: str | None = None,
    exclude: Sequence[str] = (),
    encoding: str = "utf-8",
    stdin: Callable[[], bytes] | None = None,
) -> Reading:
    """Read literal *texts*, then *paths*, then the paths listed in *files_from*.

    A file that is reached twice counts once, at its first place. An error in one name never
    hides the others: it is part of the result.

    Args:
        paths: files, directories, globs or "-" for standard input.
        texts: literal texts.
        files_from: a file with one path a line, or "-".
        exclude: patterns of .gitignore for what a directory or a glob finds.
        encoding: of every file.
        stdin: reads standard input, by default the real one.

    Raises:
        InputError: nothing is named, standard input is asked for twice, or no encoding has
            this name.
    """
    check_encoding(encoding)
    if not paths and not texts and files_from is None:
        raise InputError("nothing to read", hint='name a file, a directory or "-", or pass --text')
    if [*paths, files_from].count(STDIN) > 1:
        raise InputError("standard input can be read only once", hint="name - once")
    reader = _Reader(exclude, encoding, stdin or sys.stdin.buffer.read)
    for number, text in enumerate(texts, start=1):
        reader.literal(text, "<text>" if number == 1 else f"<text {number}>")
    for path in paths:
        reader.path(path)
    if files_from is not None:
        for path in reader.listed(files_from):
            reader.path(path)
    return Reading(
        prompts=tuple(reader.prompts), errors=tuple(reader.errors), notes=tuple(reader.notes)
    )


class _Reader:
    """Collects what reading brings up."""

    def __init__(self, exclude: Sequence[str], encoding: str, stdin: Callable[[], bytes]) -> None:
        self.prompts: list[Prompt] = []
        self.errors: list[InputError] = []
        self.notes: list[str] = []
        self._exclude = exclude
        self._encoding = encoding
        self._stdin = stdin
        self._seen: set[Path] = set()

    def literal(self, text: str, name: str) -> None:
        """Take a literal text."""
        try:
            self.prompts.append(Prompt(name=name, text=check_text(text, name=name)))
        except InputError as error:
            self.errors.append(error)

    def path(self, name: str) -> None:
        """Take everything that a path, a glob or "-" stands for."""
        try:
            if name == STDIN:
                text = decode(self._stdin(), name="<stdin>", encoding=self._encoding)
                self.prompts.append(Prompt(name="<stdin>", text=text))
            else:
                self._files(name, find(name, exclude=self._exclude))
        except InputError as error:
            self.errors.append(error)
        except OSError as error:
            self.errors.append(_unreadable(name, error))

    def listed(self, name: str) -> Iterator[str]:
        """Yield the paths that a file lists."""
        try:
            data = self._stdin() if name == STDIN else Path(name).read_bytes()
            lines = decode(data, name=name, encoding="utf-8").splitlines()
        except InputError as error:
            self.errors.append(error)
        except OSError as error:
            self.errors.append(_unreadable(name, error))
        else:
            yield from filter(None, map(str.strip, lines))

    def _files(self, name: str, found: Sequence[Found]) -> None:
        binary = []
        texts = 0
        for each in found:
            place = Path(each.name).absolute()
            if place in self._seen:
                texts += 1
                continue
            self._seen.add(place)
            is_text = self._file(each)
            texts += is_text
            if not is_text:
                binary.append(each.name)
        if binary:
            more = f" and {len(binary) - _SHOWN} more" if len(binary) > _SHOWN else ""
            files = "file" if len(binary) == 1 else "files"
            names = ", ".join(binary[:_SHOWN])
            self.notes.append(f"skipped {len(binary)} binary {files} under {name}: {names}{more}")
        if not texts:
            raise InputError(
                f"no text files in {name!r}", hint="ignored and binary files are left out"
            )

    def _file(self, found: Found) -> bool:
        """Read one file; False says that it is binary and nobody named it."""
        try:
            data = Path(found.name).read_bytes()
            if not found.named and is_binary(data, encoding=self._encoding):
                return False
            text = decode(data, name=found.name, encoding=self._encoding)
        except InputError as error:
            self.errors.append(error)
        except OSError as error:
            self.errors.append(_unreadable(found.name, error))
        else:
            self.prompts.append(Prompt(name=found.name, text=text))
        return True


def _unreadable(name: str, error: OSError) -> InputError:
    return InputError(
        f"{name!r} cannot be read: {error.strerror or error}",
        hint="check that it exists and may be read",
    )
