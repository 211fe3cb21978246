"""What a rule of billing is: a number, how far it may be off, and what it rests on."""

import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from enum import StrEnum
from marshal import dumps, loads
from operator import attrgetter
from typing import Any, NamedTuple, Protocol, TypeVar

from tokencost.inputs.request import (
    Media,
    Message,
    Part,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
    to_compact_json,
)


class Status(StrEnum):
    """What a rule rests on, the best first."""

    DOCUMENTED = "documented"  # on the provider's own pages
    RECORDED = "recorded"  # equal to every recorded bill that exercises it
    RENDERED = "rendered"  # what the published chat template adds
    FITTED = "fitted"  # to a few recorded bills
    ASSUMED = "assumed"  # taken from a sibling, never seen in a bill


class Rule(NamedTuple):
    """Tokens that a provider adds for one thing.

    `slack` is how many tokens it may be off either way, `source` names a page or counts bills.
    """

    tokens: int
    status: Status
    source: str
    slack: float = 0


NOTHING = Rule(0, Status.ASSUMED, "nothing is known to be added")
THOUGHTS_END = "</think>"  # in a text of the assistant: some templates cut off what stands before


class Charge(NamedTuple):
    """One thing that is billed: the tokens of *text*, and *tokens* beside them.

    `slack` is how far off it may be either way, in tokens, and `share` the same as a part of all
    its tokens. What is not the text of a message is overhead. `hidden` names a part, at *place*,
    of which nothing says how much it is: the count is then at least what was counted. `stands_for`
    names a part that cannot be read and is taken to be so many tokens. `is_possible` says that no
    page and no bill shows whether the text is billed: it raises the upper end alone.
    """

    text: str = ""
    tokens: int = 0
    slack: float = 0
    share: float = 0
    is_overhead: bool = True
    hidden: str = ""
    place: str = ""
    stands_for: str = ""
    is_possible: bool = False


class MessageFormat(Protocol):
    """How a family of models bills a request."""

    @property
    def basis(self) -> str:
        """What its rules rest on, in a few words."""
        ...

    @property
    def billed_vocabulary(self) -> bool:
        """Whether bills equal counts with a vocabulary that the model is assumed to use."""
        return False

    def charges(self, request: Request) -> Iterator[Charge]:
        """Yield everything of *request* that is billed.

        Of messages that hold texts, calls and what these returned it depends on what an `Outline`
        has of them, and not on what stands in the texts, but for one with `THOUGHTS_END`, and for
        what a call returned if tools are left to a search.
        """
        ...

    def widen(self, slack: float, *, total: int) -> float:
        """Return how far *total* may be off, if its charges may be off by *slack*."""
        ...

    def is_exact(self, request: Request) -> bool:
        """Whether every rule that *request* needs is documented or never failed."""
        ...


T = TypeVar("T")
_MADE: dict[tuple[object, ...], Any] = {}
_MOST_MADE = 256


def of_tools(make: Callable[..., T], tools: Sequence[Tool], *others: Hashable) -> T:
    """Return what *make* makes of *tools* and *others*, made once for tools declared alike.

    A thousand requests declare the same ones, and to write them out takes longer than all else.
    """
    if (declared := declared_as(tools)) is None:
        return make(tools, *others)
    key = make, declared, *others
    if key not in _MADE:
        if len(_MADE) == _MOST_MADE:
            _MADE.clear()
        _MADE[key] = make(tools, *others)
    made: T = _MADE[key]
    return made


def declared_as(tools: Sequence[Tool]) -> bytes | None:
    """Return the same bytes for tools declared alike, None if a mapping is not one of JSON."""
    try:
        return dumps([_fields_of(tool) for tool in tools], _AS_VALUES)
    except ValueError:
        return None


_AS_VALUES = 2  # of the formats of marshal the one in which equal values are equal bytes
_FIELDS = tuple(Tool.__dataclass_fields__)
_fields_of = attrgetter(*_FIELDS)


def tools_of(declared: bytes) -> tuple[Tool, ...]:
    """Return the tools of which `declared_as` made these bytes."""
    values = loads(declared) if declared else ()
    return tuple(Tool(**dict(zip(_FIELDS, own, strict=True))) for own in values)


class Called(NamedTuple):
    """The call of a function, without the values of its arguments.

    *texts* and *others* are how many of these are texts, and how many are not; *is_text* says that
    they are sent as JSON in a text.
    """

    name: str
    texts: int
    others: int
    is_text: bool


class Returned(NamedTuple):
    """What a function returned: a number of texts."""

    name: str | None
    texts: int


Shape = Called | Returned | None  # of a part of a message; None is a text


class Outline(NamedTuple):
    """A request of texts, calls and what these returned, without what stands in them.

    It is all that the bill depends on: *messages* are their roles, each with its number of texts,
    or with the shapes of its parts if it has calls; *tools* are as `declared_as` has them; all else
    is as in `Request`.
    """

    messages: tuple[str | int | tuple[Shape, ...], ...]
    tools: bytes
    format: str
    model: str | None
    tool_choice: str | None
    thinking: str | None
    effort: str | None
    has_task_budget: bool
    interface: str


def outline_of(request: Request) -> tuple[Outline | None, list[str]]:
    """Return the outline of a request and its texts, None if it has more than an outline has."""
    texts: list[str] = []
    tools: bytes | None = b""
    if request.tools:  # which of those left to a search are read, results say
        is_any_deferred = any(tool.is_deferred for tool in request.tools)
        tools = None if is_any_deferred else declared_as(request.tools)
    if tools is None or request.uncounted or request.output_schema is not None:
        return None, texts
    messages: list[str | int | tuple[Shape, ...]] = []
    for message in request.messages:
        if message.name is not None:
            return None, texts
        number = len(texts)
        if _add_texts(message.parts, texts):
            messages += (message.role, len(message.parts))
            continue
        del texts[number:]
        if (shapes := _shapes_of(message.parts, texts)) is None:
            return None, texts
        messages += (message.role, shapes)
    outline = Outline(
        tuple(messages),
        tools,
        request.format,
        request.model,
        request.tool_choice,
        request.thinking,
        request.effort,
        request.has_task_budget,
        request.interface,
    )
    return outline, texts


def _add_texts(parts: Sequence[object], texts: list[str]) -> bool:
    """Add the texts of *parts*, False if one of them is anything else."""
    for part in parts:
        if type(part) is not Text or not part.text or THOUGHTS_END in part.text:
            return False
        texts.append(part.text)
    return True


def _shapes_of(parts: Sequence[Part], texts: list[str]) -> tuple[Shape, ...] | None:
    """Return the shapes of *parts* and add their texts, None if one is of another kind."""
    shapes: list[Shape] = []
    for part in parts:
        if isinstance(part, ToolCall):
            shape = _called(part, texts)
            if shape is None:
                return None
            shapes.append(shape)
        elif isinstance(part, ToolResult):
            if part.value is not None or not _add_texts(part.content, texts):
                return None
            shapes.append(Returned(part.name, len(part.content)))
        elif _add_texts((part,), texts):
            shapes.append(None)
        else:
            return None
    return tuple(shapes)


def _called(call: ToolCall, texts: list[str]) -> Called | None:
    """Return the shape of a call and add its arguments, None if these are not of JSON."""
    is_text = isinstance(call.arguments, str)
    arguments = arguments_of(call)
    if type(arguments) is not dict or (is_text and not arguments):
        return None
    if arguments:
        texts.append(call.arguments_text)
    number = sum([isinstance(value, str) for value in arguments.values()])
    return Called(call.name, number, len(arguments) - number, is_text)


def charge(rule: Rule, text: str = "", *, times: int = 1, share: float = 0) -> Charge:
    """Return what *rule* adds *times* times, beside the tokens of *text*."""
    return Charge(text, rule.tokens * times, rule.slack * times, share)


def content(text: str) -> Charge:
    """Return the text of a message."""
    return Charge(text, 0, 0, 0, False)  # noqa: FBT003 - made most often, and so in half the time


def possible(text: str) -> Charge:
    """Return a text of which nobody knows whether it is billed."""
    return Charge(text=text, is_possible=True)


def is_system(message: Message) -> bool:
    """Whether a message is an instruction and not part of the conversation."""
    return message.role in ("system", "developer")


def thinking_of(request: Request) -> str | None:
    """Return "enabled", "adaptive", "disabled", or None if the request does not say.

    Chat endpoints switch thinking on by an effort.
    """
    if request.thinking is None and request.effort and request.format.startswith("openai"):
        return "enabled"
    return request.thinking


def last_user_text(messages: Sequence[Message]) -> int:
    """Return the index of the last message in which the user says or shows something, or -1.

    What comes after it belongs to the call that is going on: providers keep reasoning of that
    alone.
    """
    for index in range(len(messages) - 1, -1, -1):
        message = messages[index]
        if message.role == "user" and any(isinstance(part, Text | Media) for part in message.parts):
            return index
    return -1


def results_of(message: Message) -> Iterator[Charge]:
    """Yield the texts that functions returned."""
    for part in message.parts:
        if isinstance(part, ToolResult):
            for inner in part.content:
                if isinstance(inner, Text):
                    yield content(inner.text)
            if part.value is not None:
                yield content(to_compact_json(part.value))


def calls_of(message: Message) -> list[ToolCall]:
    """Return the calls of functions in a message."""
    return [part for part in message.parts if isinstance(part, ToolCall)]


def arguments_of(call: ToolCall) -> Any:
    """Return the arguments of a call as JSON, or as the text that they are."""
    if not isinstance(call.arguments, str):
        return call.arguments
    try:
        return json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return call.arguments
