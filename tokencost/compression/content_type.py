"""Types of content, and the names that they go by."""

from enum import StrEnum


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

    A file with an unknown ending is OTHER, and left alone.
    """
    base = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = base.rpartition(".")
    if not dot or not stem or base.startswith("<"):
        return None
    return _BY_ENDING.get(ending.lower(), ContentType.OTHER)


def kind_of_info(info: str) -> ContentType:
    """Return the type of a fenced block of Markdown, by the words after its fence."""
    words = info.split()
    return _BY_INFO.get(words[0].lower(), ContentType.OTHER) if words else ContentType.OTHER
