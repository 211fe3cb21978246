"""Kinds of content, and the names that they go by."""

from enum import StrEnum


class Kind(StrEnum):
    """What a text is; a programming language is a kind of its own."""

    JSON = "json"
    JSON_LINES = "jsonl"
    MARKDOWN = "markdown"
    HTML = "html"
    LOG = "log"
    TEXT = "text"  # prose
    OTHER = "other"  # nothing that is known well enough to be touched
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
    Kind.JSON: "json geojson ipynb webmanifest",
    Kind.JSON_LINES: "jsonl ndjson",
    Kind.MARKDOWN: "md markdown",
    Kind.HTML: "html htm xhtml",
    Kind.LOG: "log",
    Kind.TEXT: "txt text prompt",
    Kind.PYTHON: "py pyi",
    Kind.C: "c h",
    Kind.CPP: "cc cpp cxx hpp hh hxx",
    Kind.CSHARP: "cs",
    Kind.CSS: "css",
    Kind.GO: "go",
    Kind.JAVA: "java",
    Kind.JAVASCRIPT: "js mjs cjs",
    Kind.KOTLIN: "kt",
    Kind.RUST: "rs",
    Kind.SHELL: "sh bash",
    Kind.SQL: "sql",
    Kind.SWIFT: "swift",
    Kind.TYPESCRIPT: "ts mts cts",
}
_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
_BY_INFO = {
    **_BY_ENDING,
    **{str(kind): kind for kind in Kind},
    "c++": Kind.CPP,
    "c#": Kind.CSHARP,
    "golang": Kind.GO,
    "python3": Kind.PYTHON,
    "shell": Kind.SHELL,
    "zsh": Kind.SHELL,
}


def kind_of_name(name: str) -> Kind | None:
    """Return the kind that a file's ending promises, None if it has no ending.

    Of an ending that is not known nothing is known: such a file is left alone.
    """
    base = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = base.rpartition(".")
    if not dot or not stem or base.startswith("<"):
        return None
    return _BY_ENDING.get(ending.lower(), Kind.OTHER)


def kind_of_info(info: str) -> Kind:
    """Return what a fenced block of Markdown holds, by the words after its fence."""
    words = info.split()
    return _BY_INFO.get(words[0].lower(), Kind.OTHER) if words else Kind.OTHER
