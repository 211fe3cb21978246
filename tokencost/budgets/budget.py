"""What a budget allows, and for which files."""

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from tokencost.configuration.settings import BudgetEntry, Configuration, Increase, Setting
from tokencost.errors import ConfigurationError, UsageError
from tokencost.estimates.model_count import check_allowance
from tokencost.estimates.results import EstimateOptions
from tokencost.money import Money
from tokencost.pricing import PriceDate, PriceTable, load_price_table
from tokencost.pricing.table import with_settings
from tokencost.usage import OutputTokens, Volume
from tokencost.user_files import user_price_path
from tokencost.values import dataclass, replace

T = TypeVar("T")


class Rule(StrEnum):
    """Which limit a finding is about."""

    MAX_TOKENS = "max_tokens"
    MAX_TOKENS_PER_FILE = "max_tokens_per_file"
    MAX_COST_PER_CALL = "max_cost_per_call"
    MAX_COST_PER_MONTH = "max_cost_per_month"
    FITS = "fits"
    MAX_INCREASE = "max_increase"
    RECORDED = "recorded"


class Basis(StrEnum):
    """Which end of a range is held against a limit."""

    HIGH = "high"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds: a limit that is reached exactly is kept.

    Attributes:
        max_tokens: for all inputs together, for each model.
        max_tokens_per_file: for every input by itself.
        max_cost_per_call: for every input, sent as one call.
        max_cost_per_month: for all inputs together, each sent as often as the volume says.
        fits: whether every input has to fit the model's own window, beside its output.
        reserve: tokens of the window that are kept for the output; None for the output that is
            asked for.
        max_increase: how much every file may grow against a base.
        warn_at: the share of a limit from which on what keeps within it is a warning; 0.8.
        ratchet: whether what was over its limit at the base and did not grow is a warning.
        on: which end of a range is judged.
    """

    max_tokens: int | None = None
    max_tokens_per_file: int | None = None
    max_cost_per_call: Money | None = None
    max_cost_per_month: Money | None = None
    fits: bool = False
    reserve: int | None = None
    max_increase: Increase | None = None
    warn_at: Decimal | None = None
    ratchet: bool = False
    on: Basis = Basis.HIGH

    def __post_init__(self) -> None:
        """Raise UsageError unless there is a limit, none is negative, and none contradicts another.

        A limit for each file that is above the one for all of them could never be reached.
        """
        counts = ("max_tokens", "max_tokens_per_file", "reserve")
        if not self.has_limit and self.max_increase is None:
            raise UsageError(
                "no limit to check against",
                hint="pass --max-tokens, --max-tokens-per-file, --max-cost-per-call, "
                "--max-cost-per-month or --fits",
            )
        numbers = [Decimal(count) for name in counts if (count := getattr(self, name)) is not None]
        least = min([*numbers, *(limit.amount for limit in self.costs)], default=0)
        if least < 0:
            raise UsageError(f"a limit cannot be negative: {least}", hint="give a number from 0")
        if self.warn_at is not None and not 0 <= self.warn_at <= 1:
            raise UsageError(
                f"warn_at is {self.warn_at}, not a share of a limit", hint="give 0.8 or 80%"
            )
        self._check_together()

    def _check_together(self) -> None:
        all_files, each_file = self.max_tokens, self.max_tokens_per_file
        if all_files is not None and each_file is not None and each_file > all_files:
            raise UsageError(
                f"max_tokens_per_file {each_file:,} contradicts max_tokens {all_files:,}, "
                "which holds for all files together",
                hint="make max_tokens the larger one, or leave one of the two out",
            )
        if self.reserve is not None and not self.fits:
            raise UsageError(
                f"a reserve of {self.reserve:,} tokens for the output has no window to be kept in",
                hint="ask for it with fits, or leave the reserve out",
            )

    @property
    def costs(self) -> tuple[Money, ...]:
        """The limits on cost, for which prices are needed."""
        costs = (self.max_cost_per_call, self.max_cost_per_month)
        increase = self.max_increase.money if self.max_increase else None
        return tuple(cost for cost in (*costs, increase) if cost is not None)

    @property
    def has_limit(self) -> bool:
        """Whether anything is limited that can be judged without a base."""
        counts = (self.max_tokens, self.max_tokens_per_file)
        costs = (self.max_cost_per_call, self.max_cost_per_month)
        return self.fits or any(limit is not None for limit in (*counts, *costs))

    @property
    def is_on_sum(self) -> bool:
        """Whether there is a limit for all inputs together."""
        return self.max_tokens is not None or self.max_cost_per_month is not None

    @property
    def needs_base(self) -> bool:
        """Whether a part of this is judged against a base alone."""
        return self.max_increase is not None or self.ratchet


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What some files may cost; a file may fall under several budgets.

    Attributes:
        name: what answers call it; no other budget of a check has it.
        limits: what is allowed.
        files: globs as in `.gitignore`, relative to *root*: of those that match a file or a folder
            above it the last one decides, and one that begins with "!" takes out again.
        root: the folder that the globs are relative to.
        exclude: globs of files that belong to no budget, relative to *root*.
        models: the models that are judged; without one each request is judged with its own.
        default_models: those of inputs that name none, where the budget has no models.
        output: the output tokens of a call, None for what requests allow themselves.
        default_output: that of inputs that do not limit theirs.
        volume: how often each file is sent.
        uncounted_tokens: what is allowed for each request with a part that is not counted.
        place: where it is written, such as "pyproject.toml:41".
    """

    name: str
    limits: Limits
    files: tuple[str, ...]
    root: Path
    exclude: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    default_models: tuple[str, ...] = ()
    output: OutputTokens | None = None
    default_output: OutputTokens | None = None
    volume: Volume | None = None
    uncounted_tokens: int | None = None
    place: str = ""

    def __post_init__(self) -> None:
        """Raise UsageError unless the budget can be judged at all."""
        check_allowance(self.uncounted_tokens)
        if not self.files:
            raise UsageError(
                f'budget "{self.name}" has no files', hint='add files = ["prompts/**"]'
            )
        if self.limits.max_cost_per_month is not None and self.volume is None:
            raise UsageError(
                f'budget "{self.name}" limits the cost of a month, and nobody says how many calls '
                "a month has",
                hint='add volume = "20k/month"',
            )


def budgets_of(configuration: Configuration) -> tuple[Budget, ...]:
    """Return the budgets of *configuration*; what they leave out is as its defaults say.

    Raises:
        ConfigurationError: limits of a budget contradict each other.

    Examples:
        >>> tokencost.budgets_of(tokencost.load_configuration(user=False))
        ()
    """
    return tuple(_budget(entry, configuration) for entry in configuration.budgets)


def _budget(entry: BudgetEntry, configuration: Configuration) -> Budget:
    defaults = configuration.defaults
    try:
        return Budget(
            name=entry.name,
            limits=_limits(entry),
            files=entry.files,
            root=configuration.root,
            exclude=_value(defaults.exclude) or (),
            models=entry.models,
            default_models=_value(defaults.model) or (),
            output=entry.output_tokens,
            default_output=_value(defaults.output_tokens),
            volume=entry.volume or _value(defaults.volume),
            uncounted_tokens=entry.uncounted,
            place=entry.place,
        )
    except UsageError as error:
        message = error.message.removeprefix(f'budget "{entry.name}" ')
        raise ConfigurationError(
            f'{entry.place}: budget "{entry.name}": {message}',
            hint=error.hint,
            place=entry.place,
        ) from error


def _limits(entry: BudgetEntry) -> Limits:
    return Limits(
        max_tokens=entry.max_tokens,
        max_tokens_per_file=entry.max_tokens_per_file,
        max_cost_per_call=entry.max_cost_per_call,
        max_cost_per_month=entry.max_cost_per_month,
        fits=entry.fits is not False,
        reserve=None if isinstance(entry.fits, bool) else entry.fits,
        max_increase=entry.max_increase,
        warn_at=entry.warn_at,
        ratchet=entry.ratchet,
        on=Basis(entry.on),
    )


def _value(setting: Setting[T] | None) -> T | None:
    return None if setting is None else setting.value


def options_of(
    configuration: Configuration, options: EstimateOptions, *, has_budgets: bool
) -> EstimateOptions:
    """Return *options* with what *configuration* says where they do not.

    Budgets have volumes of their own.
    """
    defaults = configuration.defaults
    volume = None if has_budgets else _value(defaults.volume)
    return replace(
        options,
        default_models=options.default_models or _value(defaults.model) or (),
        default_output=options.default_output or _value(defaults.output_tokens),
        default_site=options.default_site or _value(defaults.site),
        volume=options.volume or volume,
        exchange_rates=options.exchange_rates or _value(defaults.fx) or (),
    )


def prices_of(configuration: Configuration, price_date: PriceDate | None) -> PriceTable:
    """Return the price table that *configuration* means, as commands take it.

    Raises:
        ConfigurationError: a price file is not there.
        PriceTableError: a table cannot be read, or is older than it may be.
    """
    defaults = configuration.defaults
    setting = defaults.prices
    names = setting.value if setting else ()
    own = None if "builtin" in names else user_price_path()
    files = [name for name in names if name != "builtin"]
    for path in map(Path, files):
        if setting and not path.is_file():
            raise ConfigurationError(
                f'{setting.place}: price file "{path}" '
                f"{'is not a file' if path.exists() else 'is not there'}",
                hint="paths are relative to the configuration that names them",
                place=setting.place,
            )
    table = load_price_table(
        *files,
        user=own if own and own.exists() else None,
        is_asked_for=setting is None or setting.root is None,
    )
    age = defaults.max_price_age
    return with_settings(
        table,
        places=dict.fromkeys(names, setting.place) if setting else {},
        max_age=age.value if age else None,
        age_place=age.place if age else "",
        price_date=price_date,
    )
