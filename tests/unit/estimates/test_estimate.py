from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.price_tables import model, table
from tokencost.costs.cost import Cost, price_request
from tokencost.errors import (
    InputError,
    NoPriceError,
    TokenizerError,
    UnknownModelError,
    UsageError,
)
from tokencost.estimates import cost_range
from tokencost.estimates.compare import compare
from tokencost.estimates.count import count
from tokencost.estimates.estimate import estimate
from tokencost.estimates.results import (
    EstimateOptions,
    TotalCost,
    total_cost,
)
from tokencost.inputs import InputSet, Prompt
from tokencost.notes import assumed, warning
from tokencost.pricing import PriceDate, PriceTable, find_offer
from tokencost.report.phrases import sentence
from tokencost.tokenizers import Method
from tokencost.usage import CacheKind, InputTokens, OutputTokens, Ttl, Volume

HELLO = Prompt(name="hello.txt", text="hello world")  # 2 tokens of o200k_base
THOUSAND = InputTokens(total=1000)


def test_an_exact_count_is_priced_once_with_an_output_and_without(
    prices: PriceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced: list[int] = []

    def price(size: InputTokens, *arguments: Any, **options: Any) -> Any:
        priced.append(size.total)
        return price_request(size, *arguments, **options)

    monkeypatch.setattr(cost_range, "price_request", price)
    for output in (None, 500):
        estimate("hello world", models="plain", output_tokens=output, prices=prices)
    assert priced == [2, 2]


def test_a_text_is_one_prompt(prices: PriceTable) -> None:
    (result,) = estimate("hello world", models="plain", prices=prices).results
    assert (result.input, result.tokens.expected) == ("<text>", 2)
    assert result.cost is not None
    assert result.cost.expected == Cost(input=Decimal("0.000004"), output=Decimal(0))


def test_the_expected_cost_of_a_result_is_an_amount_or_an_error(prices: PriceTable) -> None:
    (result,) = estimate("hello world", models="plain", prices=prices).results
    assert result.expected_cost == Decimal("0.000004")
    with pytest.raises(NoPriceError, match="<text>: acme/plain@global has no price"):
        _ = replace(result, cost=None).expected_cost


def test_every_input_meets_every_model_once(prices: PriceTable) -> None:
    other = Prompt(name="other.txt", text="hello")
    report = estimate(
        [HELLO, other], models=["plain", "acme/plain@global", "haitang/shared"], prices=prices
    )
    assert [(result.offer.name, result.input) for result in report.results] == [
        ("acme/plain@global", "hello.txt"),
        ("acme/plain@global", "other.txt"),
        ("haitang/shared@cn", "hello.txt"),
        ("haitang/shared@cn", "other.txt"),
    ]
    assert report.total(find_offer(prices, "plain")).expected == Decimal("0.000006")


def test_a_free_price_is_zero_and_an_unknown_one_is_not(prices: PriceTable) -> None:
    free = estimate("hello", models="haitang/shared", prices=prices)
    assert free.total(free.offers[0]).expected == 0
    request = EstimateOptions(output=OutputTokens(low=1, expected=1, high=1))
    unknown = estimate("hello", models="acme/shared", options=request, prices=prices, strict=False)
    assert unknown.total(unknown.offers[0]).expected is None
    message = "acme/shared@global has no output price in mode standard"
    assert unknown.failures[0].error.message == message


def test_prices_are_those_of_the_table_s_own_day_unless_told(prices: PriceTable) -> None:
    assert estimate("hello", models="sale", prices=prices).price_date.day == date(2026, 11, 22)
    earlier = EstimateOptions(price_date=PriceDate(day=date(2026, 10, 1)))
    (result,) = estimate("hello", models="sale", options=earlier, prices=prices).results
    assert result.quote is not None
    assert result.quote.rates.input == 8


def test_cached_tokens_are_a_part_of_the_input(prices: PriceTable) -> None:
    size = InputTokens(total=1_000_000, cached=600_000, cache_write=400_000, cache_ttl=Ttl("1h"))
    (result,) = estimate(
        size, models="guess", prices=prices, strict=False, options=EstimateOptions()
    ).results
    assert result.cost is None  # it has no cache prices at all
    size = InputTokens(total=10_000, cached=6_000, cache_write=3_000, cache_ttl=Ttl("1h"))
    (result,) = estimate(size, models="plain", prices=prices).results
    assert result.cost is not None
    # 1,000 x 2 + 6,000 x 0.5 + 3,000 x 4 per million
    assert result.cost.expected.total == Decimal("0.017")


def test_writes_for_two_lifetimes_are_priced_each_at_its_own_rate(prices: PriceTable) -> None:
    size = InputTokens(total=1_000, cache_write={Ttl("5m"): 200, Ttl("1h"): 100})
    (result,) = estimate(size, models="plain", prices=prices).results
    assert result.cost is not None
    # 700 x 2 + 200 x 2.50 + 100 x 4 per million
    assert result.cost.expected.total == Decimal("0.0023")


def test_a_lifetime_named_with_the_tokens_comes_before_that_of_all(prices: PriceTable) -> None:
    size = InputTokens(total=1_000, cache_write={Ttl("5m"): 1_000})
    options = EstimateOptions(cache_ttl=Ttl("1h"))
    (result,) = estimate(size, "plain", options=options, prices=prices).results
    assert result.cost is not None
    assert result.cost.expected.total == Decimal("0.0025")  # 1,000 x 2.50 per million, not x 4


def test_writes_without_a_lifetime_are_for_the_first_that_the_rule_lists() -> None:
    later_first = {"explicit": {"ttl": ["1h", "5m"]}, "source": "page"}
    rates = {"input": 2, "cache_read": 0.5, "cache_write": {"5m": 2.5, "1h": 4}}
    prices = table(model("m", cache=later_first, **rates))
    (result,) = estimate(InputTokens(total=1_000, cache_write=1_000), "m", prices=prices).results
    assert result.cost is not None
    assert result.quote is not None
    assert result.cost.expected.total == Decimal("0.004")
    assert assumed("cache_ttl_by_default", ttl="1h") in result.quote.assumptions


@pytest.mark.parametrize("size", [{"cache_write": 5, "cache_ttl": Ttl("2h")}, {}])
def test_a_lifetime_that_no_cache_has_is_refused_with_those_it_has(
    prices: PriceTable, size: dict[str, Any]
) -> None:
    options = EstimateOptions(cache_ttl=Ttl("2h"))
    with pytest.raises(UsageError, match="has no cache that is written for 2h") as caught:
        estimate(InputTokens(total=10, **size), "plain", options=options, prices=prices)
    assert caught.value.hint == "it has 5m, 1h: --cache-ttl 5m"


def test_a_lifetime_named_with_tokens_that_no_cache_has_is_mended_where_it_stands(
    prices: PriceTable,
) -> None:
    size = InputTokens(total=1_000, cache_write={Ttl("2h"): 300})
    with pytest.raises(UsageError, match="has no cache that is written for 2h") as caught:
        estimate(size, "plain", prices=prices)
    assert caught.value.hint == "it has 5m, 1h: --cache-write-tokens 5m=300"


TWO_TIERS = table(
    model(
        "brief",
        input=4,
        output=10,
        context=30_100,
        tiers=[
            {"input_lte": 32_000, "output_lte": 200, "input": 2, "output": 8},
            {"input_gt": 32_000, "input": 5, "output": 16},
        ],
    ),
    model("plain", input=3, output=8),
)


def test_an_input_alone_covers_the_tiers_that_its_output_may_be_in() -> None:
    (result,) = estimate(InputTokens(total=20_000), "brief", prices=TWO_TIERS).results
    assert result.cost is not None
    assert result.quote is not None
    assert result.cost.low is not None
    assert result.cost.high is not None
    assert result.cost.low.total == Decimal("0.04")  # up to 200 of output
    assert result.cost.expected.total == result.cost.high.total == Decimal("0.08")
    assert assumed("tier_of_unknown_output") in result.quote.assumptions


def test_a_tier_of_more_output_than_fits_is_not_covered() -> None:
    (result,) = estimate(InputTokens(total=30_000), "brief", prices=TWO_TIERS).results
    assert result.cost is not None
    assert result.cost.low == result.cost.high == result.cost.expected
    assert result.cost.expected.total == Decimal("0.06")
    assert result.warnings == ()


def test_no_output_that_is_asked_for_is_no_unknown_one() -> None:
    size = InputTokens(total=20_000)
    (result,) = estimate(size, "brief", output_tokens=0, prices=TWO_TIERS).results
    assert result.cost is not None
    assert result.cost.expected.total == Decimal("0.04")


def test_compare_ranks_an_input_alone_by_the_dearest_tier() -> None:
    rows = compare(InputTokens(total=20_000), prices=TWO_TIERS).rows
    assert [row.offer.model.id for row in rows] == ["plain", "brief"]  # 0.06 and 0.04 to 0.08


def test_the_whole_input_picks_the_tier_cached_or_not(prices: PriceTable) -> None:
    size = InputTokens(total=32_001, cached=32_000, cache=CacheKind.IMPLICIT)
    (result,) = estimate(size, models="tiered", prices=prices).results
    assert result.cost is not None
    assert result.cost.expected.total == Decimal("0.025604")  # 1 x 4 + 32,000 x 0.8


def test_which_of_two_caches_was_read_has_to_be_said(prices: PriceTable) -> None:
    with pytest.raises(UsageError, match="haitang has an implicit and an explicit cache"):
        estimate(InputTokens(total=10, cached=5), models="tiered", prices=prices)


def test_a_cache_that_a_model_does_not_tell_apart_cannot_be_named(prices: PriceTable) -> None:
    size = InputTokens(total=10, cached=5, cache=CacheKind.EXPLICIT)
    with pytest.raises(UsageError, match="plain@global has no explicit cache that is known"):
        estimate(size, models="plain", prices=prices)


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ({"total": -1}, "cannot be negative"),
        ({"total": 5, "cached": 6}, "6 cached and 0 written tokens are more than the 5"),
        ({"total": 5, "cached": 3, "cache_write": 3, "cache_ttl": "5m"}, "more than the 5"),
        ({"total": 5, "cached": 3, "cache_write": {"5m": 1, "1h": 2}}, "3 written tokens are more"),
        ({"total": 5, "cache_write": {"5m": 1}, "cache_ttl": "1h"}, "given twice"),
    ],
)
def test_sizes_that_contradict_each_other_are_refused(size: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        InputTokens(**size)


def test_a_range_of_output_gives_a_range_of_cost(prices: PriceTable) -> None:
    request = EstimateOptions(output=OutputTokens(low=100, expected=200, high=300))
    (result,) = estimate(THOUSAND, models="plain", options=request, prices=prices).results
    cost = result.cost
    assert cost is not None
    assert cost.low is not None
    assert cost.high is not None
    assert [end.total for end in (cost.low, cost.expected, cost.high)] == [
        Decimal("0.003"),
        Decimal("0.004"),
        Decimal("0.005"),
    ]


def test_an_end_that_does_not_fit_is_a_warning_and_has_no_price(prices: PriceTable) -> None:
    request = EstimateOptions(output=OutputTokens(low=1, expected=1, high=10_001))
    (result,) = estimate(THOUSAND, models="plain", options=request, prices=prices).results
    assert result.cost is not None
    assert result.cost.high is None
    assert "at 1,000 input and 10,001 output tokens: acme/plain does not fit" in sentence(
        result.warnings[0]
    )


def test_an_uncertain_count_gives_a_range_of_cost(prices: PriceTable) -> None:
    (result,) = estimate("hello " * 1000, models="guess", prices=prices).results
    assert result.cost is not None
    assert result.cost.low is not None
    assert result.cost.high is not None
    assert result.cost.low.total < result.cost.expected.total < result.cost.high.total


def test_what_has_no_price_is_still_counted(prices: PriceTable) -> None:
    report = estimate(InputTokens(total=100_001), models="plain", prices=prices, strict=False)
    assert report.results[0].tokens.expected == 100_001
    assert report.results[0].cost is None
    assert report.failures[0].model == "acme/plain"


def test_a_missing_exchange_rate_hides_no_price(prices: PriceTable) -> None:
    report = estimate(
        THOUSAND,
        models="plain",
        options=EstimateOptions(currency="EUR"),
        prices=prices,
        strict=False,
    )
    assert report.results[0].cost is not None
    assert report.results[0].conversion is None
    assert report.failures[0].error.code == "no_rate"


def test_a_known_model_is_answered_beside_an_unknown_one(prices: PriceTable) -> None:
    report = estimate(HELLO, models=["plain", "plan"], prices=prices, strict=False)
    assert [result.offer.name for result in report.results] == ["acme/plain@global"]
    assert [failure.model for failure in report.failures] == ["plan"]


def test_strict_raises_the_first_failure(prices: PriceTable) -> None:
    with pytest.raises(UnknownModelError):
        estimate(HELLO, models=["plan", "plain"], prices=prices)
    unread = InputSet(prompts=(), errors=(InputError("no such file"),), notes=())
    with pytest.raises(InputError):
        estimate(unread, models="plain", prices=prices)


def test_what_could_not_be_read_is_part_of_the_report(prices: PriceTable) -> None:
    skipped = warning("binary_files_skipped", files=("b.png",), folder="docs")
    reading = InputSet(prompts=(HELLO,), errors=(InputError("no such file"),), notes=(skipped,))
    for report in (
        estimate(reading, models="plain", prices=prices, strict=False),
        count(reading, models="plain", prices=prices, strict=False),
    ):
        assert len(report.results) == 1
        assert [failure.error.message for failure in report.failures] == ["no such file"]
        assert report.warnings == (skipped,)


def test_a_model_without_a_tokenizer_takes_numbers_only(prices: PriceTable) -> None:
    with pytest.raises(TokenizerError, match="no tokenizer is recorded for haitang/promised"):
        estimate(HELLO, models="promised", prices=prices)
    assert estimate(THOUSAND, models="promised", prices=prices).results[0].cost


def test_exact_refuses_to_estimate(prices: PriceTable) -> None:
    request = EstimateOptions(tokenizer="exact")
    assert estimate(HELLO, models="plain", options=request, prices=prices).results
    for name, method in (("guess", "estimated"), ("likely", "assumed")):
        with pytest.raises(
            TokenizerError, match=f"acme/{name} cannot be counted exactly here: only {method}"
        ):
            estimate(HELLO, models=name, options=request, prices=prices)


def test_a_tokenizer_of_the_users_choice_is_an_assumption(prices: PriceTable) -> None:
    request = EstimateOptions(tokenizer="cl100k_base")
    (result,) = estimate(HELLO, models="guess", options=request, prices=prices).results
    assert (result.tokens.method, result.tokens.tokenizer) == (Method.ASSUMED, "cl100k_base")


def test_without_a_model_the_count_says_what_it_assumes() -> None:
    report = count(HELLO)
    assert report.results[0].tokens.tokenizer == "o200k_base"
    assert report.assumptions == (assumed("default_tokenizer", tokenizer="o200k_base"),)
    assert count(HELLO, tokenizer="qwen2").assumptions == ()


@pytest.mark.parametrize("values", [{"calls": 0}, {"calls": -1}])
def test_a_number_of_calls_is_at_least_one(values: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="must be at least 1"):
        EstimateOptions(calls=values["calls"])


def test_a_volume_is_above_nothing() -> None:
    with pytest.raises(UsageError, match="above 0"):
        Volume(per_month=Decimal(0))


def test_output_rises() -> None:
    with pytest.raises(UsageError, match="must rise from 0 to at most 1,000,000,000,000: 2-1-3"):
        OutputTokens(low=2, expected=1, high=3)


def test_the_least_cost_may_lie_just_behind_the_end_of_a_tier() -> None:
    tier = {"input_lte": 32_000, "output_lt": 1_001, "output": 100}
    prices = table(model("falling", input=1, output=1, tiers=[tier]))
    options = EstimateOptions(output=OutputTokens(low=900, expected=950, high=1_100))
    (result,) = estimate(
        InputTokens(total=10), models="falling", options=options, prices=prices
    ).results
    assert result.cost is not None
    assert result.cost.low is not None
    assert result.cost.high is not None
    assert result.cost.low.output == Decimal("0.001001")  # 1,001 tokens at 1
    assert result.cost.high.output == Decimal("0.1")  # 1,000 tokens at 100


def test_a_sum_in_which_one_input_has_no_price_is_unknown(prices: PriceTable) -> None:
    (priced,) = estimate("hello world", models="plain", prices=prices).results
    unpriced = replace(priced, cost=None)
    nothing = TotalCost(low=None, expected=None, high=None)
    assert total_cost([priced, unpriced]) == nothing
    assert total_cost([unpriced, priced]) == nothing


@pytest.mark.parametrize(
    ("cache", "is_told"), [(CacheKind.EXPLICIT, True), (CacheKind.IMPLICIT, False)]
)
def test_a_cache_that_is_read_was_made_and_is_kept_for_money_that_a_call_does_not_have(
    cache: CacheKind, *, is_told: bool
) -> None:
    """9,000 tokens read at 0.2 and 1,000 of input at 2 are 0.0038; keeping them is 4.5 an hour."""
    rules = {"implicit": {}, "explicit": {"stored": True, "own_call": True}, "source": "page"}
    rates = {"input": 2, "cache_read": 0.2, "cache_storage_hour": 4.5}
    prices = table(model("m", cache=rules, **rates))
    size = InputTokens(total=10_000, cached=9_000, cache=cache)
    (result,) = estimate(size, "m", prices=prices).results
    assert result.cost is not None
    assert result.quote is not None
    assert result.cost.expected.total == Decimal("0.0038")
    note = assumed("cache_making_left_out", rate=Decimal("4.5"))
    assert (note in result.quote.assumptions) is is_told
    assert sentence(note) == (
        "what it costs to make the cache and to keep it is not a part of it (4.5 per MTok and hour)"
    )
