from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.budgets import Limits, Status, check
from tokencost.errors import InputError, UsageError
from tokencost.estimates.results import EstimateOptions
from tokencost.inputs import InputSet, Prompt
from tokencost.money import Money
from tokencost.pricing import ExchangeRate, Mode, PriceTable
from tokencost.tokenizers import find_tokenizer
from tokencost.usage import OutputTokens

INPUT_ALONE = EstimateOptions(output=OutputTokens())
TWO = Prompt(name="two.txt", text="hello world")
ONE = Prompt(name="one.txt", text="hello")


@pytest.mark.parametrize(("limit", "status"), [(3, Status.PASS), (2, Status.FAIL)])
def test_a_limit_is_kept_when_it_is_reached_exactly(
    prices: PriceTable, limit: int, status: Status
) -> None:
    report = check([TWO, ONE], models="plain", limits=Limits(max_tokens=limit), prices=prices)
    assert report.status is status
    assert report.findings[0].headroom == limit - 3


def test_each_file_has_a_limit_of_its_own(prices: PriceTable) -> None:
    report = check([TWO, ONE], models="plain", limits=Limits(max_tokens_per_file=1), prices=prices)
    assert [(finding.file, finding.status) for finding in report.findings] == [
        ("two.txt", Status.FAIL),
        ("one.txt", Status.PASS),
    ]


def test_an_uncertain_count_is_judged_at_its_upper_end(prices: PriceTable) -> None:
    text = "hello world " * 500
    tokens = find_tokenizer("doubao").measure(text)
    limits = Limits(max_tokens=tokens.expected)
    assert tokens.holds(tokens.expected + 1)
    assert check(text, models="guess", limits=limits, prices=prices).status is Status.FAIL
    limits = Limits(max_tokens=tokens.high)
    assert check(text, models="guess", limits=limits, prices=prices).status is Status.PASS


def test_the_limit_of_a_file_is_judged_at_the_upper_end_too(prices: PriceTable) -> None:
    text = "hello world " * 500
    limits = Limits(max_tokens_per_file=find_tokenizer("doubao").measure(text).expected)
    assert check(text, models="guess", limits=limits, prices=prices).status is Status.FAIL


@pytest.mark.parametrize(
    ("amount", "currency", "status"),
    [
        ("0.000014", "USD", Status.PASS),
        ("0.000013", "USD", Status.FAIL),
        ("0.000098", "CNY", Status.PASS),  # 7 CNY for one USD
        ("0.000097", "CNY", Status.FAIL),
    ],
)
def test_cost_is_judged_in_the_currency_of_the_limit(
    prices: PriceTable, amount: str, currency: str, status: Status
) -> None:
    limits = Limits(max_cost_per_call=Money(amount=Decimal(amount), currency=currency))
    rate = ExchangeRate(base="USD", quote="CNY", rate=Decimal(7), day=None, source="test")
    output = OutputTokens(low=0, expected=0, high=1)
    request = EstimateOptions(output=output, exchange_rates=(rate,))
    assert (
        check(TWO, models="plain", limits=limits, options=request, prices=prices).status is status
    )


def test_an_exchange_rate_of_more_than_90_days_is_not_a_pass(prices: PriceTable) -> None:
    limits = Limits(max_cost_per_call=Money(amount=Decimal(1), currency="CNY"))
    report = check(TWO, models="plain", limits=limits, options=INPUT_ALONE, prices=prices)
    assert report.status is Status.ERROR
    assert "2026-01-01, too old to judge prices of 2026-11-22" in str(report.failures[0].error)


def test_a_missing_exchange_rate_is_not_a_pass(prices: PriceTable) -> None:
    limits = Limits(max_tokens=1000, max_cost_per_call=Money(amount=Decimal(1), currency="EUR"))
    report = check(TWO, models="plain", limits=limits, options=INPUT_ALONE, prices=prices)
    assert report.status is Status.ERROR
    assert report.failures[0].input == "two.txt"


def test_a_limit_on_cost_needs_the_output_tokens(prices: PriceTable) -> None:
    limits = Limits(max_cost_per_call=Money(amount=Decimal(1), currency="USD"))
    with pytest.raises(UsageError, match="needs the output tokens"):
        check(TWO, models="plain", limits=limits, prices=prices)
    report = check(TWO, models="plain", limits=limits, options=INPUT_ALONE, prices=prices)
    assert report.status is Status.PASS


def test_what_a_check_rests_on_are_notes(prices: PriceTable) -> None:
    limits = Limits(max_tokens=10, max_cost_per_call=Money(amount=Decimal(1), currency="USD"))
    report = check(TWO, models="plain", limits=limits, options=INPUT_ALONE, prices=prices)
    codes = [note.code for note in report.assumptions]
    assert codes == ["judged_at_upper_end", "output_up_to", "prices_of"]
    assert report.assumptions[1].values == {"tokens": 0}
    report = check(TWO, models="plain", limits=Limits(max_tokens=10), prices=prices)
    assert [note.code for note in report.assumptions] == ["judged_at_upper_end"]


def test_an_end_without_a_price_is_not_a_pass(prices: PriceTable) -> None:
    limits = Limits(max_cost_per_call=Money(amount=Decimal(1000), currency="USD"))
    request = EstimateOptions(output=OutputTokens(low=1, expected=1, high=10_001))
    report = check(TWO, models="plain", limits=limits, options=request, prices=prices)
    assert (report.status, report.findings) == (Status.ERROR, ())


def test_a_missing_price_is_not_a_pass(prices: PriceTable) -> None:
    limits = Limits(max_cost_per_call=Money(amount=Decimal(1000), currency="USD"))
    request = EstimateOptions(mode=Mode.FAST, output=OutputTokens())
    report = check(TWO, models="plain", limits=limits, options=request, prices=prices)
    assert report.status is Status.ERROR


def test_a_limit_on_tokens_needs_no_price(prices: PriceTable) -> None:
    report = check(
        TWO,
        models="plain",
        limits=Limits(max_tokens=1),
        options=EstimateOptions(mode=Mode.FAST),
        prices=prices,
    )
    assert report.status is Status.FAIL


def test_what_could_not_be_read_outweighs_a_broken_limit(prices: PriceTable) -> None:
    reading = InputSet(prompts=(TWO,), errors=(InputError("no such file"),), notes=())
    report = check(reading, models="plain", limits=Limits(max_tokens=1), prices=prices)
    assert report.findings[0].status is Status.FAIL
    assert report.status is Status.ERROR


def test_nothing_to_judge_is_not_a_pass(prices: PriceTable) -> None:
    limits = Limits(max_tokens=1)
    nothing = InputSet(prompts=(), errors=(), notes=())
    assert check(nothing, "plain", limits=limits, prices=prices).status is Status.ERROR
    with pytest.raises(InputError, match="the list is empty"):
        check([], "plain", limits=limits, prices=prices)


def test_an_unknown_model_is_not_a_pass(prices: PriceTable) -> None:
    limits = Limits(max_tokens=1000)
    assert check(TWO, models=["plain", "plan"], limits=limits, prices=prices).status is Status.ERROR


@pytest.mark.parametrize(
    ("limits", "message"), [({}, "no limit to check"), ({"max_tokens": -1}, "cannot be negative")]
)
def test_a_check_has_to_check_something(limits: dict[str, int], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Limits(**limits)  # type: ignore[arg-type]


@given(limit=st.integers(min_value=0, max_value=100), text=st.text(max_size=200))
def test_a_check_passes_exactly_when_nothing_is_above_its_limit(
    prices: PriceTable, limit: int, text: str
) -> None:
    report = check(text, models="plain", limits=Limits(max_tokens=limit), prices=prices)
    tokens = find_tokenizer("o200k_base").measure(text).expected
    assert (report.status is Status.PASS) == (tokens <= limit)
