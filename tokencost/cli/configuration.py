"""The configuration of a command: found once, and asked where no option and no variable says."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokencost import UsageError
from tokencost.values import dataclass

if TYPE_CHECKING:  # imported through the package when there is one
    from tokencost import Configuration, Defaults, Setting


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
        import tokencost

        path = self.config
        if path is None:
            path = os.environ.get("TOKENCOST_CONFIG") or None
        if path is None:
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

    def default(self, name: str) -> Any:
        """Return what is set for a key, None if nothing is."""
        setting = self.setting(name)
        return setting.value if setting else None
