"""What `prices validate --strict` says of rates that are valid."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.price_tables import Entry, model, overlay, provider, row
from tokencost.price_files import validate_prices
from tokencost.pricing import load
from tokencost.report.phrases import sentence

PRICES = Path(__file__).parents[2] / "prices.toml"
SHIPPED = Path(__file__).parents[3] / "pricing.toml"
JUNE, JULY = date(2026, 6, 30), date(2026, 7, 1)
Strange = Callable[[Entry], list[str]]


@pytest.fixture
def strange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Strange:
    """Return what is strange about a file over a small table."""
    monkeypatch.setattr(load, "builtin_path", lambda: PRICES)
    file = tmp_path / "own.toml"

    def warnings_of(entry: Entry) -> list[str]:
        file.write_bytes(overlay(provider("acme"), entry))
        assert {note.code for note in validate_prices(file).warnings} <= {"no_tokenizer"}
        report = validate_prices(file, strict=True)
        assert report.valid
        return [f"{note.about}: {sentence(note)}" for note in report.warnings if note.about]

    return warnings_of


def two(old: dict[str, float], new: dict[str, float]) -> Entry:
    return model("m", row(until=JUNE, **old), row(from_=JULY, **new))


@pytest.mark.parametrize(
    ("new", "warns"), [(19.9, False), (20, True), (0.2, False), (0.19, True), (2, False)]
)
def test_ten_times_the_row_before_or_less_than_a_tenth_is_a_jump(
    strange: Strange, *, new: float, warns: bool
) -> None:
    warning = f"acme/m@global from 2026-07-01: input goes from 2 to {new}: check the decimal point"
    entry = two({"input": 2, "output": 40}, {"input": new, "output": 40})
    assert strange(entry) == ([warning] if warns else [])


def test_ten_times_the_shipped_rate_is_a_jump(strange: Strange) -> None:
    entry = model("plain", input=25, output=100, cache_read=2.5)  # shipped: 2, 10 and 0.5
    (input_, output) = strange(entry)
    assert input_.startswith("acme/plain@global any day: input goes from 2 to 25:")
    assert output.startswith("acme/plain@global any day: output goes from 10 to 100:")


def test_ten_times_the_shipped_window_is_a_jump(strange: Strange) -> None:
    entry = {"model": [{"id": "plain", "provider": "acme", "context": 1_000_000}]}
    assert strange(entry) == [
        "acme/plain: context goes from 100000 to 1000000: check the decimal point"
    ]


def test_cached_input_above_input_and_output_below_it_are_strange_in_every_tier(
    strange: Strange,
) -> None:
    tier = {"input_gt": 100, "input": 4, "output": 3, "cache_read": 5}
    entry = model("m", input=2, output=10, cache_read=0.2, tiers=[tier])
    assert strange(entry) == [
        "acme/m@global any day: output at 3 is cheaper than input at 4",
        "acme/m@global any day: cached input at 5 is dearer than input at 4",
    ]
    equal = {"input_gt": 100, "input": 4, "output": 4, "cache_read": 4}
    assert strange(model("m", input=2, output=2, cache_read=2, tiers=[equal])) == []


def test_the_shipped_table_has_no_rates_in_the_wrong_order() -> None:
    report = validate_prices(SHIPPED, strict=True)
    assert {note.code for note in report.warnings} <= {"rate_jumps"}
    assert len(report.warnings) <= 10


def test_models_without_a_tokenizer_are_named_and_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "builtin_path", lambda: PRICES)
    file = tmp_path / "own.toml"
    counted = model("counted", input=1, output=2, tokenizer="qwen2")
    entries = [*model("bare", input=1, output=2)["model"], *counted["model"]]
    file.write_bytes(overlay(provider("acme"), {"model": entries}))
    (note,) = validate_prices(file).warnings
    assert sentence(note) == (
        "acme/bare: no tokenizer, so that texts are counted with --tokenizer NAME alone"
    )
