from collections.abc import Callable
from datetime import date
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from tests.price_tables import model, provider, row, schedule, table
from tokencost.errors import PriceTableError
from tokencost.pricing import (
    Mode,
    PriceTable,
    Rates,
    Tier,
    find_offer,
    load_price_table,
    price_at,
)
from tokencost.pricing.load import PriceFile, read_price_files
from tokencost.pricing.parse.price_rows import ROW_KEYS
from tokencost.pricing.schedule import PriceDate

HEAD = """
schema = 1
as_of = 2026-11-22
[[fx]]
base = "USD"
quote = "CNY"
rate = 7.0
date = 2026-01-01
source = "page"
[calendar.cn]
covers_from = 2026-01-01
covers_through = 2026-12-31
holidays = [2026-10-01]
[schedule.night]
zone = "UTC"
utc_offset = "+00:00"
days = ["mon"]
windows = ["09:00-12:00"]
except = "cn"
multiplier = 2.0
[provider.acme]
name = "Acme"
sites = { global = "USD" }
"""
MODEL = '[[model]]\nid = "m"\nprovider = "acme"\ntokenizer = "qwen2"\n'
ROW = '[[model.price]]\ninput = 1.0\noutput = 2.0\nsource = "page"\nchecked = 2026-11-01\n'
Read = Callable[[str], PriceTable]


def read(text: str, *, over: str = "") -> PriceTable:
    files = [PriceFile(name="mine.toml", data=text.encode())]
    if over:
        files.append(PriceFile(name="over.toml", data=over.encode()))
    return read_price_files(files)


def test_the_smallest_table_is_read() -> None:
    offer = find_offer(read(HEAD + MODEL + ROW), "acme/m")
    assert price_at(offer, PriceDate(day=date(2026, 11, 22))).rates.base.input == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("schema = 1", "schema = 2", "mine.toml:2: schema must be 1, not 2"),
        ("as_of = 2026-11-22", "", "mine.toml: as_of is missing"),
        ("as_of = 2026-11-22", "as_of = 'x'", "as_of must be a date like 2026-11-22, not 'x'"),
        ("rate = 7.0", "rate = 0", "exchange rate 1: rate must be above 0"),
        ("[2026-10-01]", "1", "calendar cn: holidays must be a list of dates, not 1"),
        ('except = "cn"', 'except = "jp"', "schedule night: calendar 'jp' is not defined"),
        ('["mon"]', '["mo"]', r"days must be some of mon, .*, not \['mo'\]"),
        ('"+00:00"', '"+99:00"', "mine.toml:16: schedule night: utc_offset: offset .99:00"),
        ("09:00-12:00", "12:00-09:00", "ends before it starts"),
        ('{ global = "USD" }', "{}", "provider acme, sites: is empty"),
        ('sites = { global = "USD" }', "", "provider acme: sites is missing"),
        ('sites = { global = "USD" }', "sites = 1", "provider acme, sites: must be a table, not 1"),
        ('name = "Acme"', "name = 1", "provider acme: name must be a text, not 1"),
        ('name = "Acme"', 'name = "Acme"\nmodes = 1', "provider acme: unknown key modes = 1"),
        ('provider = "acme"', 'provider = "acm"', "model acm/m: provider 'acm' is not defined"),
        ('provider = "acme"', "", "model 1: provider is missing"),
        ('tokenizer = "qwen2"', "context = 0", "model acme/m: context must be a whole number"),
        ('tokenizer = "qwen2"', "context = true", "context must be a whole number"),
        ('tokenizer = "qwen2"', 'aliases = "x"', "aliases must be a list of texts, not 'x'"),
        ('tokenizer = "qwen2"', 'aliases = ["m"]', "the name 'm' is taken by m"),
        (
            "input = 1.0",
            "input = '1'",
            "model acme/m, price row 1: input must be a number, not '1'",
        ),
        ("input = 1.0", "input = true", "input must be a number, not True"),
        ("input = 1.0", "input = -1.0", "input must be finite and not negative, not -1.0"),
        ("input = 1.0", "input = inf", "input must be finite and not negative, not Infinity"),
        ("input = 1.0", "input = 1e400000", "input is not a plausible amount"),
        ("input = 1.0", "input = 1000000000.01", "input is not a plausible amount"),
        ("input = 1.0", "input = 1.0000000000001", "input is not a plausible amount"),
        ('tokenizer = "qwen2"', "context = 9999999999999", "context must be a whole number"),
        ("input = 1.0", "input = nan", "input must be finite and not negative, not NaN"),
        ("input = 1.0", "input = 0.0", 'a rate of 0 needs kind = "free"'),
        (
            "input = 1.0",
            "input = 1.0\ntiers = [{ input_gt = 9, input = 0.0 }]",
            'a rate of 0 needs kind = "free"',
        ),
        (
            "input = 1.0",
            "input = 1.0\nmodes = { batch = { input = 0.0 } }",
            'a rate of 0 needs kind = "free"',
        ),
        ("input = 1.0\noutput = 2.0", "", "input or output is missing"),
        ("input = 1.0", "inputs = 1.0", "unknown key inputs = 1.0"),
        ('source = "page"\nchecked', "checked", "price row 1: source is missing"),
        ("checked = 2026-11-01", "", "price row 1: checked is missing"),
        ("checked = 2026-11-01", "checked = 2026-11-01T00:00:00", "checked must be a date"),
        ("input = 1.0", "input = 1.0\nsite = 'cn'", "site must be one of global, not 'cn'"),
        ("input = 1.0", "input = 1.0\nkind = 'gift'", "kind must be one of list, promo, free"),
        ("input = 1.0", "input = 1.0\nlist = { input = 2.0 }", 'list is for kind = "promo" only'),
        ("input = 1.0", "input = 1.0\nmodes = { slow = 2.0 }", "unknown mode slow"),
        ("input = 1.0", "input = 1.0\nmodes = 2.0", "modes must be a table, not 2.0"),
        ("input = 1.0", "input = 1.0\nschedule = 'day'", "schedule 'day' is not defined"),
        ("input = 1.0", "input = 1.0\ntiers = [{ input = 1.0 }]", "tier 1: a tier needs a bound"),
        ("input = 1.0", "input = 1.0\ntiers = [{ input_gt = 1 }]", "tier 1: a tier needs a rate"),
        ("input = 1.0", "input = 1.0\ntiers = 1", "tiers must be a list of tables, not 1"),
        (
            "input = 1.0",
            "input = 1.0\ntiers = [{ input_gt = 1, input_gte = 2, input = 3.0 }]",
            "input has two bounds on one side",
        ),
        (
            "input = 1.0",
            "input = 1.0\nfrom = 2026-02-01\nuntil = 2026-01-01",
            "until = 2026-01-01 lies before from = 2026-02-01",
        ),
    ],
)
def test_a_mistake_names_file_entry_key_and_value(old: str, new: str, message: str) -> None:
    good = HEAD + MODEL + ROW
    assert old in good
    with pytest.raises(PriceTableError, match=message):
        read(good.replace(old, new))


def test_a_billion_and_twelve_digits_are_still_plausible() -> None:
    for amount in ("1000000000.0", "1.00000000001"):
        (m,) = read((HEAD + MODEL + ROW).replace("input = 1.0", f"input = {amount}")).models
        assert m.prices[0].rates.base.input == Decimal(amount)


def test_a_misspelt_key_comes_with_the_right_one() -> None:
    with pytest.raises(PriceTableError) as raised:
        read(HEAD + MODEL + ROW + "cache_raed = 1.0\n")
    assert raised.value.hint == "did you mean cache_read?"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (MODEL + ROW + 'currency = "USD"\n', "a site has a currency: [provider.NAME] with sites"),
        (MODEL + 'currency = "USD"\n' + ROW, "a site has a currency: [provider.NAME] with sites"),
        (MODEL + ROW + 'tokenizer = "qwen2"\n', "it stands in the model, above its rows"),
        (MODEL + "output = 2.0\n" + ROW, "it stands in a row of its own below the model"),
        (MODEL + 'name = "m"\n' + ROW, "write id"),
        (MODEL.replace('"acme"', '"apex"') + ROW, "add [provider.apex] with name and sites"),
        (MODEL + 'aliases = ["m"]\n' + ROW, "name it once"),
        (
            MODEL + 'aliases = ["a"]\n' + ROW + MODEL.replace('"m"', '"a"') + ROW,
            'to price m write id = "m"; another model needs another name',
        ),
    ],
)
def test_what_stands_in_the_wrong_place_is_answered_with_the_right_one(
    text: str, hint: str
) -> None:
    with pytest.raises(PriceTableError) as raised:
        read(HEAD + text)
    assert any(error.hint.startswith(hint) for error in raised.value.parts), raised.value.parts


def test_a_model_needs_a_price_row() -> None:
    with pytest.raises(PriceTableError, match="model acme/m: there is no price row"):
        read(HEAD + MODEL)


def test_a_model_cannot_be_defined_twice() -> None:
    with pytest.raises(PriceTableError, match="model acme/m: the model is defined twice"):
        read(HEAD + MODEL + ROW + MODEL + ROW)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("", ""),
        ("until = 2026-06-30", "from = 2026-06-30"),
        ("from = 2026-01-01", "from = 2025-01-01\nuntil = 2027-01-01"),
    ],
)
def test_two_rows_cannot_be_in_force_at_once(first: str, second: str) -> None:
    with pytest.raises(
        PriceTableError, match="price row 2: site global has another row for the same days"
    ):
        read(f"{HEAD}{MODEL}{ROW}{first}\n{ROW}{second}\n")


def test_rows_may_follow_each_other_in_any_order() -> None:
    table = read(f"{HEAD}{MODEL}{ROW}from = 2026-07-01\n{ROW}until = 2026-06-30\n")
    assert len(table.models[0].prices) == 2


def test_a_row_of_a_provider_with_two_sites_must_name_one() -> None:
    two = HEAD.replace('{ global = "USD" }', '{ cn = "CNY", intl = "USD" }')
    with pytest.raises(PriceTableError, match="site is missing; provider acme has cn, intl"):
        read(two + MODEL + ROW)


def test_what_is_not_toml_is_named_with_its_line() -> None:
    with pytest.raises(PriceTableError, match=r"mine\.toml:1: not valid TOML: Expected"):
        read("schema 1")


def test_what_is_not_utf8_is_named_with_its_byte() -> None:
    with pytest.raises(PriceTableError, match=r"mine\.toml: not UTF-8 at byte 1"):
        read_price_files([PriceFile(name="mine.toml", data=b"a\xff")])


def test_no_file_at_all_is_an_error() -> None:
    with pytest.raises(PriceTableError, match="no price file"):
        read_price_files([])


def test_a_second_file_replaces_the_rows_of_a_site_whole_and_keeps_the_rest() -> None:
    base = HEAD.replace('{ global = "USD" }', '{ cn = "CNY", intl = "USD" }') + MODEL
    base += "aliases = ['n']\ncontext = 1000\n"
    base += ROW + 'site = "cn"\nuntil = 2026-06-30\n' + ROW + 'site = "cn"\nfrom = 2026-07-01\n'
    base += ROW + 'site = "intl"\n'
    own = (
        'schema = 1\n[[model]]\nid = "m"\nprovider = "acme"\n'
        + ROW
        + 'site = "cn"\ncache_read = 0.5\n'
    )
    table = read(base, over=own)
    offer = find_offer(table, "n@cn")
    assert [price.rates.base.cache_read for price in offer.prices] == [
        own_rate := offer.prices[0].rates.base.cache_read
    ]
    assert str(own_rate) == "0.5"
    assert find_offer(table, "m@intl").model.tokenizer == "qwen2"
    assert (offer.model.context, table.sources) == (1000, ("mine.toml", "over.toml"))


def test_a_later_file_adds_sites_to_a_provider_but_changes_no_currency() -> None:
    own = '[provider.acme]\nname = "Acme"\nsites = { eu = "EUR" }\n'
    table = read(HEAD + MODEL + ROW, over=f"schema = 1\n{own}")
    assert table.providers["acme"].sites == {"global": "USD", "eu": "EUR"}
    with pytest.raises(PriceTableError, match="global is priced in USD, not in EUR"):
        read(HEAD + MODEL + ROW, over=f"schema = 1\n{own.replace('eu', 'global')}")


def test_a_later_file_may_be_of_a_later_day() -> None:
    table = read(HEAD + MODEL + ROW, over="schema = 1\nas_of = 2026-12-24\n")
    assert table.as_of == date(2026, 12, 24)


def test_the_digest_is_the_files_own_sum_and_changes_with_every_file() -> None:
    import hashlib

    text = HEAD + MODEL + ROW
    assert read(text).digest == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    assert read(text, over="schema = 1").digest != read(text, over="schema = 1 ").digest


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PriceTableError, match=r"price file .*none\.toml. cannot be read: No such"):
        load_price_table(tmp_path / "none.toml")


def test_every_mistake_of_a_file_is_named_with_its_line_at_once() -> None:
    rows = [
        MODEL.replace('"m"', f'"m{number}"')
        + ROW.replace("input = 1.0", "input = -1.0" if number in (7, 999) else "input = 1.0")
        for number in range(1000)
    ]
    text = HEAD + "".join(rows).replace('"m500"\nprovider = "acme"', '"m500"\nprovider = "acne"')
    with pytest.raises(PriceTableError, match=r", and 2 more\n") as raised:
        read(text)
    lines = text.splitlines()
    messages = [part.message for part in raised.value.parts]
    assert [message.split(": ")[1:3] for message in messages] == [
        ["model acme/m7, price row 1", "input must be finite and not negative, not -1.0"],
        ["model acne/m500", "provider 'acne' is not defined"],
        ["model acme/m999, price row 1", "input must be finite and not negative, not -1.0"],
    ]
    named = [lines[int(message.partition(": ")[0].partition(":")[2]) - 1] for message in messages]
    assert named == ["input = -1.0", 'provider = "acne"', "input = -1.0"]


def test_what_looks_like_a_table_inside_a_text_is_none() -> None:
    note = 'note = """\n[[model]]\n"""\n'
    text = HEAD + MODEL + ROW + note + MODEL.replace('"m"', '"n"') + ROW.replace("1.0", "-1.0")
    with pytest.raises(PriceTableError) as raised:
        read(text)
    line = raised.value.message.partition(": ")[0].partition(":")[2]
    assert text.splitlines()[int(line) - 1] == "input = -1.0"


def test_two_mistakes_in_one_row_are_both_named() -> None:
    with pytest.raises(PriceTableError) as raised:
        read(HEAD + MODEL + ROW.replace("1.0", "'x'").replace("2.0", "'y'"))
    assert [part.message[-25:] for part in raised.value.parts] == [
        "t must be a number, not 'x'"[-25:],
        "t must be a number, not 'y'"[-25:],
    ]


_OF_A_ROW: dict[str, tuple[Any, Any]] = {
    "site": ("eu", "eu"),
    "from": (date(2026, 1, 1),) * 2,
    "until": (date(2026, 6, 1),) * 2,
    "promised_until": (date(2026, 5, 1),) * 2,
    "kind": ("contract", "contract"),
    "list": ({"input": 3}, Rates(input=Decimal(3))),
    "context": (8, 8),
    "input_max": (9, 9),
    "tiers": ([{"input_gt": 5, "input": 3}], (Tier(rates=Rates(input=Decimal(3)), input_from=6),)),
    "modes": ({"batch": 0.5}, {Mode.BATCH: Decimal("0.5")}),
    "fees": ({"web_search": 10}, {"web_search": 10}),
    "schedule": ("night", None),
    "source": ("list", "list"),
    "page": ("p. 3", "p. 3"),
    "checked": (date(2026, 11, 2),) * 2,
    "confidence": ("low", "low"),
    "note": ("noted", "noted"),
}


@pytest.mark.parametrize("key", [key for key in ROW_KEYS if key])
def test_every_key_of_a_row_is_read_to_where_its_table_says(key: str) -> None:
    written, value = _OF_A_ROW[key]
    keys: dict[str, Any] = {"input": 1, "output": 2, "site": "eu", key: written}
    if key == "list":
        keys["kind"] = "promo"
    prices = table(
        provider("acme", sites={"eu": "USD", "us": "USD"}),
        schedule("night", "00:00-06:00", multiplier=0.5),
        model("m", row(**keys)),
    )
    if key == "schedule":
        value = prices.schedules["night"]
    (price,) = prices.models[0].prices
    assert attrgetter(ROW_KEYS[key])(price) == value
    assert attrgetter(ROW_KEYS[""])(price) == Rates(input=Decimal(1), output=Decimal(2))
