"""What is priced, and everything else that came of the names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokencost.errors import InputError

if TYPE_CHECKING:  # texts need none of it
    from tokencost.inputs.request import Request


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
    request: "Request | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSet:
    """Everything that came of the names.

    A reading with errors is incomplete: its prompts are not all that was asked for.
    """

    prompts: tuple[Prompt, ...]
    errors: tuple[InputError, ...]
    notes: tuple[str, ...]


Prompts = str | Prompt | InputSet | Iterable[Prompt]


def as_input_set(prompts: Prompts) -> InputSet:
    """Return *prompts*, in whichever form a caller has them, as a reading."""
    match prompts:
        case InputSet():
            return prompts
        case str():
            found: Iterable[Prompt] = [Prompt(name="<text>", text=prompts)]
        case Prompt():
            found = [prompts]
        case _:
            found = prompts
    return InputSet(prompts=tuple(found), errors=(), notes=())
