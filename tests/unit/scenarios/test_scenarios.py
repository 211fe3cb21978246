"""Savings scenarios: figures to check by hand, closed forms against simulations, a brute force."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.price_tables import model, provider, row, schedule, table
from tokencost import (
    EstimateOptions,
    ExchangeRate,
    InputTokens,
    OutputTokens,
    Prompt,
    ScenarioOptions,
    estimate,
    parse_price_date,
)
from tokencost.costs.workload import PromptTokens, Workload
from tokencost.errors import UsageError
from tokencost.inputs.request import Message, Request
from tokencost.money import Money
from tokencost.notes import assumed, reason, warning
from tokencost.pricing import Mode, PriceDate, find_offer, quote
from tokencost.scenarios import (
    Certainty,
    Content,
    NoSavings,
    Outcome,
    Prefix,
    Savings,
    savings,
)
from tokencost.scenarios.cache import arrivals_for, expected_hit_rate
from tokencost.scenarios.registry import SCENARIOS
from tokencost.scenarios.savings import explore
from tokencost.scenarios.scenario import (
    Axis,
    Context,
    Recounter,
    Scenario,
    Variant,
    cheapest_variant,
    with_requests,
)

RATES = {"input": 2.5, "output": 10, "cache_read": 0.25}
STORE = {"provider": "store", "input": 2, "output": 12, "cache_read": 0.2}
TTLS = {"5m": 3.125, "1h": 5}
EXPLICIT = {"min_tokens": 1_024, "ttl": ["5m", "1h"], "refresh": "sliding", "guaranteed": True}
BOTH = {
    "implicit": {"min_tokens": 1_024, "read_x": 0.2},
    "explicit": {
        "min_tokens": 1_024,
        "ttl": ["5m"],
        "guaranteed": True,
        "read_x": 0.1,
        "write_x": {"5m": 1.25},
    },
    "exclusive": True,
    "source": "page",
}
HOUR = {"explicit": {"ttl": ["1h"], "refresh": "fixed", "guaranteed": True}, "source": "page"}


def stored(id_: str, *, batch_cache: str) -> Sequence[dict[str, Any]]:
    """Return a provider whose cache is billed by the hour, and its model."""
    rates = {**STORE, "provider": id_, "cache_storage_hour": 4.5, "modes": {"batch": 0.5}}
    return provider(id_, batch_cache=batch_cache, cache=HOUR), model(id_, **rates)


PRICES = table(
    schedule("day", "09:00-18:00", multiplier=2),
    provider("acme", cache={"explicit": EXPLICIT, "source": "page"}),
    model("m", context=1_000_000, tokenizer="o200k_base", cache_write=TTLS, **RATES),
    model("all", cache_write=TTLS, modes={"batch": 0.5}, schedule="day", **RATES),
    model(
        "hoped",
        cache={"explicit": {"guaranteed": False}},
        cache_write={"5m": 3.125},
        **RATES,
    ),
    model(
        "bare",
        row(
            input=2.5,
            output=10,
            tiers=[{"input_gt": 32_000, "input": 5, "output": 20}],
            until=date(2026, 12, 31),
        ),
        row(input=5, output=20, from_=date(2027, 1, 1)),
        cache=False,
    ),
    provider("store", cache=HOUR),
    model("kept", context=1_000_000, cache_storage_hour=4.5, **STORE),
    model("unkept", cache={"explicit": {"stored": True}}, **STORE),
    model("twice", cache={"implicit": {"first_misses": 2}, "explicit": False}, **STORE),
    model(
        "twice-paid",
        cache={"implicit": {"first_misses": 2, "write_x": {"5m": 2}}, "explicit": False},
        **STORE,
    ),
    *stored("shelf", batch_cache="discounted"),
    *stored("shelf-full", batch_cache="standard"),
    provider("both", sites={"cn": "CNY"}, batch_cache="none", cache=BOTH),
    model("b", provider="both", context=11_000, input=10, output=10, modes={"batch": 0.5}),
    provider(
        "lone",
        cache={"implicit": {"min_tokens": 1_024, "write_x": {"30m": 1.25}}, "source": "page"},
    ),
    model("tail", provider="lone", input=4, output=20, cache_read=0.4),
)
CURRENCIES = table(
    model("dollar", input=2, context=2_000_000),
    provider("yuan", sites={"cn": "CNY"}),
    model("yuan", provider="yuan", input=10, context=2_000_000),
    model("dear-yuan", provider="yuan", input=20, context=2_000_000),
)
HEAD = "You are a careful assistant. Cite the numbered source for each claim.\n"


def explored(
    model: str = "m", *, tokens: int = 10_000, prefix: int | None = 8_000, **options: Any
) -> Savings:
    """Return the scenarios of an input of *tokens*, 80 % of which come again."""
    request = {
        key: options.pop(key) for key in ("calls", "mode", "price_date", "output") if key in options
    }
    report = estimate(
        InputTokens(total=tokens),
        models=model,
        options=EstimateOptions(**{"calls": 10, **request}),
        prices=PRICES,
    )
    (found,) = savings(report, ScenarioOptions(prefix=prefix, **options)).savings
    return found


def of(savings: Savings, id_: str) -> Outcome:
    (found,) = [each for each in savings.outcomes if each.id == id_]
    return found


def total(outcome: Outcome) -> Decimal:
    assert outcome.cost is not None, outcome.reason
    return outcome.cost.total


def test_ten_calls_with_a_stable_prefix_of_80_per_cent_save_62_8_per_cent() -> None:
    savings = explored()
    cached = of(savings, "cache-explicit-5m")
    assert total(savings.baseline) == Decimal("0.25")
    assert total(cached) == Decimal("0.093")
    assert savings.saving(cached) == Decimal("0.157")  # 62.8 % of 0.25
    assert cached.break_even.calls == 2
    assert savings.per_call(cached) == Decimal("0.0093")


def test_one_call_is_a_loss_of_20_per_cent_and_shown_as_one() -> None:
    savings = explored(calls=1)
    assert savings.saving(of(savings, "cache-explicit-5m")) == Decimal("-0.005")  # of 0.025
    assert savings.best.name == "nothing"


def test_a_prefix_below_the_minimum_does_not_apply_and_costs_the_baseline() -> None:
    savings = explored(tokens=1_000, prefix=800)
    cached = of(savings, "cache-explicit-5m")
    assert not cached.applies
    assert cached.reason == reason("prefix_too_short", tokens=800, minimum=1_024)
    assert total(savings.best) == total(savings.baseline)


def test_a_write_at_twice_the_input_pays_from_the_third_call_on() -> None:
    hour = [explored(calls=calls) for calls in (2, 3)]
    assert of(hour[0], "cache-explicit-1h").break_even.calls == 3
    saved = [each.saving(of(each, "cache-explicit-1h")) for each in hour]
    assert saved[0] is not None
    assert saved[1] is not None
    assert saved[0] < 0 < saved[1]


@pytest.mark.parametrize("model", ["m", "kept", "tail", "b", "twice", "twice-paid"])
def test_a_cache_pays_from_its_break_even_call_on_and_not_before(model: str) -> None:
    for outcome in explored(model).outcomes:
        if outcome.break_even.calls is None or outcome.id.startswith("batch"):
            continue
        calls = outcome.break_even.calls
        before, then = (explored(model, calls=number) for number in (max(calls - 1, 1), calls))
        assert total(of(then, outcome.id)) < total(then.baseline)
        assert total(of(before, outcome.id)) >= total(before.baseline)


def simulated(rate: float, lifetime: float, *, is_sliding: bool, calls: int = 200_000) -> float:
    draw = random.Random(1)
    now, ends, hits = 0.0, -1.0, 0
    for _ in range(calls):
        now += draw.expovariate(rate)
        if now <= ends:
            hits += 1
            ends = now + lifetime if is_sliding else ends
        else:
            ends = now + lifetime
    return hits / calls


@pytest.mark.parametrize("rate", [1, 6, 20])
@pytest.mark.parametrize("is_sliding", [True, False])
def test_the_share_of_hits_is_that_of_a_simulation(rate: int, *, is_sliding: bool) -> None:
    share = expected_hit_rate(Decimal(rate), timedelta(minutes=5), is_sliding=is_sliding)
    assert abs(float(share) - simulated(rate, 1 / 12, is_sliding=is_sliding)) < 0.005
    back = arrivals_for(share, timedelta(minutes=5), is_sliding=is_sliding)
    assert abs(back - rate) < Decimal("1e-20")


def test_calls_at_random_are_billed_as_hits_and_misses_on_average() -> None:
    found = of(
        explored(calls_per_hour=Decimal(12)), "cache-explicit-5m"
    )  # one in 5 minutes on average
    share = 1 - Decimal(-1).exp()
    reads, writes = Decimal("0.007"), Decimal("0.03")
    expected = writes + 9 * (share * reads + (1 - share) * writes)
    assert abs(total(found) - expected) < Decimal("1e-20")
    assert found.certainty == "expected"


def test_it_pays_from_the_rate_on_at_which_hits_make_up_for_misses() -> None:
    outcome = of(explored(), "cache-explicit-5m")
    per_hour = outcome.break_even.per_hour
    assert per_hour is not None
    assert round(per_hour, 2) == Decimal("2.94")  # h* = 0.25 / 1.15, -ln(1 - h*) / 5 minutes
    found = explored(calls_per_hour=per_hour, calls=10**6)
    share = (found.saving(of(found, "cache-explicit-5m")) or 0) / total(found.baseline)
    assert abs(share) < Decimal("1e-6")  # the first call alone is no average one


def test_a_cache_that_is_billed_by_the_hour_loses_below_its_threshold() -> None:
    # 8,000 tokens for an hour at 4.5 cost 0.036; a hit saves 8,000 at 1.8, 0.0144: 3 hits do
    savings = {calls: explored("kept", calls=calls) for calls in (3, 4)}
    outcomes = {calls: of(each, "cache-explicit") for calls, each in savings.items()}
    assert outcomes[3].break_even.calls == 4
    assert outcomes[3].cost is not None
    assert outcomes[3].cost.storage == Decimal("0.036")
    assert savings[3].saving(outcomes[3]) == 2 * Decimal("0.0144") - Decimal("0.036")
    assert savings[4].saving(outcomes[4]) == 3 * Decimal("0.0144") - Decimal("0.036")
    assert savings[3].best.name == "nothing"


def test_a_slow_rate_keeps_a_cache_for_longer() -> None:
    found = of(explored("kept", calls=100, calls_per_hour=Decimal(10)), "cache-explicit")
    assert found.cost is not None
    # a share of 10/11 hits, so that ten of the hundred calls write, each for an hour at 0.036
    assert abs(found.cost.storage - Decimal("0.36")) < Decimal("1e-20")
    assert assumed("cache_stored", hours=Decimal(1)) in found.assumptions


def test_what_is_not_promised_is_a_ceiling_with_a_floor_and_never_the_best() -> None:
    savings = explored("hoped")
    hoped = of(savings, "cache-explicit-5m")
    assert hoped.certainty is Certainty.POSSIBLE
    assert hoped.worst_case is not None
    assert (total(hoped), hoped.worst_case.total) == (Decimal("0.093"), Decimal("0.3"))
    assert savings.best.name == "nothing"
    assert savings.limits == (reason("cache_not_counted_on", scenario="explicit cache 5m"),)
    trusted = explored("hoped", hit_rate=Decimal(1))
    assert trusted.best.name == "explicit cache 5m"


def test_an_implicit_cache_that_bills_writes_writes_the_rest_on_every_call() -> None:
    found = of(explored("tail"), "cache-implicit-30m")
    # a miss writes 10,000 at 5; a hit reads 8,000 at 0.4 and writes 2,000 at 5
    assert total(found) == Decimal("0.05") + 9 * (Decimal("0.0032") + Decimal("0.01"))


def test_two_caches_are_two_scenarios_and_a_batch_has_no_discount_where_it_ends_them() -> None:
    savings = explored("b")
    ids = [each.id for each in savings.outcomes if each.applies]
    assert ids == ["cache-explicit-5m", "cache-implicit", "batch"]
    assert of(savings, "batch-cache").reason == reason("batch_cache_costs_no_less")
    assert total(of(savings, "cache-implicit")) == Decimal("0.1") + 9 * Decimal("0.036")


def test_cheaper_hours_are_combined_with_caching() -> None:
    savings = explored("all")
    assert total(savings.baseline) == Decimal("0.5")  # the dearer hours
    assert total(of(savings, "batch")) == Decimal("0.25")
    assert total(of(savings, "off-peak")) == Decimal("0.25")
    assert total(of(savings, "batch-cache")) == Decimal("0.093")
    assert savings.best.name == "explicit cache 5m + cheaper hours"
    assert total(savings.best) == Decimal("0.093")
    night = explored("all", price_date=parse_price_date("2026-11-23T03:00"))
    assert of(night, "off-peak").reason == reason("off_peak_already")


def test_a_mode_that_was_asked_for_is_no_scenario() -> None:
    batch = of(explored("all", mode="batch"), "batch")
    assert batch.reason == reason("mode_given_already", mode="batch")


def test_a_batch_may_outlast_a_cache_so_that_both_need_an_assumption() -> None:
    savings = explored("all")
    assert of(savings, "batch-cache").certainty is Certainty.POSSIBLE
    trusted = explored("all", hit_rate=Decimal(1))
    assert of(trusted, "batch-cache").certainty is Certainty.EXPECTED
    assert trusted.best.name == "explicit cache 5m + batch + cheaper hours"
    assert total(trusted.best) == Decimal("0.0465")
    assert trusted.best.assumptions[0] == assumed("call_hit_rate_given", share=Decimal(1))


@pytest.mark.parametrize(
    ("model", "read"), [("shelf", Decimal("0.0008")), ("shelf-full", Decimal("0.0016"))]
)
def test_a_batch_does_not_discount_what_keeping_a_cache_costs(model: str, read: Decimal) -> None:
    batch = of(explored(model, calls=100), "batch-cache")
    assert batch.cost is not None, batch.reason
    # 8,000 tokens for an hour at 4.5, in a batch as in any other mode
    assert batch.cost.storage == Decimal("0.036")
    # a miss is 10,000 at half of 2; a hit 2,000 at that and 8,000 read
    assert total(batch) == Decimal("0.01") + 99 * (Decimal("0.002") + read) + Decimal("0.036")


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
    assert total(savings.best) == brute_force(sizes, prefix, calls_per_prompt, hits)


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
    assert savings.best.name == best
    assert total(of(savings, "shorter")) == Decimal("0.45")  # 9 tenths of 0.5


def test_only_the_first_call_of_all_misses() -> None:
    savings = explore_sizes((10_000, 0), (10_000, 0), prefix=8_000, calls_per_prompt=5, model="m")
    assert total(of(savings, "cache-explicit-5m")) == Decimal("0.093")


def test_a_cache_may_need_two_calls_to_see_what_they_have_in_common() -> None:
    savings = explored("twice", calls=2)
    assert savings.saving(of(savings, "cache-implicit")) == 0
    ten = of(explored("twice"), "cache-implicit")
    assert ten.break_even.calls == 3
    assert total(ten) == 2 * Decimal("0.02") + 8 * Decimal("0.0056")


def test_two_calls_that_write_are_both_made_up_for() -> None:
    found = of(explored("twice-paid", tokens=8_000), "cache-implicit-5m")
    # a write costs 0.016 more, a hit 0.0144 less: two writes take three hits
    assert found.break_even.calls == 5


def _cache_of(outcome: Outcome) -> dict[str, Any]:
    assert outcome.workload is not None
    return {"cache": outcome.workload.cache, "hits": outcome.workload.hits}


def test_what_is_certain_comes_before_what_is_cheaper() -> None:
    sure, possible = explored("b", calls=1).outcomes[:2]
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


def test_where_hits_are_too_few_no_number_of_calls_pays() -> None:
    assert of(explored(hit_rate=Decimal("0.1")), "cache-explicit-5m").break_even.calls is None
    # one call an hour: 8 % of them hit, where 21.7 % are needed
    assert of(explored(calls_per_hour=Decimal(1)), "cache-explicit-5m").break_even.calls is None


def test_what_it_costs_to_keep_has_to_be_known() -> None:
    found = of(explored("unkept"), "cache-explicit")
    assert found.reason == reason(
        "not_priced", message="what it costs to keep is not known for store/unkept@global"
    )


def test_a_rate_meets_a_life_that_hits_do_not_prolong() -> None:
    kept = of(explored("kept", calls_per_hour=Decimal(1)), "cache-explicit")  # a fixed hour
    assert kept.workload is not None
    assert kept.workload.hits == Decimal("0.5")


def test_a_time_to_live_may_be_chosen() -> None:
    savings = explored(ttl="1h")
    assert [each.id for each in savings.outcomes if each.id.startswith("cache")] == [
        "cache-explicit-1h"
    ]
    assert of(explored(ttl="7m"), "cache").reason == reason("no_cache", ttl="7m")


@pytest.mark.parametrize(
    ("day", "tokens", "warnings"),
    [
        ("2026-11-16", 20_000, 1),  # 45 days before the row ends
        ("2026-11-15", 20_000, 0),
        ("2026-01-01", 28_801, 1),  # 3,200 below the border of 32,001
        ("2026-01-01", 28_800, 0),
        ("2026-01-01", 35_200, 1),
        ("2026-01-01", 35_201, 0),
    ],
)
def test_near_is_a_tenth_and_soon_is_45_days(day: str, tokens: int, warnings: int) -> None:
    found = explored("bare", tokens=tokens, prefix=0, price_date=parse_price_date(day))
    assert len(found.warnings) == warnings, found.warnings


def test_a_model_without_a_cache_says_so_and_borders_near_by_are_named() -> None:
    savings = explored("bare", tokens=32_001, prefix=0, calls=1)
    assert of(savings, "cache").reason == reason("no_cache", ttl=None)
    assert savings.warnings == (
        warning(
            "tier_just_exceeded",
            tokens=32_001,
            over=1,
            largest=32_000,
            cheaper=Money(amount=Decimal("0.08"), currency="USD"),
            cost=Money(amount=Decimal("0.160005"), currency="USD"),
        ),
        warning(
            "price_changes",
            day=date(2027, 1, 1),
            cost=Money(amount=Decimal("0.160005"), currency="USD"),
        ),
    )
    below = explored("bare", tokens=31_000, prefix=0, calls=1)
    dearer = Money(amount=Decimal("0.160005"), currency="USD")
    assert below.warnings[0] == warning("next_tier_close", tokens=1_001, cost=dearer)
    assert explored("m", tokens=2_000, prefix=1_000).warnings == (
        warning("prefix_almost_cacheable", tokens=24, minimum=1_024),
    )


def test_only_what_is_asked_for_is_explored_but_the_best_is_the_best_of_all() -> None:
    savings = explored("all", only=("batch",))
    assert [each.id for each in savings.outcomes] == ["batch", "batch-cache"]
    assert "cache" in savings.best.name


def texts(*contents: str, model: str = "m") -> Savings:
    prompts = [Prompt(name=f"{number}.md", text=text) for number, text in enumerate(contents)]
    (found,) = savings(estimate(prompts, models=model, prices=PRICES)).savings
    return found


def test_a_text_comes_again_up_to_its_first_placeholder() -> None:
    found = texts(HEAD * 100 + "Question: {{question}}\n" + HEAD).prefix
    assert found.ends_at is not None
    assert (found.ends_at.line, found.ends_at.why) == (101, "placeholder")
    assert found.tokens is not None
    assert found.reordered is not None
    assert found.reordered - found.tokens in range(10, 20)  # the last line comes again as well then


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Current time: 2026-11-22T10:00:05", "timestamp"),
        ("Today is 2026-11-22.", "date"),
        ("今天是2026年11月22日。", "date"),
        ("Request 3f2504e0-4f89-41d3-9a0c-0305e82c3301", "UUID"),
        ("Request-ID: 12345", "id"),
        ("Answer {name} now.", "placeholder"),
        ("Answer ${name} now.", "placeholder"),
        ("Answer <%= name %> now.", "placeholder"),
        ("Answer %(name)s now.", "placeholder"),
    ],
)
def test_what_changes_from_call_to_call_is_recognized(line: str, why: str) -> None:
    stop = texts(f"{HEAD}{line}\n").prefix.ends_at
    assert stop is not None
    assert (stop.line, stop.why, stop.text) == (2, why, line)


@pytest.mark.parametrize(
    "line",
    [
        'const {a} = f({"b": {c}});'.replace("{a}", "{ a }").replace("{c}", "{ c }"),
        r"\frac{a}{b} and f{x}",
        "The treaty of 2026-11-22 and the log line of 2026-11-22T10:00 say so.",
        "100%s of it",
        "GET /users/{id} returns one",
        "import {useState} from 'react';",
        'f"{name} is here"',
        'printf("%s", name)',
        ".a {color}",
    ],
)
def test_what_only_looks_like_it_is_not(line: str) -> None:
    assert texts(f"{HEAD}{line}\n").prefix.ends_at is None


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("at 2026-11-22T10:00:05", "at 2026-11-22T11:00:05"), "timestamp"),
        (("of 2026-11-22", "of 2026-11-23"), "date"),
        (("call 17", "call 18"), "counter"),
        (
            ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3302"),
            "UUID",
        ),
        (('{"a": 1, "b": 2}', '{"b": 2, "a": 1}'), "keys in another order"),
        (("red", "blue"), "text"),
    ],
)
def test_where_texts_part_and_why_is_said(lines: tuple[str, str], why: str) -> None:
    savings = texts(*(f"{HEAD * 50}{line}\n{HEAD * 50}" for line in lines))
    stop = savings.prefix.ends_at
    assert stop is not None
    assert (stop.line, stop.why) == (51, why)
    assert savings.prefix.reordered_lines == (51,)
    assert savings.prefix.tokens is not None
    assert savings.prefix.reordered is not None
    assert savings.prefix.reordered > 2 * savings.prefix.tokens - 60
    assert of(savings, "reorder").applies


def test_templates_share_what_comes_before_their_placeholder() -> None:
    begin = f"Hello {{{{name}}}}\n{HEAD * 9}"
    prefix = texts(f"{begin}red", f"{begin}blue").prefix
    assert prefix.ends_at is not None
    assert (prefix.tokens, prefix.ends_at.line, prefix.ends_at.why) == (2, 1, "placeholder")


def test_a_token_that_reaches_over_the_border_is_not_shared() -> None:
    assert texts("hello world", "hello worldwide").prefix.tokens == 1
    assert texts("hello world", "hello world").prefix.tokens == 2


def test_numbers_alone_do_not_say_what_comes_again() -> None:
    savings = explored(prefix=None)
    assert of(savings, "cache").reason == reason("prefix_unknown")


def test_a_prefix_longer_than_the_input_is_refused() -> None:
    with pytest.raises(UsageError, match="a prefix of 11 tokens is longer than <input tokens>"):
        explored(tokens=10, prefix=11)


@pytest.mark.parametrize(
    "values", [{"calls_per_hour": Decimal(0)}, {"hit_rate": Decimal(2)}, {"prefix": -1}]
)
def test_what_cannot_be_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        ScenarioOptions(**values)


def why_not(size: InputTokens, model: str = "m") -> str:
    report = savings(estimate(size, models=model, prices=PRICES, strict=False))
    assert report.savings == ()
    (model_,) = report.models
    assert isinstance(model_, NoSavings)
    return model_.reason.code


def test_what_costs_nothing_cannot_cost_less() -> None:
    assert why_not(InputTokens(total=0)) == "nothing_to_pay"


def test_tokens_that_were_split_already_are_not_a_baseline() -> None:
    assert why_not(InputTokens(total=10, cached=5)) == "cache_given_already"


def test_what_has_no_price_has_nothing_to_save_on() -> None:
    assert why_not(InputTokens(total=2_000_000)) == "no_price_to_save_on"


@pytest.mark.parametrize("model", ["m", "all", "b", "kept", "tail"])
def test_every_usage_of_a_scenario_costs_what_an_estimate_of_it_says(model: str) -> None:
    answer = OutputTokens(low=300, expected=300, high=300)
    for outcome in explored(model, output=answer).outcomes:
        workload, cost = outcome.workload, outcome.cost
        if workload is None or cost is None:
            continue
        for each in cost.billed:
            ((ttl, written),) = each.usage.cache_write.items() or [(None, 0)]
            size = InputTokens(
                total=each.usage.input,
                cached=each.usage.cache_read,
                cache_write=written,
                cache_ttl=ttl,
                cache=workload.cache.kind if workload.cache and model == "b" else None,
            )
            asked = EstimateOptions(
                output=answer, mode=workload.mode, price_date=workload.price_date
            )
            (found,) = estimate(size, models=model, options=asked, prices=PRICES).results
            assert found.cost is not None
            assert each.price == found.cost.expected.total


def chats(*contents: list[tuple[str, str]]) -> Savings:
    prompts = [
        Prompt(
            name=f"{number}.json",
            text="",
            kind="request",
            request=Request(
                messages=tuple(Message(role=role, texts=(text,)) for role, text in content)
            ),
        )
        for number, content in enumerate(contents)
    ]
    (found,) = savings(estimate(prompts, models="m", prices=PRICES)).savings
    return found


def test_of_a_request_everything_before_the_last_message_comes_again() -> None:
    prefix = chats([("system", HEAD * 100), ("user", "hello")]).prefix
    assert prefix.basis == assumed("prefix_all_but_last_message")
    assert prefix.tokens is not None
    longer = chats([("system", HEAD * 100), ("user", "hello " * 500)]).prefix
    assert 1_400 < prefix.tokens == longer.tokens
    stopped = chats([("system", f"{HEAD}Today is 2026-11-22.\n{HEAD}"), ("user", "hi")]).prefix
    assert stopped.ends_at is not None
    assert (stopped.ends_at.line, stopped.ends_at.why) == (2, "date")


def test_requests_share_messages_and_the_beginning_of_the_next_one() -> None:
    prefix = chats(
        [("system", HEAD * 100), ("user", "hello Ann")],
        [("system", HEAD * 100), ("user", "hello Bob")],
    ).prefix
    alone = chats([("system", HEAD * 100), ("user", "hello ")], [("system", HEAD * 100)]).prefix
    assert prefix.tokens is not None
    assert alone.tokens is not None
    assert 0 < prefix.tokens - alone.tokens < 10
    assert prefix.ends_at is not None
    assert prefix.ends_at.text == "hello Ann"


def test_a_text_and_a_request_share_nothing() -> None:
    prompts = [
        Prompt(name="a", text="hi"),
        Prompt(
            name="b",
            text="",
            kind="request",
            request=Request(messages=(Message(role="user", texts=("hi",)),)),
        ),
    ]
    (found,) = savings(estimate(prompts, models="m", prices=PRICES)).savings
    assert found.prefix.tokens == 0


def test_cheaper_models_have_their_own_caches_and_windows_that_fit() -> None:
    found = explored("bare", tokens=20_000, prefix=16_000, calls=100, alternatives=3).alternatives
    # of the models whose window is known "b" is too small; "m" writes 16,000 at 3.125 once,
    # "kept" keeps them for an hour at 4.5 a MTok
    assert [(each.offer.model.id, each.outcome.id) for each in found] == [
        ("kept", "cache-explicit"),
        ("m", "cache-explicit-5m"),
    ]
    assert [each.cost for each in found] == [
        Decimal("0.04") + 99 * Decimal("0.0112") + Decimal("0.072"),
        Decimal("0.06") + 99 * Decimal("0.014"),
    ]


@pytest.mark.parametrize(
    ("model", "alternatives"),
    [
        # 10 and 20 yuan are 1.25 and 2.50 dollars: more in number than 2, but one costs less
        ("dollar", {"yuan": Decimal("1.25")}),
        ("yuan", {}),  # 2 dollars are 16 yuan: less in number than 10, and they cost more
        ("dear-yuan", {"yuan": Decimal(10), "dollar": Decimal(16)}),
    ],
)
def test_an_alternative_in_another_currency_is_compared_after_conversion(
    model: str, alternatives: dict[str, Decimal]
) -> None:
    rate = ExchangeRate(base="USD", quote="CNY", rate=Decimal(8), day=None, source="here")
    report = estimate(
        InputTokens(total=1_000_000),
        models=model,
        options=EstimateOptions(calls=1, exchange_rates=(rate,)),
        prices=CURRENCIES,
    )
    (found,) = savings(report, ScenarioOptions(alternatives=9)).savings
    assert {each.offer.model.id: each.cost for each in found.alternatives} == alternatives


def test_a_dearer_model_is_not_an_alternative() -> None:
    assert explored("kept", calls=100, alternatives=9).alternatives == ()


def test_lines_of_a_request_may_be_moved_as_well() -> None:
    prefix = chats(
        [("system", f"call 1\n{HEAD * 100}"), ("user", "hello Ann")],
        [("system", f"call 2\n{HEAD * 100}"), ("user", "hello Bob")],
    ).prefix
    assert prefix.ends_at is not None
    assert prefix.reordered_lines == (1,)
    assert prefix.tokens is not None
    assert prefix.reordered is not None
    assert prefix.tokens < 20 < 1_400 < prefix.reordered


def test_data_whose_keys_stand_in_another_order_is_recognized_over_many_lines() -> None:
    stop = texts('{\n "a": 1,\n "b": 2\n}', '{\n "b": 2,\n "a": 1\n}').prefix.ends_at
    assert stop is not None
    assert (stop.line, stop.why) == (2, "keys in another order")
