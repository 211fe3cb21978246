"""Transforms by name: those of this package in the order in which they run, and plug-ins."""

from collections.abc import Iterable, Iterator, Set
from difflib import get_close_matches
from functools import lru_cache
from typing import ClassVar, cast

from tokencost.compression.transform import ContentType, Level, Transform, TransformError
from tokencost.compression.transforms.code import LANGUAGES, CodeComments, PythonComments
from tokencost.compression.transforms.embedded_json import EmbeddedJson
from tokencost.compression.transforms.extras import HtmlMarkdown, LlmLingua
from tokencost.compression.transforms.json_data import JsonCharacters, JsonColumns, JsonCompact
from tokencost.compression.transforms.markdown import (
    MarkdownBadges,
    MarkdownComments,
    MarkdownSpace,
    MarkdownTables,
)
from tokencost.compression.transforms.prose import DuplicateParagraphs, FullWidth, LogTimes
from tokencost.compression.transforms.space import SpaceRuns, Whitespace
from tokencost.reports import Report, number_of
from tokencost.values import dataclass

ENTRY_POINT_GROUP = "tokencost.compressors"

BUILTIN: tuple[Transform, ...] = (
    HtmlMarkdown(),
    JsonCompact(),
    JsonCompact(kind=ContentType.JSON_LINES),
    JsonCharacters(),
    JsonCharacters(kind=ContentType.JSON_LINES),
    JsonColumns(),
    EmbeddedJson(),
    PythonComments(),
    *(CodeComments(kind=kind) for kind in LANGUAGES),
    MarkdownComments(),
    MarkdownBadges(),
    MarkdownTables(),
    DuplicateParagraphs(),
    FullWidth(),
    MarkdownSpace(),
    Whitespace(),
    SpaceRuns(),
    LogTimes(),
)
ONLY_BY_NAME: tuple[Transform, ...] = (LlmLingua(),)
_OWN = (*BUILTIN, *ONLY_BY_NAME)
_BUILTIN_IDS = frozenset(map(id, BUILTIN))


def select_transforms(levels: Iterable[Level], names: Iterable[str] = ()) -> tuple[Transform, ...]:
    """Return the transforms of *levels* and those with one of *names*, in the order they run.

    Raises:
        TransformError: there is no transform with one of the names, or a plug-in cannot be used.
    """
    wanted, named = frozenset(levels), list(dict.fromkeys(names))
    if not named:
        return _of_levels(wanted)
    own_names = {transform.name for transform in _OWN}
    return (
        *(
            transform
            for transform in BUILTIN
            if transform.level in wanted or transform.name in named
        ),
        *(transform for transform in ONLY_BY_NAME if transform.name in named),
        *(_load_plug_in(name) for name in named if name not in own_names),
    )


@lru_cache(16)  # one for each set of levels
def _of_levels(levels: Set[Level]) -> tuple[Transform, ...]:
    return tuple(transform for transform in BUILTIN if transform.level in levels)


def is_builtin(transform: Transform) -> bool:
    """Whether *transform* is one of those that change nothing when they run again."""
    return id(transform) in _BUILTIN_IDS


def plug_in_names() -> list[str]:
    """Return the names of transforms that installed packages offer."""
    from importlib.metadata import entry_points

    return sorted({entry.name for entry in entry_points(group=ENTRY_POINT_GROUP)})


def _load_plug_in(name: str) -> Transform:
    """Return what an installed package offers: a transform, or what returns one when called."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINT_GROUP, name=name):
        offered = entry.load()
        is_transform = hasattr(offered, "compress") and not isinstance(offered, type)
        transform = cast("Transform", offered if is_transform else offered())
        if transform.level not in list(Level):
            raise TransformError(
                f'transform "{name}" has the level "{transform.level}"',
                hint=f"a level is {', '.join(Level)}",
            )
        return transform
    own_names = list(dict.fromkeys(transform.name for transform in _OWN))
    similar = get_close_matches(name, own_names, n=2)
    hint = f"did you mean {' or '.join(similar)}?" if similar else f"known: {', '.join(own_names)}"
    raise TransformError(f'unknown transform "{name}"', hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformListing:
    """A transform by its name; of a plug-in, which is not imported for a list, only that.

    `runs_by_name` is whether it never runs by its level, only where it is named.
    """

    name: str
    level: Level | None = None
    kinds: tuple[ContentType, ...] = ()
    summary: str = ""
    runs_by_name: bool
    prefix_stable: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TransformList(Report):
    """Report of `compress --list`."""

    name: ClassVar[str] = "transforms"

    transforms: tuple[TransformListing, ...]

    def _summary(self) -> Iterator[str]:
        yield number_of(len(self.transforms), "transform")


def list_transforms() -> TransformList:
    """Return the transforms of this package in their order, then those of plug-ins.

    Examples:
        >>> tokencost.list_transforms().transforms[0].name
        'html-markdown'
    """
    by_name: dict[str, list[Transform]] = {}
    for transform in _OWN:
        by_name.setdefault(transform.name, []).append(transform)
    only_by_name = {transform.name for transform in ONLY_BY_NAME}
    own = [
        TransformListing(
            name=name,
            level=group[0].level,
            kinds=tuple(dict.fromkeys(kind for transform in group for kind in transform.kinds)),
            summary=group[0].summary,
            runs_by_name=name in only_by_name,
            prefix_stable=group[0].prefix_stable,
        )
        for name, group in by_name.items()
    ]
    plug_ins = [
        TransformListing(name=name, summary="a plug-in", runs_by_name=True)
        for name in plug_in_names()
    ]
    return TransformList(transforms=(*own, *plug_ins))
