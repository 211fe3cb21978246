"""Requests of DashScope, the interface of Alibaba Cloud's Model Studio."""

from collections.abc import Mapping
from typing import ClassVar

from tokencost.inputs.request_formats.request_reader import Json, RequestFormat, is_conversation


class DashScope(RequestFormat):
    """An object in `input` that holds messages, and settings in `parameters`."""

    name: ClassVar[str] = "dashscope"
    marks: ClassVar[tuple[str, ...]] = ("input",)
    settings_keys: ClassVar[tuple[str, ...]] = ("parameters",)

    def recognises(self, body: Json) -> bool:
        """Whether there are messages in the object `input`, and not in the key of another form."""
        is_other_form = body.get("messages") or body.get("contents")
        holder = self.holder(body)
        return not is_other_form and holder is not None and is_conversation(holder)

    def messages(self, holder: Json) -> object:  # noqa: ARG002
        """Return None: inside of `input` they stand as in OpenAI's forms."""
        return None

    def holder(self, body: Json) -> Json | None:
        """Return the object `input`."""
        holder = body.get("input")
        return holder if isinstance(holder, Mapping) else None
