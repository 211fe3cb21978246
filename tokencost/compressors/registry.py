"""Every compressor by its name, in the order in which they are applied."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import cast

from tokencost.compressors.code import LANGUAGES, CodeComments
from tokencost.compressors.contract import Compressor, CompressorError, Level
from tokencost.compressors.duplicates import DuplicateParagraphs
from tokencost.compressors.html import HtmlMarkdown
from tokencost.compressors.json_columns import JsonColumns
from tokencost.compressors.json_source import JsonCharacters, JsonCompact
from tokencost.compressors.kinds import Kind
from tokencost.compressors.llmlingua import LlmLingua
from tokencost.compressors.logs import LogTimes
from tokencost.compressors.markdown_drops import MarkdownBadges, MarkdownComments
from tokencost.compressors.markdown_space import MarkdownSpace
from tokencost.compressors.markdown_tables import MarkdownTables
from tokencost.compressors.python import PythonComments
from tokencost.compressors.whitespace import Whitespace
from tokencost.compressors.widths import FullWidth

GROUP = "tokencost.compressors"

BUILTIN: tuple[Compressor, ...] = (
    HtmlMarkdown(),
    JsonCompact(),
    JsonCompact(kind=Kind.JSON_LINES),
    JsonCharacters(),
    JsonCharacters(kind=Kind.JSON_LINES),
    JsonColumns(),
    PythonComments(),
    *(CodeComments(kind=kind) for kind in LANGUAGES),
    MarkdownComments(),
    MarkdownBadges(),
    MarkdownTables(),
    DuplicateParagraphs(),
    FullWidth(),
    MarkdownSpace(),
    Whitespace(),
    LogTimes(),
)
BY_NAME_ALONE: tuple[Compressor, ...] = (LlmLingua(),)


def chosen(levels: Iterable[Level], names: Iterable[str] = ()) -> tuple[Compressor, ...]:
    """Return the compressors of these *levels* and those that are named, in order.

    Raises:
        CompressorError: nothing has one of the names.
    """
    wanted, named = set(levels), list(dict.fromkeys(names))
    own = {each.name for each in (*BUILTIN, *BY_NAME_ALONE)}
    return (
        *(each for each in BUILTIN if each.level in wanted or each.name in named),
        *(each for each in BY_NAME_ALONE if each.name in named),
        *(_plugged_in(name) for name in named if name not in own),
    )


def is_builtin(transform: Compressor) -> bool:
    """Whether *transform* is one of those that change nothing when they run again."""
    return any(transform is each for each in BUILTIN)


def plugged_in_names() -> list[str]:
    """Return the names that installed packages offer."""
    from importlib.metadata import entry_points

    return sorted({entry.name for entry in entry_points(group=GROUP)})


def _plugged_in(name: str) -> Compressor:
    """Return what an installed package offers: a compressor, or what returns one when called."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP, name=name):
        found = entry.load()
        is_compressor = hasattr(found, "compress") and not isinstance(found, type)
        return cast("Compressor", found if is_compressor else found())
    known = list(dict.fromkeys(each.name for each in (*BUILTIN, *BY_NAME_ALONE)))
    near = get_close_matches(name, known, n=2)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
    raise CompressorError(f"unknown transform {name!r}", hint=hint)
