"""Readers of parts that several formats share: texts, media, calls and results of functions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from tokencost.inputs.request import (
    HiddenReasoning,
    Media,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    to_compact_json,
)
from tokencost.inputs.request_formats.json_values import Json, besides, describe, first_of
from tokencost.inputs.request_formats.request_format import PartRule, ReadParts
from tokencost.inputs.request_formats.request_reader import RequestReader

_WORDS = ("image", "audio", "video")
_HOLDERS, _LINKS = frozenset({"source", "input_audio"}), frozenset({"image_url", "video_url"})
# Of media in the words of libraries: what they are, and where.
MEDIA_KEYS = frozenset(
    {
        *("data", "url", "base64", "file_id", "fileId", "filename", "source_type", "mime_type"),
        *("mimeType", "media_type", "mediaType", "metadata", "extras"),
    }
)
CALL_KEYS = ("arguments", "args", "input", "parameters")


def rule(read: ReadParts, *keys: str) -> PartRule:
    """Return the rule of a part that reads *keys*."""
    return PartRule(read, frozenset(keys))


def text_rule(*keys: str, ignored: Iterable[str] = ()) -> PartRule:
    """Return the rule of a part whose text stands under *keys*."""

    def read(reader: RequestReader, part: Json, place: str) -> list[Part]:
        return [Text(text=text) for text in texts_of(reader, part, keys, place)]

    return PartRule(read, frozenset((*keys, *ignored)))


def texts_of(reader: RequestReader, part: Json, keys: Iterable[str], place: str) -> list[str]:
    """Return the texts under *keys* of *part*, without empty ones."""
    return [
        text
        for key in keys
        if key in part and (text := reader.text(part[key], f"{key} of {place}"))
    ]


def cited(parts: list[Part], citations: object) -> list[Part]:
    """Return *parts*, their texts marked if an answer gives the places that it cites in them.

    Anthropic and Bedrock count characters or blocks of the document as sent.
    """
    if not (isinstance(citations, dict) and citations.get("enabled") is True):
        return parts
    return [replace(part, is_cited=True) if isinstance(part, Text) else part for part in parts]


def media_rule(part: str, *keys: str) -> PartRule:
    """Return the rule of a part that is not text; its *keys* are links, data and names."""

    def read(reader: RequestReader, value: Json, place: str) -> list[Part]:
        for key in _HOLDERS & value.keys():
            reader.mapping(value[key], f"{key} of {place}")
        for key in _LINKS & value.keys():
            if not isinstance(value[key], str | dict | None):
                raise reader.problem(f"has {describe(value[key])} as {key} of {place}, not a link")
        return [media(reader, media_name(value, default=part), place)]

    return PartRule(read, frozenset(keys) | MEDIA_KEYS)


def media(reader: RequestReader, part: str, place: str) -> Media:
    """Return what is not text, and keep that it is not counted."""
    reader.note(part, place)
    return Media(part=part, place=place)


def media_name(value: Json, *, default: str) -> str:
    """Return what kind of media *value* says it is, by its media type."""
    keys = ("mimeType", "mime_type", "mediaType", "media_type", "modality", "contentType")
    kind = first_of(value, *keys)
    words = kind.lower() if isinstance(kind, str) else ""
    return next((word for word in _WORDS if word in words), default)


def call(
    reader: RequestReader, name: object, arguments: object, place: str, *, prefix: str = ""
) -> list[Part]:
    """Return the call of a function; its arguments may be any JSON."""
    if not isinstance(arguments, str | dict):
        arguments = "" if arguments is None else to_compact_json(arguments)
    return [ToolCall(name=prefix + reader.text(name, f"name of {place}"), arguments=arguments)]


def read_call(reader: RequestReader, part: Json, place: str) -> list[Part]:
    """Return a call that has its name and arguments beside each other, or in `function`."""
    function = part.get("function")
    inner = part if function is None else reader.mapping(function, f"function of {place}")
    custom = part.get("custom")
    if isinstance(custom, dict):
        inner = custom
    for key in besides(inner, _CALL_IGNORED) if inner is not part else ():
        reader.note_unknown(key, inner[key], place)
    return call(reader, first_of(inner, "name", "toolName"), first_of(inner, *CALL_KEYS), place)


_CALL_IGNORED = frozenset({"name", "toolName", "index", "id", "call_id", "type", *CALL_KEYS})


def read_calls(reader: RequestReader, value: Any, place: str) -> Sequence[Part]:
    """Return the calls under `tool_calls` of a message."""
    calls: list[Part] = []
    for number, item in enumerate(reader.items(value, f"tool_calls of {place}"), start=1):
        where = f"{place}, call {number}"
        part = reader.mapping(item, where)
        for key in besides(part, CALL_RULE.keys, _CALL_BESIDE):
            reader.note_unknown(key, part[key], where)
        calls += read_call(reader, part, where)
        calls += signature_of(reader, part.get("extra_content"), where)
    return calls


_CALL_BESIDE = frozenset({"type", "status", "extra_content", "provider_specific_fields"})


def signature_of(reader: RequestReader, value: Any, place: str) -> list[Part]:
    """Return the signature of a thought that Gemini puts beside a call in OpenAI's form."""
    google = value.get("google") if isinstance(value, dict) else None
    code = google.get("thought_signature") if isinstance(google, dict) else None
    return hidden(reader, code, place, is_signature=True)


def hidden(
    reader: RequestReader, code: Any, place: str, *, is_signature: bool = False
) -> list[Part]:
    """Return encrypted reasoning, if there is any."""
    text = reader.text(code, f"encrypted reasoning of {place}")
    return [HiddenReasoning(length=len(text), is_signature=is_signature)] if text else []


CALL_RULE = rule(
    read_call,
    *("name", "toolName", "function", "custom", "index", "id", "call_id", "tool_call_id"),
    *("toolCallId", "namespace", "caller", *CALL_KEYS),
)


def result_of(
    reader: RequestReader, content: Any, place: str, *, name: object = None
) -> list[Part]:
    """Return the result of a function, whose content may be text, parts or any JSON."""
    label = reader.text(name, f"name of {place}") or None
    if isinstance(content, dict) and not isinstance(content.get("type"), str):
        return [ToolResult(name=label, value=content)]
    if (isinstance(content, list) and not _are_parts(content)) or isinstance(
        content, bool | int | float
    ):
        content = to_compact_json(content)
    return [ToolResult(name=label, content=flat(reader.content(content, place)))]


def _are_parts(content: Sequence[Any]) -> bool:
    return all(
        isinstance(part, dict) and (isinstance(part.get("type"), str) or "text" in part)
        for part in content
    )


def flat(parts: Iterable[Part]) -> tuple[Text | Media, ...]:
    """Return *parts* as texts and media, which is all that a result may hold."""
    return tuple(
        inner
        for part in parts
        for inner in (
            (part,)
            if isinstance(part, Text | Media)
            else tuple(Text(text=text) for text in part.texts)
        )
    )


def result_rule(*keys: str, names: Sequence[str] = ("name", "toolName")) -> PartRule:
    """Return the rule of a result whose content stands under the first of *keys* that is there."""

    def read(reader: RequestReader, part: Json, place: str) -> list[Part]:
        return result_of(reader, first_of(part, *keys), place, name=first_of(part, *names))

    ids = ("tool_use_id", "call_id", "tool_call_id", "toolCallId", "is_error", "isError")
    return PartRule(read, frozenset((*keys, *names, *ids)))


def reasoning(text: str, signature: object = None) -> list[Part]:
    """Return readable thinking with the length of its signature; nothing of an empty one."""
    length = len(signature) if isinstance(signature, str) else 0
    if not text:
        return [HiddenReasoning(length=length)] if length else []
    return [Reasoning(text=text, signature_length=length)]


def reasoning_rule(*keys: str) -> PartRule:
    """Return the rule of readable thinking under one of *keys*, perhaps signed."""

    def read(reader: RequestReader, part: Json, place: str) -> list[Part]:
        value = first_of(part, *keys)
        if isinstance(value, list):  # a list of texts in parts
            texts = (text for inner in reader.content(value, place) for text in inner.texts)
            text = "\n".join(texts)
        else:
            text = reader.text(value, f"{keys[0]} of {place}")
        return reasoning(text, part.get("signature"))

    return PartRule(read, frozenset((*keys, "signature")))


def read_reasoning_text(reader: RequestReader, value: Any, place: str) -> list[Part]:
    """Return the thinking that stands in a key of a message."""
    return reasoning(reader.text(value, f"reasoning of {place}"))
