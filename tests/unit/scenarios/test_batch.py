"""Batches, without a cache and with one."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.savings_by_hand import outcome_of, savings_of, total
from tokencost import parse_price_date
from tokencost.costs.cache import CacheUse
from tokencost.notes import assumed, reason
from tokencost.pricing import CacheRule
from tokencost.scenarios import (
    BreakEven,
    Certainty,
    ScenarioOptions,
)
from tokencost.scenarios.batch import outlives
from tokencost.usage import CacheKind, Ttl


def test_two_caches_are_two_scenarios_and_a_batch_has_no_discount_where_it_ends_them() -> None:
    savings = savings_of("b")
    ids = [outcome.id for outcome in savings.outcomes if outcome.applies]
    assert ids == ["cache-explicit-5m", "cache-implicit", "batch"]
    assert outcome_of(savings, "batch-cache").reason == reason("batch_cache_costs_no_less")
    assert total(outcome_of(savings, "cache-implicit")) == Decimal("0.1") + 9 * Decimal("0.036")


@pytest.mark.parametrize(("calls", "per_hour"), [(10, 50), (100, 1), (100, 7), (1_000, 1)])
def test_hits_that_are_a_mean_save_nothing_in_a_batch_that_ends_the_cache(
    calls: int, per_hour: int
) -> None:
    savings = savings_of("b", calls=calls, calls_per_hour=Decimal(per_hour))
    assert outcome_of(savings, "batch-cache").reason == reason("batch_cache_costs_no_less")


def test_a_mode_that_was_asked_for_is_not_a_scenario() -> None:
    batch = outcome_of(savings_of("all", mode="batch"), "batch")
    assert batch.reason == reason("mode_given_already", mode="batch")


def test_without_a_price_for_batches_there_is_no_row_for_one_with_a_cache() -> None:
    ids = [outcome.id for outcome in savings_of("m").outcomes]
    assert "cache-explicit-5m" in ids
    assert "batch-cache" not in ids


def test_a_batch_may_outlast_a_cache_so_that_both_need_an_assumption() -> None:
    savings = savings_of("all")
    assert outcome_of(savings, "batch-cache").certainty is Certainty.POSSIBLE
    trusted = savings_of("all", hit_rate=Decimal(1))
    assert outcome_of(trusted, "batch-cache").certainty is Certainty.EXPECTED
    best = trusted.best_if_waiting
    assert best.name == "explicit cache 5m + batch + cheaper hours"
    assert total(best) == Decimal("0.0465")
    assert best.assumptions[0] == assumed("call_hit_rate_given", share=Decimal(1))


@pytest.mark.parametrize(("ttl", "certainty"), [("24h", "guaranteed"), ("23h", "possible")])
def test_a_cache_is_sure_in_a_batch_if_it_lives_as_long_as_results_may_take(
    ttl: str, certainty: str
) -> None:
    assert outcome_of(savings_of(f"for-{ttl}"), "batch-cache").certainty == certainty


@pytest.mark.parametrize(
    ("model", "read"), [("shelf", Decimal("0.0008")), ("shelf-full", Decimal("0.0016"))]
)
def test_a_batch_does_not_discount_what_keeping_a_cache_costs(model: str, read: Decimal) -> None:
    batch = outcome_of(savings_of(model, calls=100), "batch-cache")
    assert batch.cost is not None, batch.reason
    # 8,000 tokens for an hour at 4.5, in a batch as in any other mode
    assert batch.cost.storage == Decimal("0.036")
    # a miss is 10,000 at half of 2; a hit 2,000 at that and 8,000 read
    assert total(batch) == Decimal("0.01") + 99 * (Decimal("0.002") + read) + Decimal("0.036")


def test_a_batch_with_a_cache_says_what_both_rest_on_and_has_no_break_even() -> None:
    savings = savings_of("all")
    batch, cached, both = (
        outcome_of(savings, id_) for id_ in ("batch", "cache-explicit-5m", "batch-cache")
    )
    assert cached.break_even.calls == 2
    assert both.break_even == BreakEven()
    assert both.assumptions == (*batch.assumptions, *cached.assumptions)


@pytest.mark.parametrize(("day", "ids"), [("2026-11-20", ["off-peak"]), ("2026-11-22", [])])
def test_cheaper_hours_are_offered_on_a_day_that_has_dearer_ones(day: str, ids: list[str]) -> None:
    savings = savings_of("office", prefix=0, price_date=parse_price_date(day))  # Friday, Sunday
    assert [outcome.id for outcome in savings.outcomes if outcome.id == "off-peak"] == ids


def test_a_cache_outlives_a_batch_if_it_is_known_to_live_a_day() -> None:
    use = CacheUse(
        kind=CacheKind.EXPLICIT,
        rule=CacheRule(),
        ttl=None,
        kept=None,
        writes_all=False,
        is_stored=False,
    )
    day, options = timedelta(days=1), ScenarioOptions()
    assert not outlives(use, day, options)  # nobody knows how long it lives
    assert outlives(use, timedelta(), options)
    assert outlives(use, day, replace(options, hit_rate=Decimal(1)))
    assert outlives(replace(use, kept=Ttl("24h")), day, options)
    assert not outlives(replace(use, kept=Ttl("23h")), day, options)
