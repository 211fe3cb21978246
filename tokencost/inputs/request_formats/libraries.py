"""Messages of libraries that call models: the Vercel AI SDK and LangChain."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from tokencost.inputs.request import Part, to_compact_json
from tokencost.inputs.request_formats.json_values import (
    Json,
    besides,
    first_of,
    has_role,
    has_text,
    type_of,
)
from tokencost.inputs.request_formats.openai_chat import read_messages
from tokencost.inputs.request_formats.parts import (
    CALL_RULE,
    call,
    media_rule,
    read_calls,
    result_of,
    result_rule,
    rule,
    text_rule,
)
from tokencost.inputs.request_formats.request_format import (
    PartRule,
    ReadItem,
    ReadKey,
    ReadParts,
    RequestFormat,
)
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import COMMON, all_as, ignore, read_output_limit
from tokencost.inputs.request_formats.tools import read_tools

# Of the Vercel AI SDK

_PREFIX = "tool-"


def _tool(reader: RequestReader, part: Json, place: str) -> list[Part]:
    """Return the call and, once it is there, the result of a tool."""
    name = part.get("toolName") or str(part.get("type")).removeprefix(_PREFIX)
    parts = call(reader, name, first_of(part, "input", "rawInput", "args"), place)
    output = first_of(part, "output", "errorText", "result")
    return parts if output is None else parts + result_of(reader, _value(output), place)


def _value(output: Any) -> Any:
    """Return the value of an output that says of which type it is."""
    if isinstance(output, dict) and set(output) == {"type", "value"}:
        value = output["value"]
        is_content = output["type"] == "content"
        return value if is_content or isinstance(value, str) else to_compact_json(value)
    return output


def _invocation(reader: RequestReader, part: Json, place: str) -> list[Part]:
    inner = reader.mapping(part.get("toolInvocation"), f"toolInvocation of {place}")
    for key in besides(inner, _TOOL.keys, {"state", "step"}):
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
    body_keys: ClassVar[frozenset[str]] = frozenset({"messages"})
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
        **{
            kind: media_rule("file")
            for kind in ("media", "file-data", "file-url", "file-id", "file-reference")
        },
        **{
            kind: media_rule("image")
            for kind in ("image-data", "image-url", "image-file-id", "image-file-reference")
        },
        "error-text": text_rule("value"),
        "tool-approval-request": rule(_data, "approvalId", "toolCallId"),
        "tool-approval-response": text_rule("reason", ignored=("approvalId", "toolCallId")),
    }

    def recognises(self, body: Json) -> bool:
        """Whether a message has parts with a type."""
        messages = body.get("messages")
        return has_role(messages) and any(
            isinstance(message, dict)
            and (
                "toolInvocations" in message
                or any(
                    isinstance(part, dict) and isinstance(part.get("type"), str)
                    for part in _parts(message)
                )
            )
            for message in messages or ()
        )


def _parts(message: Json) -> list[Any]:
    parts = message.get("parts")
    return parts if isinstance(parts, list) else []


# Of LangChain

_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "human": "user",
        "HumanMessageChunk": "user",
        "ai": "assistant",
        "AIMessageChunk": "assistant",
        "system": "system",
        "SystemMessageChunk": "system",
        "developer": "developer",
        "tool": "tool",
        "ToolMessageChunk": "tool",
        "function": "function",
        "FunctionMessageChunk": "function",
        "chat": "user",
    }
)
_SERIALIZED = "constructor"  # how `dumpd` writes an object: {"lc": 1, "type": "constructor", ...}
_AROUND = frozenset({"type", "data", "kwargs", "lc", "id", "name", "graph"})
_CALLS = ("tool_use", "tool_call", "function_call", "server_tool_use")


def is_langchain_message(value: object) -> bool:
    """Whether *value* is a message of LangChain, in any of the three ways it writes them."""
    if not isinstance(value, dict) or "role" in value:
        return False
    kind = type_of(value)
    if kind == _SERIALIZED:
        return isinstance(value.get("kwargs"), dict) and "lc" in value
    return kind in _ROLES and ("content" in value or isinstance(value.get("data"), dict))


def _read_message(reader: RequestReader, item: Json, place: str) -> None:
    """Take a message of LangChain as one with a role."""
    if not is_langchain_message(item):
        rest = {key: value for key, value in item.items() if key != "type"}
        reader.add_messages([rest])
        return
    kind = item.get("type")
    fields = item
    for key in ("kwargs", "data"):
        if isinstance(item.get(key), dict):
            fields = item[key]
    if fields is not item:
        reader.note_beside(item, _AROUND, place)
    if kind == _SERIALIZED:
        kind = fields.get("type")
        if isinstance(messages := fields.get("messages"), list):  # a whole prompt
            reader.add_messages(messages)
            return
    if not isinstance(kind, str) or kind not in _ROLES:
        reader.note(f"LangChain object {item.get('id')}", place)
        return
    reader.add_messages([_with_role(fields, _ROLES[kind])])


def _with_role(fields: Json, role: str) -> Json:
    """Return a message with a role; calls that stand in it twice are left out once."""
    kept = {key: value for key, value in fields.items() if key not in ("type", "additional_kwargs")}
    extra = fields.get("additional_kwargs")
    for key, value in extra.items() if isinstance(extra, dict) else ():
        if not kept.get(key):
            kept[key] = value
    content = fields.get("content")
    if isinstance(content, list) and any(type_of(part) in _CALLS for part in content):
        kept.pop("tool_calls", None)
    if kept.get("tool_calls"):
        kept.pop("function_call", None)
    named = fields.get("role")
    return {**kept, "role": named if isinstance(named, str) else role}


def _unreadable(reader: RequestReader, part: Json, place: str) -> list[Part]:
    """Keep a part in the words of one provider, which LangChain passes on as it is."""
    if has_text(part.get("value")):
        reader.note("part in a provider's own words", place)
    return []


class LangChainMessages(RequestFormat):
    """Messages whose `type` is "human", "ai", "system" or "tool", bare or around `data`."""

    name: ClassVar[str] = "langchain"
    marks: ClassVar[tuple[str, ...]] = ("messages", "content")
    body_keys: ClassVar[frozenset[str]] = frozenset({"messages"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "messages": read_messages,
        "tools": read_tools,
    }
    message_keys: ClassVar[Mapping[str, ReadParts | None]] = {
        "invalid_tool_calls": read_calls,
        **ignore(
            "response_metadata", "usage_metadata", "example", "artifact", "lc", "tool_call_id"
        ),
        **ignore("tool_call_chunks", "additional_kwargs", "chunk_position"),
    }
    parts: ClassVar[Mapping[str, PartRule]] = {
        "text-plain": text_rule("text", ignored=("mime_type", "extras", "source_type")),
        "non_standard": rule(_unreadable, "value"),
    }
    items: ClassVar[Mapping[str, ReadItem]] = dict.fromkeys((*_ROLES, _SERIALIZED), _read_message)

    def recognises(self, body: Json) -> bool:
        """Whether an item of `messages` says by its type whom it is from."""
        messages = body.get("messages")
        return isinstance(messages, list) and any(map(is_langchain_message, messages))
