"""Results of savings scenarios."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tokencost.costs.workload import Workload, WorkloadCost
from tokencost.money import multiply, subtract
from tokencost.pricing import Offer
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.prefix import Prefix


class Certainty(StrEnum):
    """How sure it is that a scenario would be billed so, the surest first."""

    GUARANTEED = "billed rule"  # by the seller's own rule, given the calls as they are described
    EXPECTED = "expected"  # on average, given how calls arrive
    POSSIBLE = "what-if"  # only if something happens that nobody promises


class Content(StrEnum):
    """What a scenario leaves of the text."""

    LOSSLESS = "same"
    REFORMATTED = "format"
    LOSSY = "drops"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """From where on a scenario pays: a number of calls, or a mean number of calls an hour.

    None where there is no such number: it always pays, or never.
    """

    calls: int | None = None
    per_hour: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One scenario: its work and bill, or the reason why it does not apply.

    `worst_case` is the cost if none of the hits comes that are not promised. `is_stable` says
    that the text still begins as it did, whatever follows: a cached beginning stays cached.
    """

    id: str
    name: str
    work: Workload | None = None
    bill: WorkloadCost | None = None
    worst_case: WorkloadCost | None = None
    reason: str = ""
    break_even: BreakEven = BreakEven()
    certainty: Certainty = Certainty.GUARANTEED
    content: Content = Content.LOSSLESS
    assumptions: tuple[str, ...] = ()
    is_stable: bool = True

    @property
    def total(self) -> Decimal:
        """What all calls cost, 0 if the scenario does not apply."""
        return self.bill.total if self.bill else Decimal()

    @property
    def applies(self) -> bool:
        """Whether it is billed in another way at all."""
        return self.bill is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another model with its own tokenizer and its own cache; nobody compares their quality.

    `cost` is that of all calls in the currency of the model it is compared with.
    """

    offer: Offer
    outcome: Outcome
    cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """The scenarios of one model over all inputs together.

    `best` is the cheapest combination of what is certain, the baseline if nothing is cheaper;
    `limits` says what keeps more from being saved.
    """

    offer: Offer
    options: ScenarioOptions
    prefix: Prefix
    baseline: Outcome
    outcomes: tuple[Outcome, ...]
    best: Outcome
    limits: tuple[str, ...]
    warnings: tuple[str, ...]
    alternatives: tuple[Alternative, ...] = ()

    @property
    def cheapest_guaranteed(self) -> Outcome:
        """The cheapest of the work as it is and with a cache that is certain."""
        sure = [
            each
            for each in self.outcomes
            if each.id.startswith("cache")
            and each.applies
            and each.certainty is not Certainty.POSSIBLE
        ]
        return min([self.baseline, *sure], key=lambda each: each.total)

    def saving(self, outcome: Outcome) -> Decimal | None:
        """Return what *outcome* saves over all calls, negative where it loses."""
        if outcome.bill is None or self.baseline.bill is None:
            return None
        return subtract(self.baseline.bill.total, outcome.bill.total)

    def per_call(self, outcome: Outcome) -> Decimal | None:
        """Return the mean cost of a call."""
        if outcome.bill is None or outcome.work is None:
            return None
        return outcome.bill.total / outcome.work.calls

    def per_month(self, outcome: Outcome, calls: Decimal) -> Decimal | None:
        """Return the cost of so many *calls* of each request."""
        if outcome.bill is None or outcome.work is None:
            return None
        return multiply(outcome.bill.total, calls) / outcome.work.calls_per_prompt
