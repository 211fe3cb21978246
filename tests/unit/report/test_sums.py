"""Sums of money that have a range: their marks, their ends, and what is said beside them."""

from datetime import date
from decimal import Decimal

import pytest

from tests.price_tables import model, provider, row, table
from tokencost import (
    EstimateOptions,
    ExchangeRate,
    InputTokens,
    ScenarioOptions,
    Session,
    compare,
    estimate,
    render,
    savings,
    session,
)
from tokencost.budgets.diff_report import CostDifference, DiffSize
from tokencost.estimates.results import TotalCost
from tokencost.money import format_money_range
from tokencost.pricing import PriceDate
from tokencost.report.difference import month_cell
from tokencost.tokenizers import Method, TokenCount
from tokencost.usage import Ttl, Volume

SIZE = InputTokens(total=1_000_000)
TWINS = table(model("a", input=9), model("b", input=9))
OCTOBER, DECEMBER = date(2026, 10, 31), date(2026, 12, 1)
PRICES = table(
    model("m", input=2, output=10),
    model("sure", input=9),
    model("promised", kind="promo", promised_until=OCTOBER, list={"input": 5}, input=2),
    model("rising", row(input=3, until=date(2026, 11, 30)), row(input=9, from_=DECEMBER)),
    model("steady", input=4),
    model("guessed", tokenizer="unknown", input=2, output=10),
    provider("yuan", sites={"cn": "CNY"}),
    model("yuan", provider="yuan", input=10),
)
WINDOWS = table(
    model("sure", tokenizer="o200k_base", context=9_000, input=9),
    model("guessed", tokenizer="unknown", context=9_000, input=2),
    model("known", tokenizer="o200k_base", context=9_000, input=1),
)
RATE = ExchangeRate(base="USD", quote="CNY", rate=Decimal(8), day=None, source="round")
DAY = PriceDate(day=date(2026, 11, 22))


def rows_of(page: str) -> dict[str, str]:
    """Return the lines of a page with a model in them, their words one blank apart."""
    lines = [" ".join(line.split()) for line in page.split("\n\n")[0].splitlines()]
    return {word: line for line in lines for word in line.split() if "/" in word}


def test_a_range_of_money_names_its_currency_once() -> None:
    ends = Decimal("0.1"), Decimal("0.25")
    assert format_money_range(*ends, "USD") == "$0.100–0.250"
    assert format_money_range(*ends, "EUR") == "0.100–0.250 EUR"


@pytest.mark.parametrize(
    ("low", "high", "range_"),
    [
        ("0.02506", "0.02514", "$0.02506–0.02514"),
        ("12.001", "12.0042", "$12.001–12.005"),
        ("0.0250", "0.02500017", "$0.0250000–0.0250002"),
    ],
)
def test_the_ends_of_a_range_never_read_alike(low: str, high: str, range_: str) -> None:
    assert format_money_range(Decimal(low), Decimal(high), "USD") == range_


def test_a_comparison_marks_a_sum_with_a_range_and_gives_its_ends() -> None:
    """1 million in are $2, and 100,000 to 300,000 out $1 to $3."""
    report = compare(SIZE, "m", output_tokens=(100_000, 300_000), prices=PRICES)
    assert "~$4.00 $3.00–5.00 acme/m@global" in rows_of(render(report))["acme/m@global"]


def test_a_comparison_marks_a_price_that_may_be_another() -> None:
    """$2 were promised until October; the list price is $5."""
    rows = rows_of(render(compare(SIZE, ["promised", "sure"], prices=PRICES)))
    assert rows["acme/promised@global"].startswith("~$5.00 $2.00–5.00 ")
    assert rows["acme/sure@global"].startswith("$9.00 acme/sure@global")


def test_a_comparison_gives_ends_in_the_currency_that_it_ranks_by() -> None:
    options = EstimateOptions(currency="CNY", exchange_rates=(RATE,))
    rows = rows_of(render(compare(SIZE, ["promised", "yuan"], options=options, prices=PRICES)))
    assert rows["acme/promised@global"].startswith("~¥40.00 ¥16.00–40.00 ~$5.00 ")
    assert rows["yuan/yuan@cn"].startswith("¥10.00 ¥10.00 ")


def test_a_comparison_with_a_volume_ranks_by_the_month() -> None:
    """Of a call $3 and $4; of a month from 22 November on 9 days at $3 and 21 at $9 are $7.20."""
    models = ["rising", "steady"]
    by_call = compare(SIZE, models, options=EstimateOptions(price_date=DAY), prices=PRICES)
    assert [row.offer.model.id for row in by_call.ranked] == ["rising", "steady"]
    volume = Volume(per_month=Decimal(1))
    options = EstimateOptions(volume=volume, price_date=DAY)
    report = compare(SIZE, models, options=options, prices=PRICES)
    assert [row.offer.model.id for row in report.ranked] == ["steady", "rising"]
    assert [row.ratio for row in report.ranked] == [1, Decimal("1.8")]
    rows = rows_of(render(report))
    assert [line.split()[0] for line in rows.values()] == ["$4.00", "$7.20"]


@pytest.mark.parametrize("output", [500, (200, 800)])
def test_on_80_columns_an_estimate_still_shows_that_its_cost_has_a_range(
    output: int | tuple[int, int],
) -> None:
    text = "A line of some words for all of us.\n" * 200
    for volume in (None, Volume(per_month=Decimal(20_000))):
        options = EstimateOptions(volume=volume)
        report = estimate(text, "guessed", output_tokens=output, options=options, prices=PRICES)
        header, line = render(report, width=80).splitlines()[:2]
        assert len(line) <= 80
        assert line.count("~$") == (1 if volume is None else 2)
        assert ("month between" if volume else "cost between") in header


def test_scenarios_are_as_uncertain_as_the_estimate_that_they_follow_from() -> None:
    """1 million in are $2, and 100,000 to 300,000 out $1 to $3."""
    for output, mark in ((200_000, ""), ((100_000, 300_000), "~")):
        report = savings(estimate(SIZE, "m", output_tokens=output, prices=PRICES))
        (line,) = [line for line in render(report).splitlines() if line.startswith("at once")]
        assert f"  {mark}$4.00" in line


def test_an_estimate_in_another_currency_names_its_rate() -> None:
    options = EstimateOptions(currency="CNY", exchange_rates=(RATE,))
    report = estimate(SIZE, "m", options=options, prices=PRICES)
    assert "USD/CNY 8 · prices of 2026-11-22" in render(report)
    assert "USD/CNY" not in render(estimate(SIZE, "m", prices=PRICES))


def test_json_names_the_rate_at_which_alternatives_are_converted() -> None:
    options = EstimateOptions(exchange_rates=(RATE,))
    prices = table(
        model("sure", input=9),
        provider("yuan", sites={"cn": "CNY"}),
        model("yuan", provider="yuan", context=2_000_000, input=8),
    )
    report = estimate(SIZE, "sure", options=options, prices=prices)
    answer = savings(report, ScenarioOptions(alternatives=5)).to_dict()
    (alternative,) = answer["scenarios"][0]["alternatives"]
    assert (alternative["per_calls"], alternative["compared"]) == ("8000", "1000")  # at 8 to one
    assert [rate["pair"] for rate in answer["fx"]] == ["USD/CNY"]
    assert savings(report, ScenarioOptions()).to_dict()["fx"] == []


def test_a_lifetime_that_nobody_named_is_said_beside_the_price_of_its_writes() -> None:
    rates = {"input": 2, "cache_read": 0.5, "cache_write": {"5m": 2.5, "1h": 4}}
    cached = {"explicit": {"ttl": ["5m", "1h"]}, "source": "page"}
    prices = table(model("m", cache=cached, **rates))
    text = "cache writes for 5m (--cache-ttl)"
    assert text in render(estimate(InputTokens(total=9, cache_write=9), "m", prices=prices))
    named = InputTokens(total=9, cache_write=9, cache_ttl=Ttl("5m"))
    assert text not in render(estimate(named, "m", prices=prices))


def test_a_session_says_which_size_of_its_history_costs_least() -> None:
    long, short = (
        render(session(Session(turns=turns, compact_at="auto"), "m", prices=PRICES))
        for turns in (60, 2)
    )
    assert "tokens the history becomes a summary of 1,000" in " ".join(long.split())
    assert "no summary costs less than keeping the history" in " ".join(short.split())
    given = render(session(Session(turns=60, compact_at=20_000), "m", prices=PRICES))
    assert "becomes a summary" not in " ".join(given.split())


def test_a_price_that_changes_soon_is_told_of_one_call_whatever_the_volume() -> None:
    for volume in (None, Volume(per_month=Decimal(50))):
        options = EstimateOptions(volume=volume, price_date=DAY)
        report = savings(estimate(SIZE, "rising", options=options, prices=PRICES))
        page = render(report, verbose=True)
        assert "from 2026-12-01 on a call costs $9.00\n" in page


def test_the_headline_of_a_session_ends_its_lines_between_words() -> None:
    report = session(Session(turns=9), "m", prices=PRICES)
    whole = render(report).splitlines()[0]
    lines = render(report, width=30).split("\n\n")[0].splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= 30
    assert " ".join(lines) == whole


def test_all_sums_of_a_session_are_marked_if_what_begins_it_has_a_range() -> None:
    for system, mark in ((2_000, ""), ("A line of some words for all of us.\n" * 200, "~")):
        page = render(session(Session(turns=2, system=system), "guessed", prices=PRICES))
        amounts = [word for word in page.split() if "$" in word and "–" not in word]
        assert len(amounts) > 4
        assert {amount.strip("(;,")[0] for amount in amounts} == {mark or "$"}


def test_what_is_too_wide_follows_below_with_its_names_where_all_is_asked_for() -> None:
    options = EstimateOptions(volume=Volume(per_month=Decimal(20_000)))
    report = estimate(SIZE, "m", output_tokens=(100_000, 300_000), options=options, prices=PRICES)
    brief, verbose = (render(report, width=62, verbose=verbose) for verbose in (False, True))
    assert "$3.00–5.00" not in brief
    tables = [part.splitlines() for part in verbose.split("\n\n")]
    headers = [table[0].split() for table in tables if "acme/m@global" in table[-1]]
    assert [header[:2] for header in headers] == [["input", "model"]] * len(headers)
    assert "$3.00–5.00" in verbose
    assert "$60,000.00–100,000.00" in verbose
    assert "hidden" not in verbose
    assert max(map(len, verbose.split("price ")[0].splitlines())) <= 62


def test_an_alternative_that_is_estimated_is_marked() -> None:
    report = estimate("A line of some words.", "sure", options=EstimateOptions(), prices=WINDOWS)
    page = render(savings(report, ScenarioOptions(alternatives=9)))
    costs = {line.split()[0]: line.split()[-3] for line in page.splitlines() if "%" in line}
    assert costs["acme/guessed@global"].startswith("~$")
    assert costs["acme/known@global"].startswith("$")


@pytest.mark.parametrize(("high", "cell"), [(3, "~$60.00"), (2, "$60.00")])
def test_a_month_of_a_saved_report_without_ends_is_as_sure_as_its_call(
    high: int, cell: str
) -> None:
    tokens = TokenCount(expected=9, low=9, high=9, method=Method.EXACT, tokenizer="o200k_base")
    cost = TotalCost(low=Decimal(2), expected=Decimal(2), high=Decimal(high))
    size = DiffSize(model="m", tokens=tokens, currency="USD", cost=cost, month=Decimal(60))
    difference = CostDifference(budget=None, base=size, head=size, causes=None)
    assert month_cell(difference) == cell
