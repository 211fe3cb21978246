from datetime import date, timedelta

import pytest

from tests.price_tables import model, table
from tokencost import with_settings
from tokencost.errors import PriceTableError
from tokencost.pricing import PriceDate, parse_price_date
from tokencost.pricing.schedule import format_age

PRICES = table(model("m", input=1))  # of 2026-11-22; tests/conftest.py sets 2027-01-01


def age(days: int, at: PriceDate | None) -> int:
    """Return how old the table is on a day, if it may be so many *days* old."""
    limit = timedelta(days=days)
    settings = with_settings(
        PRICES, places={}, max_age=limit, age_place="tokencost.toml:3", price_date=at
    )
    assert settings.age is not None
    return settings.age.days


def test_a_table_may_be_as_old_as_the_limit_and_not_a_day_older() -> None:
    assert age(40, None) == 40
    message = (
        "the price table of 2026-11-22 is 40 days old on 2027-01-01, and max_price_age is 39d "
        r"\(tokencost.toml:3\)"
    )
    with pytest.raises(PriceTableError, match=message):
        age(39, None)


def test_it_is_judged_on_the_day_that_is_asked_for_and_else_on_that_of_the_run() -> None:
    assert age(40, parse_price_date("2026-12-02")) == 10
    assert age(40, parse_price_date("2026-11-01")) == 0  # it knows more than that day did
    assert age(40, PRICES.price_date) == 40  # which nobody asks for


def test_without_a_limit_a_table_has_no_age() -> None:
    assert with_settings(PRICES, places={}).age is None
    assert PRICES.as_of == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (timedelta(days=45), "45d"),
        (timedelta(hours=12), "12h"),
        (timedelta(days=1, hours=1), "25h"),
        (timedelta(seconds=90), "90s"),
    ],
)
def test_a_limit_is_shown_in_its_largest_unit(limit: timedelta, text: str) -> None:
    assert format_age(limit) == text
