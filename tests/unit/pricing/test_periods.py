from datetime import date

import pytest

from tests.price_tables import Entry, model, overlay, price_file, read, row, table
from tokencost import PriceTable, parse_price_date
from tokencost.errors import NoPriceError, PriceTableError
from tokencost.pricing import Quote, find_offer, load_price_table, quote
from tokencost.pricing.periods import retirement
from tokencost.report.phrases import sentence

JUNE = date(2026, 6, 30)
OLD = model("old", row(input=8, output=40, until=JUNE), retired=JUNE, replaced_by="acme/new")
NEW = model("new", input=2, output=10)
SHIPPED = load_price_table()


def quoted(prices: PriceTable, name: str, *, at: str = "2026-11-22") -> Quote:
    return quote(
        find_offer(prices, name),
        price_date=parse_price_date(at),
        input_tokens=1,
        output_tokens=1,
    )


def refusal(*parts: Entry, name: str = "old", at: str = "2026-11-22") -> NoPriceError:
    with pytest.raises(NoPriceError) as raised:
        quoted(table(*parts), name, at=at)
    return raised.value


def ends(*parts: Entry, at: str) -> list[str]:
    """Return what is said of an end on the day *at*."""
    warnings = quoted(table(*parts, NEW), "old", at=at).warnings
    return [sentence(note) for note in warnings if note.code == "ends_soon"]


def test_a_retired_model_names_its_successor_with_the_price_of_that_day() -> None:
    error = refusal(OLD, NEW)
    assert error.message == 'model "old" was retired on 2026-06-30'
    assert error.hint == (
        "acme/new took its place (USD 2 in, 10 out per MTok); --at 2026-06-30 prices a day of "
        "its life"
    )


def test_a_day_of_its_life_prices_a_retired_model() -> None:
    prices = table(OLD, NEW)
    assert quoted(prices, "old", at="2026-06-30").rates.input == 8
    assert retirement(find_offer(prices, "old"), JUNE) is None
    assert retirement(find_offer(prices, "old"), date(2026, 7, 1)) is not None


def test_of_several_successors_the_one_that_is_sold_is_named() -> None:
    july = date(2026, 7, 31)
    between = model("mid", row(input=4, until=july), retired=july, replaced_by="acme/new")
    chain = OLD["model"][0] | {"replaced_by": "acme/mid"}
    assert "acme/new took its place" in refusal({"model": [chain]}, between, NEW).hint
    assert (
        "acme/mid took its place" in refusal({"model": [chain]}, between, NEW, at="2026-07-31").hint
    )


def test_models_that_replace_each_other_do_not_go_round_for_ever() -> None:
    other = model("new", row(input=2, until=JUNE), retired=JUNE, replaced_by="acme/old")
    assert refusal(OLD, other).hint.startswith("acme/new took its place; ")


def test_a_model_without_rows_is_refused_before_any_day_is_asked() -> None:
    error = refusal(model("old", replaced_by="acme/new"), NEW)
    assert (error.message, error.hint) == (
        'model "old" is no longer sold',
        "acme/new took its place (USD 2 in, 10 out per MTok)",
    )


def test_a_day_before_the_first_row_has_no_price() -> None:
    first = model("old", row(input=8, from_=date(2026, 1, 1)))
    error = refusal(first, at="2025-12-31")
    assert error.message.endswith("no price on 2025-12-31: its first known price is of 2026-01-01")
    later = row(input=9, from_=date(2026, 7, 1)), row(input=8, from_=date(2026, 1, 1), until=JUNE)
    error = refusal(model("old", *later), at="2025-12-31")
    assert error.message.endswith("its first known price is of 2026-01-01")
    assert error.hint.startswith("its rows cover 2026-01-01 to 2026-06-30, from 2026-07-01;")


@pytest.mark.parametrize(
    ("at", "warns"),
    [("2026-06-17", False), ("2026-06-18", True), ("2026-12-15", True)],
)
def test_an_announced_end_warns_for_180_days_before_it(*, at: str, warns: bool) -> None:
    old = model("old", input=8, ends=date(2026, 12, 15), replaced_by="acme/new")
    warning = "ends on 2026-12-15, as announced; acme/new takes its place"
    assert ends(old, at=at) == ([warning] if warns else [])


def test_past_an_announced_end_there_is_no_price() -> None:
    old = model("old", input=8, ends=date(2026, 12, 15), replaced_by="acme/new")
    error = refusal(old, NEW, at="2026-12-16")
    assert error.message == 'model "old" was to be retired on 2026-12-15'
    assert error.hint.startswith("acme/new took its place (USD 2 in, 10 out per MTok)")


def test_an_end_that_came_takes_the_place_of_an_announced_one() -> None:
    base = price_file(model("old", input=8, ends=date(2026, 12, 15)), NEW)
    prices = read(base, overlay(OLD))
    assert find_offer(prices, "old").model.last_day == JUNE


def test_a_model_that_ended_cannot_also_end() -> None:
    both = model("old", row(input=8, until=JUNE), retired=JUNE, ends=JUNE)
    with pytest.raises(PriceTableError, match="ends = 2026-06-30 beside retired = 2026-06-30"):
        table(both)


ANNOUNCED = {
    "2026-11-30": "anthropic/claude-sonnet-4-5",
    "2026-12-01": "google/gemini-2.5-pro google/gemini-2.5-flash",
    "2026-12-11": "openai/gpt-5 openai/gpt-5-mini openai/gpt-5-nano openai/o3",
    "2027-01-14": "openai/gpt-4o openai/gpt-4o-mini openai/gpt-4.1 openai/gpt-4.1-mini",
    "2027-04-01": "openai/gpt-5.1 openai/gpt-5.3-codex openai/gpt-5.4-nano",
    "2027-04-30": "mistral/mistral-large-2512 mistral/mistral-medium-2604",
}


@pytest.mark.parametrize(
    ("end", "name"), [(end, name) for end, names in ANNOUNCED.items() for name in names.split()]
)
def test_the_shipped_table_warns_of_every_announced_end(end: str, name: str) -> None:
    (warning,) = (note for note in quoted(SHIPPED, name).warnings if note.code == "ends_soon")
    assert sentence(warning).startswith(f"ends on {end}")
    with pytest.raises(NoPriceError, match=f"was to be retired on {end}"):
        quoted(SHIPPED, name, at="2027-05-01")
