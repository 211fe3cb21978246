"""The configuration of a command: found once, and asked where no option and no variable says.

What it and the environment give is remembered with its place, for the errors about it.
"""

import os
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import typer

import tokencost
from tokencost import TokencostError, UsageError
from tokencost.values import dataclass

if TYPE_CHECKING:  # imported through the package when there is one
    from tokencost import Configuration, Defaults, Setting


_origins: list[tuple[str, tuple[str, ...], str]] = []  # keys, values as errors have them, places


def remember_origin(key: str, values: Iterable[object], place: str) -> None:
    """Remember that *values* of a key are set in *place*, and are used since no option says."""
    _origins.append((key, tuple(map(str, values)), place))


def name_origin(error: TokencostError) -> None:
    """Let *error* say where the setting stands that it is about, if no option gave that."""
    for part in (error, *error.parts):
        key, value = part.about or ("", "")
        for name, values, place in _origins:
            if key == name and any(_is_same(value, one) for one in values):
                part.set_in(place)


def _written(value: Any) -> tuple[object, ...]:
    """Return how an error may write a setting."""
    if hasattr(value, "expected"):  # output tokens
        return (value.low, value.expected, value.high)
    return value if isinstance(value, tuple) else (value,)


def _is_same(value: str, written: str) -> bool:
    """Whether *value* is what is *written*, which may leave the provider of a model out."""
    value, written = value.partition("@")[0], written.partition("@")[0]
    return value == written or value.endswith(f"/{written}")


def _may_be_any() -> bool:
    """Look for files of the names that configurations have, as most folders hold none.

    To import what finds and reads them takes five times as long.
    """
    own = tokencost.user_price_path()
    if own is not None and os.path.lexists(own.with_name("config.toml")):
        return True
    try:
        folder = os.getcwd()  # noqa: PTH109 - pathlib takes ten times as long
    except OSError:
        return False
    while True:
        for name in ("tokencost.toml", "pyproject.toml"):
            if os.path.lexists(os.path.join(folder, name)):  # noqa: PTH118
                return True
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            return False
        folder = above


@dataclass(frozen=True, kw_only=True)  # without slots: what was read once is kept
class ConfigurationOptions:
    """Which configuration is read."""

    config: Annotated[
        str | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="In place of the nearest file upwards. [env: TOKENCOST_CONFIG]",
        ),
    ] = None
    no_config: Annotated[
        bool,
        typer.Option("--no-config", help="Read no configuration, the project's or your own."),
    ] = False

    def __post_init__(self) -> None:
        """Read it before anything else: one with mistakes is an error whatever it is needed for."""
        _origins.clear()
        _ = self.configuration

    @cached_property
    def configuration(self) -> "Configuration | None":
        """What the project and the user have set; None if neither has a file, as is usual.

        Raises:
            UsageError: a file is named and none is to be read.
            ConfigurationError: a file cannot be read or has mistakes.
        """
        if self.no_config:
            if self.config is not None:
                raise UsageError("--config contradicts --no-config", hint="leave one of them out")
            return None
        path = self.config
        if path is None:
            path = os.environ.get("TOKENCOST_CONFIG") or None
        if path is None:
            if not _may_be_any():
                return None
            path, user = tokencost.find_configurations()
            if path is None and user is None:
                return None
        return tokencost.load_configuration(path)

    @property
    def defaults(self) -> "Defaults | None":
        """The settings, None if there are no files."""
        return self.configuration.defaults if self.configuration else None

    def setting(self, name: str) -> "Setting[Any] | None":
        """Return what is set for a key, with its place."""
        return getattr(self.defaults, name) if self.defaults else None

    def remember_budgets(self) -> None:
        """Remember where budgets name their models, and what they take of the defaults."""
        for budget in self.configuration.budgets if self.configuration else ():
            remember_origin("model", budget.models, budget.place)
        for name in ("model", "exclude", "output_tokens"):
            self.default(name)

    def default(self, name: str) -> Any:
        """Return what is set for a key, None if nothing is."""
        setting = self.setting(name)
        if setting is None:
            return None
        remember_origin(name, _written(setting.value), setting.place)
        return setting.value
