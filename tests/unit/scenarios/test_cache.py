"""Caching: figures to check by hand, and closed forms against simulations."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.price_tables import model, table
from tests.savings_by_hand import outcome_of, savings_of, total
from tokencost import InputTokens, OutputTokens, ScenarioOptions, estimate, savings
from tokencost.errors import UsageError
from tokencost.notes import assumed, reason
from tokencost.scenarios import (
    Certainty,
)
from tokencost.scenarios.cache import arrivals_for, expected_hit_rate
from tokencost.usage import CacheKind


def test_ten_calls_with_a_stable_prefix_of_80_per_cent_save_62_8_per_cent() -> None:
    savings = savings_of()
    cached = outcome_of(savings, "cache-explicit-5m")
    assert total(savings.baseline) == Decimal("0.25")
    assert total(cached) == Decimal("0.093")
    assert savings.saving(cached) == Decimal("0.157")  # 62.8 % of 0.25
    assert cached.break_even.calls == 2
    assert savings.per_call(cached) == Decimal("0.0093")


def test_one_call_is_a_loss_of_20_per_cent_and_shown_as_one() -> None:
    savings = savings_of(calls=1)
    assert savings.saving(outcome_of(savings, "cache-explicit-5m")) == Decimal("-0.005")  # of 0.025
    assert savings.best.name == "as it is"


def test_a_prefix_below_the_minimum_does_not_apply_and_costs_the_baseline() -> None:
    savings = savings_of(tokens=1_000, prefix=800)
    cached = outcome_of(savings, "cache-explicit-5m")
    assert not cached.applies
    assert cached.reason == reason("prefix_too_short", tokens=800, minimum=1_024)
    assert total(savings.best) == total(savings.baseline)


def test_a_write_at_twice_the_input_pays_from_the_third_call_on() -> None:
    hour = [savings_of(calls=calls) for calls in (2, 3)]
    assert outcome_of(hour[0], "cache-explicit-1h").break_even.calls == 3
    saved = [model.saving(outcome_of(model, "cache-explicit-1h")) for model in hour]
    assert saved[0] is not None
    assert saved[1] is not None
    assert saved[0] < 0 < saved[1]


def test_writes_of_an_implicit_cache_are_paid_by_every_call_until_it_is_told_not_to() -> None:
    savings = savings_of("tail", output=OutputTokens(low=500, expected=500, high=500))
    assert total(savings.baseline) == 10 * (Decimal("0.05") + Decimal("0.01"))  # 10,000 at 5, not 4
    off = outcome_of(savings, "cache-off")
    assert total(off) == 10 * (Decimal("0.04") + Decimal("0.01"))
    assert savings.saving(off) == Decimal("0.1")
    cached = outcome_of(savings, "cache-implicit-30m")  # nine read 8,000 at 0.4 and write 2,000
    assert total(cached) == Decimal("0.06") + 9 * Decimal("0.0232")


def test_with_no_cache_as_the_baseline_the_caches_are_still_offered() -> None:
    savings = savings_of("tail", cache="none")
    assert total(savings.baseline) == 10 * Decimal("0.04")
    assert all(outcome.id != "cache-off" for outcome in savings.outcomes)
    assert total(outcome_of(savings, "cache-implicit-30m")) == Decimal("0.05") + 9 * Decimal(
        "0.0132"
    )


def test_below_the_minimum_an_implicit_cache_writes_nothing() -> None:
    savings = savings_of("tail", tokens=1_000, prefix=None)
    assert total(savings.baseline) == 10 * Decimal("0.004")


def test_a_cache_that_writes_less_than_what_is_written_anyway_saves_from_the_first_call() -> None:
    marked = outcome_of(savings_of("choose"), "cache-explicit-30m")  # 8,000 at 5 and 2,000 at 4
    assert marked.break_even.calls == 1
    # written for 30m at 1.25 where the default is 5m at 2, whether two calls miss or one
    shorter = outcome_of(savings_of("twice-chosen"), "cache-implicit-30m")
    assert shorter.break_even.calls == 1


@pytest.mark.parametrize(
    "model", ["m", "kept", "library", "tail", "b", "twice", "twice-paid", "twice-chosen"]
)
def test_a_cache_pays_from_its_break_even_call_on_and_not_before(model: str) -> None:
    for outcome in savings_of(model).outcomes:
        if outcome.break_even.calls is None or outcome.id.startswith("batch"):
            continue
        calls = outcome.break_even.calls
        before, then = (savings_of(model, calls=number) for number in (max(calls - 1, 1), calls))
        assert total(outcome_of(then, outcome.id)) < total(then.baseline), outcome.id
        if calls > 1:
            assert total(outcome_of(before, outcome.id)) >= total(before.baseline)


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
    outcome = outcome_of(
        savings_of(calls_per_hour=Decimal(12)), "cache-explicit-5m"
    )  # one in 5 minutes on average
    share = 1 - Decimal(-1).exp()
    reads, writes = Decimal("0.007"), Decimal("0.03")
    expected = writes + 9 * (share * reads + (1 - share) * writes)
    assert abs(total(outcome) - expected) < Decimal("1e-20")
    assert outcome.certainty == "expected"


def test_it_pays_from_the_rate_on_at_which_hits_make_up_for_misses() -> None:
    outcome = outcome_of(savings_of(), "cache-explicit-5m")
    per_hour = outcome.break_even.per_hour
    assert per_hour is not None
    assert round(per_hour, 2) == Decimal("2.94")  # h* = 0.25 / 1.15, -ln(1 - h*) / 5 minutes
    savings = savings_of(calls_per_hour=per_hour, calls=10**6)
    share = (savings.saving(outcome_of(savings, "cache-explicit-5m")) or 0) / total(
        savings.baseline
    )
    assert abs(share) < Decimal("1e-6")  # the first call alone is not an average one


def test_a_cache_that_is_billed_by_the_hour_loses_below_its_threshold() -> None:
    # 8,000 tokens for an hour at 4.5 cost 0.036; a hit saves 8,000 at 1.8, 0.0144: 3 hits do
    savings = {calls: savings_of("kept", calls=calls) for calls in (3, 4)}
    outcomes = {calls: outcome_of(model, "cache-explicit-1h") for calls, model in savings.items()}
    assert outcomes[3].break_even.calls == 4
    assert outcomes[3].cost is not None
    assert outcomes[3].cost.storage == Decimal("0.036")
    assert savings[3].saving(outcomes[3]) == 2 * Decimal("0.0144") - Decimal("0.036")
    assert savings[4].saving(outcomes[4]) == 3 * Decimal("0.0144") - Decimal("0.036")
    assert savings[3].best.name == "as it is"


def test_a_slow_rate_keeps_a_cache_for_longer() -> None:
    outcome = outcome_of(
        savings_of("kept", calls=100, calls_per_hour=Decimal(10)), "cache-explicit-1h"
    )
    assert outcome.cost is not None
    # a share of 10/11 hits, so that ten of the hundred calls write, each for an hour at 0.036
    assert abs(outcome.cost.storage - Decimal("0.36")) < Decimal("1e-20")
    assert assumed("cache_stored", hours=Decimal(1)) in outcome.assumptions


def test_what_is_not_promised_is_a_ceiling_with_a_floor_and_never_the_best() -> None:
    savings = savings_of("hoped")
    hoped = outcome_of(savings, "cache-explicit-5m")
    assert hoped.certainty is Certainty.POSSIBLE
    assert hoped.worst_case is not None
    assert (total(hoped), hoped.worst_case.total) == (Decimal("0.093"), Decimal("0.3"))
    assert savings.best.name == "as it is"
    assert savings.limits == (reason("cache_not_counted_on", scenario="explicit cache 5m"),)
    trusted = savings_of("hoped", hit_rate=Decimal(1))
    assert trusted.best.name == "explicit cache 5m"


def test_an_implicit_cache_that_bills_writes_writes_the_rest_on_every_call() -> None:
    outcome = outcome_of(savings_of("tail"), "cache-implicit-30m")
    # a miss writes 10,000 at 5; a hit reads 8,000 at 0.4 and writes 2,000 at 5
    assert total(outcome) == Decimal("0.05") + 9 * (Decimal("0.0032") + Decimal("0.01"))


def test_a_cache_may_need_two_calls_to_see_what_they_have_in_common() -> None:
    savings = savings_of("twice", calls=2)
    assert savings.saving(outcome_of(savings, "cache-implicit")) == 0
    ten = outcome_of(savings_of("twice"), "cache-implicit")
    assert ten.break_even.calls == 3
    assert total(ten) == 2 * Decimal("0.02") + 8 * Decimal("0.0056")


def test_two_calls_that_write_are_both_made_up_for() -> None:
    outcome = outcome_of(savings_of("twice-paid", tokens=8_000, cache="none"), "cache-implicit-5m")
    # a write costs 0.016 more, a hit 0.0144 less: two writes take three hits
    assert outcome.break_even.calls == 5


def test_a_cache_that_a_call_of_its_own_makes_is_read_by_all_others() -> None:
    savings = savings_of("library", tokens=100_000, prefix=100_000, calls=3)
    outcome = outcome_of(savings, "cache-explicit-1h")
    # made for 0.2, read three times for 0.02, and kept for an hour for 0.45
    assert total(outcome) == Decimal("0.71")
    assert total(savings.baseline) == 3 * Decimal("0.2")
    assert outcome.break_even.calls == 4  # from 0.65 / (0.2 - 0.02) = 3.6 calls on
    assert assumed("cache_made_by_call") in outcome.assumptions


def test_a_batch_reads_at_its_own_rate_what_an_ordinary_call_has_made() -> None:
    savings = savings_of("library", tokens=100_000, prefix=100_000, calls=100, hit_rate=Decimal(1))
    batch = outcome_of(savings, "batch-cache")
    assert total(batch) == Decimal("0.2") + 100 * Decimal("0.01") + Decimal("0.45")


def test_every_call_that_writes_is_billed_for_keeping_what_it_writes() -> None:
    outcome = outcome_of(savings_of("kept-twice"), "cache-explicit-1h")
    assert outcome.cost is not None
    assert outcome.cost.storage == 2 * Decimal("0.036")  # 8,000 tokens for an hour at 4.5
    assert total(outcome) == 2 * (Decimal("0.02") + Decimal("0.036")) + 8 * Decimal("0.0056")


def test_beside_an_explicit_cache_writes_to_the_implicit_one_cost_what_its_rule_says() -> None:
    free = outcome_of(savings_of("b"), "cache-implicit")
    assert total(free) == Decimal("0.1") + 9 * (Decimal("0.016") + Decimal("0.02"))
    # a miss writes 10,000 at 12.5; a hit reads 8,000 at 2 and writes 2,000 at 12.5
    paid = outcome_of(savings_of("b-paid"), "cache-implicit-5m")
    assert total(paid) == Decimal("0.125") + 9 * (Decimal("0.016") + Decimal("0.025"))


def test_where_hits_are_too_few_no_number_of_calls_pays() -> None:
    assert (
        outcome_of(savings_of(hit_rate=Decimal("0.1")), "cache-explicit-5m").break_even.calls
        is None
    )
    # one call an hour: 8 % of them hit, where 21.7 % are needed
    assert (
        outcome_of(savings_of(calls_per_hour=Decimal(1)), "cache-explicit-5m").break_even.calls
        is None
    )


def test_a_cache_that_is_kept_makes_up_for_every_time_that_it_is_written() -> None:
    # of ten calls a hit saves 0.0144, a miss pays 0.036 for keeping: each is expected to save
    # 0.9 x 0.0144 - 0.1 x 0.036 = 0.00936, and 0.036 / 0.00936 = 3.8 of them pay for the first
    outcome = outcome_of(savings_of("kept", hit_rate=Decimal("0.9")), "cache-explicit-1h")
    assert outcome.break_even.calls == 5


def test_what_it_costs_to_keep_has_to_be_known() -> None:
    outcome = outcome_of(savings_of("unkept"), "cache-explicit-1h")
    assert outcome.reason == reason(
        "not_priced", message="what it costs to keep is not known for store/unkept@global"
    )


def test_a_rate_meets_a_life_that_hits_do_not_prolong() -> None:
    kept = outcome_of(
        savings_of("kept", calls_per_hour=Decimal(1)), "cache-explicit-1h"
    )  # a fixed hour
    assert kept.workload is not None
    assert kept.workload.hits == Decimal("0.5")


def test_a_time_to_live_may_be_chosen() -> None:
    savings = savings_of(ttl="1h")
    assert [outcome.id for outcome in savings.outcomes if outcome.id.startswith("cache")] == [
        "cache-explicit-1h"
    ]


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("m", "it has 5m, 1h: --cache-ttl 5m"),
        ("kept", "it has 1h: --cache-ttl 1h"),
        ("twice", "nobody says how long its cache is kept: leave out --cache-ttl"),
    ],
)
def test_a_time_to_live_that_no_cache_of_the_model_has_is_refused(model: str, hint: str) -> None:
    with pytest.raises(UsageError, match="@global has no cache that is kept for 7m") as raised:
        savings_of(model, ttl="7m")
    assert raised.value.hint == hint


@pytest.mark.parametrize(("ttl", "kept"), [(None, "1h"), ("1h", "1h"), ("24h", "24h")])
def test_a_cache_that_is_kept_as_asked_is_billed_for_those_hours(
    ttl: str | None, kept: str
) -> None:
    """100,000 tokens are made for 0.2, read three times for 0.02, and kept for 0.45 an hour."""
    savings = savings_of("asked", tokens=100_000, prefix=100_000, calls=3, ttl=ttl)
    outcome = outcome_of(savings, f"cache-explicit-{kept}")
    assert outcome.name == f"explicit cache {kept}"
    assert total(outcome) == Decimal("0.26") + int(kept[:-1]) * Decimal("0.45")
    assert assumed("calls_within_lifetime", ttl=kept) in outcome.assumptions


def test_a_cache_that_is_kept_as_asked_says_so_where_nobody_asks_and_none_is_the_default() -> None:
    outcome = outcome_of(savings_of("unasked"), "cache-explicit")
    assert outcome.reason == reason("cache_storage_time_unknown", is_asked=True)
    asked = outcome_of(savings_of("unasked", ttl="2h"), "cache-explicit-2h")
    assert asked.cost is not None
    assert asked.cost.storage == Decimal("0.072")  # 8,000 tokens for two hours at 4.5


def test_an_explicit_cache_is_read_at_its_own_rate() -> None:
    outcome = outcome_of(savings_of("b"), "cache-explicit-5m")
    # a miss writes 8,000 at 12.5, a hit reads them at 1; the other 2,000 cost 10
    assert total(outcome) == Decimal("0.12") + 9 * (Decimal("0.008") + Decimal("0.02"))


def test_a_lifetime_that_is_not_published_is_one_that_all_calls_may_arrive_within() -> None:
    at_random, at_once = (
        outcome_of(savings_of("b", calls_per_hour=rate), "cache-implicit")
        for rate in (Decimal(12), None)
    )
    assert at_random.certainty is at_once.certainty is Certainty.POSSIBLE
    assert total(at_random) == total(at_once)
    assert assumed("calls_within_lifetime", ttl=None) in at_random.assumptions


def test_a_cache_whose_minimum_is_not_published_guarantees_nothing() -> None:
    prices = table(
        *(
            model(
                name,
                input=10,
                cache_read=1,
                cache={"explicit": {"guaranteed": True, **rule}, "source": "page"},
            )
            for name, rule in (("untold", {}), ("told", {"min_tokens": 1_000}))
        )
    )
    for name, certainty in (("untold", Certainty.POSSIBLE), ("told", Certainty.GUARANTEED)):
        report = estimate(InputTokens(total=10_000), name, prices=prices)
        (model_savings,) = savings(report, ScenarioOptions(prefix=8_000)).savings
        cached = outcome_of(model_savings, "cache-explicit")
        assert cached.certainty is certainty
        assert (assumed("cache_minimum_unknown") in cached.assumptions) == (name == "untold")


def test_what_is_kept_by_the_hour_has_to_say_for_how_many() -> None:
    outcome = outcome_of(savings_of("vague"), "cache-explicit")
    assert outcome.reason == reason("cache_storage_time_unknown", is_asked=False)


def test_where_nobody_says_whether_hits_prolong_a_lifetime_that_is_an_assumption() -> None:
    note = assumed("cache_refresh_unknown")
    assert note in outcome_of(savings_of("tail", cache="none"), "cache-implicit-30m").assumptions
    assert note not in outcome_of(savings_of("m"), "cache-explicit-5m").assumptions


def test_what_is_kept_for_two_hours_is_billed_for_two_hours() -> None:
    cached = outcome_of(savings_of("two-hours"), "cache-explicit-2h")
    # 8,000 tokens at 4.5 a million and hour, for 2 hours.
    assert cached.cost is not None
    assert cached.cost.storage == Decimal("0.072")
    assert total(cached) == Decimal("0.1424")  # and 0.02 for the first call, 9 x 0.0056 for hits


def test_a_cache_that_two_calls_make_anew_is_billed_and_kept_twice() -> None:
    made = outcome_of(savings_of("library", calls=3, hit_rate=Decimal("0.5")), "cache-explicit-1h")
    # Of the two calls after the first one half finds nothing: 2 x 0.016 for 8,000 tokens at 2,
    # 2 x 0.036 for keeping them for an hour, and 3 x 0.0056 for calls that all read them.
    assert total(made) == Decimal("0.1208")


def test_who_asks_for_the_explicit_cache_pays_for_no_implicit_writes() -> None:
    assert total(savings_of("choose").baseline) == Decimal("0.5")  # 10 x 10,000 at 1.25 x 4
    asked = savings_of("choose", cache=CacheKind.EXPLICIT)
    assert total(asked.baseline) == Decimal("0.4")  # 10 x 10,000 at 4


def test_a_cache_that_takes_steps_takes_nothing_shorter_than_its_first_one() -> None:
    prices = table(
        model("m", input=10, cache_read=1, cache={"implicit": {"granularity": 128}, "source": "x"})
    )
    report = estimate(InputTokens(total=1_000), "m", prices=prices)
    shorter, whole = (
        outcome_of(savings(report, ScenarioOptions(prefix=prefix)).savings[0], "cache-implicit")
        for prefix in (127, 128)
    )
    assert shorter.reason == reason("prefix_too_short", tokens=127, minimum=128)
    assert whole.applies
