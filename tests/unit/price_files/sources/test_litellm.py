import json
from decimal import Decimal
from typing import Any

import pytest

from tokencost.errors import InputError
from tokencost.price_files.sources import Foreign, ForeignRow, read_foreign

PLAIN = {
    "litellm_provider": "openai",
    "mode": "chat",
    "input_cost_per_token": 2e-06,
    "output_cost_per_token": 1e-05,
}


def entry(**fields: Any) -> dict[str, Any]:
    return {**PLAIN, **fields}


def read(**models: dict[str, Any]) -> Foreign:
    return read_foreign("litellm", json.dumps(models).encode(), file="prices.json")


def only(key: str = "gpt-x", /, **fields: Any) -> ForeignRow:
    imported = read(**{key: entry(**fields)})
    assert imported.skipped == ()
    (row,) = imported.rows
    return row


def reason(key: str = "gpt-x", /, **fields: Any) -> str:
    imported = read(**{key: entry(**fields)})
    assert imported.rows == ()
    (skipped,) = imported.skipped
    return skipped.reason


def test_prices_of_a_token_become_prices_of_a_million() -> None:
    row = only(max_input_tokens=1000, max_output_tokens=100, max_tokens=7)
    assert (row.provider, row.id, row.currency, row.site) == ("openai", "gpt-x", "USD", None)
    assert (row.context, row.max_input, row.max_output) == (None, 1000, 100)
    assert row.price == {"input": 2, "output": 10}
    assert str(row.price["output"]) == "10"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1.4999999999999999e-06", "1.5"),
        ("3.0000000000000004e-07", "0.3"),
        ("1.1428571428571428e-06", "1.14285714286"),
        ("1.234567891e-06", "1.234567891"),
    ],
)
def test_the_noise_of_binary_floats_is_rounded_away(written: str, read_as: str) -> None:
    data = json.dumps({"m": entry()}).replace("2e-06", written)
    (row,) = read_foreign("litellm", data.encode(), file="f").rows
    assert str(row.price["input"]) == read_as


@pytest.mark.parametrize(
    ("key", "seller", "expected"),
    [
        ("gemini/g", "gemini", ("google", "g", None)),
        ("dashscope/q", "dashscope", ("alibaba", "q", "intl")),
        ("zai/glm", "zai", ("zhipu", "glm", "intl")),
        ("vertex_ai/c", "vertex_ai-anthropic_models", ("vertex-ai", "c", None)),
        ("bedrock/us-east-1/c", "bedrock", ("bedrock", "us-east-1/c", None)),
        ("us.c", "bedrock_converse", ("bedrock", "us.c", None)),
        ("bedrock_mantle/c", "bedrock_mantle", ("bedrock-mantle", "c", None)),
        ("azure/eu/g", "azure_text", ("azure", "eu/g", None)),
        ("amazon-nova/n", "amazon_nova", ("amazon-nova", "n", None)),
        ("deepinfra/org/m", "deepinfra", ("deepinfra", "org/m", None)),
    ],
)
def test_providers_get_the_names_of_our_table(
    key: str, seller: str, expected: tuple[str, str, str | None]
) -> None:
    row = only(key, litellm_provider=seller)
    assert (row.provider, row.id, row.site) == expected


def test_cache_writes_are_keyed_by_time_to_live() -> None:
    claude = only(
        "claude-x",
        cache_read_input_token_cost=2e-07,
        cache_creation_input_token_cost=2.5e-06,
        cache_creation_input_token_cost_above_1hr=4e-06,
    )
    assert claude.price["cache_write"] == {"5m": Decimal("2.5"), "1h": 4}
    gpt = only(
        cache_creation_input_token_cost=2.5e-06, cache_creation_input_token_cost_above_12hr=5e-06
    )
    assert gpt.price["cache_write"] == {"30m": Decimal("2.5"), "12h": 5}


def test_a_write_that_nobody_knows_the_life_of_is_left_out() -> None:
    row = only(cache_creation_input_token_cost=2.5e-06)
    assert "cache_write" not in row.price
    assert row.left_out == ("cache_creation_input_token_cost",)


def test_both_caches_of_one_model_are_told_apart() -> None:
    row = only(cache_read_input_token_cost=4e-07, explicit_cache_read_input_token_cost=2e-07)
    assert row.price["cache_read"] == Decimal("0.4")
    assert row.price["cache_read_explicit"] == Decimal("0.2")


def test_a_cache_rate_of_zero_is_left_out_and_named() -> None:
    row = only(cache_read_input_token_cost=0.0)
    assert "cache_read" not in row.price
    assert row.left_out == ("cache_read_input_token_cost",)


def test_tiers_hold_above_their_bound_and_keep_what_a_lower_one_named() -> None:
    row = only(
        input_cost_per_token_above_32k_tokens=4e-06,
        output_cost_per_token_above_32k_tokens=2e-05,
        input_cost_per_token_above_256k_tokens=6e-06,
    )
    assert row.price["tiers"] == [
        {"input_gt": 32_000, "input": 4, "output": 20},
        {"input_gt": 256_000, "input": 6, "output": 20},
    ]


def test_a_list_of_ranges_is_a_base_and_tiers() -> None:
    ranges = [
        {"range": [0, 32000.0], "input_cost_per_token": 1e-06, "output_cost_per_token": 4e-06},
        {"range": [32000.0, 1e6], "input_cost_per_token": 2e-06, "output_cost_per_token": 8e-06},
    ]
    model = {"litellm_provider": "dashscope", "mode": "chat", "tiered_pricing": ranges}
    (row,) = read(q=model).rows
    assert row.price == {
        "input": 1,
        "output": 4,
        "tiers": [{"input_gt": 32_000, "input": 2, "output": 8}],
    }


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"tiered_pricing": [{"range": [0, 9], "input_cost_per_query": 1}]}, "tiers on something"),
        ({"tiered_pricing": [{"range": [5, 9]}]}, "tiers that do not follow each other"),
        (
            {
                "input_cost_per_token": None,
                "output_cost_per_token": None,
                "tiered_pricing": [
                    {"range": [0, 9], "input_cost_per_token": 1e-06},
                    {"range": [9, 99], "output_cost_per_token": 2e-06},
                ],
            },
            "tiers that name different rates",
        ),
        ({"output_cost_per_token": float("inf")}, "a price that is not a number"),
        ({"tiered_pricing": [{"range": [0, 9]}]}, "two prices of the same"),
        (
            {"tiered_pricing": [{"range": [0, 9]}], "input_cost_per_token_above_9k_tokens": 1e-06},
            "two kinds of tiers",
        ),
        ({"input_cost_per_token_above_1m_tokens": 1e-06}, "tiers on something else"),
        ({"input_cost_per_token_above_9k_tokens": 0}, "a price of 0 in one tier only"),
        (
            {
                "cache_read_input_token_cost": 1e-06,
                "cache_read_input_token_cost_above_9k_tokens": 0,
            },
            "a price of 0 in one tier only",
        ),
        (
            {"cache_read_input_token_cost": 1e-06, "input_cost_per_token_cache_hit": 2e-06},
            "two prices of the same",
        ),
        ({"output_cost_per_reasoning_token": 1e-06}, "thinking is cheaper than the output"),
        (
            {
                "output_cost_per_reasoning_token": 2e-05,
                "output_cost_per_token_above_9k_tokens": 2e-05,
            },
            "a tier without its price of thinking",
        ),
        ({"off_peak_pricing": {"windows": []}}, "prices by the hour are not read"),
        ({"mode": "embedding"}, "not a text model: embedding"),
        ({"mode": None}, "not a text model: no mode"),
        ({"output_cost_per_token": None}, "no price per token"),
        ({"output_cost_per_token": 0}, "a price of 0 that does not say free"),
        ({"output_cost_per_token": -1e-06}, "a negative price"),
        ({"output_cost_per_token": "1e-06"}, "a price that is not a number"),
        ({"output_cost_per_token": float("nan")}, "a price that is not a number"),
        ({"output_cost_per_token": 1e400}, "a price that is not a number"),
        ({"output_cost_per_token": 1e6}, "an implausible price"),
        ({"litellm_provider": None}, "no provider"),
    ],
)
def test_what_would_give_a_wrong_price_is_skipped(fields: dict[str, Any], why: str) -> None:
    assert reason(**fields).startswith(why)


def test_thinking_is_named_only_where_it_costs_more() -> None:
    assert "output_thinking" not in only(output_cost_per_reasoning_token=1e-05).price
    assert only(output_cost_per_reasoning_token=4e-05).price["output_thinking"] == 40


def test_a_mode_at_one_multiple_of_every_rate_is_a_factor() -> None:
    row = only(
        input_cost_per_token_above_200k_tokens=4e-06,
        input_cost_per_token_batches=1e-06,
        output_cost_per_token_batches=5e-06,
        input_cost_per_token_above_200k_tokens_batches=2e-06,
    )
    assert row.price["modes"] == {"batch": Decimal("0.5")}
    assert row.left_out == ()


def test_any_other_mode_is_a_table_of_the_base_tier() -> None:
    row = only(
        cache_read_input_token_cost=2e-07,
        input_cost_per_token_above_200k_tokens=4e-06,
        input_cost_per_token_priority=4e-06,
        output_cost_per_token_priority=2e-05,
        input_cost_per_token_above_200k_tokens_priority=7e-06,
    )
    assert row.price["modes"] == {"priority": {"input": 4, "output": 20}}
    assert row.left_out == ("input_cost_per_token_above_200k_tokens_priority",)


def test_half_a_mode_is_left_out() -> None:
    row = only(input_cost_per_token_flex=1e-06)
    assert "modes" not in row.price
    assert row.left_out == ("input_cost_per_token_flex",)


def test_a_factor_for_fast_output_is_a_mode() -> None:
    row = only(provider_specific_entry={"fast": 2.0, "us": 1.1, "schema": "v2"})
    assert row.price["modes"] == {"fast": 2}
    assert row.left_out == ("provider_specific_entry.us",)


def test_a_search_has_a_fee_if_its_size_does_not_matter() -> None:
    same = only(search_context_cost_per_query={"low": 0.01, "high": 0.01})
    assert same.price["fees"] == {"web_search": 10}
    other = only(search_context_cost_per_query={"low": 0.01, "high": 0.02})
    assert "fees" not in other.price
    assert other.left_out == ("search_context_cost_per_query",)
    assert "fees" not in only(search_context_cost_per_query={"low": 0.0}).price


def test_other_money_is_named() -> None:
    row = only(
        input_cost_per_image=0.01,
        input_cost_per_audio_token=0,
        regional_endpoint_uplift_multiplier=1.1,
        input_cost_per_token_balanced=1e-06,
        supports_prompt_caching=True,
    )
    assert row.left_out == (
        "input_cost_per_image",
        "regional_endpoint_uplift_multiplier",
        "input_cost_per_token_balanced",
    )


def test_zero_is_free_only_if_the_key_says_so() -> None:
    free = {"input_cost_per_token": 0, "output_cost_per_token": 0.0}
    assert only("m:free", **free).price == {"kind": "free", "input": 0, "output": 0}
    assert reason("m-free", input_cost_per_token=0) == "said to be free, but only half of it is"
    assert "kind" not in only("m-free").price


def test_the_first_key_of_a_model_counts() -> None:
    imported = read(**{"gpt-x": entry(), "openai/gpt-x": entry(input_cost_per_token=1e-06)})
    assert [row.key for row in imported.rows] == ["gpt-x"]
    assert [entry.reason for entry in imported.skipped] == ["the same model as another entry"]


def test_the_sample_and_what_is_not_an_object_are_skipped() -> None:
    imported = read(sample_spec=entry(), m=entry(), odd=[])  # type: ignore[arg-type]
    assert [row.key for row in imported.rows] == ["m"]
    assert [entry.reason for entry in imported.skipped] == ["a sample", "not an object"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{\n "a": }', "prices.json: not valid JSON: line 2, column 7"),
        (b"\xff\xff", "prices.json: not valid JSON: "),
        (b"[" * 100_000, "prices.json: not valid JSON: "),
        (b'{"a": 1e99999999999999999999}', "prices.json: has a number beyond all bounds"),
        (b"[]", "prices.json: not a price file of litellm: expected an object of models"),
        (b'{"openai": {"models": {}}}', "prices.json: not a price file of litellm"),
    ],
)
def test_what_is_not_such_a_file_is_an_error(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as raised:
        read_foreign("litellm", data, file="prices.json")
    assert str(raised.value).startswith(message)
    assert raised.value.hint


def test_an_unknown_source_is_an_error() -> None:
    with pytest.raises(InputError, match='unknown price source "other"'):
        read_foreign("other", b"{}", file="prices.json")
