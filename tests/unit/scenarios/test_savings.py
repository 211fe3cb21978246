"""Savings as a whole: thresholds, models without savings, and usages that cost what they say."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.price_tables import model, row, schedule, table
from tests.savings_by_hand import PRICES, outcome_of, savings_of
from tokencost import (
    EstimateOptions,
    InputTokens,
    OutputTokens,
    Prompt,
    ScenarioOptions,
    Volume,
    estimate,
    parse_price_date,
    render,
)
from tokencost.errors import UsageError
from tokencost.inputs.request import Message, Request
from tokencost.money import Money
from tokencost.notes import assumed, reason, warning
from tokencost.report.phrases import sentence
from tokencost.scenarios import (
    Certainty,
    NoSavings,
    Savings,
    savings,
)


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
def test_close_is_a_tenth_and_soon_is_45_days(day: str, tokens: int, warnings: int) -> None:
    model_savings = savings_of("bare", tokens=tokens, prefix=0, price_date=parse_price_date(day))
    assert len(model_savings.warnings) == warnings, model_savings.warnings


def test_a_model_without_a_cache_says_so_and_borders_near_by_are_named() -> None:
    savings = savings_of("bare", tokens=32_001, prefix=0, calls=1)
    assert outcome_of(savings, "cache").reason == reason("no_cache")
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
            inputs=1,
        ),
    )
    below = savings_of("bare", tokens=31_000, prefix=0, calls=1)
    dearer = Money(amount=Decimal("0.160005"), currency="USD")
    assert below.warnings[0] == warning("next_tier_close", tokens=1_001, cost=dearer)
    assert savings_of("m", tokens=2_000, prefix=1_000).warnings == (
        warning("prefix_almost_cacheable", tokens=24, minimum=1_024),
    )
    assert savings_of("m", tokens=2_000, prefix=1_100).warnings == (
        warning("prefix_barely_cacheable", tokens=77, minimum=1_024),
    )
    assert savings_of("m", tokens=2_000, prefix=1_127).warnings == ()  # above a tenth more


def test_a_tier_that_ends_is_followed_by_the_rates_of_the_rest() -> None:
    # up to 32,000 tokens cost 1, and all of 32,001 cost 2.5 a million
    savings = savings_of("small", tokens=32_001, prefix=0, calls=1)
    assert savings.warnings == (
        warning(
            "tier_just_exceeded",
            tokens=32_001,
            over=1,
            largest=32_000,
            cheaper=Money(amount=Decimal("0.032"), currency="USD"),
            cost=Money(amount=Decimal("0.0800025"), currency="USD"),
        ),
    )


def test_a_request_just_beyond_a_tier_may_repeat_as_a_whole() -> None:
    # what would fit the tier is 32,000 of the 32,001 tokens, and no part of it is longer
    savings = savings_of("stepped", tokens=32_001, prefix=32_001, calls=1)
    assert savings.warnings == (
        warning(
            "tier_just_exceeded",
            tokens=32_001,
            over=1,
            largest=32_000,
            cheaper=Money(amount=Decimal("0.16"), currency="USD"),  # written at 4 x 1.25
            cost=Money(amount=Decimal("0.32001"), currency="USD"),
        ),
    )
    below = savings_of("stepped", tokens=32_000, prefix=32_000, calls=1)
    assert [note.code for note in below.warnings] == ["next_tier_close"]


@pytest.mark.parametrize(
    ("prefix", "is_close"), [(922, True), (921, False), (1_126, True), (1_127, False)]
)
def test_a_minimum_is_close_within_a_tenth_of_it(prefix: int, *, is_close: bool) -> None:
    # 102.4 tokens are a tenth of 1,024: 102 below are close, 103 are not
    assert bool(savings_of("m", tokens=2_000, prefix=prefix).warnings) is is_close


def test_a_window_that_is_almost_full_is_named() -> None:
    answer = OutputTokens(low=9_000, expected=9_000, high=9_000)
    savings = savings_of("b", tokens=1_000, prefix=0, output=answer)  # 10,000 of 11,000
    assert warning("window_almost_full", tokens=1_000, window=11_000) in savings.warnings
    assert savings_of("b", tokens=899, prefix=0, output=answer).warnings == ()


GUESSED = "The quick brown fox jumps over the lazy dog. " * 100


def guessed(
    *, options: ScenarioOptions | None = None, output: OutputTokens | None = None, **keys: Any
) -> Savings:
    """Return the savings of a text whose count is a range, by a model of these keys."""
    prices = table(
        model("m", tokenizer="doubao", input=1, output=2, modes={"batch": 0.5}, **keys),
    )
    asked = EstimateOptions(calls=10, output=output)
    report = estimate(GUESSED, "m", options=asked, prices=prices)
    (model_savings,) = savings(report, options).savings
    return model_savings


def tokens_guessed() -> tuple[int, int, int]:
    tokens = estimate(GUESSED, "m", prices=table(model("m", tokenizer="doubao", input=1)))
    count = tokens.results[0].tokens
    assert count.high is not None
    return count.low, count.expected, count.high


def test_a_tier_within_the_range_of_a_count_leaves_nothing_guaranteed() -> None:
    low, expected, high = tokens_guessed()
    within = guessed(tiers=[{"input_gt": expected, "input": 3}])
    batch = outcome_of(within, "batch")
    assert batch.certainty is Certainty.POSSIBLE
    assert assumed("tier_within_range", last=expected, low=low, high=high) in batch.assumptions
    at_least = outcome_of(guessed(tiers=[{"input_gt": low, "input": 3}]), "batch")
    assert at_least.certainty is Certainty.POSSIBLE
    for beyond in (low - 1, high):
        sure = guessed(tiers=[{"input_gt": beyond, "input": 3}])
        assert outcome_of(sure, "batch").certainty is Certainty.GUARANTEED


def test_a_window_within_the_range_of_a_count_leaves_nothing_guaranteed() -> None:
    _, expected, high = tokens_guessed()
    assert outcome_of(guessed(context=expected), "batch").certainty is Certainty.POSSIBLE
    assert outcome_of(guessed(context=high), "batch").certainty is Certainty.GUARANTEED
    output = OutputTokens(low=100, expected=100, high=100)  # which takes its part of the window
    for context, certainty in (
        (high, Certainty.POSSIBLE),
        (high + 99, Certainty.POSSIBLE),
        (high + 100, Certainty.GUARANTEED),
    ):
        within = guessed(context=context, output=output)
        assert outcome_of(within, "batch").certainty is certainty


def test_a_prefix_that_is_given_is_as_long_as_it_is_said_to_be() -> None:
    _, expected, _ = tokens_guessed()
    rule = {"min_tokens": expected - 1, "guaranteed": True, "ttl": ["5m"]}
    keys: dict[str, Any] = {"cache": {"explicit": rule, "source": "page"}, "cache_read": 0.1}
    counted = outcome_of(guessed(**keys), "cache-explicit-5m")
    assert counted.certainty is Certainty.POSSIBLE
    given = guessed(options=ScenarioOptions(prefix=expected), **keys)
    assert outcome_of(given, "cache-explicit-5m").certainty is Certainty.GUARANTEED


def test_a_minimum_within_the_range_of_a_count_leaves_a_cache_possible() -> None:
    low, expected, high = tokens_guessed()
    certainties = {}
    for minimum in (low, expected, expected + 1, high, high + 1):
        rule = {"min_tokens": minimum, "guaranteed": True, "ttl": ["5m"]}
        cached = guessed(cache={"explicit": rule, "source": "page"}, cache_read=0.1)
        outcome = outcome_of(cached, "cache-explicit-5m")
        certainties[minimum] = str(outcome.certainty) if outcome.applies else outcome.reason
        assert cached.best.id != "cache-explicit-5m" or minimum == low
        doubt = assumed(
            "minimum_within_range", tokens=expected, minimum=minimum, option="--hit-rate"
        )
        assert (doubt in outcome.assumptions) is (low < minimum <= high)
    assert certainties == {
        low: "guaranteed",
        expected: "possible",
        expected + 1: "possible",  # priced as far as it is counted
        high: "possible",
        high + 1: reason("prefix_too_short", tokens=expected, minimum=high + 1),
    }


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
    for outcome in savings_of(model, output=answer).outcomes:
        workload, cost = outcome.workload, outcome.cost
        if workload is None or cost is None:
            continue
        for calls in cost.billed:
            ((ttl, written),) = calls.usage.cache_write.items() or [(None, 0)]
            size = InputTokens(
                total=calls.usage.input,
                cached=calls.usage.cache_read,
                cache_write=written,
                cache_ttl=ttl,
                cache=workload.cache.kind if workload.cache and model == "b" else None,
            )
            asked = EstimateOptions(
                output=answer,
                mode=workload.mode,
                price_date=workload.price_date,
                cache=None if workload.cache else "none",
            )
            (result,) = estimate(size, models=model, options=asked, prices=PRICES).results
            assert result.cost is not None
            assert calls.price == result.cost.expected.total


def test_failures_of_the_estimate_come_before_those_of_the_scenarios() -> None:
    report = estimate(InputTokens(total=10), models=["unknown", "m"], prices=PRICES, strict=False)
    failures = savings(report, ScenarioOptions(prefix=11), strict=False).failures
    assert [failure.error.code for failure in failures] == ["unknown_model", "usage"]


@pytest.mark.parametrize("id_", ["magic", "caches", "cache5m", "", "best"])
def test_an_id_that_no_scenario_begins_with_is_refused(id_: str) -> None:
    with pytest.raises(UsageError, match="unknown scenario"):
        ScenarioOptions(only=(id_,))


def test_the_cheapest_that_is_guaranteed_counts_on_no_hit_that_is_only_possible() -> None:
    hoped = savings_of("hoped")
    assert hoped.cheapest_guaranteed is hoped.baseline
    assert savings_of("m").cheapest_guaranteed.id == "cache-explicit-5m"


TEXT = "hello " * 2_000
CHAT = Request(messages=(Message.of("user", TEXT), Message.of("user", "hi")))


def of_prompts(
    *prompts: Prompt, calls: int | None = None, options: ScenarioOptions | None = None
) -> Savings:
    estimates = estimate(prompts, models="m", options=EstimateOptions(calls=calls), prices=PRICES)
    (model_savings,) = savings(estimates, options).savings
    return model_savings


@pytest.mark.parametrize(
    ("texts", "values", "repeats"),
    [
        ([TEXT], {}, False),
        ([f"{TEXT}\nToday is 2026-11-22.\n"], {}, False),
        ([f"{TEXT}\n{{{{question}}}}\n"], {}, True),
        ([f"{TEXT} one", f"{TEXT} two"], {}, True),
        ([TEXT], {"calls": 1_000}, True),
        ([TEXT], {"options": ScenarioOptions(prefix=1_500)}, True),
        ([TEXT], {"options": ScenarioOptions(hit_rate=Decimal(1))}, True),
        ([TEXT], {"options": ScenarioOptions(calls_per_hour=Decimal(600))}, False),
    ],
)
def test_a_text_repeats_only_if_something_says_so(
    texts: list[str], values: dict[str, Any], *, repeats: bool
) -> None:
    prompts = (Prompt(name=f"{number}.md", text=text) for number, text in enumerate(texts))
    model_savings = of_prompts(*prompts, **values)
    cached = outcome_of(model_savings, "cache-explicit-5m")
    assert model_savings.repeats is repeats
    assert (cached.certainty is Certainty.POSSIBLE) is not repeats
    assert (assumed("if_sent_again") in cached.assumptions) is not repeats
    assert (model_savings.best.workload is model_savings.baseline.workload) is not repeats


def test_what_a_request_begins_with_repeats() -> None:
    prompt = Prompt(name="chat.json", text="", kind="request", request=CHAT)
    assert of_prompts(prompt).repeats


def test_a_scenario_that_costs_less_than_the_best_says_why_it_is_not() -> None:
    hoped, every = savings_of("hoped"), savings_of("all")
    day = reason("results_wait", hours=24)
    (night,) = outcome_of(every, "off-peak").assumptions
    for model_savings, id_, why_not in (
        (hoped, "cache-explicit-5m", reason("cache_hits_not_guaranteed")),
        (every, "cache-explicit-5m", None),  # the best
        (every, "batch", None),  # costs more
        (every, "batch-cache", reason("batch_may_outlast_cache")),
        (savings_of("all", calls=1), "batch", day),
        (
            savings_of("all", calls=1),
            "off-peak",
            reason("other_hours", schedule=night.values["schedule"]),
        ),
        (savings_of("all", calls=1, lossy=True), "lossy-50", reason("quality_not_verified")),
        (savings_of("m", tokens=1_000, prefix=800), "cache-explicit-5m", None),
    ):
        outcome = outcome_of(model_savings, id_)
        assert model_savings.why_not_chosen(outcome) == (outcome.reason or why_not), id_


@pytest.mark.parametrize(("output", "is_slight"), [(4_925, False), (4_926, True)])
def test_a_change_below_1_per_cent_is_slight(output: int, *, is_slight: bool) -> None:
    # writing 2,000 tokens at 3.125, not 2.5, costs 0.00125; all costs 0.07575 + 0.00001 an output
    answer = OutputTokens(low=output, expected=output, high=output)
    model_savings = savings_of("m", tokens=30_300, prefix=2_000, calls=1, output=answer)
    outcome = outcome_of(model_savings, "cache-explicit-5m")
    assert model_savings.is_slight(outcome) is is_slight


def test_scenarios_of_an_input_alone_are_of_the_tier_that_the_estimate_takes() -> None:
    tier = {"output_lte": 200, "input": 2, "output": 8}
    prices = table(model("brief", input=4, output=10, tiers=[tier]))
    report = estimate(InputTokens(total=20_000), "brief", prices=prices)
    (model_savings,) = savings(report).savings
    assert model_savings.per_call(model_savings.baseline) == Decimal("0.08")


def test_a_price_that_changes_is_told_of_one_call_however_many_there_are() -> None:
    change = savings_of("bare", tokens=32_001, prefix=0, calls=10).warnings[-1]
    cost = Money(amount=Decimal("0.160005"), currency="USD")
    assert change == warning("price_changes", day=date(2027, 1, 1), cost=cost, inputs=1)


def test_a_price_that_changes_is_told_of_the_mean_of_a_call_of_several_inputs() -> None:
    """One and three tokens, from 2027 on at 5 a million."""
    rows = row(input=2, until=date(2026, 12, 31)), row(input=5, from_=date(2027, 1, 1))
    prices = table(model("m", *rows, tokenizer="o200k_base", cache=False))
    report = estimate(["hello", "hello hello hello"], "m", prices=prices)
    (change,) = savings(report).savings[0].warnings
    cost = Money(amount=Decimal("0.00001"), currency="USD")
    assert change == warning("price_changes", day=date(2027, 1, 1), cost=cost, inputs=2)


@pytest.mark.parametrize(
    ("output", "code", "tokens"),
    [
        (179, None, None),
        (180, "next_output_tier_close", 21),
        (200, "next_output_tier_close", 1),
        (201, "output_tier_just_exceeded", 201),
        (220, "output_tier_just_exceeded", 220),
        (221, None, None),
    ],
)
@pytest.mark.parametrize("size", [30_000, 40_000])
def test_a_tier_of_output_warns_within_a_tenth_where_its_input_is_in_it(
    size: int, output: int, code: str | None, tokens: int | None
) -> None:
    tier = {"input_lte": 32_000, "output_lte": 200, "input": 2, "output": 8}
    prices = table(model("brief", input=4, output=10, tiers=[tier], cache=False))
    report = estimate(InputTokens(total=size), "brief", output_tokens=output, prices=prices)
    notes = [note for note in savings(report).savings[0].warnings if "output" in note.code]
    is_near = code is not None and size == 30_000
    assert [(note.code, note.values["tokens"]) for note in notes] == (
        [(code, tokens)] if is_near else []
    )


def test_what_a_little_less_would_cost_is_said_without_being_asked_for() -> None:
    tier = {"output_lte": 200, "input": 2, "output": 8}
    prices = table(model("brief", input=4, output=10, tiers=[tier], cache=False))
    report = estimate(InputTokens(total=30_000), "brief", output_tokens=201, prices=prices)
    # 30,000 at 4 and 201 at 10 a million; 30,000 at 2 and 200 at 8
    assert (
        "why not more  201 output tokens are 1 beyond a tier: with 200 the call costs $0.0616 "
        "instead of $0.122"
    ) in render(savings(report))


@pytest.mark.parametrize("calls", [3, 1_000])
def test_the_month_of_a_cache_is_of_its_own_calls_however_many_are_priced_beside(
    calls: int,
) -> None:
    """90 of 100 calls hit: the first writes, of the other 99 a tenth does. USD for 10,000 tokens.

    A write costs 3.125 and a read 0.25 per million: 10.9 x 0.03125 and 89.1 x 0.0025.
    """
    savings = savings_of("m", tokens=10_000, prefix=10_000, calls=calls, hit_rate=Decimal("0.9"))
    cached = outcome_of(savings, "cache-explicit-5m")
    month = savings.per_month(cached, Decimal(100))
    assert month == Decimal("10.9") * Decimal("0.03125") + Decimal("89.1") * Decimal("0.0025")


def test_a_call_in_two_months_costs_half_of_one() -> None:
    savings = savings_of("m", tokens=10_000, prefix=10_000, calls=10)
    cached = outcome_of(savings, "cache-explicit-5m")
    assert savings.per_month(cached, Decimal("0.5")) == Decimal("0.03125") / 2


def test_more_than_a_call_and_a_half_a_month_is_one_that_writes_and_one_that_reads() -> None:
    savings = savings_of("m", tokens=10_000, prefix=10_000, calls=10)
    month = savings.per_month(outcome_of(savings, "cache-explicit-5m"), Decimal("1.6"))
    assert month == Decimal("1.6") * (Decimal("0.03125") + Decimal("0.0025")) / 2


def test_the_month_of_a_scenario_is_split_where_the_price_changes() -> None:
    # "bare" costs 2.50 until the end of 2026 and 5 from then on: a third of 30 days and the rest
    at = parse_price_date("2026-12-22")
    savings = savings_of("bare", tokens=1_000_000 // 100, prefix=0, price_date=at)
    month = savings.per_month(savings.baseline, Decimal(300))
    assert month == 100 * Decimal("0.025") + 200 * Decimal("0.05")


@pytest.mark.parametrize(("calls", "is_told"), [(1, True), (100, False)])
def test_what_costs_less_in_a_month_than_the_best_of_the_calls_is_named(
    calls: int, *, is_told: bool
) -> None:
    """One call pays for writing 8,000 tokens at 2.5 that 9,999 others of the month read at 0.2."""
    rule = {"explicit": {"guaranteed": True, "ttl": ["5m"]}, "source": "page"}
    prices = table(
        model("m", context=99_000, input=2, cache_read=0.2, cache_write={"5m": 2.5}, cache=rule)
    )
    options = EstimateOptions(calls=calls, volume=Volume(per_month=Decimal(10_000)))
    report = estimate(InputTokens(total=10_000), "m", options=options, prices=prices)
    asked = ScenarioOptions(prefix=8_000, hit_rate=Decimal(1))
    (model_savings,) = savings(report, asked).savings
    assert model_savings.best.name == ("as it is" if is_told else "explicit cache 5m")
    note = reason("cheaper_in_a_month", scenario="explicit cache 5m", calls=1)
    assert (note in model_savings.limits) is is_told
    assert (sentence(note) in render(savings(report, asked))) is is_told
    assert sentence(note) == (
        "explicit cache 5m costs less in a month: the best is that of 1 call (--calls)"
    )


def test_a_prefix_that_may_be_long_enough_as_it_is_is_not_said_to_lack_tokens() -> None:
    """An estimate of 3,900 tokens reaches above the minimum of 4,000, 3,900 as given do not."""
    rule = {"implicit": {"min_tokens": 4_000}, "source": "page"}
    prices = table(model("m", tokenizer="doubao", input=2, cache_read=0.2, cache=rule))
    options = EstimateOptions(calls=10)
    size = InputTokens(total=3_900)
    for prompts, prefix, is_told in (("word " * 3_900, None, False), (size, 3_900, True)):
        report = estimate(prompts, "m", options=options, prices=prices)
        (model_savings,) = savings(report, ScenarioOptions(prefix=prefix)).savings
        codes = [note.code for note in model_savings.warnings]
        assert ("prefix_almost_cacheable" in codes) is is_told


@pytest.mark.parametrize(
    ("day", "is_told"),
    [("2026-11-22", True), ("2026-11-23", False)],  # a Sunday; a Monday has its row
)
def test_a_month_that_begins_on_a_cheap_day_says_what_cheap_hours_would_make_it(
    day: str, *, is_told: bool
) -> None:
    """A million tokens at 1, and at 2 on 21 weekdays: 30 calls are 51 dollars a month, or 30."""
    weekdays = ["mon", "tue", "wed", "thu", "fri"]
    prices = table(
        schedule("day", "00:00-12:00", multiplier=2, days=weekdays),
        model("m", input=1, schedule="day", cache=False),
    )
    options = EstimateOptions(
        volume=Volume(per_month=Decimal(30)), price_date=parse_price_date(day)
    )
    report = estimate(InputTokens(total=1_000_000), "m", options=options, prices=prices)
    (model_savings,) = savings(report).savings
    notes = [note for note in model_savings.limits if note.code == "cheaper_hours_in_a_month"]
    assert bool(notes) is is_told
    for note in notes:
        assert note.values["month"] == Money(amount=Decimal(30), currency="USD")
        assert (
            sentence(note)
            == "calls only outside mon-fri 00:00-12:00 Asia/Shanghai cost $30.00 a month"
        )
