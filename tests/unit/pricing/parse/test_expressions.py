"""Rules for names are regular expressions, each of which is tried when its table is read."""

from typing import Any

import pytest

from tests.price_tables import model, price_file, provider, row, table
from tokencost.errors import PriceTableError, UnknownModelError
from tokencost.pricing import PriceFile, find_offer
from tokencost.pricing.load import overlay

MODEL = model("m", row(input=1), row(input=2, site="shop"))


def shop(**keys: Any) -> dict[str, Any]:
    return provider("shop", resells=True, **keys)


@pytest.mark.parametrize(
    ("keys", "mistake"),
    [
        ({"path": "("}, "is not a regular expression"),
        ({"patterns": ["["]}, "is not a regular expression"),
        ({"patterns": ["a{9999999999}"]}, "is not a regular expression"),
        ({"patterns": ["shop-.*"]}, "has no group"),
        ({"patterns": ["(?P<name>.*)"]}, "has no group"),
        ({"respelled": {"(": "x"}}, "is not a regular expression"),
        ({"respelled": {"a": "\\1"}}, "cannot stand in place of 'a': invalid group reference"),
        ({"respelled": {"a": "\\g<model>"}}, "unknown group name"),
        ({"respelled": {"a": "b\\"}}, "bad escape"),
    ],
)
def test_a_rule_that_cannot_be_used_is_a_mistake(keys: dict[str, Any], mistake: str) -> None:
    with pytest.raises(PriceTableError, match=mistake):
        table(shop(**keys), MODEL)


def test_an_ending_that_cannot_be_used_is_a_mistake() -> None:
    with pytest.raises(PriceTableError, match="is not a regular expression"):
        table(shop(), {"ignored_endings": ["("]}, MODEL)


@pytest.mark.parametrize(
    "keys",
    [
        {"patterns": ["(?P<model>.*)"]},  # the same name again
        {"patterns": ["(?P<version>[^-]+)-(?P<model>[^-]+)"]},  # two parts that change places
        {"patterns": ["(?P<model>a)?.*"]},  # perhaps no name at all
    ],
)
def test_rules_that_lead_nowhere_end(keys: dict[str, Any]) -> None:
    prices = table(shop(**keys), MODEL)
    with pytest.raises((PriceTableError, UnknownModelError)):
        find_offer(prices, "x-y")


@pytest.mark.parametrize(
    "own",
    [
        shop(path="(a+)+b"),
        shop(patterns=["(?P<model>(a+)+)b"]),
        shop(respelled={"(a+)+b": "c"}),
        {"ignored_endings": ["(a+)+b"]},
    ],
)
def test_a_table_that_nobody_asked_for_has_no_rules_for_names(own: dict[str, Any]) -> None:
    base = table(shop(), MODEL)
    data = price_file(shop(), MODEL, own)
    asked_for = overlay(base, PriceFile(name="own.toml", data=data))
    assert find_offer(asked_for, "m@shop").model.id == "m"
    with pytest.raises(PriceTableError, match="not taken from a table that a configuration names"):
        overlay(base, PriceFile(name="own.toml", data=data, is_asked_for=False))


def test_such_a_table_has_prices_and_names_all_the_same() -> None:
    data = price_file(provider("shop", resells=True, prefixes=["store"]), MODEL)
    prices = overlay(
        table(shop(), MODEL), PriceFile(name="own.toml", data=data, is_asked_for=False)
    )
    assert find_offer(prices, "store/m").site == "shop"
