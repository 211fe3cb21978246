"""What a rule of billing is: a number, how far it may be off, and what it rests on."""

import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from enum import StrEnum
from marshal import dumps
from typing import Any, NamedTuple, Protocol, TypeVar

from tokencost.inputs.request import (
    Media,
    Message,
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

        Of messages that hold texts alone it depends on what an `Outline` has of them, and not on
        what stands in the texts, but for one with `THOUGHTS_END`.
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
    declared = [
        [getattr(tool, name) for name in Tool.__dataclass_fields__]  # slots in their order
        for tool in tools
    ]
    try:
        key = make, dumps(declared, _AS_VALUES), *others
    except ValueError:  # mappings of another kind than JSON has
        return make(tools, *others)
    if key not in _MADE:
        if len(_MADE) == _MOST_MADE:
            _MADE.clear()
        _MADE[key] = make(tools, *others)
    made: T = _MADE[key]
    return made


_AS_VALUES = 2  # of the formats of marshal the one in which equal values are equal bytes


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
