"""OpenAI's Responses: `instructions` and `input`, whose items may be calls and their results."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tokencost.inputs.request import Part, Text, to_compact_json
from tokencost.inputs.request_formats.json_values import Json, besides, describe, first_of, type_of
from tokencost.inputs.request_formats.parts import (
    CALL_RULE,
    call,
    hidden,
    media,
    media_rule,
    reasoning,
    result_of,
    text_rule,
    texts_of,
)
from tokencost.inputs.request_formats.request_format import (
    PartRule,
    ReadItem,
    ReadKey,
    ReadParts,
    RequestFormat,
)
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import (
    COMMON,
    ignore,
    inside,
    read_effort,
    read_response_format,
    uncounted,
)
from tokencost.inputs.request_formats.tools import add_tools_of_item, read_tools


def read_instructions(reader: RequestReader, value: Any, place: str) -> None:
    """Take the text, or the messages, that stand before the others."""
    reader.add_system(value, place)


def _read_input(reader: RequestReader, value: Any, place: str) -> None:
    if isinstance(value, str):
        reader.add("user", [Text(text=value)] if value else [], place)
    elif isinstance(value, list):
        reader.add_messages(value, takes_text=True)
    else:
        raise reader.problem(f"has {describe(value)} as {place}, not text or a list")


_ITEM_SETTINGS = frozenset(
    {
        *("type", "id", "call_id", "status", "role", "namespace", "caller", "server_label"),
        *("execution", "container_id", "acknowledged_safety_checks", "pending_safety_checks"),
        *("approval_request_id", "created_by", "environment", "max_output_length", "phase"),
    }
)


def _item(role: str, read: ReadParts, *keys: str) -> ReadItem:
    """Return a reader of an item that stands for a message of *role*, and has *keys*."""

    def read_item(reader: RequestReader, item: Json, place: str) -> None:
        for key in besides(item, _ITEM_SETTINGS, set(keys)):
            reader.note_unknown(key, item[key], place)
        if parts := read(reader, item, place):
            reader.add(role, parts, place)

    return read_item


def _call(reader: RequestReader, item: Json, place: str) -> Sequence[Part]:
    name = item.get("name")
    arguments = first_of(item, "arguments", "input", "action", "operation")
    return call(reader, name if name is not None else _kind(item), arguments, place)


def _kind(item: Json) -> str:
    """Return the name of a tool that has none but that of its items."""
    return str(item.get("type")).removesuffix("_call")


def _result(reader: RequestReader, item: Json, place: str) -> Sequence[Part]:
    output = item.get("output")
    if isinstance(output, list) and not any(
        isinstance(part, dict) and isinstance(part.get("type"), str) for part in output
    ):
        output = to_compact_json(output)  # what commands wrote, with their exit codes
    return result_of(reader, output, place)


def _reasoning(reader: RequestReader, item: Json, place: str) -> Sequence[Part]:
    parts: list[Part] = []
    for key in ("summary", "content"):
        for part in reader.content(item.get(key), place):
            parts += reasoning("\n".join(part.texts)) if part.texts else [part]
    return parts + hidden(reader, item.get("encrypted_content"), place)


def _search(part: str) -> ReadParts:
    """Return a reader of a search, whose results lie at the provider."""

    def read(reader: RequestReader, item: Json, place: str) -> Sequence[Part]:
        reader.note(part, place)
        results = item.get("results")
        texts = [to_compact_json(results)] if results else []
        texts += texts_of(reader, item, ("code",), place)
        outputs = item.get("outputs")
        texts += [to_compact_json(outputs)] if outputs else []
        arguments = first_of(item, "action", "queries")
        return [*call(reader, _kind(item), arguments, place), *(Text(text=text) for text in texts)]

    return read


def _image(reader: RequestReader, item: Json, place: str) -> Sequence[Part]:
    reader.text(item.get("result"), f"result of {place}")
    return [media(reader, "image", place)]


def _mcp_call(reader: RequestReader, item: Json, place: str) -> Sequence[Part]:
    parts = call(reader, item.get("name"), item.get("arguments"), place)
    for key in ("output", "error"):
        value = item.get(key)
        if value is not None:
            parts += result_of(reader, value, place)
    return parts


def _approval(reader: RequestReader, item: Json, place: str) -> Sequence[Part]:
    return [Text(text=text) for text in texts_of(reader, item, ("reason",), place)]


def _declared(reader: RequestReader, item: Json, place: str) -> Sequence[Part]:
    add_tools_of_item(reader, item.get("tools"), place)
    return [Text(text=text) for text in texts_of(reader, item, ("error",), place)]


def _lies_there(part: str) -> ReadParts:
    def read(reader: RequestReader, item: Json, place: str) -> Sequence[Part]:  # noqa: ARG001
        reader.note(part, place)
        return ()

    return read


_STATE = ("previous_response_id", "conversation")
_CALLED = ("name", "arguments", "input", "action", "operation")


class OpenAIResponses(RequestFormat):
    """`input`, a text or items, of which not each has a role."""

    name: ClassVar[str] = "openai_responses"
    marks: ClassVar[tuple[str, ...]] = ("input",)
    body_keys: ClassVar[frozenset[str]] = frozenset({"input", "prompt", *_STATE})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "instructions": read_instructions,
        "input": _read_input,
        "tools": read_tools,
        "text": inside({"format": read_response_format, **ignore("verbosity")}),
        "reasoning": inside(
            {
                "effort": read_effort,
                **ignore("summary", "generate_summary", "context", "mode", "enabled", "max_tokens"),
            }
        ),
        "previous_response_id": uncounted("previous response"),
        "conversation": uncounted("conversation"),
        "prompt": uncounted("stored prompt"),
        "context_management": uncounted("context management"),
        **ignore("max_tool_calls"),
    }
    parts: ClassVar[Mapping[str, PartRule]] = {
        "input_text": text_rule("text"),
        "output_text": text_rule("text"),
        "summary_text": text_rule("text"),
        "reasoning_text": text_rule("text"),
        "input_image": media_rule("image", "image_url", "file_id", "detail"),
        "input_file": media_rule("file", "file_data", "file_id", "file_url", "filename", "detail"),
        "computer_screenshot": media_rule("image", "image_url", "file_id", "detail"),
        "custom_tool_call": CALL_RULE,
    }
    items: ClassVar[Mapping[str, ReadItem]] = {
        "function_call": _item("assistant", _call, *_CALLED),
        "custom_tool_call": _item("assistant", _call, *_CALLED),
        "tool_search_call": _item("assistant", _call, *_CALLED),
        "local_shell_call": _item("assistant", _call, *_CALLED),
        "shell_call": _item("assistant", _call, *_CALLED),
        "apply_patch_call": _item("assistant", _call, *_CALLED),
        "computer_call": _item("assistant", _call, *_CALLED, "actions"),
        "mcp_approval_request": _item("assistant", _call, *_CALLED),
        "function_call_output": _item("tool", _result, "output"),
        "custom_tool_call_output": _item("tool", _result, "output"),
        "local_shell_call_output": _item("tool", _result, "output"),
        "shell_call_output": _item("tool", _result, "output"),
        "apply_patch_call_output": _item("tool", _result, "output"),
        "computer_call_output": _item("tool", _result, "output"),
        "reasoning": _item("assistant", _reasoning, "summary", "content", "encrypted_content"),
        "web_search_call": _item("assistant", _search("web search results"), "action", "queries"),
        "file_search_call": _item(
            "assistant", _search("file search results"), "queries", "results"
        ),
        "code_interpreter_call": _item("assistant", _search("code interpreter"), "code", "outputs"),
        "image_generation_call": _item("assistant", _image, "result"),
        "mcp_call": _item("assistant", _mcp_call, "name", "arguments", "output", "error"),
        "mcp_list_tools": _item("tool", _declared, "tools", "error"),
        "tool_search_output": _item("tool", _declared, "tools"),
        "additional_tools": _item("developer", _declared, "tools"),
        "mcp_approval_response": _item("user", _approval, "reason"),
        "item_reference": _item("user", _lies_there("item at the provider")),
        "compaction": _item("user", _lies_there("compacted context"), "encrypted_content"),
    }

    def recognises(self, body: Json) -> bool:
        """Whether `input` holds items with a role or a type, or is text beside a model."""
        value, stored = body.get("input"), body.get("prompt")
        is_stored = isinstance(stored, dict) and isinstance(stored.get("id"), str)
        if not value and (is_stored or any(body.get(key) for key in _STATE)):
            return True  # all there is to say lies at the provider
        if isinstance(value, str):
            return "model" in body and not any(key in body for key in ("messages", "contents"))
        return isinstance(value, list) and any(
            isinstance(item, dict)
            and (isinstance(item.get("role"), str) or type_of(item) in self.items)
            for item in value
        )
