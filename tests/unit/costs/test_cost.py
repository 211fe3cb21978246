from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.costs.cost import Cost, cost, input_parts
from tokencost.errors import NoPriceError
from tokencost.pricing import PriceDate, PriceTable, Quote, Rates, find_offer, quote
from tokencost.usage import Ttl, Usage

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
