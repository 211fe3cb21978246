"""List the files of directories and globs in a stable order."""

import os
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from tokencost.errors import InputError
from tokencost.inputs.files import linked_folder, not_a_file, unreadable
from tokencost.inputs.gitignore import NO_RULES, Rules, gitignore, is_ignored, is_inside_ignored
from tokencost.values import regex

Found = Iterator[str | InputError]

VERSION_CONTROL = frozenset({".git", ".hg", ".svn"})

_BRACES = regex(r"\{([^{},/]*,[^{}/]*)\}")
_MOST_PATTERNS = 1_000


def walk(folder: str, *, exclude: Rules) -> Found:
    """Yield the files below *folder* in the order of their names, folder by folder.

    Links to folders are not followed, folders of version control not entered. The `.gitignore`
    files of the folder, of those below it and of those above it in the same repository hold; that
    *folder* itself may be ignored does not count, for it was named. *exclude* holds for the names
    that are yielded. A folder that cannot be listed, or whose rules cannot be read, yields its
    error instead of files.
    """
    prefix = folder_prefix(folder)
    if is_inside_ignored(prefix, [exclude]):
        return
    real = Path(folder).resolve()
    try:
        layers = rules_above(real)
    except OSError as error:
        yield unreadable(error, name=error.filename)
        return
    yield from _walk(prefix, real=_base(real), layers=layers, exclude=with_patterns([exclude]))


def files_below(folder: str, *, exclude: Rules | None, is_whole: bool) -> Found:
    """Yield what `walk` does, or `walk_whole` for who wants the *whole*."""
    if is_whole:
        from tokencost.inputs.whole_walk import walk_whole

        return iter(walk_whole(folder, exclude=exclude or NO_RULES))
    return walk(folder, exclude=exclude or NO_RULES)


def matching(pattern: str, *, exclude: Rules | None, is_whole: bool) -> Found:
    """Yield what `expand` does, or `expand_whole` for who wants the *whole*."""
    if is_whole:
        from tokencost.inputs.whole_walk import expand_whole

        return iter(expand_whole(pattern, exclude=exclude or NO_RULES))
    return expand(pattern, exclude=exclude or NO_RULES)


def folder_prefix(folder: str) -> str:
    """Return what the names of files in *folder* begin with: nothing for "."."""
    bare = folder.rstrip("/")
    return "" if bare == "." else f"{bare}/"


def list_folder(prefix: str) -> list[os.DirEntry[str]]:
    """Return what is in the folder of that prefix, sorted by name.

    Raises:
        OSError: it cannot be listed.
    """
    with os.scandir(prefix or ".") as entries:
        return sorted(entries, key=lambda entry: entry.name)


def is_regular(name: str) -> bool:
    """Whether *name* can be read to its end; reading a pipe would wait for ever."""
    try:
        return Path(name).is_file()
    except OSError:
        return True  # reading it will say what is wrong


def _walk(prefix: str, *, real: str, layers: Sequence[Rules], exclude: Sequence[Rules]) -> Found:
    try:
        inner = with_patterns([*layers, gitignore(Path(f"{prefix}.gitignore"), base=real)])
        entries = list_folder(prefix)
    except OSError as error:
        yield unreadable(error, name=error.filename)
        return
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        tail = f"{entry.name}/" if is_folder else entry.name
        name = prefix + tail
        if (
            entry.name in VERSION_CONTROL
            or (inner and is_ignored(real + tail, inner))
            or is_ignored(name, exclude)
        ):
            continue
        if is_folder:
            yield from _walk(name, real=real + tail, layers=inner, exclude=exclude)
        elif is_regular_entry(entry):
            yield name


def with_patterns(layers: Iterable[Rules]) -> list[Rules]:
    """Return those of *layers* that may say anything: every name is asked about in each."""
    return [rules for rules in layers if not rules.are_none]


def is_regular_entry(entry: os.DirEntry[str]) -> bool:
    """Whether an entry can be read to its end, or may tell what is wrong when it is read."""
    try:
        return entry.is_file()
    except OSError:
        return True


def rules_above(folder: Path) -> list[Rules]:
    """Return the rules of the folders from the root of the repository down to that of *folder*.

    Raises:
        OSError: they cannot be read.
    """
    for depth, place in enumerate((folder, *folder.parents)):
        if (place / ".git").exists():
            above = reversed(folder.parents[:depth])
            return [gitignore(place / ".gitignore", base=_base(place)) for place in above]
    return []


def _base(folder: Path) -> str:
    return f"{folder.as_posix().rstrip('/')}/"


def is_glob(name: str) -> bool:
    """Whether *name* holds a character that stands for others."""
    return any(character in name for character in "*?[") or _BRACES.search(name) is not None


def expand(pattern: str, *, exclude: Rules, is_whole: bool = False) -> Found:
    """Yield the files that *pattern* matches, in the order of a walk.

    `**` stands for any number of folders; unlike that of the standard library it does not follow
    links, of which two that lead upwards would never end. As in a shell, a name that begins
    with a dot is only matched by a pattern that does. `{md,txt}` stands for either. If it
    *is_whole* what is neither a file nor a folder, and what is behind links, yields errors.

    Raises:
        InputError: the braces stand for too many patterns.
    """
    # Some come up twice.
    matches = {
        str(match): match
        for single in without_braces(pattern)
        for match in _expand("", _without_repeats(single.split("/")), is_whole=is_whole)
    }
    yield from (match for match in matches.values() if isinstance(match, InputError))
    names = (match for match in matches.values() if isinstance(match, str))
    for name in sorted(names, key=lambda name: name.split("/")):
        if not is_inside_ignored(name, [exclude]):
            yield name


def without_braces(pattern: str) -> list[str]:
    """Return the patterns that *pattern* stands for, as a shell would."""
    patterns = [pattern]
    while braces := next(filter(None, map(_BRACES.search, patterns)), None):
        patterns = [
            single
            for before in patterns
            for single in (
                [before.replace(braces[0], choice, 1) for choice in braces[1].split(",")]
                if braces[0] in before
                else [before]
            )
        ]
        if len(patterns) > _MOST_PATTERNS:
            raise InputError(
                f"the glob {pattern!r} stands for more than {_MOST_PATTERNS} patterns",
                hint="use fewer braces, or name the files with --files-from",
            )
    return patterns


def _without_repeats(pieces: Sequence[str]) -> list[str]:
    """Return *pieces* with one "**" for several in a row, which match no more."""
    return [
        piece
        for piece, before in zip(pieces, ["", *pieces], strict=False)
        if not piece == before == "**"
    ]


def _expand(prefix: str, pieces: Sequence[str], *, is_whole: bool) -> Found:
    first, rest = pieces[0], pieces[1:]
    if not is_glob(first):
        yield from _descend(prefix, first, rest, is_whole=is_whole)
        return
    if first == "**":
        yield from _expand(prefix, rest or ["*"], is_whole=is_whole)
    for entry in _matching(prefix, first):
        if isinstance(entry, InputError):
            yield entry
        elif first != "**":
            yield from _descend(prefix, entry.name, rest, is_whole=is_whole)
        elif entry.is_dir(follow_symlinks=False):
            yield from _expand(f"{prefix}{entry.name}/", pieces, is_whole=is_whole)
        elif is_whole and entry.is_symlink() and Path(prefix + entry.name).is_dir():
            yield linked_folder(prefix + entry.name, path=prefix + entry.name)


def _descend(prefix: str, name: str, rest: Sequence[str], *, is_whole: bool) -> Found:
    path = prefix + name
    if rest:
        yield from _expand(f"{path}/", rest, is_whole=is_whole)
    elif name and is_regular(path):  # no name after a final slash: files have none
        yield path
    elif name and is_whole and os.path.lexists(path) and not Path(path).is_dir():
        yield not_a_file(path, path=path)


def _matching(prefix: str, piece: str) -> Iterator[os.DirEntry[str] | InputError]:
    try:
        entries = list_folder(prefix)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        yield unreadable(error, name=error.filename)
        return
    for entry in entries:
        is_hidden = entry.name.startswith(".") and not piece.startswith(".")
        if fnmatchcase(entry.name, piece) and not is_hidden:
            yield entry
