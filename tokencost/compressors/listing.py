"""Every transform and what it does, as an answer."""

from dataclasses import dataclass
from typing import ClassVar

from tokencost.compressors.contract import Compressor
from tokencost.compressors.kinds import Kind
from tokencost.compressors.registry import BUILTIN, BY_NAME_ALONE, plugged_in_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A transform by its name; of a plug-in, which is not imported for a list, only that."""

    name: str
    level: str
    kinds: tuple[Kind, ...] = ()
    summary: str = ""
    runs: str
    prefix_stable: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transforms:
    """Answer of `compress --list`."""

    name: ClassVar[str] = "transforms"

    listed: tuple[Listed, ...]


def list_transforms() -> Transforms:
    """Return the transforms of this package in their order, then those of plug-ins."""
    found: dict[str, list[Compressor]] = {}
    for each in (*BUILTIN, *BY_NAME_ALONE):
        found.setdefault(each.name, []).append(each)
    by_name = {each.name for each in BY_NAME_ALONE}
    own = [
        Listed(
            name=name,
            level=str(group[0].level),
            kinds=tuple(dict.fromkeys(kind for each in group for kind in each.kinds)),
            summary=group[0].summary,
            runs="by name" if name in by_name else f"--level {group[0].level}",
            prefix_stable=group[0].prefix_stable,
        )
        for name, group in found.items()
    ]
    plugged_in = [
        Listed(name=name, level="", summary="a plug-in", runs="by name")
        for name in plugged_in_names()
    ]
    return Transforms(listed=(*own, *plugged_in))
