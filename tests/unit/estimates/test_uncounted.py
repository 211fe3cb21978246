"""What is not counted makes every number it enters one that is at least so much."""

from decimal import Decimal
from typing import Any

import pytest

from tests.price_tables import model, provider, table
from tokencost.budgets import Limits, Status, check
from tokencost.errors import TokenizerError, UsageError
from tokencost.estimates.compare import compare
from tokencost.estimates.count import count
from tokencost.estimates.estimate import estimate
from tokencost.estimates.results import EstimateOptions
from tokencost.money import Money
from tokencost.pricing import PriceTable
from tokencost.report.phrases import sentence
from tokencost.tokenizers import Method, TokenCount

IMAGE = {"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}
HELLO = {"type": "text", "text": "hello world"}


def request(*parts: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": list(parts)}]}


WITH_IMAGE, WITHOUT = request(HELLO, IMAGE), request(HELLO)


@pytest.fixture
def dollar() -> PriceTable:
    """A model that o200k_base counts exactly, at a dollar for a million tokens of input."""
    return table(provider(), model("gpt-4o", tokenizer="o200k_base", input=1, output=10))


def test_an_image_opens_the_upper_end_and_the_count_is_not_exact(dollar: PriceTable) -> None:
    """Without the image the format has 7 tokens and the text 2."""
    plain, image = count([WITHOUT, WITH_IMAGE], "gpt-4o", prices=dollar).results
    assert (plain.tokens.expected, plain.tokens.high, plain.tokens.method) == (9, 9, "exact")
    assert (image.tokens.low, image.tokens.expected, image.tokens.high) == (9, 9, None)
    assert image.tokens.method is Method.ASSUMED


def test_every_cost_and_total_with_an_image_in_it_is_open(dollar: PriceTable) -> None:
    report = estimate([WITHOUT, WITH_IMAGE], "gpt-4o", prices=dollar)
    plain, image = (result.cost for result in report.results)
    assert plain is not None
    assert plain.high is not None
    assert image is not None
    assert image.high is None
    assert image.expected.total == Decimal("0.000009")
    total = report.total(report.offers[0])
    assert (total.low, total.expected, total.high) == (
        Decimal("0.000018"),
        Decimal("0.000018"),
        None,
    )
    assert report.to_dict()["totals"][0]["tokens"]["input_high"] is None
    assert (
        repr(report) == "<EstimateReport: 2 prompts, 1 model, at least ~$0.0000180 for a call "
        "each without output>"
    )


def test_a_warning_names_the_part_and_its_place(dollar: PriceTable) -> None:
    report = count(WITH_IMAGE, "gpt-4o", prices=dollar)
    (note,) = report.warnings
    assert sentence(note).startswith("not counted: 1 x image, in <request> (message 1")


def test_an_allowance_closes_the_range_and_is_no_warning(dollar: PriceTable) -> None:
    """9 counted tokens, and at most 100 for the image."""
    options = EstimateOptions(uncounted_tokens=100)
    report = estimate(WITH_IMAGE, "gpt-4o", options=options, prices=dollar)
    tokens = report.results[0].tokens
    assert (tokens.low, tokens.expected, tokens.high) == (9, 109, 109)
    assert tokens.method is Method.ASSUMED
    assert report.warnings == ()
    (note,) = report.assumptions
    assert sentence(note).startswith("100 tokens allowed for what is not counted of a request: 1 x")


def test_an_allowance_is_nothing_for_what_is_counted_whole(dollar: PriceTable) -> None:
    (result,) = count(WITHOUT, "gpt-4o", uncounted_tokens=100, prices=dollar).results
    assert (result.tokens.expected, result.tokens.method) == (9, Method.EXACT)


def test_an_allowance_below_zero_is_refused() -> None:
    with pytest.raises(UsageError, match="uncounted tokens must be"):
        EstimateOptions(uncounted_tokens=-1)


@pytest.mark.parametrize("models", ["gpt-4o", ""])
def test_an_image_is_never_counted_exactly(dollar: PriceTable, models: str) -> None:
    """With a model and without one, and an allowance is not a count either."""
    for allowance in (None, 100):
        with pytest.raises(TokenizerError, match=r"image \(message 1.*\) is not counted"):
            count(WITH_IMAGE, models, tokenizer="exact", uncounted_tokens=allowance, prices=dollar)


def test_a_sum_with_an_open_count_is_open() -> None:
    closed = TokenCount(expected=2, low=1, high=3, method=Method.ESTIMATED, tokenizer="x")
    opened = TokenCount(expected=5, low=5, high=None, method=Method.ASSUMED, tokenizer="x")
    total = TokenCount.sum([closed, opened])
    assert (total.low, total.expected, total.high) == (6, 7, None)
    assert total.holds(10**9)
    assert not total.holds(5)


def test_a_larger_request_in_a_cheaper_tier_is_among_the_costs_of_an_open_range() -> None:
    """9 tokens at 100 per million cost 0.0009; from 10 on a request costs 1 per million."""
    tiers = [{"input_gte": 10, "input": 1}]
    prices = table(
        provider(), model("gpt-4o", tokenizer="o200k_base", input=100, output=1, tiers=tiers)
    )
    (result,) = estimate(WITH_IMAGE, "gpt-4o", prices=prices).results
    assert result.cost is not None
    assert result.cost.low is not None
    assert result.cost.low.total == Decimal("0.000010")
    assert result.cost.high is None


def test_of_forty_requests_the_one_with_an_image_is_not_judged_and_the_others_are(
    dollar: PriceTable,
) -> None:
    requests = [WITHOUT] * 39 + [WITH_IMAGE]
    report = check(requests, "gpt-4o", limits=Limits(max_tokens_per_file=10), prices=dollar)
    assert report.status is Status.ERROR
    statuses = [finding.status for finding in report.findings]
    assert statuses == [Status.PASS] * 39 + [Status.ERROR]
    (failure,) = report.failures
    assert failure.input == "<request 40>"
    assert failure.error.message.startswith("image (message 1")
    assert report.findings[-1].judged is None


def test_with_an_allowance_it_is_judged(dollar: PriceTable) -> None:
    """9 counted tokens and 100 for the image are 109."""
    options = EstimateOptions(uncounted_tokens=100)
    for most, status in ((109, Status.PASS), (108, Status.FAIL)):
        limits = Limits(max_tokens=most)
        report = check(WITH_IMAGE, "gpt-4o", limits=limits, options=options, prices=dollar)
        assert report.status is status


def test_a_limit_on_cost_is_not_judged_on_an_open_range(dollar: PriceTable) -> None:
    limits = Limits(max_cost_per_call=Money(amount=Decimal(1), currency="USD"))
    report = check(WITH_IMAGE, "gpt-4o", limits=limits, output_tokens=0, prices=dollar)
    assert (report.status, report.findings[0].status) == (Status.ERROR, Status.ERROR)
    assert report.findings[0].headroom is None


def test_what_is_above_the_limit_without_the_image_breaks_it(dollar: PriceTable) -> None:
    """The verdict is still an error: nobody knows by how much."""
    report = check(WITH_IMAGE, "gpt-4o", limits=Limits(max_tokens=8), prices=dollar)
    assert (report.status, report.findings[0].status) == (Status.ERROR, Status.FAIL)


def test_rows_of_a_comparison_are_open_too(dollar: PriceTable) -> None:
    report = compare(WITH_IMAGE, "gpt-4o", prices=dollar)
    (row,) = report.rows
    assert row.cost is not None
    assert row.cost.high is None
    assert [note.code for note in report.warnings] == ["parts_not_counted"]


def test_the_last_part_that_is_not_counted_says_how_to_allow_for_it(dollar: PriceTable) -> None:
    audio = {"type": "input_audio", "input_audio": {"data": "x"}}
    for report in (
        count([request(HELLO, IMAGE, audio)], "gpt-4o", prices=dollar),
        estimate([request(HELLO, IMAGE, audio)], "gpt-4o", prices=dollar),
    ):
        first, last = map(sentence, report.warnings)
        assert first == "not counted: 1 x image, in <request> (message 1, part 2)"
        assert last.endswith("(message 1, part 3); --uncounted-tokens N allows for it")
