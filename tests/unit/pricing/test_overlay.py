"""A user's price file over another one: what it changes, takes back, and is refused for."""

from decimal import Decimal

import pytest

from tokencost import EstimateOptions, InputTokens, OutputTokens, PriceTable, estimate
from tokencost.errors import PriceTableError
from tokencost.notes import assumed
from tokencost.pricing import Mode, PriceFile, find_offer, parse_price_date, quote
from tokencost.pricing.load import read_price_files

BASE = """
schema = 1
as_of = 2026-11-22
[provider.acme]
name = "Acme"
sites = { global = "USD" }
[provider.acme.cache]
implicit = { min_tokens = 1_024, read_x = 0.1 }
source = "page"
[[model]]
id = "m"
provider = "acme"
aliases = ["medium"]
match = ["m-*"]
tokenizer = "o200k_base"
retired = 2026-12-31
replaced_by = "acme/n"
[[model.price]]
input = 10.0
output = 50.0
until = 2026-12-31
source = "page"
checked = 2026-11-01
[[model]]
id = "n"
provider = "acme"
cache = { implicit = { min_tokens = 4_096 } }
[[model.price]]
input = 10.0
output = 50.0
source = "page"
checked = 2026-11-01
"""
SAME = '[[model]]\nid = "m"\nprovider = "acme"\n'


def read(*texts: str) -> PriceTable:
    files = [
        PriceFile(name=f"{number}.toml", data=text.encode()) for number, text in enumerate(texts)
    ]
    return read_price_files(files)


def over(text: str) -> PriceTable:
    return read(BASE, "schema = 1\n" + text)


def mistakes(text: str) -> list[str]:
    with pytest.raises(PriceTableError) as raised:
        over(text)
    return [str(mistake) for mistake in raised.value.parts]


def read_rate(table: PriceTable, name: str) -> Decimal | None:
    price = quote(
        find_offer(table, name),
        price_date=parse_price_date("2026-11-22"),
        input_tokens=1,
        output_tokens=1,
    )
    return price.rates.cache_read


def test_cache_rules_of_a_provider_hold_for_models_that_were_there_before() -> None:
    table = over("[provider.acme.cache]\nimplicit = { read_x = 0.9 }\n")
    assert [read_rate(table, name) for name in "mn"] == [9, 9]
    implicit = find_offer(table, "n").caching.implicit
    assert implicit is not None
    assert implicit.min_tokens == 4096


def test_an_empty_list_and_false_take_back_what_is_known() -> None:
    table = over(SAME + "aliases = []\nmatch = []\nretired = false\nreplaced_by = false\n")
    (model,) = [model for model in table.models if model.id == "m"]
    assert (model.aliases, model.match, model.retired, model.replaced_by) == ((), (), None, "")


def test_what_is_left_out_stays() -> None:
    (model,) = [model for model in over(SAME + "context = 9\n").models if model.id == "m"]
    assert (model.aliases, model.tokenizer, model.context) == (("medium",), "o200k_base", 9)


def test_a_reason_alone_makes_the_known_tokenizer_an_assumption() -> None:
    (model,) = [m for m in over(SAME + 'tokenizer_assumed = "I guess"\n').models if m.id == "m"]
    assert (model.tokenizer, model.tokenizer_assumed) == ("o200k_base", "I guess")


ROW = '[[model.price]]\ninput = 1.0\nsource = "s"\nchecked = 2026-11-01\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SAME + 'not_at = ["nowhere"]\n', "1.toml:5: model acme/m: not_at: acme has no site"),
        (SAME + 'aliases = ["n"]\n', "1.toml:5: model acme/m: the name 'n' is taken by n"),
        (SAME + 'replaced_by = "x"\n', "1.toml:5: model acme/m: replaced_by: there is no model"),
        (SAME + ROW, "1.toml:2: model acme/m: a price row goes on after the model was retired"),
        (
            SAME + ROW.replace("2026-11-01", "2026-11-01\ncache_read = 0"),
            'a rate of 0 needs kind = "free"',
        ),
        (
            SAME + ROW.replace("2026-11-01", "2026-11-01\noutput_thinking = 0"),
            'a rate of 0 needs kind = "free"',
        ),
        (SAME + ROW + 'kind = "free"\n', 'kind = "free" has rates of 0 only'),
        (SAME + ROW + 'cache_write = { "5 m" = 1.0 }\n', "'5 m' is not a time to live"),
        (SAME + ROW + 'cache_write = { "60m" = 1.0, "1h" = 2.0 }\n', "has a time to live twice"),
        (SAME + ROW + 'kind = "promo"\nlist = {}\n', "list: has no rate"),
        (SAME + ROW + "modes = { flex = {} }\n", "mode flex: has no rate"),
        ("[provider.acme.cache]\nimplicit = { read_x = 0 }\n", "read_x must be above 0"),
        (
            "[provider.acme.cache]\nimplicit = { write_x = { 5m = 0 } }\n",
            "write_x.5m must be above 0",
        ),
        ('[provider.b]\nname = "B"\nsites = { x = "usd" }\n', "x = 'usd' is not a currency"),
        (
            '[[fx]]\nbase = "USD"\nquote = "yuan"\nrate = 7.0\ndate = 2026-11-01\nsource = "s"\n',
            "quote = 'yuan' is not a currency",
        ),
        ("contract = 1\n", "1.toml:2: contract: must be a table, not 1"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, message: str) -> None:
    named = mistakes(text)
    assert any(message in mistake for mistake in named), named
    assert all(mistake.startswith("1.toml:") for mistake in named)


def test_a_mistake_in_one_place_hides_none_in_another() -> None:
    named = mistakes(
        SAME + 'aliases = ["n"]\ncontext = "x"\n' + ROW.replace("2026-11-01", "2099-01-01")
    )
    assert [mistake.partition(" ")[0] for mistake in named] == [
        "1.toml:5:",
        "1.toml:6:",
        "1.toml:10:",
    ]


def test_the_clock_may_stand_before_the_table_without_making_it_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # 2023-11-14
    over(SAME + "context = 9\n")
    assert (
        "checked = 2026-11-23 lies in the future"
        in mistakes(SAME + ROW.replace("2026-11-01", "2026-11-23"))[-1]
    )


SCHEDULE = """
[schedule.peak]
zone = "Asia/Shanghai"
utc_offset = "+08:00"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
windows = ["09:00-12:00"]
multiplier = 2.0
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("09:00-12:00", "09:00+08:00-12:00+08:00", "is not a window such as 09:00-12:00"),
        ("09:00-12:00", "09:00+08:00-12:00", "is not a window such as 09:00-12:00"),
        ("+08:00", " 08:00", "' 08:00' is not an offset such as +08:00"),
        ("+08:00", "oops", "'oops' is not an offset such as +08:00"),
    ],
)
def test_hours_are_written_in_one_way_only(old: str, new: str, message: str) -> None:
    assert message in mistakes(SCHEDULE.replace(old, new))[0]


def test_the_row_is_that_of_the_day_at_the_provider() -> None:
    def row(rate: str, days: str) -> str:
        return ROW.replace("1.0", rate) + f'schedule = "peak"\n{days}\n'

    table = over(
        SCHEDULE
        + SAME.replace('"m"', '"o"')
        + row("10.0", "until = 2026-10-31")
        + row("1.0", "from = 2026-11-01")
    )
    offer = find_offer(table, "o")
    at = parse_price_date("2026-10-31T20:00Z")  # 04:00 of November 1 there
    assert quote(offer, price_date=at, input_tokens=1, output_tokens=0).rates.input == 1


@pytest.mark.parametrize(
    ("at", "is_near"),
    [("2026-10-31T20:00Z", True), ("2026-11-01T02:00Z", True), ("2026-11-02T02:00Z", False)],
)
def test_where_no_zone_is_recorded_a_change_of_price_nearby_is_said(
    at: str, *, is_near: bool
) -> None:
    table = over(
        SAME.replace('"m"', '"o"')
        + ROW.replace("1.0", "10.0")
        + "until = 2026-10-31\n"
        + ROW
        + "from = 2026-11-01\n"
    )
    options = EstimateOptions(price_date=(price_date := parse_price_date(at)))
    (result,) = estimate(InputTokens(total=1), models="o", options=options, prices=table).results
    assert result.quote is not None
    doubt = assumed("provider_zone_unknown", day=price_date.day)
    assert (doubt in result.quote.assumptions) == is_near


@pytest.mark.parametrize(
    ("tiers", "message"),
    [
        (
            "{ input_lte = 32_000, input = 2.0 }, { input_lte = 128_000, input = 3.0 }",
            "input <= 32,000 never counts",
        ),
        (
            "{ input_gt = 9, output_lte = 200, input = 2.0 }, { input_gt = 9, input = 3.0 }",
            "input >= 10, output <= 200 never counts",
        ),
    ],
)
def test_a_tier_that_never_counts_is_refused(tiers: str, message: str) -> None:
    assert message in mistakes(SAME + ROW + f"tiers = [{tiers}]\nuntil = 2026-12-31\n")[0]


def test_two_tiers_may_begin_at_one_size_of_the_input() -> None:
    tiers = "{ input_gt = 9, input = 3.0 }, { input_gt = 9, output_lte = 200, input = 2.0 }"
    table = over(SAME + ROW + f"tiers = [{tiers}]\nuntil = 2026-12-31\n")
    at = parse_price_date("2026-11-22")
    rates = [
        quote(
            find_offer(table, "m"), price_date=at, input_tokens=10, output_tokens=size
        ).rates.input
        for size in (200, 201)
    ]
    assert rates == [2, 3]


def test_the_cheapest_and_the_dearest_may_lie_inside_a_range() -> None:
    table = over(
        SAME
        + ROW
        + "output = 20.0\ntiers = [{ output_gt = 1_000, output = 1.0 }]\nuntil = 2026-12-31\n"
    )
    answer = OutputTokens(low=900, expected=950, high=1100)
    (result,) = estimate(
        InputTokens(total=0), models="m", options=EstimateOptions(output=answer), prices=table
    ).results
    assert result.cost is not None
    ends = [end.total for end in (result.cost.low, result.cost.expected, result.cost.high) if end]
    assert ends == [Decimal("0.001001"), Decimal("0.019"), Decimal("0.02")]


def test_a_formula_is_said_only_of_the_rate_beside_it() -> None:
    row = ROW + (
        "modes = { batch = 0.5, flex = { input = 4.0, output = 8.0, cache_read = 3.0 } }\n"
        "until = 2026-12-31\n"
    )
    table = over("[provider.acme]\nbatch_cache = 'standard'\n" + SAME + row)
    at = parse_price_date("2026-11-22")
    offer = find_offer(table, "m")
    for mode, derived in (("standard", {"cache_read": "0.1x input"}), ("batch", {}), ("flex", {})):
        price = quote(offer, price_date=at, mode=Mode(mode), input_tokens=1, output_tokens=0)
        assert price.derived == derived


@pytest.mark.parametrize(
    ("pattern", "other"),
    [("acme", "*/m"), ("a*/m*", "acme/m"), ("acme/m", "*/*@global")],
)
def test_the_more_specific_discount_wins(pattern: str, other: str) -> None:
    table = over(
        f'[contract]\nsource = "deal"\npercent_off = {{ "{other}" = 50, "{pattern}" = 40 }}\n'
    )
    discount = find_offer(table, "m").discount
    assert discount is not None
    assert discount.percent == (40 if pattern == "a*/m*" and other != "acme/m" else 50)


def test_no_digit_of_a_cost_is_lost() -> None:
    digits = "1.23456789123"  # 12 digits, as many as a price may have
    table = over(
        f'[provider.b]\nname = "B"\nsites = {{ home = "USD", eu = "USD" }}\n'
        f"site_multiplier = {{ eu = {digits} }}\n"
        '[[model]]\nid = "x"\nprovider = "b"\n'
        + ROW.replace("1.0", digits)
        + "modes = { batch = 0.123456789123 }\n"
    )
    (result,) = estimate(
        InputTokens(total=1_234_567_891),
        models="b/x@eu",
        options=EstimateOptions(mode=Mode.BATCH),
        prices=table,
    ).results
    assert result.cost is not None
    exact = 1_234_567_891 * 123456789123**3  # of 11 + 11 + 12 decimals, and 6 for a million
    assert result.cost.expected.total == Decimal(f"{exact}e-40")


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + BASE.encode(), BASE.replace("\n", "\r\n").encode()]
)
def test_a_mark_at_the_beginning_and_other_line_ends_are_not_mistakes(data: bytes) -> None:
    assert read_price_files([PriceFile(name="f", data=data)]).models[0].id == "m"


@pytest.mark.parametrize("value", ["[" * 3000 + "]" * 3000, "9" * 5000])
def test_what_the_parser_cannot_take_is_an_error_like_any_other(value: str) -> None:
    with pytest.raises(PriceTableError, match="not valid TOML"):
        read(f"schema = {value}\n")


def test_quotes_in_a_comment_begin_no_text() -> None:
    text = SAME + '# three quotes: """\n' + ROW.replace("1.0", "-1.0")
    assert mistakes(text)[0].startswith("1.toml:7:")
