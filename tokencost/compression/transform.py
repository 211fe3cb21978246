"""What a transform is, and what it may do to a text."""

from enum import StrEnum
from typing import Protocol

from tokencost.compression.content_type import ContentType
from tokencost.errors import TokencostError


class Level(StrEnum):
    """What a transform leaves of a text, the most careful first."""

    LOSSLESS = "same"  # the data or the rendering is equal, and that is proven
    REFORMATTED = "format"  # the same content, written in another way
    LOSSY = "drops"  # comments, decoration or repetitions are gone


class Transform(Protocol):
    """Writes one kind of content with fewer characters, and proves that it did no more.

    A plug-in needs nothing from this package: an object with these members is enough.
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
    """A compressor that is not known, or that cannot do its work."""

    code = "compressor"


class MissingExtraError(TransformError):
    """A library that comes with an extra of this package is not installed."""

    code = "missing_extra"

    def __init__(self, extra: str) -> None:
        super().__init__(
            f"the extra {extra!r} is not installed",
            hint=f'pip install "tokencost-cli[{extra}]"',
        )
        self.extra = extra
