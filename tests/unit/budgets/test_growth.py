"""Growth against a base: what files were, whatever told so."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tokencost.budgets import (
    BaseFile,
    Baseline,
    Budget,
    CheckReport,
    Increase,
    Limits,
    Rule,
    Status,
    check,
)
from tokencost.errors import UsageError
from tokencost.money import Money
from tokencost.pricing import PriceTable
from tokencost.tokenizers import request_count
from tokencost.usage import OutputTokens, Volume

pytestmark = pytest.mark.usefixtures("folder")


def text(tokens: int) -> str:
    return " ".join(["hello"] * tokens)


def write(**sizes: int) -> None:
    for name, tokens in sizes.items():
        Path(f"{name}.md").write_text(text(tokens), encoding="utf-8")


def base(
    changed: Mapping[str, int | BaseFile] | None = None, *, deleted: int = 0, **parts: Any
) -> Baseline:
    """Return a base at which files had so many tokens."""
    files = {
        path: BaseFile(path=path, content=text(was).encode()) if isinstance(was, int) else was
        for path, was in (changed or {}).items()
    }
    gone = (BaseFile(path="gone.md", content=text(deleted).encode()),) if deleted else ()
    return Baseline(name="main", root=Path.cwd(), changed=files, deleted=gone, **parts)


def judge(baseline: Baseline | None, prices: PriceTable, **limits: Any) -> CheckReport:
    budget = Budget(
        name="all",
        limits=Limits(**limits),
        files=("*",),
        root=Path(),
        models=("plain",),
        output=OutputTokens(),
        volume=Volume(per_month=Decimal(1000)),
    )
    return check(budgets=[budget], base=baseline, prices=prices)


PERCENT = Increase(percent=Decimal(10))


@pytest.mark.parametrize(
    ("increase", "most"),
    [
        (PERCENT, 550),
        (Increase(tokens=20), 520),
        (Increase(money=Money(amount=Decimal("0.0002"), currency="USD")), 600),  # 2 a million
    ],
)
def test_a_file_of_500_tokens_may_grow_by_so_much(
    prices: PriceTable, increase: Increase, most: int
) -> None:
    write(a=most)
    report = judge(base({"a.md": 500}), prices, max_increase=increase)
    assert (report.status, report.findings[0].headroom) == (Status.PASS, Decimal())
    write(a=most + 1)
    assert judge(base({"a.md": 500}), prices, max_increase=increase).status is Status.FAIL


def test_a_tenth_more_than_505_tokens_are_555(prices: PriceTable) -> None:
    """555.5 tokens are more than any file has, and 556 are more than a tenth."""
    write(a=555)
    report = judge(base({"a.md": 505}), prices, max_increase=PERCENT)
    assert (report.status, report.findings[0].limit) == (Status.PASS, Decimal(555))
    write(a=556)
    assert judge(base({"a.md": 505}), prices, max_increase=PERCENT).status is Status.FAIL


def test_a_finding_says_what_it_was_at_the_base(prices: PriceTable) -> None:
    write(a=546, b=10)
    report = judge(base({"a.md": 91}), prices, max_tokens_per_file=600)
    assert [str(finding.base) for finding in report.findings] == ["91", "10"]
    assert report.base == "main"


def test_what_is_as_it_was_has_grown_by_nothing_and_is_not_counted_twice(
    prices: PriceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(a=500, b=10)
    counted: list[str] = []
    count_prompt = request_count.count_prompt

    def count_and_tell(prompt: Any, *args: Any, **options: Any) -> Any:
        counted.append(prompt.name)
        return count_prompt(prompt, *args, **options)

    monkeypatch.setattr("tokencost.estimates.model_count.count_prompt", count_and_tell)
    report = judge(base({"b.md": 10}), prices, max_increase=Increase(tokens=0))
    assert report.status is Status.PASS
    assert counted == ["a.md", "b.md", "b.md"]


def test_a_renamed_file_has_grown_by_nothing_and_has_its_former_name(prices: PriceTable) -> None:
    write(a=500)
    renamed = BaseFile(path="old.md", content=None)
    report = judge(base({"a.md": renamed}), prices, max_increase=Increase(tokens=0))
    assert [(finding.status, finding.was) for finding in report.findings] == [
        (Status.PASS, "old.md")
    ]


def test_an_added_file_is_judged_by_the_absolute_limits_only(prices: PriceTable) -> None:
    write(a=500)
    limits = {"max_increase": PERCENT, "max_tokens_per_file": 400, "ratchet": True}
    report = judge(base(added=frozenset({"a.md"})), prices, **limits)
    rules = [(finding.rule, finding.status) for finding in report.findings]
    assert rules == [(Rule.MAX_TOKENS_PER_FILE, Status.FAIL)]
    alone = judge(base(added=frozenset({"a.md"})), prices, max_increase=PERCENT)
    (finding,) = alone.findings  # nothing limits it at all
    assert (finding.status, finding.base, finding.limit) == (Status.WARN, Decimal(), Decimal())


@pytest.mark.parametrize(
    ("was", "ratchet", "status"),
    [
        (500, True, Status.WARN),  # it was over its limit, and did not grow
        (600, True, Status.WARN),
        (499, True, Status.FAIL),
        (400, True, Status.FAIL),  # it was within
        (500, False, Status.FAIL),
    ],
)
def test_an_old_overrun_that_did_not_grow_is_a_warning_under_ratchet(
    prices: PriceTable, *, was: int, ratchet: bool, status: Status
) -> None:
    write(a=500)
    limits = {"max_tokens_per_file": 400, "ratchet": ratchet}
    assert judge(base({"a.md": was}), prices, **limits).status is status


def test_a_sum_is_compared_with_all_that_was_there(prices: PriceTable) -> None:
    write(a=100, b=100, c=100)
    limits: dict[str, Any] = {"max_tokens": 250, "ratchet": True}
    before = base({"a.md": 50}, added=frozenset({"c.md"}), deleted=140)
    report = judge(before, prices, **limits)
    assert (report.status, str(report.findings[0].base)) == (Status.FAIL, "290")  # 50, 100, 140
    before = base({"a.md": 50}, added=frozenset({"c.md"}), deleted=150)
    assert judge(before, prices, **limits).status is Status.WARN


def test_a_month_is_compared_with_the_month_of_the_base(prices: PriceTable) -> None:
    write(a=500)
    month = Money(amount=Decimal(1), currency="USD")
    report = judge(base({"a.md": 100}), prices, max_cost_per_month=month)
    # 500 tokens at 2 a million are 0.001 a call, 1 a month; 100 were 0.2
    assert (report.findings[0].judged, report.findings[0].base) == (Decimal(1), Decimal("0.2"))


def test_growth_that_nobody_can_judge_is_not_a_pass(prices: PriceTable) -> None:
    write(a=500)
    undecodable = BaseFile(path="a.md", content="提示".encode("gb18030"))
    report = judge(base({"a.md": undecodable}), prices, max_increase=PERCENT)
    assert report.status is Status.ERROR
    assert "the growth of 'a.md' is not judged: 'a.md' is not UTF-8" in str(
        report.failures[0].error
    )
    report = judge(base({"a.md": undecodable}), prices, max_tokens_per_file=500)
    assert (report.status, report.findings[0].base) == (Status.PASS, None)


def test_lines_of_a_file_grow_together(prices: PriceTable) -> None:
    line = json.dumps({"model": "plain", "prompt": text(100)})
    Path("b.jsonl").write_text(f"{line}\n{line}\n", encoding="utf-8")
    before = BaseFile(path="b.jsonl", content=f"{line}\n".encode())
    report = judge(base({"b.jsonl": before}), prices, max_increase=Increase(tokens=99))
    growth = [finding for finding in report.findings if finding.file == "b.jsonl"]
    assert [(finding.rule, finding.status) for finding in growth] == [
        (Rule.MAX_INCREASE, Status.FAIL)
    ]


def test_an_estimate_is_compared_end_with_end(prices: PriceTable) -> None:
    write(a=1000)
    budget = Budget(
        name="all",
        limits=Limits(max_increase=Increase(tokens=0)),
        files=("a.md",),
        root=Path(),
        models=("guess",),
    )
    same = base({"a.md": 1000})
    (finding,) = check(budgets=[budget], base=same, prices=prices).findings
    assert finding.judged == finding.limit == finding.base
    assert finding.judged is not None
    assert finding.judged > finding.expected


def test_growth_alone_without_a_base_is_not_a_pass(prices: PriceTable) -> None:
    write(a=500)
    report = judge(None, prices, max_increase=PERCENT)
    assert report.status is Status.ERROR
    assert "nothing else is limited" in str(report.failures[0].error)


def test_limits_without_budgets_are_judged_against_a_base_too(prices: PriceTable) -> None:
    write(a=551)
    limits = Limits(max_increase=PERCENT)
    report = check(Path("a.md"), "plain", limits=limits, base=base({"a.md": 500}), prices=prices)
    assert report.status is Status.FAIL


def test_an_increase_is_said_as_it_is_written() -> None:
    money = Money(amount=Decimal("0.01"), currency="USD")
    assert [*map(str, (PERCENT, Increase(tokens=500), Increase(money=money)))] == [
        *("10%", "500 tokens", "$0.0100")
    ]
    assert str(Increase(tokens=1)) == "1 token"
    with pytest.raises(UsageError, match="cannot be negative"):
        Increase(tokens=-1)


def test_a_file_that_nobody_compared_is_not_as_it_was(prices: PriceTable) -> None:
    write(a=100, b=100)
    report = judge(base(compared=frozenset({"b.md"})), prices, max_increase=PERCENT)
    assert [finding.file for finding in report.findings] == ["b.md"]
    (failure,) = report.failures
    assert "the growth of 'a.md' is not judged: \"a.md\" is not among the files" in (
        failure.error.message
    )
