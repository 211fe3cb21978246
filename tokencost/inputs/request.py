"""One LLM API request: its messages, its tools, and what cannot be counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; *texts* are its contents, those of tool calls and tool results included."""

    role: str
    texts: tuple[str, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that the model may call; *text* is its definition as compact JSON."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything of a request that is billed as input.

    Attributes:
        format: the name of its form, such as "openai_chat", as far as it can be told apart.
        messages: system text included, as a message of the role "system".
        tools: definitions of functions.
        model: as the request names it, None if it does not.
        max_output: the most tokens the request allows as output, None if it does not say.
        uncounted_parts: what has no text, such as "image", once for each time it occurs.
    """

    messages: tuple[Message, ...]
    format: str = ""
    tools: tuple[Tool, ...] = ()
    model: str | None = None
    max_output: int | None = None
    uncounted_parts: tuple[str, ...] = ()
