"""What scenarios are made of: axes, variants, and the context in which variants are sought."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from tokencost.costs.cache import Certainty, MarkedEnd, Marks, PromptTokens, default_use
from tokencost.costs.workload import Workload, price_workload
from tokencost.errors import NoPriceError, UsageError
from tokencost.estimates.results import Estimate, EstimateReport
from tokencost.inputs import Prompt
from tokencost.notes import Note, assumed, reason
from tokencost.pricing import PriceDate, Rates, price_at
from tokencost.pricing.periods import retirement
from tokencost.scenarios.dynamic_text import DynamicText, TemplateRules
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.prefix import Prefix, shared_prefix
from tokencost.scenarios.recounter import CountRange, Recounter, limit_within
from tokencost.scenarios.results import NO_BREAK_EVEN, BreakEven, Content, Outcome
from tokencost.usage import InputTokens
from tokencost.values import dataclass, replace


class Axis(StrEnum):
    """What a scenario changes about a workload; the best combination has one change of each."""

    CACHE = "cache"
    REQUESTS = "requests"
    MODE = "mode"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way of making the same calls, or the reason why it does not apply.

    Attributes:
        id: of the scenario, or beginning with it.
        name: what tables call it.
        change: returns a workload made in this way.
        reason: why it does not apply, None if it does.
        certainty: how sure it is that it would be billed so.
        content: what is left of the text.
        assumptions: what its cost rests on.
        break_even: from where on it saves, where that is known.
        keeps_prefix: whether prompts still begin as they did, whatever follows: a prefix that is
            cached stays cached.
        delay: how long results may take.
    """

    id: str
    name: str
    change: Callable[[Workload], Workload] = lambda workload: workload
    reason: Note | None = None
    certainty: Certainty = Certainty.GUARANTEED
    content: Content = Content.LOSSLESS
    assumptions: tuple[Note, ...] = ()
    break_even: BreakEven = NO_BREAK_EVEN
    keeps_prefix: bool = True
    delay: timedelta = timedelta()


_EXACT = CountRange()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a scenario may ask about the calls: options, shared prefix, rates, and recounts.

    `rates` are those of the first call as it is, `marked_ends` where the cache marks of each
    request end, () if none has one. `repeats` says whether anything shows that calls
    begin alike: a text that was given once may be sent once. `is_open` says whether more is billed
    than what is counted, `count_range` how far the count of a prefix may be off, and
    `limit_in_range` which tier or window is within the range of an input.
    """

    options: ScenarioOptions
    prefix: Prefix
    rates: Rates
    recounter: Recounter
    marked_ends: tuple[tuple[MarkedEnd, ...], ...] = ()
    repeats: bool = True
    is_open: bool = False
    count_range: CountRange = _EXACT
    limit_in_range: Note | None = None

    @classmethod
    def of(
        cls, results: Sequence[Estimate], report: EstimateReport, options: ScenarioOptions
    ) -> "Context":
        """Return the context of the *results* of one model, all of which have a price.

        Raises:
            UsageError: the prefix that was given is longer than an input.
            TokencostError: a part of an input cannot be counted.
        """
        quoted = results[0].quote
        if quoted is None:
            raise ValueError(f"{results[0].input} has no price")
        recounter = Recounter.of(results, report.options.tokenizer)
        return cls(
            options=options,
            prefix=(prefix := _prefix(results, recounter, options)),
            rates=quoted.rates,
            recounter=recounter,
            marked_ends=_marked_ends(results),
            repeats=_repeats(recounter.prompts, prefix, report, options),
            is_open=any(result.tokens.high is None for result in results),
            count_range=CountRange.of(results) if options.prefix is None else _EXACT,
            limit_in_range=limit_within(results),
        )

    def workload(self, results: Sequence[Estimate], report: EstimateReport) -> Workload:
        """Return the calls of *results* as they are billed, with no hit in any cache."""
        options, marks = report.options, _marks(results, report.price_date)
        return Workload(
            offer=results[0].offer,
            price_date=report.price_date,
            mode=results[0].mode,
            thinking=results[0].thinking,
            requests=with_prefix(
                [
                    PromptTokens(
                        input=result.tokens.expected,
                        prefix=0,
                        output=result.output.expected,
                        tier_output=result.tier_output,
                        outputs=result.outputs,
                        marks=own,
                    )
                    for result, own in zip(results, marks, strict=True)
                ],
                self.prefix,
            ),
            calls_per_prompt=options.call_count,
            cache=default_use(
                results[0].offer,
                self.rates,
                cache=results[0].cache,
                ttl=results[0].cache_ttl,
                is_marked=any(marks),
            ),
            hits=Decimal(),
            # Unless somebody says so nobody has the same conversation a thousand times; a volume
            # says how often there is one.
            sent_anew=bool(self.prefix.shared) and (options.calls is None or bool(options.volume)),
        )


def _marked_ends(results: Sequence[Estimate]) -> tuple[tuple[MarkedEnd, ...], ...]:
    ends = tuple(result.marked_ends for result in results)
    return ends if any(ends) else ()


def _marks(results: Sequence[Estimate], price_date: PriceDate) -> list[Marks | None]:
    """Return where the marks of each request end as they are billed, None if none has any."""
    if not any(result.marked_ends for result in results):
        return [None] * len(results)
    from tokencost.estimates.cache_marks import billed_marks  # few requests have any

    card = price_at(results[0].offer, price_date).rates
    return [billed_marks(result, card)[0] for result in results]


def _prefix(results: Sequence[Estimate], recounter: Recounter, options: ScenarioOptions) -> Prefix:
    if options.prefix is None:
        if len(recounter.prompts) < len(results):
            has_texts = any(isinstance(result.prompt, Prompt) for result in results)
            why = "prefix_of_large_text" if has_texts else "prefix_unknown"
            return Prefix(tokens=None, basis=reason(why))
        return shared_prefix(
            recounter.prompts,
            count=recounter.count,
            split=recounter.split,
            rules=TemplateRules(patterns=options.placeholders, is_final=options.final),
        )
    for result in results:
        if options.prefix > result.tokens.expected:
            raise UsageError(
                f"a prefix of {options.prefix:,} tokens is longer than {result.input} "
                f"({result.tokens.expected:,})",
                hint="--prefix-tokens is the part that every call begins with",
            )
    return Prefix(tokens=options.prefix, basis=assumed("prefix_given"))


def _repeats(
    prompts: Sequence[Prompt], prefix: Prefix, report: EstimateReport, options: ScenarioOptions
) -> bool:
    """Say whether something shows that calls begin alike, such as a template or two samples."""
    is_named = (options.prefix, options.hit_rate, report.options.calls) != (None, None, None)
    is_template = prefix.ends_at is not None and prefix.ends_at.why is DynamicText.PLACEHOLDER
    is_request = any(prompt.request is not None for prompt in prompts)
    return is_named or is_template or is_request or len(prompts) > 1


def why_no_savings(results: Sequence[Estimate], price_date: PriceDate) -> Note | None:
    """Return why there is nothing to compare other ways with, None if there is."""
    costs = [result.cost for result in results if result.cost is not None]
    if len(costs) < len(results):
        return retirement(results[0].offer, price_date.day) or reason("no_price_to_save_on")
    if any(isinstance(size := result.prompt, InputTokens) and size.is_split for result in results):
        return reason("cache_given_already")
    if len({(result.mode, result.thinking) for result in results}) > 1:
        return reason("modes_differ")
    if len({(result.cache, result.cache_ttl) for result in results}) > 1:
        return reason("caches_differ")
    if not any(cost.expected.total for cost in costs):
        return reason("nothing_to_pay")
    return None


class Scenario(Protocol):
    """One idea of how to pay less, such as a cache: finds the variants of a workload."""

    @property
    def id(self) -> str:
        """What `--scenario` calls it, and its variants begin with."""
        ...

    @property
    def axes(self) -> frozenset[Axis]:
        """What its variants change."""
        ...

    def variants(self, workload: Workload, context: Context, /) -> Iterable[Variant]:
        """Yield every way of making the calls of *workload* so, none if the idea is beside it."""
        ...


def with_prefix(requests: Sequence[PromptTokens], prefix: Prefix) -> tuple[PromptTokens, ...]:
    """Return *requests* with what they share, of a conversation each with what it shares itself.

    A request that continues another one is written whole: when it is sent nobody knows that it is
    the last one.
    """
    common = prefix.tokens or 0
    if not prefix.shared:
        return tuple(
            replace(request, prefix=min(common, request.input), repeats=None)
            for request in requests
        )
    return tuple(
        replace(
            request,
            prefix=min(shared.tokens or common, request.input),  # the first: what all begin with
            repeats=request.input
            if shared.continues
            else min(max(shared.repeats, common), request.input),
            continues=shared.continues,
            answered=shared.answered,
        )
        for request, shared in zip(requests, prefix.shared, strict=True)
    )


def unmarked(requests: Sequence[PromptTokens]) -> tuple[PromptTokens, ...]:
    """Return *requests* as ones that write what is repeated, wherever marks are."""
    return tuple(replace(request, marks=None) for request in requests)


def with_requests(requests: tuple[PromptTokens, ...]) -> Callable[[Workload], Workload]:
    """Return the change to a workload of these requests."""
    return lambda workload: replace(workload, requests=requests)


def doubted(variant: Variant, context: Context) -> Variant:
    """Return *variant* as it is where the input may be another than what is counted of it.

    What is not counted may lie in the prefix, change it, or lift the request into another tier, and
    so may the range of what is counted.
    """
    doubts = [assumed("uncounted_parts_left_out")] if context.is_open else []
    doubts += [context.limit_in_range] if context.limit_in_range else []
    if not doubts:
        return variant
    assumptions = (*variant.assumptions, *doubts)
    return replace(variant, certainty=Certainty.POSSIBLE, assumptions=assumptions)


def price_baseline(workload: Workload) -> Outcome:
    """Return what *workload* costs as it is.

    Raises:
        NoPriceError: it has no price.
    """
    cost = price_workload(workload)
    return Outcome(id="baseline", name="as it is", workload=workload, cost=cost)


def price_variant(variant: Variant, workload: Workload) -> Outcome:
    """Return what *workload* costs in the way of *variant*, or why it has no price so."""
    if variant.reason is not None:
        return _outcome(variant)
    changed = variant.change(workload)
    is_hoped_for = variant.certainty is Certainty.POSSIBLE and changed.cache is not None
    try:
        cost = price_workload(changed)
        worst = price_workload(replace(changed, hits=Decimal())) if is_hoped_for else None
    except NoPriceError as error:
        return Outcome(id=variant.id, name=variant.name, reason=no_price(error))
    return replace(_outcome(variant), workload=changed, cost=cost, worst_case=worst)


def no_price(error: NoPriceError) -> Note:
    """Return the reason why a variant has no price."""
    return reason("not_priced", message=error.message)


def _outcome(variant: Variant) -> Outcome:
    return Outcome(
        id=variant.id,
        name=variant.name,
        reason=variant.reason,
        break_even=variant.break_even,
        certainty=variant.certainty,
        content=variant.content,
        delay=variant.delay,
        assumptions=variant.assumptions,
    )


def cheapest_variant(
    variants: Iterable[Variant], workload: Workload
) -> tuple[Variant, Outcome] | None:
    """Return the cheapest of the variants that apply, what is sure before what is not."""
    priced = [(variant, price_variant(variant, workload)) for variant in variants]
    return min(
        ((variant, outcome) for variant, outcome in priced if outcome.applies),
        key=lambda pair: (pair[1].certainty is Certainty.POSSIBLE, pair[1].total),
        default=None,
    )
