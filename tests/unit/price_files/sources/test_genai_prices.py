import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tokencost.errors import InputError
from tokencost.price_files.sources import Foreign, ForeignRow, read_foreign

PLAIN = {"input_mtok": 2, "output_mtok": 10}


def read(*models: Any, provider: str = "openai") -> Foreign:
    file = [{"id": provider, "name": "Somebody", "models": list(models)}]
    return read_foreign("genai-prices", json.dumps(file).encode(), file="data.json")


def rows(prices: Any, /, *, provider: str = "openai", **fields: Any) -> tuple[ForeignRow, ...]:
    imported = read({"id": "m", "prices": prices, **fields}, provider=provider)
    assert imported.skipped == ()
    return imported.rows


def reasons(prices: Any, /, **fields: Any) -> list[str]:
    imported = read({"id": "m", "prices": prices, **fields})
    assert imported.rows == ()
    return [entry.reason for entry in imported.skipped]


def since(day: str, **prices: Any) -> dict[str, Any]:
    return {"constraint": {"start_date": day}, "prices": {**PLAIN, **prices}}


def test_prices_of_a_million_are_taken_as_they_are() -> None:
    (row,) = rows({**PLAIN, "cache_read_mtok": 0.2}, context_window=1000)
    assert (row.key, row.provider, row.provider_name) == ("openai/m", "openai", "Somebody")
    assert (row.id, row.currency, row.site) == ("m", "USD", None)
    assert (row.context, row.max_input, row.max_output) == (None, 1000, None)
    assert row.price == {"input": 2, "output": 10, "cache_read": Decimal("0.2")}


def test_providers_get_the_names_of_our_table() -> None:
    assert [rows(PLAIN, provider=name)[0].provider for name in ("x-ai", "aws", "zai")] == [
        "xai",
        "bedrock",
        "zhipu",
    ]
    assert rows(PLAIN, provider="moonshotai")[0].site == "intl"
    (claude,) = read({"id": "claude-x", "prices": PLAIN}, provider="google").rows
    assert claude.provider == "vertex-ai"


def test_tiers_of_single_rates_become_tiers_of_all_of_them() -> None:
    (row,) = rows(
        {
            "input_mtok": {"base": 2, "tiers": [{"start": 200, "price": 4}]},
            "output_mtok": {
                "base": 10,
                "tiers": [{"start": 100, "price": 20}, {"start": 300, "price": 30}],
            },
        }
    )
    assert row.price == {
        "input": 2,
        "output": 10,
        "tiers": [
            {"input_gt": 100, "output": 20},
            {"input_gt": 200, "input": 4, "output": 20},
            {"input_gt": 300, "input": 4, "output": 30},
        ],
    }


def test_dates_become_periods_that_do_not_overlap() -> None:
    history = [
        {"prices": PLAIN},
        since("2026-01-01", input_mtok=3),
        since("2026-02-01", input_mtok=4),
    ]
    assert [dict(row.price) for row in rows(history)] == [
        {"until": date(2025, 12, 31), "input": 2, "output": 10},
        {"from": date(2026, 1, 1), "until": date(2026, 1, 31), "input": 3, "output": 10},
        {"from": date(2026, 2, 1), "input": 4, "output": 10},
    ]


def test_nothing_is_claimed_before_the_first_date() -> None:
    assert [row.price["from"] for row in rows([since("2026-01-01")])] == [date(2026, 1, 1)]


def test_periods_that_differ_in_nothing_are_one() -> None:
    history = [{"prices": PLAIN}, since("2026-01-01"), since("2026-02-01", input_mtok=3)]
    assert [row.price.get("until") for row in rows(history)] == [date(2026, 1, 31), None]


def test_a_period_without_a_price_is_skipped_by_itself() -> None:
    history = [{"prices": {**PLAIN, "input_mtok": 0}}, since("2026-01-01")]
    imported = read({"id": "m", "prices": history})
    assert [row.price["from"] for row in imported.rows] == [date(2026, 1, 1)]
    assert [(entry.key, entry.reason) for entry in imported.skipped] == [
        ("openai/m until 2025-12-31", "a price of 0 that does not say free")
    ]


def test_a_mode_holds_from_its_day_and_keeps_the_rates_it_does_not_name() -> None:
    batch = {
        "when": {"processing": "batch"},
        "prices": {"input_mtok": 1, "output_mtok": 5},
        "constraint": {"start_date": "2026-01-01"},
    }
    before, after = rows({**PLAIN, "cache_read_mtok": 1}, price_variants=[batch])
    assert before.price == {"until": date(2025, 12, 31), "input": 2, "output": 10, "cache_read": 1}
    assert after.price["modes"] == {"batch": {"input": 1, "output": 5, "cache_read": 1}}


@pytest.mark.parametrize(
    ("when", "mode"),
    [
        ({"service_tier": "flex"}, "flex"),
        ({"service_tier": "priority"}, "priority"),
        ({"speed": "fast"}, "fast"),
    ],
)
def test_a_mode_at_one_multiple_is_a_factor(when: dict[str, str], mode: str) -> None:
    variant = {"when": when, "prices": {"input_mtok": 3, "output_mtok": 15}}
    (row,) = rows(PLAIN, price_variants=[variant])
    assert row.price["modes"] == {mode: Decimal("1.5")}


def test_the_first_of_two_variants_counts() -> None:
    variants = [
        {"when": {"speed": "fast"}, "prices": {"input_mtok": 4}},
        {"when": {"speed": "fast"}, "prices": {"input_mtok": 3, "output_mtok": 20}},
    ]
    (row,) = rows(PLAIN, price_variants=variants)
    assert row.price["modes"] == {"fast": 2}


def test_tiers_of_a_mode_that_is_a_table_are_left_out() -> None:
    tiers = [{"start": 200, "price": 4}]
    variant = {
        "when": {"processing": "batch"},
        "prices": {"input_mtok": {"base": 1, "tiers": tiers}, "input_audio_mtok": 9},
    }
    (row,) = rows(PLAIN, price_variants=[variant])
    assert row.price["modes"] == {"batch": {"input": 1, "output": 10}}
    assert row.left_out == (
        "price_variants.batch.input_audio_mtok",
        "price_variants.batch.input_mtok.tiers",
    )


def test_other_variants_are_named() -> None:
    variants = [
        {"when": {"service_tier": "default"}, "prices": {}},
        {"when": {"route": "eu"}, "prices": {"input_mtok": 3}},
    ]
    (row,) = rows(PLAIN, price_variants=variants)
    assert "modes" not in row.price
    assert row.left_out == ("price_variants.route=eu",)


def test_searches_are_a_fee_and_other_money_is_named() -> None:
    (row,) = rows({**PLAIN, "web_searches_kcount": 10, "requests_kcount": 5, "audio_hours": 0})
    assert row.price["fees"] == {"web_search": 10}
    assert row.left_out == ("requests_kcount",)


def test_cache_writes_are_keyed_by_time_to_live() -> None:
    prices = {**PLAIN, "cache_write_mtok": 2.5, "cache_write_1h_mtok": 4}
    (claude,) = read({"id": "claude-x", "prices": prices}, provider="anthropic").rows
    assert claude.price["cache_write"] == {"5m": Decimal("2.5"), "1h": 4}
    (gpt,) = rows({**PLAIN, "cache_write_mtok": 2.5})
    assert "cache_write" not in gpt.price
    assert gpt.left_out == ("cache_write_mtok",)


def test_zero_is_free_only_if_the_name_says_so() -> None:
    zero = {"input_mtok": 0, "output_mtok": 0}
    (row,) = rows(zero, name="Model (free)")
    assert row.price == {"kind": "free", "input": 0, "output": 0}
    assert reasons(zero) == ["a price of 0 that does not say free"]


@pytest.mark.parametrize(
    ("prices", "why"),
    [
        ({"input_mtok": 1}, "no price per token"),
        ([], "no price per token"),
        (None, "no price per token"),
        (
            [{"prices": PLAIN}, {"prices": PLAIN, "constraint": {"start_time": "01:00:00"}}],
            "prices by the hour are not read",
        ),
        ([{"prices": PLAIN, "constraint": {"moon": "full"}}], "a condition that is not read"),
        ([{"price": 1}], "a condition that is not read"),
        ([since("soon")], "a date that is none"),
        ({**PLAIN, "input_text_mtok": 1}, "text priced apart from the rest"),
        ({**PLAIN, "input_mtok": {"base": 1}}, "tiers on something else"),
        ({**PLAIN, "input_mtok": {"base": 1, "tiers": [{"start": 0}]}}, "tiers on something else"),
        ({**PLAIN, "input_mtok": "2"}, "a price that is not a number"),
        (
            {**PLAIN, "input_mtok": {"base": 1, "tiers": [{"start": 9, "price": 0}]}},
            "a price of 0 in one tier only",
        ),
    ],
)
def test_what_would_give_a_wrong_price_is_skipped(prices: Any, why: str) -> None:
    assert reasons(prices) == [why]


def test_a_variant_that_cannot_be_understood_skips_the_model() -> None:
    assert reasons(PLAIN, price_variants=[{"prices": PLAIN}]) == ["a condition that is not read"]


def test_what_is_not_a_model_or_provider_is_skipped() -> None:
    file = [{"id": "a", "models": [{"prices": PLAIN}, 5]}, {"id": "b"}]
    imported = read_foreign("genai-prices", json.dumps(file).encode(), file="data.json")
    assert [(entry.key, entry.reason) for entry in imported.skipped] == [
        ("a/?", "no id"),
        ("a/?", "no id"),
        ("?", "no id"),
    ]


@pytest.mark.parametrize("data", [b"{}", b"[]", b'[{"id": "a"}]'])
def test_other_json_is_an_error(data: bytes) -> None:
    with pytest.raises(InputError, match=r"data\.json: not a price file of genai-prices: expected"):
        read_foreign("genai-prices", data, file="data.json")
