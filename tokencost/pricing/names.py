"""Names of models: which model one means, and which come close."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from tokencost.errors import AmbiguousModelError, UnknownModelError
from tokencost.pricing.table import Model, PriceTable


def find_model(table: PriceTable, name: str) -> Model:
    """Return the model called *name*: by id or alias, then by the longest declared glob.

    Raises:
        UnknownModelError: nothing has this name; prefixes and neighbours are never taken.
        AmbiguousModelError: several providers have a model of this name.
    """
    match _models_named(table, name):
        case [model]:
            return model
        case []:
            raise UnknownModelError(name, similar=similar_models(table, name))
        case models:
            raise AmbiguousModelError(name, candidates=[model.name for model in models])


def named_model(table: PriceTable, name: str) -> Model | None:
    """Return the model called *name*, None if there is not exactly one."""
    models = _models_named(table, name)
    return models[0] if len(models) == 1 else None


def similar_models(table: PriceTable, name: str) -> list[str]:
    """Return at most three full names that are nearly *name*."""
    from difflib import get_close_matches

    provider, _, bare = name.lower().rpartition("/")
    full_names: dict[str, list[str]] = {}
    for model in table.models:
        for alias in (model.id, *model.aliases):
            full_names.setdefault(alias.lower(), []).append(model.name)
    similar = [
        model for close in get_close_matches(bare, full_names, n=3) for model in full_names[close]
    ]
    similar.sort(key=lambda model: model.partition("/")[0] != provider)
    return list(dict.fromkeys(similar))[:3]


def _models_named(table: PriceTable, name: str) -> list[Model]:
    provider, _, rest = name.partition("/")
    providers = (provider,) if rest and provider in table.providers else tuple(table.providers)
    bare = rest if len(providers) == 1 and rest else name
    models = [
        model
        for model in table.models
        if model.provider in providers and bare in (model.id, *model.aliases)
    ]
    return models or _models_by_glob(table, bare, providers)


def _models_by_glob(table: PriceTable, name: str, providers: Sequence[str]) -> list[Model]:
    matches = [
        (len(glob), model)
        for model in table.models
        if model.provider in providers
        for glob in model.match
        if fnmatchcase(name, glob)
    ]
    longest = max((length for length, _ in matches), default=0)
    return [model for length, model in matches if length == longest]
