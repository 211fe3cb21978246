"""Tests of contents of messages that other messages of the same request ask about."""

import json
from typing import Any

import pytest

from tokencost import Prompt, compress
from tokencost.compression.transforms.markdown_blocks import _parse_long, _parse_short
from tokencost.notes import assumed

RECORDS = json.dumps([{"id": number, "price": 1.0} for number in range(4)], indent=2)
TYPED = "This is one.  That is two.  \n\n\n\nThis is three, the last of them."


def compressed(*messages: dict[str, Any], **more: Any) -> bool:
    """Whether any content of the request is changed."""
    text = json.dumps({"model": "gpt-4o", "messages": messages, **more})
    return compress(Prompt(name="chat.json", text=text), tokenizer="o200k_base").text != text


def message(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": text}


def test_json_of_a_message_is_compacted_where_nothing_is_said_of_its_form() -> None:
    assert compressed(
        message("system", "Which of these is the cheapest?"), message("user", RECORDS)
    )


@pytest.mark.parametrize(
    "question",
    [
        "Count the spaces in what the user sends.",
        "Compute the HMAC of what the user sends.",
        "Check the signature of what the user sends.",
        "Answer with search/replace blocks that match the file.",
        "You are a JSON formatter, report wrong indentation.",
        "At which offset does the first price stand?",
    ],
)
def test_json_stays_where_another_message_asks_about_its_characters(question: str) -> None:
    assert not compressed(message("system", question), message("user", RECORDS))
    assert not compressed(
        message("user", RECORDS), message("assistant", "Yes?"), message("user", question)
    )


def test_json_stays_where_a_later_message_wants_it_back() -> None:
    later = "Give me back the JSON as I sent it."
    assert not compressed(
        message("user", RECORDS), message("assistant", "Thanks."), message("user", later)
    )


def test_a_file_that_a_tool_edits_by_its_characters_stays() -> None:
    tool = {"type": "function", "function": {"name": "str_replace", "parameters": {}}}
    assert compressed(message("user", RECORDS))
    assert not compressed(message("user", RECORDS), tools=[tool])


def test_spaces_stay_where_another_message_is_about_them() -> None:
    assert compressed(message("user", TYPED))
    assert not compressed(message("system", "You are a proofreader."), message("user", TYPED))


def test_a_content_is_parsed_a_few_times_however_many_transforms_read_it() -> None:
    table = "| a      | b |\n|--------|---|\n| longer | c |\n"
    contents = [f"# Part {number}\n\n```json\n{RECORDS}\n```\n\n{table}" for number in range(20)]
    before = sum(parse.cache_info().misses for parse in (_parse_short, _parse_long))
    assert compressed(*(message("user", content) for content in contents))
    after = sum(parse.cache_info().misses for parse in (_parse_short, _parse_long))
    assert 20 <= after - before <= 20 * 8  # and not 27 each


def document(source: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "document", "source": source, **more}]}


@pytest.mark.parametrize(
    "source",
    [
        {"type": "text", "media_type": "text/plain", "data": RECORDS},
        {"type": "content", "content": [{"type": "text", "text": RECORDS}]},
    ],
)
def test_a_document_stays_where_answers_cite_places_in_it(source: dict[str, Any]) -> None:
    cited = {"citations": {"enabled": True}}
    assert compressed(document(source))
    assert compressed(document(source, citations={"enabled": False}))
    assert not compressed(document(source, **cited))
    beside = {"role": "user", "content": [{"type": "text", "text": RECORDS}]}
    assert not compressed(document(source, **cited), message("assistant", "So?"))
    assert compressed(document(source | {"data": "A"}, **cited), beside) == ("data" in source)


def test_what_stays_because_it_is_cited_is_said() -> None:
    result = {"type": "search_result", "source": "a", "title": "b", "citations": {"enabled": True}}
    part = result | {"content": [{"type": "text", "text": RECORDS}]}
    returned = {"type": "tool_result", "tool_use_id": "1", "content": [part]}
    call = {"type": "tool_use", "id": "1", "name": "find", "input": {}}
    messages = [
        message("user", "Which is it?"),
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [returned]},
    ]
    text = json.dumps({"model": "claude-sonnet-4-5", "max_tokens": 9, "messages": messages})
    report = compress(Prompt(name="chat.json", text=text), tokenizer="o200k_base")
    assert report.text == text
    assert assumed("cited_documents", places=("message 3",)) in report.assumptions


def test_of_bedrock_a_cited_document_stays_as_well() -> None:
    def body(*, enabled: bool) -> str:
        source = {"name": "a", "format": "txt", "source": {"text": RECORDS}}
        part = {"document": source | {"citations": {"enabled": enabled}}}
        return json.dumps({"messages": [{"role": "user", "content": [part, {"text": "Sum."}]}]})

    for enabled in (True, False):
        text = body(enabled=enabled)
        report = compress(Prompt(name="chat.json", text=text), tokenizer="o200k_base")
        assert (report.text == text) is enabled
