"""Parse a price file, over the table that was parsed before it."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256

from tokencost.errors import PriceTableError
from tokencost.money import ExchangeRate
from tokencost.pricing.names import index_names, index_prefixes
from tokencost.pricing.parse.entry import Entry, Mistakes
from tokencost.pricing.parse.expressions import ENDINGS, check_endings, reject_expressions
from tokencost.pricing.parse.models import read_model, with_multiplied_sites
from tokencost.pricing.parse.providers import (
    read_calendar,
    read_contract,
    read_provider,
    read_schedule,
)
from tokencost.pricing.schedule import Calendar, Schedule
from tokencost.pricing.table import Model, PriceTable, Provider
from tokencost.toml_text import parse_toml
from tokencost.values import replace

SCHEMA = 1

_NOTHING = PriceTable(
    as_of=date.min,
    sources=(),
    digests=(),
    providers={},
    models=(),
    exchange_rates=(),
    schedules={},
    calendars={},
    names="",
    prefixes={},
)


def is_complete(data: bytes, *, name: str) -> bool:
    """Say whether a price file stands by itself: it has a day, and all providers of its models."""
    _, values = parse_toml(data, name=name, error_type=PriceTableError)
    providers, models = values.get("provider"), values.get("model")
    return (
        "as_of" in values
        and isinstance(providers, Mapping)
        and isinstance(models, list)
        and all(_has_provider(model, providers) for model in models)
    )


def _has_provider(model: object, providers: Mapping[str, object]) -> bool:
    name = model.get("provider") if isinstance(model, Mapping) else None
    return isinstance(name, str) and name in providers


def read_price_file(
    data: bytes,
    *,
    name: str,
    base: PriceTable | None,
    today: date | None = None,
    is_asked_for: bool = True,
) -> PriceTable:
    """Return *base* with the contents of a file over it.

    A model's rows for a site replace those of *base* whole, never half. Without a *base* the
    file must be complete: it then has to say `as_of`.

    Args:
        data: the bytes of the file.
        name: what it is called in reports and errors.
        base: the table below, if there is one.
        today: the last day that the file may claim to speak for, unless *base* speaks for a later
            one; None does not judge that.
        is_asked_for: whether somebody named the file for this call; another one may not say how
            names are written.

    Raises:
        PriceTableError: the file is not TOML, or entries are wrong: all of them are named.
    """
    text, values = parse_toml(data, name=name, error_type=PriceTableError)
    under = base or _NOTHING
    mistakes = Mistakes(name, text, latest=max(today, under.as_of) if today else None)
    top = Entry(values, mistakes=mistakes)
    if (schema := top.tokens("schema")) != SCHEMA:
        top.reject(f"schema must be {SCHEMA}, not {schema}", key="schema")
    as_of = top.past_day("as_of", required=base is None)
    rates = _exchange_rates(top, layer=len(under.sources))
    if not is_asked_for:
        reject_expressions(top, ENDINGS)
    table, unpriced = _with_providers(top, under, is_asked_for=is_asked_for)
    models, entries = _models(top, table, unpriced)
    discounts = read_contract(top.entry("contract"), models.values(), table)
    check_endings(top, endings := top.texts(ENDINGS))
    top.close()
    _check_names(entries, models)
    _check_replacements(entries, models)
    mistakes.raise_if_any()
    return replace(
        table,
        as_of=max(as_of or date.min, under.as_of),
        sources=(*under.sources, name),
        digests=(*under.digests, sha256(data).hexdigest()),
        models=tuple(models.values()),
        names=index_names(tuple(models.values())),
        prefixes=index_prefixes(table.providers.values()),
        ignored_endings=(*under.ignored_endings, *endings),
        exchange_rates=(*under.exchange_rates, *rates),
        discounts=(*under.discounts, *discounts),
    )


def _with_providers(
    top: Entry, under: PriceTable, *, is_asked_for: bool
) -> tuple[PriceTable, dict[str, list[Entry]]]:
    """Read calendars, schedules and providers, in this order: each may name those before it.

    Returns:
        The table, and by provider its models without a price, which are still to be read.
    """
    calendars: Mapping[str, Calendar] = {
        **under.calendars,
        **{
            name: read_calendar(name, entry)
            for name, entry in top.named_entries("calendar").items()
        },
    }
    schedules: Mapping[str, Schedule] = {
        **under.schedules,
        **{
            name: read_schedule(name, entry, calendars)
            for name, entry in top.named_entries("schedule").items()
        },
    }
    entries = top.named_entries("provider")
    for entry in () if is_asked_for else entries.values():
        reject_expressions(entry)
    unpriced = {
        name: entry.entries("unpriced", label="unpriced model") for name, entry in entries.items()
    }
    providers: Mapping[str, Provider] = {
        **under.providers,
        **{
            name: read_provider(name, entry, base=under.providers.get(name))
            for name, entry in entries.items()
        },
    }
    for name, entry in entries.items():
        for maker in providers[name].caches_of:
            if maker not in providers:
                entry.reject(f"caches_of: {maker!r} is not a provider", key="caches_of")
    table = replace(under, calendars=calendars, schedules=schedules, providers=providers)
    return table, unpriced


def _exchange_rates(top: Entry, *, layer: int) -> list[ExchangeRate]:
    rates = []
    for entry in top.entries("fx", label="exchange rate"):
        rates.append(
            ExchangeRate(
                base=entry.currency("base"),
                quote=entry.currency("quote"),
                rate=entry.required_amount("rate"),
                day=entry.required_day("date"),
                source=entry.text("source"),
                layer=layer,
            )
        )
        entry.close()
    return rates


def _models(
    top: Entry, table: PriceTable, unpriced: Mapping[str, Sequence[Entry]]
) -> tuple[dict[str, Model], dict[str, Entry]]:
    """Return all models by name, those of the table below first, and the entries of this file."""
    models = {model.name: model for model in table.models}
    entries: dict[str, Entry] = {}
    defined: set[str] = set()
    read = [("", entry) for entry in top.entries("model", label="model")]
    read += [(provider, entry) for provider, own in unpriced.items() for entry in own]
    for provider, entry in read:
        model = read_model(entry, table=table, models=models, unpriced_of=provider)
        if model.id and entry.where in defined:
            entry.reject("the model is defined twice in this file")
        defined.add(entry.where)
        entries[model.name] = entry
        models[model.name] = model
    for name, model in models.items():
        if model.provider in table.providers:
            models[name] = with_multiplied_sites(model, table.providers[model.provider])
    return models, entries


def _check_names(entries: Mapping[str, Entry], models: Mapping[str, Model]) -> None:
    taken: dict[tuple[str, str], str] = {}
    # What was there first keeps its name: the mistake is in this file.
    for name in [name for name in models if name not in entries] + list(entries):
        model = models[name]
        names = (model.id, *model.aliases)
        for alias in names:
            owner = taken.setdefault((model.provider, alias), model.id)
            if (owner != model.id or names.count(alias) > 1) and name in entries:
                entries[name].reject(
                    f"the name {alias!r} is taken by {owner}",
                    key="id" if alias == model.id else "aliases",
                    hint="name it once"
                    if owner == model.id
                    else f'to price {owner} write id = "{owner}"; another model needs another name',
                )


def _check_replacements(entries: Mapping[str, Entry], models: Mapping[str, Model]) -> None:
    for name, entry in entries.items():
        model = models[name]
        if model.replaced_by and model.replaced_by not in models:
            entry.reject(
                f"replaced_by: there is no model {model.replaced_by!r}",
                key="replaced_by",
                hint="write provider/id",
            )
        last_days = [price.validity.last for price in model.prices]
        if model.retired and any(not day or day > model.retired for day in last_days):
            entry.reject(
                f"a price row goes on after the model was retired on {model.retired}",
                key="retired",
                hint="close the row with until",
            )
