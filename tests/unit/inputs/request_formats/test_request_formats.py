"""Requests of several interfaces, read and counted."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tokencost import InputFormat, InputSet, Prompt, count, estimate, read_prompts
from tokencost.errors import InputError
from tokencost.inputs.request import Part
from tokencost.inputs.request_formats import FORMATS, is_request, read_request, registry
from tokencost.inputs.request_formats.json_values import Json
from tokencost.inputs.request_formats.openai_chat import read_messages
from tokencost.inputs.request_formats.parts import call
from tokencost.inputs.request_formats.registry import GRAMMAR, find_format
from tokencost.inputs.request_formats.request_format import (
    Grammar,
    ReadKey,
    ReadParts,
    RequestFormat,
)
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import inside, read_output_limit
from tokencost.notes import warning
from tokencost.pricing import PriceTable
from tokencost.report.phrases import sentence

Read = Callable[..., InputSet]


@pytest.fixture
def read(folder: Path) -> Read:
    def written(
        content: object, name: str = "r.json", input_format: InputFormat = InputFormat.AUTO
    ) -> InputSet:
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        (folder / name).write_text(text, encoding="utf-8")
        return read_prompts([name], input_format=input_format)

    return written


def texts(reading: InputSet) -> list[tuple[str, tuple[str, ...]]]:
    (prompt,) = reading.prompts
    assert prompt.request is not None
    return [(message.role, message.texts) for message in prompt.request.messages]


SYSTEM = {"role": "system", "content": "You are a helpful assistant."}
USER = {"role": "user", "content": "How many tokens?"}


def test_the_messages_of_openais_formula_are_counted_to_the_token(read: Read) -> None:
    (result,) = count(read([SYSTEM, USER]), models="openai/gpt-4o").results
    assert (result.tokens.expected, result.tokens.method) == (21, "exact")
    assert result.tokens.overhead == 11  # 3 + 1 for each message, 3 for the answer


def test_without_a_model_requests_are_counted_as_for_gpt_4o(read: Read) -> None:
    (result,) = count(read([SYSTEM, USER])).results
    assert result.tokens.expected == 21


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ([USER], [("user", ("How many tokens?",))]),
        (
            {"messages": [SYSTEM, USER]},
            [("system", (SYSTEM["content"],)), ("user", ("How many tokens?",))],
        ),
        (
            {"system": [{"type": "text", "text": "Be brief."}], "messages": [USER]},
            [("system", ("Be brief.",)), ("user", ("How many tokens?",))],
        ),
        (
            {"instructions": "Be brief.", "input": [USER]},
            [("system", ("Be brief.",)), ("user", ("How many tokens?",))],
        ),
        (
            {
                "systemInstruction": {"parts": [{"text": "Be brief."}]},
                "contents": [
                    {"role": "user", "parts": [{"text": "a"}, {"text": "b"}]},
                    {"parts": [{"text": "c"}]},
                ],
            },
            [("system", ("Be brief.",)), ("user", ("a", "b")), ("model", ("c",))],
        ),
        ({"input": {"messages": [USER]}}, [("user", ("How many tokens?",))]),
        (
            {"custom_id": "1", "body": {"messages": [USER]}},
            [("user", ("How many tokens?",))],
        ),
        (
            {
                "messages": [
                    {
                        "role": "assistant",
                        "content": None,
                        "tool_calls": [
                            {"type": "function", "function": {"name": "f", "arguments": '{"x":1}'}}
                        ],
                    },
                    {"role": "tool", "tool_call_id": "1", "content": "42"},
                ]
            },
            [("assistant", ("f", '{"x":1}')), ("tool", ("42",))],
        ),
        (
            {
                "messages": [
                    {
                        "role": "assistant",
                        "content": [
                            {"type": "text", "text": "so"},
                            {"type": "tool_use", "name": "f", "input": {"x": 1}},
                        ],
                    },
                    {
                        "role": "user",
                        "content": [
                            {"type": "tool_result", "content": [{"type": "text", "text": "42"}]}
                        ],
                    },
                ]
            },
            [("assistant", ("so", "f", '{"x":1}')), ("user", ("42",))],
        ),
        (
            {
                "input": [
                    {"type": "function_call", "name": "f", "arguments": "{}"},
                    {"type": "function_call_output", "output": "42"},
                ]
            },
            [("assistant", ("f", "{}")), ("tool", ("42",))],
        ),
        (
            {
                "contents": [
                    {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"x": 1}}}]}
                ]
            },
            [("model", ("f", '{"x":1}'))],
        ),
    ],
    ids=[
        "array",
        "openai",
        "anthropic",
        "responses",
        "gemini",
        "dashscope",
        "batch",
        "openai-tools",
        "anthropic-tools",
        "responses-tools",
        "gemini-tools",
    ],
)
def test_every_interface_is_read(read: Read, request_: Any, expected: Any) -> None:
    assert texts(read(request_, input_format=InputFormat.REQUEST)) == expected


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ({"type": "image_url", "image_url": {"url": "x"}}, "image"),
        ({"type": "input_audio", "input_audio": {}}, "audio"),
        ({"type": "image", "source": {}}, "image"),
        ({"type": "document", "source": {}}, "file"),
        ({"type": "file", "file": {}}, "file"),
        ({"inline_data": {"mime_type": "video/mp4", "data": ""}}, "video"),
    ],
)
def test_what_has_no_text_is_named_and_does_not_fail(read: Read, part: Any, what: str) -> None:
    reading = read([{"role": "user", "content": [{"type": "text", "text": "Look:"}, part, part]}])
    assert texts(reading) == [("user", ("Look:",))]
    assert reading.notes == (warning("parts_not_counted", number=2, part=what, inputs=("r.json",)),)
    assert sentence(reading.notes[0]) == f"not counted: 2 x {what}, in r.json"


def test_each_line_of_a_jsonl_file_is_a_prompt(read: Read) -> None:
    lines = [{"messages": [USER]}, {"prompt": "plain"}, "also plain"]
    reading = read("\n\n".join(json.dumps(line) for line in lines) + "\n", name="r.jsonl")
    assert [
        (prompt.name, prompt.kind, prompt.request is not None) for prompt in reading.prompts
    ] == [
        ("r.jsonl:1", "request", True),
        ("r.jsonl:3", "text", False),
        ("r.jsonl:5", "text", False),
    ]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("r.json", {"prices": [1, 2]}, "text"),
        ("r.json", [{"role": "admin", "rights": []}], "text"),
        ("r.json", "{ // a comment\n}", "text"),
        ("r.txt", [USER], "text"),
        ("r.jsonl", '{"level": "info", "event": "started"}\n{"level": "warn"}\n', "text"),
        ("r.jsonl", "not json at all\n", "text"),
        ("r.jsonl", "", "text"),
        ("r.jsonl", {"input": 3, "x": 1}, "text"),
        ("r.json", [USER], "request"),
    ],
)
def test_other_json_is_text_as_it_stands(read: Read, name: str, content: Any, kind: str) -> None:
    (prompt,) = read(content, name=name).prompts
    assert prompt.kind == kind


def test_what_an_input_is_can_be_said(read: Read) -> None:
    assert read([USER], input_format=InputFormat.TEXT).prompts[0].request is None
    assert (
        read([USER], name="r.txt", input_format=InputFormat.REQUEST).prompts[0].request is not None
    )
    assert len(read('"a"\n"b"', name="r.txt", input_format=InputFormat.JSONL).prompts) == 2


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ('[{"role": "user",', "r.json", "not valid JSON: .* at line 1, column 18"),
        (
            '{"messages": [{"role": "user", "content": "x"}]}\n{"messages": [}',
            "r.jsonl",
            "not valid JSON: .* at line 2, column 15",
        ),
        ("", "lines.txt", "has no lines"),
        ("[1]", "lines.txt", "'lines.txt:1' has 1 as message 1"),
        ('{"model": "x"}', "lines.txt", "has no messages, contents, input or prompt"),
        ('[{"content": "x"}]', "lines.txt", "has no role in message 1"),
        ('{"messages": {}}', "lines.txt", "has an object as messages, not a list"),
        ('[{"role": "user", "content": 1}]', "lines.txt", "has 1 as content of message 1"),
        ('{"tools": 1, "messages": []}', "lines.txt", "has 1 as tools, not a list"),
        ("7", "lines.txt", "is not a request but 7"),
    ],
)
def test_a_broken_request_is_an_error_that_names_the_place(
    read: Read, content: str, name: str, message: str
) -> None:
    input_format = InputFormat.JSONL if name == "lines.txt" else InputFormat.AUTO
    (error,) = read(content, name=name, input_format=input_format).errors
    assert isinstance(error, InputError)
    with pytest.raises(InputError, match=message):
        raise error


def test_a_request_is_counted_for_the_model_it_names(read: Read, prices: PriceTable) -> None:
    reading = read({"model": "plain", "max_tokens": 100, "messages": [USER]})
    (counted,) = count(reading, prices=prices).results
    assert counted.model == "acme/plain"
    (result,) = estimate(reading, prices=prices).results
    assert (result.offer.model.id, result.output.expected) == ("plain", 100)
    (other,) = estimate(reading, models="likely", prices=prices).results
    assert other.offer.model.id == "likely"


def test_a_request_without_a_model_is_a_failure_of_its_own(read: Read, prices: PriceTable) -> None:
    lines = [{"model": "plain", "messages": [USER]}, {"messages": [USER]}]
    reading = read("\n".join(map(json.dumps, lines)), name="r.jsonl")
    report = estimate(reading, prices=prices, strict=False)
    assert [result.input for result in report.results] == ["r.jsonl:1"]
    assert [(failure.input, failure.error.message) for failure in report.failures] == [
        ("r.jsonl:2", "no model named")
    ]


TOOL = {
    "type": "function",
    "function": {
        "name": "get_current_weather",
        "description": "Get the current weather in a given location",
        "parameters": {
            "type": "object",
            "properties": {
                "location": {
                    "type": "string",
                    "description": "The city and state, e.g. San Francisco, CA",
                },
                "unit": {
                    "type": "string",
                    "description": "The unit of temperature to return",
                    "enum": ["celsius", "fahrenheit"],
                },
            },
        },
    },
}


def test_tools_follow_openais_formula_where_it_holds(read: Read) -> None:
    # The example of the cookbook, for which it prints 101 tokens with gpt-4o.
    messages = [
        {
            "role": "system",
            "content": "You are a helpful assistant that can answer to "
            "questions about the weather.",
        },
        {"role": "user", "content": "What's the weather like in San Francisco?"},
    ]
    reading = read({"messages": messages, "tools": [TOOL]})
    (result,) = count(reading, models="gpt-4o").results
    assert result.tokens.low <= 101 <= (result.tokens.high or 0)
    assert result.tokens.method == "assumed"


def test_elsewhere_tools_count_as_json_and_a_fixed_text(read: Read) -> None:
    alone = count(read([USER]), models="deepseek-v4-pro").results[0].tokens
    (result,) = count(read({"messages": [USER], "tools": [TOOL]}), models="deepseek-v4-pro").results
    assert result.tokens.expected > alone.expected + 100
    assert result.tokens.low < result.tokens.expected
    assert result.tokens.holds(result.tokens.expected + 1)


def test_of_a_format_nobody_knows_the_range_begins_with_the_texts_alone(read: Read) -> None:
    (request,) = count(read([USER]), models="doubao-seed-2.1-pro").results
    (text,) = count(Prompt(name="t", text="How many tokens?"), models="doubao-seed-2.1-pro").results
    assert request.tokens.low == text.tokens.low
    assert "not known" in request.tokens.overhead_basis


@pytest.mark.parametrize(
    ("model", "system", "alone", "turn"),
    [
        ("qwen3-max", 5, 8, 10),
        ("deepseek-v4-pro", 0, 4, 4),
        ("glm-4.7", 1, 5, 3),
        ("glm-5.2", 1, 12, 4),
        ("kimi-k2.6", 4, 7, 8),
        ("MiniMax-M3", -6, 176, 11),
        ("mistral-large-2512", 2, 3, 3),
    ],
)
def test_open_chat_templates_add_what_they_render(
    read: Read, model: str, system: int, alone: int, turn: int
) -> None:
    def overhead(*roles: str) -> int:
        reading = read([{"role": role, "content": "x"} for role in roles])
        return count(reading, models=model).results[0].tokens.overhead

    assert overhead("user") == alone
    assert overhead("system", "user") == alone + system
    assert overhead("user", "assistant", "user") == alone + turn


BODIES: dict[str, dict[str, Any]] = {
    "openai_chat": {"messages": [USER]},
    "anthropic": {"system": "Be brief.", "messages": [USER]},
    "openai_responses": {"instructions": "Be brief.", "input": [USER]},
    "gemini": {"contents": [{"parts": [{"text": "How many tokens?"}]}]},
    "dashscope": {"input": {"messages": [USER]}},
}


@pytest.mark.parametrize("name", BODIES)
def test_a_format_recognises_its_own_requests_and_its_mark_stands_in_their_text(name: str) -> None:
    (format_,) = (format_ for format_ in FORMATS if format_.name == name)
    body = BODIES[name]
    assert format_.recognises(body)
    assert any(f'"{mark}"' in json.dumps(body) for mark in format_.marks)
    assert is_request(body)


@pytest.mark.parametrize("name", BODIES)
def test_a_request_says_which_format_it_has(name: str) -> None:
    assert read_request(BODIES[name], name="r.json").format == name


def test_a_request_without_a_mark_has_the_format_of_its_messages() -> None:
    assert read_request({"prompt": "hi"}, name="r.json").format == "openai_completions"
    assert read_request([USER], name="r.json").format == "openai_chat"


VALUES: tuple[Any, ...] = (
    None,
    True,
    3,
    "x",
    [],
    ["x"],
    {},
    {"type": "x"},
    [{"role": "user"}],
    [{"type": "x"}],
    [{"name": "f", "input_schema": {}}],
)
KEYS = sorted({*GRAMMAR.keys, *(key for format_ in FORMATS for key in format_.body_keys)})


@pytest.mark.parametrize("model", [None, "gpt-4o", "claude-opus-5", "text-embedding-3-small"])
def test_the_format_of_plain_messages_is_that_of_the_first_that_recognises_them(
    model: str | None,
) -> None:
    """Whatever else stands in the body: every format asked in turn says the same."""
    named = {} if model is None else {"model": model, "max_tokens": 9}
    for key in (key for key in KEYS if key != "messages"):
        for value in VALUES:
            body = {**named, "messages": [USER], key: value}
            assert find_format(body) is first_of_all(body), body


def first_of_all(body: Json) -> RequestFormat | None:
    return next((form for form in FORMATS if form.recognises(body)), None)


CONTENTS: tuple[Any, ...] = (
    *("hi", "", None, 3, [], ["hi"], [["hi"]], {"text": "hi"}, [{"text": "hi"}], [{"type": 3}]),
    *([{"type": kind, "text": "hi"}] for kind in ("", "text", "tool_use", "input_text", "x")),
    *([{"type": "text", "text": "hi"}, {key: {}}] for key in ("image", "toolUse", "text", "x")),
    [{"type": "tool_result", "content": "hi"}, {"type": "text", "text": "hi"}],
    [{"text": "hi"}, {"image": {}}],
)


def test_the_format_of_messages_with_parts_is_that_of_the_first_that_recognises_them() -> None:
    """Each content by itself, behind a text and before one, twice so that shapes come again."""
    beside: tuple[dict[str, Any], ...] = ({}, {"model": "gpt-4o"}, {"system": "x"}, {"n": 2})
    for body in beside * 2:
        for content in CONTENTS:
            own = {"role": "user", "content": content}
            for messages in ([own], [USER, own], [own, USER], [own, {**own, "name": "ann"}]):
                whole = {**body, "messages": messages}
                assert find_format(whole) is first_of_all(whole), whole


TOOLS: tuple[Any, ...] = (
    *([], None, {}, "f", ["f"], [{}], [None, {"input_schema": {}}], {"input_schema": {}}),
    [{"name": "f", "input_schema": {}}],
    [{"type": "function", "function": {"name": "f", "input_schema": {}}}],
    [{"function": {"name": "f"}}, {"name": "f", "input_schema": {}}],
    [{"toolSpec": {"name": "f"}}],
)
CALL = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f"}}]}
RESULT = {"role": "tool", "tool_call_id": "a", "content": "rain"}
TALKS: tuple[list[Any], ...] = (
    [USER],
    [USER, CALL, RESULT],
    [{"role": "assistant", "tool_calls": []}],
    [{**CALL, "parts": [{"type": "text", "text": "hi"}]}],
    [{**CALL, "toolInvocations": []}],
    [{**CALL, "role": None}, USER],
    [{**CALL, "role": 3}],
    [{**CALL, "type": "ai"}],
    [{"type": "ai", "content": "", "tool_calls": []}, USER],
    [USER, {"role": "user", "content": [{"type": "tool_result", "content": "rain"}]}],
)


def test_the_format_of_requests_with_tools_is_that_of_the_first_that_recognises_them() -> None:
    """Each list of tools with each talk, twice so that shapes come again."""
    claude = {"model": "claude-opus-5", "max_tokens": 9}
    for body in ({}, {"model": "gpt-4o"}, claude, {**claude, "n": 1}) * 2:
        for messages in TALKS:
            for own in ({}, *({"tools": tools} for tools in TOOLS)):
                whole = {**body, "messages": messages, **own}
                assert find_format(whole) is first_of_all(whole), whole


SAID = {"role": "user", "content": [{"type": "input_text", "text": "hi"}]}
INPUTS: tuple[Any, ...] = (
    *("hi", "", None, 3, [], {}, ["hi"], [3], [["hi"]], [SAID], [SAID, "hi"], [SAID, {}], [None]),
    [{"type": "function_call", "name": "f"}, SAID],
    [{"role": None}, SAID],
    [{"role": None}],
    {"messages": [SAID], "query": "hi", "documents": ["a"]},
    {"prompt": "hi"},
)


def test_the_format_of_an_input_is_that_of_the_first_that_recognises_it() -> None:
    """Each input beside each key, twice so that shapes come again."""
    keys = (
        "messages",
        "prompt",
        "query",
        "dimensions",
        "input_type",
        "conversation",
        "system",
        "n",
    )
    models: list[dict[str, Any]] = [{}, *({"model": m} for m in ("gpt-4o", "my-embedding", 3))]
    for model in models * 2:
        for value in INPUTS:
            beside: list[dict[str, Any]] = [{}, {"messages": [USER]}, {"tools": [{}]}]
            for own in (*beside, *({key: "hi"} for key in keys)):
                whole = {**model, "input": value, **own}
                assert find_format(whole) is first_of_all(whole), whole


@pytest.mark.parametrize("kind", ["input_text", "output_text"])
def test_a_part_of_responses_is_text_and_what_it_has_beside_is_named(kind: str) -> None:
    part = {"type": kind, "text": "hi"}
    body = {"model": "gpt-4o", "input": [{"role": "user", "content": [part, {**part, "text": ""}]}]}
    assert [message.texts for message in read_request(body, name="r.json").messages] == [("hi",)]
    body["input"] = [{"role": "user", "content": [{**part, "more": "there"}]}]
    (uncounted,) = read_request(body, name="r.json").uncounted
    assert uncounted.part == 'unknown key "more"'


def test_the_format_of_requests_with_the_same_keys_of_tools_is_looked_for_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Json] = []
    first = registry._first

    def noted(body: Json, keys: frozenset[str]) -> RequestFormat | None:
        asked.append(body)
        return first(body, keys)

    monkeypatch.setattr(registry, "_BY_SHAPE", {})
    monkeypatch.setattr(registry, "_first", noted)
    for name in ("f", "g", "h"):
        body = {"model": "claude-opus-5", "tools": [{"name": name, "input_schema": {}}]}
        form = find_format({**body, "messages": [USER]})
        assert form is not None
        assert form.name == "anthropic"
    assert len(asked) == 1


def test_lines_of_forms_that_alternate_have_each_its_own(read: Read) -> None:
    forms = [BODIES[name] for name in ("openai_chat", "anthropic", "gemini", "openai_chat")]
    parts = {"messages": [{"role": "user", "content": [{"text": "How many tokens?"}]}]}
    lines = "\n".join(json.dumps(form) for form in (*forms, parts, *forms))
    formats = [prompt.format for prompt in read(lines, "r.jsonl").prompts]
    alternating = ["openai_chat", "anthropic", "gemini", "openai_chat"]
    assert formats == [*alternating, "bedrock_converse", *alternating]


def test_formats_have_names_of_their_own() -> None:
    assert len({format_.name for format_ in FORMATS}) == len(FORMATS)


def _read_invocation(reader: RequestReader, part: Json, place: str) -> list[Part]:
    return call(reader, part["invoke"].get("what"), part["invoke"].get("with"), place)


class _Turns(RequestFormat):
    """A form that names its messages, settings, limits and calls in words of its own."""

    name: ClassVar[str] = "turns"
    body_keys: ClassVar[frozenset[str]] = frozenset({"turns"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        "turns": read_messages,
        "sampling": inside({"most": read_output_limit}),
    }
    part_keys: ClassVar[Mapping[str, ReadParts | None]] = {"invoke": _read_invocation}

    def recognises(self, body: Json) -> bool:
        return "turns" in body


def test_a_new_format_is_one_class_and_one_line_of_the_registry() -> None:
    grammar = Grammar.of((*FORMATS, _Turns()))
    reader = RequestReader(name="r.json", format_=_Turns(), grammar=grammar)
    invocation = {"invoke": {"what": "f", "with": {"x": 1}}}
    request = reader.read(
        {
            "turns": [{"role": "assistant", "content": [{"text": "so"}, invocation]}],
            "sampling": {"most": 5},
        }
    )
    assert request.messages[0].texts == ("so", "f", '{"x":1}')
    assert request.max_output == 5


def test_a_search_of_a_reranker_has_an_open_end(read: Read) -> None:
    body = {"model": "rerank-v3.5", "query": "How high?", "documents": ["Four.", "Six."]}
    reading = read(body)
    assert texts(reading) == [("user", ("How high?",)), ("user", ("Four.",)), ("user", ("Six.",))]
    (result,) = count(reading, models="openai/gpt-4o").results
    assert result.tokens.high is None  # the query may be billed once, or with each document


def test_a_row_of_a_question_and_documents_is_text(read: Read) -> None:
    row = {"query": "How high?", "documents": ["Four.", "Six."], "answer": "Four."}
    (prompt,) = read(row).prompts
    assert prompt.request is None


def test_turns_before_an_instruction_are_read(read: Read) -> None:
    body = {"history": [["a", "b"]], "instruction": "c", "output": "d"}
    assert texts(read(body)) == [
        ("user", ("a",)),
        ("assistant", ("b",)),
        ("user", ("c",)),
        ("assistant", ("d",)),
    ]
