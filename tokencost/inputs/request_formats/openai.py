"""OpenAI's chat completions and responses."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from tokencost.inputs.request_formats.request_reader import Json, RequestFormat, is_conversation


class OpenAIChat(RequestFormat):
    """`messages`; what else they hold is what every form is read by."""

    name: ClassVar[str] = "openai_chat"
    marks: ClassVar[tuple[str, ...]] = ("messages", "role")
    limit_keys: ClassVar[tuple[str, ...]] = (
        *("max_completion_tokens", "max_output_tokens", "max_tokens"),
    )

    def recognises(self, body: Json) -> bool:
        """Whether there are messages."""
        return is_conversation(body.get("messages"))

    def messages(self, holder: Json) -> object:
        """Return `messages`."""
        return holder.get("messages")


class OpenAICompletions(RequestFormat):
    """`prompt`, which other data have as well."""

    name: ClassVar[str] = "openai_completions"

    def recognises(self, body: Json) -> bool:  # noqa: ARG002
        """Never: a prompt may be anything."""
        return False

    def messages(self, holder: Json) -> object:
        """Return `prompt`."""
        return holder.get("prompt")


class OpenAIResponses(RequestFormat):
    """`instructions` and `input`, whose items may be calls of functions and what these returned."""

    name: ClassVar[str] = "openai_responses"
    marks: ClassVar[tuple[str, ...]] = ("input",)
    system_keys: ClassVar[tuple[str, ...]] = ("instructions",)
    limit_keys: ClassVar[tuple[str, ...]] = ("max_output_tokens",)
    content_keys: ClassVar[tuple[str, ...]] = ("output",)

    def recognises(self, body: Json) -> bool:
        """Whether there is a list of messages in `input`, and not in the key of another form."""
        messages = body.get("input")
        is_other_form = body.get("messages") or body.get("contents")
        return not is_other_form and not isinstance(messages, Mapping) and is_conversation(messages)

    def messages(self, holder: Json) -> object:
        """Return `input`."""
        return holder.get("input")

    def role(self, message: Json) -> str | None:
        """Return "tool" for what a function returned, "assistant" for other items."""
        kind = message.get("type")
        if not isinstance(kind, str):
            return None
        return "tool" if kind.endswith("output") else "assistant"

    def calls(self, message: Json) -> Sequence[object]:
        """Return an item that is a call itself."""
        return (message,) if message.get("type") == "function_call" else ()
