"""Budgets of a configuration, as a test suite asks for them."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tokencost.budgets import Limits, Rule, Status, check
from tokencost.configuration.load import load_configuration
from tokencost.configuration.settings import Configuration
from tokencost.errors import PriceTableError
from tokencost.estimates.results import EstimateOptions
from tokencost.pricing import PriceDate, PriceTable, load

pytestmark = pytest.mark.usefixtures("folder")
PRICES = Path(__file__).parents[2] / "prices.toml"


def configured(text: str) -> Configuration:
    Path("tokencost.toml").write_text(text, encoding="utf-8")
    Path("a.md").write_text(" ".join(["hello"] * 300), encoding="utf-8")
    return load_configuration(user=False)


BUDGET = """
[[budget]]
name = "all"
files = ["*.md"]
max_tokens_per_file = 300
"""


def test_a_test_suite_judges_what_the_configuration_says(prices: PriceTable) -> None:
    configuration = configured(f'model = "plain"\n{BUDGET}')
    assert check(configuration=configuration, prices=prices).status is Status.PASS
    Path("a.md").write_text(" ".join(["hello"] * 301), encoding="utf-8")
    assert check(configuration=configuration, prices=prices).status is Status.FAIL


def test_rates_and_sizes_of_the_configuration_count(prices: PriceTable) -> None:
    budget = BUDGET.replace("max_tokens_per_file = 300", 'max_cost_per_call = "0.0042CNY"')
    text = f'model = "plain"\noutput_tokens = 0\nfx = {{ "USD/CNY" = 7 }}\n{budget}'
    text += '[recorded]\n"a.md" = 299\n'
    report = check(configuration=configured(text), prices=prices)
    # 300 tokens at 2 USD a million are 0.0006 USD
    cost, size = report.findings
    assert (cost.rule, cost.headroom) == (Rule.MAX_COST_PER_CALL, Decimal())
    assert (size.rule, size.headroom) == (Rule.RECORDED, Decimal(-1))
    assert report.status is Status.WARN


def test_limits_take_what_else_the_configuration_says(prices: PriceTable) -> None:
    configuration = configured(f'model = "plain"\n{BUDGET}')
    limits = Limits(max_tokens=1)
    report = check("hello world", limits=limits, configuration=configuration, prices=prices)
    assert [finding.model for finding in report.findings] == ["acme/plain"]


def test_a_request_is_judged_with_its_own_model_before_the_default(prices: PriceTable) -> None:
    configuration = configured(f'model = "plain"\n{BUDGET.replace("*.md", "*.json")}')
    messages = [{"role": "user", "content": "hello"}]
    request = {"model": "likely", "messages": messages}
    Path("a.json").write_text(json.dumps(request), encoding="utf-8")
    report = check(configuration=configuration, prices=prices)
    assert [finding.model for finding in report.findings] == ["acme/likely"]
    own = configured(BUDGET.replace("*.md", "*.json") + 'model = "plain"\n')
    report = check(configuration=own, prices=prices)
    assert [finding.model for finding in report.findings] == ["acme/plain"]


def test_a_table_older_than_it_may_be_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "builtin_path", lambda: PRICES)
    configuration = configured(f'model = "plain"\nmax_price_age = "30d"\n{BUDGET}')
    day = EstimateOptions(price_date=PriceDate(day=date(2026, 12, 23), is_named=True))
    with pytest.raises(PriceTableError, match="31 days"):
        check(configuration=configuration, options=day)
    day = EstimateOptions(price_date=PriceDate(day=date(2026, 12, 22), is_named=True))
    assert check(configuration=configuration, options=day).status is Status.PASS
