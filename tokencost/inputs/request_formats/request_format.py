"""What a request format says of itself; the grammar is what all of them say together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from tokencost.inputs.request import Part
from tokencost.inputs.request_formats.json_values import Json
from tokencost.values import dataclass

if TYPE_CHECKING:  # the reader asks the formats, which are handed the reader
    from tokencost.inputs.request_formats.request_reader import RequestReader

ReadKey = Callable[["RequestReader", Any, str], None]
"""Takes what stands under a key of the body; the last argument is its place."""
ReadParts = Callable[["RequestReader", Any, str], Sequence[Part]]
"""Returns the parts that a part, or the value of a key, stands for."""
ReadItem = Callable[["RequestReader", Json, str], None]
"""Takes an item among the messages that has no role."""
SETTING = None
"""Stands for the reader of a key that does not reach the model as text."""


class PartRule(NamedTuple):
    """Reads a part, of which it reads *keys*; what else stands in it is not counted."""

    read: ReadParts
    keys: frozenset[str]


class RequestFormat(Protocol):
    """One provider's form of a request.

    Providers take over pieces of each other's forms. So every format's parts, keys of messages and
    items are understood everywhere, and a key of a body that its own format has no reader for is
    read as another format does. What none of them knows is named as not counted.
    """

    name: ClassVar[str]
    marks: ClassVar[tuple[str, ...]] = ()
    """Keys of which one stands in every text that holds a request of this form."""
    body_keys: ClassVar[frozenset[str]]
    """Keys of which at least one stands in every body of this form."""
    has_output: ClassVar[bool] = True
    """Whether the model writes anything; embeddings have no output."""
    keys: ClassVar[Mapping[str, ReadKey | None]] = {}
    """What reads each key of a body."""
    message_keys: ClassVar[Mapping[str, ReadParts | None]] = {}
    """What reads each key of a message besides its role and name."""
    parts: ClassVar[Mapping[str, PartRule]] = {}
    """What reads a part, by its `type`."""
    part_keys: ClassVar[Mapping[str, ReadParts | None]] = {}
    """What reads each key of a part that has no `type`."""
    items: ClassVar[Mapping[str, ReadItem]] = {}
    """What reads an item among the messages, by its `type`."""

    def recognises(self, body: Json) -> bool:
        """Whether *body* is surely a request in this form, and not some other data.

        Where messages have a role, a content, calls and what names these, it looks at nothing but
        the names of keys, the types of parts, the model, the names of keys of "tools", and what
        stands under `body_keys` besides "system". Of an "input" without messages that is a text, or
        items with a role each, it does not look into these.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """What a set of formats understands together; of two that name the same the first wins."""

    keys: Mapping[str, ReadKey | None]
    message_keys: Mapping[str, ReadParts | None]
    parts: Mapping[str, PartRule]
    part_keys: Mapping[str, ReadParts | None]
    items: Mapping[str, ReadItem]

    @classmethod
    def of(cls, formats: Iterable[RequestFormat]) -> "Grammar":
        """Return what *formats* understand."""
        merged: dict[str, dict[str, Any]] = {name: {} for name in cls.__dataclass_fields__}
        for format_ in formats:
            for name, table in merged.items():
                for key, value in getattr(format_, name).items():
                    table.setdefault(key, value)
        return cls(**merged)
