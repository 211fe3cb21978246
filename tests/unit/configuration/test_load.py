"""Files of settings as values: what every key takes, and every mistake with its line."""

import dataclasses
import re
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tokencost import guide_page, json_schema
from tokencost.configuration.keys import BUDGET, DEFAULTS, Kind, read_value
from tokencost.configuration.load import load_configuration
from tokencost.configuration.settings import BudgetEntry, Configuration, Defaults, Increase, Setting
from tokencost.errors import ConfigurationError, UsageError
from tokencost.money import Money
from tokencost.usage import OutputTokens, Volume


@pytest.fixture(autouse=True)
def _alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "home"))


def read(text: str, name: str = "tokencost.toml") -> Configuration:
    Path(name).write_text(text, encoding="utf-8")
    return load_configuration(name)


def mistakes(text: str, name: str = "tokencost.toml") -> list[tuple[str, str]]:
    with pytest.raises(ConfigurationError) as error:
        read(text, name)
    return [(part.message, part.hint) for part in error.value.parts]


def tokens(number: int) -> OutputTokens:
    return OutputTokens(low=number, expected=number, high=number)


WHOLE = """\
[project]
name = "shop"

[tool.tokencost]
model = ["openai/gpt-4o", "alibaba/qwen3-max"]
site = "cn"
currency = "CNY"
fx = { "USD/CNY" = 7.10, "EUR/USD" = { rate = 1.1, date = 2026-11-20 } }
output_tokens = "200-800"
volume = "20k/day"
exclude = ["drafts/"]
prices = ["team.toml", "builtin"]
max_price_age = "45d"

[[tool.tokencost.budget]]
name = "system"
files = ["prompts/**/*.md"]
model = "openai/gpt-4o"
output_tokens = 500
volume = "1000/month"
max_tokens = "12k"
max_tokens_per_file = 2000
max_cost_per_call = "0.02USD"
max_cost_per_month = "¥5000"
fits = "4k"
max_increase = "10%"
warn_at = "80%"
ratchet = true
on = "expected"
uncounted = 85

[[tool.tokencost.budget]]
files = "*.txt"
fits = true

[tool.tokencost.recorded]
"prompts/a.md" = 91
"""


def test_every_key_has_its_value_and_its_line() -> None:
    configuration = read(WHOLE, "pyproject.toml")
    defaults = configuration.defaults
    settings = {name.name: getattr(defaults, name.name) for name in DEFAULTS}
    assert {name: setting.place for name, setting in settings.items()} == {
        key.name: f"pyproject.toml:{line}" for line, key in enumerate(DEFAULTS, 5)
    }
    assert settings["model"].value == ("openai/gpt-4o", "alibaba/qwen3-max")
    assert (settings["site"].value, settings["currency"].value) == ("cn", "CNY")
    first, second = settings["fx"].value
    assert (first.base, first.quote, first.rate) == ("USD", "CNY", Decimal("7.10"))
    assert (first.day, second.day) == (None, date(2026, 11, 20))
    assert first.source == "set in pyproject.toml:8"
    assert settings["output_tokens"].value == OutputTokens(low=200, expected=500, high=800)
    assert settings["volume"].value == Volume(per_month=Decimal(600_000))
    assert settings["exclude"].value == ("drafts/",)
    assert settings["exclude"].root == Path.cwd()
    assert settings["prices"].value == ("team.toml", "builtin")
    assert settings["max_price_age"].value == timedelta(days=45)
    assert configuration.path == Path.cwd() / "pyproject.toml"
    assert configuration.root == Path.cwd()
    assert configuration.recorded == {"prompts/a.md": 91}


def test_every_key_of_a_budget_has_its_value() -> None:
    first, second = read(WHOLE, "pyproject.toml").budgets
    assert (first.name, first.files, first.models) == (
        "system",
        ("prompts/**/*.md",),
        ("openai/gpt-4o",),
    )
    assert (first.output_tokens, first.volume) == (tokens(500), Volume(per_month=Decimal(1000)))
    assert (first.max_tokens, first.max_tokens_per_file) == (12_000, 2000)
    assert first.max_cost_per_call == Money(amount=Decimal("0.02"), currency="USD")
    assert first.max_cost_per_month == Money(amount=Decimal(5000), currency="CNY")
    assert (first.fits, first.max_increase) == (4000, Increase(percent=Decimal(10)))
    assert (first.warn_at, first.ratchet, first.on) == (Decimal("0.8"), True, "expected")
    assert (first.uncounted, first.place) == (85, "pyproject.toml:15")
    assert (second.name, second.fits, second.on, second.ratchet) == ("*.txt", True, "high", False)
    fields = {field.name for field in dataclasses.fields(BudgetEntry)}
    assert {key.name for key in BUDGET} - {"model"} | {"models", "place"} == fields


def test_the_table_of_keys_has_a_setting_for_each() -> None:
    assert [key.name for key in DEFAULTS] == [field.name for field in dataclasses.fields(Defaults)]


def test_a_file_of_its_own_has_the_same_keys_without_the_prefix() -> None:
    text = WHOLE.partition("\n\n")[2].replace("[tool.tokencost]\n", "")
    whole = read(text.replace("tool.tokencost.", ""))
    assert whole.defaults.site == Setting(value="cn", place="tokencost.toml:2", root=Path.cwd())
    assert [budget.place for budget in whole.budgets] == ["tokencost.toml:11", "tokencost.toml:28"]
    assert whole.recorded == {"prompts/a.md": 91}


RIGHT: list[tuple[Kind, Any, object]] = [
    (Kind.COUNT, 300, 300),
    (Kind.COUNT, "2k", 2000),
    (Kind.COUNT, "10_000", 10_000),
    (Kind.OUTPUT, 500, tokens(500)),
    (Kind.OUTPUT, "200-400-800", OutputTokens(low=200, expected=400, high=800)),
    (Kind.SHARE, Decimal("0.8"), Decimal("0.8")),
    (Kind.SHARE, 1, Decimal(1)),
    (Kind.INCREASE, "10%", Increase(percent=Decimal(10))),
    (Kind.INCREASE, "2.5 %", Increase(percent=Decimal("2.5"))),
    (Kind.INCREASE, "500tokens", Increase(tokens=500)),
    (Kind.INCREASE, "1k tokens", Increase(tokens=1000)),
    (Kind.INCREASE, "$0.01", Increase(money=Money(amount=Decimal("0.01"), currency="USD"))),
    (Kind.WINDOW, True, True),
    (Kind.WINDOW, False, False),
    (Kind.WINDOW, 4000, 4000),
    (Kind.NAMES, "gpt-4o", ("gpt-4o",)),
    (Kind.NAMES, ["a", "b", "a"], ("a", "b")),
    (Kind.CURRENCY, "native", "native"),
    (Kind.CURRENCY, "usd", "USD"),
    (Kind.AGE, "12h", timedelta(hours=12)),
]
WRONG: list[tuple[Kind, tuple[Any, ...]]] = [
    (Kind.NAMES, ("", " ", 1, [], [1], ["a", ""], True)),
    (Kind.TEXT, ("", 1, ["a"])),
    (Kind.CURRENCY, ("yuan", "$", 1)),
    (Kind.OUTPUT, (-1, True, "9-1", "many", Decimal("1.5"), [1, 2])),
    (Kind.VOLUME, (20, "20", "20/week", "0/day")),
    (Kind.AGE, (45, "45", "0d", "2w", True)),
    (Kind.COUNT, (-1, True, False, Decimal(2), "2.5", "8x", 10**13, ["1"])),
    (Kind.MONEY, (1, Decimal("0.01"), "0.01", "0.01EURO", "-1USD")),
    (Kind.WINDOW, ("yes", -1, Decimal(1))),
    (Kind.INCREASE, (10, "10", "10tok", "-1%", "ten%", "1,5tokens", "%")),
    (Kind.SHARE, (2, -1, Decimal("1.1"), "101%", True, Decimal("nan"))),
    (Kind.FLAG, ("true", 1)),
    (Kind.BASIS, ("low", 1, ["high"])),
    (Kind.EXCHANGE_RATES, (7.1, "7.1", {"USD": 7}, {"USD/CNY": "7"}, {"USD/CNY": 0}, [], True)),
    (Kind.EXCHANGE_RATES, ({"USD/CNY": {"day": 1}}, {"USD/CNY": {"rate": 7, "date": "1"}})),
    (Kind.EXCHANGE_RATES, ({"USD/CNY": 7, "CNY/USD": 1}, ["USD/CNY=7", "USD/CNY=8"])),
    (Kind.EXCHANGE_RATES, ({"USD/CNY": Decimal("inf")}, {"USD/CNY": Decimal("-7")})),
]


@pytest.mark.parametrize(("kind", "value", "read_as"), RIGHT)
def test_a_value_is_written_as_on_a_command_line(kind: Kind, value: Any, read_as: object) -> None:
    assert read_value(kind, "key", value) == read_as


@pytest.mark.parametrize(("kind", "values"), WRONG)
def test_a_value_of_another_type_or_meaning_is_named(kind: Kind, values: tuple[Any, ...]) -> None:
    for value in values:
        with pytest.raises(UsageError, match=r"^key") as error:
            read_value(kind, "key", value)
        assert error.value.hint.startswith("write key = ")


def test_a_key_that_is_unknown_is_an_error_with_its_line_and_a_suggestion() -> None:
    assert mistakes('model = "gpt-4o"\nmax_price_agee = "45d"\n') == [
        ("tokencost.toml:2: unknown key max_price_agee = '45d'", "did you mean max_price_age?")
    ]
    ((message, hint),) = mistakes("[[budget]]\nfiles = 'a'\nmax_token = 5\nmax_tokens = 5\n")
    assert message == "tokencost.toml:3: budget 1: unknown key max_token = 5"
    assert hint == "did you mean max_tokens?"
    ((_, hint),) = mistakes("zzz = 1\n")
    assert hint.startswith("known are model, site, ")
    ((_, hint),) = mistakes("[tool.tokencost]\nmodel = 'gpt-4o'\n")
    assert hint == "keys of this file stand without [tool.tokencost]"


def test_every_mistake_is_named_in_the_order_of_the_lines() -> None:
    text = """[tool.tokencost]
volume = 20
[[tool.tokencost.budget]]
name = "a"
max_tokens = "8x"
[[tool.tokencost.budget]]
name = "a"
files = ["*.md"]
[tool.tokencost.recorded]
"a.md" = "many"
"""
    assert [message for message, _ in mistakes(text, "pyproject.toml")] == [
        "pyproject.toml:2: volume must be a number per hour, day or month, not 20",
        'pyproject.toml:3: budget "a": files is missing',
        'pyproject.toml:5: budget "a": max_tokens "8x" is not a whole number',
        'pyproject.toml:6: budget "a" limits nothing',
        "pyproject.toml:10: recorded \"a.md\" must be a whole number of tokens, not 'many'",
    ]
    with pytest.raises(ConfigurationError, match=r"pyproject.toml:2: .*, and 4 more"):
        load_configuration("pyproject.toml")


def test_two_budgets_of_one_name_are_a_mistake() -> None:
    budget = "[[budget]]\nname = 'a'\nfiles = ['*.md']\nmax_tokens = 5\n"
    assert mistakes(budget * 2) == [
        (
            'tokencost.toml:5: budget "a" is there already: tokencost.toml:1',
            "give each a name of its own",
        )
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("budget = 1\n", "tokencost.toml:1: budget must be a list of tables, not 1"),
        ("[budget]\nmax_tokens = 1\n", "tokencost.toml:1: budget must be a list of tables"),
        ("budget = [1]\n", "tokencost.toml:1: budget 1 must be a table"),
        ("recorded = 1\n", "tokencost.toml:1: recorded must be a table, not 1"),
        ("recorded = { a = -1 }\n", "tokencost.toml:1: recorded"),
        ("[[budget]]\nfiles = []\nfits = true\n", "tokencost.toml:2: budget 1: files must be"),
        ("[[budget]]\nfiles = 'a'\nfits = false\n", "tokencost.toml:1: budget 1 limits nothing"),
        ("[[budget]]\nname = 1\nfiles = 'a'\nfits = 1\n", "tokencost.toml:2: budget 1: name"),
    ],
)
def test_tables_of_another_shape_are_named(text: str, message: str) -> None:
    ((first, _),) = mistakes(text)
    assert first.startswith(message)


def test_the_table_of_a_pyproject_must_be_there_and_a_table() -> None:
    assert mistakes("[tool.other]\n", "pyproject.toml")[0][0] == (
        "pyproject.toml has no [tool.tokencost]"
    )
    assert mistakes("[tool]\ntokencost = 1\n", "pyproject.toml")[0][0] == (
        "pyproject.toml:2: tokencost must be a table, not 1"
    )


def plain(value: Any) -> Any:
    """Return a TOML value as JSON has it."""
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {key: plain(part) for key, part in value.items()}
        case list():
            return [plain(part) for part in value]
        case date():
            return value.isoformat()
        case _:
            return value


def is_valid(schema: Any, value: Any) -> bool:
    return bool(Draft202012Validator(schema).is_valid(plain(value)))


def test_the_schema_has_the_keys_of_the_table() -> None:
    schema = json_schema("configuration")
    for keys, properties in (
        (DEFAULTS, dict(schema["properties"])),
        (BUDGET, schema["$defs"]["budget"]["properties"]),
    ):
        expected = {
            key.name: {"description": key.summary, "$ref": f"#/$defs/{key.kind}"} for key in keys
        }
        assert properties | expected == properties
        assert properties.keys() - expected.keys() <= {"budget", "recorded"}
    assert {*schema["$defs"]} == {*Kind, "budget"}


def test_an_editor_takes_what_the_program_takes() -> None:
    schema = json_schema("configuration")
    whole = tomllib.loads(WHOLE, parse_float=Decimal)["tool"]["tokencost"]
    assert is_valid(schema, whole)
    for kind, value, _ in RIGHT:
        assert is_valid(schema["$defs"][kind] | {"$defs": schema["$defs"]}, value), (kind, value)


# What only the program sees: sums, orders and names of things, which no pattern tells.
UNSEEN = ["9-1", "2.5", "0/day", "0d", "101%", 10**13, "1,5tokens", "10tok"]


def test_an_editor_sees_most_of_what_is_wrong() -> None:
    schema = json_schema("configuration")
    for kind, values in WRONG:
        part = schema["$defs"][kind] | {"$defs": schema["$defs"]}
        for value in values:
            # 2.0 is whole to JSON, which knows no infinity either.
            is_number = isinstance(value, Decimal) and (not value.is_finite() or value % 1 == 0)
            if value in UNSEEN or is_number or kind is Kind.EXCHANGE_RATES:
                continue
            assert not is_valid(part, value), (kind, value)
    for wrong in ("modle = 1", "[[budget]]\nfits = true", "[[budget]]\nfiles = 'a'", "budget = 1"):
        assert not is_valid(schema, tomllib.loads(wrong))


def test_the_configuration_of_the_guide_has_every_key() -> None:
    page = guide_page("configuration")
    blocks = re.findall(r"```toml[^\n]*\n(.*?)```", page, re.DOTALL)
    (block,) = [block for block in blocks if "[tool.tokencost]" in block]
    configuration = read(block, "pyproject.toml")
    assert all(getattr(configuration.defaults, key.name) for key in DEFAULTS)
    assert [budget.name for budget in configuration.budgets] == ["system prompts"]


def test_of_very_many_mistakes_the_first_fifty_are_named() -> None:
    text = "".join(f"k{number} = 1\n" for number in range(20_000))
    Path("tokencost.toml").write_text(text, encoding="utf-8")
    with pytest.raises(
        ConfigurationError, match=r":1: unknown key k0 = 1, and 19,999 more"
    ) as error:
        load_configuration()
    assert len(error.value.parts) == 50
