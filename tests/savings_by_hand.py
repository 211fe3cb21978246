"""Models whose savings can be worked out by hand, and what they save."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tests.price_tables import model, provider, row, schedule, table
from tokencost import (
    EstimateOptions,
    InputTokens,
    ScenarioOptions,
    estimate,
)
from tokencost.scenarios import (
    Outcome,
    Savings,
    savings,
)

RATES = {"input": 2.5, "output": 10, "cache_read": 0.25}
STORE = {"provider": "store", "input": 2, "output": 12, "cache_read": 0.2}
TTLS = {"5m": 3.125, "1h": 5}
EXPLICIT = {"min_tokens": 1_024, "ttl": ["5m", "1h"], "refresh": "sliding", "guaranteed": True}
BOTH = {
    "implicit": {"min_tokens": 1_024, "read_x": 0.2},
    "explicit": {
        "min_tokens": 1_024,
        "ttl": ["5m"],
        "guaranteed": True,
        "read_x": 0.1,
        "write_x": {"5m": 1.25},
    },
    "exclusive": True,
    "source": "page",
}
FIXED = {"min_tokens": 1, "refresh": "fixed", "guaranteed": True}
HOUR = {"explicit": {"ttl": ["1h"], **FIXED}, "source": "page"}


def stored(id_: str, *, batch_cache: str) -> Sequence[dict[str, Any]]:
    """Return a provider whose cache is billed by the hour, and its model."""
    rates = {**STORE, "provider": id_, "cache_storage_hour": 4.5, "modes": {"batch": 0.5}}
    return provider(id_, batch_cache=batch_cache, cache=HOUR), model(id_, **rates)


PRICES = table(
    schedule("day", "09:00-18:00", multiplier=2),
    provider("acme", cache={"explicit": EXPLICIT, "source": "page"}),
    model("m", context=1_000_000, tokenizer="o200k_base", cache_write=TTLS, **RATES),
    model("all", cache_write=TTLS, modes={"batch": 0.5}, schedule="day", **RATES),
    model(
        "hoped",
        cache={"explicit": {"guaranteed": False}},
        cache_write={"5m": 3.125},
        **RATES,
    ),
    model(
        "bare",
        row(
            input=2.5,
            output=10,
            tiers=[{"input_gt": 32_000, "input": 5, "output": 20}],
            until=date(2026, 12, 31),
        ),
        row(input=5, output=20, from_=date(2027, 1, 1)),
        cache=False,
    ),
    model(
        "small",
        tiers=[{"input_lte": 32_000, "input": 1, "output": 4}],
        cache=False,
        input=2.5,
        output=10,
    ),
    schedule("week", "09:00-18:00", multiplier=2, days=["mon", "tue", "wed", "thu", "fri"]),
    model("office", schedule="week", cache=False, input=2.5, output=10),
    schedule("night", "00:30-08:30", multiplier=0.5),
    model("owl", schedule="night", cache=False, input=2.5, output=10),
    provider("vague", cache={"explicit": {"stored": True, "guaranteed": True}, "source": "page"}),
    model("vague", provider="vague", cache_storage_hour=4.5, input=2, cache_read=0.2),
    provider("store", cache=HOUR),
    model("kept", context=1_000_000, cache_storage_hour=4.5, **STORE),
    model(
        "library",
        cache={"explicit": {"own_call": True}},
        cache_storage_hour=4.5,
        modes={"batch": 0.5},
        **STORE,
    ),
    model(
        "asked",
        cache={"explicit": {"own_call": True, "any_ttl": True}},
        cache_storage_hour=4.5,
        **STORE,
    ),
    provider(
        "long",
        cache={"explicit": {"stored": True, "any_ttl": True, "refresh": "fixed"}, "source": "page"},
    ),
    model("unasked", cache_storage_hour=4.5, **{**STORE, "provider": "long"}),
    model("unkept", cache={"explicit": {"stored": True}}, **STORE),
    model("twice", cache={"implicit": {"first_misses": 2}, "explicit": False}, **STORE),
    model(
        "twice-paid",
        cache={"implicit": {"first_misses": 2, "write_x": {"5m": 2}}, "explicit": False},
        **STORE,
    ),
    model(
        "twice-chosen",
        cache={
            "implicit": {
                "first_misses": 2,
                "ttl": ["5m", "30m"],
                "write_x": {"5m": 2, "30m": 1.25},
            },
            "explicit": False,
        },
        **STORE,
    ),
    *stored("shelf", batch_cache="discounted"),
    *stored("shelf-full", batch_cache="standard"),
    provider("both", sites={"cn": "CNY"}, batch_cache="none", cache=BOTH),
    model("b", provider="both", context=11_000, input=10, output=10, modes={"batch": 0.5}),
    *(
        model(
            f"for-{ttl}",
            cache={"explicit": {"ttl": [ttl]}},
            cache_write={ttl: 3.125},
            modes={"batch": 0.5},
            **RATES,
        )
        for ttl in ("23h", "24h")
    ),
    model(
        "b-paid",
        provider="both",
        input=10,
        output=10,
        cache={"implicit": {"write_x": {"5m": 1.25}}},
    ),
    model(
        "kept-twice",
        cache={"explicit": {"first_misses": 2}},
        cache_storage_hour=4.5,
        **STORE,
    ),
    provider(
        "kept",
        cache={
            "explicit": {"ttl": ["2h"], **FIXED},
            "source": "page",
        },
    ),
    model("two-hours", cache_storage_hour=4.5, **{**STORE, "provider": "kept"}),
    provider(
        "lone",
        cache={"implicit": {"min_tokens": 1_024, "write_x": {"30m": 1.25}}, "source": "page"},
    ),
    model("tail", provider="lone", input=4, output=20, cache_read=0.4),
    model(
        "stepped",
        provider="lone",
        tiers=[{"input_gt": 32_000, "input": 8, "cache_read": 0.8}],
        input=4,
        output=20,
        cache_read=0.4,
    ),
    model(
        "choose",
        provider="lone",
        cache={"explicit": {"min_tokens": 1_024, "ttl": ["30m"]}},
        input=4,
        output=20,
        cache_read=0.4,
    ),
)


def savings_of(
    model: str = "m", *, tokens: int = 10_000, prefix: int | None = 8_000, **options: Any
) -> Savings:
    """Return the scenarios of an input of *tokens*, 80 % of which come again."""
    request = {
        key: options.pop(key)
        for key in ("calls", "mode", "cache", "price_date", "output")
        if key in options
    }
    report = estimate(
        InputTokens(total=tokens),
        models=model,
        options=EstimateOptions(**{"calls": 10, **request}),
        prices=PRICES,
    )
    (model_savings,) = savings(report, ScenarioOptions(prefix=prefix, **options)).savings
    return model_savings


def outcome_of(savings: Savings, id_: str) -> Outcome:
    (outcome,) = [outcome for outcome in savings.outcomes if outcome.id == id_]
    return outcome


def total(outcome: Outcome) -> Decimal:
    assert outcome.cost is not None, outcome.reason
    return outcome.cost.total
