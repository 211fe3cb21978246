import json
from decimal import Decimal
from typing import Any

import pytest

from tokencost.errors import InputError
from tokencost.price_files.sources import Foreign, ForeignRow, read_foreign

PLAIN = {"input": 2, "output": 10}


def read(
    model: Any, *, key: str = "m", provider: str = "openai", name: str | None = "Somebody"
) -> Foreign:
    file = {provider: {"id": provider, "name": name, "models": {key: model}}}
    return read_foreign("models.dev", json.dumps(file).encode(), file="api.json")


def only(cost: Any, /, *, key: str = "m", provider: str = "openai", **fields: Any) -> ForeignRow:
    imported = read({"id": key, "cost": cost, **fields}, key=key, provider=provider)
    assert imported.skipped == ()
    (row,) = imported.rows
    return row


def reason(cost: Any, /, **fields: Any) -> str:
    imported = read({"cost": cost, **fields})
    assert imported.rows == ()
    (skipped,) = imported.skipped
    return skipped.reason


def above(size: int, **rates: Any) -> dict[str, Any]:
    return {"tier": {"type": "context", "size": size}, **rates}


def test_prices_and_limits_are_taken_as_they_are() -> None:
    row = only(
        {**PLAIN, "cache_read": 0.2},
        limit={"context": 1000, "input": 900, "output": 100},
        modalities={"output": ["text"]},
    )
    assert (row.key, row.provider, row.provider_name) == ("openai/m", "openai", "Somebody")
    assert (row.id, row.currency, row.site) == ("m", "USD", None)
    assert (row.context, row.max_input, row.max_output) == (1000, 900, 100)
    assert row.price == {"input": 2, "output": 10, "cache_read": Decimal("0.2")}


@pytest.mark.parametrize("unknown", [0, -1, 1.5, "many", True, None])
def test_a_limit_that_is_none_is_unknown(unknown: object) -> None:
    assert only(PLAIN, limit={"context": unknown}).context is None


@pytest.mark.parametrize(
    ("theirs", "ours", "site"),
    [
        ("llama", "meta", None),
        ("zai", "zhipu", "intl"),
        ("alibaba", "alibaba", "intl"),
        ("alibaba-cn", "alibaba-cn", None),
        ("google-vertex-anthropic", "vertex-ai", None),
        ("amazon-bedrock", "bedrock", None),
        ("wafer.ai", "wafer.ai", None),
    ],
)
def test_providers_get_the_names_of_our_table(theirs: str, ours: str, site: str | None) -> None:
    row = only(PLAIN, provider=theirs)
    assert (row.provider, row.site) == (ours, site)


def test_a_provider_without_a_name_goes_by_its_id() -> None:
    (row,) = read({"cost": PLAIN}, name=None).rows
    assert row.provider_name == "openai"


def test_tiers_come_before_the_old_field_for_200k() -> None:
    old = {"context_over_200k": {"input": 4, "output": 20}}
    assert only({**PLAIN, **old}).price["tiers"] == [
        {"input_gt": 200_000, "input": 4, "output": 20}
    ]
    new = {"tiers": [above(272_000, input=4, output=20), above(100_000, input=3, output=15)]}
    assert only({**PLAIN, **old, **new}).price["tiers"] == [
        {"input_gt": 100_000, "input": 3, "output": 15},
        {"input_gt": 272_000, "input": 4, "output": 20},
    ]


def test_a_cache_write_has_a_known_life_at_anthropic_only() -> None:
    cost = {**PLAIN, "cache_write": 2.5, "tiers": [above(9, input=4, cache_write=5)]}
    claude = only(cost, key="claude-x").price
    assert claude["cache_write"] == {"5m": Decimal("2.5")}
    assert claude["tiers"] == [{"input_gt": 9, "input": 4, "cache_write": {"5m": 5}}]
    other = only(cost)
    assert "cache_write" not in other.price
    assert other.left_out == ("cache_write", "tiers.cache_write")


def test_thinking_at_the_price_of_output_goes_with_it_into_the_tiers() -> None:
    row = only({**PLAIN, "reasoning": 10, "tiers": [above(9, input=4, output=20)]})
    assert row.price == {
        "input": 2,
        "output": 10,
        "tiers": [{"input_gt": 9, "input": 4, "output": 20}],
    }
    assert only({**PLAIN, "reasoning": 40}).price["output_thinking"] == 40


def test_modes_under_trial_are_read() -> None:
    modes = {
        "fast": {"cost": {"input": 4, "output": 20}},
        "eco": {"cost": {"input": 1, "output": 5}},
        "plain": {},
    }
    row = only(PLAIN, experimental={"modes": modes})
    assert row.price["modes"] == {"fast": 2}
    assert row.left_out == ("experimental.modes.eco",)


def test_a_mode_without_the_tiers_is_a_table() -> None:
    modes = {"fast": {"cost": {"input": 4, "output": 20}}}
    row = only({**PLAIN, "tiers": [above(9, input=4)]}, experimental={"modes": modes})
    assert row.price["modes"] == {"fast": {"input": 4, "output": 20}}


def test_a_mode_with_other_tiers_keeps_its_base() -> None:
    modes = {"fast": {"cost": {"input": 4, "output": 20, "tiers": [above(9, input=5)]}}}
    row = only(PLAIN, experimental={"modes": modes})
    assert row.price["modes"] == {"fast": {"input": 4, "output": 20}}
    assert row.left_out == ("experimental.modes.fast.tiers",)


def test_other_money_is_named() -> None:
    row = only({**PLAIN, "cache_read": 0, "input_audio": 5, "output_audio": 0})
    assert row.price == PLAIN
    assert row.left_out == ("cache_read", "input_audio")


def test_zero_is_free_only_if_the_entry_says_so() -> None:
    zero = {"input": 0, "output": 0}
    for says in ({"key": "m:free"}, {"key": "m-free"}, {"name": "M (free)"}):
        assert only(zero, **says).price == {"kind": "free", "input": 0, "output": 0}
    assert reason(zero, name="Free Model") == "a price of 0 that does not say free"
    tiers = [above(9, input=1, output=1)]
    half = reason({**zero, "tiers": tiers}, name="M (free)")
    assert half == "said to be free, but only half of it is"


@pytest.mark.parametrize(
    ("cost", "fields", "why"),
    [
        (None, {}, "no price per token"),
        ({"input": 1}, {}, "no price per token"),
        (PLAIN, {"modalities": {"output": ["image"]}}, "not a text model: image"),
        (PLAIN, {"modalities": {"output": ["text", "image"]}}, "one price for text and image"),
        ({**PLAIN, "tiers": [{"input": 1}]}, {}, "tiers on something else"),
        ({**PLAIN, "tiers": 5}, {}, "tiers on something else"),
        (
            {**PLAIN, "tiers": [above(9, input=1), above(9, input=2)]},
            {},
            "tiers on something else",
        ),
        (
            {**PLAIN, "tiers": [above(8, input=1), above(9, output=2)]},
            {},
            "tiers that name different rates",
        ),
        ({**PLAIN, "tiers": [above(9, input=0)]}, {}, "a price of 0 in one tier only"),
    ],
)
def test_what_would_give_a_wrong_price_is_skipped(
    cost: Any, fields: dict[str, Any], why: str
) -> None:
    assert reason(cost, **fields) == why


def test_one_price_serves_where_sound_has_its_own() -> None:
    row = only({**PLAIN, "output_audio": 50}, modalities={"output": ["text", "audio"]})
    assert row.left_out == ("output_audio",)


def test_what_is_not_a_model_or_provider_is_skipped() -> None:
    file = {"a": {"models": {"m": 5}}, "b": 5}
    imported = read_foreign("models.dev", json.dumps(file).encode(), file="api.json")
    assert [(entry.key, entry.reason) for entry in imported.skipped] == [
        ("a/m", "not an object"),
        ("b", "not an object"),
    ]


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"m": {"litellm_provider": "openai"}}'])
def test_other_json_is_an_error(data: bytes) -> None:
    with pytest.raises(InputError, match=r"api\.json: not a price file of models\.dev: expected"):
        read_foreign("models.dev", data, file="api.json")
