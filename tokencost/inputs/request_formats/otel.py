"""Messages as OpenTelemetry's conventions for generative AI record them."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request import Part
from tokencost.inputs.request_formats.json_values import Json, type_of
from tokencost.inputs.request_formats.parts import (
    CALL_RULE,
    MEDIA_KEYS,
    call,
    media,
    media_name,
    result_rule,
    rule,
)
from tokencost.inputs.request_formats.request_format import PartRule, ReadKey, RequestFormat
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import (
    COMMON,
    all_as,
    ignore,
    read_model,
    read_output_limit,
    read_outputs,
)
from tokencost.inputs.request_formats.tools import read_tools

MESSAGES_KEY = "gen_ai.input.messages"


def _decoded(reader: RequestReader, value: Any, place: str) -> Any:
    """Return an attribute of a span, which may be JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise reader.problem(f"has text that is not JSON as {place}") from error


def _read_messages(reader: RequestReader, value: Any, place: str) -> None:
    reader.add_messages(reader.items(_decoded(reader, value, place), place))


def _read_system(reader: RequestReader, value: Any, place: str) -> None:
    is_json = isinstance(value, str) and value.lstrip().startswith("[")
    reader.add_system(_decoded(reader, value, place) if is_json else value, place)


def _read_tools(reader: RequestReader, value: Any, place: str) -> None:
    read_tools(reader, _decoded(reader, value, place), "tools")


def _blob(reader: RequestReader, part: Json, place: str) -> list[Part]:
    return [media(reader, media_name(part, default="file"), place)]


def _server_call(reader: RequestReader, part: Json, place: str) -> list[Part]:
    return call(reader, part.get("name"), part.get("server_tool_call"), place)


# Of its parts those that no other form has: a "file" stands in messages of Vercel's as well.
_OWN_TYPES = frozenset(
    {
        *("tool_call", "tool_call_response", "blob", "uri"),
        *("server_tool_call", "server_tool_call_response"),
    }
)


class OpenTelemetry(RequestFormat):
    """Messages with parts that have a `type` and a `content`, alone or as attributes of a span."""

    name: ClassVar[str] = "opentelemetry"
    marks: ClassVar[tuple[str, ...]] = ("parts", MESSAGES_KEY)
    body_keys: ClassVar[frozenset[str]] = frozenset({MESSAGES_KEY, "messages"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        **all_as(_read_messages, MESSAGES_KEY, "messages"),
        "system_instructions": _read_system,
        "gen_ai.system_instructions": _read_system,
        "gen_ai.tool.definitions": _read_tools,
        "gen_ai.request.model": read_model,
        "gen_ai.request.max_tokens": read_output_limit,
        "gen_ai.request.choice.count": read_outputs,
        **ignore(
            *("gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.system"),
            *("gen_ai.output.messages", "gen_ai.output.type", "gen_ai.response.model"),
            *("gen_ai.response.id", "gen_ai.response.finish_reasons", "gen_ai.conversation.id"),
            *("gen_ai.request.stop_sequences", "gen_ai.agent.name", "gen_ai.agent.id"),
            *("server.address", "gen_ai.agent.description", "error.type"),
        ),
    }
    parts: ClassVar[Mapping[str, PartRule]] = {
        "tool_call_response": result_rule("response", "result", "output"),
        "blob": rule(_blob, "content", "data", "mime_type", "modality"),
        "uri": rule(_blob, "uri", "mime_type", "modality"),
        "file": PartRule(_blob, MEDIA_KEYS | {"file", "modality"}),
        "server_tool_call": rule(_server_call, "name", "server_tool_call"),
        "server_tool_call_response": result_rule("server_tool_call_response"),
        "tool_call": CALL_RULE,
    }

    def recognises(self, body: Json) -> bool:
        """Whether a part of a message has a type and a content, or a span holds messages."""
        if MESSAGES_KEY in body:
            return True
        messages = body.get("messages")
        return isinstance(messages, list) and any(
            isinstance(message, dict)
            and isinstance(message.get("role"), str)
            and isinstance(parts := message.get("parts"), list)
            and any(
                isinstance(part, dict)
                and ("content" in part or "modality" in part or type_of(part) in _OWN_TYPES)
                for part in parts
            )
            for message in messages
        )
