from decimal import Decimal

import pytest

from tokencost.errors import UsageError
from tokencost.usage import Ttl, Usage, Volume


def test_the_input_is_every_token_of_it_however_it_is_billed() -> None:
    written = {Ttl("5m"): 100, Ttl("1h"): 1000}
    usage = Usage(uncached_input=1, cache_read=10, cache_write=written, output=10_000)
    assert (usage.input, usage.cache_written) == (1_111, 1_100)


@pytest.mark.parametrize(
    "counts",
    [{"uncached_input": -1}, {"cache_read": -1}, {"output": -1}, {"cache_write": {"5m": -1}}],
)
def test_no_provider_reports_a_negative_count(counts: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="cannot be negative"):
        Usage(**counts)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["1s", "5m", "90m", "24h", "2d", "999999d"])
def test_a_time_to_live_is_the_text_that_it_is_written_as(text: str) -> None:
    assert Ttl(text) == text


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("60m", "1h"),
        ("3600s", "1h"),
        ("300s", "5m"),
        ("1d", "24h"),
        ("48h", "2d"),
        ("172800s", "2d"),
    ],
)
def test_equal_times_to_live_are_equal_however_they_are_written(text: str, same: str) -> None:
    assert Ttl(text) == Ttl(same) == same
    assert {Ttl(same): 1}[Ttl(text)] == 1
    assert Ttl(text).lifetime == Ttl(same).lifetime


@pytest.mark.parametrize("text", ["9999999m", "0m", "05m", "5", "m", "5w", "-5m", "5m ", "5m5s"])
def test_a_time_to_live_has_one_to_six_digits_and_one_unit(text: str) -> None:
    with pytest.raises(UsageError, match="is not a time to live"):
        Ttl(text)


def test_a_month_has_720_hours() -> None:
    assert Volume(per_month=Decimal(720)).per_hour == 1
