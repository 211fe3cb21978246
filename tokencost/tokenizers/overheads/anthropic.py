"""What Anthropic bills beside the texts: frames, the hidden tool prompt, tools, calls, thinking.

Documented: the tokens of the hidden tool prompt for each model (platform.claude.com, Tool use
overview, as of 2026). The rest was fitted to recorded requests with known bills, pydantic-ai's test
recordings of 2025 and 2026 (state of 2026-08-22); the vocabulary is a reconstruction, so nothing of
it is exact.
"""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from tokencost.inputs.request import (
    DocumentText,
    HiddenReasoning,
    Message,
    Part,
    Reasoning,
    Request,
    Text,
    Tool,
    ToolResult,
    to_compact_json,
)
from tokencost.tokenizers.overheads.rule import (
    Charge,
    Rule,
    Status,
    arguments_of,
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
from tokencost.tokenizers.overheads.schema import is_plain, left_out, properties, spaced
from tokencost.values import dataclass


class ToolPrompt(NamedTuple):
    """Tokens of the hidden prompt if there are tools: a free choice of tool, and a forced one."""

    free: int
    forced: int
    status: Status = Status.DOCUMENTED


# By a glob of the model's id; the first that matches.
TOOL_PROMPTS: Mapping[str, ToolPrompt] = MappingProxyType(
    {
        "*opus-4-8*": ToolPrompt(290, 410),
        "*opus-4-7*": ToolPrompt(675, 804),
        "*opus-4-6*": ToolPrompt(497, 589),
        "*sonnet-4-6*": ToolPrompt(497, 589),
        "*opus-4-5*": ToolPrompt(496, 588),
        "*sonnet-4-5*": ToolPrompt(496, 588),
        "*haiku-4-5*": ToolPrompt(496, 588),
        "*sonnet-5*": ToolPrompt(354, 474),
        "*opus-4*": ToolPrompt(313, 315),
        "*sonnet-4*": ToolPrompt(313, 315),
        "*3-7*": ToolPrompt(313, 315),
        "*3-5-haiku*": ToolPrompt(264, 355),
        "*haiku-3-5*": ToolPrompt(264, 355),
        "*": ToolPrompt(290, 410, Status.ASSUMED),  # Opus 5 and later: as Opus 4.8, 1 bill
    }
)
UNDOCUMENTED_PROMPT_SLACK = 65  # between Opus 4.8 and Sonnet 5
FORCED_BY_NAME = Rule(5, Status.FITTED, "1 bill", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Tokens that one generation of models adds.

    Attributes:
        first: for the first message, with everything that frames a request.
        further: for each message after it; two_or_more once if there are any.
        tool, description: for each tool, beside its name and schema; if it has a description.
        call: for a call with its result, beside name, arguments and result.
        deferred: once, if tools are left to a search.
        share: of all tokens, either way.
    """

    first: Rule
    further: Rule
    two_or_more: Rule
    tool: Rule
    call: Rule
    deferred: Rule
    share: float = 0


def _older(frame: Rule) -> Rates:
    return Rates(
        first=frame,
        further=Rule(3, Status.FITTED, "within 1 of the bills"),
        two_or_more=Rule(0, Status.FITTED, "within 1 of the bills", 1),
        tool=Rule(15, Status.FITTED, "28 bills: 19 exact, 4 off by 1, 5 by 4 or 5", 1),
        call=Rule(39, Status.FITTED, "12 bills: 7 within 2, the worst 14 less", 5),
        deferred=Rule(0, Status.FITTED, "4.5: within 4"),
    )


def _newer(frame: Rule) -> Rates:
    return Rates(
        first=frame,
        further=Rule(2, Status.FITTED, "4 and 6 messages", 0.5),
        two_or_more=Rule(1, Status.FITTED, "4 and 6 messages", 1),
        tool=Rule(19, Status.FITTED, "2 bills", 6),
        call=Rule(22, Status.FITTED, "3 bills", 8),
        deferred=Rule(95, Status.FITTED, "2 bills", 25),
        share=0.01,
    )


CLAUDE_3 = _older(Rule(7, Status.RECORDED, "all recorded counts of one message, to Claude 4.6"))
CLAUDE_4_7 = _newer(Rule(11, Status.RECORDED, "all recorded counts of one message"))
CLAUDE_4_8 = _newer(Rule(6, Status.RECORDED, "all recorded counts of one message, and Claude 5"))

SEVERAL_BLOCKS = Rule(1, Status.FITTED, "each further text of user or system: within 1", 1)
DESCRIPTION = Rule(4, Status.FITTED, "as the tools")
ARGUMENT = Rule(13, Status.FITTED, "each argument of a call", 2)
OTHER_ARGUMENT = Rule(0, Status.FITTED, "lists and objects as arguments: 2 to 6 less", 4)
PARALLEL_CALL = Rule(12, Status.FITTED, "2 bills", 4)
TOOLS_AND_SYSTEM = Rule(1, Status.FITTED, "within 1", 1)
SYSTEM_4_6 = Rule(1, Status.FITTED, "unless it ends in a blank", 0)
NESTED_TOOL = Rule(0, Status.FITTED, "a described list: 4 more", 4)
NESTED_SHARE = 0.05
THINKING = Rule(29, Status.FITTED, "8 bills: 6 exact, 1 off by 1", 1)
THINKING_4_6 = Rule(28, Status.FITTED, "Claude 4.6 and 3.7", 1)
THINKING_IN_CHAT = Rule(-5, Status.FITTED, "asked for through a chat endpoint: 2 bills", 8)
ADAPTIVE = Rule(17, Status.FITTED, "Opus 4.6: 2 bills", 3)
ADAPTIVE_ELSEWHERE = Rule(10, Status.ASSUMED, "other models: between nothing and enabled", 20)
ADAPTIVE_FORCED = Rule(2, Status.FITTED, "a forced tool: thinking is off then", 3)
DOCUMENT = Rule(40, Status.FITTED, "1 bill of a text document in the result of a tool", 12)
THOUGHTS = Rule(15, Status.FITTED, "thinking of the call that is going on: 1 bill", 10)
THOUGHTS_SHARE = 0.1
SCHEMA = Rule(126, Status.FITTED, "9 bills: 5 of 6 without calls within 2", 6)
SCHEMA_SHARE = 0.05
EXAMPLE = Rule(10, Status.DOCUMENTED, "20 to 50 tokens a simple example, 200 a nested one", 10)
EXAMPLE_SHARE = 0.5
_TOOL_KEYS = frozenset(
    {
        *("name", "description", "input_schema", "inputSchema", "parameters", "input_examples"),
        *("parametersJsonSchema", "parameters_json_schema", "parameter_definitions"),
    }
)
TASK_BUDGET = Rule(36, Status.FITTED, "2 bills of Opus 4.7: 35 and 36", 3)
SCHEMA_AS_TOOL = Rule(0, Status.FITTED, "a chat endpoint makes a forced tool of it: 1 bill", 25)
# What a reconstruction leaves open in any request, in tokens and as a part of all of them.
LEAST_SLACK, LEAST_SHARE = 1, 0.005
ELSEWHERE_SLACK = 2


def rates(tokenizer: str, model: str) -> Rates:
    """Return the rates for a model, by its id and the name of its tokenizer."""
    if "opus-4-7" in model:
        return CLAUDE_4_7
    return CLAUDE_3 if tokenizer == "claude-3" else CLAUDE_4_8


@dataclass(frozen=True, slots=True, kw_only=True)
class AnthropicFormat:
    """Anthropic's format, which other providers keep."""

    model: str
    rates: Rates
    tool_prompt: ToolPrompt
    is_elsewhere: bool = False
    billed_vocabulary: ClassVar[bool] = False

    @property
    def basis(self) -> str:
        """What the rules rest on."""
        return "Anthropic's tool prompts as documented, all else as recorded bills have it"

    def is_exact(self, request: Request) -> bool:  # noqa: ARG002
        """Return False: nothing of it is documented but the tool prompts."""
        return False

    def widen(self, slack: float, *, total: int) -> float:
        """Return what the reconstruction leaves open at least."""
        least = LEAST_SLACK + LEAST_SHARE * total
        return max(slack, least) + self.rates.share * total + self.is_elsewhere * ELSEWHERE_SLACK

    def charges(self, request: Request) -> Iterator[Charge]:
        """Yield everything of *request* that is billed."""
        conversation = [message for message in request.messages if not is_system(message)]
        yield charge(self.rates.first)
        if len(conversation) > 1:
            yield charge(self.rates.further, times=len(conversation) - 1)
            yield charge(self.rates.two_or_more)
        current = last_user_text(conversation)
        for message in request.messages:
            if is_system(message):
                yield from self._texts(message)
        for index, message in enumerate(conversation):
            yield from self._message(message, is_current=index > current)
        yield from self._tools(request)
        yield from self._thinking(request)
        if request.has_task_budget:
            yield charge(TASK_BUDGET)
        schema = request.output_schema
        if schema is not None and schema.schema and not self._makes_tool(request):
            yield charge(SCHEMA, spaced(schema.schema), share=SCHEMA_SHARE)
            yield possible(schema.name or "")
            yield possible(schema.description or "")

    def _texts(self, message: Message) -> Iterator[Charge]:
        texts = [part.text for part in message.parts if isinstance(part, Text)]
        for text in texts:
            yield content(text)
        if len(texts) > 1 and message.role != "assistant":
            yield charge(SEVERAL_BLOCKS, times=len(texts) - 1)

    def _message(self, message: Message, *, is_current: bool) -> Iterator[Charge]:
        yield from self._texts(message)
        yield from self._calls(message)
        yield from results_of(message)
        yield charge(DOCUMENT, times=sum(1 for _ in _documents(message.parts)))
        if not is_current:
            return  # thinking before the user's last text is left out
        for part in message.parts:
            if isinstance(part, Reasoning):
                yield charge(THOUGHTS, part.text, share=THOUGHTS_SHARE)
            elif isinstance(part, HiddenReasoning):
                yield Charge(hidden="redacted thinking", place=message.place)

    def _calls(self, message: Message) -> Iterator[Charge]:
        calls = calls_of(message)
        for call in calls:
            arguments = arguments_of(call)
            yield charge(self.rates.call, call.name)
            is_text = isinstance(arguments, str)
            yield content(arguments if is_text else to_compact_json(arguments))
            values = arguments.values() if isinstance(arguments, Mapping) else (arguments,)
            yield charge(ARGUMENT, times=len(values))
            others = sum(1 for value in values if not isinstance(value, str))
            yield charge(OTHER_ARGUMENT, times=others)
        if len(calls) > 1:
            yield charge(PARALLEL_CALL, times=len(calls))

    def _tools(self, request: Request) -> Iterator[Charge]:
        tools = _loaded(request)
        has_system = any(map(is_system, request.messages))
        schema = request.output_schema if self._makes_tool(request) else None
        if not tools and not schema:
            if has_system and "-4-6" in self.model:
                yield charge(SYSTEM_4_6)
            return
        yield self._prompt(is_forced=request.tool_choice in ("any", "tool") or schema is not None)
        if request.tool_choice == "tool":
            yield charge(FORCED_BY_NAME)
        if schema is not None:
            yield charge(self.rates.tool, schema.name or "output")
            yield from _declaration(schema.schema, schema.description)
            yield charge(SCHEMA_AS_TOOL)
        for tool in tools:
            yield charge(self.rates.tool, tool.name)
            yield from of_tools(_declared, [tool])
        if has_system:
            yield charge(TOOLS_AND_SYSTEM)
        if any(tool.is_deferred for tool in request.tools):
            yield charge(self.rates.deferred)

    def _prompt(self, *, is_forced: bool) -> Charge:
        prompt = self.tool_prompt
        slack = 0 if prompt.status is Status.DOCUMENTED else UNDOCUMENTED_PROMPT_SLACK
        return Charge(tokens=prompt.forced if is_forced else prompt.free, slack=slack)

    def _makes_tool(self, request: Request) -> bool:
        schema = request.output_schema
        is_chat = request.format.startswith("openai")
        return is_chat and self.rates is CLAUDE_3 and schema is not None and bool(schema.schema)

    def _thinking(self, request: Request) -> Iterator[Charge]:
        thinking = thinking_of(request)
        if thinking == "enabled" or ":thinking" in (request.model or ""):
            is_later = "-4-6" in self.model or "3-7" in self.model
            yield charge(THINKING_4_6 if is_later else THINKING)
            if request.format.startswith("openai"):
                yield charge(THINKING_IN_CHAT)
        elif thinking == "adaptive":
            if request.tool_choice in ("any", "tool"):
                yield charge(ADAPTIVE_FORCED)
            else:
                yield charge(ADAPTIVE if "opus-4-6" in self.model else ADAPTIVE_ELSEWHERE)


def _declaration(schema: object, description: str | None) -> Iterator[Charge]:
    """Yield what a tool is billed for beside its name."""
    if description:
        yield charge(DESCRIPTION, description)
    values = properties(schema).values()
    is_flat = all(is_plain(value) and not value.get("description") for value in values)
    yield Charge(text=spaced(schema), share=0 if is_flat else NESTED_SHARE)
    if not is_flat:
        yield charge(NESTED_TOOL)


def _declared(tools: Iterable[Tool]) -> list[Charge]:
    own = [[*_declaration(tool.parameters, tool.description), *_examples(tool)] for tool in tools]
    return [charge for charges in own for charge in charges]


def _examples(tool: Tool) -> Iterator[Charge]:
    """Yield the example inputs of a tool, and what else its declaration says."""
    examples = tool.definition.get("input_examples")
    for example in examples if isinstance(examples, list) else ():
        yield charge(EXAMPLE, spaced(example), share=EXAMPLE_SHARE)
    others = {key: value for key, value in tool.definition.items() if key not in _TOOL_KEYS}
    yield possible(left_out([tool.namespace, others], tool.name))


def _loaded(request: Request) -> list[Tool]:
    """Return the tools that are read: those not deferred, and those that a search has named."""
    results = (part for m in request.messages for part in m.parts if isinstance(part, ToolResult))
    named = {text for result in results for text in result.texts}
    return [tool for tool in request.tools if not tool.is_deferred or tool.name in named]


def _documents(parts: Iterable[Part]) -> Iterator[DocumentText]:
    for part in parts:
        if isinstance(part, DocumentText):
            yield part
        elif isinstance(part, ToolResult):
            yield from _documents(part.content)


@lru_cache(64)
def anthropic_format(model: str, *, tokenizer: str, is_elsewhere: bool) -> AnthropicFormat:
    """Return the format of one of Anthropic's models."""
    model = model.replace(".", "-")
    prompt = next(own for glob, own in TOOL_PROMPTS.items() if fnmatchcase(model, glob))
    return AnthropicFormat(
        model=model,
        rates=rates(tokenizer, model),
        tool_prompt=prompt,
        is_elsewhere=is_elsewhere,
    )
