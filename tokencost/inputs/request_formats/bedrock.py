"""Bedrock's Converse, and the bodies that InvokeModel takes for models without an own interface."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request import OutputSchema, Part, Text, ToolResult, to_compact_json
from tokencost.inputs.request_formats.anthropic import read_output_config, read_system
from tokencost.inputs.request_formats.json_values import Json, first_of, has_role
from tokencost.inputs.request_formats.openai_chat import read_messages
from tokencost.inputs.request_formats.openai_texts import read_texts
from tokencost.inputs.request_formats.parts import (
    call,
    cited,
    flat,
    hidden,
    media,
    reasoning,
    texts_of,
)
from tokencost.inputs.request_formats.request_format import (
    ReadKey,
    ReadParts,
    RequestFormat,
)
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import (
    COMMON,
    all_as,
    ignore,
    inside,
    read_effort,
    read_output_limit,
    read_service_tier,
    read_speed,
    read_thinking,
    read_tool_choice,
    uncounted,
)
from tokencost.inputs.request_formats.tools import read_tools

_SETTINGS = inside(
    {
        **all_as(read_output_limit, "maxTokens", "max_tokens", "max_new_tokens"),
        **ignore("temperature", "topP", "stopSequences", "top_p", "top_k", "topK"),
    }
)


def _media(key: str) -> ReadParts:
    def read(reader: RequestReader, part: Json, place: str) -> list[Part]:
        if not isinstance(part[key], str | list | dict):
            reader.mapping(part[key], f"{key} of {place}")
        return [media(reader, key, place)]

    return read


def _document(reader: RequestReader, part: Json, place: str) -> list[Part]:
    document = reader.mapping(part["document"], f"document of {place}")
    texts = texts_of(
        reader, document, ("name", "title", "context", "data", "text", "snippet"), place
    )
    parts: list[Part] = [Text(text=text) for text in texts]
    source = reader.mapping(document.get("source"), f"source of {place}")
    if isinstance(source.get("text"), str):
        parts += reader.content(source["text"], place)
    elif source.get("content") is not None:
        parts += reader.content(source["content"], place)
    elif "source" in document:
        parts.append(media(reader, "file", place))
    reader.note_beside(source, {"text", "content", "bytes", "s3Location"}, place)
    reader.note_beside(document, _DOCUMENT, place)
    return cited(parts, document.get("citations"))


_DOCUMENT = frozenset(
    {
        *("name", "title", "context", "data", "text", "snippet", "source", "format", "citations"),
        "id",
    }
)


def _call(reader: RequestReader, part: Json, place: str) -> list[Part]:
    value = reader.mapping(part["toolUse"], f"toolUse of {place}")
    reader.note_beside(value, {"toolUseId", "name", "input", "type"}, place)
    return call(reader, value.get("name"), value.get("input"), place)


def _result(reader: RequestReader, part: Json, place: str) -> list[Part]:
    value = reader.mapping(part["toolResult"], f"toolResult of {place}")
    reader.note_beside(value, {"toolUseId", "content", "status", "type"}, place)
    return [ToolResult(content=flat(reader.content(value.get("content"), place)))]


def _json(reader: RequestReader, part: Json, place: str) -> list[Part]:
    value = part["json"]
    text = value if isinstance(value, str) else to_compact_json(value)
    return reader.content(text, place)


def _reasoning(reader: RequestReader, part: Json, place: str) -> list[Part]:
    value = reader.mapping(part["reasoningContent"], f"reasoningContent of {place}")
    inner = reader.mapping(value.get("reasoningText"), f"reasoningText of {place}")
    text = reader.text(inner.get("text"), f"text of {place}")
    redacted = first_of(value, "redactedContent", "redactedReasoning")
    reader.note_beside(inner, {"text", "signature"}, place)
    reader.note_beside(value, {"reasoningText", "redactedContent", "redactedReasoning"}, place)
    return reasoning(text, inner.get("signature")) + hidden(reader, redacted, place)


def _guarded(reader: RequestReader, part: Json, place: str) -> list[Part]:
    value = reader.mapping(part["guardContent"], f"guardContent of {place}")
    inner = value.get("text")
    if isinstance(inner, dict):
        return reader.content(reader.text(inner.get("text"), f"text of {place}"), place)
    return reader.content(value, place)


def _cited(reader: RequestReader, part: Json, place: str) -> list[Part]:
    value = reader.mapping(part["citationsContent"], f"citationsContent of {place}")
    return reader.content(value.get("content"), place)


def _search_result(reader: RequestReader, part: Json, place: str) -> list[Part]:
    value = reader.mapping(part["searchResult"], f"searchResult of {place}")
    texts = texts_of(reader, value, ("source", "title"), place)
    parts = [*(Text(text=text) for text in texts), *reader.content(value.get("content"), place)]
    return cited(parts, value.get("citations"))


def _read_tool_config(reader: RequestReader, value: Any, place: str) -> None:
    reader.read_keys(
        reader.mapping(value, place),
        {
            "tools": lambda reader_, tools, _: read_tools(reader_, tools, "tools"),
            "toolChoice": read_tool_choice,
        },
        place,
        is_open=False,
    )


def _read_output_config(reader: RequestReader, value: Any, place: str) -> None:
    """Take the schema, which is JSON text here."""
    form = reader.mapping(reader.mapping(value, place).get("textFormat"), f"textFormat of {place}")
    structure = reader.mapping(form.get("structure"), f"structure of {place}")
    schema = reader.mapping(structure.get("jsonSchema"), f"jsonSchema of {place}")
    text = schema.get("schema")
    if isinstance(text, str):
        try:
            text = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise reader.problem(f"has text that is not JSON as schema of {place}") from error
    if schema:
        reader.output_schema = OutputSchema(
            name=reader.text(schema.get("name"), f"name of {place}") or None,
            description=reader.text(schema.get("description"), f"description of {place}") or None,
            schema=reader.mapping(text, f"schema of {place}"),
        )


def _read_latency(reader: RequestReader, value: Any, place: str) -> None:
    """Take a latency that is paid for."""
    if value != "standard":
        read_speed(reader, value, place)


class BedrockConverse(RequestFormat):
    """`messages` of parts without a type, and settings in `inferenceConfig`."""

    name: ClassVar[str] = "bedrock_converse"
    marks: ClassVar[tuple[str, ...]] = ("messages", "promptVariables")
    body_keys: ClassVar[frozenset[str]] = frozenset({"messages", "promptVariables"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "system": read_system,
        "messages": read_messages,
        "inferenceConfig": _SETTINGS,
        "toolConfig": _read_tool_config,
        "outputConfig": _read_output_config,
        "modelId": COMMON["model"],
        "serviceTier": read_service_tier,
        "additionalModelRequestFields": inside(
            {
                **all_as(read_thinking, "thinking", "reasoningConfig", "reasoning_config"),
                "output_config": read_output_config,
                "reasoning_effort": read_effort,
                "tools": lambda reader, tools, _: read_tools(reader, tools, "tools"),
                "tool_choice": read_tool_choice,
                **ignore("top_k", "top_p", "temperature", "anthropic_beta", "inferenceConfig"),
            }
        ),
        "promptVariables": uncounted("stored prompt"),
        "performanceConfig": inside({"latency": _read_latency}),
        **ignore("guardrailConfig", "additionalModelResponseFieldPaths", "requestMetadata"),
        **ignore("schemaVersion"),
    }
    part_keys: ClassVar[Mapping[str, ReadParts | None]] = {
        "image": _media("image"),
        "video": _media("video"),
        "audio": _media("audio"),
        "document": _document,
        "toolUse": _call,
        "toolResult": _result,
        "json": _json,
        "reasoningContent": _reasoning,
        "guardContent": _guarded,
        "citationsContent": _cited,
        "searchResult": _search_result,
        "cachePoint": None,  # a mark, which is kept of every part
    }

    def recognises(self, body: Json) -> bool:
        """Whether there are messages beside settings of Converse, or parts without a type."""
        messages = body.get("messages")
        if not has_role(messages) or not isinstance(messages, list):
            return isinstance(body.get("promptVariables"), dict) and "messages" not in body
        if any(key in body for key in ("toolConfig", "inferenceConfig", "modelId", "outputConfig")):
            return True
        contents = [item.get("content") for item in messages if isinstance(item, dict)]
        parts = [part for content in contents if isinstance(content, list) for part in content]
        return bool(parts) and all(
            isinstance(part, dict) and "type" not in part and bool(self._keys & part.keys())
            for part in parts
        )

    _keys: ClassVar[frozenset[str]] = frozenset({"text", *part_keys})


class BedrockInvoke(RequestFormat):
    """`inputText` or `prompt` with settings, of models that have no messages."""

    name: ClassVar[str] = "bedrock_invoke"
    marks: ClassVar[tuple[str, ...]] = ("inputText", "max_gen_len", "max_tokens_to_sample")
    body_keys: ClassVar[frozenset[str]] = frozenset({"inputText", "prompt"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "inputText": read_texts,
        "prompt": read_texts,
        **all_as(read_output_limit, "max_gen_len", "max_tokens_to_sample", "maxTokens"),
        "textGenerationConfig": inside(
            {"maxTokenCount": read_output_limit, **ignore("temperature", "topP", "stopSequences")}
        ),
        **ignore("dimensions", "normalize", "embeddingTypes"),
        "images": uncounted("image"),
        "inputImage": uncounted("image"),
    }

    def recognises(self, body: Json) -> bool:
        """Whether there is `inputText`, or `prompt` with a limit that only these models have."""
        if isinstance(body.get("inputText"), str):
            return True
        own = ("max_gen_len", "max_tokens_to_sample", "anthropic_version")
        return isinstance(body.get("prompt"), str) and any(key in body for key in own)
