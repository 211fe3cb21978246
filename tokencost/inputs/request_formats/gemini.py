"""Contents of Gemini, in the spelling of its REST interface and of its Python library."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from tokencost.inputs.request_formats.request_reader import (
    Content,
    Json,
    RequestFormat,
    is_conversation,
)

_CALL_KEYS = ("functionCall", "function_call", "functionResponse", "function_response")


class GeminiContents(RequestFormat):
    """`systemInstruction` and `contents`, each with `parts`, and settings in an object."""

    name: ClassVar[str] = "gemini"
    marks: ClassVar[tuple[str, ...]] = ("contents", "parts")
    system_keys: ClassVar[tuple[str, ...]] = ("system_instruction", "systemInstruction")
    settings_keys: ClassVar[tuple[str, ...]] = (
        *("generationConfig", "generation_config", "config"),
    )
    limit_keys: ClassVar[tuple[str, ...]] = ("maxOutputTokens", "max_output_tokens")
    content_keys: ClassVar[tuple[str, ...]] = ("parts",)

    def recognises(self, body: Json) -> bool:
        """Whether there are messages in `contents`, and not in the key of another form."""
        return not body.get("messages") and is_conversation(body.get("contents"))

    def messages(self, holder: Json) -> object:
        """Return `contents`."""
        return holder.get("contents")

    def role(self, message: Json) -> str | None:
        """Return "model" for parts that name no role."""
        return "model" if "parts" in message and "role" not in message else None

    def content(self, part: Json) -> Content | None:
        """Return nested parts, or the call or response of a function."""
        if "parts" in part:
            return Content(nested=part["parts"])
        for key in _CALL_KEYS:
            if isinstance(part.get(key), Mapping):
                return Content(calls=(part[key],))
        return None

    def functions(self, tool: Json) -> Sequence[object] | None:
        """Return the declarations of functions, of which one tool has several."""
        functions = tool.get("function_declarations") or tool.get("functionDeclarations")
        return functions if isinstance(functions, list) else None
