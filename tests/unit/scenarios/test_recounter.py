from dataclasses import replace

from tokencost import estimate
from tokencost.pricing import PriceTable
from tokencost.scenarios.recounter import CountRange
from tokencost.tokenizers import Method


def test_a_part_of_a_count_is_at_least_its_share_rounded_down_and_at_most_rounded_up() -> None:
    third = CountRange(low=2, expected=3, high=4)
    assert (third.least(10), third.most(10)) == (6, 14)  # 6.67 and 13.33
    assert (third.least(9), third.most(9)) == (6, 12)
    exact = CountRange()
    assert (exact.least(10), exact.most(10)) == (10, 10)


def test_an_open_range_ends_at_what_is_counted(prices: PriceTable) -> None:
    (result,) = estimate("hello", "plain", prices=prices).results
    tokens = replace(
        result.tokens, low=80, expected=100, high=120, method=Method.ESTIMATED, tokenizer="guess"
    )
    closed, unbounded = (replace(result, tokens=replace(tokens, high=high)) for high in (120, None))
    assert CountRange.of([closed, unbounded]) == CountRange(low=160, expected=200, high=220)
