"""Load the configuration, the project's file over the user's; every mistake with its line."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import itemgetter
from pathlib import Path
from typing import Any

from tokencost.configuration.keys import (
    BUDGET,
    BUDGETS,
    DEFAULTS,
    LIMITS,
    RECORDED,
    TABLES,
    Key,
    Kind,
    read_value,
    shown_value,
)
from tokencost.configuration.search import (
    find_configuration,
    find_user_configuration,
    read_configuration_file,
    shown_name,
)
from tokencost.configuration.settings import BudgetEntry, Configuration, Defaults, Setting
from tokencost.errors import ConfigurationError, UsageError
from tokencost.toml_text import Lines, parse_toml
from tokencost.usage import MOST_TOKENS
from tokencost.values import replace

_SECTION = ("tool", "tokencost")
_MOST_MISTAKES = 50  # whose lines are looked for


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


def parse_configuration(data: bytes, *, name: str, path: Path, is_users: bool) -> Configuration:
    """Return what a file says, which errors and places call *name*.

    In `pyproject.toml` the keys stand in [tool.tokencost]. A user's file has defaults alone.

    Raises:
        ConfigurationError: it is not TOML, or has mistakes: all of them, by line.
    """
    text, values = parse_toml(data, name=name, error_type=ConfigurationError)
    section: tuple[str, ...] = ()
    if path.name == "pyproject.toml":
        section = _SECTION
        tool = values.get("tool")
        if not isinstance(tool, Mapping) or "tokencost" not in tool:
            raise ConfigurationError(
                f"{name} has no [tool.tokencost]", hint="add it, or name another file"
            )
        values = tool["tokencost"]
    return _Parser(name, text, section, path.parent, is_users=is_users).parse(values, path)


class _Parser:
    """Reads one file, and keeps each mistake."""

    def __init__(
        self, name: str, text: str, section: tuple[str, ...], folder: Path, *, is_users: bool
    ) -> None:
        self._name, self._section, self._folder = name, section, folder
        self._is_users = is_users
        self._lines = Lines(text)
        self._mistakes: list[tuple[int, ConfigurationError]] = []
        self._number = 0

    def parse(self, values: object, path: Path) -> Configuration:
        """Return what *values* mean."""
        if not isinstance(values, Mapping):
            self._reject(f"tokencost must be a table, not {shown_value(values)}")
            values = {}
        tables = () if self._is_users else TABLES
        rest = {key: value for key, value in values.items() if key not in tables}
        defaults = self._defaults(rest, tables)
        budgets = self._budgets(values.get(BUDGETS, [])) if BUDGETS in tables else ()
        recorded = self._recorded(values.get(RECORDED, {})) if RECORDED in tables else {}
        self._raise_if_any()
        if self._is_users:
            return Configuration(user_path=path, defaults=defaults)
        return Configuration(
            path=path, root=self._folder, defaults=defaults, budgets=budgets, recorded=recorded
        )

    def _defaults(self, values: Mapping[str, Any], tables: Sequence[str]) -> Defaults:
        settings = {}
        root = None if self._is_users else self._folder
        for name, value in self._read(values, DEFAULTS, also=tables).items():
            place = self._place(name)
            if name == "fx":
                value = tuple(replace(rate, source=f"set in {place}") for rate in value)
            settings[name] = Setting(value=value, place=place, root=root)
        return Defaults(**settings)

    def _budgets(self, values: object) -> tuple[BudgetEntry, ...]:
        if not isinstance(values, list):
            self._reject(
                f"budget must be a list of tables, not {shown_value(values)}",
                BUDGETS,
                hint=f"write [[{'.'.join((*self._section, BUDGETS))}]]",
            )
            return ()
        budgets = [self._budget(number, value) for number, value in enumerate(values)]
        first: dict[str, str] = {}
        for number, budget in enumerate(budgets):
            if budget and first.setdefault(budget.name, budget.place) != budget.place:
                self._reject(
                    f'budget "{budget.name}" is there already: {first[budget.name]}',
                    *(BUDGETS, number),
                    hint="give each a name of its own",
                )
        return tuple(budget for budget in budgets if budget)

    def _budget(self, number: int, values: object) -> BudgetEntry | None:
        path = (BUDGETS, number)
        if not isinstance(values, Mapping):
            self._reject(f"budget {number + 1} must be a table", *path)
            return None
        name = values.get("name")
        where = f'budget "{name}"' if isinstance(name, str) else f"budget {number + 1}"
        before = self._number
        read = self._read(values, BUDGET, path=path, where=where)
        if "files" not in values:
            self._reject(
                f"{where}: files is missing", *path, hint='write files = ["prompts/**/*.md"]'
            )
        if not any(values.get(limit, False) is not False for limit in LIMITS):
            self._reject(f"{where} limits nothing", *path, hint=f"add one of {', '.join(LIMITS)}")
        if self._number > before:
            return None
        read["models"] = read.pop("model", ())
        read.setdefault("name", " ".join(read["files"]))
        return BudgetEntry(**read, place=self._place(*path))

    def _recorded(self, values: object) -> dict[str, int]:
        if not isinstance(values, Mapping):
            self._reject(f"recorded must be a table, not {shown_value(values)}", RECORDED)
            return {}
        for file, tokens in values.items():
            is_count = isinstance(tokens, int) and not isinstance(tokens, bool)
            if not is_count or not 0 <= tokens <= MOST_TOKENS:
                self._reject(
                    f'recorded "{file}" must be a whole number of tokens, not '
                    f"{shown_value(tokens)}",
                    *(RECORDED, file),
                    hint="`tokencost check --update` writes it anew",
                )
        return dict(values)

    def _read(
        self,
        values: Mapping[str, Any],
        keys: Sequence[Key],
        *,
        path: tuple[str | int, ...] = (),
        where: str = "",
        also: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Return the values that can be read; what is wrong or unknown is a mistake."""
        kinds = {key.name: key.kind for key in keys}
        read = {}
        prefix = where and f"{where}: "
        for name, value in values.items():
            if name not in kinds:
                what = f"{prefix}unknown key {name} = {shown_value(value)}"
                hint = self._suggestion(name, [*kinds, *also], is_top=not path)
                self._reject(what, *path, name, hint=hint)
                continue
            try:
                read[name] = self._value(kinds[name], name, value)
            except UsageError as error:
                self._reject(f"{prefix}{error.message}", *path, name, hint=error.hint)
        return read

    def _value(self, kind: Kind, name: str, value: object) -> Any:
        result = read_value(kind, name, value)
        if kind is Kind.PATHS:  # a text that names no file stays as it is
            return tuple(path if path == "builtin" else self._path(path) for path in result)
        return result

    def _path(self, path: str) -> str:
        """Return a path of the file as one from the working folder."""
        if self._is_users:
            return str(self._folder / path)
        folder = self._name.rpartition("/")[0]
        is_whole = Path(path).is_absolute() or not folder
        return path if is_whole else f"{folder}/{path}"

    def _suggestion(self, name: str, names: Sequence[str], *, is_top: bool) -> str:
        from difflib import get_close_matches

        if is_top and name == "tool" and not self._section:
            return "keys of this file stand without [tool.tokencost]"
        if is_top and self._is_users and name in TABLES:
            return "budgets belong to a project: to its tokencost.toml or pyproject.toml"
        near = get_close_matches(name, names, n=1)
        return f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"

    def _line(self, *path: str | int) -> int | None:
        """Return where a key stands, or the first of the tables of that name."""
        return self._lines.find((*self._section, *path, 0))

    def _place(self, *path: str | int) -> str:
        line = self._line(*path)
        return f"{self._name}:{line}" if line else self._name

    def _reject(self, what: str, *path: str | int, hint: str = "") -> None:
        self._number += 1
        if len(self._mistakes) < _MOST_MISTAKES:
            line, place = self._line(*path), self._place(*path)
            error = ConfigurationError(f"{place}: {what}", hint=hint, place=place)
            self._mistakes.append((line or 0, error))

    def _raise_if_any(self) -> None:
        mistakes = [mistake for _, mistake in sorted(self._mistakes, key=itemgetter(0))]
        if len(mistakes) == 1:
            raise mistakes[0]
        if mistakes:
            first = mistakes[0]
            message = f"{first.message}, and {self._number - 1:,} more"
            raise ConfigurationError(message, hint=first.hint, mistakes=mistakes)
