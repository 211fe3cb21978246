"""Tables on narrow terminals: no line is wider than 40 columns."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.price_tables import model, provider, schedule, table
from tokencost import (
    EstimateOptions,
    InputTokens,
    Limits,
    Money,
    Prompt,
    Report,
    ScenarioOptions,
    Session,
    SessionOptions,
    Volume,
    check,
    count,
    estimate,
    render,
    savings,
    session,
    show_model,
)

RULE = {"min_tokens": 1_024, "ttl": ["5m", "1h"], "write_x": {"5m": 1.25, "1h": 2}}
PRICES = table(
    schedule("day", "09:00-18:00", multiplier=2),
    provider("anthropic", cache={"explicit": RULE, "source": "page"}),
    model(
        "claude-sonnet-5",
        provider="anthropic",
        modes={"batch": 0.5},
        input=2,
        output=10,
        cache_read=0.2,
    ),
    model("gpt-4o", cache={"implicit": {}, "source": "page"}, input=2, output=8, cache_read=1),
    model("small", context=1_000_000, cache=False, input=0.5, output=2),
)
NAMES = ["claude-sonnet-5", "gpt-4o"]
CENT = Money(amount=Decimal("0.01"), currency="USD")
FILES = [Prompt(name=f"prompts/{name}.md", text="You are a clerk.") for name in ("refund", "tone")]
LIMITS = Limits(max_tokens=10, max_cost_per_call=CENT)
OFTEN = Volume(per_month=Decimal(3_000))


def scenarios(volume: Volume | None) -> Report:
    report = estimate(
        InputTokens(total=10_000),
        "claude-sonnet-5",
        output_tokens=500,
        options=EstimateOptions(volume=volume),
        prices=PRICES,
    )
    return savings(report, ScenarioOptions(prefix=8_000, alternatives=2))


REPORTS: dict[str, Callable[[], Report]] = {
    "turns": lambda: session(Session(turns=30), NAMES[0], prices=PRICES),
    "agents": lambda: session(Session(turns=3, agents=3, staged=True), NAMES[0], prices=PRICES),
    "models": lambda: session(Session(turns=30), NAMES, prices=PRICES),
    "month": lambda: session(
        Session(turns=30), NAMES, options=SessionOptions(volume=OFTEN), prices=PRICES
    ),
    "scenarios": lambda: scenarios(None),
    "scenarios-month": lambda: scenarios(OFTEN),
    "rows of a price": lambda: show_model("qwen3-max"),
    "long names of tiers": lambda: show_model("doubao-seed-1.6"),
    "folders": lambda: replace(count(FILES, "claude-sonnet-5"), layout="tree"),
    "verdicts": lambda: check(
        "你好" * 40, ["qwen-plus", "gpt-4o"], output_tokens=300, limits=LIMITS
    ),
}


@pytest.mark.parametrize("columns", [40, 50, 60, 80])
@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_wider_than_the_terminal(name: str, columns: int, *, verbose: bool) -> None:
    lines = render(REPORTS[name](), width=columns, verbose=verbose).splitlines()
    assert [line for line in lines if len(line) > columns] == []


def test_a_narrow_session_keeps_its_cost_and_how_sure_that_is() -> None:
    lines = render(REPORTS["models"](), width=40).splitlines()
    assert lines[0].split() == ["model", "with", "cache", "certainty"]
    wider = render(REPORTS["models"](), width=50).splitlines()
    assert wider[0].split() == ["model", "no", "cache", "with", "cache", "certainty"]


def test_what_is_given_up_for_the_best_is_folded_before_it_is_left_out() -> None:
    rates = model("slow", schedule="day", cache=False, input=2, output=10)
    size, often = InputTokens(total=10_000), EstimateOptions(volume=OFTEN)
    prices = table(schedule("day", "09:00-18:00", multiplier=2), rates)
    report = savings(estimate(size, "slow", output_tokens=500, options=often, prices=prices))
    lines = render(report, width=80).splitlines()
    (place,) = (at for at, line in enumerate(lines) if line.startswith("if it may wait"))
    start = lines[place - 2].index("trade-off")
    told = " ".join(line[start:].strip() for line in lines[place : place + 3]).strip()
    assert told == "only outside mon-sun 09:00-18:00 Asia/Shanghai"
    assert "only outside" not in render(report, width=40)


def test_a_tree_spares_the_columns_that_a_list_does() -> None:
    heading, *_ = render(REPORTS["folders"](), width=40).splitlines()
    assert heading.split() == ["input", "model", "tokens"]


def test_a_day_ends_its_line_where_a_part_of_it_does() -> None:
    report = show_model("qwen3-max")
    lines = render(report, width=40).partition("\n\n")[0].splitlines()
    assert {line[7:15].strip() for line in lines} == {
        *("in force", "from", "2026-08-", "10 *", "", "2025-10-", "14 to", "2026-10-", "08", "09 *")
    }
