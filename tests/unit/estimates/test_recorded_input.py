from decimal import Decimal
from typing import Any

import pytest

from tokencost.estimates.calibrate import fit_line, recorded_input


@pytest.mark.parametrize(
    ("usage", "whole"),
    [
        # OpenAI and those who copy it: 900 cached tokens are inside the 1,000
        ({"prompt_tokens": 1_000, "prompt_tokens_details": {"cached_tokens": 900}}, 1_000),
        ({"input_tokens": 1_000, "input_tokens_details": {"cached_tokens": 900}}, 1_000),
        ({"promptTokenCount": 1_000, "cachedContentTokenCount": 900}, 1_000),
        # Anthropic and Bedrock: they stand beside the input
        ({"input_tokens": 30, "cache_read_input_tokens": 900}, 930),
        ({"input_tokens": 30, "cache_creation_input_tokens": 70}, 100),
        ({"inputTokens": 30, "cacheReadInputTokens": 900, "cacheWriteInputTokens": 70}, 1_000),
        ({"input_tokens": 0, "cache_read_input_tokens": 900}, 900),
        ({"input_tokens": 30, "cache_read_input_tokens": None}, 30),
        ({"input_tokens": 0}, None),
        ({"input_tokens": True}, None),
        ({"input_tokens": -3}, None),
        ({"output_tokens": 5}, None),
    ],
)
def test_cached_tokens_are_inside_or_beside_by_the_shape_of_the_usage(
    usage: dict[str, Any], whole: int | None
) -> None:
    assert recorded_input({"usage": usage}) == whole
    assert recorded_input({"response": {"usage": usage}}) == whole
    assert recorded_input({"response": {"body": {"usage": usage}}}) == whole


def test_the_line_is_the_one_that_most_pairs_of_requests_lie_on() -> None:
    points = [(100 * number, 50 + 120 * number) for number in range(1, 11)]  # 50 + 1.2 x
    assert fit_line(points) == (50, Decimal("1.2"))
    assert fit_line([*points, (500, 90_000)]) == (50, Decimal("1.2"))  # a wild one moves nothing
    assert fit_line(points[:9]) == (0, Decimal("1.3"))  # too few: the ratio of 500


@pytest.mark.parametrize(
    "points",
    [
        [(100, 150)] * 9,
        [(100, 150)] * 20,  # of one size
    ],
)
def test_without_a_spread_of_sizes_it_is_the_median_ratio(points: list[tuple[int, int]]) -> None:
    assert fit_line(points) == (0, Decimal("1.5"))


def test_an_overhead_is_never_below_0() -> None:
    assert fit_line([(100 * number, 120 * number - 50) for number in range(1, 11)])[0] == 0
