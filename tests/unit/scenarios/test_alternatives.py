"""Other models for the same calls."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.price_tables import model, provider, row, table
from tests.savings_by_hand import savings_of
from tokencost import (
    EstimateOptions,
    ExchangeRate,
    InputTokens,
    ScenarioOptions,
    Volume,
    estimate,
    parse_price_date,
    render,
)
from tokencost.scenarios import (
    savings,
)

CURRENCIES = table(
    model("dollar", input=2, context=2_000_000),
    provider("yuan", sites={"cn": "CNY"}),
    model("yuan", provider="yuan", input=10, context=2_000_000),
    model("dear-yuan", provider="yuan", input=20, context=2_000_000),
    model("free", kind="free", input=0, context=2_000_000),
)


def test_cheaper_models_have_their_own_caches_and_windows_that_fit() -> None:
    cheaper = savings_of(
        "bare", tokens=20_000, prefix=16_000, calls=100, alternatives=3
    ).alternatives
    # of the models whose window is known "b" is too small; "m" writes 16,000 at 3.125 once,
    # "kept" keeps them for an hour at 4.5 a MTok
    assert [(model.offer.model.id, model.outcome.id) for model in cheaper] == [
        ("kept", "cache-explicit-1h"),
        ("m", "cache-explicit-5m"),
    ]
    assert [model.cost for model in cheaper] == [
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
        options=EstimateOptions(
            calls=1, volume=Volume(per_month=Decimal(30)), exchange_rates=(rate,)
        ),
        prices=CURRENCIES,
    )
    (model_savings,) = savings(report, ScenarioOptions(alternatives=9)).savings
    assert all(cheaper.month == 30 * cheaper.cost for cheaper in model_savings.alternatives)
    assert {
        cheaper.offer.model.id: cheaper.cost
        for cheaper in model_savings.alternatives
        if not cheaper.is_free
    } == alternatives
    used = [cheaper.conversion for cheaper in model_savings.alternatives if cheaper.conversion]
    assert all(conversion.rate == rate for conversion in used)
    assert bool(used) == (model != "yuan")


def test_a_model_at_a_cheaper_site_is_an_alternative_to_itself() -> None:
    prices = table(
        provider(sites={"global": "USD", "us": "USD"}, site_multiplier={"us": 1.1}),
        model("m", input=2, context=9_000),
    )
    report = estimate(InputTokens(total=1_000), models="m@us", prices=prices)
    (model_savings,) = savings(report, ScenarioOptions(alternatives=9)).savings
    assert [cheaper.offer.name for cheaper in model_savings.alternatives] == ["acme/m@global"]


def test_a_dearer_model_is_not_an_alternative() -> None:
    assert savings_of("kept", calls=100, alternatives=9).alternatives == ()


def test_a_free_model_is_an_alternative_that_is_marked() -> None:
    report = estimate(InputTokens(total=1_000), models="dear-yuan", prices=CURRENCIES)
    (model_savings,) = savings(report, ScenarioOptions(alternatives=9)).savings
    free, *others = model_savings.alternatives
    assert (free.offer.model.id, free.cost, free.is_free) == ("free", Decimal(0), True)
    assert not any(cheaper.is_free for cheaper in others)


def test_free_models_stand_before_those_with_a_price_and_take_no_place_of_theirs() -> None:
    free = [model(f"free-{number}", kind="free", input=0, context=9_000) for number in range(3)]
    priced = [model(f"paid-{rate}", input=rate, context=9_000) for rate in (1, 2, 3)]
    prices = table(model("dear", input=9, context=9_000), *free, *priced)
    report = estimate(InputTokens(total=1_000), models="dear", prices=prices)
    (model_savings,) = savings(report, ScenarioOptions(alternatives=2)).savings
    assert [
        (cheaper.offer.model.id, cheaper.is_free) for cheaper in model_savings.alternatives
    ] == [
        ("free-0", True),
        ("free-1", True),
        ("paid-1", False),
        ("paid-2", False),
    ]


@pytest.mark.parametrize("shown", [{"only": ("batch",)}, {"ttl": "5m"}])
def test_alternatives_are_the_same_whichever_scenario_is_shown(shown: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"calls": 100, "alternatives": 9}
    everything = savings_of("all", **asked).alternatives
    assert everything
    assert savings_of("all", **asked, **shown).alternatives == everything


def test_a_prefix_in_tokens_of_one_model_is_as_much_text_of_another() -> None:
    prices = table(
        model("words", tokenizer="o200k_base", context=100_000, input=9, cache_read=0.9),
        model(
            "letters",
            tokenizer="deepseek-v3",
            context=100_000,
            cache={"explicit": {"guaranteed": True, "min_tokens": 1}, "source": "page"},
            input=1,
            cache_read=0.1,
        ),
    )
    text = "他说：“国际化的数字经济正在改变世界。” " * 100
    report = estimate(text, "words", options=EstimateOptions(calls=10), prices=prices)
    own = report.results[0].tokens.expected
    other = estimate(text, "letters", prices=prices).results[0].tokens.expected
    (model_savings,) = savings(report, ScenarioOptions(prefix=own, alternatives=1)).savings
    (letters,) = model_savings.alternatives
    assert own != other
    # the whole text is written once at 1, the rate of input, and read nine times at 0.1
    assert letters.cost == Decimal(other) * (1 + 9 * Decimal("0.1")) / 1_000_000


def test_with_a_volume_the_table_of_alternatives_is_of_a_month_too() -> None:
    """10,000 tokens at 5 and at 1 dollar a million: 150 and 30 dollars for 3,000 calls."""
    prices = table(
        model("dear", context=100_000, input=5, cache=False),
        model("cheap", context=100_000, input=1, cache=False),
    )
    volume = Volume(per_month=Decimal(3_000))
    report = estimate(
        InputTokens(total=10_000), "dear", options=EstimateOptions(volume=volume), prices=prices
    )
    lines = render(savings(report, ScenarioOptions(alternatives=1))).splitlines()
    place = next(number for number, line in enumerate(lines) if "compared" in line)
    assert lines[place].split() == ["model", "scenario", "a", "month", "compared", "saving"]
    assert lines[place + 1].split()[-4:] == ["$30.00", "$30.00", "80.0", "%"]


def test_an_alternative_is_told_not_to_write_what_nothing_reads() -> None:
    """10,000 tokens at 1 dollar a million, and not at 1.25 as its cache would write them."""
    rule = {"min_tokens": 1_024, "ttl": ["30m"], "write_x": {"30m": 1.25}}
    prices = table(
        model("dear", context=100_000, input=5, cache=False),
        model(
            "writes",
            context=100_000,
            input=1,
            cache_read=0.1,
            cache={"implicit": rule, "source": "page"},
        ),
    )
    report = estimate(
        InputTokens(total=10_000), "dear", options=EstimateOptions(calls=1), prices=prices
    )
    (model_savings,) = savings(report, ScenarioOptions(alternatives=1)).savings
    (cheaper,) = model_savings.alternatives
    assert (cheaper.outcome.id, cheaper.cost) == ("cache-off", Decimal("0.01"))


# Five days from 2026-11-26 to 11-30 at the first price, then 25 of a month at the second.
PROMOTED = table(
    model("steady", context=100_000, input=4, cache=False),
    model(
        "rising",
        row(input=2, until=date(2026, 11, 30), kind="promo"),
        row(input=8, from_=date(2026, 12, 1)),
        context=100_000,
        cache=False,
    ),
    model(
        "falling",
        row(input=9, until=date(2026, 11, 30)),
        row(input=3, from_=date(2026, 12, 1)),
        context=100_000,
        cache=False,
    ),
    model(
        "ending",
        row(input=1, until=date(2026, 11, 30)),
        context=100_000,
        cache=False,
    ),
)


def _alternatives_to(replaced: str, volume: Volume | None) -> dict[str, Decimal | None]:
    report = estimate(
        InputTokens(total=10_000),
        replaced,
        options=EstimateOptions(calls=1, volume=volume, price_date=parse_price_date("2026-11-26")),
        prices=PROMOTED,
    )
    (model_savings,) = savings(report, ScenarioOptions(alternatives=9)).savings
    return {
        cheaper.offer.model.id: cheaper.cost if volume is None else cheaper.month
        for cheaper in model_savings.alternatives
    }


def test_alternatives_are_those_of_the_month_where_a_volume_names_one() -> None:
    """Of 300 calls of 10,000 tokens "falling" has 5 days at 9 and 25 at 3: 4 dollars a million."""
    assert _alternatives_to("steady", None) == {
        "ending": Decimal("0.01"),
        "rising": Decimal("0.02"),
    }
    often = Volume(per_month=Decimal(300))
    # "rising" has 5 days at 2 and 25 at 8: 7; "steady" and "falling" are at 4, so that neither is
    # an alternative to the other; a month of which a day has no price cannot be compared
    assert _alternatives_to("steady", often) == {}
    assert _alternatives_to("rising", often) == {"falling": Decimal(12), "steady": Decimal(12)}


def test_a_model_that_is_free_for_some_days_of_the_month_is_one_with_a_price() -> None:
    """25 of 30 days at 3 dollars a million: 7.50 for 300 calls of 10,000 tokens."""
    prices = table(
        model("dear", context=100_000, input=4, cache=False),
        model(
            "first-free",
            row(input=0, kind="free", until=date(2026, 11, 30)),
            row(input=3, from_=date(2026, 12, 1)),
            context=100_000,
            cache=False,
        ),
    )
    options = EstimateOptions(
        calls=1,
        volume=Volume(per_month=Decimal(300)),
        price_date=parse_price_date("2026-11-26"),
    )
    report = estimate(InputTokens(total=10_000), "dear", options=options, prices=prices)
    (model_savings,) = savings(report, ScenarioOptions(alternatives=9)).savings
    (alternative,) = model_savings.alternatives
    assert (alternative.month, alternative.is_free) == (Decimal("7.5"), False)
