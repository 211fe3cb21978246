"""The shipped price table: compiled it is the same as its TOML; it is loaded once."""

import pickle
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.price_tables import model, row, table
from tokencost.pricing import find_offer, load, load_price_table, read_price_files, shipped_file
from tokencost.pricing.load import compile_table, load_compiled


def test_the_compiled_table_is_the_table_that_the_toml_gives(tmp_path: Path) -> None:
    shipped = shipped_file()
    table = read_price_files([shipped])
    path = tmp_path / "compiled"
    path.write_bytes(compile_table(table, shipped.data))
    loaded = load_compiled(path, shipped.data)
    assert loaded is not None
    assert loaded == table
    # 1 and 1.0 are equal, but not the same text.
    for before, after in zip(table.models, loaded.models, strict=True):
        assert [repr(price.rates) for price in after.prices] == [
            repr(price.rates) for price in before.prices
        ]


def test_of_a_hundred_compiled_models_one_that_is_named_is_loaded_with_the_few_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    june, window = date(2026, 6, 30), {"context": 1_000}
    hundred = table(
        model("m7", row(input=1, until=june), retired=june, replaced_by="acme/m8", **window),
        *(model(f"m{number}", input=number, **window) for number in range(8, 107)),
    )
    path = tmp_path / "compiled"
    path.write_bytes(compile_table(hundred, b""))
    loads = []

    def counted(data: bytes, of_pickle: Callable[[bytes], Any] = pickle.loads) -> Any:
        loads.append(len(data))
        return of_pickle(data)

    monkeypatch.setattr(pickle, "loads", counted)
    loaded = load_compiled(path, b"")
    assert loaded is not None
    assert find_offer(loaded, "m106").prices[0].rates.base.input == 106
    assert [offer.name for offer in find_offer(loaded, "m7").successors] == ["acme/m8@global"]
    assert len(loads) == 1 + 2  # the table, the last four models and the first sixteen
    assert loaded.models[-1].id == "m106"
    assert [other.id for other in loaded.models[98:]] == ["m105", "m106"]
    assert loaded == hundred


def test_a_table_compiled_from_another_toml_is_not_taken(tmp_path: Path) -> None:
    shipped = shipped_file()
    path = tmp_path / "compiled"
    path.write_bytes(compile_table(read_price_files([shipped]), shipped.data))
    assert load_compiled(path, shipped.data + b"\n") is None


def test_without_a_compiled_table_there_is_none(tmp_path: Path) -> None:
    assert load_compiled(tmp_path / "compiled", b"") is None


def test_the_shipped_table_is_loaded_once_until_its_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_price_table()
    assert load_price_table() is before
    path = tmp_path / "pricing.toml"
    shutil.copy(Path(__file__).parents[2] / "prices.toml", path)
    monkeypatch.setattr(load, "builtin_path", lambda: path)
    patched = load_price_table()
    assert patched.models != before.models
    assert load_price_table() is patched
    path.write_bytes(path.read_bytes().replace(b"as_of = 2026-11-22", b"as_of = 2026-11-20"))
    assert load_price_table().as_of < patched.as_of
    monkeypatch.undo()
    assert load_price_table() == before


def test_a_file_over_the_shipped_table_leaves_that_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text("schema = 1\n", encoding="utf-8")
    before = load_price_table()
    assert load_price_table(path).sources == ("builtin", str(path))
    assert load_price_table() is before
    assert before.sources == ("builtin",)
