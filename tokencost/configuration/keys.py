"""The keys of a configuration, which the schema follows, and how a value of each kind is read."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from tokencost import quantities
from tokencost.configuration.settings import Increase, parse_increase
from tokencost.errors import UsageError
from tokencost.money import ExchangeRate, Money
from tokencost.usage import MOST_TOKENS, OutputTokens, Volume
from tokencost.values import replace


class Kind(StrEnum):
    """What a value is; the name is that of its definition in the schema."""

    NAMES = "names"
    TEXT = "text"
    CURRENCY = "currency"
    EXCHANGE_RATES = "exchange_rates"
    OUTPUT = "output"
    VOLUME = "volume"
    GLOBS = "globs"
    PATHS = "paths"
    AGE = "age"
    COUNT = "count"
    MONEY = "money"
    WINDOW = "window"
    INCREASE = "increase"
    SHARE = "share"
    FLAG = "flag"
    BASIS = "basis"


class Key(NamedTuple):
    """A key, the kind of its value, and what it means."""

    name: str
    kind: Kind
    summary: str


DEFAULTS = (
    Key("model", Kind.NAMES, "models, as -m takes them"),
    Key("site", Kind.TEXT, "where models are bought, as --site takes it"),
    Key("currency", Kind.CURRENCY, "currency of a converted column; native converts nothing"),
    Key("fx", Kind.EXCHANGE_RATES, "exchange rates of your own"),
    Key("output_tokens", Kind.OUTPUT, "output tokens of a call"),
    Key("volume", Kind.VOLUME, "how often a call is made"),
    Key("exclude", Kind.GLOBS, "files that reading a folder skips, as git reads such patterns"),
    Key("prices", Kind.PATHS, "price tables over the shipped one and the user's own"),
    Key("max_price_age", Kind.AGE, "the oldest that the price table may be"),
)
BUDGET = (
    Key("name", Kind.TEXT, "what findings call the budget; default: its files"),
    Key("files", Kind.GLOBS, "files, as git reads such patterns"),
    Key("model", Kind.NAMES, "models; default: those of the configuration"),
    Key("output_tokens", Kind.OUTPUT, "output tokens of a call"),
    Key("volume", Kind.VOLUME, "how often a call is made"),
    Key("max_tokens", Kind.COUNT, "most tokens of all files together"),
    Key("max_tokens_per_file", Kind.COUNT, "most tokens of each file, all its requests together"),
    Key("max_cost_per_call", Kind.MONEY, "most that a file may cost, sent as one call"),
    Key("max_cost_per_month", Kind.MONEY, "most that all files may cost in a month of 30 days"),
    Key("fits", Kind.WINDOW, "true, or the tokens of the model's window kept for the output"),
    Key("max_increase", Kind.INCREASE, "most that a file may grow against --base"),
    Key("warn_at", Kind.SHARE, "share of a limit from which on there is a warning"),
    Key("ratchet", Kind.FLAG, "what was over its limit before and did not grow is a warning"),
    Key("on", Kind.BASIS, "the end of a range that is judged"),
    Key("uncounted", Kind.COUNT, "tokens allowed for what is not counted of a request"),
)
LIMITS = (
    *("max_tokens", "max_tokens_per_file", "max_cost_per_call", "max_cost_per_month", "fits"),
    "max_increase",
)
BUDGETS, RECORDED = "budget", "recorded"
TABLES = (BUDGETS, RECORDED)  # of a project alone


def read_value(kind: Kind, key: str, value: object) -> Any:
    """Return a TOML value as what it means.

    Raises:
        UsageError: it is of another type, or does not mean anything; the hint shows how to write.
    """
    try:
        return _READERS[kind](key, value)
    except UsageError as error:
        raise UsageError(error.message, hint=f"write {key} = {_EXAMPLES[kind]}") from error


def shown_value(value: object) -> str:
    """Return a TOML value in a few characters."""
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


_SHOWN = 60


def _mistyped(key: str, value: object, wanted: str) -> UsageError:
    return UsageError(f"{key} must be {wanted}, not {shown_value(value)}")


def _text(key: str, value: object, wanted: str = "a text") -> str:
    if not isinstance(value, str) or not value.strip():
        raise _mistyped(key, value, wanted)
    return value


def _texts(key: str, value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(text, str) and text.strip() for text in values):
        raise _mistyped(key, value, "a text or a list of texts")
    return tuple(dict.fromkeys(values))


def _currency(key: str, value: object) -> str:
    text = _text(key, value)
    return quantities.currency(key, text) or text


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _count(key: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    else:
        number = quantities.count(key, _text(key, value, "a whole number"))
    if not 0 <= number <= MOST_TOKENS:
        raise UsageError(f"{key} must lie between 0 and {MOST_TOKENS:,}, not {shown_value(value)}")
    return number


def _output(key: str, value: object) -> OutputTokens:
    if isinstance(value, int) and not isinstance(value, bool):
        return OutputTokens.of(_count(key, value))
    return quantities.output_tokens(key, _text(key, value, "a number of tokens or a range"))


def _volume(key: str, value: object) -> Volume:
    return quantities.volume(key, _text(key, value, "a number per hour, day or month"))


def _money(key: str, value: object) -> Money:
    return quantities.money(key, _text(key, value, "an amount with its currency"))


def _window(key: str, value: object) -> bool | int:
    return value if isinstance(value, bool) else _count(key, value)


def _increase(key: str, value: object) -> Increase:
    return parse_increase(key, _text(key, value, "percent, tokens or an amount of money"))


def _share(key: str, value: object) -> Decimal:
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return quantities.share(key, _text(key, value, "a share"))
    if not Decimal(value).is_finite() or not 0 <= value <= 1:
        raise _mistyped(key, value, "a share from 0 to 1")
    return Decimal(value)


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _mistyped(key, value, "true or false")
    return value


def _basis(key: str, value: object) -> str:
    if value not in ("high", "expected"):
        raise _mistyped(key, value, '"high" or "expected"')
    return str(value)


def _age(key: str, value: object) -> timedelta:
    age = quantities.duration(key, _text(key, value, "a time"))
    if not age:
        raise UsageError(f"{key} must be above 0")
    return age


def _exchange_rates(key: str, value: object) -> tuple[ExchangeRate, ...]:
    if not isinstance(value, Mapping):
        return quantities.exchange_rates(key, _texts(key, value))
    rates = [_exchange_rate(key, pair, rate) for pair, rate in value.items()]
    pairs = [frozenset((rate.base, rate.quote)) for rate in rates]
    if len(set(pairs)) < len(pairs):
        raise UsageError(f"{key} has two rates between the same currencies")
    return tuple(rates)


def _exchange_rate(key: str, pair: str, value: object) -> ExchangeRate:
    """Read a rate by itself, or `{rate = 7.10, date = 2026-11-20}`."""
    day = None
    number = value
    if isinstance(value, Mapping):
        if not {"rate"} <= value.keys() <= {"rate", "date"}:
            raise _mistyped(f"{key}.{pair}", dict(value), "a rate with its date")
        day, number = value.get("date"), value["rate"]
        if day is not None and (not isinstance(day, date) or isinstance(day, datetime)):
            raise _mistyped(f"{key}.{pair}.date", day, "a date like 2026-11-22")
    if not _is_number(number):
        raise _mistyped(f"{key}.{pair}", number, "a number")
    return replace(quantities.exchange_rate(key, f"{pair}={number}"), day=day)


_READERS: Mapping[Kind, Callable[[str, object], Any]] = {
    Kind.NAMES: _texts,
    Kind.TEXT: _text,
    Kind.CURRENCY: _currency,
    Kind.EXCHANGE_RATES: _exchange_rates,
    Kind.OUTPUT: _output,
    Kind.VOLUME: _volume,
    Kind.GLOBS: _texts,
    Kind.PATHS: _texts,
    Kind.AGE: _age,
    Kind.COUNT: _count,
    Kind.MONEY: _money,
    Kind.WINDOW: _window,
    Kind.INCREASE: _increase,
    Kind.SHARE: _share,
    Kind.FLAG: _flag,
    Kind.BASIS: _basis,
}
_EXAMPLES: Mapping[Kind, str] = {
    Kind.NAMES: '"openai/gpt-4o" or a list of names',
    Kind.TEXT: '"a text"',
    Kind.CURRENCY: '"USD", "CNY" or "native"',
    Kind.EXCHANGE_RATES: '{ "USD/CNY" = 7.10 } (1 USD is 7.10 CNY)',
    Kind.OUTPUT: '500 or "200-800"',
    Kind.VOLUME: '"20k/day", "2.5/hour" or "600000/month"',
    Kind.GLOBS: '["prompts/**/*.md"]',
    Kind.PATHS: '"prices.toml" or a list of paths',
    Kind.AGE: '"45d"',
    Kind.COUNT: '8000 or "8k"',
    Kind.MONEY: '"0.01USD" or "¥0.1"',
    Kind.WINDOW: "true, or the tokens kept for the output: 4000",
    Kind.INCREASE: '"10%", "500tokens" or "0.01USD"',
    Kind.SHARE: '"80%" or 0.8',
    Kind.FLAG: "true",
    Kind.BASIS: '"high" or "expected"',
}
