"""One question and one function in every form, with figures that can be added up by hand.

"What is the weather in Oslo?" has 7 tokens for OpenAI, Claude and Gemini, and as many for Mistral.
"""

import json
from typing import Any

import pytest

from tokencost.inputs import Prompt
from tokencost.inputs.request import (
    Message,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
)
from tokencost.tokenizers import TokenCount, find_tokenizer
from tokencost.tokenizers.request_count import count_prompt

PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "description": "Name of the city"},
        "days": {"type": "integer"},
    },
    "required": ["city"],
}
FUNCTION = {
    "name": "get_weather",
    "description": "Get the weather of a city.",
    "parameters": PARAMETERS,
}
QUESTION = Message.of("user", "What is the weather in Oslo?")
SYSTEM = Message.of("system", "Be brief.")
CALL = Message(role="assistant", parts=(ToolCall(name="get_weather", arguments='{"city":"Oslo"}'),))
RESULT = Message(role="tool", parts=(ToolResult(content=(Text(text="rain, 7 degrees"),)),))


def tool(key: str = "parameters") -> Tool:
    definition = {
        "name": FUNCTION["name"],
        "description": FUNCTION["description"],
        key: PARAMETERS,
    }
    return Tool(
        name="get_weather",
        description="Get the weather of a city.",
        parameters=PARAMETERS,
        definition=definition,
        is_json_schema=key == "parametersJsonSchema",
    )


def count(
    *messages: Message, model: str, tokenizer: str, site: str = "", **settings: Any
) -> TokenCount:
    request = Request(messages=messages, **settings)
    prompt = Prompt(name="r.json", text="", kind="request", request=request)
    return count_prompt(prompt, find_tokenizer(tokenizer), model=model, site=site)


def range_of(tokens: TokenCount) -> tuple[int, int, int | None]:
    return tokens.low, tokens.expected, tokens.high


CHAT: dict[str, Any] = {"format": "openai_chat"}
RESPONSES = {"format": "openai_responses"}
CLAUDE = {"format": "anthropic"}
GEMINI: dict[str, Any] = {"format": "gemini"}
TOOL = {"tools": (tool(),)}
CLAUDE_TOOL = {"tools": (tool("input_schema"),)}
GEMINI_TOOL = {"tools": (tool("parametersJsonSchema"),)}


@pytest.mark.parametrize(
    ("model", "tokenizer", "messages", "settings", "expected"),
    [
        # 3 that begin the output, 3 + 1 for the message
        ("gpt-4o", "o200k_base", [QUESTION], CHAT, (14, 14, 14)),
        # 14 + 9, and 39 for the namespace
        ("gpt-4o", "o200k_base", [QUESTION], CHAT | TOOL, (61, 62, 63)),
        # 14 + 4 + 3 for the system message, and 5 instead of 9
        ("gpt-4o", "o200k_base", [SYSTEM, QUESTION], CHAT | TOOL, (64, 65, 66)),
        # 62, then 4 + 5 + 2 + 2 + 6 for the call with its name, its name after a dot and its
        # arguments, and 4 + 5 for the result
        ("gpt-4o", "o200k_base", [QUESTION, CALL, RESULT], CHAT | TOOL, (88, 90, 92)),
        ("gpt-5-mini", "o200k_base", [QUESTION], CHAT, (13, 13, 13)),
        ("gpt-5-mini", "o200k_base", [QUESTION], CHAT | TOOL, (141, 142, 143)),
        ("gpt-5-mini", "o200k_base", [QUESTION, CALL, RESULT], CHAT | TOOL, (173, 176, 179)),
        ("gpt-4o", "o200k_base", [QUESTION], RESPONSES | TOOL, (55, 56, 57)),
        ("gpt-5-mini", "o200k_base", [QUESTION], RESPONSES | TOOL, (59, 60, 61)),
        ("claude-sonnet-4-5", "claude-3", [QUESTION], CLAUDE, (12, 14, 16)),
        ("claude-sonnet-4-5", "claude-3", [QUESTION], CLAUDE | CLAUDE_TOOL, (576, 584, 592)),
        (
            "claude-sonnet-4-5",
            "claude-3",
            [QUESTION],
            CLAUDE | CLAUDE_TOOL | {"tool_choice": "any"},
            (668, 676, 684),
        ),
        ("mistral-large-latest", "tekken", [QUESTION], CHAT, (10, 10, 10)),
        ("mistral-large-latest", "tekken", [QUESTION], CHAT | TOOL, (88, 89, 90)),
    ],
)
def test_a_question_and_a_function_are_counted_as_they_are_billed(
    model: str,
    tokenizer: str,
    messages: list[Message],
    settings: dict[str, Any],
    expected: tuple[int, int, int],
) -> None:
    assert range_of(count(*messages, model=model, tokenizer=tokenizer, **settings)) == expected


@pytest.mark.parametrize(
    ("model", "site", "settings", "expected"),
    [
        ("gemini-2.5-flash", "vertex", GEMINI_TOOL, (17, 17, 17)),
        ("gemini-2.5-flash", "developer-api", {}, (8, 8, 8)),
        ("gemini-2.5-flash", "developer-api", GEMINI_TOOL, (58, 61, 64)),
        ("gemini-3-flash-preview", "developer-api", GEMINI_TOOL, (66, 69, 72)),
        # nobody said where: from the sum of strings to the Developer API's
        ("gemini-2.5-flash", "", GEMINI_TOOL, (17, 61, 64)),
        ("gemini-2.5-flash", "global", GEMINI_TOOL, (17, 61, 64)),
    ],
)
def test_gemini_is_billed_by_the_site(
    model: str, site: str, settings: dict[str, Any], expected: tuple[int, int, int]
) -> None:
    tokens = count(QUESTION, model=model, tokenizer="gemma3", site=site, **settings, **GEMINI)
    assert range_of(tokens) == expected


def test_the_definition_as_json_is_not_what_is_billed() -> None:
    as_json = find_tokenizer("o200k_base").measure(json.dumps(FUNCTION)).expected
    without = count(QUESTION, model="gpt-4o", tokenizer="o200k_base", **CHAT)
    with_it = count(QUESTION, model="gpt-4o", tokenizer="o200k_base", **CHAT | TOOL)
    assert with_it.expected - without.expected == 48 != as_json
