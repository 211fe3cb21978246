"""Arguments as callers have them: names of models, output tokens, options and price tables."""

import itertools
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import tokencost
from tokencost import (
    EstimateOptions,
    Limits,
    NoRateError,
    OutputTokens,
    ScenarioOptions,
    Session,
    TokencostError,
    UsageError,
)
from tokencost.pricing import PriceTable

FEW = Limits(max_tokens=1)


@pytest.mark.parametrize("function", [tokencost.count, tokencost.estimate])
def test_a_body_whose_address_names_the_model_is_told_one_that_takes_its_form(
    function: Callable[..., Any],
) -> None:
    gemini = {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]}
    message = {"role": "user", "content": "hello"}
    bodies = [gemini, {"messages": [message]}, {"model": "gpt-4o", "messages": [message]}]
    failures = function(bodies, strict=False).failures
    assert [failure.error.hint for failure in failures] == [
        *("pass -m google/gemini-3.5-flash", "pass -m openai/gpt-5.4-mini")
    ]


def test_the_model_comes_second_and_the_output_is_a_number(prices: PriceTable) -> None:
    report = tokencost.estimate("hello", "plain", output_tokens=500, prices=prices)
    options = EstimateOptions(output=OutputTokens(low=500, expected=500, high=500))
    same = tokencost.estimate("hello", models=["plain"], options=options, prices=prices)
    assert report == same


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (500, (500, 500, 500)),
        (0, (0, 0, 0)),
        ((200, 801), (200, 501, 801)),
        ((200, 300, 800), (200, 300, 800)),
        (OutputTokens(low=1, expected=2, high=3), (1, 2, 3)),
    ],
)
def test_output_is_a_number_or_a_range(size: Any, expected: tuple[int, int, int]) -> None:
    output = OutputTokens.of(size)
    assert (output.low, output.expected, output.high) == expected


@pytest.mark.parametrize(
    "call",
    [
        lambda prices: tokencost.count("hello", "plain", prices=prices).results,
        lambda prices: tokencost.compare("hello", "plain", output_tokens=1, prices=prices).ranked,
        lambda prices: tokencost.check("hello", "plain", limits=FEW, prices=prices).findings,
        lambda prices: tokencost.session(Session(turns=1), "plain", prices=prices).results,
    ],
    ids=["count", "compare", "check", "session"],
)
def test_the_model_comes_second_everywhere(
    call: Callable[[PriceTable], object], prices: PriceTable
) -> None:
    assert call(prices)


def test_a_limit_on_cost_takes_the_output_as_a_number(prices: PriceTable) -> None:
    limits = Limits(max_cost_per_call=tokencost.Money(amount=1, currency="USD"))  # type: ignore[arg-type]
    report = tokencost.check("hello", "plain", limits=limits, output_tokens=5, prices=prices)
    assert report.status == "pass"


def test_the_system_of_a_session_may_be_a_text_or_a_file(prices: PriceTable, folder: Path) -> None:
    (folder / "system.md").write_text("hello", encoding="utf-8")
    for system in ("hello", Path("system.md")):
        report = tokencost.session(Session(turns=1, system=system), "plain", prices=prices)
        assert report.results[0].prefix.expected == 1


def test_a_text_that_is_the_name_of_a_file_is_not_priced_as_these_letters(folder: Path) -> None:
    (folder / "prompt.md").write_text("hello world", encoding="utf-8")
    for prompts in ("prompt.md", ["hello", "prompt.md"]):
        with pytest.raises(tokencost.InputError) as raised:
            tokencost.count(prompts)
        assert raised.value.message == "the text 'prompt.md' is the name of a file"
        assert raised.value.hint.startswith("give Path('prompt.md'), or for the letters Prompt(")
    named = tokencost.Prompt(name="a", text="prompt.md")
    assert [tokencost.count(Path("prompt.md")).counts[0].tokens.expected] == [2]
    assert tokencost.count(named).counts[0].tokens.is_exact
    assert tokencost.count("other.md").counts


WRONG: tuple[Callable[[], object], ...] = (
    lambda: tokencost.estimate("hello", 5),  # type: ignore[arg-type]
    lambda: tokencost.count("hello", ["gpt-4o", None]),  # type: ignore[list-item]
    lambda: tokencost.compare("hello", b"gpt-4o"),  # type: ignore[arg-type]
    lambda: tokencost.estimate("hello", "gpt-4o", output_tokens="500"),  # type: ignore[arg-type]
    lambda: tokencost.estimate("hello", "gpt-4o", output_tokens=True),
    lambda: tokencost.estimate("hello", "gpt-4o", output_tokens=(800, 200)),
    lambda: tokencost.estimate("hello", "gpt-4o", output_tokens=5.5),  # type: ignore[arg-type]
    lambda: tokencost.estimate("hello", "gpt-4o", output_tokens=-1),
    lambda: tokencost.estimate("hello", "gpt-4o", options=500),  # type: ignore[arg-type]
    lambda: EstimateOptions(output=500),  # type: ignore[arg-type]
    lambda: tokencost.estimate(
        "hello", "gpt-4o", output_tokens=5, options=EstimateOptions(output=OutputTokens())
    ),
    lambda: tokencost.estimate("hello", "gpt-4o", prices="own.toml"),  # type: ignore[arg-type]
    lambda: tokencost.estimate(None, "gpt-4o"),  # type: ignore[arg-type]
    lambda: tokencost.estimate(Path("nowhere.md"), "gpt-4o"),
    lambda: tokencost.check("hello", "gpt-4o", limits=5),  # type: ignore[arg-type]
    lambda: tokencost.session("rag", "gpt-4o"),  # type: ignore[arg-type]
    lambda: Session(system=None),  # type: ignore[arg-type]
    lambda: Session(user="hello"),  # type: ignore[arg-type]
    lambda: tokencost.compress(None),  # type: ignore[arg-type]
)


@pytest.mark.parametrize("call", WRONG, ids=map(str, range(len(WRONG))))
def test_what_does_not_work_says_so_in_one_line_with_a_hint(call: Callable[[], object]) -> None:
    with pytest.raises(TokencostError) as raised:
        call()
    assert "\n" not in raised.value.message
    assert raised.value.hint


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ({"volume": "20k/day"}, "volume is '20k/day', not Volume", "give Volume(per_month="),
        ({"volume": 20_000}, "volume is 20000, not Volume", "give Volume(per_month="),
        ({"price_date": "2026-11-22"}, "price_date is '2026-11-22', not PriceDate", "give parse_"),
        ({"calls": 2.5}, "calls is 2.5, not int", "give a whole number"),
        ({"uncounted_tokens": "5"}, "uncounted_tokens is '5', not int", "give a whole number"),
    ],
)
def test_options_of_another_type_are_refused_when_they_are_made(
    options: dict[str, Any], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as raised:
        EstimateOptions(**options)
    assert raised.value.message == message
    assert raised.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"hit_rate": 0.9}, 'give Decimal("0.9")'),
        ({"calls_per_hour": 2.5}, 'give Decimal("2.5")'),
        ({"only": "cache"}, "give ('cache',)"),
    ],
)
def test_options_of_scenarios_of_another_type_say_how_to_give_them(
    options: dict[str, Any], hint: str
) -> None:
    with pytest.raises(UsageError) as raised:
        ScenarioOptions(**options)
    assert raised.value.hint == hint


def test_another_name_of_a_currency_is_answered_with_its_code(prices: PriceTable) -> None:
    options = EstimateOptions(currency="RMB")
    with pytest.raises(NoRateError) as raised:
        tokencost.estimate("hello", "plain", options=options, prices=prices)
    assert raised.value.hint == "write CNY"


API: Any = tokencost  # what callers give it is of any type
HALF = "half \ud800"
ONE = tokencost.Money(amount=Decimal(1), currency="USD")
PENNY = tokencost.ExchangeRate(base="USD", quote="EUR", rate=Decimal(-1), day=None, source="me")
FIVE = tokencost.Ttl("5m")


def _limits(**limits: Any) -> tokencost.CheckReport:
    return tokencost.check("hi", "gpt-4o", limits=API.Limits(**limits))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: API.tokens_of(HALF), "the text has half a character: U+D800 at 5"),
        (lambda: API.token_ids_of(HALF), "the text has half a character: U+D800 at 5"),
        (lambda: API.tokens_of(None), "text is None, not str"),
        (lambda: API.count("hi", tokenizer=5), "tokenizer is 5, not str"),
        (lambda: API.InputTokens(total=1.5), "total is 1.5, not int"),
        (lambda: API.InputTokens(total=True), "total is True, not int"),
        (
            lambda: API.InputTokens(total=9, cached=Decimal("NaN")),
            "cached is Decimal",
        ),
        (lambda: API.InputTokens(total=10**5_000), "total is a number of hundreds of digits"),
        (
            lambda: API.InputTokens(total=9, cache_write={FIVE: "1"}),
            "cache_write['5m'] is '1', not int",
        ),
        (lambda: API.InputTokens(total=9, cache_write={"05m": 1}), "'05m' is not a time to live"),
        (lambda: API.InputTokens(total=9, cache="all"), "cache is 'all'"),
        (lambda: API.OutputTokens(high=1.5), "high is 1.5, not int"),
        (lambda: API.Volume(per_month=Decimal("NaN")), "per_month is NaN, not a number"),
        (lambda: API.EstimateOptions(mode="quick"), "mode is 'quick'"),
        (lambda: API.EstimateOptions(cache=5), "cache is 5"),
        (lambda: API.EstimateOptions(site=5), "site is 5, not str"),
        (lambda: API.EstimateOptions(exchange_rates=(PENNY,)), "the rate from USD to EUR is -1"),
        (lambda: API.SessionOptions(currency=5), "currency is 5, not str"),
        (lambda: API.ScenarioOptions(hit_rate=Decimal("NaN")), "hit_rate is NaN, not a number"),
        (lambda: API.ScenarioOptions(prefix=1.5), "prefix is 1.5, not int"),
        (lambda: API.ScenarioOptions(alternatives=-1), "alternatives is -1"),
        (lambda: API.Session(agents=1.5), "agents is 1.5, not int"),
        (lambda: API.Session(user=True), "user is True, not int"),
        (lambda: API.Session(turn_interval=5), "turn_interval is 5, not timedelta"),
        (lambda: API.Session(gaps={2: 5}), "gaps[2] is 5, not timedelta"),
        (lambda: _limits(max_tokens=Decimal("Infinity")), "max_tokens is Decimal('Infinity')"),
        (lambda: _limits(max_cost_per_call=0.5), "max_cost_per_call is 0.5, not Money"),
        (lambda: _limits(max_increase=5), "max_increase is 5, not Increase"),
        (lambda: API.workers(1.5).__enter__(), "jobs is 1.5, not int"),
        (lambda: API.compress("hi", level="all"), "level is 'all'"),
        (lambda: API.compress("hi", kind="poem"), "kind is 'poem'"),
        (lambda: API.compress("hi", also=None), "also is None, not Sequence"),
        (lambda: API.diff("HEAD", folder="a\0b"), "folder 'a\\x00b' is not a path"),
        (lambda: API.suggest_configuration(HALF), "folder 'half"),
        (lambda: API.find_budget("a\0b", []), "file 'a\\x00b' is not a path"),
    ],
    ids=itertools.count(),
)
def test_values_that_cannot_be_are_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(TokencostError) as raised:
        call()
    assert message in raised.value.message
    assert raised.value.hint


@pytest.mark.parametrize("model", ["gpt-4o", "claude-sonnet-4-5", "doubao-seed-1.6"])
def test_half_a_character_in_a_prompt_that_a_caller_made_names_the_prompt(model: str) -> None:
    with pytest.raises(tokencost.InputError, match=r'"a\.md" has half a character: U\+D800 at 5'):
        tokencost.count(tokencost.Prompt(name="a.md", text=HALF), model)


def test_half_a_character_in_a_request_that_a_caller_made_names_the_request() -> None:
    message = tokencost.Message(role="user", parts=(tokencost.Text(text=HALF),))
    request = tokencost.Request(messages=(message,))
    prompt = tokencost.Prompt(name="r.json", text="", kind="request", request=request)
    with pytest.raises(tokencost.InputError, match=r'"r\.json" has half a character'):
        tokencost.estimate(prompt, "gpt-4o")
