"""What a request says beside its texts: limits, outputs, tiers, schemas, caches and references."""

import json
from typing import Any

import pytest

from tests.unit.inputs.request_formats.request_bodies import BODIES, FUNCTION, SCHEMA
from tokencost.inputs import as_input_set
from tokencost.inputs.request import (
    CacheMark,
    HiddenReasoning,
    Media,
    Reasoning,
    Refusal,
    Request,
    Text,
    TokenIds,
    ToolCall,
    ToolResult,
)
from tokencost.inputs.request_formats import read_request
from tokencost.report.phrases import sentences

USER = {"role": "user", "content": "hi"}
CHAT = {"model": "gpt-4o", "messages": [USER]}
GEMINI = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}


def read(body: Any) -> Request:
    return read_request(body, name="r.json")


def test_a_chat_becomes_parts_with_their_places() -> None:
    request = read(BODIES["openai_chat"])
    system, user, assistant, tool = request.messages
    assert system.parts == (Text(text="Be brief."),)
    assert user.name == "ann"
    assert user.parts == (
        Text(text="How high is it?"),
        Media(part="image", place="message 2, part 2"),
    )
    assert assistant.parts == (
        Reasoning(text="A tide is asked for."),
        Text(text="I will look."),
        Refusal(text="Not now."),
        ToolCall(name="get_tide", arguments='{"city":"Brest"}'),
    )
    assert tool.parts == (ToolResult(content=(Text(text="4 metres"),)),)
    assert (request.max_output, request.outputs, request.service_tier) == (90, 2, "flex")
    assert request.tool_choice == "tool"
    assert [(part.part, part.place) for part in request.uncounted] == [
        ("image", "message 2, part 2")
    ]


def test_eight_unknown_keys_of_a_part_are_named_in_the_order_in_which_they_stand() -> None:
    """That of a set would be another one from run to run."""
    names = ["kelp", "cod", "eel", "crab", "hake", "bass", "squid", "ling"]
    part = {"type": "text", "text": "hi", **dict.fromkeys(names, "x")}
    request = read({"messages": [{"role": "user", "content": [part]}]})
    assert [one.part for one in request.uncounted] == [f'unknown key "{name}"' for name in names]


def test_items_of_responses_become_messages_and_what_lies_there_is_named() -> None:
    request = read(BODIES["openai_responses"])
    assert request.messages[1].texts == ("How high is it?",) or request.messages[0].texts
    hidden = [part for message in request.messages for part in message.parts]
    assert HiddenReasoning(length=5) in hidden
    assert ToolCall(name="sql", arguments="SELECT 1") in hidden
    assert [part.part for part in request.uncounted] == [
        "previous response",
        "built-in tool web_search",
        "code interpreter",
        "item at the provider",
    ]
    assert [(tool.name, tool.is_custom, tool.namespace) for tool in request.tools] == [
        ("get_tide", False, None),
        ("sql", True, None),
        ("get_tide", False, "sea"),
        ("get_tide", False, None),
    ]
    assert request.effort == "low"


def test_claudes_thinking_its_signature_and_its_cache_mark_are_kept() -> None:
    request = read(BODIES["anthropic"])
    assistant = request.messages[2]
    assert assistant.parts[0] == Reasoning(text="A tide.", signature_length=4)
    assert assistant.parts[1] == HiddenReasoning(length=6)
    assert request.cache_marks == (CacheMark(place="system, part 1", message=0, part=0),)
    assert (request.thinking, request.effort, request.region) == ("enabled", "low", "us")


def test_a_task_budget_is_noted() -> None:
    body = {**BODIES["anthropic"], "output_config": {"task_budget": {"type": "tokens"}}}
    assert read(body).has_task_budget
    assert not read(BODIES["anthropic"]).has_task_budget


def test_a_cache_mark_is_numbered_after_the_system_text_that_stands_before() -> None:
    part = {"type": "text", "text": "b", "cache_control": {"type": "ephemeral", "ttl": "1h"}}
    content = [{"type": "text", "text": "a"}, part]
    request = read({"messages": [{"role": "user", "content": content}], "system": "s"})
    assert request.cache_marks == (
        CacheMark(place="message 1, part 2", ttl="1h", message=1, part=1),
    )
    tool = {**FUNCTION, "cache_control": {"type": "ephemeral"}}
    assert read({**CHAT, "tools": [tool]}).cache_marks == (CacheMark(place="tool 1", tool=0),)
    whole = read({**CHAT, "cache_control": {"type": "ephemeral", "ttl": "5m"}})
    assert whole.cache_marks == (CacheMark(place="cache_control", ttl="5m"),)


def test_a_mark_within_the_second_of_two_results_ends_after_both() -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    results = [
        {"type": "tool_result", "tool_use_id": name, "content": [{"type": "text", "text": name}]}
        for name in ("a", "b")
    ]
    marked = {**results[1], "content": [{"type": "text", "text": "b", **mark}]}
    content = [results[0], marked]
    request = read(
        {"messages": [{"role": "user", "content": content}], "max_tokens": 1, "system": ""}
    )
    (kept,) = request.cache_marks
    assert kept.part == 1


def test_a_cache_point_of_bedrock_ends_after_the_part_before_it() -> None:
    a, b, point = {"text": "a"}, {"text": "b"}, {"cachePoint": {"type": "default"}}
    for content, parts in (
        ([a, point, b], [0]),
        ([a, point, b, point, a, b], [0, 1]),  # a point is no part itself
        ([point, a], [None]),  # what stands before the message
    ):
        request = read({"messages": [{"role": "user", "content": content}], "inferenceConfig": {}})
        assert [(mark.message, mark.part) for mark in request.cache_marks] == [
            (0, part) for part in parts
        ]
        assert [mark.is_before for mark in request.cache_marks] == [part is None for part in parts]


@pytest.mark.parametrize(
    ("body", "most"),
    [
        ({**CHAT, "max_tokens": 7}, 7),
        ({**CHAT, "max_completion_tokens": 7}, 7),
        ({**CHAT, "max_completion_tokens": 7, "max_tokens": 9}, 7),
        ({"model": "gpt-4o", "input": "hi", "max_output_tokens": 7}, 7),
        ({**GEMINI, "generationConfig": {"maxOutputTokens": 7}}, 7),
        ({**GEMINI, "generation_config": {"max_output_tokens": 7}}, 7),
        ({**GEMINI, "config": {"max_output_tokens": 7}}, 7),
        ({"messages": [USER], "inferenceConfig": {"maxTokens": 7}}, 7),
        ({"input": {"messages": [USER]}, "parameters": {"max_tokens": 7}}, 7),
        ({"model": "m", "prompt": "hi", "options": {"num_predict": 7}}, 7),
        ({"model": "m", "prompt": "hi", "options": {"num_predict": -1}}, None),
        ({"prompt": "hi", "max_gen_len": 7}, 7),
        ({"inputText": "hi", "textGenerationConfig": {"maxTokenCount": 7}}, 7),
        ({"model": "text-embedding-3-small", "input": ["hi"]}, 0),
    ],
)
def test_the_output_limit_is_found_under_all_its_names(body: Any, most: int | None) -> None:
    assert read(body).max_output == most


@pytest.mark.parametrize(
    ("body", "outputs"),
    [
        ({**CHAT, "n": 4}, 4),
        ({**GEMINI, "generationConfig": {"candidateCount": 3}}, 3),
        ({"model": "m", "prompt": "hi", "n": 1, "best_of": 5}, 5),
        ({"model": "m", "prompt": ["a", "b"]}, 2),
        (CHAT, 1),
    ],
)
def test_how_many_outputs_are_asked_for(body: Any, outputs: int) -> None:
    assert read(body).outputs == outputs


@pytest.mark.parametrize(
    "body",
    [
        {**CHAT, "response_format": {"type": "json_schema", "json_schema": {"schema": SCHEMA}}},
        {**CHAT, "text": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        {**CHAT, "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        {**CHAT, "output_format": {"type": "json_schema", "schema": SCHEMA}},
        {**CHAT, "format": SCHEMA, "options": {}},
        {**GEMINI, "generationConfig": {"responseSchema": SCHEMA}},
        {**GEMINI, "generationConfig": {"response_json_schema": SCHEMA}},
    ],
)
def test_the_schema_of_the_output_is_found_in_every_form(body: Any) -> None:
    schema = read(body).output_schema
    assert schema
    assert schema.schema == SCHEMA


@pytest.mark.parametrize(
    "tools",
    [
        [{"type": "function", "function": FUNCTION}],
        [{"type": "function", **FUNCTION}],
        [{"name": "get_tide", "description": "Height of the tide", "input_schema": SCHEMA}],
        [{"functionDeclarations": [FUNCTION]}],
        {"function_declarations": [FUNCTION]},
        [{"toolSpec": {**FUNCTION, "inputSchema": {"json": SCHEMA}}}],
        json.dumps([{"type": "function", "function": FUNCTION}]),
        {"get_tide": {"description": "Height of the tide", "inputSchema": SCHEMA}},
    ],
    ids=["chat", "responses", "anthropic", "gemini", "object", "bedrock", "json", "by-name"],
)
def test_functions_are_found_in_the_words_of_every_form(tools: Any) -> None:
    (tool,) = read({**CHAT, "tools": tools}).tools
    assert (tool.name, tool.description) == ("get_tide", "Height of the tide")


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({"model": "m", "input": [USER], "previous_response_id": "r"}, "previous response"),
        ({"model": "m", "input": [USER], "conversation": {"id": "c"}}, "conversation"),
        ({"model": "m", "input": "hi", "prompt": {"id": "p"}}, "stored prompt"),
        ({**GEMINI, "cachedContent": "cachedContents/1"}, "cached content"),
        ({**CHAT, "web_search_options": {"search_context_size": "low"}}, "web search"),
        ({**CHAT, "tools": [{"type": "web_search"}]}, "built-in tool web_search"),
        ({**GEMINI, "tools": [{"googleSearch": {}}]}, "built-in tool googleSearch"),
        ({**CHAT, "messages": [{"role": "user", "content": [{"type": "hologram"}]}]}, "hologram"),
        ({**CHAT, "novelty": "text"}, 'unknown key "novelty"'),
    ],
)
def test_what_lies_at_the_provider_or_is_not_known_is_named(body: Any, part: str) -> None:
    assert [uncounted.part for uncounted in read(body).uncounted] == [part]


def test_signatures_of_gemini_stand_beside_their_part() -> None:
    request = read(BODIES["gemini"])
    _, _, model, user = request.messages
    assert model.parts[:3] == (
        Reasoning(text="A tide."),
        ToolCall(name="get_tide", arguments={"a": "Brest"}),
        HiddenReasoning(length=4, is_signature=True),
    )
    assert user.parts == (ToolResult(name="get_tide", value={"height": "4 metres"}),)
    assert (request.thinking, request.outputs) == ("disabled", 2)


def test_training_pairs_hold_both_outputs() -> None:
    texts = [message.texts for message in read(BODIES["preference_pairs"]).messages]
    assert texts == [("How high is it?",), ("Four metres.",), ("High.",)]


@pytest.mark.parametrize(
    ("body", "unread"),
    [
        ({**CHAT, "max_tokns": 500}, [("max_tokns", "the body")]),
        ({**CHAT, "novelty": {"budget": [0, 2.0]}}, [("novelty", "the body")]),
        ({**CHAT, "messages": [{**USER, "novelty": 3}]}, [("novelty", "message 1")]),
        ({**CHAT, "novelty": 0.7}, []),
        ({**CHAT, "novelty": True}, []),
        ({**CHAT, "novelty": 0}, []),
    ],
)
def test_a_whole_number_under_a_key_that_no_form_knows_is_kept_by_its_key(
    body: Any, unread: list[tuple[str, str]]
) -> None:
    request = read(body)
    assert [(key.part, key.place) for key in request.unread] == unread
    assert request.uncounted == ()


def test_the_warning_of_such_a_key_says_which_may_be_meant() -> None:
    notes = as_input_set([{**CHAT, "max_tokns": 500}, {**CHAT, "zzz": 1}]).notes
    assert sentences(notes) == [
        'not read: the number of the unknown key "max_tokns", in <request> (the body); '
        "did you mean max_tokens?",
        'not read: the number of the unknown key "zzz", in <request 2> (the body)',
    ]


@pytest.mark.parametrize("key", ["input", "prompt"])
def test_tokens_by_their_numbers_are_as_many_as_there_are(key: str) -> None:
    one = read({"model": "text-embedding-3-small", key: [5, 6, 7]})
    several = read({"model": "text-embedding-3-small", key: [[5, 6, 7], [8]]})
    assert [message.parts for message in one.messages] == [(TokenIds(number=3),)]
    assert [part for message in several.messages for part in message.parts] == [
        TokenIds(number=3),
        TokenIds(number=1),
    ]
    assert one.uncounted == several.uncounted == ()


def test_other_forms_do_not_bill_tokens_by_their_numbers() -> None:
    search = {"model": "rerank-2", "query": "q", "documents": [[5, 6, 7]]}
    assert "tokens as numbers" in [part.part for part in read(search).uncounted]


@pytest.mark.parametrize("settings", [{"n": 3, "best_of": 2}, {"best_of": 2, "n": 3}])
def test_of_several_numbers_of_outputs_the_most_is_billed(settings: dict[str, int]) -> None:
    assert read({**CHAT, **settings}).outputs == 3


@pytest.mark.parametrize(
    ("choice", "read_as"),
    [
        ({"type": "allowed_tools", "mode": "auto", "tools": []}, "auto"),
        ({"type": "allowed_tools", "mode": "required", "tools": []}, "any"),
        ({"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": []}}, "any"),
        ({"type": "function", "name": "f"}, "tool"),
    ],
)
def test_a_choice_among_allowed_tools_is_that_of_its_mode(
    choice: dict[str, Any], read_as: str
) -> None:
    assert read({**CHAT, "tool_choice": choice}).tool_choice == read_as


@pytest.mark.parametrize(
    ("page", "parts"), [({"encrypted_content": "abc"}, ["web search result"]), ({}, [])]
)
def test_a_page_that_was_found_is_named_where_its_text_is_encrypted(
    page: dict[str, str], parts: list[str]
) -> None:
    result = {"type": "web_search_result", "title": "Tides", "url": "u", **page}
    used = {"type": "web_search_tool_result", "tool_use_id": "1", "content": [result]}
    body = {"system": "s", "messages": [USER, {"role": "assistant", "content": [used]}]}
    assert [part.part for part in read(body).uncounted] == parts


@pytest.mark.parametrize(
    "text", [{"messages": [{"role": "user", "content": "hi"}]}, {"input": "hi"}]
)
@pytest.mark.parametrize(
    ("options", "cache"),
    [
        ({"mode": "explicit"}, ("explicit", None)),
        ({"mode": "implicit", "ttl": "12h"}, ("implicit", "12h")),
        ({"ttl": "30m"}, (None, "30m")),
        ({}, (None, None)),
    ],
)
def test_the_cache_that_openai_is_asked_for_is_read(
    text: dict[str, object], options: dict[str, str], cache: tuple[object, object]
) -> None:
    body = {"model": "gpt-6.1-sol", **text, "prompt_cache_options": options}
    request = read_request(body, name="r.json")
    assert (request.cache, request.cache_ttl) == cache
    assert request.cache_marks == ()  # what is marked stands in the messages
