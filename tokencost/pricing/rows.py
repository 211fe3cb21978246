"""One price row of the TOML file as a `Price`."""

from collections.abc import Mapping
from decimal import Decimal

from tokencost.pricing.entry import Entry
from tokencost.pricing.rates import SINGLE_RATES, Rates, Tier
from tokencost.pricing.schedule import Schedule
from tokencost.pricing.table import Confidence, Kind, Price, Provider

MODES = ("batch", "flex", "priority", "fast", "ultrafast")


def read_row(entry: Entry, *, provider: Provider, schedules: Mapping[str, Schedule]) -> Price:
    """Read one `[[model.price]]`.

    Raises:
        PriceTableError: a key is unknown, missing or holds what it cannot mean.
    """
    site = _site(entry, provider)
    kind = Kind(entry.choice("kind", list(Kind), default=Kind.LIST))
    rates = _rates(entry)
    price = Price(
        site=site,
        first=entry.day("from"),
        last=entry.day("until"),
        promised_until=entry.day("promised_until"),
        kind=kind,
        list_rates=_list_rates(entry, kind),
        rates=rates,
        input_max=entry.tokens("input_max"),
        tiers=tuple(_tier(each) for each in entry.entries("tiers", label="tier")),
        modes=_modes(entry),
        fees=entry.amounts("fees"),
        schedule=_schedule(entry, schedules),
        source=entry.text("source"),
        page=entry.text("page", default=""),
        checked=entry.required_day("checked"),
        confidence=Confidence(
            entry.choice("confidence", list(Confidence), default=Confidence.HIGH)
        ),
        note=entry.text("note", default=""),
    )
    entry.close()
    _check(entry, price)
    return price


def _check(entry: Entry, price: Price) -> None:
    rates = price.rates
    if rates.input is None and rates.output is None:
        raise entry.problem("input or output is missing")
    if price.first and price.last and price.last < price.first:
        raise entry.problem(f"until = {price.last} lies before from = {price.first}")
    if price.kind is not Kind.FREE and (rates.input == 0 or rates.output == 0):
        raise entry.problem('a rate of 0 needs kind = "free"', hint="leave an unknown rate out")


def _site(entry: Entry, provider: Provider) -> str:
    if entry.peek("site") is None and len(provider.sites) > 1:
        raise entry.problem(
            f"site is missing; provider {provider.id} has {', '.join(provider.sites)}"
        )
    return entry.choice("site", list(provider.sites), default=provider.home)


def _list_rates(entry: Entry, kind: Kind) -> Rates | None:
    listed = entry.entry("list")
    if listed is None:
        return None
    if kind is not Kind.PROMO:
        raise entry.problem('list is for kind = "promo" only')
    rates = _rates(listed)
    listed.close()
    return rates


def _rates(entry: Entry) -> Rates:
    single = {name: entry.amount(name) for name in SINGLE_RATES}
    return Rates(**single, cache_write=entry.amounts("cache_write"))


def _tier(entry: Entry) -> Tier:
    bounds = {}
    for side in ("input", "output"):
        low, low_excluded = entry.tokens(f"{side}_gte"), entry.tokens(f"{side}_gt")
        high, high_excluded = entry.tokens(f"{side}_lte"), entry.tokens(f"{side}_lt")
        if (low and low_excluded) or (high and high_excluded):
            raise entry.problem(f"{side} has two bounds on one side")
        bounds[f"{side}_from"] = low_excluded + 1 if low_excluded else low
        bounds[f"{side}_to"] = high_excluded - 1 if high_excluded else high
    rates = _rates(entry)
    entry.close()
    if not any(bounds.values()):
        raise entry.problem("a tier needs a bound such as input_gt")
    if rates == Rates():
        raise entry.problem("a tier needs a rate")
    return Tier(rates=rates, **bounds)


def _modes(entry: Entry) -> dict[str, Decimal | Rates]:
    modes: dict[str, Decimal | Rates] = {}
    for name, value in entry.mixed("modes").items():
        if name not in MODES:
            raise entry.problem(f"unknown mode {name}", hint=f"known are {', '.join(MODES)}")
        if isinstance(value, Decimal):
            modes[name] = value
        else:
            table = Entry(value, where=f"{entry.where}, mode {name}")
            modes[name] = _rates(table)
            table.close()
    return modes


def _schedule(entry: Entry, schedules: Mapping[str, Schedule]) -> Schedule | None:
    name = entry.text("schedule", default="")
    if name and name not in schedules:
        raise entry.problem(f"schedule {name!r} is not defined", hint=f"add [schedule.{name}]")
    return schedules.get(name)
