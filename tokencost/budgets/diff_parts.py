"""What a diff compares: files, and with which models and prices they are priced at either end."""

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from tokencost.budgets.base_files import selector
from tokencost.budgets.budget import Budget, budgets_of
from tokencost.budgets.differences import DiffPart
from tokencost.budgets.priced_files import Pricing
from tokencost.configuration.load import parse_configuration
from tokencost.configuration.search import PROJECT_FILE
from tokencost.configuration.settings import Configuration, Defaults
from tokencost.errors import ConfigurationError, UsageError
from tokencost.git import Commit, Repository, find_commit, find_merge_base, read_file
from tokencost.inputs.gitignore import Globs
from tokencost.notes import Note, warning
from tokencost.pricing import PriceFile, PriceTable, load_price_table, overlay
from tokencost.pricing.load import file_at
from tokencost.user_files import user_price_path
from tokencost.values import dataclass, regex, replace

_SPECIAL = regex(r"([\\*?\[\]!# ])")
_BUILTIN = "builtin"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRequest:
    """What was asked for beside the two ends.

    Attributes:
        files: globs that pick files, relative to *folder*; without any those of the budgets.
        exclude: globs that leave files out.
        folder: the working folder.
        pricing: models, options and prices of now, as far as somebody names them.
        has_own_prices: whether somebody names the prices, which are those of both ends then.
        configuration: what the project has set.
    """

    files: tuple[str, ...]
    exclude: tuple[str, ...]
    folder: Path
    pricing: Pricing
    has_own_prices: bool
    configuration: Configuration


@dataclass(slots=True, kw_only=True)
class PartFinder:
    """Finds the parts of a diff; what the configuration was at a commit is read from git."""

    repository: Repository
    request: DiffRequest
    notes: list[Note]

    def find(self, base: str, head: str | None) -> list[DiffPart]:
        """Return the files of each budget, or those that were named, with both ways of pricing.

        Raises:
            GitError: a ref is unknown, or the history too short.
            UsageError: no files are named, and no budget has some.
        """
        tip = find_commit(self.repository, head or "HEAD")
        start = find_merge_base(self.repository, find_commit(self.repository, base), tip)
        current = self.request.configuration
        now = current if head is None else self._configuration_at(tip) or current
        then = self._configuration_at(start) or now
        table = self.request.pricing.prices if head is None else self._table_at(tip, now)
        former = self._table_at(start, then)
        if former.digest == table.digest:
            former = table
        request = self.request
        if request.files:
            return [
                DiffPart(
                    budget=None,
                    wants=self._selection(),
                    before=self._pricing(then, None, None, former),
                    now=self._pricing(now, None, None, table),
                )
            ]
        budgets = budgets_of(now)
        if not budgets:
            raise UsageError(
                "no files are named, and no budget is configured",
                hint="name the prompts after two dashes: -- 'prompts/**'",
            )
        earlier = {budget.name: budget for budget in budgets_of(then)}
        return [
            DiffPart(
                budget=budget.name,
                wants=self._without_excluded(selector(budget, self.repository.root)),
                before=self._pricing(then, budget, earlier.get(budget.name, budget), former),
                now=self._pricing(now, budget, budget, table),
            )
            for budget in budgets
        ]

    def check_globs(self, paths: Sequence[str]) -> list[str]:
        """Return the globs that were named and match none of *paths*."""
        return [
            glob
            for glob in self.request.files
            if Globs.of([rooted(glob, self._prefix)]).unmatched(paths)
        ]

    @property
    def _prefix(self) -> str:
        return self._prefix_of(self.request.folder)

    def _prefix_of(self, folder: Path) -> str:
        path = self.repository.path_of(folder.resolve()) or ""
        return "" if path == "." else path

    def _selection(self) -> Callable[[str], bool]:
        globs = Globs.of([rooted(glob, self._prefix) for glob in self.request.files])
        setting = self.request.configuration.defaults.exclude
        if self.request.exclude or setting is None:
            return self._without_excluded(globs.select)
        prefix = self._prefix_of(setting.root) if setting.root else self._prefix
        exclude = Globs.of([rooted(glob, prefix) for glob in setting.value])
        return lambda path: globs.select(path) and not exclude.select(path)

    def _without_excluded(self, selects: Callable[[str], bool]) -> Callable[[str], bool]:
        exclude = Globs.of([rooted(glob, self._prefix) for glob in self.request.exclude])
        return lambda path: selects(path) and not exclude.select(path)

    def _pricing(
        self,
        configuration: Configuration,
        budget: Budget | None,
        own: Budget | None,
        table: PriceTable,
    ) -> Pricing:
        """Return how files are priced with *configuration*.

        What a call is taken to be, its output and its volume, is that of the *budget* of now at
        both ends; the models are those of its *own* one.
        """
        defaults, current = configuration.defaults, self.request.configuration.defaults
        asked = self.request.pricing
        options = asked.options
        if options.exchange_rates == (current.fx.value if current.fx else ()):
            options = replace(options, exchange_rates=defaults.fx.value if defaults.fx else ())
        if budget is None or own is None:
            models = options.default_models or (defaults.model.value if defaults.model else ())
            options = replace(options, default_models=() if asked.models else models)
            return Pricing(models=asked.models, options=options, prices=table)
        allowance = options.uncounted_tokens
        options = replace(
            options,
            output=options.output or budget.output,
            volume=options.volume or budget.volume,
            uncounted_tokens=budget.uncounted_tokens if allowance is None else allowance,
            default_models=() if asked.models else options.default_models or own.default_models,
        )
        return Pricing(models=asked.models or own.models, options=options, prices=table)

    def _configuration_at(self, commit: Commit) -> Configuration | None:
        """Return the configuration of a commit, None if it has none that can be read."""
        path = self.request.configuration.path
        place = self.repository.path_of(path.resolve()) if path else None
        if path is None or place is None:
            return None
        content = read_file(self.repository, commit.oid, place)
        if content is None or (path.name == PROJECT_FILE and b"tokencost" not in content):
            return None
        try:
            name = f"{commit.name}:{place}"
            configuration = parse_configuration(content, name=name, path=path, is_users=False)
            return replace(configuration, defaults=self._with_users(configuration.defaults))
        except ConfigurationError:
            self.notes.append(warning("configuration_not_read", ref=commit.name, path=place))
            return None

    def _with_users(self, defaults: Defaults) -> Defaults:
        """Return *defaults* with what the user has set, which is in no commit."""
        current = self.request.configuration.defaults
        settings = {}
        for field in fields(Defaults):
            own, of_now = getattr(defaults, field.name), getattr(current, field.name)
            is_users = of_now is not None and of_now.root is None
            settings[field.name] = of_now if own is None and is_users else own
        return Defaults(**settings)

    def _table_at(self, commit: Commit, configuration: Configuration) -> PriceTable:
        """Return the shipped prices with the configured price files as they were at a commit.

        Raises:
            ConfigurationError: a price file was neither there nor is it on disk.
        """
        if self.request.has_own_prices:
            return self.request.pricing.prices
        setting = configuration.defaults.prices
        names = setting.value if setting else ()
        is_asked_for = setting is None or setting.root is None
        files = [
            PriceFile(name=name, data=self._data_at(commit, name), is_asked_for=is_asked_for)
            for name in names
            if name != _BUILTIN
        ]
        own = None if _BUILTIN in names else user_price_path()
        return overlay(load_price_table(user=own if own and own.exists() else None), *files)

    def _data_at(self, commit: Commit, name: str) -> bytes:
        """Return a price file as it was at a commit, or as it is if git does not keep it."""
        path = self.repository.path_of(Path(name).resolve())
        content = read_file(self.repository, commit.oid, path) if path else None
        if content is not None:
            return content
        if not Path(name).exists():
            raise ConfigurationError(
                f'"{commit.name}" names the price file "{name}", which is neither in it nor here',
                hint="bring the file back, or say what both ends are priced with: --prices FILE",
            )
        return file_at(name).data


def rooted(glob: str, folder: str) -> str:
    """Return a glob that is relative to *folder*, "" for the root, as one from the root.

    As in `.gitignore` a name alone matches below any folder in *folder*, and "!" takes out again.

    Raises:
        UsageError: it leads out of the repository.
    """
    sign, body = ("!", glob[1:]) if glob.startswith("!") else ("", glob)
    place = _SPECIAL.sub(r"\\\1", folder)
    ending = "/" if body.endswith("/") and body.strip("/") else ""
    is_name = "/" not in body.rstrip("/") and body.rstrip("/") not in (".", "..")
    path = posixpath.normpath(posixpath.join(place, "**" if is_name else "", body.lstrip("/")))
    if path == ".." or path.startswith("../"):
        raise UsageError(f'"{glob}" leads out of the repository', hint="name files inside of it")
    return f"{sign}/**" if path == "." else f"{sign}/{path}{ending}"
