from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.price_tables import model, provider, row, table
from tokencost.costs.cost import Cost, cost, input_parts, month_cost, price_request
from tokencost.errors import NoPriceError
from tokencost.pricing import PriceDate, PriceTable, Quote, Rates, find_offer, quote
from tokencost.usage import CacheKind, InputTokens, Ttl, Usage

counts = st.integers(min_value=0, max_value=10**9)
rate = st.decimals(min_value=0, max_value=1000, places=4)
usages = st.builds(
    Usage,
    uncached_input=counts,
    cache_read=counts,
    cache_write=st.fixed_dictionaries({Ttl("5m"): counts}),
    output=counts,
)
rates = st.builds(
    Rates,
    input=rate,
    output=rate,
    cache_read=rate,
    cache_write=st.fixed_dictionaries({Ttl("5m"): rate}),
)


@pytest.fixture(scope="module")
def plain(prices: PriceTable) -> Quote:
    return quote(
        find_offer(prices, "acme/plain"),
        price_date=PriceDate(day=date(2026, 11, 22)),
        input_tokens=0,
        output_tokens=0,
    )


def test_a_million_input_tokens_cost_the_listed_price(plain: Quote) -> None:
    assert cost(Usage(uncached_input=1_000_000), plain).total == 2


def test_every_kind_of_token_has_its_own_rate(plain: Quote) -> None:
    usage = Usage(
        uncached_input=1_000_000,
        cache_read=1_000_000,
        cache_write={Ttl("5m"): 1_000_000, Ttl("1h"): 1_000_000},
        output=1_000_000,
    )
    assert cost(usage, plain) == Cost(input=Decimal("9.0"), output=Decimal(10))
    assert input_parts(usage, plain) == {
        "uncached_input": 2,
        "cache_read": Decimal("0.5"),
        "cache_write": Decimal("6.5"),  # 2.5 and 4
    }


def test_the_amount_is_exact_to_the_last_digit(plain: Quote) -> None:
    quoted = replace(plain, rates=Rates(input=Decimal("2.5"), output=Decimal(10)))
    assert str(cost(Usage(uncached_input=89, output=500), quoted).total) == "0.0052225"


def test_tokens_without_a_known_rate_have_no_price(plain: Quote) -> None:
    with pytest.raises(NoPriceError, match=r"acme/plain@global has no cache write \(24h\) price"):
        cost(Usage(cache_write={Ttl("24h"): 1}), plain)


def test_an_unknown_rate_does_not_matter_where_there_are_no_tokens(plain: Quote) -> None:
    assert (
        cost(Usage(uncached_input=1_000_000), replace(plain, rates=Rates(input=Decimal(2)))).total
        == 2
    )


def test_nothing_costs_nothing(plain: Quote) -> None:
    assert cost(Usage(), plain).total == 0


@given(usage=usages, some_rates=rates, factor=st.integers(min_value=2, max_value=1000))
def test_cost_is_linear_in_the_usage(
    plain: Quote, usage: Usage, some_rates: Rates, factor: int
) -> None:
    quoted = replace(plain, rates=some_rates)
    several = Usage(
        uncached_input=usage.uncached_input * factor,
        cache_read=usage.cache_read * factor,
        cache_write={ttl: tokens * factor for ttl, tokens in usage.cache_write.items()},
        output=usage.output * factor,
    )
    assert cost(several, quoted).total == cost(usage, quoted).total * factor


@given(usage=usages, some_rates=rates)
def test_more_output_never_costs_less(plain: Quote, usage: Usage, some_rates: Rates) -> None:
    quoted = replace(plain, rates=some_rates)
    longer = replace(usage, output=usage.output + 1)
    assert cost(longer, quoted).total >= cost(usage, quoted).total


@given(usage=usages, some_rates=rates)
def test_zero_rates_are_free(plain: Quote, usage: Usage, some_rates: Rates) -> None:
    assert cost(usage, replace(plain, rates=some_rates.scaled(Decimal(0)))).total == 0


def test_a_month_with_a_day_that_nobody_knows_the_price_of_has_no_cost() -> None:
    rows = row(input=1, until=date(2026, 12, 1)), row(input=4, from_=date(2026, 12, 2))
    offer = find_offer(table(model("m", *rows)), "m")
    day = PriceDate(day=date(2026, 11, 22))  # ten days of the first row, twenty of the second

    def known(start: PriceDate) -> Decimal:
        return Decimal(1) if start.day < date(2026, 12, 1) else Decimal(4)

    def open_from_december(start: PriceDate) -> Decimal | None:
        return Decimal(1) if start.day < date(2026, 12, 1) else None

    assert month_cost(known, offer, day, Decimal(30)) == 90
    assert month_cost(open_from_december, offer, day, Decimal(30)) is None


def test_which_cache_a_size_was_read_from_comes_before_an_option() -> None:
    cache = {"implicit": {"read_x": 0.2}, "explicit": {"read_x": 0.1}, "source": "page"}
    offer = find_offer(table(provider("acme", cache=cache), model("m", input=10)), "m")
    for named, total in (("implicit", 2), ("explicit", 1), (None, 1)):
        size = InputTokens(
            total=1_000_000, cached=1_000_000, cache=CacheKind(named) if named else None
        )
        day = PriceDate(day=date(2026, 11, 22))
        priced = price_request(size, offer, output=0, price_date=day, cache=CacheKind.EXPLICIT)
        assert priced.cost.total == total
