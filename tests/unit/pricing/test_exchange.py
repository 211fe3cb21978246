from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tokencost.errors import NoRateError
from tokencost.pricing import ExchangeRate, PriceTable, find_conversion

OWN = ExchangeRate(base="CNY", quote="USD", rate=Decimal("0.2"), day=None, source="mine")


def test_the_newest_rate_that_is_not_later_than_the_day_counts(prices: PriceTable) -> None:
    rates = prices.exchange_rates
    for day, amount in ((date(2026, 11, 22), 14), (date(2026, 12, 1), 16)):
        conversion = find_conversion("USD", "CNY", day=day, given=(), listed=rates)
        assert conversion is not None
        assert conversion.convert(Decimal(2)) == amount


def test_a_rate_serves_both_directions(prices: PriceTable) -> None:
    conversion = find_conversion(
        "CNY", "USD", day=date(2026, 11, 22), given=(), listed=prices.exchange_rates
    )
    assert conversion is not None
    assert conversion.convert(Decimal(14)) == 2


def test_a_given_rate_wins(prices: PriceTable) -> None:
    conversion = find_conversion(
        "USD", "CNY", day=date(2026, 11, 22), given=[OWN], listed=prices.exchange_rates
    )
    assert conversion is not None
    assert conversion.convert(Decimal(1)) == 5


def test_a_rate_of_a_later_file_comes_before_a_newer_one_of_an_earlier_file() -> None:
    day = date(2026, 11, 22)
    newer = replace(OWN, rate=Decimal("0.4"), day=day)
    of_later_file = replace(OWN, rate=Decimal("0.5"), day=date(2026, 11, 1), layer=1)
    for listed in ([newer, of_later_file], [of_later_file, newer]):
        conversion = find_conversion("CNY", "USD", day=day, given=(), listed=listed)
        assert conversion is not None
        assert conversion.convert(Decimal(10)) == 5


def test_the_same_currency_needs_no_rate() -> None:
    assert find_conversion("USD", "USD", day=date(2026, 11, 22), given=[OWN], listed=()) is None


@pytest.mark.parametrize(
    ("target", "day"), [("EUR", date(2026, 11, 22)), ("CNY", date(2025, 12, 31))]
)
def test_a_missing_rate_is_an_error_and_never_one_to_one(
    prices: PriceTable, target: str, day: date
) -> None:
    with pytest.raises(NoRateError, match=f"from USD to {target} on {day}") as raised:
        find_conversion("USD", target, day=day, given=(), listed=prices.exchange_rates)
    assert raised.value.hint.startswith(f"give one: --fx USD/{target}=RATE")


def test_a_rate_over_90_days_old_is_doubtful(prices: PriceTable) -> None:
    day = date(2026, 4, 1)
    for age, is_old in ((0, False), (1, True)):
        conversion = find_conversion(
            "USD", "CNY", day=day + timedelta(days=age), given=(), listed=prices.exchange_rates
        )
        assert conversion is not None
        assert (conversion.warning is not None) == is_old
