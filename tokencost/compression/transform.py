"""What a transform is, and the types of content that it takes."""

from enum import StrEnum
from typing import Protocol

from tokencost.errors import TokencostError
from tokencost.values import regex


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
