"""Agent sessions: sums against closed forms and against a simulation turn by turn."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.price_tables import model, provider, table
from tokencost import PRESETS, EstimateOptions, InputTokens, OutputTokens, estimate, session
from tokencost.errors import DoesNotFitError, NoPriceError, UsageError
from tokencost.inputs import Prompt
from tokencost.sessions import Session, SessionResult
from tokencost.usage import Ttl, parse_duration

RATES = {"input": 2.5, "output": 10, "cache_read": 0.25, "cache_write": {"5m": 3.125, "1h": 5}}
STEPS = {"input": 2, "output": 8, "cache_read": 1}
EXPLICIT = {"min_tokens": 1_000, "ttl": ["5m", "1h"], "refresh": "sliding", "guaranteed": True}
IMPLICIT = {"min_tokens": 1_024, "read_x": 0.2}
WRITTEN = {"min_tokens": 1_024, "ttl": ["5m"], "guaranteed": True, "read_x": 0.1}
PRICES = table(
    provider("acme", cache={"explicit": EXPLICIT, "source": "page"}),
    model("m", tokenizer="o200k_base", context=1_000_000, **RATES),
    model(
        "steps",
        cache={"explicit": {"granularity": 128}},
        tiers=[{"input_gt": 10_000, "input": 4, "output": 16, "cache_read": 2}],
        **STEPS,
    ),
    provider(
        "both",
        sites={"cn": "CNY"},
        cache={
            "implicit": IMPLICIT,
            "explicit": {**WRITTEN, "write_x": {"5m": 1.25}},
            "exclusive": True,
            "source": "page",
        },
    ),
    model("b", provider="both", input=10, output=10),
    model("none", provider="bare", context=10_000, input=1, output=1),
)
TWENTY = Session(turns=20, system=2_000, user=200, tool_output=1_500, answer=300)


def run(shape: Session, model: str = "m", **options: Any) -> SessionResult:
    (result,) = session(shape, models=model, prices=PRICES, **options).results
    return result


def test_twenty_turns_send_454_000_tokens_and_write_41_700_of_them() -> None:
    total = run(TWENTY).total
    assert (total.input, total.output) == (454_000, 6_000)
    assert [total.read, total.written] == [412_300, 41_700]
    # 412,300 at 0.25, 41,700 at 3.125, 6,000 at 10; uncached 454,000 at 2.5
    assert total.cached == Decimal("0.1030750") + Decimal("0.1303125") + Decimal("0.06")
    assert total.uncached == Decimal("1.135") + Decimal("0.06")


sizes = st.integers(min_value=0, max_value=5_000)


@given(turns=st.integers(1, 60), prefix=st.integers(1_000, 9_000), new=sizes, answer=sizes)
def test_the_sums_are_those_of_the_closed_form(
    turns: int, prefix: int, new: int, answer: int
) -> None:
    shape = Session(turns=turns, system=prefix, user=new, tool_output=0, answer=answer)
    total = run(shape).total
    sent = turns * prefix + new * turns * (turns + 1) // 2 + answer * turns * (turns - 1) // 2
    written = prefix + turns * new + (turns - 1) * answer
    assert (total.input, total.output) == (sent, turns * answer)
    assert [total.written, total.read] == [written, sent - written]


def test_every_turn_costs_what_an_estimate_of_it_says() -> None:
    for each in run(TWENTY).calls:
        ((_, usage),) = each.billed
        size = InputTokens(
            total=usage.input,
            cached=usage.cache_read,
            cache_write=usage.cache_write[Ttl("5m")],
            cache_ttl=Ttl("5m"),
        )
        output = OutputTokens(low=300, expected=300, high=300)
        (found,) = estimate(
            size, models="m", options=EstimateOptions(output=output), prices=PRICES
        ).results
        assert found.cost is not None
        assert each.cached == found.cost.expected.total


def test_a_turn_above_a_tier_is_priced_by_it() -> None:
    shape = Session(turns=2, system=9_000, user=1_000, tool_output=0, answer=0)
    first, second = run(shape, "steps", cache="none").calls
    assert [first.uncached, second.uncached] == [Decimal("0.02"), Decimal("0.044")]


def test_what_a_cache_takes_is_cut_to_its_steps_and_nothing_below_its_minimum() -> None:
    shape = Session(turns=2, system=500, user=800, tool_output=0, answer=100)
    first, second = run(shape, "steps").calls
    assert [first.read, second.read] == [0, 1_256]  # 1,000 and twice 128
    tiny = Session(turns=3, system=100, user=100, tool_output=0, answer=100)
    assert [each.read for each in run(tiny, "steps").calls] == [0, 0, 0]


@pytest.mark.parametrize(
    ("pause", "ttl", "reads"),
    [("5m", None, True), ("6m", None, False), ("6m", "1h", True), ("61m", "1h", False)],
)
def test_a_pause_beyond_the_lifetime_loses_what_was_written(
    pause: str, ttl: str | None, *, reads: bool
) -> None:
    shape = Session(turns=2, pause=parse_duration(pause))
    assert (run(shape, cache_ttl=ttl).total.read > 0) == reads


def test_an_idle_time_is_that_before_one_turn() -> None:
    shape = Session(turns=3, idle={2: timedelta(hours=2)})
    assert [each.read > 0 for each in run(shape).calls] == [False, False, True]


def test_a_longer_life_is_paid_for_with_every_token_that_is_written() -> None:
    saved = run(TWENTY, cache_ttl="1h").total.cached
    assert saved is not None
    assert saved - Decimal("0.2933875") == 41_700 * Decimal("1.875") / 10**6


def test_a_cache_that_is_not_read_is_a_loss() -> None:
    total = run(Session(turns=1, system=10_000, user=0, tool_output=0, answer=0)).total
    assert total.saving == Decimal("0.025") - Decimal("0.03125")


def test_a_hit_rate_weighs_hits_and_misses() -> None:
    shape = Session(turns=2, system=9_000, user=1_000, tool_output=0, answer=0)
    rates = {
        rate: run(
            Session(
                turns=2, system=9_000, user=1_000, tool_output=0, answer=0, hit_rate=Decimal(rate)
            )
        ).total.cached
        for rate in ("0", "0.9", "1")
    }
    assert rates["1"] == run(shape).total.cached
    nine, one = rates["1"], rates["0"]
    assert nine is not None
    assert one is not None
    assert rates["0.9"] == nine * Decimal("0.9") + one * Decimal("0.1")


def test_agents_at_once_write_the_prefix_each_and_staged_ones_read_it() -> None:
    alone = run(Session(turns=1, system=10_000, user=0, tool_output=0, answer=0)).total
    shape: dict[str, Any] = {
        "turns": 1,
        "system": 10_000,
        "user": 0,
        "tool_output": 0,
        "answer": 0,
        "agents": 5,
    }
    at_once = run(Session(**shape)).total
    staged = run(Session(**shape, staged=True)).total
    assert at_once.cached == 5 * (alone.cached or 0) == 5 * Decimal("0.03125")
    assert staged.cached == Decimal("0.03125") + 4 * Decimal("0.0025")
    assert (at_once.calls, staged.calls) == (5, 5)


def test_a_summary_takes_the_place_of_the_history() -> None:
    shape = Session(
        turns=3, system=1_000, user=1_000, tool_output=0, answer=500, summary=200, compact_at=3_000
    )
    found = [
        (
            each.call.turn,
            each.call.is_compaction,
            each.call.input,
            each.call.known,
            each.call.output,
        )
        for each in run(shape).calls
    ]
    assert found == [
        (1, False, 2_000, 0, 500),
        (2, True, 2_500, 2_000, 200),  # 2,500 and 1,000 would be above 3,000
        (2, False, 2_200, 1_000, 500),
        (3, True, 2_700, 2_200, 200),
        (3, False, 2_200, 1_000, 500),
    ]


@pytest.mark.parametrize("cache", [None, "none"])
def test_the_cheapest_threshold_is_within_two_per_cent_of_the_best_one(cache: str | None) -> None:
    shape: dict[str, Any] = {"turns": 300, "summary": 500}
    auto = run(Session(**shape, compact_at="auto"), cache=cache)
    assert auto.compact_at is not None
    costs = [
        run(Session(**shape, compact_at=size), cache=cache).total.cost
        for size in range(5_000, 60_000, 2_000)
    ]
    assert auto.total.cost < min(costs) * Decimal("1.02")


def test_no_threshold_lies_beyond_the_window() -> None:
    found = run(Session(turns=100, system=3_000, compact_at="auto"), "none")
    assert found.compact_at == 10_000 - 1_000 - 300  # a summary of 1,000 and an answer have to fit


def test_a_session_that_outgrows_the_window_names_the_turn() -> None:
    with pytest.raises(DoesNotFitError, match=r"turn 5: bare/none does not fit: 12,000 tokens"):
        session(TWENTY, models="none", prices=PRICES)
    with pytest.raises(DoesNotFitError) as raised:
        session(Session(summary=9_000, system=0, compact_at=11_000), models="none", prices=PRICES)
    assert raised.value.hint == "make the summary or the messages shorter"


def test_the_cache_that_promises_hits_is_the_default_and_the_other_has_its_own_rate() -> None:
    shape = Session(turns=2, system=9_000, user=1_000, tool_output=0, answer=0)
    explicit, implicit = run(shape, "b"), run(shape, "b", cache="implicit")
    assert explicit.reuse is not None
    assert (explicit.reuse.use.kind, explicit.reuse.use.ttl) == ("explicit", "5m")
    # 10,000 written at 12.5, then 10,000 read at 1 and 1,000 written
    assert explicit.total.cached == Decimal("0.125") + Decimal("0.01") + Decimal("0.0125")
    assert implicit.reuse is not None
    assert (implicit.reuse.use.kind, implicit.reuse.use.ttl) == ("implicit", None)
    assert implicit.total.cached == Decimal("0.1") + Decimal("0.02") + Decimal("0.01")


def test_without_a_cache_the_reason_is_said() -> None:
    found = run(Session(turns=1), "none")
    assert (found.reuse, found.total.cached) == (None, None)
    assert found.no_reuse == "bare/none@global has no cache that a session can use"
    with pytest.raises(NoPriceError, match="has no implicit cache"):
        run(Session(turns=1), "m", cache="implicit")
    with pytest.raises(NoPriceError, match="has no cache writes for 7m"):
        run(Session(turns=1), "m", cache_ttl="7m")


def test_texts_are_counted_and_their_band_is_one_of_the_cost() -> None:
    text = Prompt(name="s", text="hello world")  # 2 tokens of o200k_base
    exact = run(Session(turns=1, system=text, tools=8, user=0, tool_output=0, answer=0))
    assert (exact.prefix.expected, exact.low) == (10, None)
    guessed = run(Session(turns=1, system=text), tokenizer="doubao")
    assert guessed.low is not None
    assert guessed.high is not None
    assert guessed.low < guessed.total.cost < guessed.high


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"turns": 0}, "turns 0 is not possible"),
        ({"agents": 0}, "agents 0"),
        ({"user": -1}, "user -1"),
        ({"hit_rate": Decimal(2)}, "hit rate 2"),
        ({"idle": {1: timedelta(hours=1)}}, "idle before turn 1"),
        ({"compact_at": 10}, "4,700 tokens, more than --compact-at 10"),
    ],
)
def test_what_no_session_can_be_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run(Session(**values))


@pytest.mark.parametrize(
    ("preset", "least", "most"),
    [("rag", 4_000, 4_500), ("chain", 30_000, 30_000), ("multi-agent", 1_000_000, 2_000_000)],
)
def test_a_preset_has_the_size_it_stands_for(preset: str, least: int, most: int) -> None:
    total = run(PRESETS[preset]).total
    assert least <= total.input + total.output <= most


def test_a_failure_hides_no_other_model() -> None:
    report = session(TWENTY, models=["m", "none", "x"], prices=PRICES, strict=False)
    assert [each.offer.model.id for each in report.results] == ["m"]
    assert [each.model for each in report.failures] == ["x", "bare/none"]
