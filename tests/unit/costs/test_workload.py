"""A workload: how often which of its requests finds its beginning in the cache."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.price_tables import model, provider, table
from tokencost.costs.cache import PromptTokens, cache_uses
from tokencost.costs.workload import Workload, price_workload
from tokencost.errors import NoPriceError
from tokencost.pricing import Mode, PriceDate, find_offer, quote
from tokencost.values import replace

TODAY = PriceDate(day=date(2026, 11, 22))
BEGINS = PromptTokens(input=1_000, prefix=800, output=0)
CONTINUES = PromptTokens(input=2_000, prefix=1_000, output=0, continues=True)


def workload(*requests: PromptTokens, **keys: Any) -> Workload:
    """Return each request made three times, with a cache that learns from the first two calls."""
    cache = keys.pop("cache", {"implicit": {"first_misses": 2}})
    own = {"input": 2, "output": 10, "cache_read": 0.2, **keys.pop("own", {})}
    prices = table(provider("acme", cache={**cache, "source": "page"}), model("m", **own))
    offer = find_offer(prices, "m")
    rates = quote(offer, price_date=TODAY, input_tokens=1, output_tokens=0).rates
    return Workload(
        offer=offer,
        price_date=TODAY,
        mode=Mode.STANDARD,
        thinking=False,
        requests=requests,
        calls_per_prompt=3,
        cache=cache_uses(offer, rates)[0],
        **keys,
    )


def reads(*requests: PromptTokens) -> list[tuple[Decimal, int]]:
    """Return how many calls of each request read how many tokens."""
    cost = price_workload(workload(*requests))
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


def test_requests_of_one_size_are_each_billed() -> None:
    once = replace(workload(BEGINS), cache=None)
    assert price_workload(once).total == Decimal("0.006")  # 3 x 1,000 at 2
    twice = replace(workload(BEGINS, BEGINS), cache=None)
    assert price_workload(twice).total == Decimal("0.012")


def test_requests_of_one_size_may_differ_in_what_picks_their_tier_and_in_their_outputs() -> None:
    long = {"tiers": [{"output_gt": 100, "input": 4}], "max_output": 100, "context": 10_000}
    plain, of_long_output = BEGINS, replace(BEGINS, tier_output=101, outputs=2)
    both = replace(workload(plain, of_long_output, own=long), cache=None)
    assert price_workload(both).total == Decimal("0.018")  # 3 x 1,000 at 2, and at 4
    one, two = (replace(BEGINS, output=200, outputs=number) for number in (1, 2))
    with pytest.raises(NoPriceError, match="200 tokens of output, at most 100"):
        price_workload(replace(workload(two, one, own=long), cache=None))


def test_conversations_that_are_sent_anew_begin_with_a_miss_each() -> None:
    three = workload(BEGINS, CONTINUES, cache={"implicit": {}}, sent_anew=True)
    assert three.misses == 3  # of 6 calls
    cost = price_workload(three)
    billed = [(calls.calls, calls.usage.cache_read) for calls in cost.billed]
    assert billed == [(Decimal(3), 0), (Decimal(3), 1_000)]
    assert replace(three, sent_anew=False).misses == 1


def test_what_is_kept_is_the_longest_prefix_once_for_each_call_that_writes() -> None:
    stored = {"explicit": {"ttl": ["1h"], "stored": True}}
    longer = replace(BEGINS, input=5_000, prefix=4_000)
    kept = workload(BEGINS, longer, cache=stored, own={"cache_storage_hour": 5}, hours=Decimal(2))
    assert kept.cached == 4_000
    assert price_workload(kept).storage == Decimal("0.04")  # 4,000 x 5 x 2 hours
    minutes = replace(kept, hours=Decimal("0.1"))
    assert price_workload(minutes).storage == Decimal("0.002")
    half = replace(kept, hits=Decimal("0.5"))  # the first of 6 calls misses, and half of the others
    assert price_workload(half).storage == Decimal("0.14")  # 3.5 x 0.04


@pytest.mark.parametrize(("thinking", "cost"), [(False, "0.003"), (True, "0.012")])
def test_calls_that_reason_pay_the_rate_of_reasoning(cost: str, *, thinking: bool) -> None:
    request = PromptTokens(input=0, prefix=0, output=100)
    calls = replace(workload(request, own={"output_thinking": 40}), cache=None, thinking=thinking)
    assert price_workload(calls).total == Decimal(cost)  # 3 x 100 at 10 or at 40


def test_a_request_that_is_made_shorter_has_no_longer_part() -> None:
    marks = ((500, None), (900, None))
    request = replace(BEGINS, repeats=900, answered=150, marks=marks)
    shorter = request.resized(850)
    assert (shorter.input, shorter.prefix, shorter.repeats, shorter.answered) == (850, 800, 850, 50)
    assert shorter.marks == ((500, None), (850, None))
    assert request.resized(1_200).repeats == 900
