"""Writing, checking and comparing price tables."""

import json
import tempfile
import tomllib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.price_tables import model, overlay, price_file, provider, row
from tokencost.costs.cache import cache_uses
from tokencost.errors import InputError, PriceTableError, UsageError
from tokencost.estimates.estimate import estimate
from tokencost.notes import warning
from tokencost.price_files import (
    Changes,
    add_price,
    diff_prices,
    document,
    import_prices,
    validate_prices,
)
from tokencost.pricing import find_offer, load, load_price_table
from tokencost.report.phrases import sentence
from tokencost.usage import InputTokens, Ttl, parse_duration

PRICES = Path(__file__).parents[2] / "prices.toml"
DAY = date(2026, 11, 20)
REPLACED = warning("shipped_rows_replaced", offer="acme/plain@global", rows=1)


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "builtin_path", lambda: PRICES)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "prices.toml"


def add(
    own: Path, name: str, *, currency: str | None = None, first: date | None = None, **price: Any
) -> Changes:
    row = {"source": "page", "checked": DAY, **({"from": first} if first else {}), **price}
    return add_price(own, name, price=row, currency=currency)


def rows(own: Path) -> list[dict[str, Any]]:
    values = tomllib.loads(own.read_text(encoding="utf-8"), parse_float=Decimal)
    rows: list[dict[str, Any]] = values["model"][0]["price"]
    return rows


def test_a_price_is_added_and_counts_from_then_on(own: Path) -> None:
    changes = add(own, "plain", input=Decimal("1.5"), output=Decimal(6))
    assert [(change.name, change.what) for change in changes.changes] == [
        ("acme/plain@global", "added")
    ]
    offer = find_offer(load_price_table(user=own), "plain")
    assert offer.prices[0].rates.base.input == Decimal("1.5")
    assert offer.model.context == 100_000
    assert changes.notes == (REPLACED,)


def test_a_row_of_the_same_day_is_replaced_and_the_same_row_changes_nothing(own: Path) -> None:
    add(own, "plain", input=Decimal(1))
    assert add(own, "plain", input=Decimal(1)).changes[0].what == "unchanged"
    assert add(own, "plain", input=Decimal(2)).changes[0].what == "changed"
    assert [row["input"] for row in rows(own)] == [2]


def test_a_new_first_day_ends_the_row_before(own: Path) -> None:
    add(own, "plain", input=Decimal(1))
    changes = add(own, "plain", input=Decimal(2), first=date(2026, 12, 1))
    assert changes.changes[0].detail.endswith("the row before it now ends on 2026-11-30")
    assert [row.get("until") for row in rows(own)] == [date(2026, 11, 30), None]


def test_a_provider_of_ones_own_needs_a_currency(own: Path) -> None:
    with pytest.raises(PriceTableError, match="currency of mine@cn is not known"):
        add(own, "mine/large@cn", input=Decimal(1))
    add(own, "mine/large@cn", currency="CNY", input=Decimal(1))
    assert find_offer(load_price_table(user=own), "large").currency == "CNY"


def test_another_case_makes_no_other_model(own: Path) -> None:
    assert add(own, "acme/Plain", input=Decimal(1)).changes[0].name == "acme/plain@global"
    assert add(own, "acme/SIMPLE", input=Decimal(2)).changes[0].name == "acme/plain@global"


def test_the_currency_of_a_known_site_is_not_changed(own: Path) -> None:
    with pytest.raises(PriceTableError, match="prices site cn in CNY, not in USD"):
        add(own, "tiered@cn", currency="USD", input=Decimal(1))


@pytest.mark.parametrize("price", [{"input": Decimal(0)}, {}, {"input": Decimal(1), "kind": "x"}])
def test_what_would_not_be_valid_is_not_written(own: Path, price: dict[str, Any]) -> None:
    add(own, "plain", input=Decimal(1))
    before = own.read_bytes()
    with pytest.raises(PriceTableError):
        add(own, "guess", **price)
    assert own.read_bytes() == before
    assert [path.name for path in own.parent.iterdir()] == [own.name]


def test_a_dry_run_writes_nothing(own: Path) -> None:
    price = {"input": Decimal(1), "source": "page", "checked": DAY}
    assert add_price(own, "plain", price=price, dry_run=True).changes[0].what == "added"
    assert not own.parent.exists()


EDITED = """# mine
schema = 1  # the only one

[provider.acme]
name = "Acme"
sites = {global = "USD"}  # dollars

# the big one
[[model]]
id = "big"
provider = "acme"

  [[model.price]]  # since spring
  input = 1.50  # a fine price
  output = 3.0
  cache_read = 0.1
  source = "page"
  checked = 2026-11-20

[[model]]
id = "small"
provider = "acme"
price = [{input = 1.0, output = 2.0, source = "page", checked = 2026-11-20}]
# the end
"""


def test_comments_and_the_form_of_an_edited_file_stay(own: Path) -> None:
    own.parent.mkdir()
    own.write_text(EDITED, encoding="utf-8")
    add(own, "acme/big", input=Decimal("1.75"), output=Decimal("3.0"), cache_read=Decimal("0.1"))
    text = own.read_text(encoding="utf-8")
    assert text.replace('  site = "global"\n', "").replace('site = "global"\n', "") == (
        EDITED.replace("input = 1.50  #", "input = 1.75  #")
    )
    assert [path.name for path in own.parent.iterdir()] == [own.name]


def test_a_rate_that_a_new_row_does_not_have_is_named(own: Path) -> None:
    own.parent.mkdir()
    own.write_text(EDITED, encoding="utf-8")
    (change,) = add(own, "acme/big", input=Decimal(2), output=Decimal(3)).changes
    assert change.detail.endswith("; no longer: cache_read 0.1")
    before = own.read_bytes()
    with pytest.raises(PriceTableError, match="the new row of acme/big@global has no output"):
        add(own, "acme/big", input=Decimal(2))
    assert own.read_bytes() == before


def add_in_turn(place: tuple[str, int]) -> None:
    path, number = place
    add(Path(path), f"acme/model-{number}", currency="USD", input=Decimal(1), output=Decimal(2))


def test_of_twenty_writers_at_once_every_price_arrives(own: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        list(pool.map(add_in_turn, [(str(own), number) for number in range(20)]))
    models = tomllib.loads(own.read_text(encoding="utf-8"))["model"]
    assert sorted(model["id"] for model in models) == sorted(f"model-{n}" for n in range(20))


def test_names_that_cannot_be_seen_are_refused(own: Path) -> None:
    with pytest.raises(PriceTableError, match="characters that cannot be seen"):
        add(own, "acme/a\x1b[2Jb", currency="USD", input=Decimal(1), output=Decimal(2))


def test_everything_else_in_the_file_is_kept(own: Path) -> None:
    own.parent.mkdir()
    contract = '[contract]\nsource = "x"\npercent_off = { acme = 12.5 }\n'
    own.write_text(f"schema = 1\n{contract}", encoding="utf-8")
    add(own, "plain", input=Decimal(1))
    values = tomllib.loads(own.read_text(encoding="utf-8"), parse_float=Decimal)
    assert values["contract"]["percent_off"] == {"acme": Decimal("12.5")}


@pytest.mark.parametrize("text", ["schema = ", "\xff"])
def test_a_broken_file_is_left_alone(own: Path, text: str) -> None:
    own.parent.mkdir()
    own.write_bytes(text.encode("latin-1"))
    with pytest.raises(PriceTableError, match=r"prices\.toml"):
        add(own, "plain", input=Decimal(1))
    assert own.read_bytes() == text.encode("latin-1")


FOREIGN = {
    "plain": (2, 10),  # what the shipped table says
    "likely": (3, 9),  # not what it says
    "fresh": (1, 4),
    "nothing": (0, 0),
}


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.json"
    entries = {
        name: {
            "litellm_provider": "acme",
            "mode": "chat",
            "input_cost_per_token": rates[0] / 1e6,
            "output_cost_per_token": rates[1] / 1e6,
        }
        for name, rates in FOREIGN.items()
    }
    entries["converted"] = {**entries["fresh"], "litellm_provider": "yuan"}
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


Import = Callable[..., Changes]


@pytest.fixture
def import_them(own: Path, foreign: Path) -> Import:
    def run(**options: Any) -> Changes:
        return import_prices(own, "litellm", foreign, checked=DAY, **options)

    return run


def test_an_import_takes_what_is_new_and_says_why_it_skips_the_rest(
    own: Path, import_them: Import
) -> None:
    changes = import_them()
    assert {(change.name, change.what, change.reason) for change in changes.changes} == {
        ("acme/fresh@global", "added", ""),
        ("yuan/converted@global", "added", ""),
        ("plain", "skipped", "the shipped table has it, at the same rates"),
        ("likely", "skipped", "the shipped table has it, at other rates"),
        ("nothing", "skipped", "a price of 0 that does not say free"),
    }
    (price,) = find_offer(load_price_table(user=own), "fresh").prices
    assert price.rates.base.input == 1
    assert price.rates.base.output == 4
    assert (price.provenance.source, price.provenance.checked) == ("litellm, theirs.json", DAY)
    assert price.provenance.confidence == "medium"


def test_a_price_that_began_long_ago_is_compared_on_the_day_of_the_import(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "shipped.toml"
    rows = (
        row(input=9, output=9, until=date(2026, 6, 30)),
        row(input=1, output=4, from_=date(2026, 7, 1)),
    )
    table.write_bytes(price_file(model("m", *rows)))
    monkeypatch.setattr(load, "builtin_path", lambda: table)
    since = {"constraint": {"start_date": "2026-01-01"}}
    prices = [{"prices": {"input_mtok": 1, "output_mtok": 4}, **since}]
    theirs = tmp_path / "theirs.json"
    theirs.write_text(json.dumps([{"id": "acme", "models": [{"id": "m", "prices": prices}]}]))
    (change,) = import_prices(own, "genai-prices", theirs, checked=DAY).changes
    assert change.reason == "the shipped table has it, at the same rates"


def test_a_second_import_changes_nothing(own: Path, import_them: Import) -> None:
    import_them()
    before = own.read_bytes()
    assert {change.what for change in import_them().changes} == {"unchanged", "skipped"}
    assert own.read_bytes() == before


def test_an_import_may_be_limited_and_may_replace(own: Path, import_them: Import) -> None:
    changes = import_them(only=["acme/l*"], replace=True)
    assert [(change.name, change.what) for change in changes.changes] == [
        ("acme/likely@global", "added")
    ]
    assert find_offer(load_price_table(user=own), "likely").prices[0].rates.base.input == 3


def test_a_list_converted_from_another_currency_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, import_them: Import
) -> None:
    table = tmp_path / "shipped.toml"
    yuan = '[provider.yuan]\nname = "Yuan"\nsites = { cn = "CNY" }\n'
    table.write_text(PRICES.read_text(encoding="utf-8") + yuan, encoding="utf-8")
    monkeypatch.setattr(load, "builtin_path", lambda: table)
    (skipped,) = [change for change in import_them().changes if change.name == "converted"]
    assert skipped.reason == "priced in CNY: a converted price is not a list price"


def test_a_provider_of_the_mainland_is_known_by_its_name(
    foreign: Path, import_them: Import
) -> None:
    text = foreign.read_text(encoding="utf-8").replace('"yuan"', '"yuan-cn"')
    foreign.write_text(text, encoding="utf-8")
    (skipped,) = [change for change in import_them().changes if change.name == "converted"]
    assert skipped.reason == "priced in CNY: a converted price is not a list price"


def test_a_file_that_is_not_there_is_an_input_error(own: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json cannot be read"):
        import_prices(own, "litellm", tmp_path / "none.json", checked=DAY)


def test_a_valid_table_is_counted(own: Path) -> None:
    add(own, "plain", input=Decimal(1))
    add(own, "mine/large", currency="EUR", input=Decimal(1))
    answer = validate_prices(own)
    assert (answer.valid, answer.models, answer.rows) == (True, 2, 2)


def test_the_shipped_table_is_counted_though_nothing_differs_from_it() -> None:
    answer, text = validate_prices(PRICES), PRICES.read_text(encoding="utf-8")
    assert answer.models == text.count("[[model]]") > 5
    assert answer.rows == text.count("[[model.price]]") > 5


def test_a_table_with_mistakes_is_told_all_of_them(own: Path) -> None:
    own.parent.mkdir()
    own.write_text(
        'schema = 1\nnonsense = 1\n[[model]]\nid = "m"\nprovider = "acme"\n', encoding="utf-8"
    )
    answer = validate_prices(own)
    assert not answer.valid
    assert len(answer.mistakes) == 2


def test_a_tokenizer_that_does_not_exist_is_a_mistake(own: Path) -> None:
    own.parent.mkdir()
    own.write_text(
        'schema = 1\n[[model]]\nid = "plain"\nprovider = "acme"\ntokenizer = "qwen3"\n',
        encoding="utf-8",
    )
    (mistake,) = validate_prices(own).mistakes
    assert "model acme/plain: unknown tokenizer 'qwen3'" in str(mistake)
    assert "did you mean" in mistake.hint


def test_a_table_does_not_differ_from_itself() -> None:
    same = diff_prices(PRICES, "builtin")
    assert (same.added, same.removed, same.changed) == ((), (), ())


def test_differences_are_named_key_by_key(tmp_path: Path) -> None:
    text = PRICES.read_text(encoding="utf-8")
    changed = tmp_path / "changed.toml"
    changed.write_text(
        text.replace(
            "input = 4.0\n  output = 20.0\n  modes", "input = 5.0\n  output = 20.0\n  modes"
        )
        .replace('id = "likely"', 'id = "renamed"')
        .replace("{ input_gt = 64_000, input = 7.0", "{ input_gt = 64_000, input = 3.5"),
        encoding="utf-8",
    )
    diff = diff_prices("builtin", changed)
    assert (diff.added, diff.removed) == (("acme/renamed@global",), ("acme/likely@global",))
    assert [
        (change.model, change.key, change.old, change.new, change.change) for change in diff.changed
    ] == [
        ("acme/guess@global", "input", "4", "5", Decimal("1.25")),
        ("haitang/tiered@cn", "input >= 64,001: input", "7", "3.5", Decimal("0.5")),
    ]


def test_a_file_of_rows_is_compared_with_the_shipped_table_below_it(own: Path) -> None:
    add(own, "plain", input=Decimal(1), output=Decimal(10))
    diff = diff_prices("builtin", own)
    assert (diff.added, diff.removed) == ((), ())
    assert ("input", "2", "1") in {(change.key, change.old, change.new) for change in diff.changed}


def test_a_file_without_models_is_compared_with_the_shipped_table_below_it(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'schema = 1\nas_of = 2026-11-20\n[provider.mine]\nname = "Mine"\nsites = { cn = "CNY" }\n',
        encoding="utf-8",
    )
    diff = diff_prices("builtin", own)
    assert (diff.added, diff.removed, diff.changed) == (("provider mine",), (), ())


def test_a_site_of_ones_own_keeps_its_currency(own: Path) -> None:
    add(own, "mine/large@cn", currency="CNY", input=Decimal(1))
    with pytest.raises(PriceTableError, match="mine prices site cn in CNY, not in USD"):
        add(own, "mine/large@cn", currency="USD", input=Decimal(1), first=date(2026, 12, 1))
    assert add(own, "mine/large@cn", input=Decimal(2)).changes[0].what == "changed"


def test_a_row_without_a_site_is_one_of_the_home(own: Path) -> None:
    row = '[[model.price]]\ninput = 9.0\nsource = "deal"\nchecked = 2026-11-01\n'
    mine = 'schema = 1\n[provider.mine]\nname = "Mine"\nsites = { a = "USD", b = "USD" }\n'
    mine += 'site_multiplier = { b = 1.1 }\n[[model]]\nid = "m"\nprovider = "mine"\n'
    own.parent.mkdir()
    own.write_text(mine + row, encoding="utf-8")
    assert add(own, "mine/m@b", input=Decimal(5)).changes[0].what == "added"
    offers = {
        site: find_offer(load_price_table(user=own), f"mine/m@{site}").prices for site in "ab"
    }
    assert [offers[site][0].rates.base.input for site in "ab"] == [9, 5]


def test_a_name_means_the_site_that_an_estimate_takes(own: Path) -> None:
    add(own, "haitang/abroad@intl", input=Decimal(1))
    (change,) = add(own, "abroad", input=Decimal(2)).changes
    assert change.name == find_offer(load_price_table(user=own), "abroad").name


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Acme/new", "differs from acme in its case only"),
        ("acme/PLAIN-2026", "differs from acme/plain in its case only"),
        ("acme/plain@", "does not name a site"),
        ("acme/@global", "does not name a provider"),
    ],
)
def test_a_name_that_is_not_a_new_one_is_refused(own: Path, name: str, message: str) -> None:
    with pytest.raises(PriceTableError, match=message):
        add(own, name, input=Decimal(1))


def test_days_that_lose_their_price_are_named(own: Path) -> None:
    notes = add(own, "plain", input=Decimal(1), first=date(2027, 1, 1)).notes
    assert sentence(notes[1]) == (
        "acme/plain@global has no price before 2027-01-01 any more: add a row for those days"
    )
    own.unlink()
    notes = add(own, "plain", input=Decimal(1), until=date(2027, 1, 1)).notes
    assert notes[1].values["side"] == "after"


@pytest.mark.parametrize(
    "text", ["model = 3\n", "model = [3]\n", "provider = 3\n", "[provider]\nacme = 3\n"]
)
def test_a_file_with_mistakes_is_not_written_to(own: Path, foreign: Path, text: str) -> None:
    own.parent.mkdir()
    own.write_text(f"schema = 1\n{text}", encoding="utf-8")
    with pytest.raises(PriceTableError, match=r"prices\.toml:\d: .*must be a"):
        add(own, "plain", input=Decimal(1))
    with pytest.raises(PriceTableError, match=r"prices\.toml:\d: .*must be a"):
        import_prices(own, "litellm", foreign, checked=DAY)


def test_a_file_whose_comments_cannot_be_kept_stays_beside_the_new_one(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "edit_toml", lambda *_: None)
    own.parent.mkdir()
    own.write_text("schema = 1 # signed by Bob\n", encoding="utf-8")
    taken = own.with_name("prices.toml.bak")
    taken.write_text("older", encoding="utf-8")
    comments = add(own, "plain", input=Decimal(1)).notes[-1]
    assert comments.values["backup"] == "prices.toml.bak2"
    assert taken.read_text(encoding="utf-8") == "older"
    assert "Bob" in own.with_name("prices.toml.bak2").read_text(encoding="utf-8")


def test_a_number_sign_in_a_text_is_not_a_comment(own: Path) -> None:
    add(own, "plain", input=Decimal(1), note="the # of calls")
    assert add(own, "plain", input=Decimal(2)).notes == (REPLACED,)


@pytest.mark.posix
def test_a_link_stays_one(own: Path, tmp_path: Path) -> None:
    own.parent.mkdir()
    real = tmp_path / "real.toml"
    real.write_text("schema = 1\n", encoding="utf-8")
    own.symlink_to(real)
    add(own, "plain", input=Decimal(1))
    assert own.is_symlink()
    assert "plain" in real.read_text(encoding="utf-8")


def test_an_import_leaves_rows_alone_that_it_did_not_write(own: Path, import_them: Import) -> None:
    add(own, "fresh2/x", currency="USD", input=Decimal(1))
    add(own, "acme/fresh", input=Decimal("0.01"), kind="contract", first=date(2026, 1, 1))
    (skipped,) = [change for change in import_them().changes if change.name == "fresh"]
    assert (skipped.reason, skipped.detail) == (
        "your table has a row of its own",
        "acme/fresh@global: 0.01 in from 2026-01-01",
    )
    assert find_offer(load_price_table(user=own), "fresh").prices[0].conditions.kind == "contract"
    import_them(replace=True)
    (price,) = find_offer(load_price_table(user=own), "fresh").prices
    assert price.conditions.kind == "list"
    assert price.rates.base.input == 1


def test_an_import_puts_no_other_currency_into_a_site_of_ones_own(
    own: Path, import_them: Import
) -> None:
    add(own, "yuan/other", currency="CNY", input=Decimal(1))
    (skipped,) = [change for change in import_them().changes if change.name == "converted"]
    assert skipped.reason == "priced in CNY: a converted price is not a list price"


@pytest.mark.parametrize("glob", ["nosuch/*", ""])
def test_a_glob_that_names_nothing_is_an_error(import_them: Import, glob: str) -> None:
    with pytest.raises(InputError, match="does not match an entry"):
        import_them(only=["acme/fresh", glob])


def test_a_model_that_was_asked_for_and_refused_says_why(import_them: Import) -> None:
    (skipped,) = import_them(only=["acme/nothing"]).changes
    assert skipped.reason == "a price of 0 that does not say free"


def test_mistakes_of_two_kinds_are_told_at_once(own: Path) -> None:
    own.parent.mkdir()
    own.write_text(
        'schema = 1\n[[model]]\nid = "plain"\nprovider = "acme"\n'
        'context = 0\ntokenizer = "qwen3"\n',
        encoding="utf-8",
    )
    places = [
        str(mistake).partition(": ")[0].rpartition(":")[2]
        for mistake in validate_prices(own).mistakes
    ]
    assert places == ["5", "6"]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('utc_offset = "+08:00"', 'utc_offset = "+09:00"', "offset"),
        ("multiplier = 2.0", "multiplier = 3.0", "multiplier"),
        ("holidays = [", "holidays = [2026-05-01, ", "holidays"),
        ('match = ["', 'match = ["x-*", "', "match"),
        ("batch = 0.5", "batch = 0.6", "modes batch"),
    ],
)
def test_no_key_is_left_out_of_a_comparison(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = PRICES.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / "changed.toml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert [change.key for change in diff_prices("builtin", changed).changed] == [key]


TTLS = st.one_of(
    st.from_regex("[0-9]{1,8}[smhdw]?", fullmatch=True), st.text(min_size=1, max_size=4)
)


@settings(deadline=None)
@given(text=TTLS)
@example(text="9999999m")
@example(text="999999d")
@example(text="0m")
@example(text="٥m")
def test_a_time_to_live_that_validates_never_fails_later(text: str) -> None:
    data = overlay(
        provider(
            "acme", cache={"explicit": {"ttl": [text], "write_x": {text: 2}}, "source": "page"}
        ),
        model("kept", row(input=1, output=2, cache_read=0.1, cache_write={text: 3})),
    )
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "prices.toml"
        own.write_bytes(data)
        mistakes = validate_prices(own).mistakes
        if mistakes:
            assert all("time to live" in str(mistake) for mistake in mistakes)
            with pytest.raises(UsageError, match="is not a time to live"):
                Ttl(text)
            return
        table = load_price_table(user=own)
    size = InputTokens(total=10, cache_write=5, cache_ttl=Ttl(text))
    (result,) = estimate(size, models="acme/kept", prices=table).results
    assert result.quote is not None
    (use,) = cache_uses(result.offer, result.quote.rates)
    assert (use.ttl, use.lifetime) == (Ttl(text), parse_duration(text))
