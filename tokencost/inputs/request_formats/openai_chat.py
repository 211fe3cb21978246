"""Chat completions of OpenAI, which most providers have taken over, and the older completions."""

from typing import ClassVar

from tokencost.inputs.request_formats.request_reader import Json, RequestFormat, is_conversation


class OpenAIChat(RequestFormat):
    """`messages`; what else they hold is what every form is read by."""

    name: ClassVar[str] = "openai-chat"
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

    name: ClassVar[str] = "openai-completions"

    def recognises(self, body: Json) -> bool:  # noqa: ARG002
        """Never: a prompt may be anything."""
        return False

    def messages(self, holder: Json) -> object:
        """Return `prompt`."""
        return holder.get("prompt")
