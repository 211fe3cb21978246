"""The best combination, against a brute force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.savings_by_hand import PRICES, outcome_of, savings_of, total
from tokencost import (
    ScenarioOptions,
    parse_price_date,
)
from tokencost.costs.cache import PromptTokens
from tokencost.costs.workload import Workload
from tokencost.notes import assumed, reason
from tokencost.pricing import Mode, PriceDate, find_offer, quote
from tokencost.scenarios import (
    Certainty,
    Content,
    Outcome,
    Prefix,
    Savings,
)
from tokencost.scenarios.batch import Batch, OffPeak
from tokencost.scenarios.recounter import Recounter
from tokencost.scenarios.savings import SCENARIOS, explore
from tokencost.scenarios.scenario import (
    Axis,
    Context,
    Scenario,
    Variant,
    cheapest_variant,
    with_requests,
)


def test_cheaper_hours_are_combined_with_caching() -> None:
    savings = savings_of("all")
    assert total(savings.baseline) == Decimal("0.5")  # the dearer hours
    assert total(outcome_of(savings, "batch")) == Decimal("0.25")
    assert total(outcome_of(savings, "off-peak")) == Decimal("0.25")
    assert total(outcome_of(savings, "batch-cache")) == Decimal("0.093")
    assert savings.best_if_waiting.name == "explicit cache 5m + cheaper hours"
    assert total(savings.best_if_waiting) == Decimal("0.093")
    assert savings.best.name == "explicit cache 5m"
    assert total(savings.best) == Decimal("0.186")  # at once, in the dearer hours
    night = savings_of("all", price_date=parse_price_date("2026-11-23T03:00"))
    assert outcome_of(night, "off-peak").reason == reason("off_peak_already")


def brute_force(
    sizes: Sequence[tuple[int, int]], prefix: int, calls_per_prompt: int, hits: Decimal | None
) -> Decimal:
    """Return the least of every combination for the model "all", by plain arithmetic."""
    costs = []
    for mode, hours, ttl in product(("1", "0.5"), ("2", "1"), (None, "3.125", "5.0")):
        if ttl and mode == "0.5" and hits is None:
            continue  # a batch may take longer than the cache lives
        cost, is_first = Decimal(), True
        for _, (size, output) in product(range(calls_per_prompt), sizes):
            rest = Decimal(size - prefix) * Decimal("2.5") + 10 * output
            share = Decimal(0) if is_first else Decimal(1) if hits is None else hits
            read, written = Decimal("0.25") * prefix, Decimal(ttl or "2.5") * prefix
            if ttl is None or prefix < 1_024:
                cost += rest + Decimal("2.5") * prefix
            else:
                cost += rest + share * read + (1 - share) * written
            is_first = False
        costs.append(cost * Decimal(mode) * Decimal(hours) / 10**6)
    return min(costs)


def explore_sizes(
    *sizes: tuple[int, int],
    prefix: int = 0,
    calls_per_prompt: int = 1,
    model: str = "all",
    options: ScenarioOptions | None = None,
    scenarios: Sequence[Scenario] = SCENARIOS,
) -> Savings:
    offer = find_offer(PRICES, model)
    price_date = PriceDate(day=PRICES.as_of)
    requests = tuple(
        PromptTokens(input=size, prefix=prefix, output=output) for size, output in sizes
    )
    rates = quote(offer, price_date=price_date, input_tokens=0, output_tokens=0).rates
    workload = Workload(
        offer=offer,
        price_date=price_date,
        mode=Mode.STANDARD,
        thinking=False,
        requests=requests,
        calls_per_prompt=calls_per_prompt,
    )
    context = Context(
        options=options or ScenarioOptions(),
        prefix=Prefix(tokens=prefix, basis=assumed("prefix_given")),
        rates=rates,
        recounter=Recounter(prompts=(), count=lambda prompt: len(prompt.text), split=None),
    )
    return explore(workload, context, scenarios)


@settings(deadline=None)
@given(
    prefix=st.integers(0, 3_000),
    more=st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 500)), min_size=1, max_size=4),
    calls_per_prompt=st.integers(1, 5),
    hits=st.sampled_from([None, Decimal(0), Decimal("0.3"), Decimal("0.9"), Decimal(1)]),
)
def test_the_best_is_the_least_of_an_independent_brute_force(
    prefix: int, more: list[tuple[int, int]], calls_per_prompt: int, hits: Decimal | None
) -> None:
    sizes = [(prefix + rest, output) for rest, output in more]
    savings = explore_sizes(
        *sizes,
        prefix=prefix,
        calls_per_prompt=calls_per_prompt,
        options=ScenarioOptions(hit_rate=hits),
    )
    least = brute_force(sizes, prefix, calls_per_prompt, hits)
    assert total(savings.best_if_waiting) == least


@dataclass(frozen=True)
class Shorter:
    """A scenario of its own, as a module beside the others would have it."""

    changes: Mapping[str, Any]
    id: str = "shorter"
    axes: frozenset[Axis] = frozenset({Axis.REQUESTS})

    def variants(self, _workload: Workload, _context: Context) -> Iterable[Variant]:
        requests = (PromptTokens(input=9_000, prefix=8_000, output=0),)
        variant = Variant(id=self.id, name="shorter", change=with_requests(requests))
        yield replace(variant, **self.changes)


@pytest.mark.parametrize(
    ("changes", "best"),
    [
        ({}, "explicit cache 5m + shorter + cheaper hours"),
        ({"keeps_prefix": False}, "explicit cache 5m + cheaper hours"),
        ({"content": Content.LOSSY}, "explicit cache 5m + cheaper hours"),
        ({"certainty": Certainty.POSSIBLE}, "explicit cache 5m + cheaper hours"),
    ],
)
def test_a_shorter_text_is_part_of_the_best_only_if_it_is_proven_and_breaks_no_prefix(
    changes: dict[str, Any], best: str
) -> None:
    scenarios = (*SCENARIOS, Shorter(changes=changes))
    savings = explore_sizes((10_000, 0), prefix=8_000, calls_per_prompt=10, scenarios=scenarios)
    assert savings.best_if_waiting.name == best
    assert total(outcome_of(savings, "shorter")) == Decimal("0.45")  # 9 tenths of 0.5


@pytest.mark.parametrize(
    ("axes", "best"),
    [
        (frozenset({Axis.REQUESTS}), "shorter + batch + cheaper hours"),
        (frozenset({Axis.REQUESTS, Axis.MODE}), "shorter + cheaper hours"),
    ],
)
def test_no_axis_is_changed_twice(axes: frozenset[Axis], best: str) -> None:
    scenarios = (Shorter(changes={"change": tenth}, axes=axes), Batch(), OffPeak())
    savings = explore_sizes((10_000, 0), prefix=0, scenarios=scenarios)
    assert savings.best_if_waiting.name == best


def tenth(workload: Workload) -> Workload:
    requests = tuple(replace(request, input=request.input // 10) for request in workload.requests)
    return replace(workload, requests=requests)


def test_a_combination_is_as_sure_as_the_least_sure_of_its_parts() -> None:
    assert savings_of("all").best.certainty is Certainty.GUARANTEED
    assert savings_of("all", hit_rate=Decimal(1)).best.certainty is Certainty.EXPECTED


def test_hours_in_which_prices_fall_are_named_as_those_to_call_in() -> None:
    savings = savings_of("owl", price_date=parse_price_date("2026-11-23T12:00"))
    outcome = outcome_of(savings, "off-peak")
    assert total(outcome) * 2 == total(savings.baseline)
    assert [note.code for note in outcome.assumptions] == ["inside_hours"]
    dear = outcome_of(savings_of("all"), "off-peak")
    assert [note.code for note in dear.assumptions] == ["outside_hours"]


def test_only_the_first_call_of_all_misses() -> None:
    savings = explore_sizes((10_000, 0), (10_000, 0), prefix=8_000, calls_per_prompt=5, model="m")
    assert total(outcome_of(savings, "cache-explicit-5m")) == Decimal("0.093")


def _cache_of(outcome: Outcome) -> dict[str, Any]:
    assert outcome.workload is not None
    return {"cache": outcome.workload.cache, "hits": outcome.workload.hits}


def test_what_is_certain_comes_before_what_is_cheaper() -> None:
    sure, possible = savings_of("b", calls=1).outcomes[:2]
    assert possible.total < sure.total
    assert sure.workload is not None
    variants = [
        Variant(
            id=outcome.id,
            name=outcome.name,
            change=partial(replace, **_cache_of(outcome)),
            certainty=outcome.certainty,
        )
        for outcome in (possible, sure)
    ]
    cheapest = cheapest_variant(variants, sure.workload)
    assert cheapest is not None
    assert cheapest[1].id == sure.id


def test_only_what_is_asked_for_is_explored_but_the_best_is_the_best_of_all() -> None:
    savings = savings_of("all", only=("batch",))
    assert [outcome.id for outcome in savings.outcomes] == ["batch", "batch-cache"]
    assert "cache" in savings.best.name
