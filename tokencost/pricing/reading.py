"""A price file in TOML as values, laid over the table that was read before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal

from tokencost.errors import PriceTableError
from tokencost.pricing.entry import Entry
from tokencost.pricing.moment import parse_offset
from tokencost.pricing.rows import read_row
from tokencost.pricing.schedule import WEEKDAYS, Calendar, Schedule
from tokencost.pricing.table import ExchangeRate, Model, Price, PriceTable, Provider

SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFile:
    """The bytes of a price file and the name it goes by in answers and errors."""

    name: str
    data: bytes


def read_price_file(file: PriceFile, *, base: PriceTable | None) -> PriceTable:
    """Return *base* with the contents of *file* in front.

    A model's rows for a site replace those of *base* whole, never half. Without a *base* the
    file must be complete: it then has to say `as_of`.

    Raises:
        PriceTableError: the file is not TOML, or an entry is wrong; the message names it.
    """
    top = Entry(_parse(file), where=file.name)
    if (schema := top.tokens("schema")) != SCHEMA:
        raise top.problem(f"schema must be {SCHEMA}, not {schema}")
    as_of = top.required_day("as_of") if base is None else top.day("as_of")
    rates = tuple(_exchange_rate(each) for each in top.entries("fx", label="exchange rate"))
    calendars = {
        **(base.calendars if base else {}),
        **{name: _calendar(name, each) for name, each in top.named_entries("calendar").items()},
    }
    schedules = {
        **(base.schedules if base else {}),
        **{
            name: _schedule(name, each, calendars)
            for name, each in top.named_entries("schedule").items()
        },
    }
    providers = {
        **(base.providers if base else {}),
        **{
            name: _provider(name, each, known=base.providers.get(name) if base else None)
            for name, each in top.named_entries("provider").items()
        },
    }
    models = {model.name: model for model in base.models} if base else {}
    own: set[str] = set()
    for entry in top.entries("model", label="model"):
        model = _model(entry, providers=providers, schedules=schedules, known=models)
        if model.name in own:
            raise entry.problem("the model is defined twice in this file")
        own.add(model.name)
        models[model.name] = model
    top.close()
    _check_names(file.name, tuple(models.values()))
    return PriceTable(
        as_of=max(day for day in (as_of, base.as_of if base else None) if day),
        sources=(*(base.sources if base else ()), file.name),
        digest="",
        providers=providers,
        models=tuple(models.values()),
        exchange_rates=(*(base.exchange_rates if base else ()), *rates),
        schedules=schedules,
        calendars=calendars,
    )


def _parse(file: PriceFile) -> Mapping[str, object]:
    import tomllib

    try:
        return tomllib.loads(file.data.decode(), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise PriceTableError(
            f"{file.name}: not UTF-8 at byte {error.start}", hint="save the file as UTF-8"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise PriceTableError(
            f"{file.name}: not valid TOML: {error}", hint="mend the line that is named"
        ) from error


def _exchange_rate(entry: Entry) -> ExchangeRate:
    rate = ExchangeRate(
        base=entry.text("base"),
        quote=entry.text("quote"),
        rate=entry.required_amount("rate"),
        day=entry.required_day("date"),
        source=entry.text("source"),
    )
    entry.close()
    return rate


def _calendar(name: str, entry: Entry) -> Calendar:
    calendar = Calendar(
        name=name,
        first=entry.required_day("covers_from"),
        last=entry.required_day("covers_through"),
        holidays=frozenset(entry.days("holidays")),
    )
    entry.close()
    return calendar


def _schedule(name: str, entry: Entry, calendars: Mapping[str, Calendar]) -> Schedule:
    calendar = entry.text("except", default="")
    if calendar and calendar not in calendars:
        raise entry.problem(f"calendar {calendar!r} is not defined")
    days = entry.texts("days")
    if not days or not set(days) <= set(WEEKDAYS):
        raise entry.problem(f"days must be some of {', '.join(WEEKDAYS)}, not {list(days)}")
    try:
        offset = parse_offset(entry.text("utc_offset"))
        windows = tuple(_window(each) for each in entry.texts("windows"))
    except ValueError as error:
        raise entry.problem(f"utc_offset or windows: {error}") from error
    schedule = Schedule(
        name=name,
        zone=entry.text("zone"),
        offset=offset,
        days=frozenset(days),
        windows=windows,
        multiplier=entry.required_amount("multiplier"),
        calendar=calendars.get(calendar),
    )
    entry.text("note", default="")
    entry.close()
    return schedule


def _window(text: str) -> tuple[time, time]:
    start, _, end = text.partition("-")
    window = time.fromisoformat(start), time.fromisoformat(end)
    if window[0] >= window[1]:
        raise ValueError(f"{text} ends before it starts")
    return window


def _provider(name: str, entry: Entry, *, known: Provider | None) -> Provider:
    """Read a provider; one that is *known* keeps its sites, whose rows are in their currency."""
    sites = entry.entry("sites")
    if sites is None:
        raise entry.problem("sites is missing", hint='for example sites = { global = "USD" }')
    own = sites.remaining_texts()
    known_sites = known.sites if known else {}
    for site in own:
        if known_sites.get(site, own[site]) != own[site]:
            raise sites.problem(f"{site} is priced in {known_sites[site]}, not in {own[site]}")
    provider = Provider(
        id=name,
        name=entry.text("name"),
        sites={**known_sites, **own},
        batch_stacks_with_cache=entry.flag("batch_stacks_with_cache", default=True),
    )
    entry.close()
    return provider


def _model(
    entry: Entry,
    *,
    providers: Mapping[str, Provider],
    schedules: Mapping[str, Schedule],
    known: Mapping[str, Model],
) -> Model:
    name, seller = entry.text("id"), entry.text("provider")
    entry.where = f"{entry.where.partition(',')[0]}, model {seller}/{name}"
    if seller not in providers:
        raise entry.problem(f"provider {seller!r} is not defined", hint=f"add [provider.{seller}]")
    model = Model(
        id=name,
        provider=seller,
        aliases=entry.texts("aliases"),
        match=entry.texts("match"),
        tokenizer=entry.text("tokenizer", default="") or None,
        tokenizer_assumed=entry.text("tokenizer_assumed", default=""),
        context=entry.tokens("context"),
        max_input=entry.tokens("max_input"),
        max_output=entry.tokens("max_output"),
        prices=tuple(
            read_row(row, provider=providers[seller], schedules=schedules)
            for row in entry.entries("price", label="price row")
        ),
    )
    entry.close()
    if not model.prices:
        raise entry.problem("there is no price row", hint="add [[model.price]] below the model")
    _check_overlap(entry, model.prices)
    return _laid_over(known.get(model.name), model)


def _laid_over(base: Model | None, model: Model) -> Model:
    """Keep what *base* says and *model* leaves out, but no row of a site that *model* prices."""
    if base is None:
        return model
    kept = tuple(price for price in base.prices if price.site not in model.sites)
    inherited = {
        name: getattr(base, name)
        for name in ("aliases", "match", "context", "max_input", "max_output")
        if not getattr(model, name)
    }
    if model.tokenizer is None:
        inherited["tokenizer"] = base.tokenizer
        inherited["tokenizer_assumed"] = base.tokenizer_assumed
    return replace(model, **inherited, prices=(*model.prices, *kept))


def _check_overlap(entry: Entry, prices: Sequence[Price]) -> None:
    for number, price in enumerate(prices):
        for other in prices[:number]:
            starts = [each.first for each in (price, other) if each.first]
            if price.site == other.site and (
                not starts or (price.covers(max(starts)) and other.covers(max(starts)))
            ):
                raise entry.problem(
                    f"two price rows of site {price.site} are in force at once",
                    hint="close the earlier one with until",
                )


def _check_names(file: str, models: Sequence[Model]) -> None:
    taken: dict[tuple[str, str], str] = {}
    for model in models:
        for name in (model.id, *model.aliases):
            other = taken.setdefault((model.provider, name), model.id)
            if other != model.id or (model.id, *model.aliases).count(name) > 1:
                raise PriceTableError(
                    f"{file}: model {model.name}: the name {name!r} is taken by {other}",
                    hint="a name may stand for one model of a provider only",
                )
