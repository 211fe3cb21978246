from tokencost.scenarios.recounter import CountRange


def test_a_part_of_a_count_is_at_least_its_share_rounded_down_and_at_most_rounded_up() -> None:
    third = CountRange(low=2, expected=3, high=4)
    assert (third.least(10), third.most(10)) == (6, 14)  # 6.67 and 13.33
    assert (third.least(9), third.most(9)) == (6, 12)
    exact = CountRange()
    assert (exact.least(10), exact.most(10)) == (10, 10)
