import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import price_tables as toml
from tokencost.errors import (
    AmbiguousModelError,
    Failures,
    NoPriceError,
    UnknownModelError,
    UsageError,
)
from tokencost.pricing import PriceTable, find_model, find_offer, load_price_table
from tokencost.pricing.lookup import Selection, find_models


@pytest.mark.parametrize(
    "name", ["plain", "acme/plain", "simple", "acme/simple", "plain-2026-01-01", "PLAIN"]
)
def test_a_model_answers_to_id_alias_and_declared_glob(prices: PriceTable, name: str) -> None:
    assert find_model(prices, name).name == "acme/plain"


def test_of_several_globs_the_longest_decides(prices: PriceTable) -> None:
    assert find_model(prices, "plain-2026-12-31").name == "acme/plain"
    assert find_model(prices, "plain-2027-01-01").name == "acme/guess"


@pytest.mark.parametrize("name", ["plain-mini", "plai", "plain2", "acme/", "haitang/plain", ""])
def test_neighbours_and_prefixes_are_never_taken(prices: PriceTable, name: str) -> None:
    with pytest.raises(UnknownModelError):
        find_model(prices, name)


def test_an_unknown_name_comes_with_the_nearest_real_ones(prices: PriceTable) -> None:
    with pytest.raises(UnknownModelError, match="unknown model 'haitang/teired'") as raised:
        find_model(prices, "haitang/teired")
    assert raised.value.hint == "did you mean haitang/tiered?"


def test_a_name_unlike_any_other_points_to_the_list(prices: PriceTable) -> None:
    with pytest.raises(UnknownModelError) as raised:
        find_model(prices, "zzzzzzzz")
    assert raised.value.hint == "`tokencost models` lists every known model"


def test_the_right_model_of_a_wrong_provider_is_suggested(prices: PriceTable) -> None:
    with pytest.raises(UnknownModelError) as raised:
        find_model(prices, "somebody/tiered")
    assert raised.value.similar == ("haitang/tiered",)


def test_a_name_that_two_providers_sell_is_ambiguous(prices: PriceTable) -> None:
    with pytest.raises(AmbiguousModelError, match="acme/shared, haitang/shared") as raised:
        find_model(prices, "shared")
    assert raised.value.candidates == ("acme/shared", "haitang/shared")
    assert find_model(prices, "haitang/shared").provider == "haitang"


def test_a_name_that_several_sellers_give_to_one_model_offers_the_model_itself_first() -> None:
    sold_as = {"databricks": ["large"], "replicate": ["large"]}
    prices = toml.table(
        *(toml.provider(name, resells=True) for name in sold_as),
        *(toml.provider(), toml.model("large-preview", input=1, sold_as=sold_as)),
    )
    with pytest.raises(AmbiguousModelError) as raised:
        find_model(prices, "large")
    sites = ("acme/large-preview@databricks", "acme/large-preview@replicate")
    assert raised.value.candidates == ("acme/large-preview", *sites)
    assert raised.value.hint == "name one of them, for example -m acme/large-preview"


def test_a_name_that_one_seller_alone_has_is_told_why_it_means_that_site() -> None:
    prices = toml.table(
        toml.provider("shop", resells=True),
        *(toml.provider(), toml.model("large-preview", input=1, sold_as={"shop": ["large"]})),
    )
    what, there = 'acme/large-preview: no price at site "shop"', "acme/large-preview@global"
    with pytest.raises(NoPriceError, match=f'{what}, which alone calls it "large"') as raised:
        find_offer(prices, "large")
    assert raised.value.hint == f"its maker calls it acme/large-preview; the table has {there}"
    assert find_offer(prices, "acme/large-preview").name == there
    for name, site in (("large@shop", None), ("large", "shop")):  # the site is asked for
        with pytest.raises(NoPriceError, match=f"{what}\nhint") as raised:
            find_offer(prices, name, site=site)
        assert raised.value.hint == f"the table has {there}"


def test_a_model_without_a_price_anywhere_is_not_told_of_a_site_that_nobody_named() -> None:
    maker = toml.provider(unpriced=[{"id": "old", "tokenizer": "o200k_base"}])
    prices = toml.table(maker, toml.model("new", input=1))
    with pytest.raises(NoPriceError, match="acme/old: no price at any site") as raised:
        find_offer(prices, "old")
    assert raised.value.hint.startswith("`tokencost models acme` has others, `tokencost prices")
    with pytest.raises(NoPriceError, match='acme/old: no price at site "global"'):
        find_offer(prices, "old@global")


def test_an_unknown_provider_is_told_twenty_of_many() -> None:
    many = (toml.provider(f"seller{number}") for number in range(29))
    prices = toml.table(toml.provider(), *many, toml.model("new", input=1))
    with pytest.raises(UsageError) as raised:
        Selection(providers=("mars",)).check(prices)
    names = ["acme", *(f"seller{number}" for number in range(19))]
    assert raised.value.hint == f"known are {', '.join(names)} and others"


def test_the_first_site_is_the_home(prices: PriceTable) -> None:
    offer = find_offer(prices, "tiered")
    assert (offer.name, offer.currency) == ("haitang/tiered@cn", "CNY")


@pytest.mark.parametrize(("name", "site"), [("tiered@intl", None), ("tiered", "intl")])
def test_a_site_can_be_named_either_way(prices: PriceTable, name: str, site: str | None) -> None:
    assert find_offer(prices, name, site=site).currency == "USD"


def test_models_are_found_at_the_site_that_their_names_speak_of_each_once(
    prices: PriceTable,
) -> None:
    names = ["tiered@intl", "tiered", "haitang/tiered@intl"]
    models = find_models(prices, names, failures=Failures(strict=True))
    home = find_offer(prices, "tiered").site
    assert [(named.model.id, named.site) for named in models] == [
        ("tiered", "intl"),
        ("tiered", home),
    ]


def test_the_only_site_of_a_model_needs_no_name(prices: PriceTable) -> None:
    assert find_offer(prices, "peak").name == "haitang/peak@intl"


@pytest.mark.parametrize("name", ["sale@intl", "sale@moon"])
def test_a_site_without_a_price_is_not_replaced_by_another(prices: PriceTable, name: str) -> None:
    with pytest.raises(NoPriceError, match="no price at site") as raised:
        find_offer(prices, name)
    assert raised.value.hint == "the table has haitang/sale@cn"


def test_an_empty_site_is_not_a_site(prices: PriceTable) -> None:
    with pytest.raises(NoPriceError, match="'tiered@' does not name a site"):
        find_offer(prices, "tiered@")


def test_two_different_sites_contradict_each_other(prices: PriceTable) -> None:
    with pytest.raises(NoPriceError, match="names site cn, but site intl is asked for"):
        find_offer(prices, "tiered@cn", site="intl")


@given(data=st.data(), junk=st.text(min_size=1, max_size=3).filter(str.strip))
def test_a_name_with_anything_added_is_no_longer_that_model(
    prices: PriceTable, data: st.DataObject, junk: str
) -> None:
    model = data.draw(st.sampled_from([model for model in prices.models if not model.match]))
    for name in (model.name + junk, f"{model.provider}/{junk}{model.id}"):
        with pytest.raises((UnknownModelError, NoPriceError)):  # of "x@" no site is named
            find_model(prices, name)


def test_every_full_name_of_the_shipped_table_resolves_to_itself() -> None:
    table = load_price_table()
    for model in table.models:
        assert find_model(table, model.name) is model


@pytest.mark.parametrize("name", ["plain,tiered", "plain, tiered", "plain tiered", "plain;tiered"])
def test_several_names_in_one_are_to_be_named_one_at_a_time(prices: PriceTable, name: str) -> None:
    with pytest.raises(UnknownModelError) as raised:
        find_model(prices, name)
    assert raised.value.hint == "one name at a time: -m plain -m tiered"


def test_words_of_which_one_is_not_a_model_are_one_name(prices: PriceTable) -> None:
    with pytest.raises(UnknownModelError) as raised:
        find_model(prices, "acme plain")
    assert raised.value.hint == "did you mean acme/plain?"
