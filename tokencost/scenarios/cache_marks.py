"""What the cache marks of requests write and read: the prefix that each of them ends.

Rules: Anthropic's page on prompt caching (2026), which holds at Amazon Bedrock too. What stands
before a mark is written for its time to live, tools before system text before messages; a request
reads the longest beginning that an earlier one has written, if it ends within the look-back before
one of its own marks. Of two times to live each is billed for its part.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from tokencost.costs.cache import CacheUse, PromptTokens
from tokencost.errors import UsageError
from tokencost.inputs import Prompt
from tokencost.inputs.request import CacheMark, Request
from tokencost.notes import Note, reason
from tokencost.scenarios.prefix import Prefix
from tokencost.usage import CacheKind, Ttl


class MarkedEnd(NamedTuple):
    """Where a mark ends what is written: after so many tokens and blocks.

    `ttl` is what it is written for, None if that is left to the provider; no time to live if the
    request names none.
    """

    tokens: int
    block: int
    ttl: Ttl | str | None


def find_marked_ends(request: Request, count: Callable[[Prompt], int]) -> tuple[MarkedEnd, ...]:
    """Return where the marks of a request end, the shortest prefix first."""
    ends = [_end(request, mark, count) for mark in request.cache_marks]
    by_block = {end.block: end for end in sorted(ends, key=lambda end: end.block)}
    return tuple(by_block.values())


def _end(request: Request, mark: CacheMark, count: Callable[[Prompt], int]) -> MarkedEnd:
    tools, messages = request.tools, request.messages
    if mark.tool is not None:
        tools, messages = tools[: mark.tool + 1], ()
    elif mark.message is not None and mark.message < len(messages):
        last = messages[mark.message]
        parts = last.parts if mark.part is None else last.parts[: mark.part + 1]
        messages = (*messages[: mark.message], replace(last, parts=parts))
    block = len(tools) + sum(max(len(message.parts), 1) for message in messages)
    own = replace(request, tools=tools, messages=messages, output_schema=None)
    prompt = Prompt(name="<prefix>", text="", kind="request", request=own)
    return MarkedEnd(tokens=count(prompt), block=block, ttl=_as_ttl(mark.ttl or request.cache_ttl))


def with_marks(
    requests: Sequence[PromptTokens],
    ends: Sequence[Sequence[MarkedEnd]],
    prefix: Prefix,
    use: CacheUse,
) -> tuple[PromptTokens, ...]:
    """Return *requests* with what their marks write, and what they read of one another.

    Args:
        requests: the sizes.
        ends: the marks of each, in the order of *requests*.
        prefix: what they share, which nothing that is read goes beyond.
        use: the cache, whose look-back and number of breakpoints hold.
    """
    marked: list[PromptTokens] = []
    default = default_ttl(ends, use)
    is_whole = prefix.basis.code == "prefix_whole_text"  # its tokens are those of texts alone
    for number, (request, own) in enumerate(zip(requests, ends, strict=True)):
        kept = own[-use.rule.breakpoints :] if use.rule.breakpoints else own
        shared = prefix.shared[number].tokens if prefix.shared else 0
        limit = request.input if is_whole else shared or prefix.tokens or 0
        written = [end for others in ends[:number] for end in others] if shared else kept
        read = max((e.tokens for e in written if _is_found(e, kept, limit, use)), default=0)
        marked.append(
            replace(
                request,
                prefix=min(read, request.input),
                repeats=min(kept[-1].tokens if kept else 0, request.input),
                continues=request.continues and read > 0,
                answered=0,
                marks=tuple(
                    (min(end.tokens, request.input), Ttl(end.ttl) if end.ttl else default)
                    for end in kept
                ),
            )
        )
    return tuple(marked)


def _is_found(written: MarkedEnd, own: Sequence[MarkedEnd], limit: int, use: CacheUse) -> bool:
    """Whether a request with its *own* marks finds what was *written* up to a mark."""
    most = use.rule.lookback
    return written.tokens <= limit and any(
        end.block - written.block >= 0 and (most is None or end.block - written.block <= most)
        for end in own
    )


def _as_ttl(text: str | None) -> Ttl | str | None:
    """Return a time to live as tables spell it; what is none stays as it was sent."""
    try:
        return None if text is None else Ttl(text)
    except UsageError:
        return text


def doubt_of_marks(uses: Sequence[CacheUse], ends: Sequence[Sequence[MarkedEnd]]) -> Note | None:
    """Return which time to live of marks the cache does not have, None if it has all."""
    has = tuple(use.ttl for use in uses if use.kind == CacheKind.EXPLICIT and use.ttl)
    for ttl in (end.ttl for own in ends for end in own):
        if has and ttl and ttl not in has:
            return reason("ttl_of_marks_unknown", ttl=ttl, has=has)
    return None


def default_ttl(ends: Sequence[Sequence[MarkedEnd]], use: CacheUse) -> Ttl | None:
    """Return what a mark without a time to live is written for.

    That is the provider's default if other marks name theirs, or else what *use* is written for.
    """
    is_named = any(end.ttl for own in ends for end in own)
    return next(iter(use.rule.ttl), use.ttl) if is_named else use.ttl


def uses_of_marks(uses: Sequence[CacheUse], ends: Sequence[Sequence[MarkedEnd]]) -> list[CacheUse]:
    """Return the uses of caches that marks leave: of explicit ones that which they name.

    Of several times to live the shortest says how many calls hit.
    """
    explicit = [use for use in uses if use.kind == CacheKind.EXPLICIT]
    if not explicit or not any(end.ttl for own in ends for end in own):
        return list(uses)
    default = default_ttl(ends, explicit[0])
    ttls = {end.ttl or default for own in ends for end in own}
    named = [use for use in explicit if use.ttl in ttls]
    shortest = min(named, key=lambda use: use.lifetime or timedelta.max, default=None)
    return [use for use in uses if use.kind != CacheKind.EXPLICIT or use is shortest]
