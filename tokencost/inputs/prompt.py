"""What is priced, and everything else that came of the names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokencost.errors import InputError

if TYPE_CHECKING:  # texts need none of it
    from tokencost.inputs.request import Chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One text that is priced.

    Attributes:
        name: as the user named it, with forward slashes; "<text>" and "<stdin>" have no file.
        text: exactly what was read, line ends and byte-order mark included.
        kind: how the text is to be understood, "text" or "request".
        chat: of a request, what is sent in it; None for a text.
    """

    name: str
    text: str
    kind: str = "text"
    chat: "Chat | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that came of the names.

    A reading with errors is incomplete: its prompts are not all that was asked for.
    """

    prompts: tuple[Prompt, ...]
    errors: tuple[InputError, ...]
    notes: tuple[str, ...]


Prompts = str | Prompt | Reading | Iterable[Prompt]


def as_reading(prompts: Prompts) -> Reading:
    """Return *prompts*, in whichever form a caller has them, as a reading."""
    match prompts:
        case Reading():
            return prompts
        case str():
            found: Iterable[Prompt] = [Prompt(name="<text>", text=prompts)]
        case Prompt():
            found = [prompts]
        case _:
            found = prompts
    return Reading(prompts=tuple(found), errors=(), notes=())
