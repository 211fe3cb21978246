"""Cache marks: the prefix that each of them ends is what is written and read."""

from decimal import Decimal
from typing import Any

import pytest

from tests.price_tables import model, provider, table
from tokencost import EstimateOptions, PriceTable, Prompt, ScenarioOptions, estimate
from tokencost.costs.workload import BilledCalls
from tokencost.inputs.request import CacheMark, Message, Request, Tool
from tokencost.notes import assumed, reason
from tokencost.report.phrases import sentence
from tokencost.scenarios import Outcome, savings
from tokencost.scenarios.results import BreakEven

RULE: dict[str, Any] = {
    "min_tokens": 1_000,
    "ttl": ["5m", "1h"],
    "guaranteed": True,
    "lookback": 20,
    "breakpoints": 4,
}
RATES: dict[str, Any] = {"input": 2, "cache_read": 0.2, "cache_write": {"5m": 2.5, "1h": 4}}


def prices_of(rule: dict[str, Any]) -> PriceTable:
    cache = provider("acme", cache={"explicit": rule, "source": "page"})
    return table(cache, model("m", tokenizer="o200k_base", **RATES))


PRICES = prices_of(RULE)
RULES, CONTEXT = Message.of("system", "word " * 2_000), Message.of("system", "text " * 3_000)
QUESTION = Message.of("user", "What is it?")


def mark(message: int, ttl: str | None = None, *, part: int = 0) -> CacheMark:
    return CacheMark(place=f"message {message + 1}", ttl=ttl, message=message, part=part)


def caches(
    *requests: tuple[list[Message], list[CacheMark]],
    calls: int | None = 10,
    prices: PriceTable = PRICES,
    **options: Any,
) -> list[Outcome]:
    prompts = [
        Prompt(
            name=f"{number}.json",
            text="",
            kind="request",
            request=Request(messages=tuple(messages), cache_marks=tuple(marks)),
        )
        for number, (messages, marks) in enumerate(requests)
    ]
    report = estimate(prompts, "m", options=EstimateOptions(calls=calls), prices=prices)
    (savings_of_model,) = savings(report, ScenarioOptions(**options)).savings
    return [row for row in savings_of_model.outcomes if row.is_cache]


def billed(outcome: Outcome) -> tuple[BilledCalls, ...]:
    assert outcome.cost is not None
    return outcome.cost.billed


def written(call: BilledCalls) -> dict[str, int]:
    return {str(ttl): tokens for ttl, tokens in call.usage.cache_write.items()}


def test_what_stands_after_the_mark_is_neither_written_nor_read() -> None:
    (cached,) = caches(([RULES, CONTEXT, QUESTION], [mark(0, "1h")]))
    first, others = billed(cached)
    (tokens,) = written(first).values()
    assert 2_000 <= tokens <= 2_020  # the rules, and the frame of a message
    assert written(first) == {"1h": tokens}
    assert (others.calls, others.usage.cache_read, written(others)) == (Decimal(9), tokens, {})
    assert others.usage.uncached_input == first.usage.uncached_input > 3_000
    assert assumed("written_up_to_marks", tokens=tokens) in cached.assumptions


def test_without_marks_the_prefix_is_what_repeats() -> None:
    rows = caches(([RULES, CONTEXT, QUESTION], []))
    assert [row.id for row in rows] == ["cache-explicit-5m", "cache-explicit-1h"]
    assert all(billed(row)[1].usage.cache_read > 5_000 for row in rows)


def test_each_of_two_times_to_live_is_billed_for_its_part() -> None:
    (cached,) = caches(([RULES, CONTEXT, QUESTION], [mark(0, "1h"), mark(1)]))
    assert (cached.id, cached.name) == ("cache-explicit-5m", "explicit cache 5m + 1h")
    first, others = billed(cached)
    parts = written(first)
    assert list(parts) == ["1h", "5m"]  # a mark that names none has the provider's default
    assert 2_000 <= parts["1h"] <= 2_020
    assert 3_000 <= parts["5m"] <= 3_020
    assert others.usage.cache_read == sum(parts.values())
    assert assumed("ttl_of_request", ttl="5m") not in cached.assumptions  # no mark names it
    (cached,) = caches(([RULES, CONTEXT, QUESTION], [mark(0, "1h"), mark(1, "5m")]))
    assert assumed("ttl_of_request", ttl="5m") in cached.assumptions


def test_a_mark_without_a_time_to_live_has_the_first_that_is_listed_and_not_that_of_others() -> (
    None
):
    rule = RULE | {"ttl": ["1h", "5m"]}
    (cached,) = caches(
        ([RULES, CONTEXT, QUESTION], [mark(0), mark(1, "5m")]), prices=prices_of(rule)
    )
    parts = written(billed(cached)[0])
    assert list(parts) == ["1h", "5m"]
    assert 2_000 <= parts["1h"] <= 2_020


def test_a_mark_behind_what_changes_is_written_again_by_every_call() -> None:
    (five, _) = caches(([RULES, QUESTION], [mark(0), mark(1)]))
    first, others = billed(five)
    assert first.usage.uncached_input == 0
    read = others.usage.cache_read
    assert 2_000 <= read <= 2_020
    assert written(others) == {"5m": first.usage.input - read}


def test_a_conversation_reads_up_to_the_mark_of_the_request_before() -> None:
    chat = [RULES, QUESTION]
    longer = [*chat, Message.of("assistant", "yes " * 500), Message.of("user", "more")]
    (cached, _) = caches((chat, [mark(1)]), (longer, [mark(3)]), calls=1)
    one, two = billed(cached)
    (tokens,) = written(one).values()
    assert two.usage.cache_read == tokens
    assert two.usage.cache_written == two.usage.input - tokens
    (cached, _) = caches((chat, [mark(0)]), (longer, [mark(3)]), calls=1)
    assert 2_000 <= billed(cached)[1].usage.cache_read <= 2_020  # nothing else was written


def test_an_entry_more_than_20_blocks_before_a_mark_is_not_found() -> None:
    chat = [RULES, QUESTION]
    for more, is_found in ((10, True), (11, False)):
        answers = [Message.of("assistant", "yes"), Message.of("user", "more")] * more
        rows = caches((chat, [mark(1)]), ([*chat, *answers], [mark(1 + 2 * more)]), calls=1)
        assert (billed(rows[0])[1].usage.cache_read > 0) is is_found
        note = assumed("entry_beyond_lookback", blocks=22, lookback=20)
        assert (note in rows[0].assumptions) is not is_found
        assert "marks_between_blocks" not in [one.code for one in rows[0].assumptions]


def test_of_more_marks_than_the_cache_takes_the_last_count_and_a_note_says_so() -> None:
    parts = [Message.of("system", f"{number} " * 1_500) for number in range(5)]
    (cached, _) = caches(([*parts, QUESTION], [mark(number) for number in range(5)]))
    first = billed(cached)[0].usage
    assert first.uncached_input < 20  # the question alone: the fifth mark counts
    assert assumed("more_marks_than_taken", marks=5, most=4) in cached.assumptions
    (cached, _) = caches(([*parts, QUESTION], [mark(number) for number in range(4)]))
    assert "more_marks_than_taken" not in [note.code for note in cached.assumptions]


def test_a_mark_after_a_tool_writes_the_tools_and_one_below_the_minimum_nothing() -> None:
    text = "Say something. " * 800
    definition = {"name": "find", "description": text, "parameters": {}}
    tool = Tool(name="find", description=text, definition=definition)
    request = Request(
        messages=(RULES, QUESTION),
        tools=(tool,),
        cache_marks=(CacheMark(place="tool 1", tool=0),),
    )
    prompt = Prompt(name="a.json", text="", kind="request", request=request)
    report = estimate(prompt, "m", options=EstimateOptions(calls=10), prices=PRICES)
    (saved,) = savings(report).savings
    (five,) = [row for row in saved.outcomes if row.id == "cache-explicit-5m"]
    assert 2_400 <= billed(five)[0].usage.cache_written <= 2_500
    short = Message.of("system", "word " * 100)
    (low, _) = caches(([short, CONTEXT, QUESTION], [mark(0)]))
    assert low.reason == reason("prefix_too_short", tokens=108, minimum=1_000)


def test_an_option_wins_over_the_marks() -> None:
    marked = ([RULES, CONTEXT, QUESTION], [mark(0, "1h")])
    (row,) = caches(marked, ttl="5m")
    assert row.id == "cache-explicit-5m"
    (row,) = caches(marked, prefix=4_000)
    first, others = billed(row)
    assert (written(first), others.usage.cache_read) == ({"1h": 4_000}, 4_000)


def test_a_mark_for_60_minutes_is_one_for_an_hour() -> None:
    (minutes,) = caches(([RULES, CONTEXT, QUESTION], [mark(0, "60m")]))
    (hour,) = caches(([RULES, CONTEXT, QUESTION], [mark(0, "1h")]))
    assert (minutes.id, billed(minutes)) == ("cache-explicit-1h", billed(hour))


@pytest.mark.parametrize("ttl", ["2h", "forever"])
def test_a_mark_for_longer_than_the_cache_has_is_named_with_what_it_has(ttl: str) -> None:
    (row,) = caches(([RULES, CONTEXT, QUESTION], [mark(0), mark(1, ttl)]))
    assert row.reason == reason("ttl_of_marks_unknown", ttl=ttl, has=("5m", "1h"))
    assert sentence(row.reason) == (
        f"a request marks it for {ttl}, and the cache has 5m and 1h (--cache-ttl)"
    )


def test_marks_for_longer_than_the_cache_has_leave_the_cache_that_needs_no_marks() -> None:
    rules = {"explicit": RULE, "implicit": {"min_tokens": 1_000}, "source": "page"}
    rates = {**RATES, "tokenizer": "o200k_base"}
    prices = table(provider("acme", cache=rules), model("m", **rates))
    marked = caches(([RULES, CONTEXT, QUESTION], [mark(0, "2h")]), prices=prices)
    unmarked = caches(([RULES, CONTEXT, QUESTION], []), prices=prices)
    (implicit,) = [row for row in unmarked if row.id == "cache-implicit"]
    assert [row.id for row in marked] == ["cache", "cache-implicit"]
    assert marked[0].reason == reason("ttl_of_marks_unknown", ttl="2h", has=("5m", "1h"))
    assert billed(marked[1]) == billed(implicit)


def test_marks_without_a_time_have_that_of_their_request() -> None:
    request = Request(
        messages=(RULES, CONTEXT, QUESTION),
        cache_marks=(mark(0), mark(1, "5m")),
        cache="explicit",
        cache_ttl="1h",
    )
    prompt = Prompt(name="r.json", text="", kind="request", request=request)
    report = estimate([prompt], "m", options=EstimateOptions(calls=10), prices=PRICES)
    (savings_of_model,) = savings(report).savings
    (cached,) = [row for row in savings_of_model.outcomes if row.is_cache]
    assert list(written(billed(cached)[0])) == ["1h", "5m"]


def test_a_mark_for_all_of_one_message_is_read_by_the_calls_that_repeat_it() -> None:
    """What frames a message is not a part of the text that repeats, and of what a mark writes."""
    whole = CacheMark(place="cache_control")
    (five, _) = caches(([Message.of("user", "word " * 2_000)], [whole]))
    first, others = billed(five)
    assert first.usage.cache_written == first.usage.input == others.usage.cache_read
    (five, _) = caches(([RULES, QUESTION], [whole]))  # other questions follow the same rules
    assert five.reason == reason("nothing_repeats")


def test_a_cache_for_longer_than_is_marked_breaks_even_with_what_the_marks_cost() -> None:
    """2,000 tokens at 2.5 as it is; at 6 one call costs 7,000 more, and each hit 4,600 less."""
    rates = {**RATES, "cache_write": {"5m": 2.5, "1h": 6}}
    prices = table(
        provider("acme", cache={"explicit": RULE, "source": "page"}),
        model("m", tokenizer="o200k_base", **rates),
    )
    rows = caches(([RULES, CONTEXT, QUESTION], [mark(0)]), prices=prices)
    breaks = {row.id: row.break_even for row in rows}
    assert breaks["cache-explicit-5m"] == BreakEven(calls=2)  # a miss costs what a call does
    hour = breaks["cache-explicit-1h"]
    assert hour.calls == 3  # 7,000 / 4,600 = 1.5 hits
    assert hour.per_hour is not None
    assert round(hour.per_hour, 3) == Decimal("1.522")  # as many for each miss


def test_the_first_request_that_marks_is_the_one_that_writes() -> None:
    """One that marks nothing before it is no call that others find in the cache."""
    questions = [Message.of("user", f"What is {number}?") for number in range(4)]
    sent = [
        ([RULES, question], [mark(0)][: number % 2]) for number, question in enumerate(questions)
    ]
    (five, _) = caches(*sent, calls=1)
    one, two, three, four = (call.usage for call in billed(five))
    assert (one.cache_written, one.cache_read) == (three.cache_written, three.cache_read) == (0, 0)
    assert 2_000 <= two.cache_written == four.cache_read <= 2_020
    assert (two.cache_read, four.cache_written) == (0, 0)
    (five, _) = caches(*sent[:2], calls=10)
    assert [call.calls for call in billed(five)] == [10, 1, 9]
