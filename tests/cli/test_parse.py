"""Texts of options as values, and what is said of those that are not."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tokencost import Money, OutputTokens, UsageError, Volume, parse_price_date
from tokencost.cli import parse
from tokencost.pricing.schedule import today


@pytest.mark.parametrize(
    ("parser", "text", "value"),
    [
        (parse.count, "0", 0),
        (parse.count, "128000", 128_000),
        (parse.count, "128_000", 128_000),
        (parse.count, "10k", 10_000),
        (parse.count, "10K", 10_000),
        (parse.count, "1.5M", 1_500_000),
        (parse.count, "10,000", 10_000),
        (parse.count, "1,234,567", 1_234_567),
        (parse.positive_count, "1", 1),
        (parse.output_tokens, "500", OutputTokens(low=500, expected=500, high=500)),
        (parse.output_tokens, "200-801", OutputTokens(low=200, expected=501, high=801)),
        (parse.output_tokens, "1-2-9", OutputTokens(low=1, expected=2, high=9)),
        (parse.output_tokens, "1k-2,000", OutputTokens(low=1000, expected=1500, high=2000)),
        (parse.volume, "500/hour", Volume(per_month=Decimal(360_000))),
        (parse.volume, "20000/day", Volume(per_month=Decimal(600_000))),
        (parse.volume, "7/month", Volume(per_month=Decimal(7))),
        (parse.volume, "20k/month", Volume(per_month=Decimal(20_000))),
        (parse.volume, "2.5/hour", Volume(per_month=Decimal(1800))),
        (parse.volume, "10,000/day", Volume(per_month=Decimal(300_000))),
        (parse.price, "2.5", Decimal("2.5")),
        (parse.share, "1", Decimal(1)),
        (parse.share, "0.9", Decimal("0.9")),
        (parse.share, "90%", Decimal("0.9")),
        (parse.share, "100%", Decimal(1)),
        (parse.share, f"0.{'3' * 40}", Decimal(f"0.{'3' * 40}")),
        (parse.share, f"33.{'3' * 40}%", Decimal(f"0.33{'3' * 40}")),
        (parse.money, "0.01 USD", Money(amount=Decimal("0.01"), currency="USD")),
        (parse.money, "0.02USD", Money(amount=Decimal("0.02"), currency="USD")),
        (parse.money, "$1,000.50", Money(amount=Decimal("1000.50"), currency="USD")),
        (parse.money, "¥0.1", Money(amount=Decimal("0.1"), currency="CNY")),
        (parse.currency, "CNY", "CNY"),
        (parse.currency, "cny", "CNY"),
        (parse.currency, "native", None),
        (parse.money, "0.02usd", Money(amount=Decimal("0.02"), currency="USD")),
        (parse.ttl, "5m", "5m"),
        (parse.duration, "2h", timedelta(hours=2)),
        (parse.duration, "0s", timedelta()),
        (parse.day, "2026-11-22", date(2026, 11, 22)),
        (parse.day, "today", today()),
        (parse.price_date, "2026-11-22T10:00:30Z", parse_price_date("2026-11-22T10:00:30+00:00")),
    ],
)
def test_a_text_becomes_a_value(
    parser: Callable[[str, str], object], text: str, value: object
) -> None:
    assert parser("--option", text) == value


@pytest.mark.parametrize(
    ("parser", "texts", "message"),
    [
        (
            parse.count,
            ("", "-1", "1.5", "+1", "1e3", "１", "1__0", "1,0", "10,00", "1,000_0"),
            "a whole number",
        ),
        (parse.count, ("9" * 19, "1.0", "1.2345k", "k", "10 k", "1e3k", "10m"), "a whole number"),
        (parse.output_tokens, ("", "a", "1-", "1-2-3-4"), "a number of tokens"),
        (
            parse.volume,
            ("5", "5/week", "-5/day", "5/", "/day", "0/day", "20/h", "1e3/day"),
            "a volume",
        ),
        (parse.price, ("", "-1", "1e-3", "2,5"), "a price"),
        (parse.share, ("1.1", "-0.5", "nan", "101%", "90 %", "%", "9e-1"), "a share"),
        (
            parse.money,
            ("1", "USD", "1 us", "-1USD", "$", "$1USD", "1$", "1,5USD", "€1"),
            "an amount of money",
        ),
        (parse.currency, ("us", "yuan", ""), "a currency"),
        (parse.exchange_rate, ("7.1", "USD/CNY=0", "USD/USD=1"), "an exchange rate"),
        (parse.ttl, ("0m", "5", "2w", ""), "a time to live"),
        (parse.duration, ("5", "2w", "-1h", "soon"), "a duration"),
        (parse.day, ("soon", "20261122", "2026-W47-7"), "a date"),
        (parse.price_date, ("yesterday", "2026-11-22 10:00", "２026-11-22"), "a date"),
    ],
)
def test_an_error_names_the_option_and_quotes_the_text(
    parser: Callable[[str, str], object], texts: tuple[str, ...], message: str
) -> None:
    for text in texts:
        with pytest.raises(UsageError) as error:
            parser("--option", text)
        assert error.value.message == f'--option "{text}" is not {message}'
        assert error.value.hint
        assert len(f"error: {error.value.message}") <= 100


def test_a_range_that_runs_backwards_and_a_count_of_none_are_named() -> None:
    with pytest.raises(UsageError, match='--option "9-1" runs backwards'):
        parse.output_tokens("--option", "9-1")
    with pytest.raises(UsageError, match='--option must be at least 1, not "0"'):
        parse.positive_count("--option", "0")


def test_a_day_that_does_not_exist_and_an_hour_for_a_day_are_named() -> None:
    with pytest.raises(UsageError, match='--option "2026-02-30" does not exist'):
        parse.day("--option", "2026-02-30")
    with pytest.raises(UsageError, match='--option "2026-11-22T10:00" is an hour'):
        parse.day("--option", "2026-11-22T10:00")


def test_prices_of_cache_writes_have_a_time_to_live_each() -> None:
    texts = ["5m=3.75", "1h=6"]
    assert parse.cache_write_prices("-w", texts) == {"5m": Decimal("3.75"), "1h": Decimal(6)}
    with pytest.raises(UsageError, match="-w 5m is given twice"):
        parse.cache_write_prices("-w", ["5m=1", "5m=2"])
    with pytest.raises(UsageError, match='-w "3" is not a rate'):
        parse.cache_write_prices("-w", ["3"])


def test_what_is_not_given_is_not_parsed() -> None:
    assert parse.optional(parse.count, "--option", None) is None
    assert parse.optional(parse.count, "--option", "3") == 3


def test_the_command_line_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENCOST_MODEL", "one,two@cn  three:b\n, four,")
    words = parse.words_from_environment("TOKENCOST_MODEL", None)
    assert words == ["one", "two@cn", "three:b", "four"]
    assert parse.words_from_environment("TOKENCOST_MODEL", ["five"]) == ["five"]
    monkeypatch.setenv("TOKENCOST_PRICES", os.pathsep.join(["a, b.toml", "", "c.toml"]))
    assert parse.paths_from_environment("TOKENCOST_PRICES", None) == ["a, b.toml", "c.toml"]
    assert parse.paths_from_environment("TOKENCOST_PRICES", ["d.toml"]) == ["d.toml"]


@pytest.mark.parametrize(
    ("parser", "text", "hint"),
    [
        (parse.currency, "RMB", "write CNY"),
        (parse.currency, "yuan", "write CNY"),
        (parse.currency, "¥", "write CNY"),
        (parse.currency, "人民币", "write CNY"),
        (parse.currency, "dollars", "write USD"),
        (parse.currency, "€", "write EUR"),
        (parse.currency, "coins", "write USD, CNY or native"),
        (parse.money, "0.1RMB", "write 0.1CNY"),
        (parse.money, "0.1 yuan", "write 0.1CNY"),
        (parse.money, "RMB 0.1", "write 0.1CNY"),
        (parse.money, "CNY0.1", "write 0.1CNY"),
        (parse.money, "1,000元", "write 1,000CNY"),
        (parse.money, "0.1", "write 0.02USD, $0.02 or ¥0.1"),
        (parse.volume, "1000", "say how often: 1000/hour, 1000/day or 1000/month"),
        (parse.volume, "0", "write 20k/day, 2.5/hour or 600000/month"),
        (parse.exchange_rate, "USD/RMB=7", "write --option USD/CNY=7.10 (1 USD is 7.10 CNY)"),
    ],
)
def test_what_people_write_is_answered_with_what_is_read(
    parser: Callable[[str, str], object], text: str, hint: str
) -> None:
    with pytest.raises(UsageError) as raised:
        parser("--option", text)
    assert raised.value.hint == hint


def test_a_pair_of_currencies_is_read_in_any_case() -> None:
    rate = parse.exchange_rate("--fx", "usd/cny=7.10")
    assert (rate.base, rate.quote) == ("USD", "CNY")
