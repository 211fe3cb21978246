import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.price_tables import model, table
from tokencost import (
    EstimateOptions,
    ExchangeRate,
    InputTokens,
    OutputTokens,
    Prompt,
    Selection,
    compare,
    load_price_table,
    read_prompts,
)
from tokencost.errors import UnknownModelError, UsageError
from tokencost.pricing import PriceTable
from tokencost.report import OutputFormat, render

SIZE = InputTokens(total=1_000_000)
HELLO = Prompt(name="hello", text="hello world")
RATE = ExchangeRate(base="USD", quote="CNY", rate=Decimal(5), day=None, source="round")


def test_the_cheapest_comes_first_and_the_others_are_multiples_of_it(prices: PriceTable) -> None:
    answer = compare(
        InputTokens(total=10_000),
        models=["guess", "plain", "likely"],
        options=EstimateOptions(output=OutputTokens(low=1_000, expected=1_000, high=1_000)),
        prices=prices,
    )
    assert [(row.offer.model.id, row.common, row.ratio) for row in answer.rows] == [
        ("likely", Decimal("0.012"), Decimal(1)),
        ("plain", Decimal("0.03"), Decimal("2.5")),
        ("guess", Decimal("0.06"), Decimal(5)),
    ]
    assert answer.currency == "USD"


def test_of_rows_that_are_cut_off_those_without_a_price_are_told_apart() -> None:
    own = [model(f"m{rate}", input=rate, context=10_000) for rate in (1, 2, 3)]
    prices = table(*own, model("small", input=1, context=10))
    left_out = compare(InputTokens(total=1_000), prices=prices).top(1).left_out
    assert (left_out.dearer, left_out.unpriced, left_out.total) == (2, 1, 3)


def test_models_are_ranked_by_what_is_expected_and_not_by_the_ends(prices: PriceTable) -> None:
    output = OutputTokens(low=0, expected=1_000, high=4_000)
    answer = compare(
        InputTokens(total=10_000),
        models=["plain"],
        options=EstimateOptions(output=output),
        prices=prices,
    )
    assert answer.rows[0].common == Decimal("0.03")  # as with 1,000 exactly


def test_a_model_is_compared_at_every_site_in_one_currency(prices: PriceTable) -> None:
    answer = compare(
        InputTokens(total=10_000),
        models="tiered",
        options=EstimateOptions(exchange_rates=(RATE,)),
        prices=prices,
    )
    assert [(row.offer.site, row.common) for row in answer.rows] == [
        ("cn", Decimal("0.005")),  # 10,000 at 2.5 CNY per MTok, 5 CNY a dollar
        ("intl", Decimal("0.01")),
    ]
    assert answer.rows[0].cost is not None
    assert answer.rows[0].cost.expected == Decimal("0.025")


def test_what_does_not_fit_or_has_no_price_comes_last_with_its_reason(prices: PriceTable) -> None:
    answer = compare(
        SIZE, models=["plain", "tiered@cn", "guess", "likely"], prices=prices, strict=False
    )
    assert [(row.offer.model.id, row.error and row.error.code) for row in answer.rows] == [
        ("guess", None),
        ("likely", "does_not_fit"),
        ("plain", "does_not_fit"),
        ("tiered", "does_not_fit"),
    ]
    assert [row.ratio for row in answer.rows] == [1, None, None, None]


def test_without_an_exchange_rate_a_price_is_shown_but_not_ranked(prices: PriceTable) -> None:
    (row,) = compare(
        InputTokens(total=10_000),
        models="guess",
        options=EstimateOptions(currency="EUR"),
        prices=prices,
        strict=False,
    ).rows
    assert (row.common, row.error and row.error.code) == (None, "no_rate")
    assert row.cost is not None
    assert row.cost.expected == Decimal("0.04")


def test_a_free_model_is_the_cheapest_and_no_unit_of_a_ratio(prices: PriceTable) -> None:
    answer = compare(
        InputTokens(total=10_000),
        models=["haitang/shared", "likely"],
        options=EstimateOptions(exchange_rates=(RATE,)),
        prices=prices,
    )
    free, other = answer.rows
    assert free.common == free.ratio == 0
    assert other.common == Decimal("0.01")
    assert other.ratio == 1


def test_the_whole_table_is_compared_where_no_model_is_named(prices: PriceTable) -> None:
    answer = compare("hello", prices=prices)
    assert {row.offer.name for row in answer.rows} == {
        f"{model.name}@{site}" for model in prices.models for site in model.sites
    }


def test_a_selection_leaves_out_the_rest(prices: PriceTable) -> None:
    selection = Selection(providers=("haitang",), sites=("intl",), min_context=200_000)
    assert [
        row.offer.name for row in compare("hello", selection=selection, prices=prices).rows
    ] == ["haitang/tiered@intl"]


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection(providers=("haitan",)), 'unknown provider "haitan"'),
        (Selection(sites=("us",)), 'unknown site "us"'),
        (Selection(min_context=10**9), "no model of the table is selected"),
    ],
)
def test_a_selection_of_nothing_is_an_error(
    prices: PriceTable, selection: Selection, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        compare("hello", selection=selection, prices=prices)


def test_an_unknown_model_is_an_error_or_a_failure_beside_the_rest(prices: PriceTable) -> None:
    with pytest.raises(UnknownModelError):
        compare("hello", models=["plain", "plane"], prices=prices)
    answer = compare("hello", models=["plain", "plane"], prices=prices, strict=False)
    assert [row.offer.model.id for row in answer.rows] == ["plain"]
    assert [failure.model for failure in answer.failures] == ["plane"]


def test_the_dearer_rows_may_be_left_out(prices: PriceTable) -> None:
    answer = compare("hello", models=["guess", "plain", "likely"], prices=prices).top(1)
    assert [row.offer.model.id for row in answer.rows] == ["likely"]
    assert answer.left_out.total == 2


def test_several_inputs_are_summed_up(prices: PriceTable) -> None:
    (one,) = compare("hello world", models="plain", prices=prices).rows
    (two,) = compare([HELLO, HELLO], models="plain", prices=prices).rows
    assert one.common is not None
    assert two.common == 2 * one.common


def test_the_output_that_requests_allow_themselves_is_named_as_output(
    prices: PriceTable, tmp_path: Path
) -> None:
    file = tmp_path / "request.json"
    file.write_text(
        '{"messages": [{"role": "user", "content": "hi"}], "max_tokens": 100}', encoding="utf-8"
    )
    answer = compare(read_prompts([file]), models="plain", prices=prices)
    (row,) = answer.rows
    assert row.cost is not None
    assert row.cost.expected is not None
    assert row.cost.expected > Decimal("0.001")  # 100 at 10 a MTok
    assert "as many as each request allows itself" in render(answer, verbose=True)
    assert "a call" in render(answer)


def test_every_way_of_counting_is_named() -> None:
    claude = compare("hi", models="claude-sonnet-5", prices=load_price_table())
    assert (
        json.loads(render(claude, OutputFormat.JSON))["results"][0]["tokens"]["method"]
        == "reconstructed"
    )


def test_a_discount_of_a_contract_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'schema = 1\n[contract]\nsource = "deal"\npercent_off = { openai = 50 }\n', encoding="utf-8"
    )
    answer = compare("hi", models=["gpt-4o", "qwen3.7-max"], prices=load_price_table(own))
    assert "contract discount of 50 % (deal) for openai/gpt-4o@global" in render(
        answer, verbose=True
    )
