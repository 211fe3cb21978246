"""Messages of Anthropic, at its own interface and at clouds that take the same body."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request import DocumentText, Part, Text, ToolResult
from tokencost.inputs.request_formats.json_values import Json, has_role
from tokencost.inputs.request_formats.openai_chat import read_messages
from tokencost.inputs.request_formats.parts import (
    CALL_RULE,
    cited,
    flat,
    hidden,
    media,
    media_name,
    reasoning_rule,
    result_rule,
    rule,
    text_rule,
    texts_of,
)
from tokencost.inputs.request_formats.request_format import PartRule, ReadKey, RequestFormat
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import (
    COMMON,
    add_schema,
    ignore,
    inside,
    read_effort,
    read_response_format,
    uncounted,
)
from tokencost.inputs.request_formats.tools import read_tools

_PARTS = ("tool_use", "tool_result", "redacted_thinking", "server_tool_use", "search_result")


def read_system(reader: RequestReader, value: Any, place: str) -> None:
    """Take the system text."""
    reader.add_system(value, place)


def _document(reader: RequestReader, part: Json, place: str) -> list[Part]:
    """Return a document: its text, and what it is called; a file is not text."""
    parts: list[Part] = [
        Text(text=text) for text in texts_of(reader, part, ("title", "context"), place)
    ]
    inner = part.get("document")  # Cohere: {"document": {"data": ...}}
    for key, value in reader.mapping(inner, f"document of {place}").items():
        if key != "id":
            parts += reader.content(value if isinstance(value, str) else str(value), place)
    source = reader.mapping(part.get("source"), f"source of {place}")
    match source.get("type"):
        case "text":
            text = reader.text(source.get("data"), f"data of {place}")
            parts += _as_document(reader.content(text, place))
        case "content":
            parts += _as_document(reader.content(source.get("content"), place))
        case _ if inner is None:
            parts.append(media(reader, media_name(source, default="file"), place))
        case _:
            pass
    reader.note_beside(source, _SOURCE, place)
    return cited(parts, part.get("citations"))


def _as_document(parts: list[Part]) -> list[Part]:
    """Return *parts* with the first text known for that of a document."""
    first = next((part for part in parts if isinstance(part, Text)), None)
    return [DocumentText(text=part.text) if part is first else part for part in parts]


_SOURCE = frozenset({"type", "media_type", "data", "url", "file_id", "content"})


def _search_result(reader: RequestReader, part: Json, place: str) -> list[Part]:
    texts = texts_of(reader, part, ("source", "title"), place)
    parts = [*(Text(text=text) for text in texts), *reader.content(part.get("content"), place)]
    return cited(parts, part.get("citations"))


def _redacted(reader: RequestReader, part: Json, place: str) -> list[Part]:
    return hidden(reader, part.get("data"), place)


def _web_result(reader: RequestReader, part: Json, place: str) -> list[Part]:
    """Return what can be read of a page that was found; its text is encrypted."""
    texts = texts_of(reader, part, ("title", "url", "page_age", "text"), place)
    parts: list[Part] = [Text(text=text) for text in texts]
    if part.get("encrypted_content"):
        parts.append(media(reader, "web search result", place))
    return parts


def _server_result(reader: RequestReader, part: Json, place: str) -> list[Part]:
    """Return what a tool of the provider returned."""
    return [ToolResult(content=flat(reader.content(part.get("content"), place)))]


def _tool_search(reader: RequestReader, part: Json, place: str) -> list[Part]:
    return reader.content(reader.items(part.get("tool_references"), place), place)


def _tool_addition(reader: RequestReader, part: Json, place: str) -> list[Part]:
    return reader.content(reader.mapping(part.get("tool"), f"tool of {place}"), place)


def _executed(reader: RequestReader, part: Json, place: str) -> list[Part]:
    """Return what a command wrote, and its files, which are not text."""
    texts = texts_of(reader, part, ("stdout", "stderr", "encrypted_stdout"), place)
    parts = [*(Text(text=text) for text in texts), *reader.content(part.get("content"), place)]
    return cited(parts, part.get("citations"))


def _edited(reader: RequestReader, part: Json, place: str) -> list[Part]:
    texts = texts_of(reader, part, ("content", "file_type"), place)
    lines = reader.items(part.get("lines"), f"lines of {place}")
    texts += [reader.text(line, f"lines of {place}") for line in lines]
    return [Text(text=text) for text in texts]


def _fetched(reader: RequestReader, part: Json, place: str) -> list[Part]:
    texts = texts_of(reader, part, ("url", "retrieved_at"), place)
    parts = [*(Text(text=text) for text in texts), *reader.content(part.get("content"), place)]
    return cited(parts, part.get("citations"))


def _upload(reader: RequestReader, part: Json, place: str) -> list[Part]:
    reader.text(part.get("file_id"), f"file_id of {place}")
    return [media(reader, "file", place)]


def _compaction(reader: RequestReader, part: Json, place: str) -> list[Part]:
    if part.get("encrypted_content"):
        reader.note("compacted context", place)
    return reader.content(reader.text(part.get("content"), f"content of {place}"), place)


def _read_output_format(reader: RequestReader, value: Any, place: str) -> None:
    form = reader.mapping(value, place)
    if form.get("type") == "json_schema" or "schema" in form:
        add_schema(reader, form, place)
        reader.note_beside(form, {"type", "schema", "name", "description", "strict"}, place)
    else:
        read_response_format(reader, value, place)


def _read_task_budget(reader: RequestReader, value: Any, place: str) -> None:
    reader.has_task_budget = bool(reader.mapping(value, place))


read_output_config = inside(
    {
        "effort": read_effort,
        "format": _read_output_format,
        "task_budget": _read_task_budget,
    }
)


_CHAT_KEYS = frozenset({"response_format", "stream_options", "n", "reasoning_effort"})
_ERROR = text_rule("error_code", "error_message")
_RESULTS = (
    *("web_search", "web_fetch", "code_execution", "bash_code_execution", "advisor"),
    *("text_editor_code_execution", "tool_search"),
)


class AnthropicMessages(RequestFormat):
    """`system` beside `messages`, and calls of tools as parts of their content."""

    name: ClassVar[str] = "anthropic"
    marks: ClassVar[tuple[str, ...]] = ("messages",)
    body_keys: ClassVar[frozenset[str]] = frozenset({"messages"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "system": read_system,
        "messages": read_messages,
        "tools": read_tools,
        "output_format": _read_output_format,
        "output_config": read_output_config,
        "mcp_servers": uncounted("MCP server"),
        "container": uncounted("container"),
        "context_management": uncounted("context management"),
        **ignore("fallbacks"),
    }
    parts: ClassVar[Mapping[str, PartRule]] = {
        "tool_use": CALL_RULE,
        "server_tool_use": CALL_RULE,
        "mcp_tool_use": PartRule(CALL_RULE.read, CALL_RULE.keys | {"server_name"}),
        "tool_result": result_rule("content"),
        "mcp_tool_result": result_rule("content"),
        **{
            f"{name}_tool_result": rule(_server_result, "content", "tool_use_id", "caller")
            for name in _RESULTS
        },
        "web_search_result": rule(
            _web_result, *("title", "url", "page_age", "text", "encrypted_content")
        ),
        "web_fetch_result": rule(_fetched, "url", "retrieved_at", "content"),
        "advisor_result": text_rule("text", ignored=("stop_reason",)),
        "tool_search_tool_search_result": rule(_tool_search, "tool_references"),
        "tool_reference": text_rule("tool_name", "name"),
        "tool_addition": rule(_tool_addition, "tool"),
        **dict.fromkeys(
            (
                *("code_execution_result", "bash_code_execution_result"),
                "encrypted_code_execution_result",
            ),
            rule(_executed, "stdout", "stderr", "encrypted_stdout", "content", "return_code"),
        ),
        **dict.fromkeys(
            (
                *("text_editor_code_execution_view_result",),
                *("text_editor_code_execution_create_result",),
                "text_editor_code_execution_str_replace_result",
            ),
            rule(_edited, "content", "file_type", "lines"),
        ),
        **{f"{name}_tool_result_error": _ERROR for name in _RESULTS},
        "code_execution_output": rule(_upload, "file_id"),
        "bash_code_execution_output": rule(_upload, "file_id"),
        "container_upload": rule(_upload, "file_id"),
        "thinking": reasoning_rule("thinking", "text"),
        "redacted_thinking": rule(_redacted, "data"),
        "document": rule(_document, "title", "context", "source", "document"),
        "search_result": rule(_search_result, "source", "title", "content"),
        "compaction": rule(_compaction, "content", "encrypted_content"),
    }

    def recognises(self, body: Json) -> bool:
        """Whether messages stand beside a system text, or say otherwise that they are Claude's."""
        messages = body.get("messages")
        if not has_role(messages):
            return False
        if "system" in body or "anthropic_version" in body or "output_config" in body:
            return True
        model = body.get("model")
        is_claude = isinstance(model, str) and model.startswith(("claude", "anthropic."))
        if is_claude and "max_tokens" in body and not _CHAT_KEYS & body.keys():
            return not any("function" in tool for tool in _listed(body.get("tools")))
        if any(map(_is_own_tool, _listed(body.get("tools")))):
            return True
        contents = [message.get("content") for message in _listed(messages)]
        return any(
            part.get("type") in _PARTS
            for content in contents
            if isinstance(content, list)
            for part in _listed(content)
        )


def _is_own_tool(tool: Json) -> bool:
    return "input_schema" in tool


def _listed(value: object) -> list[Any]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
