"""Load the configuration: the project's file over the user's."""

import os
from dataclasses import fields
from pathlib import Path

from tokencost.configuration.parse import parse_configuration
from tokencost.configuration.search import (
    find_configuration,
    find_user_configuration,
    read_configuration_file,
    shown_name,
)
from tokencost.configuration.settings import Configuration, Defaults
from tokencost.values import replace


def load_configuration(
    path: str | Path | None = None, *, folder: str | Path | None = None, user: bool = True
) -> Configuration:
    """Return what the project and the user have set; functions of this package read none of it.

    Args:
        path: the project's file; by default the nearest `tokencost.toml`, or `pyproject.toml` with
            [tool.tokencost], in *folder* or above it.
        folder: where the search begins, by default the working folder.
        user: whether the user's own `config.toml` counts where the project says nothing.

    Raises:
        ConfigurationError: a file cannot be read or has mistakes, or a folder has two of them.

    Examples:
        >>> tokencost.load_configuration(user=False).budgets
        ()
    """
    start = Path.cwd() if folder is None else Path(folder).absolute()
    project = find_configuration(start) if path is None else os.fspath(path)
    users = find_user_configuration() if user else None
    own = _read(users, is_users=True) if users else Configuration()
    if project is None:
        return replace(own, root=start)
    configuration = _read(project, is_users=False)
    return replace(
        configuration,
        user_path=own.user_path,
        defaults=_merged(configuration.defaults, own.defaults),
    )


def _read(path: str, *, is_users: bool) -> Configuration:
    data = read_configuration_file(path)
    whole = Path(path).absolute()
    return parse_configuration(data, name=shown_name(path), path=whole, is_users=is_users)


def _merged(first: Defaults, second: Defaults) -> Defaults:
    """Return the settings of *first*, and those of *second* that it has not."""
    names = [field.name for field in fields(Defaults)]
    both = {name: getattr(first, name) or getattr(second, name) for name in names}
    return Defaults(**both)
