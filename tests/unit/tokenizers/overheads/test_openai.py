"""What OpenAI adds, where every text is one token."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.tokenizers.overheads.one_token_texts import (
    HELLO,
    SYSTEM,
    assistant,
    call,
    count,
    result,
    tool,
)
from tokencost.inputs.request import (
    HiddenReasoning,
    Message,
    OutputSchema,
    Reasoning,
    Refusal,
    Text,
)
from tokencost.tokenizers import Method

CHAT: dict[str, Any] = {"format": "openai_chat", "tokenizer": "o200k_base"}
RESPONSES: dict[str, Any] = {"format": "openai_responses", "tokenizer": "o200k_base"}


@pytest.mark.parametrize(
    ("model", "start"),
    [("gpt-4o", 3), ("gpt-4.1-mini", 3), ("gpt-5", 2), ("o3-mini", 2), ("gpt-6-mini", 2)],
)
def test_a_message_is_4_beside_its_text_and_the_output_begins_with_3_or_2(
    model: str, start: int
) -> None:
    assert count([HELLO], model=model, **CHAT).expected == start + 4 + 1
    assert count([SYSTEM, HELLO], model=model, **CHAT).expected == start + 2 * (4 + 1)


def test_a_name_is_1_beside_itself() -> None:
    named = Message.of("user", "hello", name="ann")
    assert count([named], model="gpt-4o", **CHAT).expected == 8 + 1 + 1


def test_only_texts_in_the_published_format_are_exact() -> None:
    assert count([HELLO], model="gpt-4o", **CHAT).method is Method.EXACT
    for other in (
        count([HELLO], model="gpt-5", **CHAT),
        count([HELLO], model="gpt-4o", **RESPONSES),
        count([Message.of("user", "hello", "again")], model="gpt-4o", **CHAT),
        count([HELLO], model="gpt-4o", tools=(tool(),), **CHAT),
        count([HELLO, assistant(call())], model="gpt-4o", **CHAT),
        count([HELLO], model="gpt-4o", output_schema=OutputSchema(schema={"type": "x"}), **CHAT),
        count([HELLO], model="openai/gpt-4o", site="openrouter", **CHAT),
    ):
        assert other.method is Method.ASSUMED


@pytest.mark.parametrize(
    ("model", "settings", "without_system", "with_system"),
    [
        ("gpt-4o", CHAT, 9, 5),
        ("gpt-5", CHAT, 90, 90),
        ("gpt-4o", RESPONSES, 3, 3),
        ("gpt-5", RESPONSES, 8, 8),
    ],
)
def test_functions_add_a_constant_to_their_namespace(
    model: str, settings: dict[str, Any], without_system: int, with_system: int
) -> None:
    """The namespace is one text, and of a function without properties nothing is corrected."""
    tools = (tool(),)
    for messages, constant in ([HELLO], without_system), ([SYSTEM, HELLO], with_system):
        bare = count(messages, model=model, **settings).expected
        assert count(messages, model=model, tools=tools, **settings).expected == bare + constant + 1


def test_a_function_with_properties_is_1_less_and_a_first_description_1_more() -> None:
    def namespace(**about: Any) -> int:
        return count([HELLO], model="gpt-4o", tools=(tool(**about),), **CHAT).expected - 17

    assert namespace() == 1
    assert namespace(description="Weather.") == 1 + 1
    assert namespace(properties={"city": {"type": "string"}}) == 1 - 1
    described = {"city": {"type": "string", "description": "Where"}}
    assert namespace(properties=described) == 1 - 1 + 1


def test_what_no_bill_has_shown_widens_the_range_of_functions() -> None:
    def slack(schema: dict[str, Any]) -> int:
        tokens = count([HELLO], model="gpt-4o", tools=(tool({"city": schema}),), **CHAT)
        assert tokens.high is not None
        return tokens.high - tokens.expected

    assert slack({"type": "string"}) == 1
    assert slack({"type": "array", "items": {"type": "string"}}) == 1
    for schema in (
        {"type": "string", "enum": ["a"]},
        {"type": "string", "default": "a"},
        {"$ref": "#/$defs/a"},
        {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}},
        {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]},
    ):
        assert slack(schema) >= 3


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"type": "string", "default": None}}},
        {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
    ],
)
def test_objects_and_types_to_choose_from_were_met_by_four_bills(schema: dict[str, Any]) -> None:
    """Within 1 and 3 % of the functions, which are one token here."""
    tokens = count([HELLO], model="gpt-4o", tools=(tool({"city": schema}),), **CHAT)
    assert (tokens.expected - tokens.low, (tokens.high or 0) - tokens.expected) == (1, 1)


@pytest.mark.parametrize(("model", "own"), [("gpt-4o", 5), ("gpt-5", 11)])
def test_a_call_is_a_message_with_its_name_twice_and_its_arguments(model: str, own: int) -> None:
    bare = count([HELLO], model=model, **CHAT).expected
    called = count([HELLO, assistant(call())], model=model, **CHAT).expected
    assert called - bare == 4 + own + 1 + 1 + 1
    answered = count([HELLO, assistant(call()), result()], model=model, **CHAT).expected
    assert answered - called == 4 + 1


def test_several_calls_in_a_message_are_12_and_one_text() -> None:
    bare = count([HELLO], model="gpt-4o", **CHAT).expected
    called = count([HELLO, assistant(call(), call())], model="gpt-4o", **CHAT)
    assert called.expected - bare == 4 + 12 + 1
    assert called.high == called.expected + 6


def test_a_schema_is_11_its_name_and_what_is_left_of_it() -> None:
    schema = OutputSchema(schema={"type": "object"}, name="city")
    tokens = count([HELLO], model="gpt-4o", output_schema=schema, **CHAT)
    assert tokens.expected == 8 + 11 + 1 + 1
    assert count([HELLO], model="gpt-4o", output_schema=OutputSchema(), **CHAT).expected == 8


def test_encrypted_reasoning_is_billed_and_named_in_the_call_that_is_going_on_alone() -> None:
    hidden = assistant(Reasoning(text="a summary"), HiddenReasoning(length=11_065))
    before = count([HELLO, hidden, HELLO], model="gpt-5", **RESPONSES)
    assert before.expected == 2 + 2 * 5
    assert not before.uncounted
    going_on = count([HELLO, hidden], model="gpt-5", **RESPONSES)
    assert going_on.expected == 2 + 5
    assert [part.part for part in going_on.uncounted] == ["encrypted reasoning"]


def test_an_empty_message_is_2_in_responses_and_4_in_chat() -> None:
    empty = assistant(Text(text=""))
    assert count([HELLO, empty], model="gpt-5", **RESPONSES).expected == 7 + 2
    assert count([HELLO, empty], model="gpt-5", **CHAT).expected == 7 + 4


def test_functions_of_an_item_are_92_each_beside_their_namespace() -> None:
    later = tool()
    tools = (type(later)(name="a", definition=later.definition, place="message 2"),)
    assert count([HELLO], model="gpt-5", tools=tools, **RESPONSES).expected == 7 + 92 + 1


def test_a_custom_tool_is_its_definition_within_30_per_cent_and_3() -> None:
    custom = (replace(tool(), is_custom=True),)
    tokens = count([HELLO], model="gpt-5", tools=custom, **RESPONSES)
    # the definition, the constant for functions, and an empty namespace
    assert tokens.expected == 7 + 1 + 8 + 1
    assert tokens.low <= tokens.expected - 3


def test_deferred_functions_are_not_billed() -> None:
    later = (replace(tool(), is_deferred=True),)
    assert count([HELLO], model="gpt-5", tools=later, **RESPONSES).expected == 7


def test_bedrock_and_other_providers_are_told_by_the_name_of_the_model() -> None:
    tools = (tool(),)
    settings = {**RESPONSES, "model": "gpt-5.5", "tools": tools}
    at_openai = count([HELLO], **settings).expected
    assert at_openai == 7 + 8 + 1
    assert count([HELLO], site="bedrock-us", **settings).expected == 7 + 14 + 1


def test_completions_are_their_texts_and_exact_but_for_a_gap_or_another_host() -> None:
    texts, form = [Message.of("user", "hello"), Message.of("user", "bye")], "openai_completions"
    openai = count(texts, model="gpt-3.5-turbo-instruct", format=form)
    assert (openai.expected, openai.method) == (2, Method.EXACT)
    other = count(texts, model="qwen3-max", format=form)
    assert (other.low, other.expected, other.high) == (0, 2, 4)
    gap = [texts[0], Message.of("suffix", "end")]
    filled = count(gap, model="gpt-3.5-turbo-instruct", format=form)
    assert (filled.expected, filled.high, filled.method) == (2, 5, Method.ASSUMED)


def test_a_refusal_is_not_in_the_published_formula() -> None:
    refused = assistant(Refusal(text="no"))
    tokens = count([HELLO, refused], model="gpt-4o", **CHAT)
    assert (tokens.expected, tokens.method) == (3 + 2 * 5, Method.ASSUMED)
    assert count([HELLO, assistant(Text(text="no"))], model="gpt-4o", **CHAT).method is Method.EXACT
