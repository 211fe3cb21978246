"""What calls have in common, and what ends it."""

from dataclasses import replace

import pytest

from tests.savings_by_hand import PRICES, outcome_of, savings_of, total
from tokencost import (
    EstimateOptions,
    InputTokens,
    Prompt,
    estimate,
)
from tokencost.errors import UsageError
from tokencost.inputs.request import Message, Request, Tool
from tokencost.notes import assumed, reason
from tokencost.scenarios import (
    Content,
    Savings,
    ScenarioOptions,
    savings,
)
from tokencost.scenarios.cache import Reorder
from tokencost.scenarios.scenario import Context

HEAD = "You are a careful assistant. Cite the numbered source for each claim.\n"


def texts(*contents: str, options: ScenarioOptions | None = None) -> Savings:
    prompts = [Prompt(name=f"{number}.md", text=text) for number, text in enumerate(contents)]
    (model_savings,) = savings(estimate(prompts, models="m", prices=PRICES), options).savings
    return model_savings


def test_a_text_comes_again_up_to_its_first_placeholder() -> None:
    prefix = texts(HEAD * 100 + "Question: {{question}}\n" + HEAD).prefix
    assert prefix.ends_at is not None
    assert (prefix.ends_at.line, prefix.ends_at.why) == (101, "placeholder")
    assert prefix.tokens is not None
    assert prefix.reordered is not None
    assert prefix.reordered - prefix.tokens in range(
        10, 20
    )  # the last line comes again as well then


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Current time: 2026-11-22T10:00:05", "timestamp"),
        ("Today is 2026-11-22, 10:32 AM.", "timestamp"),
        ("今天是2026年11月22日10点32分。", "timestamp"),
        ("Request 3f2504e0-4f89-41d3-9a0c-0305e82c3301", "id"),
        ("Request-ID: 12345a", "id"),
        ("Answer {name} now.", "placeholder"),
        ("Answer ${name} now.", "placeholder"),
        ("Answer <%= name %> now.", "placeholder"),
        ("Answer %(name)s now.", "placeholder"),
    ],
)
def test_what_changes_from_call_to_call_is_recognized(line: str, why: str) -> None:
    stop = texts(f"{HEAD}{line}\n").prefix.ends_at
    assert stop is not None
    assert (stop.line, stop.why, stop.text) == (2, why, line)


@pytest.mark.parametrize(
    "line",
    [
        'const {a} = f({"b": {c}});'.replace("{a}", "{ a }").replace("{c}", "{ c }"),
        r"\frac{a}{b} and f{x}",
        "The treaty of 2026-11-22 and the log line of 2026-11-22T10:00 say so.",
        "100%s of it",
        "GET /users/{id} returns one",
        "import {useState} from 'react';",
        'f"{name} is here"',
        'printf("%s", name)',
        ".a {color}",
    ],
)
def test_what_only_looks_like_it_is_not(line: str) -> None:
    assert texts(f"{HEAD}{line}\n").prefix.ends_at is None


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("at 2026-11-22T10:00:05", "at 2026-11-22T11:00:05"), "timestamp"),
        (("of 2026-11-22", "of 2026-11-23"), "date"),
        (("call 17", "call 18"), "counter"),
        (
            ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3302"),
            "UUID",
        ),
        (('{"a": 1, "b": 2}', '{"b": 2, "a": 1}'), "keys in another order"),
        (("red", "blue"), "text"),
    ],
)
def test_where_texts_part_and_why_is_said(lines: tuple[str, str], why: str) -> None:
    savings = texts(*(f"{HEAD * 50}{line}\n{HEAD * 50}" for line in lines))
    stop = savings.prefix.ends_at
    assert stop is not None
    assert (stop.line, stop.why) == (51, why)
    assert savings.prefix.reordered_lines == (51,)
    assert savings.prefix.tokens is not None
    assert savings.prefix.reordered is not None
    assert savings.prefix.reordered > 2 * savings.prefix.tokens - 60
    assert outcome_of(savings, "reorder").applies


def test_what_is_moved_to_the_end_lengthens_what_is_cached_and_is_never_the_best() -> None:
    savings = texts(*(f"call {number}\n{HEAD * 200}" for number in range(9)))
    reordered = outcome_of(savings, "reorder")
    assert reordered.content is Content.REFORMATTED
    assert reordered.workload is not None
    assert {request.prefix for request in reordered.workload.requests} == {savings.prefix.reordered}
    assert total(reordered) < total(savings.baseline)
    assert savings.best.content is Content.LOSSLESS
    assert savings.best.name == "as it is"


def test_what_several_samples_share_is_measured_whatever_it_looks_like() -> None:
    begin = f"Hello {{{{name}}}}\n{HEAD * 9}"
    prefix = texts(f"{begin}red", f"{begin}blue").prefix
    assert prefix.ends_at is not None
    assert (prefix.ends_at.line, prefix.ends_at.why) == (11, "text")
    assert prefix.tokens is not None
    assert prefix.tokens > 100
    assert prefix.notes == (
        assumed("samples_have_placeholder", line=1, text="Hello {{name}}", tokens=2),
    )


def test_a_time_that_all_samples_share_is_named_as_one_of_this_session() -> None:
    begin = f"Current time: 10:32\n{HEAD * 9}"
    (note,) = texts(f"{begin}red", f"{begin}blue").prefix.notes
    assert (note.code, note.values["line"]) == ("samples_of_one_day", 1)


@pytest.mark.parametrize(
    "line",
    [
        "Today's date is 2026-11-22.",
        "Current date: March 4, 2026",
        "Today is Fri Aug 29 2025.",
        "**Current date**: 22.11.2026",
        "今天是2026年11月22日。",
    ],
)
def test_a_date_ends_nothing_before_midnight(line: str) -> None:
    prefix = texts(f"{HEAD}{line}\n{HEAD * 9}").prefix
    assert prefix.ends_at is None
    assert prefix.notes == (assumed("prefix_changes_daily", line=2, text=line),)
    assert prefix.tokens == texts(f"{HEAD}{line}\n{HEAD * 9}").prefix.tokens


def test_a_line_in_which_samples_differ_is_not_said_to_be_the_same_in_all() -> None:
    prefix = texts(*(f"Today is 2026-11-2{day}.\n{HEAD * 9}" for day in (1, 2, 3))).prefix
    assert prefix.ends_at is not None
    assert (prefix.ends_at.line, prefix.ends_at.why) == (1, "date")
    assert prefix.notes == ()


def test_a_date_after_the_end_of_the_prefix_is_not_named() -> None:
    assert texts(f"{HEAD}{{name}}\nToday is 2026-11-22.\n").prefix.notes == ()


def test_a_final_text_has_no_placeholder_and_others_may_be_named() -> None:
    text = f"{HEAD}Write about [topic] for {{reader}}.\n"
    ends = {
        name: texts(text, options=options).prefix.ends_at
        for name, options in {
            "plain": ScenarioOptions(),
            "final": ScenarioOptions(final=True),
            "named": ScenarioOptions(placeholders=(r"\[[a-z ]+\]",)),
        }.items()
    }
    assert ends["plain"] is not None
    assert ends["final"] is None
    assert ends["named"] is not None


def test_the_time_ends_the_prefix_of_a_final_text_too() -> None:
    text = f"{HEAD}The current time is 10:32.\n"
    end = texts(text, options=ScenarioOptions(final=True)).prefix.ends_at
    assert end is not None
    assert (end.line, end.why) == (2, "timestamp")


def test_what_is_named_as_a_placeholder_counts_beside_the_plain_ones() -> None:
    named = ScenarioOptions(placeholders=(r"\[[a-z ]+\]",))
    end = texts(f"{HEAD}For {{reader}}:\nwrite about [topic].\n", options=named).prefix.ends_at
    assert end is not None
    assert end.line == 2


@pytest.mark.parametrize("pattern", ["[", "x*", ""])
def test_a_pattern_that_finds_nothing_or_everything_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match="placeholder"):
        ScenarioOptions(placeholders=(pattern,))


def test_a_token_that_reaches_over_the_border_is_not_shared() -> None:
    assert texts("hello world", "hello worldwide").prefix.tokens == 1
    assert texts("hello world", "hello world").prefix.tokens == 2


def test_numbers_alone_do_not_say_what_comes_again() -> None:
    savings = savings_of(prefix=None)
    assert outcome_of(savings, "cache").reason == reason("prefix_unknown")


def test_a_prefix_longer_than_the_input_is_refused() -> None:
    with pytest.raises(UsageError, match="a prefix of 11 tokens is longer than <input tokens>"):
        savings_of(tokens=10, prefix=11)


def chats(*contents: list[tuple[str, str]]) -> Savings:
    prompts = [
        Prompt(
            name=f"{number}.json",
            text="",
            kind="request",
            request=Request(messages=tuple(Message.of(role, text) for role, text in content)),
        )
        for number, content in enumerate(contents)
    ]
    (model_savings,) = savings(estimate(prompts, models="m", prices=PRICES)).savings
    return model_savings


def test_of_a_request_everything_before_the_last_message_comes_again() -> None:
    prefix = chats([("system", HEAD * 100), ("user", "hello")]).prefix
    assert prefix.basis == assumed("prefix_all_but_last_message")
    assert prefix.tokens is not None
    longer = chats([("system", HEAD * 100), ("user", "hello " * 500)]).prefix
    assert 1_400 < prefix.tokens == longer.tokens
    stopped = chats([("system", f"{HEAD}It is now 10:32.\n{HEAD}"), ("user", "hi")]).prefix
    assert stopped.ends_at is not None
    assert (stopped.ends_at.line, stopped.ends_at.why) == (2, "timestamp")


def test_the_only_message_of_a_user_is_a_template_with_a_system_text_or_without() -> None:
    question = f"{HEAD * 9}Question: {{question}}"
    for messages in ([("user", question)], [("system", HEAD), ("user", question)]):
        ends_at = chats(messages).prefix.ends_at
        assert ends_at is not None
        assert (ends_at.line, ends_at.why) == (10, "placeholder")
    assert chats([("user", "hi"), ("assistant", "ho"), ("user", question)]).prefix.ends_at is None


def test_requests_share_messages_and_the_beginning_of_the_next_one() -> None:
    prefix = chats(
        [("system", HEAD * 100), ("user", "hello Ann")],
        [("system", HEAD * 100), ("user", "hello Bob")],
    ).prefix
    alone = chats([("system", HEAD * 100), ("user", "hello ")], [("system", HEAD * 100)]).prefix
    assert prefix.tokens is not None
    assert alone.tokens is not None
    assert 0 < prefix.tokens - alone.tokens < 10
    assert prefix.ends_at is not None
    assert prefix.ends_at.text == "hello Ann"


def test_requests_with_different_tools_share_nothing_for_tools_come_first() -> None:
    prompts = [
        Prompt(
            name=name,
            text="",
            kind="request",
            request=Request(
                messages=(Message.of("system", HEAD * 100), Message.of("user", "hi")),
                tools=(Tool(name=name, description=name, definition={"name": name}),),
            ),
        )
        for name in ("look", "find")
    ]
    (model_savings,) = savings(estimate(prompts, models="m", prices=PRICES)).savings
    assert model_savings.prefix.tokens == 0
    assert model_savings.prefix.basis == assumed("prefix_of_different_tools")


def test_a_text_and_a_request_share_nothing() -> None:
    prompts = [
        Prompt(name="a", text="hi"),
        Prompt(
            name="b",
            text="",
            kind="request",
            request=Request(messages=(Message.of("user", "hi"),)),
        ),
    ]
    (model_savings,) = savings(estimate(prompts, models="m", prices=PRICES)).savings
    assert model_savings.prefix.tokens == 0


def test_lines_of_a_request_may_be_moved_as_well() -> None:
    prefix = chats(
        [("system", f"call 1\n{HEAD * 100}"), ("user", "hello Ann")],
        [("system", f"call 2\n{HEAD * 100}"), ("user", "hello Bob")],
    ).prefix
    assert prefix.ends_at is not None
    assert prefix.reordered_lines == (1,)
    assert prefix.tokens is not None
    assert prefix.reordered is not None
    assert prefix.tokens < 20 < 1_400 < prefix.reordered


def test_data_whose_keys_stand_in_another_order_is_recognized_over_many_lines() -> None:
    stop = texts('{\n "a": 1,\n "b": 2\n}', '{\n "b": 2,\n "a": 1\n}').prefix.ends_at
    assert stop is not None
    assert (stop.line, stop.why) == (2, "keys in another order")


def test_a_prefix_that_is_reordered_ends_with_the_input_at_the_latest() -> None:
    report = estimate(
        InputTokens(total=2_000), "m", options=EstimateOptions(calls=9), prices=PRICES
    )
    context = Context.of(report.results, report, ScenarioOptions(prefix=1_500))
    # parts of a text may be counted as more tokens than the whole
    longer = replace(context, prefix=replace(context.prefix, reordered=2_001, reordered_lines=(1,)))
    workload = context.workload(report.results, report)
    (variant,) = Reorder().variants(workload, longer)
    assert [request.prefix for request in variant.change(workload).requests] == [2_000]
    same = replace(context, prefix=replace(context.prefix, reordered=1_500, reordered_lines=(1,)))
    assert [*Reorder().variants(workload, same)] == []
