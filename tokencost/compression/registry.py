"""Every transform by its name, in the order in which they are applied."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar, cast

from tokencost.compression.content_type import ContentType
from tokencost.compression.transform import Level, Transform, TransformError
from tokencost.compression.transforms.code import LANGUAGES, CodeComments, PythonComments
from tokencost.compression.transforms.html import HtmlMarkdown
from tokencost.compression.transforms.json_data import JsonCharacters, JsonColumns, JsonCompact
from tokencost.compression.transforms.llmlingua import LlmLingua
from tokencost.compression.transforms.logs import LogTimes
from tokencost.compression.transforms.markdown import (
    MarkdownBadges,
    MarkdownComments,
    MarkdownSpace,
    MarkdownTables,
)
from tokencost.compression.transforms.prose import DuplicateParagraphs, FullWidth, Whitespace

GROUP = "tokencost.compressors"

BUILTIN: tuple[Transform, ...] = (
    HtmlMarkdown(),
    JsonCompact(),
    JsonCompact(kind=ContentType.JSON_LINES),
    JsonCharacters(),
    JsonCharacters(kind=ContentType.JSON_LINES),
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
BY_NAME_ALONE: tuple[Transform, ...] = (LlmLingua(),)


def chosen(levels: Iterable[Level], names: Iterable[str] = ()) -> tuple[Transform, ...]:
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


def is_builtin(transform: Transform) -> bool:
    """Whether *transform* is one of those that change nothing when they run again."""
    return any(transform is each for each in BUILTIN)


def plugged_in_names() -> list[str]:
    """Return the names that installed packages offer."""
    from importlib.metadata import entry_points

    return sorted({entry.name for entry in entry_points(group=GROUP)})


def _plugged_in(name: str) -> Transform:
    """Return what an installed package offers: a compressor, or what returns one when called."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP, name=name):
        found = entry.load()
        is_compressor = hasattr(found, "compress") and not isinstance(found, type)
        return cast("Transform", found if is_compressor else found())
    known = list(dict.fromkeys(each.name for each in (*BUILTIN, *BY_NAME_ALONE)))
    near = get_close_matches(name, known, n=2)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
    raise TransformError(f"unknown transform {name!r}", hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformListing:
    """A transform by its name; of a plug-in, which is not imported for a list, only that."""

    name: str
    level: str
    kinds: tuple[ContentType, ...] = ()
    summary: str = ""
    runs: str
    prefix_stable: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformList:
    """Answer of `compress --list`."""

    name: ClassVar[str] = "transforms"

    listed: tuple[TransformListing, ...]


def list_transforms() -> TransformList:
    """Return the transforms of this package in their order, then those of plug-ins."""
    found: dict[str, list[Transform]] = {}
    for each in (*BUILTIN, *BY_NAME_ALONE):
        found.setdefault(each.name, []).append(each)
    by_name = {each.name for each in BY_NAME_ALONE}
    own = [
        TransformListing(
            name=name,
            level=str(group[0].level),
            kinds=tuple(dict.fromkeys(kind for each in group for kind in each.kinds)),
            summary=group[0].summary,
            runs="by name" if name in by_name else f"--level {group[0].level.name.lower()}",
            prefix_stable=group[0].prefix_stable,
        )
        for name, group in found.items()
    ]
    plugged_in = [
        TransformListing(name=name, level="", summary="a plug-in", runs="by name")
        for name in plugged_in_names()
    ]
    return TransformList(listed=(*own, *plugged_in))
