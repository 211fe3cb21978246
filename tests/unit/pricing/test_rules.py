"""Rules of providers: caches, sites with a multiplier, contracts, retired models."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.price_tables import (
    CHECKED,
    Entry,
    model,
    overlay,
    price_file,
    provider,
    read,
    row,
    table,
)
from tokencost import InputTokens, estimate
from tokencost.errors import NoPriceError, PriceTableError, UsageError
from tokencost.pricing import (
    Mode,
    PriceTable,
    Quote,
    Rates,
    find_offer,
    parse_price_date,
    quote,
)
from tokencost.pricing.cache_rules import CacheRule
from tokencost.pricing.discounts import Discount, find_discount
from tokencost.usage import CacheKind, Ttl

ACME = provider(
    "acme",
    sites={"global": "USD", "us": "USD", "cn": "CNY"},
    site_multiplier={"us": 1.1},
    cache={
        "implicit": {"min_tokens": 1_024, "granularity": 128, "read_x": 0.2},
        "explicit": {
            "min_tokens": 512,
            "ttl": ["5m", "1h"],
            "refresh": "sliding",
            "guaranteed": True,
            "read_x": 0.1,
            "write_x": {"5m": 1.25, "1h": 2},
        },
        "exclusive": True,
        "source": "Acme's page",
    },
)
ROW = {"site": "global", "input": 10, "output": 50}
TIERS = [{"input_gt": 100, "input": 20}]
MODES = {"batch": 0.5, "priority": 2}
TOMORROW = date(2027, 1, 2)  # tests/conftest.py sets the day before


def acme(**keys: Any) -> PriceTable:
    """Return a table with one model of Acme's."""
    return table(ACME, model("m", **ROW, **keys))


def quoted(table: PriceTable, name: str = "m", *, mode: str = "standard", tokens: int = 1) -> Quote:
    return quote(
        find_offer(table, name),
        price_date=parse_price_date("2026-11-22"),
        mode=Mode(mode),
        input_tokens=tokens,
        output_tokens=1,
    )


def test_rates_that_no_list_gives_follow_from_the_multipliers_and_say_so() -> None:
    price = quoted(acme())
    assert price.rates.cache_read == 2
    assert price.rates.cache_read_explicit == 1
    assert price.rates.cache_write == {"5m": Decimal("12.5"), "1h": Decimal(20)}
    assert price.derived == {
        "cache_read": "0.2x input",
        "cache_read_explicit": "0.1x input",
        "cache_write 5m": "1.25x input",
        "cache_write 1h": "2x input",
    }


def test_an_absolute_rate_comes_before_a_multiplier() -> None:
    price = quoted(acme(cache_read=3, cache_write={"1h": 17}))
    assert price.rates.cache_read == 3
    assert price.rates.cache_write == {"5m": Decimal("12.5"), "1h": Decimal(17)}
    assert set(price.derived) == {"cache_read_explicit", "cache_write 5m"}


def test_a_listed_rate_of_the_explicit_cache_has_no_formula() -> None:
    price = quote(
        find_offer(acme(cache_read_explicit=0.5), "m"),
        price_date=parse_price_date("2026-11-22"),
        input_tokens=1,
        output_tokens=1,
        cache=CacheKind.EXPLICIT,
    )
    assert price.rates.cache_read == Decimal("0.5")
    assert "cache_read" not in price.derived


def test_a_derived_rate_follows_the_tier_in_force() -> None:
    assert quoted(acme(tiers=TIERS), tokens=101).rates.cache_read == 4


def test_a_tier_may_have_a_rate_of_its_own_for_writes_and_keeps_the_others() -> None:
    tiers = [{"input_gt": 100, "input": 20, "cache_write": {"5m": 24}}]
    prices = acme(cache_write={"5m": 12, "1h": 18}, tiers=tiers)
    assert quoted(prices, tokens=100).rates.cache_write == {"5m": 12, "1h": 18}
    assert quoted(prices, tokens=101).rates.cache_write == {"5m": 24, "1h": 18}


@pytest.mark.parametrize(
    ("bounds", "inside"),
    [
        ({"input_gte": 100, "input_lte": 200}, (100, 200)),
        ({"input_gt": 100, "input_lt": 200}, (101, 199)),
    ],
)
def test_a_bound_belongs_to_a_tier_unless_it_is_excluded(
    bounds: dict[str, int], inside: tuple[int, int]
) -> None:
    prices = acme(tiers=[{**bounds, "input": 20}])
    first, last = inside
    rates = [quoted(prices, tokens=n).rates.input for n in (first - 1, first, last, last + 1)]
    assert rates == [10, 20, 20, 10]


def test_a_model_has_cache_rules_of_its_own_key_by_key() -> None:
    caching = find_offer(acme(cache={"implicit": {"min_tokens": 4_096}}), "m").caching
    assert caching.implicit is not None
    assert (caching.implicit.min_tokens, caching.implicit.granularity) == (4096, 128)
    assert caching.explicit is not None
    assert caching.explicit.refresh == "sliding"
    assert caching.exclusive


@pytest.mark.parametrize("kind", ["implicit", "explicit"])
def test_a_model_may_have_one_of_two_caches_alone(kind: str) -> None:
    caching = find_offer(acme(cache={kind: False}), "m").caching
    rules = {"implicit": caching.implicit, "explicit": caching.explicit}
    assert rules.pop(kind) is None
    assert None not in rules.values()


def test_what_was_taken_back_of_a_cache_does_not_come_back_with_another_rule() -> None:
    rule = CacheRule(min_tokens=1_000).overridden(CacheRule(absent=True))
    assert rule.overridden(CacheRule(granularity=100)) == CacheRule(granularity=100)


def test_a_model_may_have_no_cache_at_all() -> None:
    price = quoted(acme(cache=False))
    assert (price.rates.cache_read, price.derived) == (None, {})


@pytest.mark.parametrize(
    ("rule", "read", "explicit", "written"),
    [("discounted", 1, "0.5", "6.25"), ("standard", 2, "1", "12.5"), ("none", 5, "5", "5")],
)
def test_what_a_discount_does_to_the_cache_is_the_providers_rule(
    rule: str, read: int, explicit: str, written: str
) -> None:
    prices = acme(batch_cache=rule, modes=MODES)
    rates = quoted(prices, mode="batch").rates
    assert rates.input == 5
    assert rates.output == 25
    assert rates.cache_read == read
    assert rates.cache_read_explicit == Decimal(explicit)
    assert rates.cache_write[Ttl("5m")] == Decimal(written)
    assert quoted(prices, mode="priority").rates.cache_read == 4


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("discounted", []),
        ("standard", ["mode_keeps_cache_rates"]),
        ("none", ["mode_without_cache_discount"]),
    ],
)
def test_what_becomes_of_the_cache_in_a_mode_that_discounts_is_said(
    rule: str, codes: list[str]
) -> None:
    prices = acme(batch_cache=rule, modes=MODES, context=1_000)
    for mode, notes in (("batch", codes), ("priority", []), ("standard", [])):
        assert [note.code for note in quoted(prices, mode=mode).assumptions] == notes


@pytest.mark.parametrize("rule", ["discounted", "standard", "none"])
def test_no_mode_discounts_what_keeping_a_cache_costs(rule: str) -> None:
    prices = acme(batch_cache=rule, modes=MODES, cache_storage_hour=4)
    for mode in ("standard", "batch", "priority"):
        assert quoted(prices, mode=mode).rates.cache_storage_hour == 4


def test_keeping_a_cache_costs_the_same_in_a_mode_with_rates_of_its_own_unless_they_name_it() -> (
    None
):
    own = {
        "batch": {"input": 5, "output": 25},
        "flex": {"input": 5, "output": 25, "cache_storage_hour": 2},
    }
    prices = acme(modes=own, cache_storage_hour=4)
    rates = {mode: quoted(prices, mode=mode).rates for mode in own}
    assert [rates[mode].cache_storage_hour for mode in own] == [4, 2]


def test_caches_that_exclude_each_other_are_not_priced_together() -> None:
    prices = acme()

    def cost(**parts: Any) -> Decimal:
        size = InputTokens(total=1_000_000, **parts)
        (result,) = estimate(size, models="m", prices=prices).results
        assert result.cost is not None
        return result.cost.expected.total

    assert cost(cached=1_000_000, cache="implicit") == 2
    assert cost(cached=500_000, cache_write=500_000, cache_ttl="5m", cache=CacheKind.EXPLICIT) == (
        Decimal("0.5") + Decimal("6.25")
    )
    with pytest.raises(UsageError, match="a request that writes to the explicit cache reads no"):
        cost(cached=500_000, cache_write=500_000, cache_ttl="5m", cache="implicit")
    with pytest.raises(UsageError, match="an implicit and an explicit cache, at two rates"):
        cost(cached=500_000)


def test_a_site_with_a_multiplier_sells_at_the_rates_of_the_home_times_it() -> None:
    prices = acme(tiers=TIERS)
    assert find_offer(prices, "m").site == "global"
    at_us = quoted(prices, "m@us", tokens=101)
    assert at_us.rates.input == 22
    assert at_us.rates.output == 55
    assert at_us.rates.cache_read == Decimal("4.4")
    assert at_us.price.provenance.derived == "1.1x the rates of site global"


def test_such_a_site_multiplies_tiers_rates_of_modes_and_the_list_price_and_no_fees() -> None:
    listed = {"input": 20, "output": 100, "tiers": [{"input_gt": 100, "input": 40}]}
    modes = {"batch": {"input": 5, "output": 25}, "priority": 2}
    fees = {"web_search": 10}
    prices = acme(kind="promo", list=listed, tiers=TIERS, modes=modes, fees=fees)
    card = find_offer(prices, "m@us").prices[0].rates
    half = Decimal("5.5"), Decimal("27.5")  # 5 and 25 times 1.1
    assert card.tiers[0].rates.input == 22
    assert card.modes == {"batch": Rates(input=half[0], output=half[1]), "priority": 2}
    assert card.list_rates == Rates(input=Decimal(22), output=Decimal(110))
    assert [tier.rates.input for tier in card.list_tiers] == [44]
    assert card.fees == fees


def test_a_model_need_not_be_sold_at_such_a_site_and_may_have_rows_of_its_own_there() -> None:
    with pytest.raises(NoPriceError, match='no price at site "us"'):
        quoted(acme(not_at=["us"]), "m@us")
    rows = row(**ROW), row(site="us", input=7, output=50)
    assert quoted(table(ACME, model("m", *rows)), "m@us").rates.input == 7
    ended = row(site="us", input=7, output=50, until=date(2026, 10, 31))
    with pytest.raises(NoPriceError, match="acme/m@us has no price on 2026-11-22"):
        quoted(table(ACME, model("m", row(**ROW), ended)), "m@us")  # whose rows are its own


def test_such_a_site_follows_a_row_that_is_laid_over_its_home() -> None:
    own = overlay(model("m", site="global", input=5, output=50))
    assert quoted(read(BASE, own), "m@us").rates.input == Decimal("5.5")


BASE = price_file(ACME, model("m", **ROW), model("n", **ROW))


def contract(**keys: Any) -> Entry:
    """Return a contract with three discounts."""
    percent_off = {"acme": 10, "acme/m": 20, "acme/*@us": 50}
    return {"contract": {"source": "agreement 7", "percent_off": percent_off, **keys}}


@pytest.mark.parametrize(("name", "rate"), [("m", "8"), ("n", "9"), ("m@us", "5.5")])
def test_a_contract_takes_its_per_cent_off_by_the_longest_pattern(name: str, rate: str) -> None:
    price = quoted(read(BASE, overlay(contract())), name)
    assert price.rates.input == Decimal(rate)
    assert price.assumptions[0].code == "contract_discount"
    assert price.assumptions[0].values["source"] == "agreement 7"


def test_a_pattern_of_a_site_is_more_specific_than_one_of_a_model() -> None:
    own = overlay(contract(percent_off={"*@us": 50, "acme/m": 20}))
    prices = read(BASE, own)
    assert quoted(prices, "m").rates.input == 8
    assert quoted(prices, "m@us").rates.input == Decimal("5.5")


def test_rates_of_the_contract_itself_are_not_discounted_again() -> None:
    own = model("m", site="global", input=6, output=50, kind="contract")
    price = quoted(read(BASE, overlay(contract(), own)))
    assert price.rates.input == 6
    assert [note.code for note in price.assumptions] == ["window_unknown"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"percent_off": {"acme": 100}},
            "percent_off of acme must lie between 0 and 100, not 100",
        ),
        ({"percent_off": {"acne": 10}}, "no model is called 'acne'"),
        ({"percent": {"acme": 10}}, "unknown key percent"),
    ],
)
def test_a_contract_that_means_nothing_is_a_mistake(keys: Entry, message: str) -> None:
    with pytest.raises(PriceTableError, match=message):
        read(BASE, overlay(contract(**keys)))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"replaced_by": "acme/x"}, "replaced_by: there is no model 'acme/x'"),
        ({"retired": date(2026, 6, 30)}, "a price row goes on after the model was retired"),
        (
            {"provider": "uncached", "cache": {}},
            "names neither an implicit nor an explicit cache",
        ),
        ({"cache": {"implicit": {"min": 1}}}, "unknown key min = 1"),
        ({"cache": {"implicit": {"refresh": "often"}}}, "refresh must be one of"),
        ({"batch_cache": "half"}, "batch_cache must be one of discounted, standard, none"),
        ({"kind": "estimate"}, "needs a note"),
        (
            {"tiers": [{"input_gt": 200, "input": 2}, {"input_gt": 100, "input": 3}]},
            "tier 2: its bound falls: input >= 101 after input >= 201",
        ),
        (
            {"tiers": [{"input_gt": 200, "input_lt": 100, "input": 2}]},
            "no number of input tokens is both",
        ),
        ({"tiers": [{"input_gt": 200, "input": 0}]}, 'a rate of 0 needs kind = "free"'),
    ],
)
def test_a_rule_that_cannot_be_is_a_mistake(keys: Entry, message: str) -> None:
    with pytest.raises(PriceTableError, match=message):
        acme(**keys)


def volume(*steps: Entry) -> Entry:
    """Return Acme with a discount in *steps*."""
    entry = {
        "models": ["m*"],
        "steps": list(steps),
        "source": "page",
        "checked": CHECKED,
    }
    return provider("acme", **{**ACME["provider"]["acme"], "volume": [entry]})


def test_volume_steps_are_kept_and_never_applied() -> None:
    steps = {"tokens": 10_000_000, "pay": 0.9}, {"tokens": 50_000_000, "pay": 0.8}
    prices = table(volume(*steps), model("m", **ROW))
    (discount,) = prices.providers["acme"].volumes
    assert discount.steps == ((10_000_000, Decimal("0.9")), (50_000_000, Decimal("0.8")))
    assert quoted(prices).rates.input == 10


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            [{"tokens": 10_000_000, "pay": 0.9}, {"tokens": 50_000_000, "pay": 0.95}],
            "steps must rise in tokens and fall in what is paid",
        ),
        ([{"tokens": 10_000_000, "pay": 1.0}], "pay must be a share below 1"),
        ([{"pay": 0.9}], "tokens is missing"),
    ],
)
def test_volume_steps_have_to_rise(steps: list[Entry], message: str) -> None:
    with pytest.raises(PriceTableError, match=message):
        table(volume(*steps), model("m", **ROW))


@pytest.mark.parametrize(
    ("multiplier", "message"),
    [
        ({"cn": 2.0}, "would turn USD into CNY"),
        ({"global": 2.0}, "not a site beside the home"),
        ({"eu": 2.0}, "not a site beside the home"),
    ],
)
def test_a_multiplier_makes_no_other_currency(multiplier: dict[str, float], message: str) -> None:
    keys = {**ACME["provider"]["acme"], "site_multiplier": multiplier}
    with pytest.raises(PriceTableError, match=message):
        table(provider("acme", **keys), model("m", **ROW))


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (overlay({"as_of": TOMORROW}), "1.toml:2: as_of = 2027-01-02 lies in the future"),
        (overlay(model("m", checked=TOMORROW, **ROW)), "checked = 2027-01-02 lies in the future"),
    ],
)
def test_a_file_of_ones_own_cannot_speak_for_the_future(file: bytes, message: str) -> None:
    with pytest.raises(PriceTableError, match=message):
        read(BASE, file)


@pytest.mark.parametrize(
    "pattern",
    [
        *("bazaar", "bazaar/*", "bazaar/m", "bazaar/acme/m", "bazaar/ac-me/m", "bazaar/ac-me/*"),
        *("bazaar/ac-me/m-0902", "bazaar/m@bazaar", "acme/m@bazaar", "acme/*@bazaar"),
    ],
)
def test_a_contract_with_a_reseller_names_a_model_as_the_maker_or_the_reseller_does(
    pattern: str,
) -> None:
    prices = table(
        provider("acme", prefixes_at={"bazaar": ["ac-me"]}),
        provider("bazaar", resells=True),
        model("m", row(input=2), row(input=3, site="bazaar"), sold_as={"bazaar": ["m-0902"]}),
        {"contract": {"source": "agreement 7", "percent_off": {pattern: 10}}},
    )
    assert find_offer(prices, "acme/m").discount is None
    discount = find_offer(prices, "bazaar/ac-me/m-0902").discount
    assert discount is not None
    assert discount.percent == 10


@pytest.mark.parametrize("pattern", ["acme", "acme/m", "acme/*"])
def test_a_contract_with_the_maker_is_none_with_a_reseller(pattern: str) -> None:
    prices = table(
        provider("acme"),
        provider("bazaar", resells=True),
        model("m", row(input=2), row(input=3, site="bazaar")),
        {"contract": {"source": "agreement 7", "percent_off": {pattern: 10}}},
    )
    assert find_offer(prices, "acme/m").discount is not None
    assert find_offer(prices, "acme/m@bazaar").discount is None


@pytest.mark.parametrize(
    ("caches_of", "cost"),
    [
        # 10,000 tokens at 2 a million; the maker's implicit cache writes all of them for 1.25 x
        (["acme"], Decimal("0.025")),
        ([], Decimal("0.02")),
    ],
)
def test_a_reseller_bills_the_caches_of_a_maker_only_where_that_is_known(
    caches_of: list[str], cost: Decimal
) -> None:
    writes = {"implicit": {"min_tokens": 1_024, "read_x": 0.1, "write_x": {"30m": 1.25}}}
    prices = table(
        provider("acme"),
        provider("bazaar", resells=True, caches_of=caches_of),
        model("m", row(input=4), row(input=2, site="bazaar"), cache={**writes, "source": "page"}),
    )
    (result,) = estimate(InputTokens(total=10_000), "m@bazaar", prices=prices).results
    assert result.cost is not None
    assert result.cost.expected.total == cost
    assert (find_offer(prices, "m@bazaar").caching.implicit is not None) is bool(caches_of)


def test_caches_of_a_maker_that_nobody_knows_are_a_mistake() -> None:
    with pytest.raises(PriceTableError, match="'acne' is not a provider"):
        table(provider("bazaar", resells=True, caches_of=["acne"]), model("m", input=2))


def test_what_a_batch_does_to_caches_at_a_reseller_is_the_resellers_rule() -> None:
    rows = row(input=10, cache_read=4), row(input=10, cache_read=4, site="bazaar")
    prices = table(
        provider("acme"),
        provider("bazaar", resells=True),
        model("m", *(part | {"modes": {"batch": 0.5}} for part in rows), batch_cache="standard"),
    )
    assert quoted(prices, "m", mode="batch").rates.cache_read == 4
    assert quoted(prices, "m@bazaar", mode="batch").rates.cache_read == 2


def test_a_site_of_a_maker_has_its_own_currency_though_a_seller_has_its_name() -> None:
    prices = table(
        provider("acme", sites={"global": "USD", "bazaar": "CNY"}),
        provider("bazaar", resells=True),
        provider("apex"),
        model("m", row(site="global", input=10)),
    )
    assert prices.currency_at("acme", "bazaar") == "CNY"
    assert prices.currency_at("apex", "bazaar") == "USD"
    assert prices.currency_at("apex", "moon") is None


def test_of_two_patterns_that_spell_out_as_much_the_last_counts() -> None:
    first, last = (
        Discount(pattern=pattern, percent=Decimal(10), source="page", checked=None)
        for pattern in ("acme/a*", "acme/*b")
    )
    for discounts in ([first, last], [last, first]):
        discount = find_discount(
            discounts, provider="acme", names=["acme/ab"], model="acme/ab", site="global"
        )
        assert discount is discounts[1]


def test_a_provider_that_a_later_file_names_keeps_what_that_file_does_not_say_of_it() -> None:
    keys = {**ACME["provider"]["acme"], "batch_cache": "standard"}
    base = price_file(provider("acme", **keys), model("m", **ROW, modes=MODES))
    prices = read(base, overlay({"provider": {"acme": {"name": "Acme Inc."}}}))
    assert prices.providers["acme"].name == "Acme Inc."
    batch = quoted(prices, "m@us", mode="batch").rates
    assert (batch.input, batch.cache_read) == (Decimal("5.5"), Decimal("2.2"))  # 11, 0.2 x 11
