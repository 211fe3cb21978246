"""A workload: how often which of its requests finds its beginning in the cache."""

from datetime import date
from decimal import Decimal

import pytest

from tests.price_tables import model, provider, table
from tokencost.costs.cache import PromptTokens, cache_uses
from tokencost.costs.workload import Workload, price_workload
from tokencost.pricing import Mode, PriceDate, find_offer, quote

TODAY = PriceDate(day=date(2026, 11, 22))
BEGINS = PromptTokens(input=1_000, prefix=800, output=0)
CONTINUES = PromptTokens(input=2_000, prefix=1_000, output=0, continues=True)


def reads(*requests: PromptTokens) -> list[tuple[Decimal, int]]:
    """Return how many calls of each request, made three times, read how many tokens.

    The cache learns from the first two calls what they have in common.
    """
    prices = table(
        provider("acme", cache={"implicit": {"first_misses": 2}, "source": "page"}),
        model("m", input=2, output=10, cache_read=0.2),
    )
    offer = find_offer(prices, "m")
    rates = quote(offer, price_date=TODAY, input_tokens=1, output_tokens=0).rates
    (use,) = cache_uses(offer, rates)
    cost = price_workload(
        Workload(
            offer=offer,
            price_date=TODAY,
            mode=Mode.STANDARD,
            thinking=False,
            requests=requests,
            calls_per_prompt=3,
            cache=use,
        )
    )
    return [(calls.calls, calls.usage.cache_read) for calls in cost.billed]


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        ([BEGINS], [(2, 0), (1, 800)]),
        ([BEGINS, BEGINS], [(1, 0), (2, 800)] * 2),
        ([BEGINS, BEGINS, BEGINS], [(1, 0), (2, 800), (1, 0), (2, 800), (3, 800)]),
        ([BEGINS, CONTINUES], [(2, 0), (1, 800), (3, 1_000)]),
        ([BEGINS, CONTINUES, BEGINS], [(1, 0), (2, 800), (3, 1_000), (1, 0), (2, 800)]),
    ],
)
def test_the_first_calls_that_begin_anew_miss_and_those_that_continue_do_not(
    requests: list[PromptTokens], expected: list[tuple[Decimal, int]]
) -> None:
    assert reads(*requests) == expected
