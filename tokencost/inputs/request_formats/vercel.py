"""Messages of the Vercel AI SDK: of its user interface, and those that it sends to models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request import Part, to_compact_json
from tokencost.inputs.request_formats.json_values import Json, first_of, has_role
from tokencost.inputs.request_formats.openai_chat import read_messages
from tokencost.inputs.request_formats.parts import (
    CALL_RULE,
    call,
    media_rule,
    result_of,
    result_rule,
    rule,
    text_rule,
)
from tokencost.inputs.request_formats.request_format import (
    PartRule,
    ReadKey,
    ReadParts,
    RequestFormat,
)
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import COMMON, all_as, ignore, read_output_limit
from tokencost.inputs.request_formats.tools import read_tools

_PREFIX = "tool-"


def _tool(reader: RequestReader, part: Json, place: str) -> list[Part]:
    """Return the call and, once it is there, the result of a tool."""
    name = part.get("toolName") or str(part.get("type")).removeprefix(_PREFIX)
    parts = call(reader, name, first_of(part, "input", "rawInput", "args"), place)
    output = first_of(part, "output", "errorText", "result")
    return parts if output is None else parts + result_of(reader, _value(output), place)


def _value(output: Any) -> Any:
    """Return the value of an output that says of which type it is."""
    if isinstance(output, Mapping) and set(output) == {"type", "value"}:
        value = output["value"]
        is_content = output["type"] == "content"
        return value if is_content or isinstance(value, str) else to_compact_json(value)
    return output


def _invocation(reader: RequestReader, part: Json, place: str) -> list[Part]:
    inner = reader.mapping(part.get("toolInvocation"), f"toolInvocation of {place}")
    for key in inner.keys() - _TOOL.keys - {"state", "step"}:
        reader.note_unknown(key, inner[key], place)
    return _tool(reader, inner, place)


def _invocations(reader: RequestReader, value: Any, place: str) -> list[Part]:
    parts: list[Part] = []
    for item in reader.items(value, f"toolInvocations of {place}"):
        parts += _invocation(reader, {"toolInvocation": item}, place)
    return parts


def _result(reader: RequestReader, part: Json, place: str) -> list[Part]:
    output = _value(first_of(part, "output", "result"))
    return result_of(reader, output, place, name=part.get("toolName"))


def _attachments(reader: RequestReader, value: Any, place: str) -> list[Part]:
    kind = media_rule("file").read
    return [
        part
        for item in reader.items(value, f"attachments of {place}")
        for part in kind(reader, reader.mapping(item, f"attachment of {place}"), place)
    ]


def _data(reader: RequestReader, part: Json, place: str) -> list[Part]:
    """Return nothing: these are for the user interface, and not sent to a model."""
    del reader, part, place
    return []


def _json(reader: RequestReader, part: Json, place: str) -> list[Part]:
    return reader.content(to_compact_json(part.get("value")), place)


_TOOL = rule(
    _tool,
    *("toolCallId", "toolName", "input", "rawInput", "args", "output", "errorText", "result"),
    *("title", "preliminary", "providerExecuted", "approval", "toolMetadata"),
    *("resultProviderMetadata", "dynamic"),
)


class VercelMessages(RequestFormat):
    """Messages with parts that have a `type`, such as "text" and "tool-NAME"."""

    name: ClassVar[str] = "vercel_ui"
    marks: ClassVar[tuple[str, ...]] = ("parts", "messages")
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "messages": read_messages,
        "tools": read_tools,
        **all_as(read_output_limit, "maxOutputTokens", "maxTokens"),
        **all_as(lambda reader, value, place: reader.add_system(value, place), "system"),
        **ignore("toolChoice", "maxRetries", "headers", "providerOptions", "userId", "chatId"),
    }
    message_keys: ClassVar[Mapping[str, ReadParts | None]] = {
        "toolInvocations": _invocations,
        "experimental_attachments": _attachments,
        **ignore("providerOptions", "providerMetadata", "data", "revisionId"),
    }
    parts: ClassVar[Mapping[str, PartRule]] = {
        _PREFIX: _TOOL,
        "dynamic-tool": _TOOL,
        "tool-invocation": rule(_invocation, "toolInvocation"),
        "tool-call": CALL_RULE,
        "tool-result": PartRule(_result, result_rule("output", "result").keys),
        "step-start": rule(_data),
        "data-": rule(_data, "data"),
        "source-url": rule(_data, "url", "title", "sourceId"),
        "source-document": rule(_data, "title", "filename", "mediaType", "sourceId"),
        "source": rule(_data, "source"),
        "json": rule(_json, "value"),
        "error-text": text_rule("value"),
        "tool-approval-request": rule(_data, "approvalId", "toolCallId"),
        "tool-approval-response": text_rule("reason", ignored=("approvalId", "toolCallId")),
    }

    def recognises(self, body: Json) -> bool:
        """Whether a message has parts with a type."""
        messages = body.get("messages")
        return has_role(messages) and any(
            isinstance(message, Mapping)
            and (
                "toolInvocations" in message
                or any(
                    isinstance(part, Mapping) and isinstance(part.get("type"), str)
                    for part in _parts(message)
                )
            )
            for message in messages or ()
        )


def _parts(message: Json) -> list[Any]:
    parts = message.get("parts")
    return parts if isinstance(parts, list) else []
