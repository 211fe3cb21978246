"""What chat templates add, where every text is one token."""

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
from tokencost.inputs import Prompt
from tokencost.inputs.request import Message, Reasoning, Request, Text, TokenIds
from tokencost.tokenizers import Method, find_tokenizer
from tokencost.tokenizers.overheads import find_message_formats
from tokencost.tokenizers.overheads.chat_template import ToolText, render_tools
from tokencost.tokenizers.request_count import count_prompt

CHAT: dict[str, Any] = {"format": "openai_chat"}


@pytest.mark.parametrize(
    ("model", "tokenizer", "user", "system", "turn"),
    [  # one user message; a system message more; an assistant's and a user's more
        ("qwen3-32b", "qwen2", 8, 5, 10),
        ("qwen2.5-72b-instruct", "qwen2", 29, -16, 10),
        ("qwen3.6-plus", "qwen3.5", 10, 5, 10),
        ("deepseek-v3.2", "deepseek-v3", 3, 0, 3),
        ("deepseek-v4-flash", "deepseek-v3", 4, 0, 4),
        ("glm-4.7", "glm-4.7", 5, 1, 3),
        ("glm-5.2", "glm-4.7", 12, 1, 4),
        ("kimi-k2.5", "kimi", 7, 4, 8),
        ("minimax-m2.5", "minimax", 38, -22, 10),
        ("minimax-m3", "minimax", 176, -6, 11),
        ("mistral-large-latest", "tekken", 3, 2, 3),
        ("gpt-oss-120b", "o200k_base", 69, 27, 4),
    ],
)
def test_messages_have_the_frames_of_the_published_template(
    model: str, tokenizer: str, user: int, system: int, turn: int
) -> None:
    settings = {"model": model, "tokenizer": tokenizer, **CHAT}
    one = count([HELLO], **settings).expected
    assert one == user + 1
    assert count([SYSTEM, HELLO], **settings).expected == one + system + 1
    three = [HELLO, assistant(Text(text="hi")), HELLO]
    assert count(three, **settings).expected == one + turn + 2


@pytest.mark.parametrize(
    ("model", "tokenizer", "first"),
    [
        ("qwen3-32b", "qwen2", 83),
        ("qwen3.5-plus", "qwen3.5", 202),
        ("deepseek-v4-pro", "deepseek-v3", 222),
        ("glm-5.2", "glm-4.7", 96),
        ("minimax-m2.5", "minimax", 92),
        ("minimax-m3", "minimax", 170),
        ("mistral-large-latest", "tekken", 2),
    ],
)
def test_the_first_function_brings_the_text_before_all(
    model: str, tokenizer: str, first: int
) -> None:
    settings = {"model": model, "tokenizer": tokenizer, **CHAT}
    bare = count([HELLO], **settings).expected
    assert count([HELLO], tools=(tool(),), **settings).expected == bare + first + 1


def test_a_call_with_its_result_is_measured_as_one() -> None:
    """Qwen 3: 5 for the assistant's message, 15 for the call, 5 for the result, 3 texts."""
    settings = {"model": "qwen3-32b", "tokenizer": "qwen2", **CHAT}
    bare = count([HELLO], **settings).expected
    history = [HELLO, assistant(call()), result()]
    assert count(history, **settings).expected == bare + 5 + 15 + 5 + 3


def test_functions_are_written_as_the_template_writes_them() -> None:
    declared = tool({"a": {"type": "string"}})
    schema = '{"type": "object", "properties": {"a": {"type": "string"}}}'
    function = f'{{"name": "get_weather", "description": null, "parameters": {schema}}}'
    wrapped = f'{{"type": "function", "function": {function}}}'
    tools = [declared, declared]
    assert [*render_tools(tools, ToolText.BARE)] == [function] * 2
    assert [*render_tools(tools, ToolText.WRAPPED)] == [wrapped] * 2
    listed = wrapped.replace("null", '""')
    assert [*render_tools(tools, ToolText.LIST)] == [f"[{listed}, {listed}]"]
    compact = wrapped.replace(", ", ",").replace(": ", ":")
    assert [*render_tools(tools, ToolText.COMPACT)] == [compact] * 2
    assert [*render_tools(tools, ToolText.NONE)] == []


def test_thinking_that_is_switched_off_begins_the_output_with_an_empty_thought() -> None:
    settings = {"model": "qwen3-32b", "tokenizer": "qwen2", **CHAT}
    assert count([HELLO], thinking="disabled", **settings).expected == 9 + 4


def test_earlier_thinking_goes_but_glm_keeps_it() -> None:
    three = [HELLO, assistant(Reasoning(text="hm"), Text(text="hi")), HELLO]
    qwen = {"model": "qwen3-32b", "tokenizer": "qwen2", **CHAT}
    glm = {"model": "glm-4.7", "tokenizer": "glm-4.7", **CHAT}
    assert count(three, **qwen).expected == 9 + 10 + 2
    assert count(three, **glm).expected == 6 + 3 + 2 + 1
    cut = [HELLO, assistant(Text(text="<think>hm</think>")), HELLO]
    assert count(cut, **qwen).expected == 9 + 10 + 1


def test_mistral_small_carries_a_block_of_settings() -> None:
    settings = {"tokenizer": "tekken", **CHAT}
    large = count([HELLO], model="mistral-large-latest", **settings).expected
    assert count([HELLO], model="mistral-small-latest", **settings).expected == large + 12


def test_deepseek_v4_is_79_more_through_responses() -> None:
    settings = {"model": "deepseek-v4-flash", "tokenizer": "deepseek-v3"}
    chat = count([HELLO], format="openai_chat", **settings).expected
    assert count([HELLO], format="openai_responses", **settings).expected == chat + 79


def test_of_an_unknown_format_a_message_is_0_to_8_tokens() -> None:
    tokens = count([HELLO, HELLO], model="doubao-next", tokenizer="doubao", **CHAT)
    assert (tokens.low, tokens.expected, tokens.high) == (2, 2 + 4 + 8, 2 + 8 + 16)


def test_embeddings_are_billed_by_their_texts_and_exact() -> None:
    tokens = count([HELLO, HELLO], model="text-embedding-3-small", tokenizer="cl100k_base")
    assert (tokens.expected, tokens.method) == (2, "exact")


@pytest.mark.parametrize("form", ["openai_embeddings", "openai_completions"])
def test_tokens_by_their_numbers_are_billed_as_so_many(form: str) -> None:
    ids = Message(role="user", parts=(TokenIds(number=300), TokenIds(number=40)))
    tokens = count([ids, HELLO], model="gpt-3.5-turbo-instruct", tokenizer="any", format=form)
    assert (tokens.low, tokens.expected, tokens.high) == (341, 341, 341)


def test_an_embedding_is_one_by_its_form_whatever_the_model_is_called() -> None:
    (format_,) = find_message_formats("bge-m3", "xlm-roberta", form="openai_embeddings")
    assert format_.basis == "embeddings are billed by their texts"


@pytest.mark.parametrize(
    "model", ["gpt-5.9", "gpt-6", "claude-opus-6", "gemini-4-argon", "qwen4", "glm-6", "kimi-k4"]
)
def test_a_later_version_has_the_rules_of_its_family(model: str) -> None:
    tokenizers = {
        "gpt": "o200k_base",
        "claude": "claude-4.8",
        "gemini": "gemma4",
        "qwen4": "qwen3.5",
        "glm": "glm-4.7",
        "kimi": "kimi",
    }
    tokenizer = tokenizers[model.partition("-")[0]]
    formats = find_message_formats(model, tokenizer, form="openai_chat")
    assert all("not known" not in format_.basis for format_ in formats)


def test_bills_that_a_vocabulary_meets_leave_the_rules_alone_to_doubt() -> None:
    """Mistral's recorded bills are counts with Tekken; nobody has seen those of other models."""
    text = "Summarise the report in three short sentences, and name the month it is about. " * 20
    request = Request(messages=(Message.of("user", text),), format="openai_chat")
    prompt = Prompt(name="r.json", text="", kind="request", request=request)
    tekken = find_tokenizer("tekken", assumed="its file has not been seen")
    size = tekken.measure(text)
    assert (size.high or 0) - size.low > 0.1 * size.expected
    billed = count_prompt(prompt, tekken, model="mistral-large-2512")
    assert billed.expected == size.expected + 3
    assert (billed.low, billed.high) == (billed.expected - 3, billed.expected + 3)  # 1 % of 344
    assert billed.method is Method.ASSUMED
    others = count_prompt(prompt, tekken, model="mistral-large-4")
    assert (others.low, others.high) == (size.low + 3, (size.high or 0) + 3)
