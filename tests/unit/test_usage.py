import pytest

from tokencost.usage import Ttl, Usage


def test_the_input_is_every_token_of_it_however_it_is_billed() -> None:
    written = {Ttl("5m"): 100, Ttl("1h"): 1000}
    usage = Usage(uncached_input=1, cache_read=10, cache_write=written, output=10_000)
    assert (usage.input, usage.cache_written) == (1_111, 1_100)


@pytest.mark.parametrize(
    "counts",
    [{"uncached_input": -1}, {"cache_read": -1}, {"output": -1}, {"cache_write": {"5m": -1}}],
)
def test_no_provider_reports_a_negative_count(counts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        Usage(**counts)  # type: ignore[arg-type]
