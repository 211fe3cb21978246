"""Rules of sellers: caches, sites with a multiplier, contracts, retired models."""

from decimal import Decimal
from typing import Any

import pytest

from tokencost import InputTokens, estimate
from tokencost.errors import NoPriceError, PriceTableError, UsageError
from tokencost.pricing import PriceFile, PriceTable, Quote, find_offer, parse_price_date, quote
from tokencost.pricing.load import read_price_files

HEAD = """
schema = 1
as_of = 2026-11-22
[provider.acme]
name = "Acme"
sites = { global = "USD", us = "USD", cn = "CNY" }
site_multiplier = { us = 1.1 }
[provider.acme.cache]
implicit = { min_tokens = 1_024, granularity = 128, read_x = 0.2 }
explicit = { min_tokens = 512, ttl = ["5m", "1h"], refresh = "sliding", guaranteed = true, read_x = 0.1, write_x = { "5m" = 1.25, "1h" = 2.0 } }
exclusive = true
source = "Acme's page"
"""  # noqa: E501
MODEL = '[[model]]\nid = "m"\nprovider = "acme"\n'
ROW = """[[model.price]]
site = "global"
input = 10.0
output = 50.0
source = "page"
checked = 2026-11-01
"""


def read(*texts: str) -> PriceTable:
    return read_price_files(
        [PriceFile(name=f"{number}.toml", data=text.encode()) for number, text in enumerate(texts)]
    )


def quoted(table: PriceTable, name: str = "m", *, mode: str = "standard", tokens: int = 1) -> Quote:
    return quote(
        find_offer(table, name),
        price_date=parse_price_date("2026-11-22"),
        mode=mode,
        input_tokens=tokens,
        output_tokens=1,
    )


def test_rates_that_no_list_gives_follow_from_the_multipliers_and_say_so() -> None:
    found = quoted(read(HEAD + MODEL + ROW))
    assert found.rates.cache_read == 2
    assert found.rates.cache_read_explicit == 1
    assert found.rates.cache_write == {"5m": Decimal("12.5"), "1h": Decimal(20)}
    assert found.derived == {
        "cache_read": "0.2x input",
        "cache_read_explicit": "0.1x input",
        "cache_write 5m": "1.25x input",
        "cache_write 1h": "2x input",
    }


def test_an_absolute_rate_comes_before_a_multiplier() -> None:
    row = ROW + 'cache_read = 3.0\ncache_write = { "1h" = 17.0 }\n'
    found = quoted(read(HEAD + MODEL + row))
    assert found.rates.cache_read == 3
    assert found.rates.cache_write == {"5m": Decimal("12.5"), "1h": Decimal(17)}
    assert set(found.derived) == {"cache_read_explicit", "cache_write 5m"}


def test_a_listed_rate_of_the_explicit_cache_has_no_formula() -> None:
    found = quote(
        find_offer(read(HEAD + MODEL + ROW + "cache_read_explicit = 0.5\n"), "m"),
        price_date=parse_price_date("2026-11-22"),
        input_tokens=1,
        output_tokens=1,
        cache="explicit",
    )
    assert found.rates.cache_read == Decimal("0.5")
    assert "cache_read" not in found.derived


def test_a_derived_rate_follows_the_tier_in_force() -> None:
    row = ROW + "tiers = [{ input_gt = 100, input = 20.0 }]\n"
    assert quoted(read(HEAD + MODEL + row), tokens=101).rates.cache_read == 4


def test_a_model_has_cache_rules_of_its_own_key_by_key() -> None:
    own = "cache = { implicit = { min_tokens = 4_096 } }\n"
    caching = find_offer(read(HEAD + MODEL + own + ROW), "m").caching
    assert caching.implicit is not None
    assert (caching.implicit.min_tokens, caching.implicit.granularity) == (4096, 128)
    assert caching.explicit is not None
    assert caching.explicit.refresh == "sliding"
    assert caching.exclusive


def test_a_model_may_have_no_cache_at_all() -> None:
    found = quoted(read(HEAD + MODEL + "cache = false\n" + ROW))
    assert (found.rates.cache_read, found.derived) == (None, {})


@pytest.mark.parametrize(
    ("rule", "read", "written"),
    [("discounted", 1, "6.25"), ("standard", 2, "12.5"), ("none", 5, "5")],
)
def test_what_a_discount_does_to_the_cache_is_the_sellers_rule(
    rule: str, read: int, written: str
) -> None:
    batch = f'batch_cache = "{rule}"\n'
    table = read_price_files(
        [PriceFile(name="t", data=(HEAD + MODEL + batch + ROW + MODES).encode())]
    )
    rates = quoted(table, mode="batch").rates
    assert rates.input == 5
    assert rates.output == 25
    assert rates.cache_read == read
    assert rates.cache_write["5m"] == Decimal(written)
    assert quoted(table, mode="priority").rates.cache_read == 4


MODES = "modes = { batch = 0.5, priority = 2.0 }\n"


def test_caches_that_exclude_each_other_are_not_priced_together() -> None:
    table = read(HEAD + MODEL + ROW)

    def cost(**parts: Any) -> Decimal:
        size = InputTokens(total=1_000_000, **parts)
        (result,) = estimate(size, models="m", prices=table).results
        assert result.cost is not None
        return result.cost.expected.total

    assert cost(cached=1_000_000, cache="implicit") == 2
    assert cost(cached=500_000, cache_write=500_000, cache_ttl="5m", cache="explicit") == (
        Decimal("0.5") + Decimal("6.25")
    )
    with pytest.raises(UsageError, match="a request that writes to the explicit cache reads no"):
        cost(cached=500_000, cache_write=500_000, cache_ttl="5m", cache="implicit")
    with pytest.raises(UsageError, match="an implicit and an explicit cache, at two rates"):
        cost(cached=500_000)


def test_a_site_with_a_multiplier_sells_at_the_rates_of_the_home_times_it() -> None:
    row = ROW + "tiers = [{ input_gt = 100, input = 20.0 }]\n"
    table = read(HEAD + MODEL + row)
    assert find_offer(table, "m").site == "global"
    found = quoted(table, "m@us", tokens=101)
    assert found.rates.input == 22
    assert found.rates.output == 55
    assert found.rates.cache_read == Decimal("4.4")
    assert found.price.derived == "1.1x the rates of site global"


def test_a_model_need_not_be_sold_at_such_a_site_and_may_have_rows_of_its_own_there() -> None:
    with pytest.raises(NoPriceError, match="no price at site 'us'"):
        quoted(read(HEAD + MODEL + 'not_at = ["us"]\n' + ROW), "m@us")
    own = ROW.replace("global", "us").replace("10.0", "7.0")
    assert quoted(read(HEAD + MODEL + ROW + own), "m@us").rates.input == 7


def test_such_a_site_follows_a_row_that_is_laid_over_its_home() -> None:
    own = "schema = 1\n" + MODEL + ROW.replace("10.0", "5.0")
    assert quoted(read(HEAD + MODEL + ROW, own), "m@us").rates.input == Decimal("5.5")


CONTRACT = """schema = 1
[contract]
source = "agreement 7"
percent_off = { acme = 10, "acme/m" = 20, "acme/*@us" = 50 }
"""


@pytest.mark.parametrize(("name", "rate"), [("m", "8"), ("n", "9"), ("m@us", "5.5")])
def test_a_contract_takes_its_per_cent_off_by_the_longest_pattern(name: str, rate: str) -> None:
    table = read(HEAD + MODEL + ROW + MODEL.replace('"m"', '"n"') + ROW, CONTRACT)
    found = quoted(table, name)
    assert found.rates.input == Decimal(rate)
    assert "contract discount of" in found.assumptions[0]
    assert "(agreement 7)" in found.assumptions[0]


def test_rates_of_the_contract_itself_are_not_discounted_again() -> None:
    own = MODEL + ROW.replace("10.0", "6.0") + 'kind = "contract"\n'
    found = quoted(read(HEAD + MODEL + ROW, CONTRACT + own))
    assert found.rates.input == 6
    assert found.assumptions == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("acme = 10", "acme = 100", "percent_off of acme must lie between 0 and 100, not 100"),
        ("acme = 10", "acne = 10", "no model is called 'acne'"),
        ("percent_off", "percent", "unknown key percent"),
    ],
)
def test_a_contract_that_means_nothing_is_a_mistake(old: str, new: str, message: str) -> None:
    with pytest.raises(PriceTableError, match=message):
        read(HEAD + MODEL + ROW, CONTRACT.replace(old, new))


def test_a_retired_model_says_what_took_its_place() -> None:
    old = '[[model]]\nid = "old"\nprovider = "acme"\nreplaced_by = "acme/m"\n'
    table = read(HEAD + MODEL + ROW + old)
    with pytest.raises(NoPriceError, match="acme/old is no longer sold") as raised:
        find_offer(table, "old")
    assert raised.value.hint == "acme/m took its place"
    dated = f"{old}retired = 2026-06-30\n{ROW}until = 2026-06-30\n"
    with pytest.raises(NoPriceError, match="2026-11-22: it was retired on 2026-06-30") as raised:
        quoted(read(HEAD + MODEL + ROW + dated), "old")
    assert raised.value.hint.startswith("acme/m took its place; its rows cover until 2026-06-30")


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ('replaced_by = "acme/x"\n', "replaced_by: there is no model 'acme/x'"),
        ("retired = 2026-06-30\n", "a price row goes on after the model was retired"),
        ("cache = {}\n", "names neither an implicit nor an explicit cache"),
        ("cache = { implicit = { min = 1 } }\n", "unknown key min = 1"),
        ('cache = { implicit = { refresh = "often" } }\n', "refresh must be one of"),
        ('batch_cache = "half"\n', "batch_cache must be one of discounted, standard, none"),
    ],
)
def test_a_rule_that_cannot_be_is_a_mistake(extra: str, message: str) -> None:
    model = MODEL.replace("acme", "other") if extra == "cache = {}\n" else MODEL
    head = HEAD + '[provider.other]\nname = "O"\nsites = { global = "USD" }\n'
    with pytest.raises(PriceTableError, match=message):
        read(head + model + extra + ROW)


VOLUME = """[[provider.acme.volume]]
models = ["m*"]
steps = [{ tokens = 10_000_000, pay = 0.9 }, { tokens = 50_000_000, pay = 0.8 }]
source = "page"
checked = 2026-11-01
"""


def test_volume_steps_are_kept_and_never_applied() -> None:
    table = read(HEAD + VOLUME + MODEL + ROW)
    (volume,) = table.providers["acme"].volumes
    assert volume.steps == ((10_000_000, Decimal("0.9")), (50_000_000, Decimal("0.8")))
    assert quoted(table).rates.input == 10


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("pay = 0.8", "pay = 0.95", "steps must rise in tokens and fall in what is paid"),
        ("pay = 0.9", "pay = 1.0", "pay must be a share below 1"),
        ("tokens = 10_000_000, ", "", "tokens is missing"),
    ],
)
def test_volume_steps_have_to_rise(old: str, new: str, message: str) -> None:
    with pytest.raises(PriceTableError, match=message):
        read(HEAD + VOLUME.replace(old, new) + MODEL + ROW)


@pytest.mark.parametrize(
    ("multiplier", "message"),
    [
        ("{ cn = 2.0 }", "would turn USD into CNY"),
        ("{ global = 2.0 }", "no site beside the home"),
        ("{ eu = 2.0 }", "no site beside the home"),
    ],
)
def test_a_multiplier_makes_no_other_currency(multiplier: str, message: str) -> None:
    with pytest.raises(PriceTableError, match=message):
        read(HEAD.replace("{ us = 1.1 }", multiplier) + MODEL + ROW)


@pytest.mark.parametrize(
    ("tiers", "message"),
    [
        (
            "{ input_gt = 200, input = 2.0 }, { input_gt = 100, input = 3.0 }",
            "tier 2: its bound falls: input >= 101 after input >= 201",
        ),
        ("{ input_gt = 200, input_lt = 100, input = 2.0 }", "no number of input tokens is both"),
        ("{ input_gt = 200, input = 0.0 }", 'a rate of 0 needs kind = "free"'),
    ],
)
def test_tiers_have_to_rise(tiers: str, message: str) -> None:
    with pytest.raises(PriceTableError, match=message):
        read(f"{HEAD}{MODEL}{ROW}tiers = [{tiers}]\n")


def test_every_mistake_of_a_file_is_named_with_its_line_at_once() -> None:
    rows = "".join(
        MODEL.replace('"m"', f'"m{number}"')
        + ROW.replace("10.0", "-1.0" if number in (7, 999) else "1.0")
        for number in range(1000)
    )
    text = HEAD + rows.replace('"m500"\nprovider = "acme"', '"m500"\nprovider = "acne"')
    with pytest.raises(PriceTableError, match=r", and 2 more$") as raised:
        read(text)
    lines = text.splitlines()
    messages = [str(part) for part in raised.value.parts]
    assert [message.split(": ")[1:3] for message in messages] == [
        ["model acme/m7, price row 1", "input must be finite and not negative, not -1.0"],
        ["model acne/m500", "provider 'acne' is not defined"],
        ["model acme/m999, price row 1", "input must be finite and not negative, not -1.0"],
    ]
    named = [lines[int(message.partition(": ")[0].partition(":")[2]) - 1] for message in messages]
    assert named == ["input = -1.0", 'provider = "acne"', "input = -1.0"]


def test_what_looks_like_a_table_inside_a_text_is_none() -> None:
    note = 'note = """\n[[model]]\n"""\n'
    text = HEAD + MODEL + ROW + note + MODEL.replace('"m"', '"n"') + ROW.replace("10.0", "-1.0")
    with pytest.raises(PriceTableError) as raised:
        read(text)
    line = str(raised.value).partition(": ")[0].partition(":")[2]
    assert text.splitlines()[int(line) - 1] == "input = -1.0"


def test_two_mistakes_in_one_row_are_both_named() -> None:
    with pytest.raises(PriceTableError) as raised:
        read(HEAD + MODEL + ROW.replace("10.0", "'x'").replace("50.0", "'y'"))
    assert [str(part)[-25:] for part in raised.value.parts] == [
        "t must be a number, not 'x'"[-25:],
        "t must be a number, not 'y'"[-25:],
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("schema = 1\nas_of = 2027-01-02\n", "1.toml:2: as_of = 2027-01-02 lies in the future"),
        (
            "schema = 1\n" + MODEL + ROW.replace("2026-11-01", "2027-01-02"),
            "checked = 2027-01-02 lies in the future",
        ),
    ],
)
def test_a_file_of_ones_own_cannot_speak_for_the_future(text: str, message: str) -> None:
    with pytest.raises(PriceTableError, match=message):
        read(HEAD + MODEL + ROW, text)


def test_an_estimate_has_to_say_what_is_in_doubt() -> None:
    with pytest.raises(PriceTableError, match="needs a note"):
        read(HEAD + MODEL + ROW + 'kind = "estimate"\n')
