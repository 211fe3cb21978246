"""OpenAI's chat completions, and what others added to them: OpenRouter, Mistral, DeepSeek, Groq."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request import Part, Refusal
from tokencost.inputs.request_formats.json_values import Json, besides, first_of, has_role
from tokencost.inputs.request_formats.parts import (
    CALL_RULE,
    hidden,
    media,
    media_rule,
    read_call,
    read_calls,
    read_reasoning_text,
    reasoning,
    reasoning_rule,
    rule,
    text_rule,
)
from tokencost.inputs.request_formats.request_format import (
    SETTING,
    PartRule,
    ReadKey,
    ReadParts,
    RequestFormat,
)
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import COMMON, ignore, read_effort, uncounted
from tokencost.inputs.request_formats.tools import read_tools


def read_messages(reader: RequestReader, value: Any, place: str) -> None:
    """Take a list of messages."""
    messages = reader.items(value, place)
    if not messages:
        raise reader.problem(f"has no messages: {place} is empty")
    reader.add_messages(messages)


def _read_reasoning(reader: RequestReader, value: Any, place: str) -> None:
    """Take OpenRouter's settings of thinking."""
    settings = reader.mapping(value, place)
    if settings.get("enabled") is not None:
        reader.thinking = "enabled" if settings["enabled"] else "disabled"
    if settings.get("effort") is not None:
        read_effort(reader, settings["effort"], f"effort of {place}")
    for key in besides(settings, {"enabled", "effort", "max_tokens", "exclude", "summary"}):
        if key not in ("context", "generate_summary", "mode"):
            reader.note_unknown(key, settings[key], place)


def _read_details(reader: RequestReader, value: Any, place: str) -> list[Part]:
    """Return OpenRouter's `reasoning_details`: texts, summaries and encrypted ones."""
    parts: list[Part] = []
    for number, item in enumerate(reader.items(value, f"reasoning_details of {place}"), start=1):
        where = f"{place}, reasoning {number}"
        detail = reader.mapping(item, where)
        text = reader.text(first_of(detail, "text", "summary"), f"text of {where}")
        parts += reasoning(text, detail.get("signature"))
        parts += hidden(reader, detail.get("data"), where)
    return parts


def _read_function_call(reader: RequestReader, value: Any, place: str) -> list[Part]:
    return read_call(reader, reader.mapping(value, f"function_call of {place}"), place)


def _read_audio(reader: RequestReader, value: Any, place: str) -> list[Part]:
    reader.mapping(value, f"audio of {place}")
    return [media(reader, "audio", place)]


def _read_refusal(reader: RequestReader, value: Any, place: str) -> list[Part]:
    text = reader.text(value, f"refusal of {place}")
    return [Refusal(text=text)] if text else []


def _refusal_part(reader: RequestReader, part: Json, place: str) -> list[Part]:
    return _read_refusal(reader, part.get("refusal"), place)


class OpenAIChat(RequestFormat):
    """`messages`, each with a role and a content."""

    name: ClassVar[str] = "openai_chat"
    marks: ClassVar[tuple[str, ...]] = ("messages", "role")
    body_keys: ClassVar[frozenset[str]] = frozenset({"messages", "prompt"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "messages": read_messages,
        "tools": read_tools,
        "functions": read_tools,
        "reasoning": _read_reasoning,
        "mcp_servers": uncounted("MCP server"),
    }
    message_keys: ClassVar[Mapping[str, ReadParts | None]] = {
        "content": SETTING,  # read first, as every format has it
        "tool_calls": read_calls,
        "function_call": _read_function_call,
        "refusal": _read_refusal,
        "audio": _read_audio,
        "reasoning_content": read_reasoning_text,
        "reasoning": read_reasoning_text,
        "reasoning_details": _read_details,
        **ignore("type", "id", "status", "tool_call_id", "annotations", "prefix", "phase"),
        **ignore("weight", "train", "cache_control", "prompt_cache_breakpoint", "logprobs"),
        **ignore("metadata", "index", "finish_reason", "partial", "is_error", "tool_name"),
        **ignore("stop_reason", "model", "created_at", "createdAt", "timestamp", "object"),
    }
    parts: ClassVar[Mapping[str, PartRule]] = {
        "text": text_rule("text", "content", "value"),
        "refusal": rule(_refusal_part, "refusal"),
        "image_url": media_rule(
            "image", "image_url", "image", "detail", "max_pixels", "min_pixels"
        ),
        "input_audio": media_rule("audio", "input_audio"),
        "audio_url": media_rule("audio", "audio_url"),
        "audio": media_rule("audio", "audio", "audio_url", "data", "mediaType", "mimeType"),
        "video_url": media_rule("video", "video_url", "fps"),
        "input_video": media_rule("video", "input_video"),
        "video": media_rule("video", "video", "video_url", "fps", "data", "mediaType"),
        "image": media_rule(
            *("image", "source", "image", "image_url", "data", "url", "mediaType", "mimeType"),
            *("media_type", "mime_type"),
        ),
        "document_url": media_rule("file", "document_url", "document_name"),
        "reference": media_rule("reference", "reference_ids"),
        "thinking": reasoning_rule("thinking", "text"),
        "reasoning": reasoning_rule("reasoning", "text", "content", "value"),
        "function_call": CALL_RULE,
        "tool_call": CALL_RULE,
        "function": CALL_RULE,
    }

    def recognises(self, body: Json) -> bool:
        """Whether an item of `messages` has a role, or there is none yet beside a model."""
        messages = body.get("messages")
        if messages is None:  # some keep them in a prompt
            return has_role(body.get("prompt"))
        return has_role(messages) or (messages == [] and isinstance(body.get("model"), str))
