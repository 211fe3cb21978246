"""A message format that is a chat template: so much for each message, tool and call.

Which model has which template is a table in `chat_templates`.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from tokencost.inputs.request import (
    HiddenReasoning,
    Message,
    Reasoning,
    Request,
    Text,
    Tool,
    ToolResult,
    to_compact_json,
)
from tokencost.tokenizers.overheads.rule import (
    NOTHING,
    THOUGHTS_END,
    Charge,
    Rule,
    calls_of,
    charge,
    content,
    is_system,
    last_user_text,
    of_tools,
    possible,
    results_of,
    thinking_of,
)
from tokencost.tokenizers.overheads.schema import as_object, left_out, spaced
from tokencost.tokenizers.overheads.typescript import render_functions
from tokencost.values import dataclass

_FUNCTION_KEYS = ("name", "description", "parameters")  # `strict` and others are not rendered


class ToolText(StrEnum):
    """How a template writes the functions."""

    WRAPPED = 'each as {"type": "function", "function": ...}, spaced'
    BARE = "each by itself, spaced"
    COMPACT = "each as in a request, without white space"
    LIST = "all in one spaced list: name, description, parameters"
    NAMESPACE = "a TypeScript namespace"
    NONE = "not at all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTemplate:
    """Tokens that a template adds.

    Attributes:
        basis: what the numbers rest on.
        start: once for a request, with what begins the output.
        user, system, assistant, result: for each message of that role, or each result of a call.
        default_system: once, where no system message replaces it.
        hidden: once; text that a host puts before all that.
        tools, tool: once if there are tools, and for each; `tool_text` says how they are written.
        call, argument: for a call, beside its name and arguments; for each argument.
        schema: for a schema of the output, beside its compact JSON.
        without_thinking: if the request switches thinking off.
        keeps_thoughts: whether earlier thinking is part of the text; None if nobody knows.
        cuts_thoughts: whether what stands before `</think>` in an assistant's text is cut off.
        least_slack: tokens either way, whatever the charges leave open.
        share: of all tokens, either way.
        billed_vocabulary: whether recorded bills equal counts with the vocabulary that the model is
            only assumed to use: the range of a request is then that of these rules.
    """

    basis: str
    start: Rule = NOTHING
    user: Rule = NOTHING
    system: Rule = NOTHING
    assistant: Rule = NOTHING
    result: Rule = NOTHING
    default_system: Rule = NOTHING
    hidden: Rule = NOTHING
    tools: Rule = NOTHING
    tool: Rule = NOTHING
    tool_text: ToolText = ToolText.WRAPPED
    call: Rule = NOTHING
    argument: Rule = NOTHING
    schema: Rule = NOTHING
    without_thinking: Rule = NOTHING
    keeps_thoughts: bool | None = False
    cuts_thoughts: bool = False
    least_slack: float = 1
    share: float = 0
    billed_vocabulary: bool = False

    def is_exact(self, request: Request) -> bool:  # noqa: ARG002
        """Return False: no host says that it bills its template as it is published."""
        return False

    def widen(self, slack: float, *, total: int) -> float:
        """Return what the borders of a template leave open at least."""
        return max(slack, self.least_slack) + self.share * total

    def charges(self, request: Request) -> Iterator[Charge]:
        """Yield everything of *request* that is billed."""
        yield charge(self.start)
        yield charge(self.hidden)
        if not any(map(is_system, request.messages)):
            yield charge(self.default_system)
        if thinking_of(request) == "disabled":
            yield charge(self.without_thinking)
        current = last_user_text(request.messages)
        for index, message in enumerate(request.messages):
            yield from self._message(message, is_current=index > current)
        if request.tools:
            yield from self._tools(request.tools)
        if (schema := request.output_schema) is not None and schema.schema:
            yield charge(self.schema, to_compact_json(schema.schema))
            yield possible(schema.name or "")
            yield possible(schema.description or "")

    def _message(self, message: Message, *, is_current: bool) -> Iterator[Charge]:
        if message.name:
            yield content(message.name)
        results = sum(isinstance(part, ToolResult) for part in message.parts)
        yield charge(self.result, times=results) if results else charge(self._frame(message.role))
        for part in message.parts:
            match part:
                case Text():
                    yield content(self._written(message.role, part.text))
                case Reasoning() if is_current or self.keeps_thoughts:
                    yield content(part.text)
                case Reasoning() if self.keeps_thoughts is None:
                    yield possible(part.text)
                case HiddenReasoning() if is_current:
                    yield Charge(hidden="encrypted reasoning", place=message.place)
                case _:
                    pass
        yield from results_of(message)
        for call in calls_of(message):
            yield charge(self.call, call.name)
            yield content(call.arguments_text)
            yield charge(self.argument, times=len(as_object(call.arguments)))

    def _written(self, role: str, text: str) -> str:
        """Return a text without the thoughts that the assistant put before it, if these go."""
        is_cut = role == "assistant" and self.cuts_thoughts
        return text.rpartition(THOUGHTS_END)[2] if is_cut else text

    def _frame(self, role: str) -> Rule:
        match role:
            case "system" | "developer":
                return self.system
            case "assistant" | "model":
                return self.assistant
            case "tool" | "function":
                return self.result
            case _:
                return self.user

    def _tools(self, tools: Sequence[Tool]) -> Iterator[Charge]:
        yield charge(self.tools)
        yield charge(self.tool, times=len(tools))
        yield from of_tools(_written_out, tools, self.tool_text)


def _written_out(tools: Sequence[Tool], tool_text: ToolText) -> list[Charge]:
    """Return what a template writes of the functions, and what it leaves out."""
    texts = [*render_tools(tools, tool_text)]
    charges = [Charge(text=text) for text in texts]
    if tool_text is not ToolText.NONE:
        declared = [(tool.namespace, tool.definition) for tool in tools]
        charges.append(possible(left_out(declared, "\n".join(texts))))
    return charges


def render_tools(tools: Sequence[Tool], tool_text: ToolText) -> Iterator[str]:
    """Yield the texts of functions, each to be counted by itself."""
    match tool_text:
        case ToolText.NONE:
            return
        case ToolText.NAMESPACE:
            yield render_functions(tools).text
        case ToolText.LIST:
            yield spaced([_wrapped(_ordered(tool)) for tool in tools])
        case ToolText.BARE:
            yield from (spaced(_function(tool)) for tool in tools)
        case ToolText.WRAPPED:
            yield from (spaced(_wrapped(_function(tool))) for tool in tools)
        case ToolText.COMPACT:
            yield from (to_compact_json(_wrapped(_function(tool))) for tool in tools)


def _function(tool: Tool) -> dict[str, object]:
    """Return a declaration in OpenAI's form, whatever form it was sent in, without its switches."""
    if "parameters" in tool.definition:
        return {key: value for key, value in tool.definition.items() if key in _FUNCTION_KEYS}
    return _ordered(tool)


def _ordered(tool: Tool) -> dict[str, object]:
    return {
        "name": tool.name,
        "description": tool.description or "",
        "parameters": tool.parameters,
    }


def _wrapped(function: dict[str, object]) -> dict[str, object]:
    return {"type": "function", "function": function}
