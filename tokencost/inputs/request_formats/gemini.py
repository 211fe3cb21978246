"""Contents of Gemini, in the spelling of its REST interface and of its Python library."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request import (
    HiddenReasoning,
    Interface,
    OutputSchema,
    Part,
    Text,
    ToolCall,
    ToolResult,
)
from tokencost.inputs.request_formats.json_values import Json, besides, describe, first_of
from tokencost.inputs.request_formats.parts import call, flat, media, media_name, reasoning
from tokencost.inputs.request_formats.request_format import (
    SETTING,
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
    read_outputs,
    read_tool_choice,
    uncounted,
)
from tokencost.inputs.request_formats.tools import read_tools


def _read_contents(reader: RequestReader, value: Any, place: str) -> None:
    """Take contents: a text, a content, parts, or a list of these."""
    if isinstance(value, str):
        reader.add("user", [Text(text=value)], place)
    elif isinstance(value, dict):
        reader.add_messages([value if "parts" in value else {"parts": [value]}])
    elif not isinstance(value, list):
        raise reader.problem(f"has {describe(value)} as {place}, not a list")
    elif value and all(
        isinstance(item, dict) and "parts" not in item and "role" not in item for item in value
    ):
        reader.add_messages([{"parts": value}])
    else:
        reader.add_messages([_as_content(item) for item in value], takes_text=True)


def _as_content(item: Any) -> Any:
    """Return a part that stands among contents, as the library takes it, as one of the user."""
    is_part = isinstance(item, dict) and "parts" not in item and "role" not in item
    return {"role": "user", "parts": [item]} if is_part else item


def _read_system(reader: RequestReader, value: Any, place: str) -> None:
    if isinstance(value, dict):
        reader.note_beside(value, {"parts", "role", "text"}, place)
        parts = value.get("parts")
        if parts is not None:
            value = parts
        else:
            value = [{"text": value.get("text")}] if value.get("text") is not None else []
    reader.add_system(value, place)


def _read_schema(*, is_json_schema: bool) -> ReadKey:
    def read(reader: RequestReader, value: Any, place: str) -> None:
        schema = reader.mapping(value, place)
        reader.output_schema = OutputSchema(schema=schema, is_json_schema=is_json_schema)

    return read


def _read_thinking(reader: RequestReader, value: Any, place: str) -> None:
    settings = reader.mapping(value, place)
    budget = first_of(settings, "thinkingBudget", "thinking_budget")
    if budget is not None:
        reader.thinking = "disabled" if budget == 0 else "adaptive" if budget == -1 else "enabled"
    level = first_of(settings, "thinkingLevel", "thinking_level")
    if level is not None:
        read_effort(reader, level, f"thinkingLevel of {place}")


def _parts(reader: RequestReader, value: Any, place: str) -> list[Part]:
    """Return the parts of a content: a list, or one of them."""
    return reader.content(value, place)


def _text(reader: RequestReader, part: Json, place: str) -> list[Part]:
    text = reader.text(part["text"], f"text of {place}")
    if part.get("thought") is True:
        return reasoning(text)
    return [Text(text=text)] if text else []


def _media(*keys: str) -> ReadParts:
    def read(reader: RequestReader, part: Json, place: str) -> list[Part]:
        value = reader.mapping(first_of(part, *keys), f"{keys[0]} of {place}")
        return [media(reader, media_name(value, default="file"), place)]

    return read


_ID = frozenset({"id", "name", "args", "willContinue", "will_continue", "scheduling"})
_TYPES = ("toolType", "tool_type")


def _call(*keys: str) -> ReadParts:
    def read(reader: RequestReader, part: Json, place: str) -> list[Part]:
        if "function_call" in part:
            reader.interface = reader.interface or Interface.PYTHON
        value = reader.mapping(first_of(part, *keys), f"{keys[0]} of {place}")
        for key in besides(value, _ID, {*_TYPES, "arguments"}):
            reader.note_unknown(key, value[key], place)
        name = first_of(value, "name", *_TYPES)
        return call(reader, name, first_of(value, "args", "arguments"), place)

    return read


def _response(*keys: str) -> ReadParts:
    def read(reader: RequestReader, part: Json, place: str) -> list[Part]:
        value = reader.mapping(first_of(part, *keys), f"{keys[0]} of {place}")
        for key in besides(value, _ID, {*_TYPES, "response", "parts"}):
            reader.note_unknown(key, value[key], place)
        name = reader.text(first_of(value, "name", *_TYPES), f"name of {place}") or None
        response = value.get("response")
        content = flat(reader.content(value.get("parts"), place))
        if isinstance(response, str):
            content = (Text(text=response), *content)
            response = None
        if response is not None:
            response = reader.mapping(response, f"response of {place}")
        return [ToolResult(name=name, content=content, value=response)]

    return read


def _code(reader: RequestReader, part: Json, place: str) -> list[Part]:
    value = reader.mapping(first_of(part, "executableCode", "executable_code"), place)
    reader.note_beside(value, {"id", "code", "language"}, place)
    language = reader.text(value.get("language"), f"language of {place}")
    code = reader.text(value.get("code"), f"code of {place}")
    return [ToolCall(name=language, arguments=code)]


def _code_result(reader: RequestReader, part: Json, place: str) -> list[Part]:
    value = reader.mapping(first_of(part, "codeExecutionResult", "code_execution_result"), place)
    reader.note_beside(value, {"id", "output", "outcome"}, place)
    texts = (reader.text(value.get(key), f"{key} of {place}") for key in ("outcome", "output"))
    return [ToolResult(content=tuple(Text(text=text) for text in texts if text))]


def _signature(reader: RequestReader, part: Json, place: str) -> list[Part]:
    code = reader.text(first_of(part, "thoughtSignature", "thought_signature"), place)
    return [HiddenReasoning(length=len(code), is_signature=True)] if code else []


def _of_vertex(reader: RequestReader, _value: Any, _place: str) -> None:
    reader.interface = Interface.VERTEX


def _both(camel: str, snake: str, read: Any) -> dict[str, Any]:
    return {camel: read, snake: read}


_SETTINGS: dict[str, ReadKey | None] = {
    **all_as(read_output_limit, "maxOutputTokens", "max_output_tokens"),
    **all_as(read_outputs, "candidateCount", "candidate_count"),
    **_both("responseSchema", "response_schema", _read_schema(is_json_schema=False)),
    **_both("responseJsonSchema", "response_json_schema", _read_schema(is_json_schema=True)),
    **_both("thinkingConfig", "thinking_config", _read_thinking),
    **ignore("temperature", "topP", "top_p", "topK", "top_k", "stopSequences", "stop_sequences"),
    **ignore("seed", "presencePenalty", "presence_penalty", "frequencyPenalty"),
    **ignore("frequency_penalty", "responseMimeType", "response_mime_type", "logprobs"),
    **ignore("responseModalities", "response_modalities", "responseLogprobs", "response_logprobs"),
    **ignore("mediaResolution", "media_resolution", "speechConfig", "speech_config"),
    **ignore("imageConfig", "image_config", "audioTimestamp", "audio_timestamp", "routingConfig"),
    **ignore("enableAffectiveDialog", "modelSelectionConfig", "routing_config"),
    **ignore("enableEnhancedCivicAnswers", "model_selection_config", "maxRetries"),
    **_both("thinkingLevel", "thinking_level", read_effort),  # of the interactions
    **all_as(read_tool_choice, "tool_choice"),
    **ignore("thinking_summaries", "thinkingSummaries"),
}
_FUNCTION_CALLING = inside(
    {
        "mode": read_tool_choice,
        **ignore("allowedFunctionNames", "allowed_function_names"),
        **ignore("streamFunctionCallArguments"),
    }
)
_TOOL_CONFIG = inside(
    {
        **_both("functionCallingConfig", "function_calling_config", _FUNCTION_CALLING),
        **ignore("includeServerSideToolInvocations", "include_server_side_tool_invocations"),
        **ignore("retrievalConfig", "retrieval_config"),
    }
)
_PROVIDER: dict[str, ReadKey | None] = {
    **_both("systemInstruction", "system_instruction", _read_system),
    "tools": read_tools,
    **_both("toolConfig", "tool_config", _TOOL_CONFIG),
    **_both("cachedContent", "cached_content", uncounted("cached content")),
    **_both("safetySettings", "safety_settings", SETTING),
    **_both("serviceTier", "service_tier", COMMON["service_tier"]),
    **_both(
        *("previousInteractionId", "previous_interaction_id"), uncounted("previous interaction")
    ),
    **ignore("http_options", "httpOptions", "automatic_function_calling"),
    # Google's library refuses these two for the Developer API.
    **all_as(_of_vertex, "labels", "modelArmorConfig", "model_armor_config"),
}


class GeminiContents(RequestFormat):
    """`systemInstruction` and `contents`, each with `parts`, and settings in an object."""

    name: ClassVar[str] = "gemini"
    marks: ClassVar[tuple[str, ...]] = ("contents", "parts")
    body_keys: ClassVar[frozenset[str]] = frozenset({"contents"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "contents": _read_contents,
        **_both("generationConfig", "generation_config", inside(_SETTINGS)),
        "config": inside({**_SETTINGS, **_PROVIDER}),  # of the Python library
        # What its chat endpoint takes in `extra_body`.
        "google": inside({**_SETTINGS, **_PROVIDER}),
        **_PROVIDER,
    }
    message_keys: ClassVar[Mapping[str, ReadParts | None]] = {"parts": _parts}
    part_keys: ClassVar[Mapping[str, ReadParts | None]] = {
        "text": _text,
        **_both("inlineData", "inline_data", _media("inlineData", "inline_data")),
        **_both("fileData", "file_data", _media("fileData", "file_data")),
        **_both("functionCall", "function_call", _call("functionCall", "function_call")),
        **_both(
            *("functionResponse", "function_response"),
            _response("functionResponse", "function_response"),
        ),
        **_both("toolCall", "tool_call", _call("toolCall", "tool_call")),
        **_both("toolResponse", "tool_response", _response("toolResponse", "tool_response")),
        **_both("executableCode", "executable_code", _code),
        **_both("codeExecutionResult", "code_execution_result", _code_result),
        **_both("thoughtSignature", "thought_signature", _signature),
        **_both("videoMetadata", "video_metadata", SETTING),
        **_both("mediaResolution", "media_resolution", SETTING),
        **ignore("thought", "partMetadata", "part_metadata"),
        "parts": lambda reader, part, place: reader.content(part["parts"], place),
        "role": SETTING,
    }

    def recognises(self, body: Json) -> bool:
        """Whether `contents` holds parts, or text beside a model or settings."""
        contents = body.get("contents")
        if isinstance(contents, list | dict):
            items = contents if isinstance(contents, list) else [contents]
            return any(isinstance(item, dict) and _is_content(item) for item in items) or (
                any(isinstance(item, str) for item in items) and _has_settings(body)
            )
        return isinstance(contents, str) and _has_settings(body)


def _is_content(item: Json) -> bool:
    return isinstance(item.get("role"), str) or any(
        key in item for key in ("parts", "inlineData", "inline_data", "fileData", "file_data")
    )


def _has_settings(body: Json) -> bool:
    return any(key in body for key in ("model", "config", "generationConfig", "generation_config"))


def _read_content(reader: RequestReader, value: Any, place: str) -> None:
    _read_contents(reader, value, place)


def _read_instances(reader: RequestReader, value: Any, place: str) -> None:
    """Take the texts of Vertex AI's embeddings, each with its title."""
    for number, item in enumerate(reader.items(value, place), start=1):
        where = f"instance {number}"
        instance = reader.mapping(item, where)
        texts = [
            reader.text(instance.get(key), f"{key} of {where}") for key in ("title", "content")
        ]
        reader.add("user", [Text(text=text) for text in texts if text], where)
        reader.note_beside(instance, {"title", "content", "task_type", "taskType"}, where)


def _read_embeddings(reader: RequestReader, value: Any, place: str) -> None:
    """Take the contents of `batchEmbedContents`, which is one call for one model."""
    for number, item in enumerate(reader.items(value, place), start=1):
        where = f"request {number}"
        entry = reader.mapping(item, where)
        own = reader.text(entry.get("model"), f"model of {where}")
        if reader.model and own and own != reader.model:
            raise reader.problem(f"has another model in {where}: one call is for one model")
        reader.read_keys(entry, GeminiEmbeddings.keys, where)


class GeminiEmbeddings(RequestFormat):
    """`content` with parts, several of these, or `instances` with texts, and no output."""

    name: ClassVar[str] = "gemini_embeddings"
    marks: ClassVar[tuple[str, ...]] = ("content", "instances")
    body_keys: ClassVar[frozenset[str]] = frozenset({"content", "instances", "requests"})
    has_output: ClassVar[bool] = False
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "content": _read_content,
        "instances": _read_instances,
        "requests": _read_embeddings,
        "parameters": inside(
            {**ignore("outputDimensionality", "output_dimensionality", "autoTruncate")}
        ),
        "title": lambda reader, value, place: reader.add_system(reader.text(value, place), place),
        **ignore("taskType", "task_type", "outputDimensionality", "output_dimensionality"),
        **ignore("embedContentConfig", "embed_content_config", "autoTruncate", "auto_truncate"),
    }

    def recognises(self, body: Json) -> bool:
        """Whether there are contents with parts, or a list of instances with texts."""
        content, instances, requests = map(body.get, ("content", "instances", "requests"))
        if isinstance(requests, list) and requests:
            return all(isinstance(item, dict) and self.recognises(item) for item in requests)
        if isinstance(instances, list) and instances:
            return all(
                isinstance(item, dict) and isinstance(item.get("content"), str)
                for item in instances
            )
        return isinstance(content, dict) and isinstance(content.get("parts"), list | dict)
