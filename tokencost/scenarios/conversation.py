"""Requests of a conversation that grows: each one begins with much of an earlier one."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from tokencost.inputs.request import Message, Request, Text
from tokencost.scenarios.text_differences import common_beginning
from tokencost.values import dataclass

CountMessages = Callable[[tuple[Message, ...]], int]
_MOST_COMPARED = 8
_SHORT = 500  # characters of a message in part that is remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBeginning:
    """What one request shares with the others.

    Attributes:
        tokens: the longest beginning that any earlier request has as well.
        repeats: the longest that any later one has: worth writing to a cache.
        continues: whether `tokens` is a whole earlier request.
        answered: tokens of the answer to that request, which follows.
        new_blocks: parts of messages behind what is shared.
    """

    tokens: int
    repeats: int
    continues: bool
    answered: int
    new_blocks: int


def shared_beginnings(
    requests: Sequence[Request], count: CountMessages
) -> tuple[SharedBeginning, ...]:
    """Return for each of *requests* what it shares with those before and those after it.

    Args:
        requests: in the order in which they were sent, all with the same tools.
        count: counts a request of these messages.
    """
    counts: dict[tuple[object, ...], int] = {}

    def tokens(request: Request, shared: "_Shared") -> int:
        if len(shared.begun) > _SHORT:  # that is shared by few, and not remembered
            return count(shared.of(request))
        key = (shared.node.number, shared.begun, shared.kind)
        if key not in counts:
            counts[key] = count(shared.of(request))
        return counts[key]

    messages = _Messages()
    numbers = [[messages.number(message) for message in request.messages] for request in requests]
    earlier = list(_walk(requests, numbers, messages))
    later = list(_walk(requests[::-1], numbers[::-1], messages))[::-1]
    return tuple(
        SharedBeginning(
            tokens=(shared := tokens(request, before)),
            repeats=tokens(request, after),
            continues=before.is_whole,
            answered=_answer(request, before, shared, count) if before.is_whole else 0,
            new_blocks=sum(
                max(len(message.parts), 1) for message in request.messages[before.depth :]
            ),
        )
        for request, before, after in zip(requests, earlier, later, strict=True)
    )


def may_continue(requests: Sequence[Request]) -> bool:
    """Whether one of *requests* begins with all messages of an earlier one: a quick look."""
    messages, ends = _Messages(), set[int]()
    for request in requests:
        row = 0
        for message in request.messages:
            row = messages.row(row, messages.number(message))
            if row in ends:
                return True
        ends.add(row)
    return False


class _Messages:
    """The distinct messages of all requests by number, and the distinct rows of them."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._rows: dict[tuple[int, int], int] = {}

    def number(self, message: Message) -> int:
        """Return the number of a message, the same for equal ones."""
        key: object
        if len(message.parts) == 1 and isinstance(part := message.parts[0], Text):
            key = (message.role, message.name, message.place, part.text)
        else:
            key = repr(message)  # arguments of calls have no hash
        return self._numbers.setdefault(key, len(self._numbers))

    def row(self, before: int, number: int) -> int:
        """Return the number of the row *before* with one more message."""
        return self._rows.setdefault((before, number), len(self._rows) + 1)


class _Node:
    """Messages that some request begins with, and those that follow them.

    Those of the same number are the same messages. `kind` is the role and name of the last one.
    """

    __slots__ = ("ends", "following", "kind", "number", "text")

    def __init__(self, number: int = 0, last: Message | None = None) -> None:
        self.number = number
        self.following: dict[int, _Node] = {}
        self.kind = (last.role, last.name) if last else None
        self.text = "\n".join(last.texts) if last else ""
        self.ends = False  # a request has these messages and no more


class _Shared(NamedTuple):
    """The messages of a request that others share, *depth* of them, and how the next one begins."""

    node: _Node
    depth: int
    begun: str
    kind: tuple[str, str | None] | None  # of the one that is shared in part

    @property
    def is_whole(self) -> bool:
        return self.node.ends and not self.begun and self.depth > 0

    def of(self, request: Request) -> tuple[Message, ...]:
        """Return these messages of *request*."""
        messages = request.messages[: self.depth]
        if not self.kind:
            return messages
        role, name = self.kind
        return (*messages, Message.of(role, self.begun, name=name))


def _walk(
    requests: Sequence[Request], numbers: Sequence[Sequence[int]], messages: _Messages
) -> Iterator[_Shared]:
    """Yield what each of *requests* shares with any one before it."""
    root = _Node()
    for request, own in zip(requests, numbers, strict=True):
        node, depth = root, 0
        while depth < len(own) and (following := node.following.get(own[depth])) is not None:
            node, depth = following, depth + 1
        new = [
            _Node(number=number, last=message)
            for number, message in zip(own[depth:], request.messages[depth:], strict=True)
        ]
        begun = _common_beginning(new[0], node) if new else ""
        yield _Shared(node, depth, begun, new[0].kind if begun else None)
        for following in new:
            node.following[following.number] = following
            following.number = messages.row(node.number, following.number)
            node = following
        node.ends = True


def _common_beginning(message: _Node, node: _Node) -> str:
    """Return the longest beginning of *message* that one in its place has as well."""
    text, common = message.text, ""
    more = text[:1]
    for other in islice(reversed(node.following.values()), _MOST_COMPARED):
        if more != common and other.kind == message.kind and other.text.startswith(more):
            common = common_beginning([text, other.text])
            more = text[: len(common) + 1]
    return common


def _answer(request: Request, before: _Shared, tokens: int, count: CountMessages) -> int:
    """Return the tokens of the answer to the request that *before* is, if it is one."""
    messages = request.messages[: before.depth + 1]
    if len(messages) == before.depth or messages[-1].role != "assistant":
        return 0
    return max(count(messages) - tokens, 0)
