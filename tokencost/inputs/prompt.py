"""A text to be priced, and everything that came of the names a user gave."""

from dataclasses import dataclass

from tokencost.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A text under the name the user gave it."""

    name: str
    text: str
    kind: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Prompts in the order they were named, with what could not be read and what was skipped."""

    prompts: tuple[Prompt, ...]
    errors: tuple[InputError, ...] = ()
    notes: tuple[str, ...] = ()
