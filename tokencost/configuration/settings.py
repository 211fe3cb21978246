"""What a configuration holds: defaults with their places, and budgets as plain values."""

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeVar

from tokencost.configuration.increase import Increase
from tokencost.money import ExchangeRate, Money
from tokencost.usage import OutputTokens, Volume
from tokencost.values import dataclass

T = TypeVar("T")
NATIVE = "native"  # a currency that converts nothing

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
class BudgetEntry:
    """A budget as it is written; what it leaves out is None, empty or false.

    Attributes:
        name: what findings call it.
        files: globs, relative to the folder of the configuration.
        models: names of models.
        output_tokens: output tokens of a call.
        volume: how often a call is made.
        max_tokens: for all files together.
        max_tokens_per_file: for each file.
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
