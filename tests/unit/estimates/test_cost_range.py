from datetime import date
from decimal import Decimal

import pytest

from tests.price_tables import model, row, schedule, table
from tokencost.budgets import Limits, Status, check
from tokencost.costs.cost import other_prices
from tokencost.estimates.compare import compare
from tokencost.estimates.cost_range import NO_MONTH, cost_of_month, month_notes
from tokencost.estimates.estimate import estimate
from tokencost.estimates.results import EstimateOptions, TotalCost
from tokencost.money import Money
from tokencost.notes import assumed
from tokencost.pricing import Mode, PriceDate, PriceTable, find_offer, parse_price_date
from tokencost.usage import InputTokens, OutputTokens, Volume

CHANGING = table(
    model(
        "m",
        row(input=2, cache_read=1, until=date(2026, 12, 1)),
        row(input=5, cache_read=1, from_=date(2026, 12, 2), until=date(2027, 12, 31)),
    ),
)


@pytest.mark.parametrize(
    ("day", "month"),
    [
        ("2026-11-22", "120"),  # 10 of 30 days at 2 a call, 20 at 5: a mean of 4
        ("2026-11-02", "60"),  # its last day is the 1st of December
        ("2026-11-03", "63"),  # one day at 5: 30 calls, 29 of them at 2
        ("2026-12-02", "150"),
        ("2027-12-03", None),  # nobody knows the last day's price
    ],
)
def test_a_month_is_split_at_the_day_on_which_the_price_changes(
    day: str, month: str | None
) -> None:
    options = EstimateOptions(
        volume=Volume(per_month=Decimal(30)), price_date=PriceDate(day=date.fromisoformat(day))
    )
    size = InputTokens(total=1_000_000)
    report = estimate(size, "m", options=options, prices=CHANGING)
    cost = cost_of_month(report.results, options, report.price_date).expected
    assert cost == (None if month is None else Decimal(month))
    compared = compare(size, ["m"], options=options, prices=CHANGING)
    same = cost_of_month(compared.rows[0].results, options, report.price_date)
    assert same.expected == cost
    notes = dict(month_notes(report.results, options, report.price_date))
    assert bool(notes) == (day not in ("2026-11-02", "2026-12-02"))


WEEK = table(
    schedule("day", "09:00-12:00", multiplier=2, days=["mon", "tue", "wed", "thu", "fri"]),
    model("m", input=1, schedule="day"),
)


@pytest.mark.parametrize(
    ("at", "month", "peak"),
    [
        ("2026-11-22", 51, 21),  # a Sunday: 21 weekdays at 2 a call, 9 days at 1
        ("2026-11-23", 52, 22),  # the Monday after it
        ("2026-11-22T10:00", 51, 21),
        ("2026-11-22T20:00", 30, None),
        (None, 60, None),  # no day is named: peak rates
    ],
)
def test_a_month_has_peak_rates_on_the_days_that_have_some(
    at: str | None, month: int, peak: int | None
) -> None:
    options = EstimateOptions(
        volume=Volume(per_month=Decimal(30)), price_date=parse_price_date(at) if at else None
    )
    report = estimate(InputTokens(total=1_000_000), "m", options=options, prices=WEEK)
    cost = cost_of_month(report.results, options, report.price_date)
    assert cost == TotalCost(low=Decimal(month), expected=Decimal(month), high=Decimal(month))
    notes = [note for _, note in month_notes(report.results, options, report.price_date)]
    assert notes == ([assumed("month_of_peak_days", peak=peak, days=30)] if peak else [])


TEXTS = table(model("m", tokenizer="o200k_base", input=1, output=1, ends=date(2026, 12, 30)))


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        ("2026-11-30", []),  # the 30th day is the 29th of December
        ("2026-12-01", []),  # it is the day of the end
        ("2026-12-02", ["month_beyond_end"]),  # the day after it
        ("2026-12-30", ["month_beyond_end"]),
    ],
)
def test_a_month_that_goes_beyond_the_end_of_a_model_is_priced_to_its_end_and_says_so(
    day: str, codes: list[str]
) -> None:
    ending = table(model("m", input=1, ends=date(2026, 12, 30)), model("n", input=2))
    options = EstimateOptions(
        volume=Volume(per_month=Decimal(30)), price_date=parse_price_date(day)
    )
    report = estimate(InputTokens(total=1_000), "m", options=options, prices=ending)
    notes = month_notes(report.results, options, report.price_date)
    assert [note.code for _, note in notes] == codes
    month = cost_of_month(report.results, options, report.price_date).expected
    assert month == Decimal("0.03")
    ranked = compare(InputTokens(total=1_000), options=options, prices=ending).ranked
    assert [row.offer.model.id for row in ranked] == ["m", "n"]
    for most, status in ((Decimal("0.00003"), Status.PASS), (Decimal("0.000029"), Status.FAIL)):
        limits = Limits(max_cost_per_month=Money(amount=most, currency="USD"))  # of one token
        checked = check("hello", "m", limits=limits, output_tokens=0, options=options, prices=TEXTS)
        assert checked.status is status


def test_a_month_beyond_the_calendar_of_holidays_says_which_day_is_taken_as_none() -> None:
    calendar = {
        "calendar": {
            "cn": {
                "covers_from": date(2026, 1, 1),
                "covers_through": date(2026, 12, 31),
                "holidays": [date(2026, 12, 25)],
            }
        }
    }
    weekdays = ["mon", "tue", "wed", "thu", "fri"]
    prices = table(
        calendar,
        schedule("day", "09:00-12:00", multiplier=2, days=weekdays, **{"except": "cn"}),
        model("m", input=1, schedule="day"),
    )
    options = EstimateOptions(
        volume=Volume(per_month=Decimal(30)), price_date=parse_price_date("2026-12-26")
    )
    report = estimate(InputTokens(total=1_000_000), "m", options=options, prices=prices)
    notes = [note for _, note in month_notes(report.results, options, report.price_date)]
    assert [note.code for note in notes] == ["month_of_peak_days", "holidays_unknown"]
    assert notes[1].values["day"] == date(2027, 1, 1)  # a Friday; the 26th of December is one too


def test_a_month_has_the_range_of_its_calls() -> None:
    """500,000 input and 100,000 to 300,000 output tokens at 2 and 10: 2 to 4 a call."""
    options = EstimateOptions(
        output=OutputTokens(low=100_000, expected=200_000, high=300_000),
        volume=Volume(per_month=Decimal(60)),
    )
    wide = table(model("m", row(input=2, output=10)))
    report = estimate(InputTokens(total=500_000), "m", options=options, prices=wide)
    month = cost_of_month(report.results * 2, options, report.price_date)
    assert month == TotalCost(low=Decimal(240), expected=Decimal(360), high=Decimal(480))


def test_a_month_of_two_prices_has_the_range_of_both() -> None:
    """10 days at 2 and 20 at 5 a million; a call has a million to two million output tokens."""
    changing = table(
        model(
            "m",
            row(input=2, output=2, until=date(2026, 12, 1)),
            row(input=5, output=5, from_=date(2026, 12, 2)),
        )
    )
    options = EstimateOptions(
        output=OutputTokens(low=0, expected=1_000_000, high=2_000_000),
        volume=Volume(per_month=Decimal(30)),
    )
    report = estimate(InputTokens(total=1_000_000), "m", options=options, prices=changing)
    month = cost_of_month(report.results, options, report.price_date)
    assert month == TotalCost(low=Decimal(120), expected=Decimal(240), high=Decimal(360))


@pytest.mark.parametrize(
    ("bound", "sizes", "has_low", "has_high"),
    [
        ({"output_gte": 1_000}, (0, 500, 999), True, True),
        ({"output_gte": 1_000}, (0, 500, 1_000), True, False),
        ({"output_lte": 99}, (99, 500, 999), False, True),
        ({"output_lte": 99}, (100, 500, 999), True, True),
    ],
)
def test_a_range_has_the_end_alone_that_has_a_price(
    bound: dict[str, int], sizes: tuple[int, int, int], *, has_low: bool, has_high: bool
) -> None:
    """In the tier there is no batch: its rates are those of the base."""
    batch = {"input": 1, "output": 5}
    prices = table(
        model("m", input=2, output=10, modes={"batch": batch}, tiers=[{**bound, "input": 4}])
    )
    options = EstimateOptions(output=OutputTokens.of(sizes), mode=Mode.BATCH)
    (result,) = estimate(InputTokens(total=1_000), "m", options=options, prices=prices).results
    assert result.cost is not None
    assert (result.cost.low is not None, result.cost.high is not None) == (has_low, has_high)


def test_the_most_may_lie_just_before_a_cheaper_tier_begins() -> None:
    """100 tokens of output at 10 a million cost more than 200 at 1."""
    prices = table(model("m", input=1, output=10, tiers=[{"output_gt": 100, "output": 1}]))
    (result,) = estimate(
        InputTokens(total=0), "m", output_tokens=(50, 90, 200), prices=prices
    ).results
    assert result.cost is not None
    ends = result.cost.low, result.cost.high
    assert [end and end.total for end in ends] == [Decimal("0.000101"), Decimal("0.001")]


def test_without_a_volume_a_month_has_no_cost(prices: PriceTable) -> None:
    report = estimate("hello world", "plain", prices=prices)
    assert cost_of_month(report.results, report.options, report.price_date) == NO_MONTH


PROMISED = table(
    model(
        "m",
        row(
            kind="promo",
            promised_until=date(2026, 12, 1),
            list={"input": 5, "output": 20},
            input=2,
            output=10,
        ),
    ),
)


def of(day: str) -> date:
    return date.fromisoformat(day)


def ends_of(day: str, **sizes: int) -> list[Decimal | None]:
    """Return the ends of a call with a million input tokens on *day*, the expected one between."""
    options = EstimateOptions(output=OutputTokens(**sizes), price_date=PriceDate(day=of(day)))
    (result,) = estimate(
        InputTokens(total=1_000_000), "m", options=options, prices=PROMISED
    ).results
    assert result.cost
    ends = (result.cost.low, result.cost.expected, result.cost.high)
    return [end.total if end else None for end in ends]


def test_after_a_promise_a_cost_reaches_from_the_least_size_at_it_to_the_most_at_the_list() -> None:
    million = {"low": 0, "expected": 500_000, "high": 1_000_000}
    assert ends_of("2026-12-01", **million) == [2, 7, 12]
    assert ends_of("2026-12-02", **million) == [2, 15, 25]
    assert ends_of("2026-12-02") == [2, 5, 5]  # the input alone


def test_a_month_over_the_end_of_a_promise_has_a_range_from_that_day_on() -> None:
    """From the 22nd of November on 10 of 30 days are promised at 2 a call, 20 are at 2 to 5."""
    day = PriceDate(day=of("2026-11-22"))
    options = EstimateOptions(volume=Volume(per_month=Decimal(30)), price_date=day)
    report = estimate(InputTokens(total=1_000_000), "m", options=options, prices=PROMISED)
    month = cost_of_month(report.results, options, report.price_date)
    assert month == TotalCost(low=Decimal(60), expected=Decimal(120), high=Decimal(120))


SALE = table(
    model(
        "m",
        row(kind="promo", input=2, until=date(2026, 11, 30)),
        row(input=4, from_=date(2026, 12, 1), until=date(2027, 1, 31)),
        row(input=3, from_=date(2027, 2, 1)),
    ),
    model(
        "usual",
        row(input=2, until=date(2026, 11, 30)),
        row(input=4, from_=date(2026, 12, 1)),
    ),
)


@pytest.mark.parametrize(
    ("name", "day", "ends"),
    [
        ("m", None, [2, 2, 4]),  # the table is of the 22nd of November, and may be used later
        ("m", "2026-11-22", [2, 2, 2]),
        ("m", "2026-12-01", [4, 4, 4]),
        ("usual", None, [2, 2, 2]),  # is the price of the table's day, as it says
    ],
)
def test_without_a_day_the_cost_of_a_promotion_reaches_to_what_follows_it(
    name: str, day: str | None, ends: list[int]
) -> None:
    options = EstimateOptions(price_date=PriceDate(day=of(day)) if day else None)
    (result,) = estimate(InputTokens(total=1_000_000), name, options=options, prices=SALE).results
    assert result.cost
    costs = (result.cost.low, result.cost.expected, result.cost.high)
    assert [cost and cost.total for cost in costs] == ends
    codes = [note.code for note in result.warnings]
    assert codes == (["promotion_may_be_over"] if day is None and name == "m" else []) + (
        ["promotion_ends"] if day == "2026-11-22" else []
    )


def test_what_follows_a_promotion_after_the_end_of_the_model_is_not_billed() -> None:
    """Sold through December: the row of February stands in the table and never holds."""
    prices = table(
        model(
            "m",
            row(kind="promo", input=2, until=date(2026, 11, 30)),
            row(input=4, from_=date(2026, 12, 1), until=date(2027, 1, 31)),
            row(input=8, from_=date(2027, 2, 1)),
            ends=date(2026, 12, 31),
        ),
    )
    (result,) = estimate(InputTokens(total=1_000_000), "m", prices=prices).results
    assert result.cost
    costs = (result.cost.low, result.cost.expected, result.cost.high)
    assert [cost and cost.total for cost in costs] == [2, 2, 4]


def test_what_follows_a_promotion_is_the_list_price_and_its_own_which_may_last() -> None:
    """Through the 1st of December 2, later 5 or still 2; the day is that of the table."""
    start = PriceDate(day=date(2026, 11, 22), is_named=False)
    later = [
        (start.day.isoformat(), price.rates.base.input)
        for offer, start in other_prices(find_offer(PROMISED, "m"), start)
        if (price := offer.price_on(start.day))
    ]
    assert later == [("2026-12-02", Decimal(5)), ("2026-12-02", Decimal(2))]


def test_models_are_ranked_by_the_list_price_where_a_promise_has_ended() -> None:
    prices = table(
        model("m", kind="promo", promised_until=of("2026-11-01"), list={"input": 5}, input=2),
        model("other", input=4),
    )
    rows = compare(InputTokens(total=1_000_000), ["m", "other"], prices=prices).rows
    assert [row.offer.model.id for row in rows] == ["other", "m"]
    assert rows[1].cost == TotalCost(low=Decimal(2), expected=Decimal(5), high=Decimal(5))
