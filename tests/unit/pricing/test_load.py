"""The shipped price table: compiled it is the same as its TOML; it is loaded once."""

import pickle
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.price_tables import model, row, table
from tokencost import version
from tokencost.errors import PriceTableError
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

    monkeypatch.setattr(load, "loads", counted)
    loaded = load_compiled(path, b"")
    assert loaded is not None
    assert find_offer(loaded, "m106").prices[0].rates.base.input == 106
    assert [offer.name for offer in find_offer(loaded, "m7").successors] == ["acme/m8@global"]
    assert len(loads) == 1 + 2  # the table, the last four models and the first sixteen
    assert loaded.models[-1].id == "m106"
    assert [other.id for other in loaded.models[98:]] == ["m105", "m106"]
    assert loaded == hundred


def test_a_table_compiled_from_another_toml_is_not_taken(compiled: bytes, tmp_path: Path) -> None:
    path = tmp_path / "compiled"
    path.write_bytes(compiled)
    data = shipped_file().data
    assert load_compiled(path, data) is not None
    assert load_compiled(path, data + b"\n") is None


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


OWN = "schema = 1\nas_of = 2026-11-22\n" + "".join(
    f"""
[[model]]
id = "own-{number}"
provider = "openai"
tokenizer = "o200k_base"
[[model.price]]
site = "global"
input = {number}
output = 2
source = "https://example.com/contract"
checked = 2026-11-22
"""
    for number in range(1, 101)
)


@pytest.fixture(scope="module")
def compiled() -> bytes:
    """Return the shipped table as a wheel has it."""
    shipped = shipped_file()
    return compile_table(read_price_files([shipped]), shipped.data)


@pytest.fixture
def own(compiled: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's own table of 100 models, beside an installed package's compiled one."""
    package = tmp_path / "package" / "pricing.toml"
    package.parent.mkdir()
    package.write_bytes(shipped_file().data)
    package.with_name(load.COMPILED_NAME).write_bytes(compiled)
    monkeypatch.setattr(load, "builtin_path", lambda: package)
    path = tmp_path / "user" / "prices.toml"
    path.parent.mkdir()
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the price files that are parsed from now on."""
    names: list[str] = []
    overlay = load.overlay

    def noted(base: Any, *files: Any) -> Any:
        names.extend(file.name for file in files)
        return overlay(base, *files)

    monkeypatch.setattr(load, "overlay", noted)
    return names


def test_an_own_table_is_parsed_once_until_it_changes(own: Path, reads: list[str]) -> None:
    first, second = load_price_table(user=own), load_price_table(user=own)
    assert reads == ["user"]
    assert first == second
    assert second.sources == ("builtin", "user")
    assert find_offer(second, "openai/own-7").prices[0].rates.base.input == 7
    own.write_text(OWN.replace("input = 7\n", "input = 8\n"), encoding="utf-8")
    third = load_price_table(user=own)
    assert reads == ["user"] * 2
    assert find_offer(third, "openai/own-7").prices[0].rates.base.input == 8


def test_price_files_that_are_named_lie_over_the_kept_table(own: Path, reads: list[str]) -> None:
    load_price_table(user=own)
    over = own.with_name("over.toml")
    over.write_text(OWN.replace("input = 7\n", "input = 9\n"), encoding="utf-8")
    merged = load_price_table(over, user=own)
    assert reads == ["user", str(over)]
    assert find_offer(merged, "openai/own-7").prices[0].rates.base.input == 9


@pytest.mark.parametrize("change", ["version", "shipped", "damaged", "cut", "empty"])
def test_what_was_kept_for_another_table_or_is_damaged_is_made_anew(
    own: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    first = load_price_table(user=own)
    kept = own.with_suffix(load.OWN_SUFFIX)
    data = kept.read_bytes()
    match change:
        case "version":
            monkeypatch.setattr(version, "__version__", "0.0.1")
        case "shipped":
            package = load.builtin_path()
            package.write_bytes(package.read_bytes() + b"\n")
        case "damaged":
            kept.write_bytes(data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
        case "cut":
            kept.write_bytes(data[:-1])
        case _:
            kept.write_bytes(b"")
    assert load_price_table(user=own).models == first.models
    assert reads.count("user") == 2


@pytest.mark.posix
def test_a_kept_table_that_others_can_write_is_not_loaded(own: Path, reads: list[str]) -> None:
    load_price_table(user=own)
    own.with_suffix(load.OWN_SUFFIX).chmod(0o666)
    load_price_table(user=own)
    assert reads == ["user"] * 2


def test_where_nothing_can_be_kept_the_table_is_parsed_each_time(
    own: Path, reads: list[str]
) -> None:
    own.with_suffix(load.OWN_SUFFIX).mkdir()  # in the way of the file
    assert load_price_table(user=own) == load_price_table(user=own)
    assert reads == ["user"] * 2


def test_a_small_own_table_and_one_of_a_checkout_are_not_kept(own: Path) -> None:
    load.builtin_path().with_name(load.COMPILED_NAME).unlink()
    load_price_table(user=own)
    assert not own.with_suffix(load.OWN_SUFFIX).exists()


def test_a_mistake_in_an_own_table_is_told_each_time(own: Path) -> None:
    load_price_table(user=own)
    own.write_text(OWN.replace("input = 7\n", "input = -7\n"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(PriceTableError, match="own-7"):
            load_price_table(user=own)
