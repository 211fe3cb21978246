from decimal import Decimal
from pathlib import Path

import pytest

from tokencost.budgets import Budget, Increase, Limits, Status, status_of
from tokencost.errors import UsageError
from tokencost.money import Money
from tokencost.usage import Volume

DOLLAR = Money(amount=Decimal(1), currency="USD")


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({}, "no limit to check"),
        ({"warn_at": Decimal("0.8")}, "no limit to check"),
        ({"max_tokens": -1}, "cannot be negative"),
        ({"max_cost_per_call": Money(amount=Decimal(-1), currency="USD")}, "cannot be negative"),
        ({"max_tokens": 5, "warn_at": Decimal(80)}, "not a share of a limit"),
        ({"max_tokens": 100, "max_tokens_per_file": 200}, "contradicts max_tokens 100"),
        ({"max_tokens": 100, "reserve": 50}, "no window"),
    ],
)
def test_limits_that_judge_nothing_or_contradict_each_other_are_refused(
    limits: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        Limits(**limits)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("judged", "status"),
    [
        (239, Status.PASS),
        (240, Status.WARN),  # 80 % of 300
        (300, Status.WARN),
        (301, Status.FAIL),
        (None, Status.ERROR),
    ],
)
def test_a_limit_of_300_warns_from_240_and_fails_at_301(judged: int | None, status: Status) -> None:
    amount = None if judged is None else Decimal(judged)
    assert status_of(amount, Decimal(300), Decimal("0.8")) is status


def test_a_limit_that_is_reached_exactly_is_kept_without_a_warning() -> None:
    assert status_of(Decimal(300), Decimal(300)) is Status.PASS


@pytest.mark.parametrize("parts", [{}, {"percent": Decimal(10), "tokens": 500}, {"tokens": -1}])
def test_an_increase_is_one_of_percent_tokens_and_money(parts: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="an increase"):
        Increase(**parts)  # type: ignore[arg-type]


def test_a_budget_of_a_month_needs_a_volume() -> None:
    limits = Limits(max_cost_per_month=DOLLAR)
    with pytest.raises(UsageError, match="how many calls a month has"):
        Budget(name="all", limits=limits, files=("*.md",), root=Path())
    volume = Volume(per_month=Decimal(1000))
    budget = Budget(name="all", limits=limits, files=("*.md",), root=Path(), volume=volume)
    assert budget.volume is volume


def test_a_budget_without_files_is_refused() -> None:
    with pytest.raises(UsageError, match="has no files"):
        Budget(name="all", limits=Limits(max_tokens=5), files=(), root=Path())


def test_prices_are_needed_for_limits_on_money_alone() -> None:
    assert not Limits(max_tokens=5, fits=True).costs
    assert Limits(max_increase=Increase(money=DOLLAR)).costs == (DOLLAR,)
    assert not Limits(max_increase=Increase(percent=Decimal(10))).costs
