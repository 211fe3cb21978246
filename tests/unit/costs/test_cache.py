"""The caches of a model: which of them can be used, and for which times to live."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.price_tables import model, provider, table
from tokencost import InputTokens, estimate
from tokencost.costs.cache import CacheUse, PromptTokens, cache_uses
from tokencost.errors import NoPriceError
from tokencost.notes import assumed, warning
from tokencost.pricing import PriceDate, find_offer, quote
from tokencost.usage import CacheKind, Ttl
from tokencost.values import replace

TODAY = PriceDate(day=date(2026, 11, 22))


def uses(cache: dict[str, Any], **rates: Any) -> list[tuple[str, str | None]]:
    prices = table(provider("acme", cache={**cache, "source": "page"}), model("m", **rates))
    offer = find_offer(prices, "m")
    quoted = quote(offer, price_date=TODAY, input_tokens=1, output_tokens=0)
    return [(str(use.kind), use.ttl) for use in cache_uses(offer, quoted.rates)]


@pytest.mark.parametrize(
    ("rates", "kinds"),
    [
        ({"cache_read": 0.5, "cache_read_explicit": 0.2}, ["implicit", "explicit"]),
        ({"cache_read_explicit": 0.2}, ["explicit"]),
        ({"cache_read": 0.5}, ["implicit", "explicit"]),
        ({}, []),
    ],
)
def test_a_cache_without_a_rate_for_reading_it_cannot_be_used(
    rates: dict[str, float], kinds: list[str]
) -> None:
    both: dict[str, Any] = {"implicit": {}, "explicit": {}}
    assert [kind for kind, _ in uses(both, input=2, **rates)] == kinds


@pytest.mark.parametrize("listed", [["12h", "30m"], ["30m", "12h"]])
def test_times_to_live_come_as_the_rule_lists_them_and_the_first_is_the_default(
    listed: list[str],
) -> None:
    cache = {"implicit": {"ttl": listed}}
    rates = {"input": 2, "cache_read": 0.2, "cache_write": {"30m": 2.5, "12h": 5}}
    assert uses(cache, **rates) == [("implicit", ttl) for ttl in listed]
    prices = table(provider("acme", cache={**cache, "source": "page"}), model("m", **rates))
    (result,) = estimate(InputTokens(total=1_000), "m", prices=prices).results
    assert result.cost is not None
    assert result.quote is not None
    assert assumed("input_written_by_default", ttl=listed[0]) in result.quote.assumptions
    by_hand = {"30m": Decimal("0.0025"), "12h": Decimal("0.005")}
    assert result.cost.expected.total == by_hand[listed[0]]


@pytest.mark.parametrize(("cache", "ttl"), [(CacheKind.IMPLICIT, "30m"), (None, "5m")])
def test_writes_are_by_default_those_of_the_cache_that_is_used_or_else_of_the_explicit_one(
    cache: CacheKind | None, ttl: str
) -> None:
    caches = {"implicit": {"ttl": ["30m"]}, "explicit": {"ttl": ["5m"]}, "source": "page"}
    rates = {"input": 2, "cache_read": 0.2, "cache_write": {"30m": 3, "5m": 4}}
    prices = table(provider("acme", cache=caches), model("m", **rates))
    size = InputTokens(total=1_000, cache_write=1_000, cache=cache)
    (result,) = estimate(size, "m", prices=prices).results
    assert result.usage is not None
    assert dict(result.usage.cache_write) == {ttl: 1_000}


@pytest.mark.parametrize(
    ("size", "tokens"),
    [
        ({"cached": 1_023}, 1_023),
        ({"cache_write": 500}, 500),
        ({"cached": 500, "cache_write": 523}, 1_023),
        ({"cached": 500, "cache_write": 524}, None),
        ({"cached": 1_024}, None),
        ({}, None),
    ],
)
def test_a_split_below_what_the_cache_takes_is_priced_as_it_is_given_with_a_warning(
    size: dict[str, Any], tokens: int | None
) -> None:
    """A cache that takes 1,024 tokens or more has neither read nor written fewer."""
    cache = {"implicit": {"min_tokens": 1_024, "ttl": ["30m"]}, "source": "page"}
    rates = {"input": 2, "cache_read": 0.2, "cache_write": {"30m": 2.5}}
    prices = table(provider("acme", cache=cache), model("m", **rates))
    (result,) = estimate(InputTokens(total=10_000, **size), "m", prices=prices).results
    expected = [warning("cached_below_minimum", tokens=tokens, minimum=1_024)] if tokens else []
    assert list(result.warnings) == expected


@pytest.mark.parametrize(("cached", "is_doubted"), [(999, True), (1_000, False)])
def test_of_two_caches_the_smaller_minimum_is_what_one_of_them_takes(
    cached: int, *, is_doubted: bool
) -> None:
    caches = {"implicit": {"min_tokens": 1_000}, "explicit": {"min_tokens": 4_000}}
    rates = {"input": 2, "cache_read": 0.2}
    prices = table(provider("acme", cache={**caches, "source": "page"}), model("m", **rates))
    (result,) = estimate(InputTokens(total=10_000, cached=cached), "m", prices=prices).results
    assert [note.code for note in result.warnings] == ["cached_below_minimum"] * is_doubted


@pytest.mark.parametrize(
    ("size", "rest"),
    [
        ({"cached": 2_000}, 8_000),
        ({"cached": 2_000, "cache_write": 5_000}, 3_000),
        ({"cached": 2_000, "cache_write": 8_000}, None),
        ({}, None),  # all of it is written
    ],
)
def test_what_is_left_of_an_input_that_is_split_is_said_to_be_plain(
    size: dict[str, Any], rest: int | None
) -> None:
    cache = {"implicit": {"ttl": ["30m"]}, "source": "page"}
    rates = {"input": 2, "cache_read": 0.2, "cache_write": {"30m": 2.5}}
    prices = table(provider("acme", cache=cache), model("m", **rates))
    (result,) = estimate(InputTokens(total=10_000, **size), "m", prices=prices).results
    assert result.quote is not None
    notes = [note for note in result.quote.assumptions if note.code == "rest_is_plain_input"]
    assert notes == ([assumed("rest_is_plain_input", tokens=rest)] if rest else [])


def use_of(kind: str, rule: dict[str, Any], **rates: Any) -> CacheUse:
    prices = table(
        provider("acme", cache={kind: rule, "source": "page"}),
        model("m", input=2, cache_read=0.2, **rates),
    )
    offer = find_offer(prices, "m")
    quoted = quote(offer, price_date=TODAY, input_tokens=1, output_tokens=0)
    return cache_uses(offer, quoted.rates)[0]


REQUEST = PromptTokens(input=10_000, prefix=6_000, output=0)


@pytest.mark.parametrize(("kind", "tokens"), [("implicit", 10_000), ("explicit", 6_000)])
def test_an_implicit_cache_writes_the_whole_input_and_an_explicit_one_what_repeats(
    kind: str, tokens: int
) -> None:
    use = use_of(kind, {"ttl": ["5m"]}, cache_write={"5m": 2.5})
    assert use.miss(REQUEST).cache_write == {"5m": tokens}
    assert use.hit(REQUEST).cache_read == 6_000
    assert use.hit(REQUEST).cache_written == tokens - 6_000


def test_marks_say_what_an_explicit_cache_writes_and_nothing_of_an_implicit_one() -> None:
    marked = replace(REQUEST, marks=((2_000, Ttl("5m")), (3_000, Ttl("5m"))))
    rates = {"cache_write": {"5m": 2.5}}
    assert use_of("explicit", {"ttl": ["5m"]}, **rates).miss(marked).cache_write == {"5m": 3_000}
    assert use_of("implicit", {"ttl": ["5m"]}, **rates).miss(marked).cache_write == {"5m": 10_000}


def test_a_mark_below_what_is_there_already_writes_nothing_again() -> None:
    marked = replace(REQUEST, marks=((500, Ttl("5m")), (2_000, Ttl("5m")), (1_500, Ttl("5m"))))
    rule = {"ttl": ["5m"], "min_tokens": 1_000}
    use = use_of("explicit", rule, cache_write={"5m": 2.5})
    assert use.miss(marked).cache_write == {"5m": 2_000}


def test_a_cache_without_a_rate_for_writes_lives_as_long_as_its_rule_says() -> None:
    use = use_of("implicit", {"ttl": ["5m", "1h"]})
    assert (use.ttl, use.lifetime) == (None, timedelta(minutes=5))
    assert use_of("implicit", {}).lifetime is None


def test_a_cache_of_steps_without_a_minimum_takes_a_whole_step_at_least() -> None:
    assert use_of("implicit", {"granularity": 128}).least == 128
    assert use_of("implicit", {"granularity": 128, "min_tokens": 1_024}).least == 1_024
    assert use_of("implicit", {}).least == 0


@pytest.mark.parametrize(
    ("tokens", "taken"),
    [(999, 0), (1_000, 1_000), (1_299, 1_000), (1_300, 1_300), (1_899, 1_600)],
)
def test_a_cache_takes_its_minimum_and_whole_steps_beyond_it(tokens: int, taken: int) -> None:
    use = use_of("implicit", {"min_tokens": 1_000, "granularity": 300})
    assert use.cacheable(tokens) == taken


def test_steps_are_of_the_whole_that_is_read_or_made() -> None:
    use = use_of("implicit", {"granularity": 100, "caches_output": True})
    assert use.hit(replace(REQUEST, prefix=950, answered=60)).cache_read == 1_000
    assert use.making(950).uncached_input == 900


def test_only_the_explicit_of_two_caches_is_stored_by_the_hour() -> None:
    caches: dict[str, Any] = {"implicit": {}, "explicit": {"ttl": ["1h"]}, "source": "page"}
    rates = {"input": 2, "cache_read": 0.2, "cache_storage_hour": 1}
    offer = find_offer(table(provider("acme", cache=caches), model("m", **rates)), "m")
    quoted = quote(offer, price_date=TODAY, input_tokens=1, output_tokens=0)
    stored = {str(use.kind): use.is_stored for use in cache_uses(offer, quoted.rates)}
    assert stored == {"implicit": False, "explicit": True}


def test_a_cache_that_a_call_of_its_own_makes_knows_at_once_what_calls_share() -> None:
    rule = {"own_call": True, "first_misses": 2}
    assert use_of("explicit", rule).first_misses == 1
    assert use_of("explicit", {"first_misses": 2}).first_misses == 2


@pytest.mark.parametrize(
    ("cache", "hint"),
    [
        ({"implicit": {}, "source": "page"}, "leave out --cache-write-tokens"),
        (False, "`tokencost models show acme/m` lists what is known"),
    ],
)
@pytest.mark.parametrize("written", [500, {Ttl("1h"): 500}])
def test_writes_without_a_rate_are_an_error_that_names_no_time_to_live(
    cache: object, hint: str, written: Any
) -> None:
    prices = table(model("m", cache=cache, input=2, cache_read=0.2))
    size = InputTokens(total=10_000, cache_write=written)
    with pytest.raises(NoPriceError, match="acme/m@global has no rate for tokens that") as raised:
        estimate(size, "m", prices=prices)
    assert hint in (raised.value.hint or "")
