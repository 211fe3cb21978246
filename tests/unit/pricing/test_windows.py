from datetime import date

import pytest

from tests.price_tables import model, row, table
from tokencost import PriceTable, parse_price_date
from tokencost.errors import DoesNotFitError
from tokencost.pricing import Quote, find_offer, quote
from tokencost.report.phrases import sentence

UNKNOWN = model("unknown", input=2, output=10)
LARGEST = model("largest", input=2, output=10, context=1_000)


def quoted(prices: PriceTable, name: str, tokens: int, *, at: str = "2026-11-22") -> Quote:
    return quote(
        find_offer(prices, name),
        price_date=parse_price_date(at),
        input_tokens=tokens,
        output_tokens=0,
    )


def test_an_unknown_window_is_said() -> None:
    (note,) = quoted(table(UNKNOWN, LARGEST), "unknown", 1_000).assumptions
    assert sentence(note) == (
        "the window of the model is not known, so that the request may not fit; no model takes "
        "more than 1,000 tokens"
    )


def test_a_request_above_the_largest_known_window_is_refused() -> None:
    with pytest.raises(DoesNotFitError, match="1,001 tokens of input, at most 1,000"):
        quoted(table(UNKNOWN, LARGEST), "unknown", 1_001)


def test_where_no_window_is_known_nothing_is_refused() -> None:
    assert quoted(table(UNKNOWN), "unknown", 10**9).rates.input == 2


def test_a_row_may_have_a_window_of_its_own_days() -> None:
    june = date(2026, 6, 30)
    rows = (row(input=4, until=june, context=5_000), row(input=2, from_=date(2026, 7, 1)))
    prices = table(model("m", *rows, context=1_000))
    assert quoted(prices, "m", 5_000, at="2026-06-30").rates.input == 4
    with pytest.raises(DoesNotFitError, match="5,000 tokens of input, at most 1,000"):
        quoted(prices, "m", 5_000, at="2026-07-01")
