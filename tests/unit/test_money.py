from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.money import divide, format_exact, format_money, format_money_range, round_figures

amounts = st.decimals(min_value=Decimal("1e-12"), max_value=10**9, allow_nan=False, places=12)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.0052225", "0.0052225"),
        ("2.50", "2.5"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("0.000000123", "0.000000123"),
        ("0.00", "0"),
        ("-1.20", "-1.2"),
    ],
)
def test_plain_is_exact_without_exponent_or_trailing_zeros(amount: str, text: str) -> None:
    assert format_exact(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("0.0052225", "USD", "$0.00522"),
        ("0.000000123456", "CNY", "¥0.000000123"),
        ("1289.7612", "CNY", "¥1,289.76"),
        ("0.5", "USD", "$0.500"),
        ("0", "USD", "$0"),
        ("1.5", "EUR", "1.50 EUR"),
        ("0.9999999", "USD", "$1.000"),
        ("-0.121", "CNY", "-¥0.121"),
    ],
)
def test_shown_keeps_three_digits_of_small_sums(amount: str, currency: str, text: str) -> None:
    assert format_money(Decimal(amount), currency) == text


@given(amounts)
def test_a_sum_that_is_not_zero_never_shows_as_zero(amount: Decimal) -> None:
    assert any(digit in format_money(amount, "USD") for digit in "123456789")


@given(amounts)
def test_plain_loses_nothing(amount: Decimal) -> None:
    assert Decimal(format_exact(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "divisor", "quotient"),
    [
        ("9.97", "1000", "0.00997"),
        ("1", "1024", "0.0009765625"),
        ("0.000000000000012345", "2", "0.0000000000000061725"),  # exact, however many places
        ("2", "3", "0.666666666667"),  # 12 digits, where it does not end
        ("20000", "6.65288", "3006.21685646"),
    ],
)
def test_a_quotient_is_exact_or_has_twelve_digits(amount: str, divisor: str, quotient: str) -> None:
    assert format_exact(divide(Decimal(amount), Decimal(divisor))) == quotient


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("1.2", "3", "$1.20–3.00"),
        ("1.001", "1.002", "$1.001–1.002"),
        ("1.0012", "1.0031", "$1.001–1.004"),
    ],
)
def test_a_range_whose_ends_read_alike_is_rounded_outwards(low: str, high: str, text: str) -> None:
    assert format_money_range(Decimal(low), Decimal(high), "USD") == text


@pytest.mark.parametrize(
    ("number", "figures"), [("1.2355", "1.24"), ("1.2345", "1.23"), ("1234.6", "1235")]
)
def test_a_rate_is_rounded_to_three_figures_or_a_whole_number(number: str, figures: str) -> None:
    assert round_figures(Decimal(number)) == Decimal(figures)
