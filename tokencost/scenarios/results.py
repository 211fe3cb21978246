"""Results of savings scenarios."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from tokencost.costs.cache import Certainty
from tokencost.costs.cost import month_cost
from tokencost.costs.workload import Workload, WorkloadCost, price_workload
from tokencost.errors import Failure
from tokencost.estimates.results import EstimateReport
from tokencost.money import divide, format_money, subtract
from tokencost.notes import Note, Severity, reason
from tokencost.pricing import Conversion, Offer
from tokencost.reports import Report, number_of
from tokencost.scenarios.options import ScenarioOptions, is_one_of
from tokencost.scenarios.prefix import Prefix
from tokencost.values import dataclass

CACHE_OFF = "cache-off"


class Content(StrEnum):
    """What a scenario leaves of the text, the most careful first."""

    LOSSLESS = "lossless"
    REFORMATTED = "reformatted"
    LOSSY = "lossy"

    @classmethod
    def least(cls, contents: Iterable["Content"]) -> "Content":
        """Return the least that is left, the whole text if nothing is changed."""
        return max(contents, key=list(cls).index, default=cls.LOSSLESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """From where on a scenario saves: a number of calls, or a mean number of calls an hour.

    None where there is no such number: it always saves, or never.
    """

    calls: int | None = None
    per_hour: Decimal | None = None


NO_BREAK_EVEN = BreakEven()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One scenario: its workload and cost, or the reason why it does not apply.

    `worst_case` is the cost if none of the hits comes that are not guaranteed, `delay` how long
    results may take.
    """

    id: str
    name: str
    workload: Workload | None = None
    cost: WorkloadCost | None = None
    worst_case: WorkloadCost | None = None
    delay: timedelta = timedelta()
    reason: Note | None = None
    break_even: BreakEven = NO_BREAK_EVEN
    certainty: Certainty = Certainty.GUARANTEED
    content: Content = Content.LOSSLESS
    assumptions: tuple[Note, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether the calls can be made, and are billed, in this way."""
        return self.cost is not None

    @property
    def is_cache(self) -> bool:
        """Whether it keeps the beginning of the calls in a cache."""
        return is_one_of(self.id, ["cache"]) and self.id != CACHE_OFF

    @property
    def total(self) -> Decimal:
        """What all calls cost, 0 if the scenario does not apply."""
        return self.cost.total if self.cost else Decimal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another model with its own tokenizer and its own cache; nobody compares their quality.

    `cost` is that of all calls in the currency of the model it is compared with, by the rate of
    `conversion` if it has another one, and `month` that of the volume of a month, None without one
    or where a day of the month has no price. A free model is one whose terms are to be looked at.
    `has_range` says that its tokens or its price may be others.
    """

    offer: Offer
    outcome: Outcome
    cost: Decimal
    month: Decimal | None = None
    conversion: Conversion | None = None
    is_free: bool = False
    has_range: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """The scenarios of one model over all inputs together.

    `best` is the cheapest combination of what is sure and is answered at once, `best_if_waiting`
    that which may use batches and cheaper hours too; both are the calls as they are if nothing is
    cheaper. `limits` says what keeps more from being saved, and `repeats` whether anything shows
    that the calls begin alike. `cheapest_guaranteed` is the cheapest of the calls as they are and
    with a cache that is sure to hit, whichever scenarios are shown.
    """

    offer: Offer
    prefix: Prefix
    baseline: Outcome
    outcomes: tuple[Outcome, ...]
    best: Outcome
    best_if_waiting: Outcome
    cheapest_guaranteed: Outcome
    limits: tuple[Note, ...]
    warnings: tuple[Note, ...]
    alternatives: tuple[Alternative, ...] = ()
    repeats: bool = True

    def saving(self, outcome: Outcome) -> Decimal | None:
        """Return what *outcome* saves over all calls, negative where it loses."""
        if outcome.cost is None or self.baseline.cost is None:
            return None
        return subtract(self.baseline.cost.total, outcome.cost.total)

    def is_slight(self, outcome: Outcome) -> bool:
        """Say whether *outcome* changes the cost by less than 1 % either way, at its worst too."""
        return outcome.cost is not None and all(
            is_slight(self.baseline, cost) for cost in (outcome.cost, outcome.worst_case) if cost
        )

    def why_not_chosen(self, outcome: Outcome) -> Note | None:
        """Return why *outcome* does not apply, or is not the best although it costs less."""
        if outcome.reason is not None or outcome.workload in (None, self.best.workload):
            return outcome.reason
        if self.is_slight(outcome):
            return reason("change_too_small")
        if outcome.total >= self.best.total:
            return None
        if outcome.certainty is Certainty.POSSIBLE:
            return self._doubt(outcome)
        if outcome.content is not Content.LOSSLESS:
            return reason("text_changed", content=outcome.content)
        if outcome.delay:
            return results_wait(outcome.delay)
        hours = next(note for note in outcome.assumptions if note.code in _HOURS)
        return reason("other_hours", schedule=hours.values["schedule"])

    def _doubt(self, outcome: Outcome) -> Note:
        """Return what *outcome* counts on that nobody promises."""
        notes = {note.code: note for note in outcome.assumptions}
        for code in _DOUBTS:
            if code in notes:
                return replace(notes[code], severity=Severity.REASON)
        return reason("batch_may_outlast_cache")

    def per_call(self, outcome: Outcome) -> Decimal | None:
        """Return the mean cost of a call."""
        if outcome.cost is None or outcome.workload is None:
            return None
        return divide(outcome.cost.total, outcome.workload.calls)

    def per_month(self, outcome: Outcome, calls: Decimal) -> Decimal | None:
        """Return the cost of so many *calls* a month of each request, None without a price.

        The first of them finds no cache, however many calls the outcome itself is of, which may be
        that of an alternative.
        """
        if outcome.cost is None or outcome.workload is None:
            return None
        whole = max(int(calls.to_integral_value()), 1)
        workload = replace(outcome.workload, calls_per_prompt=whole)
        month = month_cost(
            lambda price_date: price_workload(replace(workload, price_date=price_date)).total,
            workload.offer,
            workload.price_date,
            calls,
        )
        return None if month is None else divide(month, whole)


def results_wait(delay: timedelta) -> Note:
    """Return the reason that results may take so long."""
    return reason("results_wait", hours=delay // timedelta(hours=1))


_HOURS = ("outside_hours", "inside_hours")
# Assumptions that nobody promises, the first of which is named.
_DOUBTS = (
    "uncounted_parts_left_out",
    "if_sent_again",
    "minimum_within_range",
    "tier_within_range",
    "window_within_range",
    "cache_hits_not_guaranteed",
    "cache_minimum_unknown",
    "quality_not_verified",
)
_WORTH = 100  # of the cost a change of less than 1 in so many is not worth a row


def is_slight(baseline: Outcome, cost: WorkloadCost) -> bool:
    """Say whether *cost* is within 1 % of that of the baseline."""
    return abs(subtract(baseline.total, cost.total)) * _WORTH < baseline.total


def cheapest_guaranteed(baseline: Outcome, outcomes: Iterable[Outcome]) -> Outcome:
    """Return the cheapest of the baseline and the caches among *outcomes* that are sure to hit."""
    caches = [
        outcome
        for outcome in outcomes
        if is_one_of(outcome.id, ["cache"])
        and outcome.applies
        and outcome.certainty is not Certainty.POSSIBLE
    ]
    return min([baseline, *caches], key=lambda outcome: outcome.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSavings:
    """A model without scenarios, and the reason why."""

    offer: Offer
    reason: Note


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SavingsReport(Report):
    """Report of `savings`: for every model of an estimate its scenarios, or why it has none.

    `failures` are those of the estimate, followed by those of the scenarios.
    """

    name: ClassVar[str] = "savings"

    estimate: EstimateReport
    models: tuple[Savings | NoSavings, ...]
    failures: tuple[Failure, ...]
    options: ScenarioOptions

    @property
    def savings(self) -> tuple[Savings, ...]:
        """The models that have scenarios."""
        return tuple(model for model in self.models if isinstance(model, Savings))

    def _summary(self) -> Iterator[str]:
        yield number_of(len(self.models), "model")
        for model in self.savings[:1] if len(self.models) == 1 else ():
            baseline, best = model.per_call(model.baseline), model.per_call(model.best)
            if baseline is not None and best is not None:
                mark = "~" * self.estimate.total(model.offer).has_range
                yield f"{mark}{format_money(baseline, model.offer.currency)} a call"
                yield f"best {model.best.name} {mark}{format_money(best, model.offer.currency)}"
