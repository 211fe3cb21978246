"""What a transform is, and the types of content that it takes."""

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache, wraps
from typing import Protocol, TypeVar

from tokencost.errors import TokencostError
from tokencost.values import regex

T = TypeVar("T")


class ContentType(StrEnum):
    """What a text is; each programming language is a type of its own."""

    JSON = "json"
    JSON_LINES = "jsonl"
    MARKDOWN = "markdown"
    HTML = "html"
    LOG = "log"
    TEXT = "text"  # prose
    OTHER = "other"  # nothing that is known well enough to be changed
    PYTHON = "python"
    C = "c"
    CPP = "cpp"
    CSHARP = "csharp"
    CSS = "css"
    GO = "go"
    JAVA = "java"
    JAVASCRIPT = "javascript"
    KOTLIN = "kotlin"
    RUST = "rust"
    SHELL = "bash"
    SQL = "sql"
    SWIFT = "swift"
    TYPESCRIPT = "typescript"


_ENDINGS = {
    ContentType.JSON: "json geojson ipynb webmanifest",
    ContentType.JSON_LINES: "jsonl ndjson",
    ContentType.MARKDOWN: "md markdown",
    ContentType.HTML: "html htm xhtml",
    ContentType.LOG: "log",
    ContentType.TEXT: "txt text prompt",
    ContentType.PYTHON: "py pyi",
    ContentType.C: "c h",
    ContentType.CPP: "cc cpp cxx hpp hh hxx",
    ContentType.CSHARP: "cs",
    ContentType.CSS: "css",
    ContentType.GO: "go",
    ContentType.JAVA: "java",
    ContentType.JAVASCRIPT: "js mjs cjs",
    ContentType.KOTLIN: "kt",
    ContentType.RUST: "rs",
    ContentType.SHELL: "sh bash",
    ContentType.SQL: "sql",
    ContentType.SWIFT: "swift",
    ContentType.TYPESCRIPT: "ts mts cts",
}
_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
_ENTRY = regex(r":[0-9]+\Z")
_BY_INFO = {
    **_BY_ENDING,
    **{str(kind): kind for kind in ContentType},
    "c++": ContentType.CPP,
    "c#": ContentType.CSHARP,
    "golang": ContentType.GO,
    "python3": ContentType.PYTHON,
    "shell": ContentType.SHELL,
    "zsh": ContentType.SHELL,
}


def remembered(ask: Callable[[str], T]) -> Callable[[str], T]:
    """Return *ask*, which is asked of one text by many, with its last answers kept.

    Of short texts there are more: those of a request are all asked before one of them changes.
    """
    of_short, of_long = lru_cache(2048)(ask), lru_cache(8)(ask)

    @wraps(ask)
    def ask_once(text: str) -> T:
        return of_short(text) if len(text) <= _SHORT else of_long(text)

    return ask_once


_SHORT = 8_000  # characters


class Words:
    """A pattern of many words in lower case, which is arranged anew once much was read with it.

    Words that begin alike are tried together then, which is five times as fast, and takes twice as
    long to compile.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern, self._flags = pattern, flags
        self._read = 0  # characters
        self._compiled: re.Pattern[str] | None = None

    def search(self, text: str) -> re.Match[str] | None:
        """Return a match if *text* has one of the words, in whatever case, and however spaced."""
        had, self._read = self._read, self._read + len(text)
        if self._compiled is None or had <= _MUCH < self._read:
            is_much = self._read > _MUCH
            pattern = _by_beginnings(self._pattern) if is_much else self._pattern
            self._compiled = re.compile(pattern, self._flags)
        return self._compiled.search(_SPACES.sub(" ", text.lower()))


_MUCH = 20_000  # characters
_SPACES = regex(" {2,}")
_LETTER = regex(r"(?:[^\W\d_]|\\b)(?![?*+{])")  # one that stands for itself, or the edge of a word
_PIECES = regex(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?:)?|[)|]|[^\\()|\[]+")


def _by_beginnings(pattern: str) -> str:
    """Return *pattern* with the alternatives in each of its groups arranged by their letters."""
    groups: dict[str, list[str]] = {}
    for alternative in _alternatives(pattern):
        letter = _LETTER.match(alternative)
        first = letter[0] if letter else ""
        groups.setdefault(first, []).append(alternative.removeprefix(first))
    return "|".join(
        f"{first}(?:{_by_beginnings('|'.join(rest))})"
        if first and len(rest) > 1
        else "|".join(first + alternative for alternative in rest)
        for first, rest in groups.items()
    )


def _alternatives(pattern: str) -> list[str]:
    """Return the parts of *pattern* between the bars outside of groups.

    One that begins with a group is a part for each alternative of that.
    """
    parts, depth = [""], 0
    for piece in _PIECES.findall(pattern):
        depth += piece.startswith("(") - (piece == ")")
        if piece == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return [part for alternative in parts for part in _without_first_group(alternative)]


def _without_first_group(alternative: str) -> list[str]:
    edge = r"\b" if alternative.startswith(r"\b(?:") else ""
    bare = alternative.removeprefix(edge)
    if not bare.startswith("(?:"):
        return [alternative]
    depth = end = 0
    for piece in _PIECES.findall(bare):
        depth += piece.startswith("(") - (piece == ")")
        end += len(piece)
        if not depth:
            break
    if bare[end : end + 1] in ("?", "*", "+", "{"):
        return [alternative]
    return [edge + first + bare[end:] for first in _alternatives(bare[3 : end - 1])]


def kind_of_name(name: str) -> ContentType | None:
    """Return the type that a file's ending stands for, None if it has no ending.

    A file with an unknown ending is OTHER, and left alone. "data.jsonl:3" is an entry of a file,
    and may be of any type.
    """
    if ":" in name and _ENTRY.search(name):
        return None
    base = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = base.rpartition(".")
    if not dot or not stem or base.startswith("<"):
        return None
    return _BY_ENDING.get(ending.lower(), ContentType.OTHER)


def kind_of_info(info: str) -> ContentType:
    """Return the type of a fenced block of Markdown, by the words after its fence."""
    words = info.split()
    return _BY_INFO.get(words[0].lower(), ContentType.OTHER) if words else ContentType.OTHER


class Level(StrEnum):
    """What a transform leaves of a text, the most careful first."""

    LOSSLESS = "lossless"  # the data or the rendering is equal, and that is proven
    REFORMATTED = "reformatted"  # the same content, written in another way
    LOSSY = "lossy"  # comments, decoration or repetitions are gone


class Transform(Protocol):
    """Shortens one type of content, and proves that it changed nothing else.

    A plug-in imports nothing from this package: an object with these members is enough.
    """

    @property
    def name(self) -> str:
        """What `--with` calls it."""
        ...

    @property
    def level(self) -> Level:
        """What it leaves of a text."""
        ...

    @property
    def kinds(self) -> tuple[ContentType, ...]:
        """The kinds of content that it understands."""
        ...

    @property
    def summary(self) -> str:
        """What it does, in a line."""
        ...

    @property
    def prefix_stable(self) -> bool:
        """Whether a text begins as before, whatever is appended to it.

        A prefix that a provider has cached stays cached only then.
        """
        ...

    def compress(self, text: str) -> str:
        """Return *text* in a shorter form, or as it is."""
        ...

    def verify(self, before: str, after: str) -> bool:
        """Say whether *after* keeps of *before* what the level promises."""
        ...


class TransformError(TokencostError):
    """A transform that is unknown, or that cannot do its work."""

    code = "compressor"


class MissingExtraError(TransformError):
    """A library is missing that an extra of this package brings."""

    code = "missing_extra"

    def __init__(self, extra: str) -> None:
        super().__init__(
            f"the extra {extra!r} is not installed",
            hint=f'pip install "tokencost-cli[{extra}]"',
        )
        self.extra = extra
