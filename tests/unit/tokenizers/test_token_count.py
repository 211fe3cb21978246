"""Counts and their sums."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.errors import UsageError
from tokencost.tokenizers import Method, TokenCount


@st.composite
def token_counts(draw: st.DrawFn) -> TokenCount:
    low, expected, high = sorted(draw(st.tuples(*[st.integers(0, 10**6)] * 3)))
    method = draw(st.sampled_from(Method))
    if method in (Method.EXACT, Method.SUPPLIED):
        low = high = expected
    return TokenCount(
        low=low,
        expected=expected,
        high=high,
        method=method,
        tokenizer=draw(st.sampled_from(["qwen2", "doubao", None])),
        basis=draw(st.sampled_from(["", "measured"])),
        overhead=draw(st.integers(0, expected)),
    )


@pytest.mark.parametrize("range_", [(-1, 0, 0), (2, 1, 3), (0, 2, 1)])
def test_a_range_that_does_not_hold_its_count_is_refused(range_: tuple[int, int, int]) -> None:
    low, expected, high = range_
    with pytest.raises(UsageError, match="not a range"):
        TokenCount(low=low, expected=expected, high=high, method=Method.ESTIMATED, tokenizer="x")


def test_an_exact_count_with_a_range_is_refused() -> None:
    with pytest.raises(UsageError, match="has no range"):
        TokenCount(low=1, expected=1, high=2, method=Method.EXACT, tokenizer="x")


@given(counts=st.lists(token_counts(), min_size=1, max_size=6))
def test_the_sum_of_counts_has_the_sum_of_their_ranges(counts: list[TokenCount]) -> None:
    total = TokenCount.sum(counts)
    for part in ("low", "expected", "high", "overhead"):
        assert getattr(total, part) == sum(getattr(count, part) for count in counts)
    assert total.is_exact == all(count.is_exact for count in counts)


@given(counts=st.lists(token_counts(), min_size=2, max_size=6))
def test_the_order_and_the_grouping_of_counts_do_not_change_their_sum(
    counts: list[TokenCount],
) -> None:
    total = TokenCount.sum(counts)
    assert TokenCount.sum(counts[::-1]) == total
    in_steps = TokenCount.sum([TokenCount.sum(counts[:-1]), counts[-1]])
    assert (in_steps.low, in_steps.expected, in_steps.high) == (
        total.low,
        total.expected,
        total.high,
    )
    assert in_steps.method is total.method


@given(count=token_counts())
def test_the_sum_of_one_count_is_that_count(count: TokenCount) -> None:
    assert TokenCount.sum([count]) == count


def counted(method: Method, tokenizer: str | None, basis: str = "") -> TokenCount:
    return TokenCount(
        low=1, expected=1, high=1, method=method, tokenizer=tokenizer, basis=basis, overhead=1
    )


def test_a_sum_is_as_sure_as_its_least_sure_count() -> None:
    counts = [
        counted(Method.ESTIMATED, "doubao", "measured"),
        counted(Method.EXACT, "qwen2"),
        counted(Method.SUPPLIED, None),
    ]
    total = TokenCount.sum(counts)
    assert (total.method, total.tokenizer, total.basis) == (Method.ESTIMATED, "doubao", "measured")
    assert TokenCount.sum(counts[1:]).method is Method.SUPPLIED


def test_a_sum_over_several_tokenizers_names_none_of_them() -> None:
    total = TokenCount.sum([counted(Method.EXACT, "qwen2"), counted(Method.EXACT, "o200k_base")])
    assert (total.method, total.tokenizer, total.expected) == (Method.EXACT, None, 2)


def test_the_sum_of_requests_adds_up_what_their_format_adds() -> None:
    one = replace(counted(Method.EXACT, "o200k_base"), expected=9, low=9, high=9, overhead=7)
    total = TokenCount.sum([replace(one, overhead_basis=basis) for basis in ("chat", "chat")])
    assert (total.expected, total.overhead, total.overhead_basis) == (18, 14, "chat")
    total = TokenCount.sum([replace(one, overhead_basis=basis) for basis in ("chat", "other")])
    assert (total.expected, total.overhead, total.overhead_basis) == (18, 14, "")
    total = TokenCount.sum([replace(one, overhead_basis=basis) for basis in ("chat", "")])
    assert (total.expected, total.overhead, total.overhead_basis) == (18, 14, "chat")


def test_no_counts_have_no_sum() -> None:
    with pytest.raises(UsageError, match="no counts"):
        TokenCount.sum([])


def test_what_is_beyond_a_part_has_the_range_that_is_left_at_each_end() -> None:
    """90 to 110 without 40 to 45 is 50 to 65: both are counted by the same vocabulary."""

    def counted(low: int, expected: int, high: int | None) -> TokenCount:
        return TokenCount(
            low=low, expected=expected, high=high, method=Method.ESTIMATED, tokenizer="x"
        )

    assert counted(90, 100, 110).beyond(counted(40, 42, 45)) == counted(50, 58, 65)
    # without an upper end of both there is none, and no end lies on the wrong side of the middle
    assert counted(90, 100, None).beyond(counted(40, 42, 45)) == counted(50, 58, None)
    assert counted(90, 100, 110).beyond(counted(40, 42, None)) == counted(50, 58, None)
    assert counted(90, 100, 110).beyond(counted(10, 42, 60)) == counted(58, 58, 58)
