"""What OpenAI bills beside the texts: its chat format, functions, calls and schemas.

Documented: the cookbook's "How to count tokens with tiktoken" (3 for a message, 1 for its role and
for a name, 3 that begin the output) for gpt-4o, gpt-4 and gpt-3.5. The rest was found on recorded
requests with known bills, pydantic-ai's test recordings of 2025 and 2026 (state of 2026-08-22).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from tokencost.inputs.request import (
    HiddenReasoning,
    Message,
    OutputSchema,
    Part,
    Reasoning,
    Request,
    Text,
    ToolCall,
    to_compact_json,
)
from tokencost.tokenizers.overheads.rule import (
    NOTHING,
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
)
from tokencost.values import dataclass

_COOKBOOK = "OpenAI's cookbook, How to count tokens with tiktoken"

MESSAGE = Rule(4, Status.DOCUMENTED, _COOKBOOK)
NAME = Rule(1, Status.DOCUMENTED, _COOKBOOK)
SEVERAL_CALLS = Rule(12, Status.FITTED, "2 of 2 bills with two calls each", 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Tokens that one generation of models adds, in one of the two interfaces.

    Attributes:
        message: for each message, its role included.
        name: for a message's name, beside the name itself.
        primer: once, with what begins the output.
        functions: once, if there are functions.
        functions_with_system: the same, if there is a system message too.
        call: for a call, beside its name, its name after a dot, and its arguments.
        calls: for a message with several calls, beside the JSON of all of them.
        extra: once; hidden text of the model itself.
    """

    message: Rule = MESSAGE
    name: Rule = NAME
    primer: Rule
    functions: Rule
    functions_with_system: Rule
    call: Rule
    calls: Rule = SEVERAL_CALLS
    extra: Rule = NOTHING
    bills_system: bool = True


GPT_4 = Rates(
    primer=Rule(3, Status.DOCUMENTED, _COOKBOOK),
    functions=Rule(9, Status.RECORDED, "11 of 11 bills", 1),
    functions_with_system=Rule(5, Status.RECORDED, "2 of 2 bills", 1),
    call=Rule(5, Status.RECORDED, "9 of 10 bills, the other off by 1", 1),
)
SEARCH_PREVIEW = Rates(
    primer=Rule(2, Status.FITTED, "2 of 2 bills", 1),
    functions=GPT_4.functions,
    functions_with_system=GPT_4.functions_with_system,
    call=GPT_4.call,
    bills_system=False,
)
GPT_5 = Rates(
    primer=Rule(2, Status.RECORDED, "6 of 6 bills of o3-mini and gpt-5", 0),
    functions=Rule(90, Status.RECORDED, "11 of 11 bills", 1),
    functions_with_system=Rule(90, Status.ASSUMED, "as without a system message", 4),
    call=Rule(11, Status.RECORDED, "4 of 4 bills", 2),
)
O1_MINI = Rates(
    primer=GPT_5.primer,
    functions=GPT_5.functions,
    functions_with_system=GPT_5.functions_with_system,
    call=GPT_5.call,
    extra=Rule(8, Status.FITTED, "1 bill", 2),
)
RESPONSES_4 = Rates(
    primer=GPT_4.primer,
    functions=Rule(3, Status.RECORDED, "5 of 5 bills", 1),
    functions_with_system=Rule(3, Status.RECORDED, "5 of 5 bills", 1),
    call=Rule(5, Status.RECORDED, "2 of 2 bills", 1),
)
RESPONSES_5 = Rates(
    primer=GPT_5.primer,
    functions=Rule(8, Status.RECORDED, "12 of 12 bills", 1),
    functions_with_system=Rule(8, Status.RECORDED, "12 of 12 bills", 1),
    call=Rule(10, Status.FITTED, "4 bills, off by 1 to 5", 3),
)
RESPONSES_BEDROCK = Rates(
    primer=GPT_5.primer,
    functions=Rule(14, Status.RECORDED, "2 of 2 bills of Amazon Bedrock", 3),
    functions_with_system=Rule(14, Status.RECORDED, "2 of 2 bills of Amazon Bedrock", 3),
    call=Rule(12, Status.FITTED, "2 bills of Amazon Bedrock", 3),
)

SCHEMA = Rule(11, Status.FITTED, "6 bills, off by up to 3: a stand-in for a text nobody knows", 3)
SCHEMA_SHARE = 0.05
SEEN_FUNCTIONS = Rule(0, Status.FITTED, "anyOf and nested objects: 4 of 4 bills equal", 1)
SEEN_SHARE = 0.03
UNUSUAL_FUNCTIONS = Rule(0, Status.ASSUMED, "enum, $ref, defaults, lists of objects: not seen", 3)
CUSTOM_SHARE = 0.3  # of tools that take text: their rendering has not been seen
UNUSUAL_SHARE = 0.12
LATER_FUNCTION = Rule(92, Status.FITTED, "9 bills of `additional_tools`: 2 exact, 4 off by 1", 20)
FURTHER_TEXT = Rule(0, Status.RECORDED, "several texts in a message: all bills but one", 0.5)
EMPTY_MESSAGE = Rule(2, Status.RECORDED, "2 of 2 bills: an empty message before a call")
ASSISTANT = Rule(0, Status.FITTED, "texts of the assistant: up to 4 less in a long one", 1)
# What is not documented: 1 token and 4 in 1,000 at Responses, 2 at another provider.
RESPONSES_SLACK, RESPONSES_SHARE, ELSEWHERE_SLACK = 1, 0.004, 2

_GPT_4_NAMES = ("gpt-4", "gpt-3", "chatgpt")


def rates(model: str, *, is_responses: bool, site: str) -> Rates:
    """Return the rates for a model, by its id without a provider."""
    is_older = model.startswith(_GPT_4_NAMES)
    if is_responses:
        if "bedrock" in site:
            return RESPONSES_BEDROCK
        return RESPONSES_4 if is_older else RESPONSES_5
    if "search-preview" in model:
        return SEARCH_PREVIEW
    if model.startswith("o1-mini"):
        return O1_MINI
    return GPT_4 if is_older else GPT_5


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAIFormat:
    """OpenAI's chat format; *is_elsewhere* if another provider serves the model."""

    rates: Rates
    is_responses: bool = False
    is_elsewhere: bool = False
    billed_vocabulary: ClassVar[bool] = False

    @property
    def basis(self) -> str:
        """What the rules rest on."""
        if self.rates is GPT_4:
            return "OpenAI's published formula"
        return "OpenAI's published formula, corrected by recorded bills"

    def is_exact(self, request: Request) -> bool:
        """Whether all of it is texts in the published chat format, one in each message."""
        return (
            self.rates is GPT_4
            and not self.is_elsewhere
            and not request.tools
            and request.output_schema is None
            and all(_is_text(message) for message in request.messages)
        )

    def widen(self, slack: float, *, total: int) -> float:
        """Return what the interface leaves open at least."""
        if self.is_responses:
            slack = max(slack, RESPONSES_SLACK + RESPONSES_SHARE * total)
        return max(slack, ELSEWHERE_SLACK) if self.is_elsewhere else slack

    def charges(self, request: Request) -> Iterator[Charge]:
        """Yield everything of *request* that is billed."""
        yield charge(self.rates.primer)
        if self.rates.extra is not NOTHING:
            yield charge(self.rates.extra)
        current = last_user_text(request.messages)
        last = len(request.messages) - 1
        for index, message in enumerate(request.messages):
            if is_system(message) and not self.rates.bills_system:
                continue
            yield from self._message(message, is_current=index > current, is_last=index == last)
        if request.tools:
            yield from self._functions(request)
        if (schema := request.output_schema) is not None and schema.schema:
            yield from _output_schema(schema)

    def _message(self, message: Message, *, is_current: bool, is_last: bool) -> Iterator[Charge]:
        texts = [part.text for part in message.parts if isinstance(part, Text)]
        yield from self._frame(message, texts, is_last=is_last)
        for text in texts:
            yield content(text)
        if len(texts) > 1:
            yield charge(FURTHER_TEXT, times=len(texts) - 1)
        if len(texts) == len(message.parts):
            return
        yield from results_of(message)
        for part in message.parts:
            if isinstance(part, HiddenReasoning) and is_current:
                yield Charge(hidden="encrypted reasoning", place=message.place)
        yield from self._calls(calls_of(message))

    def _frame(self, message: Message, texts: Sequence[str], *, is_last: bool) -> Iterator[Charge]:
        if message.name:
            yield charge(self.rates.name, message.name)
        is_empty = not any(texts) and len(texts) == len(message.parts)
        if self.is_responses and is_empty:
            yield charge(EMPTY_MESSAGE)
        elif is_empty or not all(map(_is_thought, message.parts)):
            yield charge(self.rates.message)
        if self.is_responses and message.role == "assistant" and texts and not is_last:
            yield charge(ASSISTANT)

    def _calls(self, calls: Sequence[ToolCall]) -> Iterator[Charge]:
        if len(calls) == 1:
            call = calls[0]
            yield charge(self.rates.call, call.name)
            yield Charge(text=f".{call.name}")
            yield content(call.arguments_text)
        elif calls:
            uses = [
                {
                    "recipient_name": f"functions.{call.name}",
                    "parameters": arguments_of(call),
                }
                for call in calls
            ]
            rule = self.rates.calls._replace(slack=self.rates.calls.slack * len(calls))
            yield charge(rule, to_compact_json({"tool_uses": uses}))

    def _functions(self, request: Request) -> Iterator[Charge]:
        from tokencost.tokenizers.overheads.typescript import render_functions  # few have any

        later = [tool for tool in request.tools if tool.place.startswith("message")]
        for tool in later:
            namespace = of_tools(render_functions, [tool])
            yield charge(LATER_FUNCTION)
            yield Charge(text=namespace.text, tokens=namespace.correction)
            yield possible(namespace.left_out)
        tools = [tool for tool in request.tools if tool not in later and not tool.is_deferred]
        custom = [tool for tool in tools if tool.is_custom]
        for tool in custom:
            yield Charge(text=tool.text, slack=UNUSUAL_FUNCTIONS.slack, share=CUSTOM_SHARE)
        tools = [tool for tool in tools if not tool.is_custom]
        if not tools and not custom:
            return
        namespace = of_tools(render_functions, tools)
        has_system = any(map(is_system, request.messages))
        rule = self.rates.functions_with_system if has_system else self.rates.functions
        share = 0.0
        if not namespace.is_usual:
            seen = namespace.is_seen
            share = SEEN_SHARE if seen else UNUSUAL_SHARE
            more = SEEN_FUNCTIONS if seen else UNUSUAL_FUNCTIONS
            rule = rule._replace(slack=max(rule.slack, more.slack))
        yield charge(rule)
        yield Charge(text=namespace.text, tokens=namespace.correction, share=share)
        yield possible(namespace.left_out)


def _is_text(message: Message) -> bool:
    """Whether a message has no parts but one text: the published formula knows no others."""
    parts = message.parts
    return not parts or (len(parts) == 1 and type(parts[0]) is Text)


_THOUGHTS = (Reasoning, HiddenReasoning)


def _is_thought(part: Part) -> bool:
    return isinstance(part, _THOUGHTS)


def _output_schema(schema: OutputSchema) -> Iterator[Charge]:
    from tokencost.tokenizers.overheads.schema import left_out  # few requests have one

    yield charge(SCHEMA, schema.name or "")
    text = to_compact_json(_bare(schema.schema))
    yield Charge(text=text, share=SCHEMA_SHARE)
    yield possible(schema.description or "")
    yield possible(left_out(schema.schema, text))


def _bare(schema: Any) -> Any:
    """Leave out of a schema what does not seem to be billed."""
    if isinstance(schema, list):
        return [_bare(inner) for inner in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Any] = {}
    for key, inner in schema.items():
        if key in ("additionalProperties", "type", "const"):
            continue
        if key in ("properties", "$defs") and isinstance(inner, Mapping):
            kept[key] = {name: _bare(own) for name, own in inner.items()}
        else:
            kept[key] = _bare(inner)
    if "const" in schema:
        kept["enum"] = [schema["const"]]
    return kept


@lru_cache(64)
def openai_format(model: str, *, is_responses: bool, site: str, is_elsewhere: bool) -> OpenAIFormat:
    """Return the format of one of OpenAI's models."""
    return OpenAIFormat(
        rates=rates(model, is_responses=is_responses, site=site),
        is_responses=is_responses,
        is_elsewhere=is_elsewhere,
    )
