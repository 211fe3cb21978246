"""What Google adds for Gemini, where every text is one token."""

from typing import Any

import pytest

from tests.unit.tokenizers.overheads.one_token_texts import HELLO, SYSTEM, assistant, call, count
from tokencost.inputs.request import (
    HiddenReasoning,
    Interface,
    Media,
    Message,
    OutputSchema,
    Reasoning,
    Text,
    Tool,
    ToolResult,
    UncountedPart,
)

GEMINI: dict[str, Any] = {"format": "gemini", "tokenizer": "gemma3"}
DEVELOPER: dict[str, Any] = {"model": "gemini-2.5-flash", "site": "developer-api", **GEMINI}
DEVELOPER_3: dict[str, Any] = {**DEVELOPER, "model": "gemini-3-flash-preview"}
VERTEX: dict[str, Any] = {"model": "gemini-2.5-flash", "site": "vertex", **GEMINI}
RESPONSE = Message(role="user", parts=(ToolResult(name="get_weather", value={"sky": "rain"}),))


def tool(
    properties: dict[str, Any] | None = None, *, key: str = "parametersJsonSchema", **about: Any
) -> Tool:
    parameters = {"type": "OBJECT", "properties": properties or {}, **about}
    definition = {"name": "get_weather", "description": "Weather.", key: parameters}
    return Tool(
        name="get_weather", description="Weather.", parameters=parameters, definition=definition
    )


def test_at_vertex_every_string_is_counted_and_nothing_else() -> None:
    assert count([SYSTEM, HELLO], **VERTEX).expected == 2
    history = [HELLO, assistant(call({"city": "Oslo"})), RESPONSE]
    # hello; name, key and value of the call; name, key and value of the response
    assert count(history, **VERTEX).expected == 1 + 3 + 3


def test_at_vertex_a_json_schema_costs_nothing_and_parameters_their_strings() -> None:
    city = {"city": {"type": "STRING"}}
    json_schema, parameters = tool(city), tool(city, key="parameters")
    assert count([HELLO], tools=(json_schema,), **VERTEX).expected == 1 + 2
    # OBJECT, city, STRING
    assert count([HELLO], tools=(parameters,), **VERTEX).expected == 1 + 2 + 3


def test_at_vertex_a_response_schema_is_its_strings_but_not_as_json_schema() -> None:
    schema = {"type": "OBJECT"}
    as_schema, as_json = (OutputSchema(schema=schema, is_json_schema=is_) for is_ in (False, True))
    assert count([HELLO], output_schema=as_schema, **VERTEX).expected == 2
    assert count([HELLO], output_schema=as_json, **VERTEX).expected == 1


def test_gemini_2_0_is_billed_by_its_strings_everywhere() -> None:
    settings = {**DEVELOPER, "model": "gemini-2.0-flash"}
    assert count([SYSTEM, HELLO], **settings).expected == 2


def test_at_the_developer_api_each_content_is_1_more() -> None:
    assert count([SYSTEM, HELLO], **DEVELOPER).expected == 4


@pytest.mark.parametrize(
    ("properties", "added"),
    [
        ({}, 0),
        ({"city": {"type": "string"}}, 10 + 1),
        ({"tags": {"type": "array", "items": {"type": "string"}}}, 26 + 1),
        # the object, its name, and one parameter in it
        ({"at": {"type": "object", "properties": {"lat": {"type": "number"}}}}, 54 + 1 + 11),
        (
            {"at": {"type": "array", "items": {"properties": {"lat": {"type": "number"}}}}},
            51 + 1 + 11,
        ),
    ],
)
def test_a_function_is_18_and_its_parameters(properties: dict[str, Any], added: int) -> None:
    tokens = count([HELLO], tools=(tool(properties),), **DEVELOPER)
    assert tokens.expected == 2 + 18 + 2 + added


def test_the_description_of_a_parameter_is_1_less_in_2_5_and_7_more_in_3() -> None:
    described = tool({"city": {"type": "string", "description": "Where"}})
    assert count([HELLO], tools=(described,), **DEVELOPER).expected == 2 + 20 + 11 + 0
    assert count([HELLO], tools=(described,), **DEVELOPER_3).expected == 2 + 20 + 11 + 8


def test_a_reference_that_leads_back_to_itself_is_written_out_five_times() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}
    parameters = {"properties": {"list": {"$ref": "#/$defs/Node"}}, "$defs": {"Node": node}}
    tools = (Tool(name="f", parameters=parameters, definition={"name": "f"}),)
    # `list` and five times `next`, each an object of 54, and 12 where it is cut
    assert count([HELLO], tools=tools, **DEVELOPER).expected == 2 + 18 + 1 + 6 * 55 + 12


def test_a_call_with_its_response_is_15_and_3_for_each_argument() -> None:
    history = [HELLO, assistant(call({"city": "Oslo"})), RESPONSE]
    assert count(history, **DEVELOPER).expected == 3 + 1 + 3 + 3 + 15 + 3


def test_a_schema_of_the_output_costs_nothing() -> None:
    schema = OutputSchema(schema={"type": "object"})
    assert count([HELLO], output_schema=schema, **DEVELOPER).expected == 2


def test_a_signature_is_0_213_a_character_but_for_25_in_gemini_3_alone() -> None:
    """Of 1,000 characters: 213 - 25 = 188, within 8 and 9 %."""
    signed = assistant(call({}), HiddenReasoning(length=1_000, is_signature=True))
    without = count([HELLO, assistant(call({}))], **DEVELOPER_3)
    tokens = count([HELLO, signed], **DEVELOPER_3)
    assert tokens.expected == without.expected + 188
    assert tokens.high is not None
    assert tokens.high - tokens.expected == 26  # 8 + 16.92, and 2 for the call
    assert tokens.overhead_basis.endswith("; thought signatures taken as about 188")
    assert not tokens.uncounted
    assert count([HELLO, signed], **DEVELOPER).expected == without.expected
    assert count([HELLO, signed, HELLO], **DEVELOPER_3).expected == without.expected + 2


def test_a_signature_of_a_length_that_no_bill_has_shown_is_named_and_not_counted() -> None:
    short = assistant(call({}), HiddenReasoning(length=24, is_signature=True))
    tokens = count([HELLO, short], **DEVELOPER_3)
    assert [part.part for part in tokens.uncounted] == ["thought signature"]


def test_the_dummy_signature_is_not_billed_and_later_models_bill_older_ones() -> None:
    dummy = assistant(call({}), HiddenReasoning(length=44, is_signature=True))
    without = count([HELLO, assistant(call({}))], **DEVELOPER_3).expected
    assert count([HELLO, dummy], **DEVELOPER_3).expected == without
    later = {**DEVELOPER_3, "model": "gemini-3.6-flash"}
    signed = assistant(Text(text="hi"), HiddenReasoning(length=1_000, is_signature=True))
    assert count([HELLO, signed, HELLO], **later).expected == 3 * 2 + 188


def test_a_signature_before_a_picture_of_the_user_or_of_a_built_in_tool_is_not_billed() -> None:
    signed = assistant(Text(text="hi"), HiddenReasoning(length=1_000, is_signature=True))
    shown = Message(role="user", parts=(Media(part="image"),))
    assert count([HELLO, signed, shown], **DEVELOPER_3).expected == 3 + 2
    search = (UncountedPart(part="built-in tool googleSearch"),)
    assert count([HELLO, signed], uncounted=search, **DEVELOPER_3).expected == 2 + 2


def test_thought_parts_are_texts() -> None:
    assert count([HELLO, assistant(Reasoning(text="hm"))], **DEVELOPER).expected == 4


def test_googles_own_library_says_by_its_spelling_that_it_is_the_developer_api() -> None:
    settings = {"model": "gemini-2.5-flash", **GEMINI}
    both = count([HELLO], tools=(tool(),), **settings)
    developer = count([HELLO], tools=(tool(key="parameters_json_schema"),), **settings)
    assert (both.low, both.high) == (2, 22)
    assert (developer.low, developer.high) == (22, 22)


def test_calls_in_the_words_of_python_beside_functions_in_those_of_rest_are_vertex() -> None:
    """Google's library converts both for the Developer API, and functions alone for Vertex AI."""
    settings = {"model": "gemini-2.5-flash", **GEMINI}
    history, functions = [HELLO, assistant(call({}))], (tool(key="parametersJsonSchema"),)
    both = count(history, tools=functions, **settings)
    assert both.low != both.high
    python = count(history, tools=functions, interface=Interface.PYTHON, **settings)
    at_vertex = count(history, tools=functions, **settings, site="vertex")
    assert (python.low, python.expected, python.high) == (3, 4, 5)  # hello, twice a name, its text
    assert at_vertex == python
    # Without a function nothing shows that a library wrote the rest.
    assert count(history, interface=Interface.PYTHON, **settings).high != 2


def test_what_vertex_alone_takes_says_that_it_is_vertex() -> None:
    settings = {"model": "gemini-2.5-flash", **GEMINI}
    tokens = count([HELLO], interface=Interface.VERTEX, **settings)
    assert tokens == count([HELLO], **settings, site="vertex")
    assert tokens != count([HELLO], **settings)
