import json
from pathlib import Path
from typing import Any

import pytest

from tokencost import (
    InputFormat,
    Level,
    PriceTable,
    Prompt,
    TokenizerError,
    UnknownModelError,
    compress,
    count,
)
from tokencost.compression.compress import total
from tokencost.errors import InputError
from tokencost.notes import assumed, warning

DATA = '[\n  {"name": "one"},\n  {"name": "two"}\n]\n'
CHAT = {"model": "plain", "messages": [{"role": "user", "content": "Say  hello, please. "}]}


def test_a_text_is_counted_as_count_does(prices: PriceTable) -> None:
    report = compress(DATA, model="plain", prices=prices)
    assert report.text == '[{"name":"one"},{"name":"two"}]\n'
    assert report.before == count(DATA, models="plain", prices=prices).results[0].tokens
    assert report.after == count(report.text, models="plain", prices=prices).results[0].tokens
    assert (report.model, report.input, report.prefix_stable) == ("acme/plain", "<text>", True)
    assert report.assumptions == ()


def test_without_a_model_the_vocabulary_is_named() -> None:
    report = compress(DATA)
    assert (report.model, report.before.tokenizer) == (None, "o200k_base")
    assert report.assumptions == (assumed("default_tokenizer", tokenizer="o200k_base"),)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.md"):
        compress(tmp_path / "missing.md")


def test_the_tokenizer_decides() -> None:
    report = compress("ＡＢＣ", tokenizer="qwen2", level=Level.REFORMATTED)
    assert report.before.tokenizer == "qwen2"
    assert (report.text, report.after.expected) == ("ABC", 1)


def test_an_estimated_count_decides_by_what_is_expected(prices: PriceTable) -> None:
    report = compress(DATA, model="guess", prices=prices)
    assert report.after.expected < report.before.expected
    assert report.after.holds(report.after.low + 1)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"model": "plane"}, UnknownModelError),
        ({"tokenizer": "nonsense"}, TokenizerError),
        ({"model": "guess", "tokenizer": "exact"}, TokenizerError),
    ],
)
def test_what_cannot_be_counted_is_an_error(
    options: dict[str, str], error: type[Exception], prices: PriceTable
) -> None:
    with pytest.raises(error):
        compress(DATA, prices=prices, **options)  # type: ignore[arg-type]


def test_of_a_request_what_its_messages_say_is_compressed(prices: PriceTable) -> None:
    text = json.dumps(CHAT, indent=4)
    read = Prompt(name="chat", text=text, kind="request")
    expected = count(text, models="plain", prices=prices).results[0].tokens
    for prompt, form in (
        (Prompt(name="chat.json", text=text), InputFormat.AUTO),
        (Prompt(name="chat", text=text), InputFormat.REQUEST),
        (read, InputFormat.AUTO),
    ):
        report = compress(prompt, input_format=form, level=Level.LOSSY, prices=prices)
        assert report.text == text.replace("Say  hello, please. ", "Say hello, please. ")
        assert report.after.expected < report.before.expected < expected.expected
        assert report.assumptions == (
            assumed("models_of_requests"),
            assumed("request_is_data"),
        )
        assert report.model == "acme/plain"
        lossless = compress(prompt, input_format=form, prices=prices)
        assert lossless.text == text


LONG = json.dumps([{"id": number, "name": "a"} for number in range(9)], indent=2)
FACTS = f"The facts about her:\n\n{LONG}\n\nSum them up."
CITY = '{\n  "to": "\\u5317",\n  "big": 1e400\n}'
TALK: dict[str, Any] = {
    "model": "plain",
    "metadata": {"copy": "{ }"},
    "messages": [
        {"role": "user", "content": FACTS},
        {
            "role": "assistant",
            "tool_calls": [
                {
                    "id": "1",
                    "type": "function",
                    "function": {"name": "look", "arguments": '{\n  "at": 1.0,\n  "on": [ 2 ]\n}'},
                }
            ],
        },
        {
            "role": "tool",
            "tool_call_id": "1",
            "content": '{\n  "to": "\\u5317",\n  "big": 1e400\n}',
        },
        {"role": "user", "content": f"Answer like this:\n\n{LONG}\n"},
        {"role": "user", "content": [{"type": "text", "text": f"Her data:\n{LONG}\n中"}]},
    ],
    "tools": [{"type": "function", "function": {"name": "look", "description": "[ 1 ]  [ 2 ]"}}],
}


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("indent", [None, 2])
def test_json_in_messages_is_compacted_where_it_is_data(
    *, ascii_only: bool, indent: int | None, prices: PriceTable
) -> None:
    text = json.dumps(TALK, indent=indent, ensure_ascii=ascii_only)
    short = json.dumps(json.loads(LONG), separators=(",", ":"))
    contents = (
        (FACTS, f"The facts about her:\n\n{short}\n\nSum them up."),
        ('{\n  "at": 1.0,\n  "on": [ 2 ]\n}', '{"at":1.0,"on":[2]}'),
        (CITY, '{"to":"北","big":1e400}'),
        (f"Her data:\n{LONG}\n中", f"Her data:\n{short}\n中"),
    )
    expected = text
    for before, after in contents:
        old, new = (json.dumps(content, ensure_ascii=ascii_only) for content in (before, after))
        if old.isascii():
            new = json.dumps(after)
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    report = compress(Prompt(name="talk.json", text=text), prices=prices)
    assert report.text == expected
    assert report.after.expected < report.before.expected
    assert compress(Prompt(name="talk.json", text=expected), prices=prices).text == expected
    assert assumed("json_in_messages", places=("message 4",)) in report.assumptions
    assert [step.name for step in report.steps if step.accepted] == [
        *("json-compact", "json-characters", "embedded-json")
    ]


def test_what_the_model_said_shows_the_form_of_its_output(prices: PriceTable) -> None:
    spoken = [{"role": "user", "content": "Ann?"}, {"role": "assistant", "content": LONG}]
    asked = f"Bob:\n{LONG}\nOk?"
    chat = {"model": "plain", "messages": [*spoken, {"role": "user", "content": asked}]}
    after = json.loads(compress(Prompt(name="a.json", text=json.dumps(chat)), prices=prices).text)
    assert after["messages"][:2] == spoken
    assert after["messages"][2]["content"] != asked


def test_what_the_model_thought_and_what_stands_elsewhere_too_stay(prices: PriceTable) -> None:
    thought = {"type": "thinking", "thinking": LONG, "signature": "abc"}
    chat = {
        "model": "plain",
        "max_tokens": 9,
        "messages": [
            {"role": "user", "content": "Go on."},
            {"role": "assistant", "content": [thought, {"type": "text", "text": "So."}]},
        ],
    }
    text = json.dumps(chat)
    assert compress(Prompt(name="chat.json", text=text), prices=prices).text == text
    keys = {**TALK, "metadata": {FACTS: "1"}}
    after = json.loads(compress(Prompt(name="a.json", text=json.dumps(keys)), prices=prices).text)
    assert after["metadata"] == {FACTS: "1"}
    assert after["messages"][0]["content"] != FACTS
    copied = json.dumps({**TALK, "metadata": {"copy": FACTS}})
    after = json.loads(compress(Prompt(name="talk.json", text=copied), prices=prices).text)
    assert (after["metadata"]["copy"], after["messages"][0]["content"]) == (FACTS, FACTS)
    assert after["messages"][2]["content"] == '{"to":"北","big":1e400}'


def test_a_request_that_is_taken_for_a_text_is_compressed() -> None:
    prompt = Prompt(name="chat.json", text=json.dumps(CHAT, indent=4))
    report = compress(prompt, input_format=InputFormat.TEXT)
    assert report.text == json.dumps(CHAT, separators=(",", ":"))


def test_lines_of_requests_are_data_and_counted_together(prices: PriceTable) -> None:
    text = "\n".join(json.dumps(CHAT) for _ in range(3))
    report = compress(Prompt(name="batch.jsonl", text=text), model="plain", prices=prices)
    single = compress(Prompt(name="chat.json", text=json.dumps(CHAT)), model="plain", prices=prices)
    assert report.text == text
    assert report.before.expected == 3 * single.before.expected


def test_other_json_lines_are_compressed() -> None:
    report = compress(Prompt(name="rows.jsonl", text='{"a": 1}\n{"a": 2}\n'))
    assert report.text == '{"a":1}\n{"a":2}\n'


def test_counts_of_several_kinds_are_an_estimate(prices: PriceTable) -> None:
    both = count("hello", models=["plain", "guess"], prices=prices)
    together = total(both)
    assert together.expected == sum(result.tokens.expected for result in both.results)
    assert (str(together.method), together.tokenizer) == ("estimated", None)


def test_a_type_of_content_that_is_not_known_is_a_warning() -> None:
    report = compress(Prompt(name="a.yaml", text="a:  1\n"))
    assert (report.text, report.warnings) == ("a:  1\n", (warning("unknown_content"),))


def test_an_empty_text_stays_empty() -> None:
    report = compress("")
    assert (report.text, report.before.expected, report.after.expected) == ("", 0, 0)
