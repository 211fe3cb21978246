"""What the shipped table promises about how sellers bill: relations, whatever the figures are."""

import tomllib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tokencost import (
    EstimateOptions,
    InputTokens,
    OutputTokens,
    PriceDate,
    ScenarioOptions,
    estimate,
    parse_price_date,
    savings,
)
from tokencost.estimates.cost_range import cost_of_month
from tokencost.pricing import Mode, find_offer, load_price_table, price_at
from tokencost.report.phrases import sentence
from tokencost.usage import CacheChoice, Volume

TABLE = load_price_table()
RAW = tomllib.loads(
    (Path(__file__).parents[1] / "pricing.toml").read_text(encoding="utf-8"), parse_float=Decimal
)
SATURDAY = 5
LISTED = [
    pytest.param(model, row, id=f"{model['provider']}/{model['id']} {number}")
    for model in RAW["model"]
    for number, row in enumerate(model.get("price", []))
]


def cost(
    model: str,
    *,
    tokens: int = 10_000,
    output: int = 0,
    at: str | None = None,
    mode: str = "standard",
    choice: CacheChoice | None = None,
    **cached: Any,
) -> Decimal:
    """Return the cost of one call at the shipped prices."""
    request = EstimateOptions(
        output=OutputTokens(low=output, expected=output, high=output),
        price_date=parse_price_date(at) if at else None,
        mode=Mode(mode),
        cache=choice,
    )
    size = InputTokens(total=tokens, **cached)
    (result,) = estimate(size, models=model, options=request, prices=TABLE).results
    assert result.cost is not None
    return result.cost.expected.total


def per_token(model: str, *, tokens: int) -> Decimal:
    return cost(model, tokens=tokens) / tokens


@pytest.mark.parametrize(("model", "row"), LISTED)
def test_a_hand_made_sum_is_what_is_printed(model: dict[str, Any], row: dict[str, Any]) -> None:
    offer = find_offer(TABLE, f"{model['provider']}/{model['id']}@{site_of(model, row)}")
    price_date = PriceDate(day=row.get("from") or row.get("until") or TABLE.as_of)
    assert price_at(offer, price_date).rates.base.input == row["input"]
    has_peak = "schedule" in row and price_date.day.weekday() < SATURDAY
    peak = Decimal(2) if has_peak else Decimal(1)
    output = 1_000 if "output" in row else 0
    request = EstimateOptions(
        price_date=price_date,
        output=OutputTokens(low=output, expected=output, high=output),
        cache="none",
    )
    (result,) = estimate(
        InputTokens(total=3_000), models=offer.name, options=request, prices=TABLE
    ).results
    assert result.cost is not None
    by_hand = (3_000 * row["input"] + output * row.get("output", 0)) / 1_000_000 * peak
    assert result.cost.expected.total == by_hand


def site_of(model: dict[str, Any], row: dict[str, Any]) -> str:
    sites: dict[str, str] = RAW["provider"][model["provider"]]["sites"]
    return str(row.get("site", next(iter(sites))))


@pytest.mark.parametrize(
    ("at", "times"),
    [
        ("2026-11-23T10:00", 2),  # a Monday
        ("2026-11-23T20:00", 1),
        ("2026-11-21T10:00", 1),  # a Saturday
        ("2026-10-01T10:00", 1),  # a holiday
    ],
)
def test_deepseek_doubles_on_weekday_mornings_and_afternoons_of_beijing(
    at: str, times: int
) -> None:
    single = cost("deepseek-flash@cn", at="2026-11-23T20:00")
    assert cost("deepseek-flash@cn", at=at) == times * single


@pytest.mark.parametrize(
    ("model", "last", "first"),
    [("grok-4.7", 199_999, 200_000), ("gpt-5.4", 272_000, 272_001)],
)
def test_the_bound_of_a_tier_is_inclusive_at_xai_and_exclusive_at_openai(
    model: str, last: int, first: int
) -> None:
    assert per_token(model, tokens=first) == 2 * per_token(model, tokens=last)


def test_doubao_bills_short_output_in_a_tier_of_its_own() -> None:
    short, longer = (
        cost("doubao-seed-1.8", tokens=0, output=output) / output for output in (200, 201)
    )
    assert longer == 4 * short


def test_gemini_flash_is_half_price_until_the_end_of_2026() -> None:
    before, after = (cost("gemini-3.8-flash", at=at) for at in ("2026-12-31", "2027-01-01"))
    assert after == 2 * before


def test_a_cache_of_gemini_is_made_once_read_by_all_and_kept_by_the_hour() -> None:
    # 100,000 tokens for an hour and 3 questions: 0.20 + 3 x 0.02 + 0.45
    size = InputTokens(total=100_000)
    options = EstimateOptions(calls=3)
    report = estimate(size, models="gemini-3.1-pro-preview", options=options, prices=TABLE)
    (gemini,) = savings(report, ScenarioOptions(prefix=100_000)).savings
    totals = {outcome.id: outcome.total for outcome in gemini.outcomes}
    assert totals["cache-explicit-1h"] == Decimal("0.71")


def test_after_a_promise_a_price_reaches_from_it_to_the_list_price() -> None:
    """10,000 in and 500 out of GPT-5.6, of which the cache writes the input at 1.25x."""
    ends = {}
    for at in ("2026-11-21", "2026-11-22", None):
        options = EstimateOptions(price_date=parse_price_date(at) if at else None)
        size = InputTokens(total=10_000)
        report = estimate(size, "gpt-5.6-sol", output_tokens=500, options=options, prices=TABLE)
        (result,) = report.results
        assert result.cost
        costs = (result.cost.low, result.cost.expected, result.cost.high)
        sentences = [sentence(note) for note in result.warnings]
        ends[at] = ([cost and str(cost.total.normalize()) for cost in costs], sentences)
    promised = ["promotional price, promised through 2026-11-21"]
    assert ends["2026-11-21"] == (["0.06"] * 3, promised)  # 5 and 20 a million
    range_, (ended,) = ends["2026-11-22"]
    assert range_ == ["0.06", "0.0775", "0.0775"]  # 6.25 and 30
    assert ends[None] == ends["2026-11-22"]  # the table is of that day
    assert ended == (
        "4 in, 20 out was promised through 2026-11-21 only: since then up to 5 in, 30 out, "
        "the list price"
    )


def test_a_month_from_the_tenth_on_has_twelve_days_of_a_promise_that_ends() -> None:
    day = parse_price_date("2026-11-10")
    options = EstimateOptions(price_date=day, volume=Volume(per_month=Decimal(30)))
    (result,) = estimate(
        InputTokens(total=10_000),
        "gpt-5.6-sol",
        output_tokens=500,
        options=options,
        prices=TABLE,
    ).results
    month = cost_of_month([result], options, day)
    assert (month.low, month.expected) == (Decimal("1.8"), Decimal("2.115"))  # 0.72 + 1.395
    assert month.high == month.expected


def test_in_the_long_tier_the_list_price_after_a_promise_is_that_of_the_tier() -> None:
    assert cost("gpt-5.6-sol", tokens=300_000, at="2026-11-21") == Decimal(3)  # 10 a million
    assert cost("gpt-5.6-sol", tokens=300_000, at="2026-11-22") == Decimal("3.75")  # 12.50


def test_every_row_of_the_table_that_ends_is_followed_by_another_or_by_nothing_at_all() -> None:
    """A row that ends alone would be taken for the price for ever, or have none without a word."""
    day = timedelta(days=1)
    alone = {
        f"{model.id}@{price.site} {price.validity.last}"
        for model in TABLE.models
        for price in model.prices
        if (last := price.validity.last)
        and not (model.last_day and model.last_day <= last + day)
        and not any(
            row.site == price.site and row.validity.covers(last + day) for row in model.prices
        )
    }
    assert alone == {"claude-3-5-haiku-latest@global 2024-12-02", "deepseek-v3.2@intl 2026-04-24"}


def test_qwen_reads_its_caches_at_a_tenth_and_a_fifth_and_not_in_batch() -> None:
    model, plain = "qwen3-max@cn", cost("qwen3-max@cn")
    assert cost(model, cached=10_000, cache="explicit") == plain / 10
    assert cost(model, cached=10_000, cache="implicit") == plain / 5
    for cache in ("explicit", "implicit"):
        assert cost(model, cached=10_000, cache=cache, mode="batch") == plain / 2


def test_batch_halves_cache_reads_at_anthropic_and_not_at_volcengine() -> None:
    for model, factor in (("claude-sonnet-5", 2), ("doubao-seed-2.1-pro", 1)):
        assert cost(model) == 2 * cost(model, mode="batch")
        cached = cost(model, cached=10_000)
        assert cached == factor * cost(model, cached=10_000, mode="batch")


def test_gpt_writes_its_input_to_a_cache_unless_it_is_told_not_to() -> None:
    # 10,000 x 2.50 + 500 x 10 per million, and 10,000 x 2 without the cache
    assert cost("gpt-6.1-sol", output=500) == Decimal("0.03")
    assert cost("gpt-6.1-sol", output=500, choice="none") == Decimal("0.025")
    assert cost("gpt-6.1-sol", output=500, mode="batch") == Decimal("0.015")
    assert cost("gpt-6.1-sol", tokens=1_023, output=500) == Decimal("0.007046")  # not cached


@pytest.mark.parametrize(
    ("model", "ttl", "times"),
    [
        ("claude-sonnet-5", "5m", "1.25"),
        ("claude-sonnet-5", "1h", "2"),
        ("gpt-5.6-terra", "30m", "1.25"),
        ("gpt-5.6-terra", "12h", "2.5"),
        ("qwen3-max@cn", "5m", "1.25"),
    ],
)
def test_writing_to_a_cache_costs_a_multiple_of_the_input(model: str, ttl: str, times: str) -> None:
    written = cost(model, cache_write=10_000, cache_ttl=ttl)
    assert written == Decimal(times) * cost(model, choice="none")


@pytest.mark.parametrize("model", ["claude-sonnet-5", "grok-4.7"])
def test_inference_in_the_united_states_alone_costs_a_tenth_more(model: str) -> None:
    assert cost(f"{model}@us") == Decimal("1.1") * cost(model)
