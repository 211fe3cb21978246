"""Ollama's chat and generate."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request import OutputSchema, Part
from tokencost.inputs.request_formats.anthropic import read_system
from tokencost.inputs.request_formats.json_values import Json, has_role
from tokencost.inputs.request_formats.openai_chat import read_messages
from tokencost.inputs.request_formats.openai_texts import read_texts
from tokencost.inputs.request_formats.parts import media, read_reasoning_text
from tokencost.inputs.request_formats.request_format import ReadKey, ReadParts, RequestFormat
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import COMMON, read_output_limit, read_thinking
from tokencost.inputs.request_formats.tools import read_tools


def _read_options(reader: RequestReader, value: Any, place: str) -> None:
    """Take the output limit; all other options say how to run the model."""
    options = reader.mapping(value, place)
    if options.get("num_predict") is not None:
        read_output_limit(reader, options["num_predict"], f"num_predict of {place}")


def _read_format(reader: RequestReader, value: Any, place: str) -> None:
    """Take the form of the output; Ollama steers by it and does not show it to the model."""
    if value != "json":
        reader.output_schema = OutputSchema(schema=reader.mapping(value, place))


def _read_suffix(reader: RequestReader, value: Any, place: str) -> None:
    reader.add("user", reader.content(reader.text(value, place), place), place)


def _read_images(reader: RequestReader, value: Any, place: str) -> None:
    for _ in reader.items(value, place):
        reader.note("image", place)


def _read_context(reader: RequestReader, value: Any, place: str) -> None:
    if reader.items(value, place):
        reader.note("tokens as numbers", place)


def _images(reader: RequestReader, value: Any, place: str) -> list[Part]:
    return [media(reader, "image", place) for _ in reader.items(value, f"images of {place}")]


_OWN_KEYS = frozenset(
    {"options", "keep_alive", "think", "raw", "template", "context", "images", "format"}
)


class Ollama(RequestFormat):
    """Messages or a prompt beside `options`."""

    name: ClassVar[str] = "ollama"
    marks: ClassVar[tuple[str, ...]] = ("messages", "prompt")
    body_keys: ClassVar[frozenset[str]] = frozenset({*_OWN_KEYS, "system"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "system": read_system,
        "messages": read_messages,
        "prompt": read_texts,
        "suffix": _read_suffix,
        "tools": read_tools,
        "options": _read_options,
        "think": read_thinking,
        "format": _read_format,
        "images": _read_images,
        "context": _read_context,
        "keep_alive": None,
        "raw": None,
        "template": None,
    }
    message_keys: ClassVar[Mapping[str, ReadParts | None]] = {
        "images": _images,
        "thinking": read_reasoning_text,
    }

    def recognises(self, body: Json) -> bool:
        """Whether messages or a prompt stand beside what only Ollama takes."""
        has_own = not _OWN_KEYS.isdisjoint(body) or (
            "system" in body and isinstance(body.get("prompt"), str)
        )
        return has_own and (
            has_role(body.get("messages"))
            or (isinstance(body.get("prompt"), str) and isinstance(body.get("model"), str))
        )
