"""One LLM API request: its messages, tools and settings, and what of it cannot be counted."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from enum import StrEnum
from functools import cache
from operator import is_
from typing import Any

from tokencost.values import dataclass


def to_compact_json(value: object) -> str:
    """Return *value* as JSON without white space."""
    return _encoder()(value)


@cache  # `json.dumps` makes a new one each time
def _encoder() -> Callable[[object], str]:
    from json import JSONEncoder  # texts need none of it

    return JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Text that the model reads as it stands; the answer gives places in one that *is_cited*."""

    text: str
    is_cited: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The text."""
        return (self.text,)


class DocumentText(Text):
    """What begins a document of text, which the provider sets apart from other texts."""

    __slots__ = ()


class Refusal(Text):
    """What the assistant said when it refused; how it is framed nobody has published."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoning:
    """What the model thought, readable; *signature_length* is in characters, 0 without one."""

    text: str
    signature_length: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """The text."""
        return (self.text,)


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenReasoning:
    """What the model thought, encrypted: *length* is the characters of the code, not its tokens.

    A signature stands beside a part that can be read; other codes stand for themselves.
    """

    length: int
    is_signature: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """Nothing: it cannot be read."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What is not text, such as an "image"; *place* says where, as "message 2, part 1"."""

    part: str
    place: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Nothing: it has none."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIds:
    """Text that is sent as the *number* of tokens that it is, each by its number in a vocabulary.

    Only completions and embeddings take it, and bill as many tokens
    (platform.openai.com/docs/api-reference/embeddings/create: "string or array of tokens").
    """

    number: int

    @property
    def texts(self) -> tuple[str, ...]:
        """Nothing: it is counted already."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """The call of a function; *arguments* are as sent, a text or an object."""

    name: str
    arguments: str | Mapping[str, Any] = ""

    @property
    def arguments_text(self) -> str:
        """The arguments as they stand if they are a text, or else as compact JSON."""
        arguments = self.arguments
        return arguments if isinstance(arguments, str) else to_compact_json(arguments)

    @property
    def texts(self) -> tuple[str, ...]:
        """The name and the arguments, without what is missing."""
        return tuple(filter(None, (self.name, self.arguments_text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What a function returned.

    Attributes:
        name: of the function, None where only an id says which it was.
        content: its parts.
        value: the object, where the provider takes one instead of text.
    """

    name: str | None = None
    content: tuple[Text | Media, ...] = ()
    value: Mapping[str, Any] | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The name, the texts of the parts and the object as compact JSON."""
        value = () if self.value is None else (to_compact_json(self.value),)
        texts = (text for part in self.content for text in part.texts)
        return tuple(filter(None, (self.name, *texts, *value)))


Part = Text | Reasoning | HiddenReasoning | TokenIds | ToolCall | ToolResult | Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, or one item of the input; *place* says which, as "message 2"."""

    role: str
    parts: tuple[Part, ...] = ()
    name: str | None = None
    place: str = ""

    @classmethod
    def of(cls, role: str, *texts: str, name: str | None = None) -> "Message":
        """Return a message of texts alone."""
        return cls(role=role, parts=tuple(Text(text=text) for text in texts), name=name)

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts in order, those of tool calls and tool results included."""
        return tuple(text for part in self.parts for text in part.texts)

    def rewrite(self, change: Callable[[str], str]) -> "Message":
        """Return the message with its texts changed, of the model's own the arguments of calls."""
        parts = tuple(_rewrite(part, change, self.role) for part in self.parts)
        return self if all(map(is_, parts, self.parts)) else replace(self, parts=parts)

    def up_to(self, place: int, end: int) -> "Message":
        """Return the message up to the character *end* of its text number *place*, from 0."""
        return Message.of(self.role, *self.texts[:place], self.texts[place][:end], name=self.name)


def _rewrite(part: Part, change: Callable[[str], str], role: str) -> Part:
    match part:
        case Text():
            return part if role in ("assistant", "model") else _rewrite_text(part, change)
        case ToolCall():
            arguments = change(before := part.arguments_text)
            return part if arguments == before else replace(part, arguments=arguments)
        case ToolResult():
            return _rewrite_result(part, change)
        case Reasoning() | HiddenReasoning() | Media() | TokenIds():
            return part  # what the model thought has to come back as it was


def _rewrite_text(part: Text, change: Callable[[str], str]) -> Text:
    text = part.text if part.is_cited else change(part.text)
    return part if text == part.text else replace(part, text=text)


def _rewrite_result(part: ToolResult, change: Callable[[str], str]) -> ToolResult:
    content = tuple(
        _rewrite_text(inner, change) if isinstance(inner, Text) else inner for inner in part.content
    )
    before = None if part.value is None else to_compact_json(part.value)
    value = None if before is None else change(before)
    if value is None or value == before:
        return part if content == part.content else replace(part, content=content)
    return replace(part, content=(*content, Text(text=value)), value=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that the model may call.

    Attributes:
        parameters: the JSON schema, empty if there is none.
        definition: as sent, keys in their order.
        is_json_schema: of Gemini, whether the schema stands in `parametersJsonSchema`.
        is_deferred: it is read only when the model searches for it.
        is_custom: it takes text, perhaps by a grammar, instead of JSON.
        namespace: the group that it was declared in.
        place: where, such as "tool 2"; of a tool that an item of the input brings, "message 3".
    """

    name: str
    description: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    definition: Mapping[str, Any] = field(default_factory=dict)
    is_json_schema: bool = False
    is_deferred: bool = False
    is_custom: bool = False
    namespace: str | None = None
    place: str = ""

    @property
    def text(self) -> str:
        """The definition as compact JSON."""
        return to_compact_json(self.definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSchema:
    """The form that the output must have; *schema* is empty if it is any JSON object.

    *is_json_schema* says of Gemini whether it stands in `responseJsonSchema`.
    """

    schema: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    description: str | None = None
    is_json_schema: bool = False

    @property
    def text(self) -> str:
        """The schema as compact JSON."""
        return to_compact_json(self.schema)


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheMark:
    """Where the request asks for a cache to end: after a part of a message, or after a tool.

    Attributes:
        place: in words, such as "message 2, part 1" or "tool 3".
        ttl: as sent, such as "1h"; None if it is left to the provider.
        message: the number of the message, from 0, None if it stands elsewhere.
        part: the number of the part in it, from 0.
        tool: the number of the tool, from 0; without message and tool the provider chooses.
        is_before: whether it ends what stands before the message, and nothing of it.
    """

    place: str
    ttl: str | None = None
    message: int | None = None
    part: int | None = None
    tool: int | None = None
    is_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UncountedPart:
    """What reaches the model and cannot be counted here, such as an "image", and where it is."""

    part: str
    place: str = ""


class Interface(StrEnum):
    """What the spelling of a request of Gemini says of the interface that it is sent to.

    VERTEX has settings that Vertex AI alone takes. PYTHON spells its calls as they are called in
    Python, as `function_call`, which Google's library converts for the Developer API alone.
    """

    VERTEX = "vertex"
    PYTHON = "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything of a request that is billed as input, and what it says about its bill.

    Attributes:
        messages: system text included, as a message of the role "system".
        format: the name of its form, such as "openai_chat".
        tools: definitions of functions.
        model: as the request names it, None if it does not.
        max_output: the most tokens the request allows as output, None if it does not say.
        output_schema: the form of a structured output.
        tool_choice: "auto", "none", "any", or "tool" for one that is named.
        thinking, effort: "enabled", "adaptive" or "disabled"; its effort as sent.
        has_task_budget: it tells the model how many tokens a task may take.
        outputs: how many answers one request asks for.
        service_tier, speed, cache, cache_ttl, region: as sent; the last is `inference_geo`.
        is_batch: it stood in a batch file.
        interface: what its spelling says of where it is sent (`Interface`), "" if nothing.
        cache_marks: where it asks for a cache.
        uncounted: media, built-in tools, and what lies at the provider.
        unread: keys with a number that no form knows, which may cost something.
    """

    messages: tuple[Message, ...]
    format: str = ""
    tools: tuple[Tool, ...] = ()
    model: str | None = None
    max_output: int | None = None
    output_schema: OutputSchema | None = None
    tool_choice: str | None = None
    thinking: str | None = None
    effort: str | None = None
    has_task_budget: bool = False
    outputs: int = 1
    service_tier: str | None = None
    speed: str | None = None
    region: str | None = None
    cache: str | None = None
    cache_ttl: str | None = None
    is_batch: bool = False
    interface: str = ""
    cache_marks: tuple[CacheMark, ...] = ()
    uncounted: tuple[UncountedPart, ...] = ()
    unread: tuple[UncountedPart, ...] = ()


def are_equal(items: Iterable[object]) -> bool:
    """Whether all are equal; arguments of calls are dictionaries, which have no hash."""
    first, *others = items
    return all(item == first for item in others)
