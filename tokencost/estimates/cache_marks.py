"""What the cache marks of requests write and read: the prefix that each of them ends.

Rules: Anthropic's page on prompt caching (2026), which holds at Amazon Bedrock too. What stands
before a mark is written for its time to live, tools before system text before messages; a request
reads the longest beginning that an earlier one has written, if it ends within the look-back before
one of its own marks. Of two times to live each is billed for its part.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise, product
from typing import NamedTuple

from tokencost.costs.cache import (
    CacheUse,
    MarkedEnd,
    Marks,
    PromptTokens,
    cache_uses,
    default_use,
    marked_uses,
)
from tokencost.errors import Failures, UsageError
from tokencost.estimates.model_count import EXACT, count_for_model
from tokencost.estimates.results import Estimate, EstimateOptions
from tokencost.inputs import Prompt
from tokencost.inputs.request import CacheMark, Message, Request
from tokencost.notes import Note, assumed, reason
from tokencost.pricing import CacheRules, PriceDate, Rates, price_at
from tokencost.pricing.rates import RateCard
from tokencost.tokenizers import TokenCount
from tokencost.usage import CacheKind, Ttl
from tokencost.values import replace

Count = Callable[[Prompt], TokenCount]


def with_marked_ends(
    result: Estimate, request: Request, options: EstimateOptions, price_date: PriceDate
) -> Estimate:
    """Return *result* with where the marks of its request end, if its model has a cache of marks.

    Raises:
        TokencostError: there is no price, or what stands before a mark cannot be counted.
    """
    offer = result.offer
    rates = offer.caching.completed(price_at(offer, price_date).rates.base)[0]
    uses = [*marked_uses(offer, rates), *cache_uses(offer, rates)]
    if all(use.kind != CacheKind.EXPLICIT for use in uses):
        return result
    tokenizer = None if options.tokenizer == EXACT else options.tokenizer
    failures = Failures(strict=True)

    def count(prompt: Prompt) -> TokenCount:
        tokens = count_for_model(prompt, offer.model, tokenizer, failures, site=offer.site)
        return tokens or result.tokens

    return replace(result, marked_ends=find_marked_ends(request, result.tokens, count))


def find_marked_ends(request: Request, tokens: TokenCount, count: Count) -> tuple[MarkedEnd, ...]:
    """Return where the marks of a request end, the shortest prefix first.

    What frames a message and ends a request may lie before a mark or behind it: nobody says.

    Args:
        request: the request.
        tokens: its count.
        count: counts a request that is cut at a mark.
    """
    empty = replace(
        request,
        messages=(Message.of("user", ""),),
        tools=(),
        output_schema=None,
        tool_choice=None,
        uncounted=(),
    )
    frame = count(_prompt_of(empty)).expected
    return tuple(_end(request, cut, tokens, count, frame) for cut in _cuts(request))


class _Cut(NamedTuple):
    """A request that ends at a mark, after so many blocks."""

    request: Request
    block: int
    ttl: str | None


def cut_at_marks(request: Request) -> list[Prompt]:
    """Return *request* up to each of its marks, the shortest first."""
    return [_prompt_of(cut.request) for cut in _cuts(request)]


def _cuts(request: Request) -> list[_Cut]:
    cuts = [_cut(request, mark) for mark in request.cache_marks]
    by_block = {cut.block: cut for cut in sorted(cuts, key=lambda cut: cut.block)}
    return [*by_block.values()]


def _cut(request: Request, mark: CacheMark) -> _Cut:
    tools, messages = request.tools, request.messages
    if mark.tool is not None:
        tools, messages = tools[: mark.tool + 1], ()
    elif mark.message is not None and mark.message < len(messages):
        last = messages[mark.message]
        parts = last.parts if mark.part is None else last.parts[: mark.part + 1]
        begun = () if mark.is_before else (replace(last, parts=parts),)
        messages = (*messages[: mark.message], *begun)
    block = len(tools) + sum(max(len(message.parts), 1) for message in messages)
    is_whole = len(tools) == len(request.tools) and messages == request.messages
    if is_whole and request.output_schema is None:
        return _Cut(request, block, mark.ttl)
    own = replace(request, tools=tools, messages=messages, output_schema=None, uncounted=())
    return _Cut(own, block, mark.ttl)


def _end(request: Request, cut: _Cut, tokens: TokenCount, count: Count, frame: int) -> MarkedEnd:
    size = tokens if cut.request is request else count(_prompt_of(cut.request))
    most = tokens.expected if tokens.high is None else tokens.high
    # Media may stand on either side of a mark, and count for what nobody knows.
    high = most if size.high is None or request.uncounted else min(size.high, most)
    expected = min(size.expected, tokens.expected)
    return MarkedEnd(
        tokens=expected,
        low=max(0, min(size.low - frame, expected)),
        high=max(high, expected),
        block=cut.block,
        ttl=_as_ttl(cut.ttl or request.cache_ttl),
    )


def _prompt_of(request: Request) -> Prompt:
    return Prompt(name="<prefix>", text="", kind="request", request=request)


def _as_ttl(text: str | None) -> Ttl | str | None:
    """Return a time to live as tables spell it; what is none stays as it was sent."""
    try:
        return None if text is None else Ttl(text)
    except UsageError:
        return text


def billed_marks(result: Estimate, card: RateCard) -> tuple[Marks, tuple[Marks, ...]]:
    """Return as what the marks of a request are billed that nothing has written before.

    That is as they are expected to end, and in every other way that may be the cheapest or the
    dearest one. Where a mark names a time that the cache does not have nobody knows what is billed:
    it is plain input, and may be written for any time that there is.

    Args:
        result: the counts, with the marks.
        card: the rates of the price.
    """
    ends, ttl = result.marked_ends, result.cache_ttl
    caching = result.offer.caching
    rates = caching.completed(card.base)[0]
    uses = marked_uses(result.offer, rates)
    use = default_use(result.offer, rates, cache=result.cache, ttl=ttl, is_marked=True)
    if not ends or use is None or use not in uses:
        return (), ()
    kept = ends[-use.rule.breakpoints :] if use.rule.breakpoints else ends
    ttls = [one.ttl for one in uses if one.ttl]
    if doubtful_ttl(kept, uses, ttl=ttl) is not None:
        last = kept[-1]
        return (), tuple(((end, one),) for end in (last.tokens, last.high) for one in ttls)
    own = [ttl or Ttl(end.ttl or ttls[0]) for end in kept]
    expected = tuple((end.tokens, one) for end, one in zip(kept, own, strict=True))
    sections = [  # marks for one time write what the last of them writes
        (end, one)
        for end, one, later in zip(kept, own, [*own[1:], None], strict=True)
        if one != later
    ]
    if _fall([one for _, one in sections], card, caching):  # as they do where the longest is first
        ways = {tuple((end.low, one) for end, one in sections)}
        ways |= {tuple((end.high, one) for end, one in sections)}
    else:
        sizes = product(*((end.low, end.high) for end, _ in sections))
        ways = {tuple(zip(ends, [one for _, one in sections], strict=True)) for ends in sizes}
    if use.rule.min_tokens is None:  # the first of them may be too short
        longest = tuple((end.high, one) for end, one in sections)
        ways |= {longest[first:] for first in range(1, len(longest) + 1)}
    return expected, tuple(sorted(ways - {expected}))


def _fall(ttls: Sequence[Ttl], card: RateCard, caching: CacheRules) -> bool:
    """Whether each of *ttls* costs no less than the next, and the last one than plain input.

    Then the cost is least where all marks end early, and most where all end late.
    """
    modes = [rates for rates in card.modes.values() if isinstance(rates, Rates)]
    for rates in (card.base, *(tier.rates for tier in card.tiers), *modes):
        written = caching.completed(rates)[0].cache_write
        steps = [*(written.get(ttl) for ttl in ttls), rates.input]
        if any(a is not None and b is not None and a < b for a, b in pairwise(steps)):
            return False
    return True


def doubtful_ttl(
    ends: Sequence[MarkedEnd], uses: Sequence[CacheUse], *, ttl: Ttl | None
) -> str | None:
    """Return the first time to live of marks that the cache does not have, None if it has all."""
    has = [use.ttl for use in uses]
    return next((end.ttl for end in ends if not ttl and end.ttl and end.ttl not in has), None)


def notes_of_marks(result: Estimate, request: Request) -> Iterator[Note]:
    """Yield as what the marks of *request* are priced, if it has a price."""
    quoted = result.quote
    if quoted is None:
        return
    offer, rates, ttl = result.offer, quoted.rates, result.cache_ttl
    uses = marked_uses(offer, rates)
    use = default_use(offer, rates, cache=result.cache, ttl=ttl, is_marked=True)
    if not uses:
        if result.cache is None:
            yield assumed("cache_marks_not_taken")
    elif use in uses:
        yield from _of_written(result, use, uses)
        other = next((end.ttl for end in result.marked_ends if end.ttl not in (None, ttl)), None)
        if ttl is not None and other is not None and request.cache_ttl is None:
            yield assumed("cache_set_aside", asked=None, asked_ttl=other, priced=None, ttl=ttl)
    elif result.cache is not None and request.cache is None:
        kinds = {"asked": CacheKind.EXPLICIT, "priced": result.cache}
        yield assumed("cache_set_aside", **kinds, asked_ttl=None, ttl=None)


def _of_written(result: Estimate, use: CacheUse, uses: Sequence[CacheUse]) -> Iterator[Note]:
    """Yield what is written at the marks of a request, or why nothing is."""
    ends, minimum, most = result.marked_ends, use.rule.min_tokens, use.rule.breakpoints
    unknown = doubtful_ttl(ends, uses, ttl=result.cache_ttl)
    if unknown is not None:
        has = tuple(one.ttl for one in uses if one.ttl)
        yield assumed("cache_marks_of_unknown_ttl", ttl=unknown, has=has)
        return
    if minimum is not None and ends[-1].high < minimum:
        yield assumed("cache_marks_below_minimum", minimum=minimum)
        return
    rates = result.quote.rates if result.quote else Rates()
    is_written = minimum is None or ends[-1].tokens >= minimum
    if is_written and any(rate != rates.input for rate in rates.cache_write.values()):
        yield assumed("cache_marks_written")
    if minimum is None:
        yield assumed("cache_marks_of_unknown_minimum")
    elif any(end.low < minimum <= end.high for end in ends):
        yield assumed("cache_marks_near_minimum", minimum=minimum)
    if most and len(ends) > most:
        yield assumed("cache_marks_beyond_most", most=most)


def with_marks(
    requests: Sequence[PromptTokens],
    ends: Sequence[Sequence[MarkedEnd]],
    use: CacheUse,
    *,
    shared: Sequence[int],
    common: int | None,
) -> tuple[PromptTokens, ...]:
    """Return *requests* with what their marks write, and what they read of one another.

    Args:
        requests: the sizes.
        ends: the marks of each, in the order of *requests*.
        use: the cache, whose look-back and number of breakpoints hold.
        shared: of requests of a conversation what each shares with an earlier one.
        common: what all of them share, which nothing that is read goes beyond; None if that is all.
    """
    marked: list[PromptTokens] = []
    default = default_ttl(ends, use)
    for number, (request, own) in enumerate(zip(requests, ends, strict=True)):
        kept = own[-use.rule.breakpoints :] if use.rule.breakpoints else own
        own_shared = shared[number] if shared else 0
        limit = request.input if common is None else own_shared or common
        written = [end for others in ends[:number] for end in others] if own_shared else kept
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
