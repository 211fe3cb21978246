"""Messages of Anthropic."""

from typing import ClassVar

from tokencost.inputs.request_formats.request_reader import (
    Content,
    Json,
    RequestFormat,
    is_conversation,
)


class AnthropicMessages(RequestFormat):
    """`system` beside `messages`, and calls of tools as parts of their content."""

    name: ClassVar[str] = "anthropic"
    marks: ClassVar[tuple[str, ...]] = ("messages",)
    system_keys: ClassVar[tuple[str, ...]] = ("system",)
    limit_keys: ClassVar[tuple[str, ...]] = ("max_tokens",)
    schema_keys: ClassVar[tuple[str, ...]] = ("input_schema",)

    def recognises(self, body: Json) -> bool:
        """Whether there is a system text beside messages."""
        return "system" in body and is_conversation(body.get("messages"))

    def messages(self, holder: Json) -> object:
        """Return `messages`."""
        return holder.get("messages")

    def content(self, part: Json) -> Content | None:
        """Return the content of a tool's result, or the part itself if it is a call."""
        match part.get("type"):
            case "tool_use":
                return Content(calls=(part,))
            case "tool_result":
                return Content(nested=part.get("content"))
            case _:
                return None
