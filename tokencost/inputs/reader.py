"""Read everything that was named into prompts and errors."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from tokencost.errors import InputError
from tokencost.inputs import files, sources
from tokencost.inputs.files import (
    check_characters,
    check_encoding,
    decode,
    exists,
    is_binary,
    is_plainly_binary,
    listed_paths,
    read_list,
)
from tokencost.inputs.prompt import (
    STDIN,
    InputFormat,
    InputSet,
    Prompt,
    interpret,
    is_plain,
    shown_name,
    uncounted_notes,
)
from tokencost.notes import Note, warning
from tokencost.values import dataclass, replace

if TYPE_CHECKING:  # one file, which is most, is read without them
    from tokencost.inputs.gitignore import Rules
    from tokencost.inputs.large_text import LargeText
    from tokencost.inputs.walk import Found
    from tokencost.inputs.workers import SharedText


@dataclass(slots=True, kw_only=True)
class Reader:
    """Takes names one by one; the error of one is kept, and the next one is taken.

    Where *every_file* counts, what a folder or a glob brings and is not text is an error too,
    unless its name says that it is not meant to be.
    """

    form: sources.TextForm
    exclude: "Rules | None"  # None where no pattern is given
    stdin: Callable[[], bytes] | None
    every_file: bool = False
    _prompts: list[Prompt] = field(default_factory=list)
    _errors: list[InputError] = field(default_factory=list)
    _notes: list[Note] = field(default_factory=list)
    _seen: dict[str, str] = field(default_factory=dict)  # by the real name the first one
    twins: dict[str, str] = field(default_factory=dict)  # of `add_files`, the first name of each
    _names: sources.RealNames = field(default_factory=sources.RealNames)
    _stdin_is_spent: bool = False

    def reading(self) -> InputSet:
        """Return everything that was taken."""
        return InputSet(
            prompts=tuple(self._prompts),
            errors=tuple(self._errors),
            notes=(*self._notes, *self._empty_notes(), *uncounted_notes(self._prompts)),
        )

    def _empty_notes(self) -> Iterator[Note]:
        """Yield which texts are empty; files that are meant to be go without saying among others.

        Standard input is empty on purpose where it is named.
        """
        empty = [prompt.name for prompt in self._prompts if not prompt.characters]
        is_all = len(empty) == len(self._prompts)
        names = [name for name in empty if is_all or not sources.is_plainly_empty(name)]
        if names := [name for name in names if name != STDIN]:
            yield warning("inputs_empty", inputs=tuple(names))

    def add_literal(self, text: str, *, number: int) -> None:
        """Take *text* as it is; it is the literal of that *number*."""
        name = "<text>" if number == 1 else f"<text {number}>"
        with self._keeping_errors():
            check_characters(text, name=name)
            self._interpret(text, name=name)

    def add_listed(self, source: str) -> None:
        """Take every path that *source* lists, one a line."""
        with self._keeping_errors():
            paths = listed_paths(self._read_stdin() if source == "-" else read_list(source))
            if not paths:
                raise files.no_paths("<stdin>" if source == "-" else source)
            for path in paths:
                self.add(path, is_listed=True)

    def add(self, path: str, *, is_listed: bool = False) -> None:
        """Take what *path* names: a file, all of a folder or glob, unless listed standard input."""
        name = path.replace(os.sep, "/")
        with self._keeping_errors():
            if name == "-" and not is_listed:  # in a list it is a file of that name
                self._add_stdin()
            elif not exists(name):
                self._add_glob(name)
            elif Path(name).is_dir():
                self._add_folder(name)
            elif not self._add_file(name):
                raise files.binary(name)

    def add_files(self, names: Iterable[str]) -> None:
        """Take the files of those names, which some patterns came to, links beside their files."""
        from tokencost.inputs.workers import with_texts

        with closing(with_texts(names, self.form)) as pairs:
            skipped = [name for name, text in pairs if not self._add_file(name, text, twins=True)]
        self._note_skipped(self._refuse_some(skipped))

    def add_bytes(self, data: bytes, *, name: str) -> None:
        """Take what a file of that name held at another time; binary bytes are skipped."""
        if not is_binary(data, encoding=self.form.encoding):
            self._add_bytes(data, name=name)
        elif self.every_file and not is_plainly_binary(name):
            self._errors.append(files.binary(name))

    def _add_stdin(self) -> None:
        data: bytes | LargeText
        if self.stdin is None:
            self._spend_stdin()
            form = self.form
            data = sources.read_or_spool(form.encoding, form.input_format, most=form.most_bytes)
        else:
            data = self._read_stdin()
        if not isinstance(data, bytes):
            self._add_large(data, name=STDIN)
            return
        if is_binary(data, encoding=self.form.encoding):
            raise files.binary(STDIN)
        self._interpret(decode(data, name=STDIN, encoding=self.form.encoding), name=STDIN)

    def _add_glob(self, pattern: str) -> None:
        from tokencost.inputs.walk import is_glob, matching

        if not is_glob(pattern):
            raise files.missing(pattern)
        matches = matching(pattern, exclude=self.exclude, is_whole=self.every_file)
        skipped = self._add_matches(matches, nothing=files.no_match(pattern))
        self._note_skipped(skipped, pattern=shown_name(pattern))

    def _add_folder(self, folder: str) -> None:
        from tokencost.inputs.walk import files_below, folder_prefix

        matches = files_below(folder, exclude=self.exclude, is_whole=self.every_file)
        skipped = self._add_matches(matches, nothing=files.no_text(folder))
        start = folder_prefix(folder)
        names = [name.removeprefix(start) for name in skipped]
        self._note_skipped(names, folder=shown_name(folder))

    def _add_matches(self, matches: "Found", *, nothing: InputError) -> list[str]:
        """Take the text files and return the names of the others; with no text, keep *nothing*."""
        from tokencost.inputs.workers import with_texts

        skipped = []
        is_empty = True
        with closing(with_texts(matches, self.form)) as pairs:
            for match, text in pairs:
                if isinstance(match, InputError):
                    self._errors.append(match)
                elif not self._add_file(match, text):
                    skipped.append(match)
                    continue
                is_empty = False
        allowed = self._refuse_some(skipped)
        if is_empty and len(allowed) == len(skipped):
            self._errors.append(nothing)
        return allowed

    def _refuse_some(self, binary: list[str]) -> list[str]:
        """Return which *binary* files may be skipped; the others are errors."""
        skipped = [name for name in binary if not self.every_file or is_plainly_binary(name)]
        self._errors += [files.binary(name) for name in binary if name not in skipped]
        return skipped

    def _add_file(
        self, name: str, text: "SharedText | None" = None, *, twins: bool = False
    ) -> bool:
        """Take a file, of which workers may have read the *text*; return False if it is binary."""
        try:
            path, is_file = self._names.real(name, is_file=text is not None)
            if path in self._seen:
                if not twins:
                    return True
                self.twins[name] = self._seen[path]
            data = sources.read_file(name, self.form, is_file=is_file) if text is None else None
            if isinstance(data, int):
                return self._add_large_file(name, path)
        except OSError as error:
            self._errors.append(files.unreadable(error, name=name))
            return True
        except InputError as error:
            self._errors.append(error.at(name))
            return True
        if text is not None:
            from tokencost.inputs.workers import SharedPrompt

            self._prompts.append(SharedPrompt(name=shown_name(name), shared=text, file=name))
        elif isinstance(data, bytes):
            self._add_bytes(data, name=name)
        else:
            return False
        self._seen.setdefault(path, name)
        return True

    def _add_large_file(self, name: str, path: str) -> bool:
        """Take a file that is a large text.

        Raises:
            OSError: it cannot be read.
            InputError: it is not text.
        """
        from tokencost.inputs.large_text import LargeText, is_streamable

        self._seen.setdefault(path, name)
        if is_streamable(self.form.encoding):
            self._add_large(
                LargeText(name, encoding=self.form.encoding), name=shown_name(name), file=name
            )
        elif isinstance(data := files.read_unless_binary(name, encoding=self.form.encoding), bytes):
            self._add_bytes(data, name=name)
        return True

    def _add_large(self, large: "LargeText", *, name: str, file: str = "") -> None:
        from tokencost.inputs.large_text import LargePrompt

        if large.characters:  # they are counted while all of it is looked at
            self._prompts.append(LargePrompt(name=name, large=large, file=file))

    def _add_bytes(self, data: bytes, *, name: str) -> None:
        try:  # a block of `_keeping_errors` takes longer than the text
            text = decode(data, name=name, encoding=self.form.encoding)
            self._interpret(text, name=shown_name(name), file=name)
        except InputError as error:
            self._errors.append(error.at(name))

    def _interpret(self, text: str, *, name: str, file: str = "") -> None:
        if is_plain(name, "", self.form.input_format):  # most are, and are made once
            self._prompts.append(Prompt(name=name, text=text, file=file))
            return
        kind = self.form.input_format
        for prompt in interpret(text, name=name, input_format=kind, notes=self._notes):
            self._prompts.append(replace(prompt, file=file) if file else prompt)

    def _spend_stdin(self) -> None:
        if self._stdin_is_spent:
            raise files.spent_stdin()
        self._stdin_is_spent = True

    def _read_stdin(self) -> bytes:
        self._spend_stdin()
        try:
            return self.stdin() if self.stdin else sources.read_standard_input(self.form.most_bytes)
        except OSError as error:
            raise files.unreadable(error, name="<stdin>") from error

    def _note_skipped(self, names: Sequence[str], **place: str) -> None:
        if names:
            shown = tuple(map(shown_name, names))
            self._notes.append(warning("binary_files_skipped", files=shown, **place))

    @contextmanager
    def _keeping_errors(self) -> Iterator[None]:
        try:
            yield
        except InputError as error:
            self._errors.append(error)


def read_prompts(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = (),
    *,
    texts: str | Sequence[str] = (),
    files_from: str | None = None,
    exclude: Sequence[str] = (),
    exclude_root: str | os.PathLike[str] | None = None,
    encoding: str = "utf-8",
    input_format: InputFormat = InputFormat.AUTO,
    max_bytes: int | None = None,
    every_file: bool = False,
    stdin: Callable[[], bytes] | None = None,
) -> InputSet:
    """Read everything that was named: *texts*, then *paths*, then those that *files_from* lists.

    A file that is reached twice counts once, at its first place. What cannot be read becomes an
    error of the reading and hides nothing else.

    Args:
        paths: files, folders, globs, or "-" for standard input.
        texts: literal prompts.
        files_from: a file of one path a line, or "-".
        exclude: patterns as in `.gitignore` that leave out what a folder or a glob would bring.
            They are matched against names as the report shows them. A file that is named itself
            is never left out.
        exclude_root: the folder that these patterns are relative to, as those of a `.gitignore` in
            it; by default they hold for the names.
        encoding: of every file and of standard input.
        input_format: whether these are texts or requests in JSON; AUTO tells by their names.
        max_bytes: of one text, by default 2 GB; what holds more is an error. Files of lines may
            hold any number.
        every_file: whether what a folder or a glob brings and nobody can read is an error: a file
            that is not text, unless its name is that of a picture or the like.
        stdin: reads standard input to its end.

    Raises:
        InputError: nothing is named, or *encoding* or *exclude* make no sense.

    Examples:
        >>> prompts = tokencost.read_prompts(["docs"], exclude=["drafts"])
        >>> [prompt.name for prompt in prompts.prompts]
        ['docs/a.md']
        >>> tokencost.count(prompts)
        <CountReport: 1 prompt, 2 tokens>
    """
    if not paths and not texts and files_from is None:
        raise InputError("nothing to read", hint='name a file, a directory or "-", or pass --text')
    paths = [paths] if isinstance(paths, str | os.PathLike) else paths
    texts = [texts] if isinstance(texts, str) else texts
    check_encoding(encoding)
    rules = None
    if exclude:
        from tokencost.inputs.gitignore import exclusions

        rules = exclusions(exclude, root=exclude_root)
    most = files.MOST_BYTES if max_bytes is None else max_bytes
    gathering = Reader(
        form=sources.TextForm(encoding=encoding, input_format=input_format, most_bytes=most),
        exclude=rules,
        stdin=stdin,
        every_file=every_file,
    )
    for number, text in enumerate(texts, start=1):
        gathering.add_literal(text, number=number)
    for path in paths:
        gathering.add(os.fspath(path))
    if files_from is not None:
        gathering.add_listed(files_from)
    return gathering.reading()
