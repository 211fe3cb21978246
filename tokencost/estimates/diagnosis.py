"""What answers rest on here: settings and their places, age of the table, tokenizers, versions."""

import platform
from collections.abc import Iterator, Mapping
from dataclasses import field, fields
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from tokencost.configuration.settings import Configuration, Defaults, Setting
from tokencost.money import ExchangeRate, format_exact
from tokencost.pricing import PriceTable, as_price_table, builtin_path
from tokencost.pricing.schedule import format_age, today
from tokencost.reports import Report, number_of
from tokencost.tokenizers.user_tokenizers import TokenizerListing, list_tokenizers
from tokencost.usage import OutputTokens, Volume
from tokencost.user_files import user_price_path
from tokencost.values import dataclass
from tokencost.version import __version__

_VARIABLES = {
    "model": "TOKENCOST_MODEL",
    "currency": "TOKENCOST_CURRENCY",
    "fx": "TOKENCOST_FX",
    "prices": "TOKENCOST_PRICES",
    "format": "TOKENCOST_FORMAT",
}
_ENGINE = "tiktoken"
_FAST = "splintr-rs"  # of the extra `fast`
_PACKAGES = (
    *(
        _ENGINE,
        _FAST,
        "filelock",
        "markdown-it-py",
        "pathspec",
        "pygments",
        "rich",
        "tomli-w",
        "tomlkit",
    ),
    "typer",
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DiagnosisReport(Report):
    """Report of `tokencost doctor`.

    Attributes:
        settings: by key what holds where no option says otherwise, as one writes it, with file and
            line or the variable; None for what nobody has set.
        configuration: the files, their budgets and recorded sizes.
        prices: the price table.
        price_paths: the shipped table and the user's own, None where the user has none.
        day: the day of the run, to which the table's age is taken.
        tokenizers: every tokenizer by its name.
        versions: of this program, Python, and the packages that it uses; None where one is missing.
    """

    name: ClassVar[str] = "doctor"

    settings: Mapping[str, Setting[str] | None]
    configuration: Configuration
    prices: PriceTable
    price_paths: Mapping[str, Path | None]
    day: date
    tokenizers: tuple[TokenizerListing, ...]
    versions: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def age(self) -> timedelta:
        """How old the price table is on the day of the run."""
        return max(self.day - self.prices.as_of, timedelta())

    @property
    def is_too_old(self) -> bool:
        """Whether the price table is older than the configuration allows."""
        limit = self.configuration.defaults.max_price_age
        return limit is not None and self.age > limit.value

    @property
    def budget_models(self) -> dict[str, Setting[str] | None]:
        """By budget the models that it judges and where they are named: its own before all else.

        None where requests are judged with the models that they name themselves.
        """
        default = self.settings.get("model")
        return {
            budget.name: Setting(value=", ".join(budget.models), place=budget.place)
            if budget.models
            else default
            for budget in self.configuration.budgets
        }

    @property
    def engine(self) -> str:
        """What counts with the exact vocabularies."""
        counts = f"{_ENGINE} {self.versions.get(_ENGINE) or 'missing'}"
        return (
            f"{counts}, big inputs {_FAST} {fast}" if (fast := self.versions.get(_FAST)) else counts
        )

    def _summary(self) -> Iterator[str]:
        yield number_of(sum(map(bool, self.settings.values())), "setting")
        yield f"prices {number_of(self.age.days, 'day')} old"


def diagnose(
    configuration: Configuration | None = None,
    *,
    prices: PriceTable | None = None,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> DiagnosisReport:
    """Return what answers rest on here, and where each setting is from.

    Args:
        configuration: what `load_configuration` returned; by default none.
        prices: the price table, by default the shipped one.
        environment: the variables, such as `os.environ`; by default none.

    Examples:
        >>> report = tokencost.diagnose(environment={"TOKENCOST_MODEL": "openai/gpt-4o"})
        >>> report.settings["model"]
        Setting(value='openai/gpt-4o', place='TOKENCOST_MODEL', root=None)
    """
    configuration = configuration or Configuration()
    own = user_price_path()
    return DiagnosisReport(
        settings=dict(_settings(configuration.defaults, environment)),
        configuration=configuration,
        prices=as_price_table(prices),
        price_paths={"shipped": builtin_path(), "own": own if own and own.exists() else None},
        day=today(),
        tokenizers=list_tokenizers().listed,
        versions={
            "tokencost": __version__,
            "python": platform.python_version(),
            **{name: _version(name) for name in _PACKAGES},
            **({_FAST: fast} if (fast := _version(_FAST)) else {}),
        },
    )


def _settings(
    defaults: Defaults, environment: Mapping[str, str]
) -> Iterator[tuple[str, Setting[str] | None]]:
    for key in [*(part.name for part in fields(Defaults)), "format"]:
        variable = _VARIABLES.get(key, "")
        setting = getattr(defaults, key, None)
        if value := environment.get(variable, "").strip():
            yield key, Setting(value=value, place=variable)
        elif setting is not None:
            yield key, Setting(value=_written(setting.value), place=setting.place)
        else:
            yield key, None


def _written(value: object) -> str:
    """Return a value as one writes it."""
    match value:
        case tuple():
            return ", ".join(map(_written, value))
        case OutputTokens(low=low, expected=expected, high=high):
            return str(low) if low == high else f"{low}-{expected}-{high}"
        case Volume(per_month=per_month):
            return f"{format_exact(Decimal(per_month))}/month"
        case ExchangeRate(base=base, quote=quote, rate=rate, day=day):
            return f"{base}/{quote}={format_exact(rate)}{f' of {day}' if day else ''}"
        case timedelta():
            return format_age(value)
        case _:
            return str(value)


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None
