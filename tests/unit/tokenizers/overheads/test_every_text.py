"""What is read of a request is counted by every rule of overheads, or raises the upper end."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.inputs.request_formats.request_bodies import BODIES
from tests.unit.inputs.request_formats.test_every_leaf import BEHIND, MARK, SETTINGS, paths, read
from tests.unit.inputs.request_formats.test_every_leaf import with_value as with_text
from tests.unit.tokenizers.overheads.one_token_texts import (
    HELLO,
    OneToken,
    assistant,
    count,
    result,
)
from tokencost.inputs.request import (
    OutputSchema,
    Reasoning,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
)
from tokencost.tokenizers.overheads import find_message_formats
from tokencost.tokenizers.overheads.rule import Charge

# One model of each family, with its tokenizer and the site that decides how it is billed.
FAMILIES = {
    "gpt-4o": ("o200k_base", ""),
    "gpt-5.5": ("o200k_base", ""),
    "claude-sonnet-4-5": ("claude-3", ""),
    "claude-opus-5": ("claude-4.8", ""),
    "gemini-2.5-flash": ("gemma3", "developer-api"),
    "gemini-3-pro-preview": ("gemma3", "vertex"),
    "mistral-large-latest": ("tekken", ""),
    "qwen3-max": ("qwen2", ""),
    "kimi-k2.5": ("kimi", ""),
    "gpt-oss-120b": ("o200k_base", ""),
    "grok-4": ("grok", ""),
}
ARGUMENTS: tuple[Any, ...] = ("quaymark", '["quaymark"]', '{"a":{"quaymark":1}}')


def charges(request: Request, model: str) -> list[Charge]:
    tokenizer, site = FAMILIES[model]
    return [
        charge
        for format_ in find_message_formats(model, tokenizer, site=site, form=request.format)
        for charge in format_.charges(request)
    ]


def is_left_out(request: Request, model: str) -> bool:
    """Whether the mark stands where it is not billed on purpose.

    Thoughts, as far as a provider leaves them out; names of results and people, which only some
    forms have; schemas of outputs at Gemini, which recorded bills show to be free.
    """
    parts = [part for message in request.messages for part in message.parts]
    free = [part.text for part in parts if isinstance(part, Reasoning)]
    free += [part.name or "" for part in parts if isinstance(part, ToolResult)]
    free += [message.name or "" for message in request.messages]
    if model.startswith("gemini") and (schema := request.output_schema) is not None:
        free += [schema.text, schema.name or "", schema.description or ""]
    return any(MARK in text for text in free)


@pytest.mark.parametrize("model", FAMILIES)
@pytest.mark.parametrize("name", BODIES)
def test_every_text_that_is_read_is_charged_in_every_family(name: str, model: str) -> None:
    body = BODIES[name]
    passed_over = []
    for path, value in paths(body):
        if not isinstance(value, str) or path[-1] in SETTINGS or BEHIND & {*path}:
            continue
        (request,) = read(with_text(body, path, MARK))
        if is_left_out(request, model):
            continue
        is_named = any(MARK in uncounted.part for uncounted in request.uncounted)
        if not is_named and not any(MARK in charge.text for charge in charges(request, model)):
            passed_over.append(path)
    assert passed_over == []


@pytest.mark.parametrize("model", FAMILIES)
@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_arguments_that_are_not_an_object_are_counted(arguments: str, model: str) -> None:
    calls = (ToolCall(name="run", arguments=arguments), ToolCall(name="stop", arguments="{}"))
    for part in (calls[:1], calls):
        request = Request(messages=(HELLO, assistant(*part), result()))
        assert any(MARK in charge.text for charge in charges(request, model)), model


@pytest.mark.parametrize("model", FAMILIES)
def test_what_a_declaration_says_beside_the_usual_is_in_the_range(model: str) -> None:
    words = {"items": {"type": "string", "description": MARK}, "type": "array"}
    schema = {"type": "object", "properties": {"names": words}}
    plain = {"name": "list_names", "parameters": schema}
    tool = Tool(name="list_names", parameters=schema, definition=plain)
    request = Request(messages=(HELLO,), tools=(tool,))
    assert any(MARK in charge.text for charge in charges(request, model))


def test_a_text_that_may_be_billed_raises_the_upper_end_alone() -> None:
    schema = OutputSchema(name="t", schema={"type": "object", "properties": {"a": {}}})
    plain = count([HELLO], model="gpt-4o", output_schema=schema)
    described = count([HELLO], model="gpt-4o", output_schema=replace(schema, description="why"))
    assert described.low == plain.low
    assert described.expected == plain.expected
    assert described.high == (plain.high or 0) + 1


def test_examples_of_a_tool_are_counted_for_claude() -> None:
    def tools(*examples: object) -> tuple[Tool, ...]:
        definition = {"name": "find", "input_examples": list(examples)}
        return (Tool(name="find", definition=definition),)

    settings: dict[str, Any] = {"model": "claude-sonnet-4-5", "tokenizer": "claude-3"}
    none = count([HELLO], tools=tools(), **settings).expected
    assert count([HELLO], tools=tools({"a": 1}), **settings).expected == none + 11  # 10 and 1


def test_thoughts_of_which_nobody_knows_whether_they_are_billed_raise_the_upper_end() -> None:
    thought = assistant(Reasoning(text="hm"), Text(text="yes"))
    settings: dict[str, Any] = {"model": "mistral-large-latest", "tokenizer": "tekken"}
    with_thought = count([HELLO, thought, HELLO], **settings)
    without = count([HELLO, assistant(Text(text="yes")), HELLO], **settings)
    assert with_thought.expected == without.expected
    assert with_thought.high == (without.high or 0) + 1


def test_one_token_is_one_token() -> None:
    assert OneToken().measure("any").expected == 1
