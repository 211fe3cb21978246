"""Parse price rows."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tokencost.pricing.parse.entry import Entry
from tokencost.pricing.rates import SINGLE_RATES, SPECIAL_MODES, Mode, RateCard, Rates, Tier
from tokencost.pricing.schedule import Schedule
from tokencost.pricing.table import (
    Conditions,
    Confidence,
    Price,
    PriceKind,
    PriceTable,
    Provenance,
    Provider,
    Validity,
)

# Where a `Price` has what each key of a row says, in the order of the keys; the rates stand in the
# row itself.
ROW_KEYS = {
    "site": "site",
    "from": "validity.first",
    "until": "validity.last",
    "promised_until": "validity.promised_until",
    "kind": "conditions.kind",
    "list": "rates.list_rates",
    "": "rates.base",
    "context": "conditions.context",
    "input_max": "conditions.input_max",
    "tiers": "rates.tiers",
    "modes": "rates.modes",
    "fees": "rates.fees",
    "schedule": "conditions.schedule",
    "source": "provenance.source",
    "page": "provenance.page",
    "checked": "provenance.checked",
    "confidence": "provenance.confidence",
    "note": "provenance.note",
}
CURRENCY_OF_SITE = 'a site has a currency: [provider.NAME] with sites = { global = "USD" }'
_ELSEWHERE = {
    "currency": CURRENCY_OF_SITE,
    **dict.fromkeys(
        ("id", "provider", "tokenizer", "max_output", "aliases"),
        "it stands in the model, above its rows",
    ),
}


def read_row(entry: Entry, *, provider: Provider | None, table: PriceTable) -> Price | None:
    """Read one `[[model.price]]`; None if something about it is wrong.

    Without a *provider*, which is a mistake by itself, the site cannot be judged.
    """
    kind = PriceKind(entry.choice("kind", list(PriceKind), default=PriceKind.LIST))
    site = _site(entry, provider, table)
    validity = Validity(
        first=entry.day("from"),
        last=entry.day("until"),
        promised_until=entry.day("promised_until"),
    )
    (list_rates, list_tiers), base = _list_rates(entry, kind), _rates(entry)
    # Here, because hints list keys in reading order.
    context, input_max = entry.tokens("context"), entry.tokens("input_max")
    price = Price(
        site=site,
        validity=validity,
        rates=RateCard(
            base=base,
            tiers=_tiers(entry),
            modes=_modes(entry),
            fees=entry.amounts("fees"),
            list_rates=list_rates,
            list_tiers=list_tiers,
        ),
        conditions=Conditions(
            kind=kind,
            context=context,
            input_max=input_max,
            schedule=_schedule(entry, table.schedules),
        ),
        provenance=Provenance(
            source=entry.text("source"),
            page=entry.text("page", default=""),
            checked=entry.checked(),
            confidence=Confidence(
                entry.choice("confidence", list(Confidence), default=Confidence.HIGH)
            ),
            note=entry.text("note", default=""),
        ),
    )
    entry.close(_ELSEWHERE)
    if entry.sound:
        _check(entry, price)
    return price if entry.sound else None


def _check(entry: Entry, price: Price) -> None:
    base, validity, kind = price.rates.base, price.validity, price.conditions.kind
    if base.input is None and base.output is None:
        entry.reject("input or output is missing")
    if validity.first and validity.last and validity.last < validity.first:
        entry.reject(f"until = {validity.last} lies before from = {validity.first}", key="until")
    billed = [rate for rates in _all_rates(price.rates) for rate in _billed(rates)]
    if kind is not PriceKind.FREE and 0 in billed:
        entry.reject('a rate of 0 needs kind = "free"', hint="leave an unknown rate out")
    if kind is PriceKind.FREE and any(billed):
        entry.reject('kind = "free" has rates of 0 only', key="kind")
    if kind is PriceKind.ESTIMATE and not price.provenance.note:
        entry.reject('kind = "estimate" needs a note that says what is in doubt', key="kind")


def _all_rates(card: RateCard) -> list[Rates]:
    of_modes = [rates for rates in card.modes.values() if isinstance(rates, Rates)]
    return [card.base, *(tier.rates for tier in card.tiers), *of_modes]


def _billed(rates: Rates) -> list[Decimal]:
    """Return the known rates per token; keeping a cache may well be free."""
    single = {name: rate for name, rate in rates.single().items() if name != "cache_storage_hour"}
    return [rate for rate in (*single.values(), *rates.cache_write.values()) if rate is not None]


def _site(entry: Entry, provider: Provider | None, table: PriceTable) -> str:
    if provider is None or not provider.sites:
        return entry.text("site", default="?")
    if entry.peek("site") is None:
        own = [site for site in provider.sites if site not in provider.site_multiplier]
        if len(own) > 1:
            entry.reject(f"site is missing; provider {provider.id} has {', '.join(own)}")
        entry.text("site", default=provider.home)
        return provider.home
    site, sites = entry.peek("site"), list(provider.sites)
    if isinstance(site, str) and (seller := table.seller_at(site)) and seller is not provider:
        sites.append(site)
    return entry.choice("site", sites, default=provider.home)


def _list_rates(entry: Entry, kind: PriceKind) -> tuple[Rates | None, tuple[Tier, ...]]:
    listed = entry.entry("list")
    if listed is None:
        return None, ()
    if kind is not PriceKind.PROMO:
        entry.reject('list is for kind = "promo" only', key="list")
    rates, tiers = _rates(listed), _tiers(listed)
    listed.close()
    if listed.sound and rates == Rates():
        listed.reject("has no rate")
    return rates, tiers


def _rates(entry: Entry) -> Rates:
    single = {name: entry.amount(name) for name in SINGLE_RATES}
    return Rates(**single, cache_write=entry.amounts_by_ttl("cache_write"))


def _tiers(entry: Entry) -> tuple[Tier, ...]:
    tiers = [(part, _tier(part)) for part in entry.entries("tiers", label="tier")]
    _check_rising(tiers)
    return tuple(tier for _, tier in tiers)


def _check_rising(tiers: Sequence[tuple[Entry, Tier]]) -> None:
    """Reject a tier that begins below the one before it, or that a later one always beats."""
    highest = 0
    for number, (entry, tier) in enumerate(tiers):
        start = tier.input_from or 0
        if entry.sound and tier.input_from and start < highest:
            entry.reject(f"its bound falls: input >= {start:,} after input >= {highest:,}")
        highest = max(highest, start)
        later = [rival for _, rival in tiers[number + 1 :] if (rival.input_from or 0) >= start]
        rival = next((rival for rival in later if rival.covers(tier)), None)
        if entry.sound and rival:
            entry.reject(
                f"{tier.label} never counts: {rival.label}, which comes later, holds as well",
                hint="the last tier that holds is taken: put the narrower one later",
            )


def _tier(entry: Entry) -> Tier:
    bounds: dict[str, int | None] = {}
    for side in ("input", "output"):
        low, low_excluded = entry.tokens(f"{side}_gte"), entry.tokens(f"{side}_gt")
        high, high_excluded = entry.tokens(f"{side}_lte"), entry.tokens(f"{side}_lt")
        if (low and low_excluded) or (high and high_excluded):
            entry.reject(f"{side} has two bounds on one side")
        start = low_excluded + 1 if low_excluded else low
        end = high_excluded - 1 if high_excluded else high
        if start and end is not None and start > end:
            entry.reject(f"no number of {side} tokens is both >= {start:,} and <= {end:,}")
        bounds[f"{side}_from"], bounds[f"{side}_to"] = start, end
    rates = _rates(entry)
    entry.close()
    if entry.sound and not any(bounds.values()):
        entry.reject("a tier needs a bound such as input_gt")
    if entry.sound and rates == Rates():
        entry.reject("a tier needs a rate")
    return Tier(rates=rates, **bounds)


def _modes(entry: Entry) -> dict[Mode, Decimal | Rates]:
    modes: dict[str, Decimal | Rates] = {}
    for name, value in entry.factors_or_entries("modes", label="mode").items():
        if name not in SPECIAL_MODES:
            modes_known = ", ".join(SPECIAL_MODES)
            entry.reject(f"unknown mode {name}", key="modes", hint=f"known are {modes_known}")
        if isinstance(value, Decimal):
            if value == 0:
                entry.reject(f"modes.{name} must be above 0", key="modes")
            modes[name] = value
        else:
            modes[name] = _rates(value)
            value.close()
            if value.sound and modes[name] == Rates():
                value.reject("has no rate")
    return {Mode(name): change for name, change in modes.items() if name in SPECIAL_MODES}


def _schedule(entry: Entry, schedules: Mapping[str, Schedule]) -> Schedule | None:
    name = entry.text("schedule", default="")
    if name and name not in schedules:
        entry.reject(
            f"schedule {name!r} is not defined", key="schedule", hint=f"add [schedule.{name}]"
        )
    return schedules.get(name)
