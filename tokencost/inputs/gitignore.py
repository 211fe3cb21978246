"""Match paths against patterns in the syntax of `.gitignore`."""

import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from tokencost.errors import InputError
from tokencost.values import dataclass, regex

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_FILE, _FOLDER, _EITHER = "\0f", "\0d", "\0?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Patterns that hold below *base*, which is empty or ends in a slash.

    A path that ends in a slash is a folder. *verdict* knows only the path it is given: who walks
    does not enter an ignored folder, so nothing below can be taken back in, as in Git.
    """

    base: str
    verdict: Callable[[str], bool | None]

    @property
    def are_none(self) -> bool:
        """Whether there is no pattern that could say anything."""
        return self.verdict is _say_nothing


def _say_nothing(_: str) -> None:
    """Say nothing of any path."""


NO_RULES = Rules(base="", verdict=_say_nothing)


def exclusions(
    patterns: Sequence[str], *, base: str = "", root: str | os.PathLike[str] | None = None
) -> Rules:
    """Return the rules of `--exclude`, which hold for names as the user sees them, below *base*.

    With a *root* they hold below that folder, as those of a `.gitignore` in it.

    Raises:
        InputError: one of them is not a pattern.
    """
    rules = _rules([_parse(pattern) for pattern in patterns], base=base)
    if root is None or not patterns:
        return rules
    folder = Path(root).resolve().as_posix()

    def verdict(name: str) -> bool | None:
        # The working folder may itself be below an excluded one.
        path = os.path.relpath(name or ".", folder).replace(os.sep, "/")
        is_inside = path != ".." and not path.startswith("../")
        end = "/" if name.endswith("/") else ""
        return True if is_inside and is_inside_ignored(path + end, [rules]) else None

    return Rules(base="", verdict=verdict)


def gitignore(file: Path, *, base: str) -> Rules:
    """Return the rules of *file*; there are none in one that does not exist.

    Lines that are not patterns are skipped, as Git does.
    """
    lines: list[str] = []
    if file.is_file():
        content = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
        for line in content.decode("utf-8", "surrogateescape").split("\n"):
            with suppress(InputError):
                lines.append(_parse(line.removesuffix("\r")))
    return _rules(lines, base=base)


_NOTHING = "(?!)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Globs:
    """Patterns that select files, relative to one folder.

    Of the patterns that match a path or a folder above it the last one decides; one that begins
    with "!" takes out again, also below a folder that is selected.
    """

    patterns: tuple[tuple[str, bool, "re.Pattern[str]"], ...]

    @classmethod
    def of(cls, patterns: Sequence[str]) -> "Globs":
        """Read patterns.

        Raises:
            InputError: one of them is not a pattern.
        """
        compiled = []
        for line in filter(str.strip, map(_without_dot, patterns)):
            _parse(line)
            for pattern in _spec([_for_pathspec(line)]).patterns:
                # A comment, or "[" without its end: it matches nothing, and must not be forgotten.
                source = linear_pattern(pattern.regex.pattern) if pattern.regex else _NOTHING
                is_included = pattern.include is not False
                compiled.append((line, is_included, _compiled(source)))
        return cls(patterns=tuple(compiled))

    def select(self, path: str) -> bool:
        """Say whether these select the file at *path*."""
        for _, is_included, regex_ in reversed(self.patterns):
            if regex_.match(path):
                return is_included
        return False

    def may_select_below(self, folder: str) -> bool:
        """Say whether these may select a file in *folder*, which ends in a slash."""
        sample = f"{folder}\1"  # a name that no pattern has, but for those that take all
        for line, is_included, regex_ in reversed(self.patterns):
            if is_included and _may_match_below(line, folder):
                return True
            if not is_included and regex_.match(sample):
                return False
        return False

    def unmatched(self, paths: Sequence[str]) -> list[str]:
        """Return the patterns that match none of *paths*, those that take out aside."""
        return [
            line
            for line, is_included, regex_ in self.patterns
            if is_included and not any(map(regex_.match, paths))
        ]

    @property
    def starts(self) -> tuple[str, ...]:
        """The folders or files below which everything selected is, "" for the folder itself."""
        return outermost(
            _literal_start(line)
            for line, is_included, regex_ in self.patterns
            if is_included and regex_.pattern != _NOTHING
        )


def outermost(folders: Iterable[str]) -> tuple[str, ...]:
    """Return *folders*, each once, without those that lie in another of them."""
    distinct = {*folders}
    return tuple(sorted(folder for folder in distinct if not _is_below(folder, distinct)))


_STANDS_FOR_OTHERS = regex(r"[*?\[\]\\]| $")


def _without_dot(line: str) -> str:
    """Return `./a` as `a`: the former, as people write it in shells, would never match."""
    sign = "!" if line.startswith("!") else ""
    return sign + line.removeprefix("!").removeprefix("./")


_NAMED_CLASS = regex(r"\[:(\w+):\]")
# What git takes each for, in ASCII; none begins with a sign of negation or has a slash in it.
_CLASSES = {
    "upper": "A-Z", "lower": "a-z", "alpha": "A-Za-z", "digit": "0-9", "alnum": "A-Za-z0-9",
    "xdigit": "0-9A-Fa-f", "blank": " \t", "space": " \t\n\r", "cntrl": "\1-\x1f\x7f",
    "punct": ":-@[-`{-~!-.", "graph": "0-~!-.", "print": "0-~ -.",
}  # fmt: skip


def _spelled_out(pattern: str) -> str:
    """Return *pattern* with what the names of classes stand for, which pathspec does not know."""
    return _NAMED_CLASS.sub(lambda match: _CLASSES.get(match[1], match[0]), pattern)


def _for_pathspec(line: str) -> str:
    """Rewrite what pathspec reads in another way than git does.

    It takes `a/**/`, the folders below a, for all that is in a, and `*/` for nothing.
    """
    sign, body = ("!", line[1:]) if line.startswith("!") else ("", line)
    body = _spelled_out(body)
    if body.endswith("/**/"):
        body = f"{body[:-4]}/*/"
    if body.lstrip("/") in ("*/", "**/"):
        body = "*/**"
    return sign + body


def _literal_start(line: str) -> str:
    """Return the part of a pattern that stands for itself, up to the last whole name."""
    if "/" not in line.rstrip("/"):
        return ""  # a name alone matches in every folder
    names = line.strip("/").split("/")
    return "/".join(takewhile(lambda name: not _STANDS_FOR_OTHERS.search(name), names))


def _may_match_below(line: str, folder: str) -> bool:
    """Tell from the names on the way whether a pattern may match something in *folder*."""
    if "/" not in line.rstrip("/"):
        return True
    for piece, name in zip(line.strip("/").split("/"), folder.strip("/").split("/"), strict=False):
        if piece == "**":
            return True
        if "\\" not in piece and not fnmatchcase(name, piece):
            return False
    return True


def _is_below(path: str, starts: Iterable[str]) -> bool:
    return any(
        path != start and f"{path}/".startswith(f"{start}/" if start else "") for start in starts
    )


def is_ignored(path: str, layers: Sequence[Rules]) -> bool:
    """Whether *path* is ignored; the innermost layer that says anything has the last word."""
    for rules in reversed(layers):
        verdict = rules.verdict(path.removeprefix(rules.base))
        if verdict is not None:
            return verdict
    return False


def is_inside_ignored(path: str, layers: Sequence[Rules]) -> bool:
    """Whether *path* or any folder on the way to it is ignored."""
    ends = [slash.end() for slash in re.finditer("/", path)]
    return any(is_ignored(path[:end], layers) for end in (*ends, len(path)) if path[:end] != "/")


def _rules(lines: Iterable[str], *, base: str) -> Rules:
    patterns = [line for line in lines if line]
    if not patterns:
        return Rules(base=base, verdict=_say_nothing)

    spec = _spec(patterns)
    for pattern in spec.patterns:
        if pattern.regex:
            pattern.regex = _compiled(linear_pattern(pattern.regex.pattern))
    return Rules(base=base, verdict=lambda path: spec.check_file(_entry(path)).include)


def _spec(lines: Iterable[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec  # lazy: 45 ms that only patterns are worth

    with _unwarned():
        return GitIgnoreSpec.from_lines(lines)


def _compiled(source: str) -> re.Pattern[str]:
    with _unwarned():
        return re.compile(source)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Keep to ourselves that a later Python may read `[[` or `--` in a class in another way."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


_ANY, _FOLDERS, _FIRST_FOLDERS = "[^/]*", "(?:/.+)?", "^(?:.+/)?"
_STARS = regex(r"(?:\[\^/\]\*){2,}")  # inside a name `**` says what `*` says
# A star and what stands before the next one: letters, escapes, and classes without a star.
_STAR = regex(r"\[\^/\]\*((?:\\.|\[(?:\\.|[^\]\\])+\](?!\*)|[^\\\[\](){}*+?|.^$/])+)(?=\[\^/\]\*)")


_CLASS = regex(r"\\.|\[(?P<sign>\^)?(?P<first>[\]-])?(?P<rest>(?:\\.|[^\]\\])*)\]")


def _without_slash(match: re.Match[str]) -> str:
    """Return a class of a pattern: one that takes all but a few takes no slash either."""
    if not match["sign"] or match["rest"].startswith("/"):
        return match[0]
    first = "\\" + match["first"] if match["first"] else ""
    return f"[^/{first}{match['rest']}]"


def linear_pattern(source: str) -> str:
    """Return the regular expression of pathspec with the first of all matches for each star.

    If anything follows that matches at all, it also does after the first match, so nothing is
    lost where a star gives nothing back; forty stars would take years otherwise.
    """
    source = _CLASS.sub(_without_slash, source)
    source = _STARS.sub(lambda _: _ANY, source)
    source = _STAR.sub(r"(?>[^/]*?\1)", source)
    first, *others = source.split(_FOLDERS)
    if not others:
        return source
    if first.startswith(_FIRST_FOLDERS):
        first = f"^(?>(?:.+?/)??{first.removeprefix(_FIRST_FOLDERS)}(?=/))"
    middle = "".join(f"(?>(?:/.+?)??{part}(?=/))" for part in others[:-1])
    return f"{first}{middle}{_FOLDERS}{others[-1]}"


def _parse(line: str) -> str:
    """Rewrite a pattern so that it matches an entry itself and never what is below it.

    pathspec answers for whole paths: to it `!docs/` takes back every file under docs, whatever
    another `.gitignore` says of it. A last part that no file can have, a NUL and a letter for
    the kind of entry, ends that: patterns and paths both get it, so only whole paths match.
    """
    pattern = _spelled_out(re.sub(r"(?<!\\) +$", "", line))
    if _NAMED_CLASS.search(pattern):
        raise _not_a_pattern(line)
    if not pattern or pattern.startswith("#"):
        return ""
    sign, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    kind = _FOLDER if body.endswith("/") else _EITHER
    body = body.removesuffix("/")
    if not body.strip("/") or re.search(r"(?<!\\)(\\\\)*\\$", body):
        raise _not_a_pattern(line)
    if "/" not in body:
        body = f"**/{body}"
    if body.endswith("/**"):  # everything below, but not the folder itself
        body += "/*"
    rewritten = f"{sign}{body}/{kind}"
    _check(rewritten, line=line)
    return rewritten


def _check(pattern: str, *, line: str) -> None:
    try:
        _spec([pattern])
    except (ValueError, re.error) as error:  # an re.error for [z-a]
        raise _not_a_pattern(line) from error


def _entry(path: str) -> str:
    return path + _FOLDER if path.endswith("/") else f"{path}/{_FILE}"


def _not_a_pattern(line: str) -> InputError:
    return InputError(
        f"not a pattern: {line!r}",
        hint="write it as in .gitignore, for example 'drafts/' or '*.tmp'",
        about=("exclude", line),
    )
