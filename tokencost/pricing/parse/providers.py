"""Parse providers with their cache rules, schedules, calendars and discounts."""

import re
from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tokencost.pricing.cache_rules import BatchCache, CacheRule, CacheRules
from tokencost.pricing.discounts import Discount, VolumeDiscount
from tokencost.pricing.names import names_at
from tokencost.pricing.parse.entry import Entry
from tokencost.pricing.parse.expressions import check_expressions
from tokencost.pricing.schedule import WEEKDAYS, Calendar, Schedule, parse_offset
from tokencost.pricing.table import Model, PriceTable, Provider

_REFRESHES = ("", "sliding", "fixed")


def read_caching(
    entry: Entry, *, base: CacheRules | None, under: CacheRules | None
) -> CacheRules | None:
    """Read `cache`: rules that replace others key by key, or false for no cache at all.

    Args:
        entry: the provider or the model.
        base: what an earlier file says of the same, and this one overrides.
        under: the rules of the provider, which those of a model override.

    Returns:
        What the files say of this provider or model by itself, None if they say nothing.
    """
    if entry.peek("cache") is False:
        entry.flag("cache", default=False)
        return CacheRules(absent=True)
    rules = entry.entry("cache")
    if rules is None:
        return base
    own = CacheRules(
        implicit=_rule(rules, "implicit"),
        explicit=_rule(rules, "explicit"),
        exclusive=_flag(rules, "exclusive"),
        source=rules.text("source", default=""),
    )
    rules.close()
    caching = (base or CacheRules()).overridden(own)
    whole = (under or CacheRules()).overridden(caching).in_force()
    if not whole.implicit and not whole.explicit:
        rules.reject("names neither an implicit nor an explicit cache")
    if not whole.source:
        rules.reject("source is missing")
    return caching


def read_batch_cache(entry: Entry) -> BatchCache | None:
    """Read `batch_cache`, None if it is not there."""
    if entry.peek("batch_cache") is None:
        return None
    return BatchCache(entry.choice("batch_cache", list(BatchCache), default=BatchCache.DISCOUNTED))


def _rule(rules: Entry, kind: str) -> CacheRule | None:
    if rules.takes_back(kind):
        return CacheRule(absent=True)
    entry = rules.entry(kind)
    if entry is None:
        return None
    rule = CacheRule(
        min_tokens=entry.tokens("min_tokens"),
        granularity=entry.tokens("granularity"),
        ttl=entry.ttls("ttl"),
        refresh=entry.choice("refresh", _REFRESHES, default=""),
        guaranteed=_flag(entry, "guaranteed"),
        breakpoints=entry.tokens("breakpoints"),
        read_x=entry.factor("read_x"),
        write_x=entry.factors_by_ttl("write_x"),
        stored=_flag(entry, "stored"),
        own_call=_flag(entry, "own_call"),
        any_ttl=_flag(entry, "any_ttl"),
        caches_output=_flag(entry, "caches_output"),
        lookback=entry.tokens("lookback"),
        first_misses=entry.tokens("first_misses"),
    )
    entry.close()
    return rule


def _flag(entry: Entry, key: str) -> bool | None:
    """Take true or false, None if it is not there."""
    return entry.flag(key, default=False) if entry.has(key) else None


_WINDOW = re.compile(r"\d\d:\d\d-\d\d:\d\d", re.ASCII)
_VOLUMES = ("prepaid", "volume")
_ALL = 100


def read_calendar(name: str, entry: Entry) -> Calendar:
    """Read a `[calendar.NAME]`."""
    calendar = Calendar(
        name=name,
        first=entry.required_day("covers_from"),
        last=entry.required_day("covers_through"),
        holidays=frozenset(entry.days("holidays")),
    )
    entry.close()
    return calendar


def read_schedule(name: str, entry: Entry, calendars: Mapping[str, Calendar]) -> Schedule:
    """Read a `[schedule.NAME]`."""
    calendar = entry.text("except", default="")
    if calendar and calendar not in calendars:
        entry.reject(f"calendar {calendar!r} is not defined", key="except")
    days = entry.texts("days")
    if not days or not set(days) <= set(WEEKDAYS):
        entry.reject(f"days must be some of {', '.join(WEEKDAYS)}, not {list(days)}", key="days")
    schedule = Schedule(
        name=name,
        zone=entry.text("zone"),
        offset=_offset(entry),
        days=frozenset(days),
        windows=tuple(
            window
            for text in entry.texts("windows")
            if (window := _window(entry, text)) is not None
        ),
        multiplier=entry.required_amount("multiplier"),
        calendar=calendars.get(calendar),
    )
    entry.text("note", default="")
    entry.close()
    return schedule


def read_provider(name: str, entry: Entry, *, base: Provider | None) -> Provider:
    """Read a provider over what is known of it; its sites stay, with the currency of their rows."""
    sites = _sites(entry, base)
    provider = Provider(
        id=name,
        name=entry.text("name", default=base.name if base else None),
        sites=sites,
        site_multiplier={
            **(base.site_multiplier if base else {}),
            **_multipliers(entry, sites),
        },
        batch_cache=read_batch_cache(entry)
        or (base.batch_cache if base else BatchCache.DISCOUNTED),
        cache=read_caching(entry, base=base.cache if base else None, under=None),
        volumes=tuple(map(_volume, entry.entries("volume", label="volume")))
        or (base.volumes if base else ()),
        **_names(entry, base),
    )
    entry.close()
    return provider


def text_by_name(entry: Entry, key: str) -> dict[str, str]:
    """Read a table of texts, empty if absent."""
    table = entry.entry(key)
    return {name: table.text(name) for name in table.keys_left()} if table else {}


def texts_by_name(entry: Entry, key: str) -> dict[str, tuple[str, ...]]:
    """Read a table of lists of texts, empty if absent."""
    table = entry.entry(key)
    return {name: table.texts(name) for name in table.keys_left()} if table else {}


def _names(entry: Entry, base: Provider | None) -> dict[str, Any]:
    """Read how a provider writes names, over what is known of it."""
    own: dict[str, Any] = {
        "resells": _flag(entry, "resells"),
        "prefixes": dict.fromkeys(entry.texts("prefixes"), ""),
        "path": entry.text("path", default=""),
        "patterns": entry.texts("patterns"),
        "respelled": text_by_name(entry, "respelled"),
        "variants": text_by_name(entry, "variants"),
        "caches_of": entry.texts("caches_of"),
        "known_as": entry.texts("known_as"),
        "families": texts_by_name(entry, "families"),
    }
    for site, prefixes in texts_by_name(entry, "prefixes_at").items():
        own["prefixes"] |= dict.fromkeys(prefixes, site)
    check_expressions(entry, path=own["path"], patterns=own["patterns"], respelled=own["respelled"])
    if base:
        own = {key: value or getattr(base, key) for key, value in own.items()}
    return own | {"resells": bool(own["resells"])}


def _sites(entry: Entry, base: Provider | None) -> Mapping[str, str]:
    base_sites = base.sites if base else {}
    sites = entry.entry("sites")
    if sites is None:
        if not base:
            entry.reject("sites is missing", hint='for example sites = { global = "USD" }')
        return base_sites
    own = sites.currencies()
    for site in own:
        if base_sites.get(site, own[site]) != own[site]:
            sites.reject(f"{site} is priced in {base_sites[site]}, not in {own[site]}")
    return {**base_sites, **own}


def _multipliers(entry: Entry, sites: Mapping[str, str]) -> Mapping[str, Decimal]:
    multipliers = entry.amounts("site_multiplier")
    home = next(iter(sites), "")
    for site in multipliers:
        if site not in sites or site == home:
            entry.reject(
                f"site_multiplier.{site} is not a site beside the home", key="site_multiplier"
            )
        elif sites[site] != sites[home]:
            entry.reject(
                f"site_multiplier.{site} would turn {sites[home]} into {sites[site]}",
                key="site_multiplier",
                hint="price lists in another currency are lists of their own",
            )
    return multipliers


def _volume(entry: Entry) -> VolumeDiscount:
    steps = []
    for step in entry.entries("steps", label="step"):
        steps.append((step.required_tokens("tokens"), step.required_amount("pay")))
        step.close()
        if step.sound and not steps[-1][1] < 1:
            step.reject(f"pay must be a share below 1, not {steps[-1][1]}", key="pay")
    if any(low[0] >= high[0] or low[1] <= high[1] for low, high in pairwise(steps)):
        entry.reject("steps must rise in tokens and fall in what is paid", key="steps")
    volume = VolumeDiscount(
        kind=entry.choice("kind", _VOLUMES, default="prepaid"),
        models=entry.texts("models"),
        steps=tuple(steps),
        source=entry.text("source"),
        checked=entry.checked(),
        note=entry.text("note", default=""),
    )
    entry.close()
    return volume


def read_contract(
    entry: Entry | None, models: Iterable[Model], table: PriceTable
) -> tuple[Discount, ...]:
    """Read the discounts; each has to match something, or it would be a silent mistake."""
    if entry is None:
        return ()
    source, checked = entry.text("source"), entry.past_day("checked", required=False)
    discounts = tuple(
        Discount(pattern=pattern, percent=percent, source=source, checked=checked)
        for pattern, percent in entry.amounts("percent_off").items()
    )
    entry.close()
    names = [
        (table.seller_of(model, site), names_at(table, model, site), model.name, site)
        for model in models
        for site in model.sites
    ]
    for discount in discounts:
        if not 0 < discount.percent < _ALL:
            entry.reject(
                f"percent_off of {discount.pattern} must lie between 0 and 100, "
                f"not {discount.percent}",
                key="percent_off",
            )
        if not any(
            discount.matches(provider=provider, names=own, model=model, site=site)
            for provider, own, model, site in names
        ):
            entry.reject(f"no model is called {discount.pattern!r}", key="percent_off")
    if entry.sound and not discounts:
        entry.reject("percent_off is missing", hint='for example percent_off = { "openai" = 10 }')
    return discounts


def _offset(entry: Entry) -> timedelta:
    text = entry.text("utc_offset")
    try:
        return parse_offset(text) if text else timedelta()
    except ValueError as error:
        entry.reject(f"utc_offset: {error}", key="utc_offset")
        return timedelta()


def _window(entry: Entry, text: str) -> tuple[time, time] | None:
    start, _, end = text.partition("-")
    try:
        window = time.fromisoformat(start), time.fromisoformat(end)
    except ValueError:
        window = None
    if window is None or not _WINDOW.fullmatch(text):
        entry.reject(f"windows: {text!r} is not a window such as 09:00-12:00", key="windows")
        return None
    if window[0] >= window[1]:
        entry.reject(f"windows: {text} ends before it starts", key="windows")
        return None
    return window
