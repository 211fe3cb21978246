"""What files were at a base: plain values, wherever they come from."""

from collections.abc import Mapping
from pathlib import Path

from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseFile:
    """A file as it was at the base, of one that is not the same now.

    Attributes:
        path: its path then, "/" separated, from the root of the baseline.
        content: its bytes then, None if they are those of now: the file was only renamed.
    """

    path: str
    content: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What differs from a base; a path that is in none of the three is as it was.

    Paths are "/" separated, from *root*.

    Attributes:
        name: what people call the base, such as "main".
        root: the absolute folder that paths are relative to.
        changed: by path of now, the file as it was: with another content, another path or both.
        added: paths that were not there; only absolute limits hold for them.
        deleted: files that are not there any more.
    """

    name: str
    root: Path
    changed: Mapping[str, BaseFile]
    added: frozenset[str] = frozenset()
    deleted: tuple[BaseFile, ...] = ()

    @property
    def differing(self) -> frozenset[str]:
        """The paths of now that are not as they were."""
        return self.added | frozenset(self.changed)
