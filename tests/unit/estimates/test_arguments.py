"""Arguments as callers have them: names of models, output tokens, options and price tables."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tokencost
from tokencost import EstimateOptions, Limits, OutputTokens, Session, TokencostError
from tokencost.pricing import PriceTable

FEW = Limits(max_tokens=1)


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
