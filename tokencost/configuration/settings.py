"""What a configuration holds: defaults with their places, and budgets as plain values."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeVar

from tokencost.errors import UsageError
from tokencost.money import ExchangeRate, Money, format_exact, format_money
from tokencost.quantities import count, money
from tokencost.usage import OutputTokens, Volume
from tokencost.values import dataclass, regex

T = TypeVar("T")

_PERCENT = regex(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?%")
_TOKENS = regex(r"([0-9][0-9_,.]{0,15}[kKM]?) ?tokens?")

_NOTHING_RECORDED: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Setting(Generic[T]):
    """A value and where it stands.

    Attributes:
        value: what is set.
        place: file and line, as "pyproject.toml:12".
        root: the folder that patterns and paths are relative to; None for those of the user, which
            are read as on a command line.
    """

    value: T
    place: str
    root: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What commands take where neither an option nor the environment says; None if not set.

    Attributes:
        model: names of models.
        site: where they are bought.
        currency: the code of a currency, or "native".
        fx: exchange rates.
        output_tokens: output tokens of a call.
        volume: how often a call is made.
        exclude: patterns of files that reading a folder skips.
        prices: paths of price tables, or "builtin".
        max_price_age: the oldest that a price table may be.
    """

    model: Setting[tuple[str, ...]] | None = None
    site: Setting[str] | None = None
    currency: Setting[str] | None = None
    fx: Setting[tuple[ExchangeRate, ...]] | None = None
    output_tokens: Setting[OutputTokens] | None = None
    volume: Setting[Volume] | None = None
    exclude: Setting[tuple[str, ...]] | None = None
    prices: Setting[tuple[str, ...]] | None = None
    max_price_age: Setting[timedelta] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Increase:
    """How much more something may be than it was: exactly one of the three.

    *percent* is of what it was, in percent: 10 lets 500 tokens become 550. *money* is for a call.
    """

    percent: Decimal | None = None
    tokens: int | None = None
    money: Money | None = None

    def __post_init__(self) -> None:
        """Raise UsageError unless one of the three is given, and is not negative."""
        given = [part for part in (self.percent, self.tokens, self.money) if part is not None]
        if len(given) != 1:
            raise UsageError(
                f"an increase is one of percent, tokens and money, not {len(given)} of them",
                hint="write 10%, 500tokens or 0.01USD",
            )
        amount = self.money.amount if self.money else self.percent or self.tokens or 0
        if amount < 0:
            raise UsageError(
                f"an increase cannot be negative: {self}", hint="0% lets nothing grow at all"
            )

    def __str__(self) -> str:
        if self.percent is not None:
            return f"{format_exact(self.percent)}%"
        if self.money is not None:
            return format_money(self.money.amount, self.money.currency)
        return f"{self.tokens:,} token{'s' * (self.tokens != 1)}"


def parse_increase(option: str, text: str) -> Increase:
    """Parse `10%`, `500tokens` or `0.01USD`.

    Raises:
        UsageError: it is none of these; a number alone could be any of them.

    Examples:
        >>> tokencost.parse_increase("max_increase", "500tokens").tokens
        500
    """
    if match := _PERCENT.fullmatch(text):
        return Increase(percent=Decimal(match[1]))
    if match := _TOKENS.fullmatch(text):
        return Increase(tokens=count(option, match[1]))
    if not text.lower().endswith("tok"):  # short for tokens, and not the code of a currency
        with suppress(UsageError):
            return Increase(money=money(option, text))
    raise UsageError(
        f'{option} "{text}" is not an increase', hint="write 10%, 500tokens or 0.01USD"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetEntry:
    """A budget as it is written; what it leaves out is None, empty or false.

    Attributes:
        name: what findings call it.
        files: globs, relative to the folder of the configuration.
        models: names of models.
        output_tokens: output tokens of a call.
        volume: how often a call is made.
        max_tokens: for all files together.
        max_tokens_per_file: for each file, with all requests in it.
        max_cost_per_call: for each file, sent as one call.
        max_cost_per_month: for all files together.
        fits: whether a file has to fit the window of its model, or the tokens of it that are kept
            for the output.
        max_increase: how much a file may grow against a base.
        warn_at: the share of a limit from which on there is a warning.
        ratchet: whether what was over its limit at the base and did not grow is a warning.
        on: the end of a range that is judged, "high" or "expected".
        uncounted: tokens allowed for what is not counted of a request.
        place: file and line.
    """

    name: str
    files: tuple[str, ...]
    models: tuple[str, ...] = ()
    output_tokens: OutputTokens | None = None
    volume: Volume | None = None
    max_tokens: int | None = None
    max_tokens_per_file: int | None = None
    max_cost_per_call: Money | None = None
    max_cost_per_month: Money | None = None
    fits: bool | int = False
    max_increase: Increase | None = None
    warn_at: Decimal | None = None
    ratchet: bool = False
    on: str = "high"
    uncounted: int | None = None
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything that the project's file and the user's say, the project's first.

    Attributes:
        path: the project's file, None if there is none.
        user_path: the user's file, None if there is none.
        root: the folder that globs of budgets and recorded paths are relative to.
        defaults: what commands take where nothing else says.
        budgets: the budgets of the project.
        recorded: tokens by path, as `check --update` wrote them.
    """

    path: Path | None = None
    user_path: Path | None = None
    root: Path = Path()
    defaults: Defaults = field(default_factory=Defaults)
    budgets: tuple[BudgetEntry, ...] = ()
    recorded: Mapping[str, int] = field(default_factory=lambda: _NOTHING_RECORDED)
