from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.price_tables import model, provider, row, schedule, table
from tokencost.errors import NoPriceError
from tokencost.pricing import (
    Mode,
    PriceDate,
    PriceKind,
    PriceTable,
    Quote,
    Rates,
    find_offer,
    parse_price_date,
    quote,
)
from tokencost.pricing.periods import later_days, month_spans
from tokencost.report.phrases import sentence, sentences
from tokencost.usage import CacheKind

TODAY = PriceDate(day=date(2026, 11, 22))


def quoted(
    prices: PriceTable,
    name: str,
    *,
    tokens: int = 1000,
    output: int = 1000,
    mode: str = "standard",
    at: str = "2026-11-22",
    cache: str | None = None,
    thinking: bool = False,
) -> Quote:
    return quote(
        find_offer(prices, name),
        price_date=parse_price_date(at),
        mode=Mode(mode),
        input_tokens=tokens,
        output_tokens=output,
        cache=CacheKind(cache) if cache else None,
        thinking=thinking,
    )


@pytest.mark.parametrize(
    ("tokens", "rate"), [(32_000, "2.5"), (32_001, "4.0"), (64_000, "4.0"), (64_001, "7.0")]
)
def test_one_token_over_the_bound_reprices_the_whole_request(
    prices: PriceTable, tokens: int, rate: str
) -> None:
    assert quoted(prices, "tiered", tokens=tokens).rates.input == Decimal(rate)


@pytest.mark.parametrize(("output", "rate"), [(200, 5), (201, 10)])
def test_the_length_of_the_output_can_pick_the_tier(
    prices: PriceTable, output: int, rate: int
) -> None:
    assert quoted(prices, "tiered", output=output).rates.output == rate


def test_a_tier_keeps_the_rates_it_does_not_name(prices: PriceTable) -> None:
    tier = quoted(prices, "tiered", tokens=32_001).rates
    assert (tier.cache_read, tier.cache_read_explicit) == (Decimal("0.8"), Decimal("0.25"))


@pytest.mark.parametrize(
    ("name", "tokens", "output", "message"),
    [
        ("plain", 99_000, 1_001, "100,001 tokens of input and output, at most 100,000"),
        ("plain", 1, 10_001, "10,001 tokens of output, at most 10,000"),
        ("likely", 50_001, 0, "50,001 tokens of input, at most 50,000"),
        ("tiered", 128_001, 0, "no known price above 128,000 input tokens"),
    ],
)
def test_a_request_beyond_a_limit_has_no_price(
    prices: PriceTable, name: str, tokens: int, output: int, message: str
) -> None:
    with pytest.raises(NoPriceError, match=message):
        quoted(prices, name, tokens=tokens, output=output)


def test_a_limit_may_be_reached(prices: PriceTable) -> None:
    assert quoted(prices, "plain", tokens=90_000, output=10_000).rates.input == 2
    assert quoted(prices, "likely", tokens=50_000, output=10**6).rates.input == 1
    assert quoted(prices, "tiered", tokens=128_000).rates.input == 7


def test_each_of_several_outputs_has_the_limit_of_one(prices: PriceTable) -> None:
    offer = find_offer(prices, "plain")  # 10,000 tokens of output at most
    three = quote(offer, price_date=TODAY, input_tokens=1, output_tokens=30_000, outputs=3)
    assert three.rates.input == 2
    with pytest.raises(NoPriceError, match="10,001 tokens of output, at most 10,000"):
        quote(offer, price_date=TODAY, input_tokens=1, output_tokens=30_001, outputs=3)


def test_a_mode_multiplies_every_rate_of_the_tier(prices: PriceTable) -> None:
    rates = quoted(prices, "tiered", tokens=32_001, mode="batch").rates
    assert (rates.input, rates.output) == (Decimal(2), Decimal(8))


def test_where_batch_has_no_cache_discount_a_cached_token_costs_as_much_as_any_other(
    prices: PriceTable,
) -> None:
    batch = quoted(prices, "tiered", mode="batch")
    assert batch.rates.input == Decimal("1.25")
    assert batch.rates.cache_read == Decimal("1.25")
    assert batch.rates.cache_write == {"5m": Decimal("1.25")}
    assert sentence(batch.assumptions[0]) == (
        "batch has no cache discount: a cached token costs as much as any other"
    )


def test_elsewhere_batch_discounts_the_cache_as_well(prices: PriceTable) -> None:
    batch = quoted(prices, "plain", mode="batch")
    assert (batch.rates.cache_read, batch.assumptions) == (Decimal("0.25"), ())


def test_a_mode_with_rates_of_its_own_knows_nothing_else(prices: PriceTable) -> None:
    assert quoted(prices, "guess", mode="batch").rates == Rates(input=Decimal(1), output=Decimal(5))


def test_such_a_mode_has_no_price_above_the_base_tier(prices: PriceTable) -> None:
    with pytest.raises(NoPriceError, match="no flex price for input >= 32,001"):
        quoted(prices, "tiered", tokens=32_001, mode="flex")


def test_a_mode_without_a_price_is_not_the_standard_one(prices: PriceTable) -> None:
    with pytest.raises(NoPriceError, match="acme/plain@global has no priority price") as raised:
        quoted(prices, "plain", mode="priority")
    assert raised.value.hint == "it has standard, batch"


def test_the_explicit_cache_is_read_at_its_own_rate(prices: PriceTable) -> None:
    assert quoted(prices, "tiered", cache="explicit").rates.cache_read == Decimal("0.25")
    assert quoted(prices, "tiered", cache="implicit").rates.cache_read == Decimal("0.5")
    assert quoted(prices, "plain", cache="explicit").rates.cache_read == Decimal("0.5")


@pytest.mark.parametrize(
    ("day", "rate"), [("2020-01-01", 8), ("2026-10-31", 8), ("2026-11-01", 4), ("2026-12-31", 4)]
)
def test_the_day_picks_the_row(prices: PriceTable, day: str, rate: int) -> None:
    assert quoted(prices, "sale", at=day).rates.input == rate


def test_after_a_real_end_there_is_no_price(prices: PriceTable) -> None:
    with pytest.raises(NoPriceError, match="no price on 2027-01-01") as raised:
        quoted(prices, "sale", at="2027-01-01")
    assert "until 2026-10-31, 2026-11-01 to 2026-12-31" in raised.value.hint


def test_a_promotion_says_when_it_ends(prices: PriceTable) -> None:
    assert sentences(quoted(prices, "sale").warnings) == ["promotional price, ends 2026-12-31"]


def test_past_a_promise_the_list_price_is_quoted_and_the_promised_one_may_last(
    prices: PriceTable,
) -> None:
    promised = quoted(prices, "promised", at="2026-11-21")
    assert sentences(promised.warnings) == [
        "promotional price, promised through 2026-11-21",
        "the price is uncertain: Only said in a talk.",
    ]
    assert promised.rates.input == 4
    assert promised.price.lasting is None
    later = quoted(prices, "promised", at="2026-11-22")
    assert later.price.lasting
    assert later.price.conditions.kind is PriceKind.LIST
    assert later.price.validity.first == date(2026, 11, 22)
    assert later.rates.input == 5
    assert later.price.lasting.base.input == 4
    assert sentence(later.warnings[0]) == (
        "4 in, 20 out was promised through 2026-11-21 only: since then up to 5 in, 30 out, "
        "the list price"
    )


END = date(2026, 11, 1)
LONG = {"input_gt": 1_000, "input": 4}
LISTED = {"input": 2, "output": 20}


@pytest.mark.parametrize(
    ("row_", "is_known"),
    [
        ({"list": LISTED}, True),
        ({}, False),
        ({"list": {"input": 2}}, False),  # nothing of the output
        ({"list": LISTED, "cache_read": 0.5}, False),  # nothing of the cache
        ({"list": {**LISTED, "cache_read": 1}, "cache_read": 0.5}, True),
        ({"list": LISTED, "cache_write": {"5m": 2}}, False),
        ({"list": LISTED, "tiers": [LONG]}, False),
        ({"list": {**LISTED, "tiers": [{**LONG, "input_gt": 900}]}, "tiers": [LONG]}, False),
        ({"list": {**LISTED, "tiers": [{**LONG, "input": 8}]}, "tiers": [LONG]}, True),
    ],
)
def test_past_a_promise_there_is_a_price_if_the_list_says_every_rate_and_tier(
    *, row_: dict[str, Any], is_known: bool
) -> None:
    kind = "promo" if row_ else "list"
    prices = table(model("m", kind=kind, input=1, output=10, promised_until=END, **row_))
    assert quoted(prices, "m", at="2026-11-01").rates.input == 1
    if is_known:
        assert quoted(prices, "m").rates.input == 2
        return
    missing = "no price on 2026-11-22: the last one was promised"
    with pytest.raises(NoPriceError, match=missing) as raised:
        quoted(prices, "m")
    assert "let `list` beside it say every rate and tier" in raised.value.hint


def test_past_a_promise_a_mode_with_rates_of_its_own_has_no_price_that_is_known() -> None:
    modes = {"batch": 0.5, "flex": {"input": 1, "output": 9}}
    prices = table(
        model("m", kind="promo", list=LISTED, input=1, output=10, modes=modes, promised_until=END)
    )
    assert quoted(prices, "m", mode="batch").rates.input == 1  # half of 2
    with pytest.raises(NoPriceError, match="no flex price"):
        quoted(prices, "m", mode="flex")


def test_sites_at_a_multiple_of_the_home_have_both_ends_of_it() -> None:
    prices = table(
        provider(sites={"global": "USD", "us": "USD"}, site_multiplier={"us": 1.5}),
        model("m", kind="promo", list=LISTED, input=1, output=10, promised_until=END),
    )
    price = quoted(prices, "m@us").price
    assert price.lasting
    assert price.rates.base.input == 3
    assert price.lasting.base.input == Decimal("1.5")


def test_an_old_price_warns(prices: PriceTable) -> None:
    assert quoted(prices, "tiered@intl", at="2026-08-30").warnings == ()
    (old,) = quoted(prices, "tiered@intl", at="2026-08-31").warnings
    assert old.code == "price_checked_long_ago"


def test_a_price_without_a_start_is_uncertain_long_before_it_was_checked(
    prices: PriceTable,
) -> None:
    assert quoted(prices, "plain", at="2026-08-03").warnings == ()
    (uncertain,) = quoted(prices, "plain", at="2026-08-02").warnings
    assert uncertain.code == "price_start_unknown"


def test_without_a_time_of_day_the_dearer_hours_are_quoted(prices: PriceTable) -> None:
    quote = quoted(prices, "peak", at="2026-11-23")  # a Monday
    assert quote.rates.input == 2
    assert sentence(quote.assumptions[0]) == (
        "peak rates, no time of day given (x2 on mon-fri 09:00-12:00 "
        "and 14:00-18:00 Asia/Shanghai, not on holidays of cn); name one with --at to price a "
        "request outside them, at 1 in, 4 out per MTok"
    )


@pytest.mark.parametrize("day", ["2026-11-22", "2026-10-01"])  # a Sunday and a holiday
def test_a_day_without_dearer_hours_is_off_peak_whatever_the_hour(
    prices: PriceTable, day: str
) -> None:
    quote = quoted(prices, "peak", at=day)
    codes = [note.code for note in quote.assumptions]
    assert (quote.rates.input, codes) == (Decimal(1), ["window_unknown"])


def test_a_day_that_nobody_names_has_the_rates_of_the_peak(prices: PriceTable) -> None:
    assert prices.price_date.day.isoformat() == "2026-11-22"  # a Sunday
    unnamed = quote(
        find_offer(prices, "peak"),
        price_date=prices.price_date,
        input_tokens=1,
        output_tokens=0,
    )
    assert unnamed.rates.input == 2


def test_every_day_of_a_month_has_its_own_hours_whatever_day_it_begins_on() -> None:
    prices = table(
        schedule("day", "09:00-12:00", multiplier=2, days=["mon", "tue", "wed", "thu", "fri"]),
        model(
            "m",
            row(input=1, until=date(2026, 11, 28), schedule="day"),
            row(input=3, from_=date(2026, 11, 29), schedule="day"),
        ),
    )
    offer = find_offer(prices, "m")
    spans = month_spans(offer, parse_price_date("2026-11-22"))  # a Sunday, and so is the 29th
    # a week of one price: 2 days of a weekend, 5 others; then 7 of weekends and 16 others
    assert [(start.day.day, days) for start, days in spans] == [(22, 2), (23, 5), (29, 7), (30, 16)]
    rates = [
        quote(offer, price_date=start, input_tokens=1, output_tokens=0).rates.input
        for start, _ in spans
    ]
    assert rates == [1, 2, 3, 6]
    evenings = month_spans(offer, parse_price_date("2026-11-22T20:00"))
    assert [days for _, days in evenings] == [7, 23]
    mornings = month_spans(offer, parse_price_date("2026-11-22T10:00"))
    assert [days for _, days in mornings] == [2, 5, 7, 16]


def test_a_month_begins_at_the_last_day_of_a_price() -> None:
    prices = table(model("m", row(input=1, until=date(2026, 11, 22))))
    spans = month_spans(find_offer(prices, "m"), TODAY)
    assert [(start.day.day, days) for start, days in spans] == [(22, 1), (23, 29)]


def test_on_a_day_beyond_the_calendar_it_is_assumed_to_be_no_holiday(prices: PriceTable) -> None:
    notes = quoted(prices, "peak", at="2030-11-22").assumptions  # a Friday
    assert [note.code for note in notes] == ["holidays_unknown", "no_time_of_day", "window_unknown"]


@pytest.mark.parametrize(
    ("at", "rate"),
    [
        ("2026-11-23T08:59:59", 1),
        ("2026-11-23T09:00", 2),  # the beginning of a window is inside
        ("2026-11-23T10:00", 2),
        ("2026-11-23T12:00", 1),  # the end of a window is outside
        ("2026-11-23T20:00", 1),
        ("2026-11-21T10:00", 1),  # a Saturday
        ("2026-10-01T10:00", 1),  # a holiday
        ("2026-11-23T02:00Z", 2),  # 10:00 in Shanghai
        ("2026-11-23T10:00Z", 1),
        ("2026-11-22T21:00-05:00", 2),
    ],
)
def test_the_time_of_day_picks_the_hours(prices: PriceTable, at: str, rate: int) -> None:
    quote = quoted(prices, "peak", at=at)
    codes = [note.code for note in quote.assumptions]
    assert (quote.rates.input, codes) == (Decimal(rate), ["window_unknown"])


@pytest.mark.parametrize(
    ("multiplier", "at", "rate", "is_peak"),
    [
        (2, "2026-11-23T10:00", 2, True),
        (2, "2026-11-23T20:00", 1, False),
        (0.5, "2026-11-23T10:00", Decimal("0.5"), False),  # hours at half the price
        (0.5, "2026-11-23T20:00", 1, True),
        (0.5, "2026-11-23", 1, True),  # without an hour the dearer ones
    ],
)
def test_the_dearer_hours_are_the_peak_whether_a_schedule_names_them_or_the_others(
    multiplier: float, at: str, rate: Decimal, *, is_peak: bool
) -> None:
    hours = schedule("day", "09:00-12:00", multiplier=multiplier)
    priced = quoted(table(hours, model("m", input=1, schedule="day")), "m", at=at)
    assert priced.hours is not None
    assert (priced.rates.input, priced.hours.is_peak) == (rate, is_peak)


def test_what_follows_counts_for_a_promotion_alone_and_begins_after_the_day_of_the_table() -> None:
    for kind, later in (("promo", [date(2027, 1, 1)]), ("list", [])):
        first = row(input=1, kind=kind, until=date(2026, 12, 31))
        prices = table(model("m", first, row(input=2, from_=date(2027, 1, 1))))
        days = later_days(find_offer(prices, "m"), prices.price_date)
        assert [start.day for start in days] == later


@pytest.mark.parametrize(("ends", "later"), [(date(2027, 1, 1), 1), (date(2026, 12, 31), 0)])
def test_what_follows_a_promotion_may_be_the_price_of_the_last_day(ends: date, later: int) -> None:
    rows = (
        row(input=1, kind="promo", until=date(2026, 12, 31)),
        row(input=2, from_=date(2027, 1, 1)),
    )
    prices = table(model("m", *rows, ends=ends))
    assert len(later_days(find_offer(prices, "m"), prices.price_date)) == later


def test_past_the_calendar_it_says_that_holidays_are_unknown(prices: PriceTable) -> None:
    quote = quoted(prices, "peak", at="2027-01-04T10:00")
    assert quote.rates.input == 2
    assert "known from 2026-01-01 to 2026-12-31 only" in sentence(quote.assumptions[0])


def test_output_is_priced_without_thinking_and_says_so(prices: PriceTable) -> None:
    assert sentences(quoted(prices, "tiered").assumptions) == [
        "output without thinking; with it (--thinking) a MTok is 40"
    ]
    assert quoted(prices, "tiered", output=0).assumptions == ()


def test_thinking_is_priced_at_its_own_rate_where_there_is_one(prices: PriceTable) -> None:
    thought = quote(
        find_offer(prices, "tiered"),
        price_date=TODAY,
        input_tokens=1000,
        output_tokens=1000,
        thinking=True,
    )
    assert (thought.rates.output, thought.assumptions) == (Decimal(40), ())
    plain = quote(
        find_offer(prices, "plain"),
        price_date=TODAY,
        input_tokens=1000,
        output_tokens=1000,
        thinking=True,
    )
    assert plain.rates.output == 10


def test_a_mode_multiplies_the_rate_of_thinking_too(prices: PriceTable) -> None:
    assert quoted(prices, "tiered", mode="batch", thinking=True).rates.output == 20  # half of 40


@pytest.mark.parametrize(("day", "is_known"), [(23, False), (24, True), (25, True), (26, False)])
def test_holidays_are_known_from_the_first_to_the_last_day_of_their_calendar(
    day: int, *, is_known: bool
) -> None:
    days = {"covers_from": date(2026, 11, 24), "covers_through": date(2026, 11, 25)}
    prices = table(
        {"calendar": {"cn": {**days, "holidays": []}}},
        schedule("day", "09:00-12:00", multiplier=2, **{"except": "cn"}),
        model("m", input=1, schedule="day", context=10_000),
    )
    notes = quoted(prices, "m", at=f"2026-11-{day}T10:00").assumptions
    assert [note.code for note in notes] == ([] if is_known else ["holidays_unknown"])


@pytest.mark.parametrize(("at", "is_known"), [("15:00Z", True), ("17:00Z", False)])
def test_holidays_are_those_of_the_day_in_the_zone_of_the_schedule(
    at: str, *, is_known: bool
) -> None:
    days = {"covers_from": date(2026, 1, 1), "covers_through": date(2026, 12, 31)}
    prices = table(
        {"calendar": {"cn": {**days, "holidays": []}}},
        schedule("night", "22:00-23:30", "00:00-02:00", multiplier=2, **{"except": "cn"}),
        model("m", input=1, schedule="night", context=10_000),
    )
    notes = quoted(prices, "m", at=f"2026-12-31T{at}").assumptions  # 23:00 there, and 01:00
    assert [note.code for note in notes] == ([] if is_known else ["holidays_unknown"])
