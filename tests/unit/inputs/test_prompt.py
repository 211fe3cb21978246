"""Prompts as callers have them: what is taken, and what is refused in one line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tokencost.errors import InputError, TokencostError
from tokencost.inputs import InputSet, Prompt, as_input_set, read_prompts

MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hello!"},
]
IMAGE: dict[str, Any] = {
    "role": "user",
    "content": [{"type": "image_url", "image_url": {"url": "x"}}],
}


def names(prompts: Any) -> list[tuple[str, str]]:
    return [(prompt.kind, prompt.name) for prompt in as_input_set(prompts).prompts]


def test_a_text_and_texts_are_prompts() -> None:
    assert names("hello") == [("text", "<text>")]
    assert names(["hello", "you"]) == [("text", "<text>"), ("text", "<text 2>")]
    assert names(text for text in ("hello", "you")) == names(["hello", "you"])
    assert [prompt.text for prompt in as_input_set(("hello", "you")).prompts] == ["hello", "you"]


@pytest.mark.parametrize("form", [list, tuple, iter], ids=["list", "tuple", "iterator"])
def test_messages_are_one_request(form: Any) -> None:
    (prompt,) = as_input_set(form(MESSAGES)).prompts
    assert (prompt.kind, prompt.name) == ("request", "<request>")
    assert prompt.request
    assert [message.texts for message in prompt.request.messages] == [("Be brief.",), ("Hello!",)]
    assert json.loads(prompt.text) == MESSAGES


def test_a_body_is_a_request_and_several_are_several() -> None:
    body = {"model": "gpt-4o", "max_tokens": 9, "messages": MESSAGES}
    (prompt,) = as_input_set(body).prompts
    assert prompt.request
    assert (prompt.request.model, prompt.request.max_output) == ("gpt-4o", 9)
    assert names([body, body]) == [("request", "<request>"), ("request", "<request 2>")]
    assert names([MESSAGES, MESSAGES[:1]]) == names([body, body])
    assert names((body, body)) == names([body, body])


def test_what_a_request_has_without_text_is_a_warning() -> None:
    (note,) = as_input_set([*MESSAGES, IMAGE]).notes
    assert note.code == "parts_not_counted"
    assert note.values["inputs"] == ("<request>",)


def test_a_path_is_read_as_read_prompts_reads_it(folder: Path) -> None:
    (folder / "docs").mkdir()
    (folder / "docs" / "a.md").write_text("hello", encoding="utf-8")
    (folder / "b.json").write_text(json.dumps({"messages": MESSAGES}), encoding="utf-8")
    assert as_input_set(Path("docs")) == read_prompts(["docs"])
    assert names([Path("b.json"), Path("docs")]) == [("request", "b.json"), ("text", "docs/a.md")]
    (error,) = as_input_set(Path("nowhere.md")).errors
    assert "no such file" in error.message
    assert error.hint


def test_a_single_path_or_text_is_not_taken_letter_by_letter(folder: Path) -> None:
    (folder / "a.md").write_text("hello", encoding="utf-8")
    assert read_prompts("a.md") == read_prompts(["a.md"]) == read_prompts(Path("a.md"))
    assert read_prompts(texts="hello") == read_prompts(texts=["hello"])


def test_prompts_and_a_set_of_them_are_taken_as_they_are() -> None:
    prompt = Prompt(name="a", text="hello")
    assert as_input_set(prompt).prompts == as_input_set([prompt]).prompts == (prompt,)
    empty = InputSet(prompts=(), errors=(), notes=())
    assert as_input_set(empty) is empty


CIRCLE: dict[str, Any] = {"messages": MESSAGES}
CIRCLE["itself"] = CIRCLE


@pytest.mark.parametrize(
    ("prompts", "message"),
    [
        (None, "the prompts are None"),
        (b"hello", "the prompts are of the type bytes"),
        ({"hello"}, "the prompts are of the type set"),
        (5, "the prompts are of the type int"),
        (object(), "the prompts are of the type object"),
        ([], "there are no prompts: the list is empty"),
        (iter(()), "there are no prompts: the list is empty"),
        (["hello", None], "an item of the prompts is None"),
        ([b"hello"], "an item of the prompts is of the type bytes"),
        ([["hello"]], "an item of the prompts is of the type list"),
        (["hello", Path("a.md")], "the prompts mix paths and texts"),
        (["hello", MESSAGES[0]], "the prompts mix requests and texts"),
        ({"hello": "you"}, "<request>"),
        ({"messages": 5}, "<request>"),
        ({"messages": [5]}, "<request>"),
        ([{"role": "user", "content": 5}], "<request>"),
        ([{"role": "user", "content": b"x"}], "cannot be sent as JSON"),
        ([{"role": "user", "content": object()}], "cannot be sent as JSON"),
        (CIRCLE, "is nested without an end"),
        ("\ud800", "a text has half a character: U+D800 at 0"),
        ([{"role": "user", "content": "\ud800"}], "the request has half a character"),
    ],
)
def test_what_is_not_a_prompt_is_refused_in_one_line_with_a_hint(
    prompts: Any, message: str
) -> None:
    with pytest.raises(InputError) as raised:
        as_input_set(prompts)
    assert message in raised.value.message
    assert "\n" not in raised.value.message
    assert raised.value.hint
    assert "--" not in raised.value.hint


def test_the_text_of_an_error_is_its_message_and_its_hint() -> None:
    assert str(TokencostError("no such thing", hint="look there")) == (
        "no such thing\nhint: look there"
    )
    assert str(TokencostError("no such thing")) == TokencostError("no such thing").message
