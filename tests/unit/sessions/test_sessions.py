"""Agent sessions: sums against closed forms and against a simulation turn by turn."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.price_tables import model, provider, row, schedule, table
from tokencost import (
    PRESETS,
    EstimateOptions,
    InputTokens,
    OutputTokens,
    estimate,
    parse_price_date,
    render,
    session,
)
from tokencost.costs.cache import Certainty
from tokencost.errors import DoesNotFitError, InputError, NoPriceError, UsageError
from tokencost.inputs import Prompt
from tokencost.inputs.request import Media, Message, Request, Text, UncountedPart
from tokencost.notes import assumed, reason
from tokencost.pricing import PriceDate, Quote, find_offer, quote
from tokencost.sessions import Session, SessionOptions, SessionResult, session_price
from tokencost.sessions.results import SessionSums
from tokencost.sessions.session import calls
from tokencost.sessions.threshold import closed_form
from tokencost.tokenizers import Method, TokenCount
from tokencost.usage import CacheKind, Ttl, Volume, parse_duration

RATES = {"input": 2.5, "output": 10, "cache_read": 0.25, "cache_write": {"5m": 3.125, "1h": 5}}
STEPS = {"input": 2, "output": 8, "cache_read": 1}
EXPLICIT = {"min_tokens": 1_000, "ttl": ["5m", "1h"], "refresh": "sliding", "guaranteed": True}
IMPLICIT = {"min_tokens": 1_024, "read_x": 0.2}
WRITTEN = {"min_tokens": 1_024, "ttl": ["5m"], "guaranteed": True, "read_x": 0.1}
PRICES = table(
    provider("acme", cache={"explicit": EXPLICIT, "source": "page"}),
    model("m", tokenizer="o200k_base", context=1_000_000, **RATES),
    model("thinker", context=1_000_000, **RATES, output_thinking=10_000),
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
    provider(
        "learner",
        sites={"cn": "CNY"},
        cache={"implicit": {"first_misses": 2, "caches_output": True}, "source": "page"},
    ),
    model("answers", provider="learner", input=1, output=4, cache_read=0.02),
    model("none", provider="bare", context=10_000, input=1, output=1),
    provider(
        "keeper",
        cache={"explicit": {"ttl": ["1h"], "guaranteed": True}, "source": "page"},
    ),
    model("hourly", provider="keeper", input=10, output=10, cache_read=1, cache_storage_hour=4.5),
    model("own", provider="keeper", **STEPS, cache={"explicit": {"own_call": True}}),
)
TWENTY = Session(turns=20, system=2_000, user=200, tool_output=1_500, output_tokens=300)


def run(agent: Session, model: str = "m", **options: Any) -> SessionResult:
    report = session(agent, models=model, options=SessionOptions(**options), prices=PRICES)
    (result,) = report.results
    return result


def test_twenty_turns_send_454_000_tokens_and_write_41_700_of_them() -> None:
    total = run(TWENTY).total
    assert (total.input, total.output) == (454_000, 6_000)
    assert [total.cache_read, total.cache_written] == [412_300, 41_700]
    # 412,300 at 0.25, 41,700 at 3.125, 6,000 at 10; uncached 454,000 at 2.5
    assert total.with_cache == Decimal("0.1030750") + Decimal("0.1303125") + Decimal("0.06")
    assert total.without_cache == Decimal("1.135") + Decimal("0.06")


sizes = st.integers(min_value=0, max_value=5_000)


@given(turns=st.integers(2, 60), prefix=st.integers(1_000, 9_000), new=sizes, output=sizes)
def test_the_sums_are_those_of_the_closed_form(
    turns: int, prefix: int, new: int, output: int
) -> None:
    agent = Session(turns=turns, system=prefix, user=new, tool_output=0, output_tokens=output)
    total = run(agent).total
    sent = turns * prefix + new * turns * (turns + 1) // 2 + output * turns * (turns - 1) // 2
    written = prefix + turns * new + (turns - 1) * output
    assert (total.input, total.output) == (sent, turns * output)
    assert [total.cache_written, total.cache_read] == [written, sent - written]


def test_every_turn_costs_what_an_estimate_of_it_says() -> None:
    for priced in run(TWENTY).calls:
        ((_, usage),) = priced.billed
        size = InputTokens(
            total=usage.input,
            cached=usage.cache_read,
            cache_write=usage.cache_write[Ttl("5m")],
            cache_ttl=Ttl("5m"),
        )
        output = OutputTokens(low=300, expected=300, high=300)
        (result,) = estimate(
            size, models="m", options=EstimateOptions(output=output), prices=PRICES
        ).results
        assert result.cost is not None
        assert priced.with_cache == result.cost.expected.total


def test_a_turn_above_a_tier_is_priced_by_it() -> None:
    agent = Session(turns=2, system=9_000, user=1_000, tool_output=0, output_tokens=0)
    first, second = run(agent, "steps", cache="none").calls
    assert [first.without_cache, second.without_cache] == [Decimal("0.02"), Decimal("0.044")]


def test_what_a_cache_takes_is_cut_to_its_steps_and_nothing_below_its_minimum() -> None:
    agent = Session(turns=2, system=500, user=800, tool_output=0, output_tokens=100)
    first, second = run(agent, "steps").calls
    assert [first.cache_read, second.cache_read] == [0, 1_256]  # 1,000 and twice 128
    tiny = Session(turns=3, system=100, user=100, tool_output=0, output_tokens=100)
    assert [priced.cache_read for priced in run(tiny, "steps").calls] == [0, 0, 0]


@pytest.mark.parametrize(
    ("interval", "ttl", "reads"),
    [("5m", None, True), ("6m", None, False), ("6m", "1h", True), ("61m", "1h", False)],
)
def test_an_interval_beyond_the_lifetime_loses_what_was_written(
    interval: str, ttl: str | None, *, reads: bool
) -> None:
    agent = Session(turns=2, turn_interval=parse_duration(interval))
    assert (run(agent, cache_ttl=ttl).total.cache_read > 0) == reads


def test_a_gap_is_the_time_before_one_turn() -> None:
    agent = Session(turns=3, gaps={2: timedelta(hours=2)})
    assert [priced.cache_read > 0 for priced in run(agent).calls] == [False, False, True]


def test_a_gap_that_is_named_takes_the_place_of_the_interval() -> None:
    values: dict[str, Any] = {"turns": 3, "turn_interval": timedelta(minutes=6)}
    shorter = Session(**values, gaps={2: timedelta(minutes=1)})
    # after 6 minutes nothing is left of what lives 5, after a minute the 3,700 of the first turn
    assert [priced.cache_read for priced in run(Session(**values)).calls] == [0, 0, 0]
    assert [priced.cache_read for priced in run(shorter).calls] == [0, 3_700, 0]


def test_a_single_turn_writes_what_agents_share_and_not_its_message() -> None:
    (priced,) = run(Session(turns=1, system=2_000, user=500, tool_output=0)).calls
    assert priced.call.input == 2_500
    assert priced.cache_written == 2_000


def test_a_longer_life_is_paid_for_with_every_token_that_is_written() -> None:
    saved = run(TWENTY, cache_ttl="1h").total.with_cache
    assert saved is not None
    assert saved - Decimal("0.2933875") == 41_700 * Decimal("1.875") / 10**6


def test_a_cache_that_is_not_read_is_a_loss() -> None:
    total = run(Session(turns=1, system=10_000, user=0, tool_output=0, output_tokens=0)).total
    assert total.saving == Decimal("0.025") - Decimal("0.03125")


def test_a_hit_rate_weighs_hits_and_misses() -> None:
    agent = Session(turns=2, system=9_000, user=1_000, tool_output=0, output_tokens=0)
    rates = {
        rate: run(
            Session(
                turns=2,
                system=9_000,
                user=1_000,
                tool_output=0,
                output_tokens=0,
                hit_rate=Decimal(rate),
            )
        ).total.with_cache
        for rate in ("0", "0.9", "1")
    }
    assert rates["1"] == run(agent).total.with_cache
    nine, one = rates["1"], rates["0"]
    assert nine is not None
    assert one is not None
    assert rates["0.9"] == nine * Decimal("0.9") + one * Decimal("0.1")


def test_agents_at_once_write_the_prefix_each_and_staged_ones_read_it() -> None:
    alone = run(Session(turns=1, system=10_000, user=0, tool_output=0, output_tokens=0)).total
    values: dict[str, Any] = {
        "turns": 1,
        "system": 10_000,
        "user": 0,
        "tool_output": 0,
        "output_tokens": 0,
        "agents": 5,
    }
    at_once = run(Session(**values)).total
    staged = run(Session(**values, staged=True)).total
    assert at_once.with_cache == 5 * (alone.with_cache or 0) == 5 * Decimal("0.03125")
    assert staged.with_cache == Decimal("0.03125") + 4 * Decimal("0.0025")
    assert (at_once.calls, staged.calls) == (5, 5)


def test_a_cache_that_holds_answers_as_well_reads_them_in_the_next_turn() -> None:
    agent = Session(turns=10, system=3_000, user=200, tool_output=0, output_tokens=400)
    total = run(agent, "answers").total
    # new are 3,000 and ten times 200; turn t reads the 3,600 + 600 (t-2) tokens before it
    assert [total.cache_read, total.input] == [54_000, 59_000]
    # 5,000 at 1, 54,000 at 0.02 and 4,000 at 4
    assert total.with_cache == Decimal("0.02208")


def test_a_cache_that_learns_what_calls_share_misses_the_first_ones_and_the_first_summary() -> None:
    agents = Session(turns=1, system=1_000, user=0, tool_output=0, agents=5, staged=True)
    assert run(agents, "answers").total.cache_read == 3_000  # two of five write 1,000 each
    summed = Session(
        turns=4,
        system=1_000,
        user=1_000,
        tool_output=0,
        output_tokens=500,
        summary=200,
        compact_at=3_000,
    )
    # turns 2, 3 and 4 begin anew with 1,000 that the first turn and then two turns had
    begun = [call for call in run(summed, "answers").calls if not call.call.tokens.continues]
    assert [call.cache_read for call in begun] == [0, 0, 1_000, 1_000]


def test_a_summary_takes_the_place_of_the_history() -> None:
    agent = Session(
        turns=3,
        system=1_000,
        user=1_000,
        tool_output=0,
        output_tokens=500,
        summary=200,
        compact_at=3_000,
    )
    sent = [
        (
            priced.call.turn,
            priced.call.is_compaction,
            priced.call.input,
            priced.call.tokens.prefix if priced.call.tokens.continues or priced.cache_read else 0,
            priced.call.output,
        )
        for priced in run(agent).calls
    ]
    assert sent == [
        (1, False, 2_000, 0, 500),
        (2, True, 2_500, 2_000, 200),  # 2,500 and 1,000 would be above 3,000
        (2, False, 2_200, 1_000, 500),
        (3, True, 2_700, 2_200, 200),
        (3, False, 2_200, 1_000, 500),
    ]


@pytest.mark.parametrize(("compact_at", "summaries"), [(5_700, [3]), (5_699, [2, 3])])
def test_a_history_that_fits_the_threshold_exactly_is_kept(
    compact_at: int, summaries: list[int]
) -> None:
    # the turns send 3,700, then 5,700, then 7,700 tokens
    agent = Session(turns=3, compact_at=compact_at)
    compactions = [priced.call.turn for priced in run(agent).calls if priced.call.is_compaction]
    assert compactions == summaries


@pytest.mark.parametrize("cache", [None, "none"])
def test_the_cheapest_threshold_is_within_two_per_cent_of_the_best_one(cache: str | None) -> None:
    values: dict[str, Any] = {"turns": 300, "summary": 500}
    auto = run(Session(**values, compact_at="auto"), cache=cache)
    assert auto.compact_at is not None
    costs = [
        run(Session(**values, compact_at=size), cache=cache).total.cost
        for size in range(5_000, 60_000, 2_000)
    ]
    assert auto.total.cost < min(costs) * Decimal("1.02")


def test_the_closed_form_counts_what_writing_the_summary_costs() -> None:
    agent = Session(turns=300, summary=500)
    first = quote(
        find_offer(PRICES, "m"),
        price_date=PRICES.price_date,
        input_tokens=2_000,
        output_tokens=300,
    )
    # base 2,500 + sqrt(2 x 2,000 x ((3.125 + 10) x 500 + 0.25 x 2,500) / 0.25), rounded down
    assert closed_form(agent, 2_000, first, run(agent).cache) == 2_500 + 10_723
    # without a cache all is read and written at 2.5
    assert closed_form(agent, 2_000, first, None) == 2_500 + 4_472


def test_a_call_one_token_beyond_a_tier_is_summed_up_at_the_rates_of_the_rest() -> None:
    """The first turn sends 2,000 tokens at 1 a million, the second 2,001 at 4."""
    prices = table(model("brief", input=4, output=4, tiers=[{"input_lte": 2_000, "input": 1}]))
    offer = find_offer(prices, "brief")

    def quote_of(size: int, output: int) -> Quote:
        return quote(offer, price_date=prices.price_date, input_tokens=size, output_tokens=output)

    agent = Session(turns=2, user=1, tool_output=0, output_tokens=0)
    sums = SessionSums(agent, quote_of, None)
    assert sums.total(1_999, None) == Decimal("0.010004")


def test_the_threshold_is_chosen_with_the_rate_of_reasoning_where_that_is_asked_for() -> None:
    """A summary of 1,000 tokens costs 0.01 of 10 a million, and 10 of 10,000."""
    agent = Session(turns=100, compact_at="auto")
    assert run(agent, "thinker").compact_at is not None
    assert run(agent, "thinker", thinking=True).compact_at is None


def test_no_summary_is_made_where_none_pays() -> None:
    # three turns read little, and a summary costs 1,000 tokens of output
    auto = run(Session(turns=3, compact_at="auto"))
    assert auto.compact_at is None
    assert assumed("history_kept") in auto.assumptions
    assert auto.total.cost == run(Session(turns=3)).total.cost


@given(turns=st.integers(1, 12), system=sizes, new=sizes, output=sizes, summary=sizes)
@settings(max_examples=20, deadline=None)
def test_the_threshold_that_is_chosen_is_never_dearer_than_any_other(
    turns: int, system: int, new: int, output: int, summary: int
) -> None:
    values: dict[str, Any] = {
        "turns": turns,
        "system": system,
        "user": new,
        "tool_output": 0,
        "output_tokens": output,
        "summary": summary,
    }
    for name in ("m", "steps"):  # the second has a tier from 10,001 on
        auto = run(Session(**values, compact_at="auto"), name).total.cost
        assert auto <= run(Session(**values), name).total.cost
        for size in (system + summary + new, 10_000, system + summary + 3 * (new + output)):
            if size >= system + summary + new:
                assert auto <= run(Session(**values, compact_at=size), name).total.cost


def test_the_threshold_of_a_long_session_is_the_cheapest_of_all_sizes_too() -> None:
    # 200 turns of 500 new tokens and 100 of output: 8,400 is 2,000 + 500 of summary + 500 + 9 x 600
    values: dict[str, Any] = {
        "turns": 200,
        "system": 2_000,
        "user": 500,
        "tool_output": 0,
        "output_tokens": 100,
        "summary": 500,
    }
    auto = run(Session(**values, compact_at="auto"))
    assert auto.compact_at == 8_400
    assert auto.total.cost == Decimal("0.996775")
    costs = {
        size: run(Session(**values, compact_at=size)).total.cost
        for size in range(7_200, 9_601, 600)
    }
    assert min(costs.values()) == costs[8_400] == auto.total.cost


@given(
    turns=st.integers(2, 9),
    gaps=st.dictionaries(st.integers(2, 9), st.sampled_from([1, 5, 6, 90]), max_size=3),
    minutes=st.sampled_from([0, 5, 6]),
)
@settings(max_examples=20, deadline=None)
def test_the_threshold_is_the_cheapest_whatever_the_gaps(
    turns: int, gaps: dict[int, int], minutes: int
) -> None:
    values: dict[str, Any] = {
        "turns": turns,
        "system": 1_000,
        "summary": 100,
        "turn_interval": timedelta(minutes=minutes),
        "gaps": {turn: timedelta(minutes=gap) for turn, gap in gaps.items() if turn <= turns},
    }
    for name in ("m", "answers"):
        auto = run(Session(**values, compact_at="auto"), name).total.cost
        sizes = {1_000 + 1_700 + turn * 2_000 for turn in range(1, turns)}
        sizes |= {1_100 + 1_700 + turn * 2_000 for turn in range(turns)}
        costs = [run(Session(**values, compact_at=size), name).total.cost for size in sizes]
        assert auto == min([run(Session(**values), name).total.cost, *costs])


@pytest.mark.parametrize("system", [0, 100])
def test_tools_are_counted_as_a_request_counts_them(system: int) -> None:
    tool = {"name": "look_up", "parameters": {"type": "object", "properties": {"of": {}}}}
    tools = [{"type": "function", "function": tool}]
    asked = [{"role": "user", "content": "x"}]
    asked = [{"role": "system", "content": "x"}, *asked] if system else asked
    body = {"model": "m", "messages": asked}
    with_tools, without = (
        estimate(sent, "m", prices=PRICES).results[0].tokens
        for sent in ({**body, "tools": tools}, body)
    )
    for text in (json.dumps(tools, indent=4), json.dumps({"tools": tools}), json.dumps(tools)):
        agent = Session(turns=1, system=system, tools=Prompt(name="tools.json", text=text))
        assert run(agent).prefix.expected == system + with_tools.expected - without.expected
    prose = Session(turns=1, system=0, tools=Prompt(name="tools.txt", text="hello world"))
    assert run(prose).prefix.expected == 2


def test_a_tool_alone_is_counted_in_the_form_of_every_provider() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    tool = {"name": "look_up", "description": "Look a city up."}
    forms = [
        {"function": {**tool, "parameters": schema}},
        {"toolSpec": {**tool, "inputSchema": {"json": schema}}},
        {"functionDeclarations": [{**tool, "parameters": schema}]},
        {**tool, "input_schema": schema},
    ]
    texts = [json.dumps(form) for form in forms]
    texts += [json.dumps({"toolConfig": {"tools": [forms[1]], "toolChoice": {"auto": {}}}})]
    agents = [
        Session(turns=1, tools=Prompt(name="t.json", text=text))
        for text in (*texts, *(f"[{text}]" for text in texts[:4]))
    ]
    assert len({run(agent).prefix for agent in agents}) == 1


@pytest.mark.parametrize("text", ["[]", '{"tools": []}'])
def test_no_tools_are_no_tokens(text: str) -> None:
    agent = Session(turns=1, system=100, tools=Prompt(name="tools.json", text=text))
    assert run(agent).prefix.expected == 100


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("tools.json", "[{", "'tools.json' is not JSON: "),
        ("tools.json", '"look_up"', "'tools.json' does not define tools"),
        ("tools.txt", '{"openapi": "3.1.0"}', "'tools.txt' does not define tools"),
        ("tools.json", '{"tools": {"a": 1}}', "'tools.json' does not define tools"),
        ("tools.json", "[{}]", "'tools.json' does not define tools"),
        ("tools.json", '{"toolConfig": {}}', "'tools.json' does not define tools"),
        ("tools.json", '{"toolConfig": [{"name": "f"}]}', "'tools.json' does not define tools"),
    ],
)
def test_json_that_does_not_define_tools_is_not_counted_as_a_text(
    name: str, text: str, message: str
) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        run(Session(turns=1, system=100, tools=Prompt(name=name, text=text)))
    assert "or how many tokens they are" in raised.value.hint


def test_one_tool_and_tools_by_their_names_are_tools() -> None:
    tool = {"name": "look_up", "parameters": {"type": "object", "properties": {"of": {}}}}
    texts = [
        json.dumps(tools) for tools in ([tool], tool, {"look_up": {**tool, "name": "look_up"}})
    ]
    sizes = {
        run(Session(turns=1, tools=Prompt(name="tools.json", text=text))).prefix.expected
        for text in texts
    }
    assert len(sizes) == 1


def test_a_turn_follows_its_summary_at_once_however_long_the_gap_before_both() -> None:
    agent = Session(
        turns=3,
        system=2_000,
        user=1_000,
        tool_output=0,
        output_tokens=500,
        summary=200,
        compact_at=5_500,
        gaps={3: timedelta(hours=2)},
    )
    # the summary of 5,000 tokens finds nothing alive; then the prefix is there again
    assert [priced.cache_read for priced in run(agent).calls] == [0, 3_000, 0, 2_000]


def test_no_threshold_lies_beyond_the_window() -> None:
    result = run(Session(turns=100, system=3_000, compact_at="auto"), "none")
    assert result.compact_at is not None
    assert result.compact_at <= 10_000 - 1_000 - 300  # a summary of 1,000 and an output have to fit


def test_a_session_that_outgrows_the_window_names_the_turn() -> None:
    with pytest.raises(DoesNotFitError, match=r"turn 5: bare/none does not fit: 12,000 tokens"):
        session(TWENTY, models="none", prices=PRICES)
    with pytest.raises(DoesNotFitError) as raised:
        session(Session(summary=9_000, system=0, compact_at=11_000), models="none", prices=PRICES)
    assert raised.value.hint == "make the summary or the messages shorter"


def test_the_cache_that_promises_hits_is_the_default_and_the_other_has_its_own_rate() -> None:
    agent = Session(turns=2, system=9_000, user=1_000, tool_output=0, output_tokens=0)
    explicit, implicit = run(agent, "b"), run(agent, "b", cache="implicit")
    assert explicit.cache is not None
    assert (explicit.cache.use.kind, explicit.cache.use.ttl) == ("explicit", "5m")
    # 10,000 written at 12.5, then 10,000 read at 1 and 1,000 written
    assert explicit.total.with_cache == Decimal("0.125") + Decimal("0.01") + Decimal("0.0125")
    assert implicit.cache is not None
    assert (implicit.cache.use.kind, implicit.cache.use.ttl) == ("implicit", None)
    assert implicit.total.with_cache == Decimal("0.1") + Decimal("0.02") + Decimal("0.01")


def test_without_a_cache_the_reason_is_said() -> None:
    result = run(Session(turns=1), "none")
    assert (result.cache, result.total.with_cache) == (None, None)
    assert result.no_cache == reason("no_session_cache", offer="bare/none@global")
    refused = run(Session(turns=1), "m", cache="none")
    assert (refused.cache, refused.no_cache) == (None, reason("no_cache_requested"))
    with pytest.raises(NoPriceError, match="has no implicit cache") as raised:
        run(Session(turns=1), "m", cache="implicit")
    assert raised.value.hint == "it has an explicit one: --cache explicit"
    with pytest.raises(NoPriceError, match="has no cache writes for 7m") as raised:
        run(Session(turns=1), "m", cache_ttl="7m")
    assert raised.value.hint == "it has 5m, 1h: --cache-ttl 5m"


@pytest.mark.parametrize("model", ["hourly", "own"])
def test_a_cache_that_is_billed_by_the_hour_or_for_its_making_is_not_for_a_session(
    model: str,
) -> None:
    result = run(Session(turns=2), model)
    assert result.no_cache == reason("no_session_cache", offer=f"keeper/{model}@global")
    assert result.total.with_cache is None
    with pytest.raises(NoPriceError, match="no explicit cache that a session can use") as raised:
        run(Session(turns=2), model, cache="explicit")
    assert raised.value.hint == "--cache none prices it without one"


@pytest.mark.parametrize(
    ("model", "rate", "codes"),
    [
        ("m", None, ["cache_used"]),
        ("m", Decimal("0.9"), ["cache_used", "hit_rate_given"]),
    ],
)
def test_what_a_cache_rests_on_is_named(model: str, rate: Decimal | None, codes: list[str]) -> None:
    agent = Session(turns=1, hit_rate=rate)
    cache = run(agent, model).cache
    assert cache is not None
    assert [note.code for note in cache.assumptions(agent)] == codes


def test_hits_that_nobody_guarantees_are_an_assumption() -> None:
    cache = run(Session(turns=1), "b", cache="implicit").cache
    assert cache is not None
    assert {note.code for note in cache.assumptions(Session(turns=1))} == {
        *("cache_used", "hits_not_guaranteed", "lifetime_not_published")
    }


PAUSING = Session(turns=2, system=2_000, user=0, tool_output=0, turn_interval=timedelta(minutes=2))


def test_after_a_pause_a_cache_of_unknown_lifetime_has_nothing_left_and_says_so() -> None:
    result = run(PAUSING, "b", cache="implicit")
    assert [priced.cache_read for priced in result.calls] == [0, 0]
    options = SessionOptions(cache=CacheKind.IMPLICIT)
    report = session(PAUSING, "b", options=options, prices=PRICES)
    assert "2m between turns" in render(report)
    assert "nothing read after pauses (--hit-rate)" in render(report)


def test_who_knows_how_many_turns_hit_need_not_know_the_lifetime() -> None:
    result = run(replace(PAUSING, hit_rate=Decimal("0.5")), "b", cache="implicit")
    assert [priced.cache_read for priced in result.calls] == [0, 1_000]
    codes = [note.code for note in result.assumptions]
    assert "lifetime_not_published" in codes
    assert "nothing_left_after_pauses" not in codes


def test_a_gap_and_an_hour_that_all_turns_are_priced_at_are_named() -> None:
    hours = schedule("day", "09:00-12:00", multiplier=2)
    prices = table(hours, model("m", input=1, output=1, schedule="day", cache=False))
    agent = Session(turns=3, gaps={3: timedelta(hours=1)})
    at = parse_price_date("2026-11-23T11:59")
    report = session(agent, "m", options=SessionOptions(price_date=at), prices=prices)
    assert "1h before turn 3" in render(report)
    assert "all turns are priced as of 2026-11-23T11:59" in render(report, verbose=True)
    (once,) = session(
        Session(turns=3), "m", options=SessionOptions(price_date=at), prices=prices
    ).results
    assert "turns_at_one_time" not in [note.code for note in once.assumptions]
    sunday = SessionOptions(price_date=parse_price_date("2026-11-22"))
    (result,) = session(agent, "m", options=sunday, prices=prices).results
    assert assumed("turns_at_one_time", at="2026-11-22") in result.assumptions


def test_texts_are_counted_and_their_range_is_one_of_the_cost() -> None:
    text = Prompt(name="s", text="hello world")  # 2 tokens of o200k_base
    exact = run(Session(turns=1, system=text, tools=8, user=0, tool_output=0, output_tokens=0))
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
        ({"gaps": {1: timedelta(hours=1)}}, "gap before turn 1"),
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
    assert [result.offer.model.id for result in report.results] == ["m"]
    assert [failure.model for failure in report.failures] == ["x", "bare/none"]


def test_the_month_of_sessions_is_split_where_the_price_changes() -> None:
    prices = table(
        model(
            "m",
            row(input=2, output=2, until=date(2026, 12, 1)),
            row(input=5, output=5, from_=date(2026, 12, 2)),
        )
    )
    work = Session(turns=1, system=500_000, user=0, tool_output=0, output_tokens=500_000)
    options = SessionOptions(volume=Volume(per_month=Decimal(30)))
    (result,) = session(work, "m", options=options, prices=prices).results
    assert result.month == 10 * 2 + 20 * 5  # from the table's day, 2026-11-22
    (note,) = [note for note in result.assumptions if note.code == "month_of_two_prices"]
    assert note.values["day"] == date(2026, 12, 2)


def test_a_session_reaches_from_promised_rates_to_those_of_the_list_and_so_does_its_month() -> None:
    """Two turns of a million tokens: 3 million are read, and 10 of 30 days are promised at 1."""
    end, listed = date(2026, 12, 1), {"input": 4, "output": 4}
    prices = table(model("m", kind="promo", promised_until=end, list=listed, input=1, output=1))
    turns = Session(turns=2, system=0, user=1_000_000, tool_output=0, output_tokens=0)
    options = SessionOptions(
        volume=Volume(per_month=Decimal(30)), price_date=PriceDate(day=date(2026, 11, 22))
    )
    (now,) = session(turns, "m", options=options, prices=prices).results
    assert [now.total.cost, now.low, now.high] == [3, None, None]
    assert [now.month_low, now.month, now.month_high] == [90, 270, 270]  # 30 + 240
    later = replace(options, price_date=PriceDate(day=date(2026, 12, 2)))
    (then,) = session(turns, "m", options=later, prices=prices).results
    assert [then.low, then.total.cost, then.high] == [3, 12, 12]
    unnamed = replace(options, price_date=None)  # of a table that may be used after the end
    (any_day,) = session(turns, "m", options=unnamed, prices=prices).results
    assert [any_day.low, any_day.total.cost, any_day.high] == [3, 3, 12]


@pytest.mark.parametrize(
    ("name", "system", "hit_rate", "certainty"),
    [
        ("m", 2_000, None, Certainty.GUARANTEED),
        ("answers", 2_000, None, Certainty.POSSIBLE),  # its provider promises no hits
        ("answers", 2_000, Decimal("0.9"), Certainty.EXPECTED),
    ],
)
def test_what_a_session_saves_is_as_sure_as_the_hits_of_its_cache(
    name: str, system: int, hit_rate: Decimal | None, certainty: Certainty
) -> None:
    agent = Session(turns=3, system=system, hit_rate=hit_rate)
    (result,) = session(agent, name, prices=PRICES).results
    assert result.certainty is certainty


def test_a_session_whose_first_turns_may_be_below_the_minimum_of_a_cache_promises_nothing() -> None:
    """Its system is 900 to 1,100 tokens, and the cache of "m" takes 1,000."""
    agent = Session(turns=2, system=0, user=10, tool_output=0, output_tokens=10)
    cache = session(agent, "m", prices=PRICES).results[0].cache
    assert cache is not None
    for low, expected, high, is_doubted in (
        (900, 1_005, 1_100, True),
        (995, 1_005, 1_100, False),  # with the message of a user it is 1,005 at least
        (700, 800, 900, False),  # too short in any case
    ):
        prefix = TokenCount(
            expected=expected, low=low, high=high, method=Method.ESTIMATED, tokenizer="peer"
        )
        doubt = cache.doubt_of_minimum(calls(agent, prefix=expected, compact_at=None), prefix)
        assert (doubt is not None) == is_doubted
        assert cache.certainty(doubt) == ("possible" if is_doubted else "guaranteed")


def prefix_between(low: int, expected: int, high: int | None) -> TokenCount:
    return TokenCount(
        expected=expected, low=low, high=high, method=Method.ESTIMATED, tokenizer="peer"
    )


def counted_as(monkeypatch: pytest.MonkeyPatch, prefix: TokenCount) -> None:
    """Let the prefix of every session have these tokens."""
    monkeypatch.setattr(session_price, "count_prefix", lambda *_: prefix)


def test_a_session_says_that_its_prefix_may_be_below_the_minimum_of_the_cache(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted_as(monkeypatch, prefix_between(900, 1_050, 1_100))
    agent = Session(turns=2, system=0, user=0, tool_output=0, output_tokens=0)
    (result,) = session(agent, "m", prices=PRICES).results
    doubt = assumed("minimum_within_range", tokens=1_050, minimum=1_000, option="--hit-rate")
    assert result.certainty is Certainty.POSSIBLE
    assert doubt in result.assumptions


@pytest.mark.parametrize("high", [1_100, None])
def test_a_prefix_around_the_minimum_of_a_cache_costs_most_just_below_and_least_just_above_it(
    monkeypatch: pytest.MonkeyPatch, high: int | None
) -> None:
    """Two calls of the prefix alone: below 1,000 tokens at 2.5 each, from there at 3.125 + 0.25."""
    counted_as(monkeypatch, prefix_between(900, 950, high))
    agent = Session(turns=2, system=0, user=0, tool_output=0, output_tokens=0)
    (result,) = session(agent, "m", prices=PRICES).results
    assert result.low == Decimal("0.003375")  # 1,000 x 3.375
    assert result.total.cost == Decimal("0.00475")  # 950 x 5
    assert result.high == (None if high is None else Decimal("0.004995"))  # 999 x 5


@pytest.mark.parametrize(
    ("name", "compact_at", "turns"),
    [("m", None, 5), ("b", None, 5), ("steps", None, 3), ("m", 2_000, 9), ("b", 2_000, 9)],
)
def test_a_session_with_a_prefix_of_any_size_within_its_range_costs_what_its_range_says(
    monkeypatch: pytest.MonkeyPatch, name: str, compact_at: int | None, turns: int
) -> None:
    agent = Session(
        turns=turns,
        system=0,
        user=30,
        tool_output=0,
        output_tokens=50,
        summary=100,
        compact_at=compact_at,
    )
    counted_as(monkeypatch, prefix_between(700, 950, 1_100))
    (result,) = session(agent, name, prices=PRICES).results
    costs = [
        session(replace(agent, system=size), name, prices=PRICES).results[0].total.cost
        for size in _sizes_to_try(monkeypatch)
    ]
    assert result.low is not None
    assert result.high is not None
    assert result.low <= min(costs)
    assert max(costs) <= result.high


def test_a_session_of_300_turns_has_every_step_of_its_cache_within_its_range(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With 1,097 tokens its calls end just below a step, so that they read least: 7.509166."""
    agent = Session(turns=300, system=0, user=30, tool_output=0, output_tokens=50)
    counted_as(monkeypatch, prefix_between(700, 950, 1_100))
    (result,) = session(agent, "steps", prices=PRICES).results
    counted_as(monkeypatch, prefix_between(1_097, 1_097, 1_097))
    (dearest,) = session(agent, "steps", prices=PRICES).results
    assert dearest.total.cost == Decimal("7.509166")
    assert result.high == dearest.total.cost


@pytest.mark.parametrize(
    ("name", "agent", "error"),
    [
        ("none", Session(turns=2, system=0, user=4_000, tool_output=0), "does not fit"),
        ("m", Session(turns=2, system=0, user=50, compact_at=3_000), "than --compact-at 3,000"),
    ],
)
def test_a_size_within_the_range_that_does_not_fit_opens_the_upper_end_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, name: str, agent: Session, error: str
) -> None:
    """ "none" takes 10,000 tokens: 1,000 + 2 x 4,000 + 2 x 300 fit, 1,500 of them do not."""
    counted_as(monkeypatch, prefix_between(100, 400, 1_500))
    (result,) = session(agent, name, prices=PRICES).results
    assert result.low is not None
    assert result.high is None
    (note,) = [one for one in result.warnings if one.code == "prefix_size_has_no_price"]
    assert error in str(note.values["error"])


def test_a_session_of_too_many_steps_has_a_range_that_holds_them_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agent = Session(turns=60, system=0, user=30, tool_output=0, output_tokens=51)
    counted_as(monkeypatch, prefix_between(700, 950, 1_100))
    (exact,) = session(agent, "steps", prices=PRICES).results
    monkeypatch.setattr("tokencost.sessions.threshold._MOST_CALLS", 1_000)
    (wider,) = session(agent, "steps", prices=PRICES).results
    assert wider.low is not None
    assert wider.high is not None
    assert exact.low is not None
    assert exact.high is not None
    assert wider.low < exact.low
    assert exact.high < wider.high


def _sizes_to_try(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    for size in range(700, 1_101, 3):
        counted_as(monkeypatch, prefix_between(size, size, size))
        yield size


def test_every_agent_that_began_before_a_summary_has_shown_the_beginning() -> None:
    """Two agents each: 0 began before the first call, 2 before the one after the summary."""
    agents = Session(
        turns=4, system=100, user=50, tool_output=0, output_tokens=50, summary=10, agents=2
    )
    of_one = list(calls(agents, prefix=100, compact_at=260))
    summaries = [place for place, call in enumerate(of_one) if call.is_compaction]
    assert summaries
    firsts = [of_one[0], *(of_one[place + 1] for place in summaries)]
    assert [call.began_alike for call in firsts] == [2 * number for number in range(len(firsts))]


def test_a_session_whose_prefix_is_not_counted_whole_has_no_upper_end() -> None:
    message = Message(role="user", parts=(Text(text="hi"), Media(part="image")))
    request = Request(
        messages=(message,), uncounted=(UncountedPart(part="image", place="message 1"),)
    )
    system = Prompt(name="r.json", text="", kind="request", request=request)
    (result,) = session(Session(turns=2, system=system), "m", prices=PRICES).results
    assert result.has_range
    assert result.low is not None
    assert result.high is None
