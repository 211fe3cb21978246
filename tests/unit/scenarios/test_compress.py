"""Shorter texts as scenarios: proven ones, those that drop something, and lossy cuts."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tokencost import (
    EstimateOptions,
    PriceTable,
    Prompt,
    ScenarioOptions,
    compress,
    estimate,
    savings,
)
from tokencost.inputs.request import Message, Request, Text, ToolCall, ToolResult
from tokencost.notes import Note, assumed, reason
from tokencost.scenarios import Certainty, Content, Outcome, Savings
from tokencost.scenarios.compress import Compress
from tokencost.scenarios.scenario import Context

DATA = json.dumps([{"id": number, "name": f"item {number}"} for number in range(50)], indent=4)
MARKDOWN = "# Title\n\n<!-- for editors: keep this list in order -->\n\nSome text.\n" * 20


def savings_of(
    *texts: tuple[str, str], prices: PriceTable, options: ScenarioOptions | None = None
) -> Savings:
    prompts = [Prompt(name=name, text=text) for name, text in texts]
    request = EstimateOptions(calls=1)
    report = estimate(prompts, models="plain", options=request, prices=prices)
    (model,) = savings(report, options).savings
    return model


def outcome_of(savings: Savings, id_: str) -> Outcome:
    (outcome,) = [outcome for outcome in savings.outcomes if outcome.id == id_]
    return outcome


def test_a_text_that_can_be_shorter_is_priced_as_what_would_be_sent(prices: PriceTable) -> None:
    savings = savings_of(("a.json", DATA), prices=prices)
    shorter = outcome_of(savings, "compress")
    compact = json.dumps(json.loads(DATA), separators=(",", ":"))
    (again,) = estimate(Prompt(name="b.json", text=compact), models="plain", prices=prices).results
    assert shorter.cost is not None
    assert again.cost is not None
    assert shorter.cost.total == again.cost.expected.total
    assert (shorter.content, shorter.certainty) == (Content.LOSSLESS, Certainty.GUARANTEED)
    assert shorter.assumptions == (assumed("compressed_by", transforms=("json-compact",)),)
    assert savings.best.name == "compressed"
    assert savings.best_if_waiting.name == "compressed + batch"


def test_what_changes_the_notation_or_drops_something_is_never_the_best(
    prices: PriceTable,
) -> None:
    columns = savings_of(("a.json", DATA), prices=prices)
    assert outcome_of(columns, "compress-reformatted").content is Content.REFORMATTED
    dropped = savings_of(("a.md", MARKDOWN), prices=prices)
    assert outcome_of(dropped, "compress").reason == reason("nothing_to_compress")
    assert outcome_of(dropped, "compress-lossy").content is Content.LOSSY
    for model in (columns, dropped):
        assert model.best.content is Content.LOSSLESS


def test_the_contents_of_a_request_are_compressed_each_by_itself(prices: PriceTable) -> None:
    def request(result: str) -> Prompt:
        messages = (
            Message.of("user", "Which item is the first?"),
            Message.of("tool", result),
        )
        return Prompt(name="r", text="", kind="request", request=Request(messages=messages))

    compact = json.dumps(json.loads(DATA), separators=(",", ":"))
    report = estimate(
        request(DATA), models="plain", options=EstimateOptions(calls=1), prices=prices
    )
    (model,) = savings(report).savings
    (again,) = estimate(request(compact), models="plain", prices=prices).results
    shorter = outcome_of(model, "compress").cost
    assert shorter is not None
    assert again.cost is not None
    assert shorter.total == again.cost.expected.total


def assert_both_shorten(path: Path, text: str, prices: PriceTable, *, expected: bool) -> None:
    """Hold what `estimate` says of a file against what `compress` makes of it."""
    path.write_text(text)
    report = estimate(path, models="plain", options=EstimateOptions(calls=1), prices=prices)
    (model,) = savings(report).savings
    assert (outcome_of(model, "compress").reason is None) is expected
    assert (compress(path, prices=prices).text != text) is expected


@pytest.mark.parametrize(
    "again",
    [
        {"metadata": {"shown": DATA}},
        {"messages": [{"role": "user", "content": DATA}, {"role": "assistant", "content": DATA}]},
    ],
    ids=["in the metadata", "said by the model"],
)
def test_a_content_that_compress_leaves_because_it_stands_elsewhere_saves_nothing(
    prices: PriceTable, again: dict[str, object], tmp_path: Path
) -> None:
    body = {"model": "plain", "messages": [{"role": "user", "content": DATA}]}
    chat = tmp_path / "chat.json"
    assert_both_shorten(chat, json.dumps(body), prices, expected=True)
    assert_both_shorten(chat, json.dumps(body | again), prices, expected=False)


def test_a_content_that_another_request_of_the_file_asks_about_saves_nothing(
    prices: PriceTable, tmp_path: Path
) -> None:
    def line(*texts: str) -> str:
        messages = [{"role": "user", "content": text} for text in texts]
        return json.dumps({"model": "plain", "messages": messages})

    for question, expected in (("Which is the first?", True), ("Count its bytes.", False)):
        text = f"{line(DATA)}\n{line(DATA, question)}\n"
        assert_both_shorten(tmp_path / "chats.jsonl", text, prices, expected=expected)


def test_a_call_whose_arguments_stay_as_they_are_stays_an_object(prices: PriceTable) -> None:
    call = ToolCall(name="find", arguments={"city": "Oslo", "days": 3})
    request = Request(
        messages=(
            Message.of("user", "Where?"),
            Message(role="assistant", parts=(call,)),
            Message(role="tool", parts=(ToolResult(name="find", value={"a": 1}),)),
            Message.of("user", DATA),
        )
    )
    (message,) = Message.of("user", DATA).rewrite(str.upper).texts
    assert message == DATA.upper()
    for kept in request.messages[:3]:
        assert kept.rewrite(lambda text: text) is kept
    changed = request.messages[2].rewrite(lambda text: f"{text} ").parts[0]
    assert changed == ToolResult(name="find", content=(Text(text='{"a":1} '),))
    prompt = Prompt(name="a", text="", kind="request", request=request)
    report = estimate(prompt, models="plain", options=EstimateOptions(calls=1), prices=prices)
    (model,) = savings(report).savings
    shorter = outcome_of(model, "compress")
    compact = json.dumps(json.loads(DATA), separators=(",", ":"))
    by_hand = replace(request, messages=(*request.messages[:3], Message.of("user", compact)))
    again = estimate(replace(prompt, request=by_hand), models="plain", prices=prices)
    (result,) = again.results
    assert shorter.cost is not None
    assert result.cost is not None
    assert shorter.cost.total == result.cost.expected.total


def test_a_count_with_a_proxy_vocabulary_is_said_to_be_one(prices: PriceTable) -> None:
    report = estimate(Prompt(name="a.json", text=DATA), models="guess", prices=prices)
    (model,) = savings(report).savings
    assert outcome_of(model, "compress").assumptions[1] == assumed("counted_with_other_vocabulary")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hello  " * 28_571, reason("nothing_to_compress")),  # 199,997 bytes
        ("hello  " * 28_572, reason("too_long_to_compress", most=200_000)),
        ("été tout " * 18_182, reason("too_long_to_compress", most=200_000)),  # 11 bytes each
        ("<b>a" * 20_001, reason("too_many_tags_to_compress", most=20_000)),
    ],
)
@pytest.mark.parametrize("is_request", [False, True])
def test_what_runs_unasked_has_a_budget(
    prices: PriceTable, text: str, why: Note, *, is_request: bool
) -> None:
    chat = Request(messages=(Message.of("user", text),))
    prompt = Prompt(name="a.txt", text=text)
    if is_request:
        prompt = Prompt(name="a.json", text="", kind="request", request=chat)
    options = EstimateOptions(calls=1)
    (model,) = savings(estimate(prompt, models="plain", options=options, prices=prices)).savings
    outcome = outcome_of(model, "compress")
    assert outcome.reason == why


def test_leaving_out_a_share_is_shown_only_if_asked_for(prices: PriceTable) -> None:
    text = ("a.txt", "hello " * 99 + "hello")  # 100 tokens at 2 a MTok
    assert not [row for row in savings_of(text, prices=prices).outcomes if "lossy" in row.id]
    savings = savings_of(text, prices=prices, options=ScenarioOptions(lossy=True))
    half = outcome_of(savings, "lossy-50")
    assert half.cost is not None
    assert half.cost.total == Decimal("0.0001")
    assert (half.content, half.certainty) == (Content.LOSSY, Certainty.POSSIBLE)
    odd = ("a.txt", "hello " * 98 + "hello")  # 99 tokens: 79.2 are 80, and 49.5 are 50
    left = savings_of(odd, prices=prices, options=ScenarioOptions(lossy=True))
    costs = [outcome_of(left, f"lossy-{share}").cost for share in (20, 50)]
    assert [cost and cost.total for cost in costs] == [Decimal("0.00016"), Decimal("0.0001")]
    assert "lossy" not in savings.best.id


def test_of_a_prefix_that_was_given_nobody_says_what_is_left_in_a_shorter_text(
    prices: PriceTable,
) -> None:
    savings = savings_of(("a.json", DATA), prices=prices, options=ScenarioOptions(prefix=50))
    shorter = outcome_of(savings, "compress").workload
    assert shorter is not None
    assert [request.prefix for request in shorter.requests] == [0]


@pytest.mark.parametrize(("ending", "kept"), [("", [True]), (" ", [False, False])])
def test_a_prefix_is_kept_if_no_step_looks_at_what_follows_the_careful_ones_included(
    prices: PriceTable, ending: str, kept: list[bool]
) -> None:
    """Paragraphs that come twice are dropped wherever the text goes on; spaces at ends are not."""
    paragraph = "A paragraph that is long enough to be dropped the second time." + ending
    text = "\n\n".join([f"First of all.{ending}", *[paragraph] * 9, "The end."])
    report = estimate(Prompt(name="a.txt", text=text), models="plain", prices=prices)
    context = Context.of(report.results, report, ScenarioOptions())
    workload = context.workload(report.results, report)
    variants = [one for one in Compress().variants(workload, context) if one.reason is None]
    assert [variant.keeps_prefix for variant in variants] == kept
