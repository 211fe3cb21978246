"""Scenarios of prompt caching: as the prompts are, and with what changes moved to the end."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal
from decimal import Context as Arithmetic

from tokencost.costs.cache import CacheUse, Certainty, MarkedEnd, PromptTokens, cache_uses
from tokencost.costs.workload import Workload, price_call, price_workload
from tokencost.errors import NoPriceError, UsageError
from tokencost.money import subtract
from tokencost.notes import Note, assumed, reason
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.results import CACHE_OFF, BreakEven, Content
from tokencost.scenarios.scenario import (
    Axis,
    Context,
    Variant,
    cheapest_variant,
    no_price,
    unmarked,
)
from tokencost.usage import CacheKind, Ttl

_HOUR = timedelta(hours=1)
_DIGITS = Arithmetic(prec=28)
_SLIDING = "sliding"


class Cache:
    """Keep the shared prefix in a cache of the provider."""

    id = "cache"
    axes = frozenset({Axis.CACHE})

    def variants(self, workload: Workload, context: Context) -> Iterable[Variant]:
        """Yield a variant for every way of using a cache, those first that guarantee hits."""
        ends = _marked_ends(context)
        uses = _uses(workload, context)
        if ends:
            from tokencost.estimates.cache_marks import doubt_of_marks, uses_of_marks

            why_not = doubt_of_marks(uses, ends)
            uses = uses_of_marks(uses, ends)
            if why_not:
                yield _unavailable(why_not)
                uses = [use for use in uses if use.kind != CacheKind.EXPLICIT]
                if not uses:
                    return
        if not uses:
            yield _unavailable(reason("no_cache"))
        elif context.prefix.tokens is None:
            yield _unavailable(context.prefix.basis)
        else:
            for use in sorted(uses, key=lambda use: not use.rule.guaranteed):
                is_explicit = use.kind == CacheKind.EXPLICIT
                yield _cached(workload, use, context, ends if is_explicit else ())


def _uses(workload: Workload, context: Context) -> list[CacheUse]:
    """Return the caches of the model, those alone that have the time to live that is asked for.

    Raises:
        UsageError: none has it.
    """
    ttl = Ttl(context.options.ttl) if context.options.ttl else None
    uses = cache_uses(workload.offer, context.rates, ttl)
    kept = [use for use in uses if ttl in (None, use.kept)]
    if uses and not kept:
        ttls = list(dict.fromkeys(use.kept for use in uses if use.kept))
        raise UsageError(
            f"{workload.offer.name} has no cache that is kept for {ttl}",
            hint=f"it has {', '.join(ttls)}: --cache-ttl {ttls[0]}"
            if ttls
            else "nobody says how long its cache is kept: leave out --cache-ttl",
        )
    return kept


def _marked_ends(context: Context) -> Sequence[Sequence[MarkedEnd]]:
    """Return where the marks of requests end, for what an option says of times to live."""
    if context.options.ttl is None:
        return context.marked_ends
    return [[replace(end, ttl=None) for end in own] for own in context.marked_ends]


def _unavailable(why_not: Note) -> Variant:
    return Variant(id=Cache.id, name="prompt caching", reason=why_not)


def _marked(
    workload: Workload, use: CacheUse, context: Context, ends: Sequence[Sequence[MarkedEnd]]
) -> tuple[PromptTokens, ...]:
    """Return the requests with what their marks write.

    Of a workload that was changed nobody says where marks end.
    """
    if context.options.prefix is not None or len(ends) != len(workload.requests):
        return unmarked(workload.requests)
    from tokencost.estimates.cache_marks import with_marks

    shared = [of.tokens for of in context.prefix.shared]
    is_whole = context.prefix.basis.code == "prefix_whole_text"  # its tokens are those of texts
    common = None if is_whole else context.prefix.tokens or 0
    return with_marks(workload.requests, ends, use, shared=shared, common=common)


def _cached(
    workload: Workload, use: CacheUse, context: Context, ends: Sequence[Sequence[MarkedEnd]]
) -> Variant:
    options = context.options
    if workload.sent_anew:  # conversations come so often, their calls follow one another
        options = replace(options, calls_per_hour=None)
    as_sent, marked = workload.requests, _marked(workload, use, context, ends)
    workload = replace(workload, requests=marked)
    named = use.kept if use.kind == CacheKind.EXPLICIT else use.ttl
    others = {ttl for request in marked for _, ttl in request.marks or () if ttl} - {use.ttl}
    variant = Variant(
        id="-".join(filter(None, (Cache.id, use.kind, named))),
        name=" + ".join([" ".join(filter(None, (use.kind, "cache", named))), *sorted(others)]),
    )
    why_not = _why_not(workload, use, context)
    if why_not is not None:
        return replace(variant, reason=why_not)
    share, certainty, assumptions = _hits(use, options)
    if not context.repeats:
        certainty, assumptions = Certainty.POSSIBLE, (assumed("if_sent_again"), *assumptions)
    if doubt := _doubt_of_minimum(workload, use, context):
        assumptions = (*assumptions, doubt)
        # Who knows how many calls hit knows that the prefix is long enough.
        certainty = Certainty.POSSIBLE if options.hit_rate is None else certainty
    use = _taking(use, _longest(workload))
    kept = hours(use.lifetime) if use.lifetime else Decimal()

    def cached(workload: Workload) -> Workload:
        is_as_sent = workload.requests in (as_sent, marked)
        requests = marked if is_as_sent else unmarked(workload.requests)
        return replace(workload, cache=use, hits=share, hours=kept, requests=requests)

    try:
        break_even = _break_even(cached(workload), replace(workload, requests=as_sent))
    except NoPriceError as error:
        return replace(variant, reason=no_price(error))
    is_timed = break_even.per_hour is not None or options.calls_per_hour is not None
    if not use.rule.refresh and is_timed:
        assumptions = (*assumptions, assumed("cache_refresh_unknown"))
    return replace(
        variant,
        change=cached,
        certainty=certainty,
        assumptions=(*assumptions, *_of_use(use, kept, workload, context)),
        break_even=break_even,
    )


def _doubt_of_minimum(workload: Workload, use: CacheUse, context: Context) -> Note | None:
    """Return that the prefix may be shorter than the cache takes, None if it is not."""
    if use.rule.min_tokens is None:
        return assumed("cache_minimum_unknown")
    minimum, longest = use.rule.min_tokens, _longest(workload)
    if context.count_range.least(longest) >= minimum:
        return None
    option = "--hit-rate" if context.options.hit_rate is None else ""
    return assumed("minimum_within_range", tokens=longest, minimum=minimum, option=option)


def _taking(use: CacheUse, tokens: int) -> CacheUse:
    """Return *use* as one that takes a prefix of *tokens*, which may be longer than counted."""
    if tokens >= use.least:
        return use
    return replace(use, rule=replace(use.rule, min_tokens=tokens))


def _of_use(use: CacheUse, kept: Decimal, workload: Workload, context: Context) -> Iterable[Note]:
    """Yield what the use of a cache itself brings with it; it is *kept* for so many hours."""
    if workload.sent_anew:
        yield assumed("conversations_sent_anew", calls=workload.calls_per_prompt)
    blocks, lookback = _new_blocks(context), use.rule.lookback
    if lookback and blocks > lookback and any(request.marks for request in workload.requests):
        yield assumed("entry_beyond_lookback", blocks=blocks, lookback=lookback)
    elif lookback and blocks > lookback:
        marks = use.rule.breakpoints
        yield assumed("marks_between_blocks", blocks=blocks, lookback=lookback, marks=marks)
    if use.is_stored:
        yield assumed("cache_stored", hours=kept.normalize())
    if use.is_own_call:
        yield assumed("cache_made_by_call")
    if use.kind == CacheKind.EXPLICIT:
        yield from _of_marks(use, workload, context)


def _new_blocks(context: Context) -> int:
    return max((shared.new_blocks for shared in context.prefix.shared), default=0)


def _of_marks(use: CacheUse, workload: Workload, context: Context) -> Iterable[Note]:
    """Yield what the marks of requests say, and what of it the cache does not take."""
    if any(end.ttl == use.ttl for own in context.marked_ends for end in own):
        yield assumed("ttl_of_request", ttl=use.ttl)
    ends = [request.marks[-1][0] for request in workload.requests if request.marks]
    if not ends:
        return
    yield assumed("written_up_to_marks", tokens=max(ends))
    most = max(len(own) for own in context.marked_ends)
    if use.rule.breakpoints and most > use.rule.breakpoints:
        yield assumed("more_marks_than_taken", marks=most, most=use.rule.breakpoints)


def _longest(workload: Workload) -> int:
    return max(request.prefix for request in workload.requests)


def _why_not(workload: Workload, use: CacheUse, context: Context) -> Note | None:
    """Return why the cache cannot be used, None if it can."""
    longest, minimum = _longest(workload), use.least
    if longest == 0:
        return reason("nothing_repeats")
    if context.count_range.most(longest) < minimum:
        return reason("prefix_too_short", tokens=longest, minimum=minimum)
    if use.lifetime is None and use.is_stored:
        return reason("cache_storage_time_unknown", is_asked=bool(use.rule.any_ttl))
    return None


def _hits(use: CacheUse, options: ScenarioOptions) -> tuple[Decimal, Certainty, tuple[Note, ...]]:
    """Return the share of calls that hit, how sure that is, and what it rests on."""
    if options.hit_rate is not None:
        note = assumed("call_hit_rate_given", share=options.hit_rate)
        return options.hit_rate, Certainty.EXPECTED, (note,)
    doubts = () if use.rule.guaranteed else (assumed("cache_hits_not_guaranteed"),)
    certainty = Certainty.POSSIBLE if doubts else Certainty.GUARANTEED
    rate, lifetime = options.calls_per_hour, use.lifetime
    if rate is None or lifetime is None:
        return Decimal(1), certainty, (assumed("calls_within_lifetime", ttl=use.kept), *doubts)
    share = expected_hit_rate(rate, lifetime, is_sliding=use.rule.refresh == _SLIDING)
    note = assumed("calls_at_random", calls_per_hour=rate, share=share)
    return share, Certainty.least([certainty, Certainty.EXPECTED]), (note, *doubts)


def _break_even(workload: Workload, uncached: Workload) -> BreakEven:
    """Return from how many calls on a cache saves, and from how many an hour.

    A call that writes costs `premium` more than one as it is, what is kept for it
    included, a hit `gain` less. After the first m calls, which write, each call is expected to
    save h gain - (1 - h) premium for a share h of hits: N calls save if (N - m) times that is
    above m premium. Calls at random save if their share of hits is above premium / (premium +
    gain).

    Raises:
        NoPriceError: a call has no price, or keeping the cache has none.
    """
    if workload.cache is None:
        return BreakEven()
    storage = price_workload(workload).storage if workload.cache.is_stored else Decimal()
    request = workload.requests[0]
    plain, miss = price_call(uncached, uncached.requests[0]), price_call(workload, request)
    hit = price_call(workload, request, is_hit=True)
    gain, premium = subtract(plain, hit), subtract(miss, plain)
    premium += storage / workload.misses
    saved = workload.hits * gain - (1 - workload.hits) * premium
    if saved <= 0:
        return BreakEven()
    first = workload.first_misses
    calls = int((first * premium / saved).to_integral_value(ROUND_FLOOR)) + first + 1
    if premium < 0:  # what is written costs less than what the calls write as they are
        calls = 1
    lifetime = workload.cache.lifetime
    if premium <= 0 or lifetime is None:
        return BreakEven(calls=calls)
    is_sliding = workload.cache.rule.refresh == _SLIDING
    per_hour = arrivals_for(premium / (premium + gain), lifetime, is_sliding=is_sliding)
    return BreakEven(calls=calls, per_hour=per_hour)


def expected_hit_rate(calls_per_hour: Decimal, lifetime: timedelta, *, is_sliding: bool) -> Decimal:
    """Return the share of calls that find an entry alive.

    Calls arrive independently of one another (a Poisson process). An entry whose lifetime begins
    anew with each hit is alive if the gap before the call is no longer than it: 1 - exp(-rate
    ttl). One of fixed lifetime serves `rate ttl` hits for each call that writes it: rate ttl / (1
    + rate ttl).
    """
    expected = _DIGITS.multiply(calls_per_hour, hours(lifetime))
    if is_sliding:
        return _DIGITS.subtract(Decimal(1), _DIGITS.exp(-expected))
    return _DIGITS.divide(expected, 1 + expected)


def arrivals_for(share: Decimal, lifetime: timedelta, *, is_sliding: bool) -> Decimal:
    """Return from how many calls an hour on *share* of them hit; inverts `expected_hit_rate`."""
    needed = -_DIGITS.ln(1 - share) if is_sliding else _DIGITS.divide(share, 1 - share)
    return _DIGITS.divide(needed, hours(lifetime))


def hours(lifetime: timedelta) -> Decimal:
    """Return *lifetime* in hours."""
    return Decimal(lifetime // timedelta(seconds=1)) / Decimal(_HOUR // timedelta(seconds=1))


class CacheOff:
    """Ask for no cache where the provider writes to one, and bills it, unless it is told not to."""

    id = CACHE_OFF
    axes = frozenset({Axis.CACHE})

    def variants(self, workload: Workload, _context: Context) -> Iterable[Variant]:
        """Yield the calls without a cache, nothing if they use none as they are."""
        if workload.cache is not None:
            yield Variant(
                id=self.id,
                name="no cache",
                change=lambda workload: replace(workload, cache=None),
            )


class Reorder:
    """Move what changes to the end, and cache the longer prefix."""

    id = "reorder"
    axes = frozenset({Axis.REQUESTS, Axis.CACHE})

    def variants(self, workload: Workload, context: Context) -> Iterable[Variant]:
        """Yield the cheapest caching of the longer prefix, if it is longer."""
        prefix = context.prefix
        if prefix.reordered is None or prefix.reordered <= (prefix.tokens or 0):
            return
        requests = tuple(
            replace(request, prefix=min(prefix.reordered, request.input), repeats=None)
            for request in workload.requests
        )
        longer = replace(workload, requests=requests)
        cheapest = cheapest_variant(Cache().variants(longer, context), longer)
        if cheapest is None:
            return
        cached, _ = cheapest
        note = assumed(
            "lines_moved_to_end",
            lines=prefix.reordered_lines,
            before=prefix.tokens,
            after=prefix.reordered,
        )
        yield replace(
            cached,
            id=self.id,
            name=f"reordered + {cached.name}",
            change=lambda workload: cached.change(replace(workload, requests=requests)),
            content=Content.REFORMATTED,
            assumptions=(*cached.assumptions, note),
        )
