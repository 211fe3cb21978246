"""What Anthropic adds, where every text is one token."""

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
    DocumentText,
    HiddenReasoning,
    Message,
    OutputSchema,
    Reasoning,
    Text,
    Tool,
    ToolCall,
    ToolResult,
)

CLAUDE: dict[str, Any] = {"format": "anthropic", "tokenizer": "claude-3"}
SONNET: dict[str, Any] = {"model": "claude-sonnet-4-5", **CLAUDE}


@pytest.mark.parametrize(
    ("model", "tokenizer", "first"),
    [
        ("claude-sonnet-4-5", "claude-3", 7),
        ("claude-opus-4-7", "claude-4.7", 11),
        ("claude-opus-4-8", "claude-4.8", 6),
        ("claude-sonnet-5", "claude-4.8", 6),
    ],
)
def test_the_first_message_is_7_11_or_6(model: str, tokenizer: str, first: int) -> None:
    tokens = count([HELLO], model=model, tokenizer=tokenizer, format="anthropic")
    assert tokens.expected == first + 1


def test_a_further_message_is_3_to_claude_4_6_and_about_2_later() -> None:
    three = [HELLO, assistant(Text(text="hi")), HELLO]
    assert count(three, **SONNET).expected == 7 + 2 * 3 + 3
    later = count(three, model="claude-opus-4-8", tokenizer="claude-4.8", format="anthropic")
    assert later.expected == 6 + 2 * 2 + 1 + 3


@pytest.mark.parametrize(
    ("model", "free", "forced"),
    [
        ("claude-opus-4-8", 290, 410),
        ("claude-opus-4-7", 675, 804),
        ("claude-opus-4-6", 497, 589),
        ("claude-sonnet-4.6", 497, 589),
        ("claude-opus-4-5", 496, 588),
        ("claude-sonnet-4-5", 496, 588),
        ("claude-haiku-4-5-20251001", 496, 588),
        ("claude-sonnet-5", 354, 474),
        ("claude-opus-4-1", 313, 315),
        ("claude-sonnet-4-20250514", 313, 315),
        ("claude-3-7-sonnet", 313, 315),
        ("claude-3-5-haiku", 264, 355),
        ("claude-opus-5", 290, 410),  # not documented: as Opus 4.8
    ],
)
def test_the_tool_prompt_is_the_documented_one(model: str, free: int, forced: int) -> None:
    """A function is 15 and two texts, its name and its schema."""
    settings: dict[str, Any] = {"model": model, **CLAUDE, "tools": (tool(),)}
    tools = 7 + 1 + 15 + 1 + 1
    if "opus-4-7" in model:
        tools = 11 + 1 + 19 + 1 + 1
    assert count([HELLO], **settings).expected == tools + free
    assert count([HELLO], tool_choice="none", **settings).expected == tools + free
    assert count([HELLO], tool_choice="any", **settings).expected == tools + forced
    assert count([HELLO], tool_choice="tool", **settings).expected == tools + forced + 5


def test_a_description_is_4_beside_itself_and_a_system_text_1_beside_tools() -> None:
    bare = count([HELLO], tools=(tool(),), **SONNET).expected
    described = count([HELLO], tools=(tool(description="Weather."),), **SONNET).expected
    assert described == bare + 4 + 1
    assert count([SYSTEM, HELLO], tools=(tool(),), **SONNET).expected == bare + 1 + 1


def test_a_further_text_is_1_more_to_the_user_and_nothing_to_the_assistant() -> None:
    def size(role: str) -> int:
        two = Message.of(role, "hi", "there")
        messages = [HELLO, two] if role == "assistant" else [two]
        one = [*messages[:-1], Message.of(role, "hi")]
        return count(messages, **SONNET).expected - count(one, **SONNET).expected

    assert (size("user"), size("system"), size("assistant")) == (1 + 1, 1 + 1, 1)


def test_elsewhere_the_range_is_2_wider_on_either_side() -> None:
    here = count([HELLO] * 9, **SONNET)
    there = count([HELLO] * 9, **{**SONNET, "format": "openai_chat"})
    assert there.high is not None
    assert here.high is not None
    assert (here.low - there.low, there.high - here.high) == (2, 2)


def test_a_nested_schema_widens_the_range() -> None:
    def slack(schema: dict[str, Any]) -> int:
        tokens = count([HELLO], tools=(tool({"a": schema}),), **SONNET)
        return tokens.expected - tokens.low

    assert slack({"type": "array", "items": {"type": "string"}}) >= slack({"type": "string"}) + 1


def test_a_deferred_tool_is_not_billed() -> None:
    later = Tool(name="a", definition={"name": "a"}, is_deferred=True)
    bare = count([HELLO], tools=(tool(),), **SONNET).expected
    assert count([HELLO], tools=(tool(), later), **SONNET).expected == bare
    assert count([HELLO], tools=(later,), **SONNET).expected == 8


def test_a_deferred_tool_that_a_search_has_named_is_billed_as_any_other() -> None:
    later = replace(tool(), is_deferred=True)
    search = assistant(ToolCall(name="search_tools", arguments={}))
    history = [HELLO, search, result("get_weather")]
    without = count(history, **SONNET).expected
    assert count(history, tools=(later,), **SONNET).expected == without + 496 + 15 + 1 + 1
    newer: dict[str, Any] = {**SONNET, "model": "claude-opus-4-8", "tokenizer": "claude-4.8"}
    without = count(history, **newer).expected
    assert count(history, tools=(later,), **newer).expected == without + 290 + 19 + 1 + 1 + 95


def test_a_call_with_its_result_is_39_and_13_for_each_argument() -> None:
    bare = count([HELLO], **SONNET).expected
    history = [HELLO, assistant(call({"city": "Oslo", "days": 3})), result()]
    # two further messages, name, input and result
    assert count(history, **SONNET).expected == bare + 2 * 3 + 39 + 2 * 13 + 3


def test_several_calls_in_a_message_are_12_more_each() -> None:
    one = count([HELLO, assistant(call({}))], **SONNET).expected
    two = count([HELLO, assistant(call({}), call({}))], **SONNET).expected
    assert two == one + 39 + 2 + 2 * 12


@pytest.mark.parametrize(("model", "added"), [("claude-sonnet-4-5", 29), ("claude-opus-4-6", 28)])
def test_the_switch_of_thinking_is_29_or_28(model: str, added: int) -> None:
    settings: dict[str, Any] = {"model": model, **CLAUDE}
    assert count([HELLO], thinking="enabled", **settings).expected == 8 + added
    assert count([HELLO], thinking="disabled", **settings).expected == 8


def test_adaptive_thinking_is_17_for_opus_4_6() -> None:
    settings: dict[str, Any] = {"model": "claude-opus-4-6", **CLAUDE}
    assert count([HELLO], thinking="adaptive", **settings).expected == 8 + 17


def test_a_task_budget_is_36() -> None:
    assert count([HELLO], has_task_budget=True, **SONNET).expected == 8 + 36


def test_thinking_before_the_last_text_of_the_user_is_left_out() -> None:
    thought = assistant(Reasoning(text="Let me think."), Text(text="hi"))
    assert count([HELLO, thought, HELLO], **SONNET).expected == 7 + 2 * 3 + 3
    called = assistant(Reasoning(text="Let me think."), call({}))
    without = count([HELLO, assistant(call({})), result()], **SONNET).expected
    assert count([HELLO, called, result()], **SONNET).expected == without + 15 + 1


def test_redacted_thinking_of_the_call_that_is_going_on_is_named() -> None:
    hidden = assistant(HiddenReasoning(length=800), call({}))
    assert count([HELLO, hidden, result()], **SONNET).uncounted
    assert not count([HELLO, hidden, result(), HELLO], **SONNET).uncounted


def test_a_schema_is_126_and_its_text_and_through_chat_a_forced_tool() -> None:
    schema = OutputSchema(schema={"type": "object"}, name="city")
    assert count([HELLO], output_schema=schema, **SONNET).expected == 8 + 126 + 1
    chat = {**SONNET, "format": "openai_chat"}
    assert count([HELLO], output_schema=schema, **chat).expected == 8 + 588 + 15 + 1 + 1


def test_of_many_short_texts_the_slack_of_a_reconstruction_is_not_summed_up() -> None:
    many = count([Message.of("user", *["a"] * 100)], **SONNET)
    assert many.method == "reconstructed"
    assert many.high is not None
    assert many.high - many.expected <= 99 + 2


def test_a_document_of_text_is_about_40_more_wherever_it_stands() -> None:
    """One bill: 40 more for a document in the result of a tool, within 12 here."""
    plain, document = Text(text="hello"), DocumentText(text="hello")
    for parts in ((plain, document), tuple(ToolResult(content=(p,)) for p in (plain, document))):
        before, after = (count([Message(role="user", parts=(part,))], **SONNET) for part in parts)
        assert after.expected - before.expected == 40
        assert (after.high or 0) - after.expected >= 12
