"""What `compare` says of what the prices of its models assume."""

from datetime import date
from decimal import Decimal

import pytest

from tests.price_tables import model, provider, row, table
from tokencost import (
    EstimateOptions,
    InputTokens,
    PriceTable,
    Volume,
    compare,
    parse_price_date,
    render,
)

WRITES = {"implicit": {"min_tokens": 1_024, "ttl": ["30m"], "write_x": {"30m": 1.25}}}
SIZE = InputTokens(total=10_000)


@pytest.fixture
def prices() -> PriceTable:
    return table(
        provider(cache={**WRITES, "source": "page"}),
        model("a", input=2, output=10, cache_read=0.2),
        model("b", input=4, output=10, cache_read=0.4),
        model("c", input=4, output=10, cache=False),
        model(
            "t",
            tiers=[{"output_lte": 200, "input": 1, "output": 5}],
            cache=False,
            input=2,
            output=9,
        ),
    )


def test_writes_that_a_provider_bills_by_itself_are_named_below_the_table(
    prices: PriceTable,
) -> None:
    """10,000 x 2 x 1.25 and 500 x 10 per million: 0.03."""
    says = "with cache writes (--cache none)"
    report = compare(SIZE, ["a", "b", "c"], output_tokens=500, prices=prices)
    assert "$0.0300" in render(report)
    assert says in render(report)
    assert says not in render(compare(SIZE, "c", output_tokens=500, prices=prices))


def test_what_the_prices_of_models_assume_is_said_once_with_their_names(
    prices: PriceTable,
) -> None:
    lines = render(compare(SIZE, ["a", "b", "c"], output_tokens=500, prices=prices), verbose=True)
    (line,) = [line for line in lines.splitlines() if "--cache none" in line]
    assert line.startswith("assumed  acme/a@global, acme/b@global: the provider writes the input")


def test_a_tier_that_output_picks_is_said_to_be_the_dearest(prices: PriceTable) -> None:
    report = compare(SIZE, ["a", "t"], prices=prices)
    assert "dearest tier (-o)" in render(report)
    assert "acme/t@global: the output, which is not named" in render(report, verbose=True)


def test_a_tilde_has_a_legend() -> None:
    prices = table(model("m", tokenizer="doubao", input=2, output=10))
    assert "~ estimated" in render(compare("Hello, how are you?", "m", prices=prices))


def test_a_month_of_two_prices_is_said_with_the_models_that_have_one() -> None:
    prices = table(
        model(
            "falls",
            row(input=4, until=date(2026, 11, 30)),
            row(input=2, from_=date(2026, 12, 1)),
            cache=False,
        ),
        model("stays", input=3, cache=False),
    )
    options = EstimateOptions(
        volume=Volume(per_month=Decimal(300)), price_date=parse_price_date("2026-11-22")
    )
    report = compare(SIZE, ["falls", "stays"], options=options, prices=prices)
    assert "assumed  acme/falls@global: the month begins on 2026-11-22" in render(
        report, verbose=True
    )
    assert [row.offer.model.id for row in report.ranked] == ["falls", "stays"]  # 780 and 900


@pytest.mark.parametrize("texts", [["one"], ["one", "two"]])
def test_the_costs_and_the_volume_of_several_inputs_are_said_to_be_of_each(
    texts: list[str],
) -> None:
    prices = table(model("m", tokenizer="o200k_base", input=2, output=10))
    options = EstimateOptions(volume=Volume(per_month=Decimal(300)))
    page = render(compare(texts, "m", output_tokens=500, options=options, prices=prices))
    assert ("a call each" in page) == (len(texts) > 1)
    assert ("--volume of each input" in page) == (len(texts) > 1)
