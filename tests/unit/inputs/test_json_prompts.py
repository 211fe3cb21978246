"""Which JSON is a request, which is several, which is a log, and which is text."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tokencost import InputSet, read_prompts
from tokencost.inputs import as_input_set

CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Say hi"}]}
RESPONSES = {"model": "gpt-4o", "input": "Say hi", "max_output_tokens": 50}
CLAUDE = {"model": "claude-sonnet-5", "max_tokens": 50, "messages": CHAT["messages"]}

Read = Callable[..., InputSet]


@pytest.fixture
def read(folder: Path) -> Read:
    def written(content: Any, name: str = "r.json") -> InputSet:
        if isinstance(content, list) and name.endswith("jsonl"):
            content = "\n".join(map(json.dumps, content))
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, encoding="utf-8")
        return read_prompts([name])

    return written


def forms(reading: InputSet) -> list[tuple[str, str | None, bool]]:
    assert reading.errors == ()
    return [
        (prompt.name, prompt.format, bool(prompt.request and prompt.request.is_batch))
        for prompt in reading.prompts
    ]


@pytest.mark.parametrize(
    ("content", "format_", "is_batch"),
    [
        ({"custom_id": "a", "method": "POST", "url": "/v1/x", "body": CHAT}, "openai_chat", True),
        ({"custom_id": "a", "url": "/v1/responses", "body": RESPONSES}, "openai_responses", True),
        ({"custom_id": "a", "params": CLAUDE}, "anthropic", True),
        ({"recordId": "a", "modelInput": {**CLAUDE, "anthropic_version": "x"}}, "anthropic", True),
        ({"key": "a", "request": {"contents": [{"parts": [{"text": "hi"}]}]}}, "gemini", True),
        ({"request": CHAT}, "openai_chat", False),
        (
            {"prompt": CHAT["messages"], "config": {"maxOutputTokens": 5}},
            "openai_chat",
            False,
        ),
    ],
)
def test_a_line_of_a_batch_file_is_a_request_of_a_batch(
    read: Read, content: Any, format_: str, *, is_batch: bool
) -> None:
    assert forms(read(content)) == [("r.json", format_, is_batch)]
    assert forms(read([content, content], "r.jsonl")) == [
        ("r.jsonl:1", format_, is_batch),
        ("r.jsonl:2", format_, is_batch),
    ]


@pytest.mark.parametrize(
    "content",
    [
        [CHAT, CHAT],
        {"requests": [CHAT, CHAT]},
        {"requests": [{"custom_id": "a", "params": CHAT}, {"custom_id": "b", "params": CHAT}]},
        {"batch": {"input_config": {"requests": {"requests": [{"request": CHAT}] * 2}}}},
    ],
    ids=["list", "requests", "params", "batch"],
)
def test_a_list_of_requests_is_several_requests(read: Read, content: Any) -> None:
    assert [name for name, _, _ in forms(read(content))] == ["r.json:1", "r.json:2"]
    assert len(as_input_set(content).prompts) == 2


def test_a_thousand_lines_of_a_batch_are_a_thousand_requests_from_a_file_and_from_a_pipe(
    read: Read,
) -> None:
    lines = [{"custom_id": str(number), "url": "/", "body": RESPONSES} for number in range(1000)]
    reading = read(lines, "r.jsonl")
    assert len(reading.prompts) == 1000
    text = "\n".join(map(json.dumps, lines))
    piped = read_prompts(["-"], stdin=lambda: text.encode())
    assert [prompt.request for prompt in piped.prompts] == [
        prompt.request for prompt in reading.prompts
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (json.dumps(CHAT), ["request"]),
        (json.dumps(CHAT) + "\n" + json.dumps(CHAT), ["request", "request"]),
        (json.dumps({"a": 1}), ["text"]),
        ("{% if x %}hello{% endif %}", ["text"]),
        ("[draft] hello", ["text"]),
        ('"hello"', ["text"]),
    ],
)
def test_a_pipe_is_looked_at_as_files_are(text: str, kinds: list[str]) -> None:
    reading = read_prompts(["-"], stdin=text.encode)
    assert reading.errors == ()
    assert [prompt.kind for prompt in reading.prompts] == kinds


USAGE = {"prompt_tokens": 3, "completion_tokens": 1}


@pytest.mark.parametrize(
    "record",
    [
        {**CHAT, "usage": USAGE},
        {"custom_id": "a", "response": {"body": {"choices": [], "usage": USAGE}}},
        {"type": "assistant", "message": {"content": [], "usage": {"input_tokens": 4}}},
        {"result": {"message": {"usage": {"input_tokens": 4}}}},
        {"response": {"usageMetadata": {"promptTokenCount": 4}}},
        {"modelOutput": {"usage": {"inputTokens": 4}}},
        {"payload": {"info": {"total_token_usage": {"input_tokens": 4}}}},
        {"model": "llama3.2", "prompt_eval_count": 4},
        {"attributes": {"gen_ai.usage.input_tokens": 4}},
    ],
)
def test_a_record_of_what_was_used_is_refused_as_a_prompt(read: Read, record: Any) -> None:
    for name, content in (("x.json", record), ("x.jsonl", [{"type": "user"}, record])):
        reading = read(content, name)
        (error,) = reading.errors
        assert error.message == f"{name} holds recorded usage, not prompts"
        assert error.hint == f"usage logs are not priced yet (tokencost usage {name} will)"
        assert reading.prompts == ()


def test_a_request_with_a_tool_that_is_called_usage_is_not_a_log(read: Read) -> None:
    schema = {"type": "object", "properties": {"usage": {"type": "integer"}}}
    tool = {"type": "function", "function": {"name": "usage", "parameters": schema}}
    assert forms(read({**CHAT, "tools": [tool]})) == [("r.json", "openai_chat", False)]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"messages": [{"content": "hi"}]}, "r.json"),
        ({"model": "gpt-4o", "messages": 5}, "r.json"),
        ([{"type": "user", "message": {"role": "user", "content": "hi"}}], "r.jsonl"),
        ([{"mapping": {"1": {"message": {"author": {"role": "user"}, "content": {}}}}}], "r.json"),
        ([{"chat_messages": [{"sender": "human", "text": "hi"}]}], "r.json"),
        ([{"chat_messages": [{"sender": "human", "text": "hi"}]}], "r.jsonl"),
        ({"input": [], "run": {"thread": {"chat": [{"role": "user", "content": "hi"}]}}}, "r.json"),
    ],
)
def test_messages_in_a_form_that_is_not_known_are_text_and_one_warning_says_so(
    read: Read, content: Any, name: str
) -> None:
    reading = read(content, name)
    assert [prompt.kind for prompt in reading.prompts] == ["text"]
    assert [(note.code, note.about) for note in reading.notes] == [("messages_as_text", name)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"messages": [{"role": "user", "content": 0}]}, "has 0 as content of message 1"),
        (
            {
                "messages": [
                    {"role": "user", "content": "x"},
                    {"role": "assistant", "tool_calls": 5},
                ]
            },
            "has 5 as tool_calls of message 2, not a list",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": 7}]}]},
            "has 7 as text of message 1, part 1, not a text",
        ),
        ({**CHAT, "tools": 3}, "has 3 as tools, not a list"),
        ({**CHAT, "tools": [7]}, "has 7 as tool 1, not an object"),
        ({**CHAT, "max_tokens": "many"}, "has a text as max_tokens, not a whole number"),
        ({**CHAT, "n": 0}, "has 0 as n, not 1 or more"),
        ({**CHAT, "max_tokens": -5}, "has -5 as max_tokens, not a number of tokens"),
        ({"contents": [{"role": "user", "parts": 5}]}, "has 5 as content of message 1"),
        ({"model": "m", "messages": []}, "has no messages: messages is empty"),
        ([CHAT, {"model": "m"}], "'r.json:2' has no messages, contents, input or prompt"),
    ],
)
def test_a_value_of_a_wrong_type_is_an_error_that_names_its_place(
    read: Read, body: Any, message: str
) -> None:
    (error,) = read(body).errors
    assert message in error.message


def test_json_that_is_nested_without_an_end_is_an_error(read: Read) -> None:
    deep = '{"messages": [{"role": "user", "content": ' + "[" * 500 + "]" * 500 + "}]}"
    (error,) = read(deep).errors
    assert error.message == "'r.json' is nested too deeply to be a request"


def test_half_a_character_in_an_escape_is_an_error(read: Read) -> None:
    (error,) = read('{"messages": [{"role": "user", "content": "\\ud800"}]}').errors
    assert error.message == "'r.json' has half a character: U+D800"
