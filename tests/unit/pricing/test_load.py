"""The compiled price table: the same table as its TOML, or none at all."""

from pathlib import Path

from tokencost.pricing import read_price_files, shipped_file
from tokencost.pricing.load import compiled, load_compiled


def test_the_compiled_table_is_the_table_that_the_toml_gives(tmp_path: Path) -> None:
    shipped = shipped_file()
    table = read_price_files([shipped])
    path = tmp_path / "compiled"
    path.write_bytes(compiled(table, shipped.data))
    assert load_compiled(path, shipped.data) == table


def test_a_table_compiled_from_another_toml_is_not_taken(tmp_path: Path) -> None:
    shipped = shipped_file()
    path = tmp_path / "compiled"
    path.write_bytes(compiled(read_price_files([shipped]), shipped.data))
    assert load_compiled(path, shipped.data + b"\n") is None


def test_without_a_compiled_table_there_is_none(tmp_path: Path) -> None:
    assert load_compiled(tmp_path / "compiled", b"") is None
