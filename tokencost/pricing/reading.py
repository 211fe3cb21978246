"""A price file in TOML as values, laid over the table that was read before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tokencost.errors import PriceTableError
from tokencost.pricing.contract import read_contract
from tokencost.pricing.entry import Entry, Mistakes
from tokencost.pricing.schedule import Calendar, Schedule
from tokencost.pricing.sellers import read_calendar, read_provider, read_schedule
from tokencost.pricing.sold import read_model, with_multiplied_sites
from tokencost.pricing.table import ExchangeRate, Model, PriceTable, Provider

SCHEMA = 1

_NOTHING = PriceTable(
    as_of=date.min,
    sources=(),
    digest="",
    providers={},
    models=(),
    exchange_rates=(),
    schedules={},
    calendars={},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFile:
    """The bytes of a price file and the name it goes by in answers and errors."""

    name: str
    data: bytes


def is_complete(file: PriceFile) -> bool:
    """Say whether *file* stands by itself: it has a day, and every provider of its models."""
    _, values = _parse(file)
    providers, models = values.get("provider"), values.get("model")
    return (
        "as_of" in values
        and isinstance(providers, Mapping)
        and isinstance(models, list)
        and all(isinstance(each, Mapping) and each.get("provider") in providers for each in models)
    )


def read_price_file(
    file: PriceFile, *, base: PriceTable | None, today: date | None = None
) -> PriceTable:
    """Return *base* with the contents of *file* in front.

    A model's rows for a site replace those of *base* whole, never half. Without a *base* the
    file must be complete: it then has to say `as_of`.

    Args:
        file: what to read.
        base: the table below, if there is one.
        today: the last day that the file may claim to speak for; None does not judge that.

    Raises:
        PriceTableError: the file is not TOML, or entries are wrong: all of them are named.
    """
    text, values = _parse(file)
    mistakes = Mistakes(file.name, text)
    top = Entry(values, mistakes=mistakes)
    if (schema := top.tokens("schema")) != SCHEMA:
        top.reject(f"schema must be {SCHEMA}, not {schema}", key="schema")
    as_of = top.required_day("as_of") if base is None else top.day("as_of")
    under = base or _NOTHING
    rates = _exchange_rates(top, layer=len(under.sources))
    calendars: Mapping[str, Calendar] = {
        **under.calendars,
        **{name: read_calendar(name, each) for name, each in top.named_entries("calendar").items()},
    }
    schedules: Mapping[str, Schedule] = {
        **under.schedules,
        **{
            name: read_schedule(name, each, calendars)
            for name, each in top.named_entries("schedule").items()
        },
    }
    providers: Mapping[str, Provider] = {
        **under.providers,
        **{
            name: read_provider(name, each, known=under.providers.get(name))
            for name, each in top.named_entries("provider").items()
        },
    }
    models = _models(top, providers=providers, schedules=schedules, known=under.models)
    discounts = read_contract(top.entry("contract"), models)
    top.close()
    _check_names(mistakes, models)
    _check_replacements(mistakes, models)
    _check_days(mistakes, as_of, models, today)
    mistakes.raise_if_any()
    return PriceTable(
        as_of=max(as_of or date.min, under.as_of),
        sources=(*under.sources, file.name),
        digest="",
        providers=providers,
        models=models,
        exchange_rates=(*under.exchange_rates, *rates),
        schedules=schedules,
        calendars=calendars,
        discounts=(*under.discounts, *discounts),
    )


def _parse(file: PriceFile) -> tuple[str, Mapping[str, object]]:
    import tomllib

    try:
        text = file.data.decode()
        return text, tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise PriceTableError(
            f"{file.name}: not UTF-8 at byte {error.start}", hint="save the file as UTF-8"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise PriceTableError(
            f"{file.name}: not valid TOML: {error}", hint="mend the line that is named"
        ) from error


def _exchange_rates(top: Entry, *, layer: int) -> list[ExchangeRate]:
    rates = []
    for entry in top.entries("fx", label="exchange rate"):
        rates.append(
            ExchangeRate(
                base=entry.text("base"),
                quote=entry.text("quote"),
                rate=entry.required_amount("rate"),
                day=entry.required_day("date"),
                source=entry.text("source"),
                layer=layer,
            )
        )
        entry.close()
    return rates


def _models(
    top: Entry,
    *,
    providers: Mapping[str, Provider],
    schedules: Mapping[str, Schedule],
    known: Iterable[Model],
) -> tuple[Model, ...]:
    models = {model.name: model for model in known}
    own: set[str] = set()
    for entry in top.entries("model", label="model"):
        model = read_model(entry, providers=providers, schedules=schedules, known=models)
        if model.id and model.name in own:
            entry.reject("the model is defined twice in this file")
        own.add(model.name)
        models[model.name] = model
    return tuple(
        with_multiplied_sites(model, providers[model.provider])
        if model.provider in providers
        else model
        for model in models.values()
    )


def _check_names(mistakes: Mistakes, models: Iterable[Model]) -> None:
    taken: dict[tuple[str, str], str] = {}
    for model in models:
        for name in (model.id, *model.aliases):
            other = taken.setdefault((model.provider, name), model.id)
            if other != model.id or (model.id, *model.aliases).count(name) > 1:
                mistakes.add(
                    f"the name {name!r} is taken by {other}",
                    where=f"model {model.name}",
                    hint="a name may stand for one model of a provider only",
                )


def _check_replacements(mistakes: Mistakes, models: Iterable[Model]) -> None:
    names = {model.name for model in models}
    for model in models:
        if model.replaced_by and model.replaced_by not in names:
            mistakes.add(
                f"replaced_by: there is no model {model.replaced_by!r}",
                where=f"model {model.name}",
                hint="write provider/id",
            )
        if model.retired and any(not p.last or p.last > model.retired for p in model.prices):
            mistakes.add(
                f"a price row goes on after the model was retired on {model.retired}",
                where=f"model {model.name}",
                hint="close the row with until",
            )


def _check_days(
    mistakes: Mistakes, as_of: date | None, models: Iterable[Model], today: date | None
) -> None:
    if today is None:
        return
    hint = f"today is {today}; a file speaks for the past"
    if as_of and as_of > today:
        mistakes.add(f"as_of = {as_of} lies in the future", key="as_of", hint=hint)
    for model in models:
        for price in model.prices:
            if price.checked > today:
                mistakes.add(
                    f"checked = {price.checked} lies in the future",
                    where=f"model {model.name}",
                    hint=hint,
                )
