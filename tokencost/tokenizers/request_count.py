"""Count a request: each content by itself, and what the message format adds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tokencost.inputs import Prompt
from tokencost.tokenizers import Method, TokenCount, Tokenizer

if TYPE_CHECKING:  # texts need none of it
    from tokencost.inputs.request import Request, Tool
    from tokencost.tokenizers.message_format import MessageFormat

# OpenAI's cookbook, "How to count tokens with tiktoken" (tools of gpt-4o).
_PER_TOOL, _PROPERTIES, _PER_PROPERTY, _ENUM, _PER_CHOICE, _ALL_TOOLS = 7, 3, 3, -3, 3, 12
_TOOL_SLACK = 3  # the formula says nothing about nested parameters
_NO_TOKENS = (0, 0, 0)


def count_prompt(prompt: Prompt, tokenizer: Tokenizer, *, model: str) -> TokenCount:
    """Count *prompt*; of a request the contents, tools and message format of *model*."""
    if prompt.request is None:
        return tokenizer.measure(prompt.text)
    from tokencost.tokenizers.message_format import find_message_format

    return _measure_chat(prompt.request, tokenizer, find_message_format(model, tokenizer.name))


def _measure_chat(
    request: "Request", tokenizer: Tokenizer, frame: "MessageFormat | None"
) -> TokenCount:
    texts = [text for message in request.messages for text in message.texts]
    texts += [message.name for message in request.messages if message.name]
    counts = [tokenizer.measure(text) for text in texts]
    by_formula = frame is not None and frame.documented
    tools = _NO_TOKENS
    if request.tools and by_formula:
        number = _tools_by_formula(request.tools, lambda text: tokenizer.measure(text).expected)
        slack = _TOOL_SLACK * len(request.tools)
        tools = max(0, number - slack), number, number + slack
    elif request.tools:
        counts += [tokenizer.measure(tool.text) for tool in request.tools]
        tools = frame.tools if frame else _NO_TOKENS
    contents = TokenCount.sum(counts or [tokenizer.measure("")])
    format_ = _format(request, frame)
    low, expected, high = (one + other for one, other in zip(format_, tools, strict=True))
    basis = frame.basis if frame else "the message format is not known and not counted"
    sure = by_formula and not request.tools and contents.method is Method.EXACT
    return replace(
        contents,
        expected=contents.expected + expected,
        low=contents.low + low,
        high=contents.high + high,
        method=Method.ASSUMED if contents.method is Method.EXACT and not sure else contents.method,
        basis=contents.basis
        or ("" if sure else "the contents are exact; what frames them is not documented as billed"),
        overhead=expected,
        overhead_basis=basis,
        uncounted=request.uncounted_parts,
    )


def _format(request: "Request", frame: "MessageFormat | None") -> tuple[int, int, int]:
    """Return the tokens of the message format, low, expected and high."""
    if frame is None or not request.messages:
        return _NO_TOKENS
    roles = [message.role for message in request.messages]
    names = sum(1 for message in request.messages if message.name)
    expected = frame.start + frame.name * names + sum(map(frame.of, roles))
    if not {"system", "developer"} & set(roles):
        expected += frame.default_system
    slack = frame.slack * len(roles)
    return max(0, expected - slack), expected, expected + slack


def _tools_by_formula(tools: "Sequence[Tool]", count: Callable[[str], int]) -> int:
    total = _ALL_TOOLS
    for tool in tools:
        total += _PER_TOOL + count(f"{tool.name}:{(tool.description or '').removesuffix('.')}")
        properties = tool.parameters.get("properties")
        if isinstance(properties, Mapping) and properties:
            total += _PROPERTIES
            total += sum(_property(name, value, count) for name, value in properties.items())
    return total


def _property(name: str, value: object, count: Callable[[str], int]) -> int:
    schema: Mapping[str, object] = value if isinstance(value, Mapping) else {}
    total = _PER_PROPERTY
    choices = schema.get("enum")
    if isinstance(choices, list):
        total += _ENUM + sum(_PER_CHOICE + count(str(choice)) for choice in choices)
    kind, text = schema.get("type", ""), str(schema.get("description", "")).removesuffix(".")
    return total + count(f"{name}:{kind}:{text}")
