"""Requests of a conversation that grows: each one begins with much of an earlier one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field

from tokencost.inputs.request import Message, Request
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
    counts: dict[tuple[bytes, str], int] = {}

    def tokens(shared: "_Shared") -> int:
        part = shared.part
        begun = "" if part is None else repr(part)
        messages = shared.messages if part is None else (*shared.messages, part)
        if len(begun) > _SHORT:  # a long message in part is shared by few: it is not remembered
            return count(messages)
        key = (shared.node.key, begun)
        if key not in counts:
            counts[key] = count(messages)
        return counts[key]

    earlier = list(_walk(requests))
    later = list(_walk(requests[::-1]))[::-1]
    return tuple(
        SharedBeginning(
            tokens=tokens(before),
            repeats=tokens(after),
            continues=before.is_whole,
            answered=_answer(request, before, tokens(before), count),
            new_blocks=sum(
                max(len(message.parts), 1) for message in request.messages[len(before.messages) :]
            ),
        )
        for request, before, after in zip(requests, earlier, later, strict=True)
    )


@dataclass(slots=True)
class _Node:
    """Messages that some request begins with, and those that follow them.

    Those of the same key are the same messages.
    """

    key: bytes = b""
    following: dict[str, "_Node"] = field(default_factory=dict)
    last: Message | None = None
    ends: bool = False  # a request has these messages and no more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """Messages that a request shares, the next one perhaps in part."""

    node: _Node
    messages: tuple[Message, ...]
    part: Message | None

    @property
    def is_whole(self) -> bool:
        return self.node.ends and self.part is None and bool(self.messages)


def _walk(requests: Sequence[Request]) -> Iterator[_Shared]:
    """Yield what each of *requests* shares with any one before it."""
    from hashlib import blake2b  # texts need none of it

    root = _Node()
    for request in requests:
        node, depth = root, 0
        for message in request.messages:
            following = node.following.get(repr(message))
            if following is None:
                break
            node, depth = following, depth + 1
        rest = request.messages[depth:]
        part = _common_part(rest[0], node) if rest else None
        yield _Shared(node=node, messages=request.messages[:depth], part=part)
        for message in rest:
            text = repr(message)
            key = blake2b(node.key + text.encode(errors="surrogatepass")).digest()
            node = node.following.setdefault(text, _Node(key=key, last=message))
        node.ends = True


def _common_part(message: Message, node: _Node) -> Message | None:
    """Return the longest beginning of *message* that one in its place has as well."""
    text = "\n".join(message.texts)
    others = [
        "\n".join(following.last.texts)
        for following in list(node.following.values())[-_MOST_COMPARED:]
        if following.last
        and (following.last.role, following.last.name) == (message.role, message.name)
    ]
    common = max((common_beginning([text, other]) for other in others), key=len, default="")
    return Message.of(message.role, common, name=message.name) if common else None


def _answer(request: Request, before: _Shared, tokens: int, count: CountMessages) -> int:
    """Return the tokens of the answer to the request that *before* is, if it is one."""
    messages = request.messages[: len(before.messages) + 1]
    is_answered = before.is_whole and len(messages) > len(before.messages)
    if not is_answered or messages[-1].role != "assistant":
        return 0
    return max(count(messages) - tokens, 0)
