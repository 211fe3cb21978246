"""Other models for the same calls."""

from decimal import Decimal

import pytest

from tests.price_tables import model, provider, table
from tests.savings_by_hand import savings_of
from tokencost import (
    EstimateOptions,
    ExchangeRate,
    InputTokens,
    ScenarioOptions,
    estimate,
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
        ("kept", "cache-explicit"),
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
        options=EstimateOptions(calls=1, exchange_rates=(rate,)),
        prices=CURRENCIES,
    )
    (model_savings,) = savings(report, ScenarioOptions(alternatives=9)).savings
    assert {
        cheaper.offer.model.id: cheaper.cost for cheaper in model_savings.alternatives
    } == alternatives


def test_a_dearer_model_is_not_an_alternative() -> None:
    assert savings_of("kept", calls=100, alternatives=9).alternatives == ()


def test_a_free_model_is_not_an_alternative() -> None:
    report = estimate(InputTokens(total=1_000), models="dear-yuan", prices=CURRENCIES)
    (model_savings,) = savings(report, ScenarioOptions(alternatives=9)).savings
    assert "free" not in {cheaper.offer.model.id for cheaper in model_savings.alternatives}
