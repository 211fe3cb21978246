"""What a request marks is billed as written, for its own time to live, unless an option differs.

The requests have 1,000 tokens of rules and 1,000 more, less a few that frame messages.
"""

from decimal import Decimal
from typing import Any

import pytest

from tests.price_tables import model, provider, table
from tokencost import Prompt, ScenarioOptions
from tokencost.budgets import Limits, Status, check
from tokencost.estimates.compare import compare
from tokencost.estimates.estimate import estimate
from tokencost.estimates.results import Estimate, EstimateOptions, EstimateReport
from tokencost.inputs.request import CacheMark, Message, Request, Tool, UncountedPart
from tokencost.money import Money
from tokencost.pricing import Mode, PriceTable
from tokencost.report import render
from tokencost.report.phrases import sentence
from tokencost.scenarios import Savings, savings
from tokencost.usage import CacheKind, OutputTokens, Ttl

RULE: dict[str, Any] = {"min_tokens": 500, "ttl": ["5m", "1h"], "breakpoints": 4, "lookback": 20}
# A million tokens: 1 plain, 2 written for five minutes, 4 for an hour.
RATES: dict[str, Any] = {
    "tokenizer": "o200k_base",
    "input": 1,
    "output": 10,
    "cache_read": 0.1,
    "cache_write": {"5m": 2, "1h": 4},
}


def prices_of(rules: dict[str, Any] | None = None, **rates: Any) -> PriceTable:
    cache = {"explicit": RULE} if rules is None else rules
    return table(
        provider("acme", cache={**cache, "source": "page"}) if cache else provider("acme"),
        model("gpt-4o", **{**RATES, **rates}),
    )


PRICES = prices_of()
RULES, CONTEXT = Message.of("system", "word " * 995), Message.of("system", "text " * 995)
QUESTION = Message.of("user", "word " * 992)


def mark(message: int, ttl: str | None = None) -> CacheMark:
    return CacheMark(place=f"message {message + 1}", ttl=ttl, message=message)


def marked(
    *marks: CacheMark, messages: tuple[Message, ...] = (RULES, QUESTION), **says: Any
) -> Prompt:
    request = Request(messages=messages, cache_marks=marks, **says)
    return Prompt(name="r.json", text="", kind="request", request=request)


def priced(prompt: Prompt, prices: PriceTable = PRICES, **options: Any) -> Estimate:
    (result,) = estimate(
        prompt, "gpt-4o", options=EstimateOptions(**options), prices=prices
    ).results
    return result


def written(result: Estimate) -> dict[str, int]:
    return {str(ttl): tokens for ttl, tokens in result.usage.cache_write.items()}


def costs(result: Estimate) -> tuple[Decimal, Decimal, Decimal]:
    """Return the least, the expected and the most, in millionths."""
    assert result.cost is not None
    assert result.cost.low is not None
    assert result.cost.high is not None
    ends = (result.cost.low, result.cost.expected, result.cost.high)
    low, expected, high = (end.total * 10**6 for end in ends)
    return low, expected, high


def codes(report: EstimateReport) -> list[str]:
    return [note.code for note in report.assumptions]


def saved(prompts: list[Prompt], prices: PriceTable = PRICES, **options: Any) -> Savings:
    report = estimate(prompts, "gpt-4o", options=EstimateOptions(**options), prices=prices)
    (of_model,) = savings(report, ScenarioOptions(lossy=True)).savings
    return of_model


def test_what_stands_before_a_mark_is_written_and_the_rest_is_plain() -> None:
    """Rules of 1,000 at 2, and a question of 1,000 at 1."""
    result = priced(marked(mark(0)))
    (tokens,) = written(result).values()
    assert written(result) == {"5m": tokens}
    assert 995 <= tokens <= 1_005
    assert result.usage.uncached_input == result.tokens.expected - tokens
    assert costs(result)[1] == result.tokens.expected + tokens
    parts = result_parts(result)
    assert Decimal(parts["cache_write"]) * 10**6 == 2 * tokens


def result_parts(result: Estimate) -> dict[str, str]:
    report = estimate(result.prompt, "gpt-4o", prices=PRICES)
    parts: dict[str, str] = report.to_dict()["results"][0]["cost"]["parts"]
    return parts


def test_each_of_two_times_to_live_is_written_for_its_part() -> None:
    """1,000 at 4, 1,000 at 2 and 1,000 at 1 are 7,000."""
    messages = (RULES, CONTEXT, QUESTION)
    result = priced(marked(mark(0, "1h"), mark(1), messages=messages))
    parts = written(result)
    assert list(parts) == ["1h", "5m"]
    assert all(995 <= tokens <= 1_005 for tokens in parts.values())
    assert costs(result)[1] == result.tokens.expected + 3 * parts["1h"] + parts["5m"]


def test_a_mark_at_the_beginning_of_a_message_ends_what_stands_before_it() -> None:
    """The rules of 1,000 are written, and the question is plain."""
    before = CacheMark(place="message 2, part 1", message=1, is_before=True)
    assert written(priced(marked(before))) == written(priced(marked(mark(0))))


def test_a_mark_for_the_whole_request_writes_all_that_is_counted() -> None:
    result = priced(marked(CacheMark(place="cache_control", ttl="1h")))
    assert written(result) == {"1h": result.tokens.expected}
    assert costs(result)[1] == 4 * result.tokens.expected


def test_a_mark_after_a_tool_writes_the_tools_alone() -> None:
    text = "Say something. " * 300
    definition = {"name": "find", "description": text, "parameters": {}}
    tool = Tool(name="find", description=text, definition=definition)
    prompt = marked(CacheMark(place="tool 1", tool=0), tools=(tool,))
    (tokens,) = written(priced(prompt)).values()
    assert 900 <= tokens <= 1_000


def test_what_frames_messages_may_lie_on_either_side_of_a_mark() -> None:
    """It is 8 tokens of an empty request: the least is as if so many less are written."""
    result = priced(marked(mark(0)))
    low, expected, high = costs(result)
    assert 0 < expected - low <= 12
    assert high == costs(priced(marked(mark(0))))[1]


@pytest.mark.parametrize(
    ("minimum", "least", "most"),
    [(900, 2, 2), (1_000, 1, 2), (1_100, 1, 1)],
)
def test_below_the_minimum_nothing_is_written_and_inside_a_range_the_cost_has_both(
    minimum: int, least: int, most: int
) -> None:
    """Rules of 1,000, of which up to 8 tokens may be behind the mark."""
    rules = Message.of("system", "word " * 993)
    prompt = marked(mark(0), messages=(rules, QUESTION))
    result = priced(prompt, prices_of({"explicit": {**RULE, "min_tokens": minimum}}))
    low, _, high = costs(result)
    plain = result.tokens.expected
    assert [round((end - plain) / 1_000) + 1 for end in (low, high)] == [least, most]


@pytest.mark.parametrize(("size", "expected"), [(990, "plain"), (1_010, "written")])
def test_what_is_expected_of_a_mark_near_the_minimum_is_what_its_count_says(
    size: int, expected: str
) -> None:
    prices = prices_of({"explicit": {**RULE, "min_tokens": 1_000}}, tokenizer="claude-3")
    rules = Message.of("system", "word " * size)
    result = priced(marked(mark(0), messages=(rules, QUESTION)), prices)
    low, middle, high = costs(result)
    plain = result.tokens.expected
    assert (middle == plain) is (expected == "plain")
    assert low < plain
    assert high > plain + 900


def test_of_a_cache_whose_minimum_nobody_publishes_the_range_has_plain_input_too() -> None:
    prices = prices_of({"explicit": {"ttl": ["5m"]}})
    result = priced(marked(mark(0)), prices)
    (tokens,) = written(result).values()
    low, expected, _ = costs(result)
    plain = result.tokens.expected
    assert [low, expected] == [plain, plain + tokens]
    report = estimate(marked(mark(0)), "gpt-4o", prices=prices)
    assert codes(report) == ["cache_marks_written", "cache_marks_of_unknown_minimum"]


def test_rates_without_a_rule_are_those_of_a_cache_of_marks() -> None:
    result = priced(marked(mark(0)), prices_of({}))
    assert list(written(result)) == ["5m"]
    assert costs(result)[0] == result.tokens.expected


def test_writes_that_cost_less_than_input_lower_the_cost_down_to_that() -> None:
    """1,000 at a half and 1,000 at 1; if they are too short it is 2,000."""
    prices = prices_of({"explicit": {"ttl": ["5m"]}}, cache_write={"5m": 0.5})
    result = priced(marked(mark(0)), prices)
    (tokens,) = written(result).values()
    plain = result.tokens.expected
    low, expected, high = costs(result)
    assert expected == plain - tokens / Decimal(2)
    assert low <= expected
    assert high == plain


def test_the_dearest_of_marks_in_any_order_is_within_the_range() -> None:
    """Where what follows is dearer, a first part that is shorter costs more."""
    messages = (RULES, CONTEXT, QUESTION)
    prompt = marked(mark(0, "5m"), mark(1, "1h"), messages=messages)
    result = priced(prompt)
    _, expected, high = costs(result)
    assert 0 < high - expected <= 2 * 12


def test_what_is_written_for_less_than_plain_input_costs_most_where_it_ends_early() -> None:
    """1,000 at 4, 1,000 at a half and 1,000 at 1: the dearest has all 12 of the frame at 1."""
    messages = (RULES, CONTEXT, QUESTION)
    prompt = marked(mark(0, "1h"), mark(1, "5m"), messages=messages)
    result = priced(prompt, prices_of(cache_write={"5m": Decimal("0.5"), "1h": 4}))
    _, expected, high = costs(result)
    first, second = result.marked_ends
    assert high - expected == (second.tokens - second.low) / Decimal(2) > 0
    assert first.high == first.tokens


def test_what_a_request_marks_is_said_once_and_not_as_what_the_provider_writes_by_itself() -> None:
    result = priced(marked(mark(0)))
    assert result.quote is not None
    assert "input_written_by_default" not in [note.code for note in result.quote.assumptions]


@pytest.mark.parametrize(
    ("rules", "choice", "says"),
    [
        ({"explicit": RULE}, None, ["cache_marks_written"]),
        ({"explicit": {**RULE, "min_tokens": 5_000}}, None, ["cache_marks_below_minimum"]),
        (
            {"explicit": {**RULE, "min_tokens": 1_000}},
            None,
            ["cache_marks_written", "cache_marks_near_minimum"],
        ),
        ({"explicit": {**RULE, "own_call": True}}, None, ["cache_marks_not_taken"]),
        ({"implicit": {}}, None, ["cache_marks_not_taken"]),
        ({"explicit": RULE}, "none", ["cache_set_aside"]),
        ({"explicit": RULE, "implicit": {}}, "implicit", ["cache_set_aside"]),
        ({"explicit": RULE, "implicit": {}}, "explicit", ["cache_marks_written"]),
        # all of it is written anyway, and that is said of the price
        ({"explicit": RULE, "implicit": {"ttl": ["5m"], "write_x": {"5m": 2}}}, None, []),
        (
            {"explicit": RULE, "implicit": {"ttl": ["5m"], "write_x": {"5m": 2}}},
            "explicit",
            ["cache_marks_written"],
        ),
    ],
)
def test_it_is_said_as_what_marks_are_priced(
    rules: dict[str, Any], choice: Any, says: list[str]
) -> None:
    prices = prices_of(rules)
    options = EstimateOptions(cache=choice)
    report = estimate(marked(mark(0)), "gpt-4o", options=options, prices=prices)
    assert codes(report) == says
    limits = Limits(max_cost_per_call=Money(amount=Decimal(1), currency="USD"))
    checked = render(
        check(
            marked(mark(0)),
            "gpt-4o",
            limits=limits,
            output_tokens=0,
            options=options,
            prices=prices,
        )
    )
    for note in report.assumptions:
        assert sentence(note) in checked
        assert sentence(note) in render(report)


def test_a_write_that_costs_what_input_does_needs_no_word() -> None:
    prices = prices_of({"explicit": {**RULE, "ttl": ["5m"]}}, cache_write={"5m": 1})
    report = estimate(marked(mark(0)), "gpt-4o", prices=prices)
    assert codes(report) == []
    assert list(written(report.results[0])) == ["5m"]


def test_no_cache_prices_plain_input_and_keeps_the_rows_of_the_cache() -> None:
    result = priced(marked(mark(0)), cache="none")
    assert costs(result) == (Decimal(result.tokens.expected),) * 3
    assert written(result) == {}
    rows = saved([marked(mark(0))], cache="none").outcomes
    assert [row.id for row in rows if row.is_cache] == ["cache-explicit-5m", "cache-explicit-1h"]
    assert all(row.id != "cache-off" for row in rows)


def test_a_time_to_live_that_is_given_is_that_of_all_marks() -> None:
    prompt = marked(mark(0, "1h"))
    result = priced(prompt, cache_ttl=Ttl("5m"))
    assert list(written(result)) == ["5m"]
    options = EstimateOptions(cache_ttl=Ttl("5m"))
    report = estimate(prompt, "gpt-4o", options=options, prices=PRICES)
    sentences = [sentence(note) for note in report.assumptions]
    assert "1 request asks for caching for 1h; priced with caching for 5m, as given" in sentences


@pytest.mark.parametrize("ttl", ["2h", "forever"])
def test_marks_for_a_time_that_the_cache_lacks_are_plain_and_at_most_written(ttl: str) -> None:
    """2,000 as plain input, and 1,000 of them at 4 are 5,000."""
    result = priced(marked(mark(0, ttl)))
    low, expected, high = costs(result)
    assert low == expected == result.tokens.expected
    assert 2_985 <= high - expected <= 3_015
    report = estimate(marked(mark(0, ttl)), "gpt-4o", prices=PRICES)
    assert codes(report) == ["cache_marks_of_unknown_ttl"]
    assert f"for {ttl}, and the cache has 5m and 1h" in sentence(report.assumptions[0])


def test_a_mark_without_a_time_has_that_of_its_request_and_60_minutes_are_an_hour() -> None:
    both = {"explicit": RULE, "implicit": {"ttl": ["5m", "1h"], "write_x": {"5m": 2, "1h": 4}}}
    asked = marked(mark(0), cache="explicit", cache_ttl="60m")
    assert list(written(priced(asked, prices_of(both)))) == ["1h"]


def test_of_more_marks_than_the_cache_takes_the_last_ones_write() -> None:
    messages = (RULES, CONTEXT, QUESTION)
    prompt = marked(mark(0, "1h"), mark(1), messages=messages)
    prices = prices_of({"explicit": {**RULE, "breakpoints": 1}})
    result = priced(prompt, prices)
    assert list(written(result)) == ["5m"]
    assert codes(estimate(prompt, "gpt-4o", prices=prices))[-1] == "cache_marks_beyond_most"


def test_an_implicit_cache_that_bills_its_writes_writes_all_whatever_is_marked() -> None:
    both = {"explicit": RULE, "implicit": {"ttl": ["5m"], "write_x": {"5m": 2}}}
    result = priced(marked(mark(0)), prices_of(both))
    assert written(result) == {"5m": result.tokens.expected}
    explicit = priced(marked(mark(0)), prices_of(both), cache=CacheKind.EXPLICIT)
    assert 995 <= sum(written(explicit).values()) <= 1_005


def test_marks_are_written_in_a_batch_at_its_rates() -> None:
    prices = prices_of(modes={"batch": 0.5})
    standard, batch = (
        priced(marked(mark(0)), prices),
        priced(marked(mark(0)), prices, mode=Mode.BATCH),
    )
    assert costs(batch)[1] * 2 == costs(standard)[1]


def test_a_budget_is_judged_with_what_marks_write() -> None:
    """2,000 tokens are 2,000 millionths as plain input, and 3,000 with 1,000 written."""
    limits = Limits(max_cost_per_call=Money(amount=Decimal("0.0025"), currency="USD"))
    for marks, status in (((), Status.PASS), ((mark(0),), Status.FAIL)):
        report = check(marked(*marks), "gpt-4o", limits=limits, output_tokens=0, prices=PRICES)
        assert report.status is status


def test_a_comparison_ranks_with_what_each_model_writes() -> None:
    """Written at 2 the rules lift 1 above the 1.2 of a model that takes no marks."""
    prices = table(
        provider("acme", cache={"explicit": RULE, "source": "page"}),
        provider("other", cache={"implicit": {}, "source": "page"}),
        model("gpt-4o", **RATES),
        model("n", provider="other", tokenizer="o200k_base", input=1.2, output=10, cache_read=0.1),
    )
    plain, with_marks = (
        [row.offer.model.id for row in compare(marked(*marks), prices=prices).ranked]
        for marks in ((), (mark(0),))
    )
    assert plain == ["gpt-4o", "n"]
    assert with_marks == ["n", "gpt-4o"]
    notes = compare(marked(mark(0)), prices=prices).assumptions
    assert {note.code for note in notes} == {"cache_marks_written", "cache_marks_not_taken"}


def test_the_scenarios_begin_with_what_marks_write_and_show_the_plain_price() -> None:
    of_model = saved([marked(mark(0))], calls=10)
    result = priced(marked(mark(0)))
    assert of_model.baseline.total * 10**6 == 10 * costs(result)[1]
    rows = {row.id: row for row in of_model.outcomes}
    assert rows["cache-off"].total * 10**6 == 10 * result.tokens.expected
    cached = rows["cache-explicit-5m"]
    (tokens,) = written(result).values()
    rest = result.tokens.expected - tokens
    of_calls = 10 * rest + 2 * tokens + 9 * tokens / Decimal(10)
    assert cached.total * 10**6 == of_calls  # one call writes, nine read
    assert cached.break_even.calls == 2


@pytest.mark.parametrize("ttl", ["5m", "1h"])
def test_the_cache_of_the_marks_costs_no_call_more_than_it_does_as_it_is(ttl: str) -> None:
    rows = {row.id: row for row in saved([marked(mark(0, ttl))], calls=10).outcomes}
    break_even = rows[f"cache-explicit-{ttl}"].break_even
    assert (break_even.calls, break_even.per_hour) == (2, None)


def test_each_request_of_a_growing_chat_writes_its_own_marks_until_a_scenario_has_hits() -> None:
    longer = (RULES, QUESTION, Message.of("assistant", "yes " * 500), Message.of("user", "more"))
    chat = [marked(mark(1)), marked(mark(3), messages=longer)]
    results = estimate(chat, "gpt-4o", options=EstimateOptions(calls=1), prices=PRICES).results
    assert [written(result) for result in results] == [
        {"5m": result.tokens.expected} for result in results
    ]
    of_model = saved(chat, calls=1)
    assert of_model.baseline.total * 10**6 == sum(costs(result)[1] for result in results)
    cached = next(row for row in of_model.outcomes if row.id == "cache-explicit-5m")
    assert cached.total < of_model.baseline.total


def test_a_request_without_marks_beside_one_with_marks_writes_nothing() -> None:
    prompts = [marked(mark(0)), marked()]
    results = estimate(prompts, "gpt-4o", options=EstimateOptions(calls=1), prices=PRICES).results
    assert written(results[1]) == {}
    of_model = saved(prompts, calls=1)
    assert of_model.baseline.total * 10**6 == sum(costs(result)[1] for result in results)


def test_a_shorter_text_writes_less_at_its_mark() -> None:
    """Half of it left out is half of what is written and of what is not."""
    of_model = saved([marked(mark(0))], calls=1)
    half = next(row for row in of_model.outcomes if row.id == "lossy-50")
    assert abs(half.total * 2 - of_model.baseline.total) * 10**6 <= 10
    indented = Message.of("system", '{"a": [\n' + '        "word",\n' * 500 + '        "end"]}')
    prompt = marked(mark(0), messages=(indented, QUESTION))
    of_model = saved([prompt], calls=1)
    shorter = next(row for row in of_model.outcomes if row.id == "compress")
    assert shorter.cost is not None
    (call,) = shorter.cost.billed
    assert 1_000 <= call.usage.cache_written <= 1_020  # 501 words, each with its comma
    assert priced(prompt).usage.cache_written > 1_500


def test_what_is_kept_for_money_takes_no_marks() -> None:
    rules = {"explicit": {**RULE, "stored": True}}
    report = estimate(marked(mark(0)), "gpt-4o", prices=prices_of(rules))
    assert codes(report) == ["cache_marks_not_taken"]
    assert written(report.results[0]) == {}


@pytest.mark.parametrize("outputs", [1, 4])
def test_what_marks_write_is_in_the_tier_of_the_output(outputs: int) -> None:
    """Up to 100 tokens of output a written one costs 4, beyond it is 1 like any other."""
    beyond = {"output_gt": 100, "input": 1, "output": 1, "cache_write": {"5m": 1, "1h": 1}}
    prices = prices_of(tiers=[beyond])
    prompt = marked(CacheMark(place="all", ttl="1h"), outputs=outputs)
    result = priced(prompt, prices, output=OutputTokens.of((50, 200)))
    assert costs(result)[2] == 4 * result.tokens.expected + outputs * 100 * 10


def test_where_a_part_is_not_counted_all_may_stand_before_a_mark() -> None:
    """1,000 more may be anywhere: all 3,000 may be written, at 2."""
    picture = UncountedPart(part="image")
    prompt = marked(mark(0), uncounted=(picture,))
    result = priced(prompt, uncounted_tokens=1_000)
    assert result.tokens.high == result.tokens.expected
    assert costs(result)[2] == 2 * result.tokens.expected
    assert 995 <= sum(written(result).values()) <= 1_005
    open_ended = priced(prompt)
    assert open_ended.cost is not None
    assert open_ended.cost.high is None
