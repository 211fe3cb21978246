"""The protocol of transforms, and the levels of what they may change."""

from enum import StrEnum
from typing import Protocol

from tokencost.compression.content_type import ContentType
from tokencost.errors import TokencostError


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
