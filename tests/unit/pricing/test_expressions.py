"""Names of others are compared with the expressions of tables in work that has an end."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.price_tables import model, overlay, provider
from tokencost import UnknownModelError, find_model, load_price_table
from tokencost.pricing import builtin_path
from tokencost.pricing.names import is_risky, match_beginning, match_whole, replace_matches


@pytest.mark.parametrize(
    "expression",
    [
        "(a+)+b", "(a|a)*b", "(?:a*)*", "([a-z]+[0-9]?)+", "(a+){2,}b", "((ab)+)+", "(?:a|b+)*c",
        "(?:.a+)+", r"(\w+-?)+", r"(?:-[\w-]+)+", "(?P<n>a?)*", "(a{1,9})+", "(x+(?:y))*",
    ],
)  # fmt: skip
def test_a_repeat_in_a_repeat_that_nothing_separates_is_risky(expression: str) -> None:
    assert is_risky(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "a+b*", "(?:-[a-z]+)+", r"(?::\d+k?)*", "(?:ab)*", r"([a-z]+\.)*", r"(?:\d{3})+", r"\)+a+",
        "(a+)?(b+)?", "(?P<model>.+?)(?:-v\\d+)?", "[)]+(a)", "(?:/[^/]+)*",
    ],
)  # fmt: skip
def test_what_a_character_separates_is_not(expression: str) -> None:
    assert not is_risky(expression)


def _expressions(value: object) -> Iterator[str]:
    for provider_ in value.values() if isinstance(value, dict) else ():
        yield from provider_.get("patterns", ())
        yield from provider_.get("respelled", {})
        yield from filter(None, [provider_.get("path")])


def test_no_expression_of_the_shipped_table_is_risky() -> None:
    table = tomllib.loads(builtin_path().read_text(encoding="utf-8"))
    expressions = [*_expressions(table["provider"])]
    assert len(expressions) > 20
    assert not any(map(is_risky, expressions))


@pytest.mark.parametrize("length", [20, 21, 40])
def test_a_risky_expression_is_compared_with_names_of_20_characters_alone(length: int) -> None:
    is_compared = length == 20
    assert bool(match_whole("(a+)+b", "a" * (length - 1) + "b")) is is_compared
    assert match_whole("(a+)+b", "a" * length) is None
    assert bool(match_beginning("(a+)+", "a" * length)) is is_compared
    assert replace_matches("(a+)+$", "b", "a" * length) == ("b" if is_compared else "a" * length)


def test_no_expression_is_compared_with_a_name_of_301_characters() -> None:
    assert match_beginning("a+", "a" * 300)
    assert match_beginning("a+", "a" * 301) is None


def test_a_table_whose_expressions_would_take_for_ever_still_prices_its_models(
    tmp_path: Path,
) -> None:
    path = tmp_path / "own.toml"
    patterns = ["(?P<model>(?:x+)+)y"]
    rules = provider("shop", path="(a+)+b", patterns=patterns, respelled={"(z+)+$": "q"})
    path.write_bytes(overlay(rules, model("m", provider="shop", tokenizer="o200k_base", input=1)))
    table = load_price_table(path)
    assert find_model(table, "shop/m").id == "m"
    for name in ("shop/" + "a" * 60, "x" * 60, "z" * 60 + "!"):
        with pytest.raises(UnknownModelError):
            find_model(table, name)
