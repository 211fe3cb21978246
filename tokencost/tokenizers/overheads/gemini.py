"""What Google bills for Gemini: at Vertex AI the sum of all strings, at the Developer API more.

Found on recorded requests with known bills, pydantic-ai's test recordings of 2025 and 2026 (state
of 2026-08-22). Vertex AI, and 1.5 and 2.0 everywhere: 46 of 49 equal, the others off by 1 to 3.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from tokencost.inputs.request import (
    HiddenReasoning,
    Media,
    Message,
    Reasoning,
    Request,
    Text,
    TokenIds,
    Tool,
    ToolCall,
    ToolResult,
)
from tokencost.tokenizers.overheads.rule import (
    Charge,
    MessageFormat,
    Rule,
    Status,
    arguments_of,
    calls_of,
    charge,
    content,
    last_user_text,
    of_tools,
    possible,
)
from tokencost.tokenizers.overheads.schema import (
    Schema,
    as_object,
    definitions_of,
    leaves,
    left_out,
    properties,
    resolve,
    strings,
    type_of,
)
from tokencost.values import dataclass

STRINGS_SHARE = 0.015  # 46 of 49 bills are equal, the others off by 1 to 3
# Of a function: the schema of what it returns; bills have shown that schemas of outputs are free.
_RESPONSE_KEYS = frozenset(
    {"response", "responseJsonSchema", "response_json_schema", "responseSchema", "behavior"}
)
_JSON_SCHEMA_KEYS = (
    *("parametersJsonSchema", "parameters_json_schema"),
    *("responseJsonSchema", "response_json_schema"),
)


class Rates(NamedTuple):
    """Tokens that one generation adds at the Developer API.

    Attributes:
        content: for each entry of the contents, the system instruction included.
        function: for each, beside its name; described: beside its description.
        parameter: for each, beside its name; parameter_description: beside that.
        list_: for a list of plain values; object_, objects: for an object and for a list of
            objects, beside their own parameters.
        schema_description: for the description of all parameters.
        cut: where a reference leads back to itself once too often.
        call: for a call with its response, beside the names, keys and values; argument: for each.
        bills_signatures: whether thought signatures of the call that is going on are billed;
            bills_older_signatures: those before the last text of the user too.
    """

    content: Rule
    function: Rule
    described: Rule
    parameter: Rule
    parameter_description: Rule
    list_: Rule
    object_: Rule
    objects: Rule
    schema_description: Rule
    cut: Rule
    call: Rule
    argument: Rule
    bills_signatures: bool
    bills_older_signatures: bool = False


_COMMON: Mapping[str, Any] = {
    "content": Rule(1, Status.RECORDED, "7 of 7 bills of texts"),
    "function": Rule(13, Status.RECORDED, "18 of 21 bills, the others off by 1"),
    "described": Rule(5, Status.RECORDED, "18 of 21 bills, the others off by 1"),
    "parameter": Rule(10, Status.RECORDED, "18 of 21 bills, the others off by 1"),
    "list_": Rule(26, Status.FITTED, "lists of texts", 3),
    "objects": Rule(51, Status.FITTED, "3 bills of Gemini 2.5: within 1", 12),
    "schema_description": Rule(7, Status.FITTED, "a few bills", 4),
    "cut": Rule(12, Status.FITTED, "2 bills of one schema", 20),
    "call": Rule(15, Status.FITTED, "7 bills of Gemini 2.5: 4 equal, 2 off by 1", 2),
    "argument": Rule(3, Status.FITTED, "as the calls"),
}
GEMINI_2_5 = Rates(
    **_COMMON,
    parameter_description=Rule(-1, Status.FITTED, "within 1", 3),
    object_=Rule(54, Status.FITTED, "within 1", 12),
    bills_signatures=False,
)
GEMINI_3 = Rates(
    **_COMMON,
    parameter_description=Rule(7, Status.FITTED, "within 1", 3),
    object_=Rule(45, Status.ASSUMED, "54 in Gemini 2.5", 12),
    bills_signatures=True,
)
GEMINI_3_LATER = GEMINI_3._replace(bills_older_signatures=True)

ENUM = Rule(5, Status.ASSUMED, "not seen", 6)
CHOICE = Rule(3, Status.ASSUMED, "not seen")
DEFAULT = Rule(3, Status.ASSUMED, "not seen", 3)
UNION = Rule(20, Status.ASSUMED, "anyOf: not seen", 12)
OTHER_ARGUMENT = Rule(0, Status.FITTED, "lists and numbers as arguments", 2)
CALL_IN_CHAT = Rule(0, Status.FITTED, "through a chat endpoint: 1 bill", 3)
CALL_3 = Rule(0, Status.FITTED, "Gemini 3: without a signature", 3)
QUOTED_RESPONSE = Rule(1, Status.FITTED, "quotes and line ends in a response: 2 to 10 more", 2)
NESTED_RESPONSE = Rule(4, Status.FITTED, "each value of a list or object in a response", 2)
# Thought signatures of Gemini 3: 0.213 tokens a character but for 25, 30 bills, 232 to 12,732
# characters. Google's documentation allows two dummies instead: their lengths, and in base64.
SIGNATURE_TOKENS, SIGNATURE_FIXED, SHORT_SIGNATURE, SHORT_FIXED = 0.213, 25, 250, 10
SIGNATURE_SLACK, SIGNATURE_SHARE = 8, 0.09
SIGNATURES_SEEN = range(200, 20_001)
DUMMY_SIGNATURES = (32, 36, 44, 48)
_DEPTH = 5  # how often a reference that leads back to itself is written out


@dataclass(frozen=True, slots=True, kw_only=True)
class StringsFormat:
    """The sum of all strings of a request, as Vertex AI bills it."""

    basis: str = "the sum of all strings, as recorded bills of Vertex AI have it"
    billed_vocabulary: ClassVar[bool] = False

    def is_exact(self, request: Request) -> bool:  # noqa: ARG002
        """Return False: it is documented nowhere."""
        return False

    def widen(self, slack: float, *, total: int) -> float:
        """Return 1.5 %, and at least a token for a bare text."""
        return slack + max(1 if total < 16 else 0, STRINGS_SHARE * total)

    def charges(self, request: Request) -> Iterator[Charge]:
        """Yield everything of *request* that is billed."""
        for message in request.messages:
            yield from _contents(message)
        for tool in request.tools:
            kept = {k: v for k, v in tool.definition.items() if k not in _JSON_SCHEMA_KEYS}
            for text in strings(kept):
                yield Charge(text=text)
            yield possible(tool.namespace or "")
        schema = request.output_schema
        if schema is not None and not schema.is_json_schema:
            for text in strings(schema.schema):
                yield Charge(text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeveloperFormat:
    """The rendering of the Gemini Developer API since 2.5, which nobody has published."""

    rates: Rates
    is_chat: bool = False
    basis: str = "recorded bills of the Gemini Developer API"
    billed_vocabulary: ClassVar[bool] = False

    def is_exact(self, request: Request) -> bool:  # noqa: ARG002
        """Return False: it is documented nowhere."""
        return False

    def widen(self, slack: float, *, total: int) -> float:  # noqa: ARG002
        """Return what its charges leave open; 3 more where a chat endpoint translates."""
        return slack + (3 if self.is_chat else 0)

    def charges(self, request: Request) -> Iterator[Charge]:
        """Yield everything of *request* that is billed."""
        # What a built-in tool found is signed as well, and that is not billed so.
        is_signed = not any("built-in" in uncounted.part for uncounted in request.uncounted)
        current = last_user_text(request.messages) if is_signed else len(request.messages)
        for index, message in enumerate(request.messages):
            yield charge(self.rates.content)
            yield from _contents(message)
            yield from self._frames(message, is_current=index > current)
        for tool in request.tools:
            yield from of_tools(_declared, [tool], self.rates)

    def _frames(self, message: Message, *, is_current: bool) -> Iterator[Charge]:
        has_signature = any(
            isinstance(part, HiddenReasoning) and part.length not in DUMMY_SIGNATURES
            for part in message.parts
        )
        for call in calls_of(message):
            arguments = as_object(call.arguments)
            yield charge(self.rates.call, call.name if self.is_chat else "")
            yield charge(self.rates.argument, times=len(arguments))
            if self.is_chat:
                yield charge(CALL_IN_CHAT)
            others = sum(1 for value in arguments.values() if not isinstance(value, str))
            yield charge(OTHER_ARGUMENT, times=others)
            if self.rates.bills_signatures and not has_signature:
                yield charge(CALL_3)
        for part in message.parts:
            if isinstance(part, ToolResult):
                yield from _response(part)
            elif isinstance(part, HiddenReasoning):
                yield from self._signature(part.length, place=message.place, is_current=is_current)
            elif isinstance(part, Reasoning):
                yield from self._signature(
                    part.signature_length, place=message.place, is_current=is_current
                )

    def _signature(self, length: int, *, place: str, is_current: bool) -> Iterator[Charge]:
        if not length or length in DUMMY_SIGNATURES or not self.rates.bills_signatures:
            return
        if not is_current and not self.rates.bills_older_signatures:
            return
        if length not in SIGNATURES_SEEN:
            yield Charge(hidden="thought signature", place=place)
            return
        fixed = SIGNATURE_FIXED if length > SHORT_SIGNATURE else SHORT_FIXED
        yield Charge(
            tokens=round(SIGNATURE_TOKENS * length - fixed),
            slack=SIGNATURE_SLACK,
            share=SIGNATURE_SHARE,
            stands_for="thought signatures",
        )


def _declared(tools: Sequence[Tool], rates: Rates) -> list[Charge]:
    """Return what functions are billed for, and the texts of them that no rule speaks of."""
    charges: list[Charge] = []
    for tool in tools:
        own = [*_function(tool, rates)]
        kept = {k: v for k, v in tool.definition.items() if k not in _RESPONSE_KEYS}
        written = "\n".join(charge.text for charge in own)
        charges += [*own, possible(left_out([tool.namespace, kept], written))]
    return charges


def _function(tool: Tool, rates: Rates) -> Iterator[Charge]:
    yield charge(rates.function, tool.name)
    if tool.description or not rates.bills_signatures:
        yield charge(rates.described, tool.description or "")
    if text := tool.parameters.get("description"):
        yield charge(rates.schema_description, str(text))
    yield from _Parameters(rates, definitions_of(tool.parameters)).all_of(tool.parameters)


class _Parameters(NamedTuple):
    rates: Rates
    definitions: Schema

    def all_of(self, schema: Schema, seen: tuple[str, ...] = ()) -> Iterator[Charge]:
        if isinstance(reference := schema.get("$ref"), str):
            if seen.count(reference) >= _DEPTH or len(seen) > 2 * _DEPTH:
                yield charge(self.rates.cut)
                return
            schema, seen = resolve(schema, self.definitions), (*seen, reference)
        for name, value in properties(schema).items():
            if isinstance(value, Mapping):
                yield Charge(text=name)
                yield from self._one(value, seen)

    def _one(self, schema: Schema, seen: tuple[str, ...]) -> Iterator[Charge]:
        if text := schema.get("description"):
            yield charge(self.rates.parameter_description, str(text))
        items: Schema = schema["items"] if isinstance(schema.get("items"), Mapping) else {}
        if "$ref" in schema or properties(schema):
            yield charge(self.rates.object_)
            yield from self.all_of(schema, seen)
        elif type_of(schema) == "array" and ("$ref" in items or properties(items)):
            yield charge(self.rates.objects)
            yield from self.all_of(items, seen)
        elif type_of(schema) == "array":
            yield charge(self.rates.list_)
        else:
            yield charge(UNION if "anyOf" in schema else self.rates.parameter)
        if isinstance(choices := schema.get("enum"), list):
            yield charge(ENUM)
            for choice in choices:
                yield charge(CHOICE, str(choice))
        if "default" in schema:
            yield charge(DEFAULT)


def _contents(message: Message) -> Iterator[Charge]:
    """Yield the texts of a message, and the strings of its calls and responses."""
    for part in message.parts:
        match part:
            case Text() | Reasoning():
                yield content(part.text)
            case ToolCall():
                yield content(part.name)
                for text in leaves(arguments_of(part)):
                    yield content(text)
            case ToolResult():
                yield content(part.name or "")
                for text in _result_texts(part):
                    yield content(text)
            case HiddenReasoning() | Media() | TokenIds():
                pass


def _result_texts(part: ToolResult) -> Iterator[str]:
    if part.value is not None:
        yield from leaves(part.value)
    for inner in part.content:
        if isinstance(inner, Text):
            yield inner.text


def _response(part: ToolResult) -> Iterator[Charge]:
    value = part.value if isinstance(part.value, Mapping) else {}
    for inner in value.values():
        if isinstance(inner, str) and ("\n" in inner or '"' in inner):
            yield charge(QUOTED_RESPONSE)
        elif isinstance(inner, Mapping | list):
            yield charge(NESTED_RESPONSE, times=sum(1 for _ in leaves(inner)))
            yield Charge(slack=3)
    if len(value) != 1 and part.value is not None:
        yield Charge(slack=3)


def gemini_formats(model: str, *, site: str, is_chat: bool) -> tuple[MessageFormat, ...]:
    """Return how a model is billed, the likelier first if *site* does not say which interface."""
    strings_ = StringsFormat()
    if model.startswith(("gemini-1", "gemini-2.0")) or "vertex" in site:
        return (strings_,)
    rates = GEMINI_2_5 if model.startswith("gemini-2") else GEMINI_3_LATER
    if model.startswith("gemini-3-"):
        rates = GEMINI_3
    developer = DeveloperFormat(rates=rates, is_chat=is_chat)
    return (developer,) if site else (developer, strings_)
