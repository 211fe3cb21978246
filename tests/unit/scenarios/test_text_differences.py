"""Why two samples of one prompt differ: the pair is looked at, not the first of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.scenarios.dynamic_text import DynamicText
from tokencost.scenarios.text_differences import common_beginning, why_different


@pytest.mark.parametrize(
    ("line", "other", "why"),
    [
        ("at 2026-11-22T10:00:05", "at 2026-11-22T11:00:05", "timestamp"),
        ("at 9:05 AM", "at 9:07 AM", "timestamp"),
        ("now 1763800325", "now 1763800999", "timestamp"),
        ("of 2026-11-22.", "of 2026-11-23.", "date"),
        ("of 12/29/2025", "of 12/30/2025", "date"),
        ("on March 4, 2026 here", "on March 5, 2026 here", "date"),
        ("call 17", "call 18", "counter"),
        ("price 17", "price 25", "number"),
        ("from 10.0.0.1", "from 10.0.0.9", "IP address"),
        ("v1.2.3", "v1.3.0", "version"),
        ("req_7Hq2LmX9", "req_8aB3xyz1", "id"),
        ("at 3f2a9b7c", "at 9ac0d1e4", "hash"),
        ("a, b, c", "b, a, c", "words in another order"),
        ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', "keys in another order"),
        ("red", "blue", "text"),
    ],
)
def test_the_reason_is_what_both_are(line: str, other: str, why: str) -> None:
    assert why_different(line, other) == why


def test_a_counter_goes_up_by_one_and_other_numbers_differ_by_more() -> None:
    assert why_different("step 10", "step 11") is DynamicText.COUNTER
    assert why_different("step 10", "step 12") is DynamicText.NUMBER


@given(texts=st.lists(st.text(alphabet="ab"), min_size=1, max_size=4))
def test_the_common_beginning_is_the_longest_that_all_have(texts: list[str]) -> None:
    common = common_beginning(texts)
    assert all(text.startswith(common) for text in texts)
    following = {text[len(common) : len(common) + 1] for text in texts}
    assert "" in following or len(following) > 1
