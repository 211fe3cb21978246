"""Requests in the words of libraries and hosts: each says what the provider's own form says."""

import json
from typing import Any

import pytest

from tokencost.errors import InputError
from tokencost.inputs.request import (
    DocumentText,
    Interface,
    Refusal,
    Request,
    Text,
    ToolCall,
    ToolResult,
)
from tokencost.inputs.request_formats import find_bodies, is_request, read_body, read_request

USER = {"role": "user", "content": "hi"}
CHAT = {"model": "qwen3-max", "messages": [USER]}
CONVERSE = {"messages": [{"role": "user", "content": [{"text": "hi"}]}]}
NO_BUDGET = {"thinking_budget": 0}
HUMAN = {"type": "human", "content": "How high is it?"}


def read(body: Any) -> Request:
    return read_request(body, name="r.json")


def uncounted(request: Request) -> list[str]:
    return [part.part for part in request.uncounted]


@pytest.mark.parametrize(
    ("settings", "thinking"),
    [
        ({"enable_thinking": True, "thinking_budget": 500}, "enabled"),
        ({"enable_thinking": False, "thinking_budget": 500}, "disabled"),
        ({"thinking_budget": 500}, "enabled"),
        ({"thinking_budget": 0}, "disabled"),
        ({"chat_template_kwargs": {"enable_thinking": False}}, "disabled"),
        ({"chat_template_kwargs": {"thinking": True}}, "enabled"),
        ({"extra_body": {"enable_thinking": True}}, "enabled"),
        ({"thinking": {"budget_tokens": 1024}}, "enabled"),
        ({"google": {"thinking_config": {"thinking_budget": 800}}}, "enabled"),
        ({"extra_body": {"extra_body": {"google": {"thinking_config": NO_BUDGET}}}}, "disabled"),
        ({"reasoning_effort": "none"}, "disabled"),
        ({"reasoning_effort": "high"}, None),
        ({}, None),
    ],
)
def test_the_switches_of_thinking_in_every_dialect(settings: Any, thinking: str | None) -> None:
    assert read({**CHAT, **settings}).thinking == thinking


def test_dashscope_has_the_switch_among_its_parameters() -> None:
    body = {"model": "qwen3-max", "input": {"messages": [USER]}}
    assert read({**body, "parameters": {"enable_thinking": True}}).thinking == "enabled"


def test_converse_passes_settings_on_to_the_model() -> None:
    schema = {"type": "object", "properties": {"tide": {"type": "number"}}}
    fields = {
        "reasoning_effort": "high",
        "output_config": {"format": {"type": "json_schema", "schema": schema}},
        "tools": [{"type": "computer_20250124", "name": "computer"}],
    }
    request = read({**CONVERSE, "additionalModelRequestFields": fields})
    assert request.effort == "high"
    assert request.output_schema is not None
    assert request.output_schema.schema == schema
    assert uncounted(request) == ["built-in tool computer_20250124"]
    nova = {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "low"}}
    request = read({**CONVERSE, "additionalModelRequestFields": nova})
    assert (request.thinking, request.effort) == ("enabled", "low")


def test_a_latency_that_is_paid_for_is_kept() -> None:
    assert read({**CONVERSE, "performanceConfig": {"latency": "optimized"}}).speed == "optimized"
    assert read({**CONVERSE, "performanceConfig": {"latency": "standard"}}).speed is None


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({"model": "gpt-5.5", "prompt": {"id": "pmpt_1", "version": "2"}}, "stored prompt"),
        ({"modelId": "arn:x", "promptVariables": {"city": {"text": "Oslo"}}}, "stored prompt"),
        ({**CHAT, "google": {"cached_content": "cachedContents/1"}}, "cached content"),
        ({**CHAT, "data_sources": [{"type": "azure_search"}]}, "data source"),
        (
            {"model": "gemini-3-pro-preview", "input": "hi", "previous_interaction_id": "v1"},
            "previous interaction",
        ),
    ],
)
def test_what_lies_at_the_provider_is_named(body: Any, part: str) -> None:
    assert is_request(body)
    assert uncounted(read(body)) == [part]


@pytest.mark.parametrize(
    "settings",
    [
        {"search_domain_filter": ["example.org"], "search_recency_filter": "week"},
        {"api_key": "k", "api_base": "https://example.org", "tags": ["a"]},
        {"guided_json": {"type": "object", "properties": {"a": {"type": "string"}}}},
        {"prediction": {"type": "content", "content": ""}},
    ],
)
def test_what_never_reaches_the_model_is_not_named(settings: Any) -> None:
    assert uncounted(read({**CHAT, **settings})) == []


MESSAGES: list[dict[str, Any]] = [
    {"type": "system", "content": "Be brief."},
    HUMAN,
    {
        "type": "ai",
        "content": "",
        "tool_calls": [{"name": "get_tide", "args": {"at": "Brest"}, "id": "c1"}],
    },
    {"type": "tool", "content": "4 metres", "tool_call_id": "c1"},
]


def serialized(message: dict[str, Any]) -> dict[str, Any]:
    return {"lc": 1, "type": "constructor", "id": ["langchain", "X"], "kwargs": message}


@pytest.mark.parametrize(
    "body",
    [
        MESSAGES,
        {"messages": MESSAGES},
        [{"type": message["type"], "data": message} for message in MESSAGES],
        [serialized(message) for message in MESSAGES],
        {"messages": [serialized({"messages": MESSAGES})]},
    ],
    ids=["bare", "in a body", "around data", "serialized", "a serialized prompt"],
)
def test_messages_of_langchain_are_read_in_all_their_forms(body: Any) -> None:
    (own,) = find_bodies(body)
    request = read_body(own, name="r.json")
    assert request.format == "langchain"
    assert [(message.role, message.parts) for message in request.messages] == [
        ("system", (Text(text="Be brief."),)),
        ("user", (Text(text="How high is it?"),)),
        ("assistant", (ToolCall(name="get_tide", arguments={"at": "Brest"}),)),
        ("tool", (ToolResult(content=(Text(text="4 metres"),)),)),
    ]


def test_a_call_that_stands_twice_in_a_message_of_langchain_is_counted_once() -> None:
    call = {"name": "get_tide", "args": {"at": "Brest"}, "id": "c1"}
    again = {"function": {"name": "get_tide", "arguments": '{"at":"Brest"}'}, "id": "c1"}
    part = {"type": "tool_use", "id": "c1", "name": "get_tide", "input": {"at": "Brest"}}
    for message in (
        {"type": "ai", "content": "", "tool_calls": [call]},
        {"type": "ai", "content": [part], "tool_calls": [call]},
        {"type": "ai", "content": "", "tool_calls": [call]}
        | {"additional_kwargs": {"tool_calls": [again]}},
    ):
        request = read([HUMAN, message])
        assert request.messages[1].parts == (ToolCall(name="get_tide", arguments={"at": "Brest"}),)
        assert uncounted(request) == []


def test_other_data_with_a_type_and_a_content_is_not_taken_for_messages() -> None:
    assert not is_request([{"type": "paragraph", "content": "hi"}])
    assert not is_request({"messages": [{"type": "system"}]})


def test_gemini_takes_parts_and_contents_in_one_list() -> None:
    contents = ["a", {"text": "b"}, {"role": "user", "parts": [{"text": "c"}]}]
    request = read({"model": "gemini-2.5-flash", "contents": contents, "config": {}})
    assert [message.texts for message in request.messages] == [("a",), ("b",), ("c",)]


def test_a_request_that_is_only_to_be_counted_is_read() -> None:
    body = {"generateContentRequest": {"contents": [{"parts": [{"text": "hi"}]}]}}
    (own,) = find_bodies(body)
    assert not own.is_batch
    assert read_body(own, name="r.json").messages[0].texts == ("hi",)


def test_a_line_of_a_batch_of_vertex_ai_holds_the_request_alone() -> None:
    inner = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
    (own,) = find_bodies({"request": inner})
    assert own.is_batch
    (own,) = find_bodies({"request": inner, "note": "mine"})
    assert not own.is_batch


def test_instances_of_embeddings_are_texts_with_titles() -> None:
    body = {"instances": [{"content": "hi", "title": "t", "task_type": "RETRIEVAL_DOCUMENT"}]}
    assert read(body).messages[0].texts == ("t", "hi")
    assert read(body).max_output == 0
    texts = {"texts": ["a", "b"], "input_type": "search_document"}
    assert [message.texts for message in read(texts).messages] == [("a",), ("b",)]
    assert not is_request({"instances": [{"content": 5}]})


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"type": "image", "source": "iVBO"}, "has a text as source of message 1, part 1"),
        ({"type": "input_audio", "input_audio": 5}, "has 5 as input_audio of message 1, part 1"),
        ({"type": "image_url", "image_url": 5}, "has 5 as image_url of message 1, part 1"),
    ],
)
def test_media_of_a_wrong_type_are_an_error_that_names_the_place(part: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read({"model": "claude-sonnet-5", "messages": [{"role": "user", "content": [part]}]})


@pytest.mark.parametrize("kind", ["media", "file-data", "image-url"])
def test_media_in_results_of_the_vercel_sdk_are_named_by_what_they_are(kind: str) -> None:
    part = {"type": kind, "data": "iVBO", "mediaType": "image/png"}
    assert uncounted(read([{"role": "user", "content": [part]}])) == ["image"]


def test_thoughts_in_a_message_of_ollama_are_read() -> None:
    message = {"role": "assistant", "content": "4", "thinking": "A tide."}
    request = read({"model": "qwen3", "options": {}, "messages": [USER, message]})
    assert "A tide." in json.dumps(request.messages[1].texts)
    assert uncounted(request) == []


def test_the_spelling_of_a_request_of_gemini_says_which_interface_it_is_for() -> None:
    def spelling(*parts: Any, **settings: Any) -> str:
        return read({"contents": [{"role": "user", "parts": [*parts]}], **settings}).interface

    call = {"name": "find", "args": {}}
    assert spelling({"text": "hi"}) == ""
    assert spelling({"functionCall": call}) == ""
    assert spelling({"function_call": call}) == Interface.PYTHON
    assert spelling({"text": "hi"}, labels={"team": "a"}) == Interface.VERTEX
    assert spelling({"function_call": call}, labels={"team": "a"}) == Interface.VERTEX
    assert spelling({"text": "hi"}, modelArmorConfig={}) == Interface.VERTEX


def test_contents_that_are_embedded_together_are_one_call() -> None:
    def entry(text: str, model: str = "models/gemini-embedding-2") -> Any:
        return {"model": model, "content": {"parts": [{"text": text}]}, "taskType": "CLUSTERING"}

    request = read({"requests": [entry("one"), entry("two")]})
    assert (request.format, request.model) == ("gemini_embeddings", "models/gemini-embedding-2")
    assert [message.texts for message in request.messages] == [("one",), ("two",)]
    assert not request.uncounted
    assert [body.place for body in find_bodies({"requests": [entry("one")]})] == [""]
    with pytest.raises(InputError, match="another model in request 2"):
        read({"requests": [entry("one"), entry("two", "models/other")]})
    calls = [{"contents": [{"parts": [{"text": "hi"}]}]}] * 2
    assert [body.place for body in find_bodies({"requests": calls})] == [":1", ":2"]


def test_texts_of_a_prompt_are_completions_and_messages_in_it_are_a_chat() -> None:
    texts = read({"model": "gpt-3.5-turbo-instruct", "prompt": ["one", "two"], "suffix": "end"})
    assert texts.format == "openai_completions"
    assert [(message.role, message.texts) for message in texts.messages] == [
        ("user", ("one",)),
        ("user", ("two",)),
        ("suffix", ("end",)),
    ]
    assert read({"prompt": [USER], "config": {"temperature": 1}}).format == "openai_chat"


def test_a_message_of_the_vercel_sdk_with_a_file_is_not_one_of_opentelemetry() -> None:
    parts = [{"type": "text", "text": "hi"}, {"type": "file", "mediaType": "image/png", "url": "u"}]
    assert read({"messages": [{"role": "user", "parts": parts}]}).format == "vercel_ui"
    blob = [{"type": "file", "modality": "image", "file_id": "f"}]
    assert read({"messages": [{"role": "user", "parts": blob}]}).format == "opentelemetry"


def test_refusals_and_documents_are_texts_that_can_be_told_from_others() -> None:
    refused = [{"type": "refusal", "refusal": "no"}]
    chat = {"messages": [USER, {"role": "assistant", "content": refused}]}
    assert read(chat).messages[1].parts == (Refusal(text="no"),)
    assert read({"messages": [USER, {"role": "assistant", "refusal": "no"}]}).messages[1].parts == (
        Refusal(text="no"),
    )
    source = {"type": "content", "content": [{"type": "text", "text": t} for t in ("a", "b")]}
    document = {"type": "document", "title": "t", "source": source}
    message = {"role": "user", "content": [document]}
    parts = read({"system": "s", "messages": [message]}).messages[1].parts
    assert parts == (Text(text="t"), DocumentText(text="a"), Text(text="b"))
