"""A tokenizer whose counts can be done by hand, and requests to be counted by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tokencost.inputs import Prompt
from tokencost.inputs.request import Message, Part, Request, Text, Tool, ToolCall, ToolResult
from tokencost.tokenizers import Method, TokenCount
from tokencost.tokenizers.request_count import count_prompt


@dataclass(frozen=True, kw_only=True)
class OneToken:
    """Counts every text that is not empty as one token."""

    name: str = "any"
    method: Method = Method.EXACT

    def measure(self, text: str) -> TokenCount:
        size = 1 if text else 0
        return TokenCount(
            expected=size, low=size, high=size, method=self.method, tokenizer=self.name
        )


HELLO = Message.of("user", "hello")
SYSTEM = Message.of("system", "be brief")


def assistant(*parts: Part) -> Message:
    return Message(role="assistant", parts=parts)


def call(arguments: str | dict[str, Any] = '{"city":"Oslo"}') -> ToolCall:
    return ToolCall(name="get_weather", arguments=arguments)


def result(text: str = "rain") -> Message:
    return Message(role="tool", parts=(ToolResult(content=(Text(text=text),)),))


def tool(properties: dict[str, Any] | None = None, *, description: str | None = None) -> Tool:
    parameters = {"type": "object", "properties": properties or {}}
    definition = {"name": "get_weather", "description": description, "parameters": parameters}
    return Tool(
        name="get_weather",
        description=description,
        parameters=parameters,
        definition=definition,
    )


def count(
    messages: Sequence[Message],
    *,
    model: str,
    tokenizer: str = "any",
    site: str = "",
    **settings: Any,
) -> TokenCount:
    request = Request(messages=tuple(messages), **settings)
    prompt = Prompt(name="r.json", text="", kind="request", request=request)
    method = Method.RECONSTRUCTED if tokenizer.startswith("claude") else Method.EXACT
    return count_prompt(prompt, OneToken(name=tokenizer, method=method), model=model, site=site)
