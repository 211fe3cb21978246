"""A budget: limits for the files that some globs match, with some models."""

from pathlib import Path
from typing import TypeVar

from tokencost.budgets.limits import Basis, Limits
from tokencost.configuration.settings import BudgetEntry, Configuration, Setting
from tokencost.errors import ConfigurationError, UsageError
from tokencost.estimates.model_count import check_allowance
from tokencost.usage import OutputTokens, Volume
from tokencost.values import dataclass

T = TypeVar("T")


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
        output: the output tokens of a call, None for what requests allow themselves.
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
    output: OutputTokens | None = None
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
    is_own = defaults.exclude is not None and defaults.exclude.root is not None
    try:
        return Budget(
            name=entry.name,
            limits=_limits(entry),
            files=entry.files,
            root=configuration.root,
            exclude=_value(defaults.exclude) or () if is_own else (),
            models=entry.models or _value(defaults.model) or (),
            output=entry.output_tokens or _value(defaults.output_tokens),
            volume=entry.volume or _value(defaults.volume),
            uncounted_tokens=entry.uncounted,
            place=entry.place,
        )
    except UsageError as error:
        message = error.message.removeprefix(f'budget "{entry.name}" ')
        raise ConfigurationError(
            f'{entry.place}: budget "{entry.name}": {message}', hint=error.hint
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
