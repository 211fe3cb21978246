"""The shipped price table: compiled it is the same as its TOML; it is loaded once."""

import shutil
from pathlib import Path

import pytest

from tokencost.pricing import load, load_price_table, read_price_files, shipped_file
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
