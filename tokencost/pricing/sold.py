"""One `[[model]]` of a price file with its rows, and how it lies over what is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from tokencost.money import plain
from tokencost.pricing.cache_entries import read_batch_cache, read_caching
from tokencost.pricing.caching import Caching
from tokencost.pricing.entry import Entry
from tokencost.pricing.rates import Rates
from tokencost.pricing.rows import read_row
from tokencost.pricing.schedule import Schedule
from tokencost.pricing.table import Model, Price, Provider


def read_model(
    entry: Entry,
    *,
    providers: Mapping[str, Provider],
    schedules: Mapping[str, Schedule],
    known: Mapping[str, Model],
) -> Model:
    """Read a model; what it leaves out stays as *known* has it.

    Its rows for a site replace those that are known whole, never half.
    """
    name, seller = entry.text("id"), entry.text("provider")
    if name and seller:
        entry.where = f"model {seller}/{name}"
    provider = providers.get(seller)
    if seller and provider is None:
        entry.reject(
            f"provider {seller!r} is not defined", key="provider", hint=f"add [provider.{seller}]"
        )
    rows = [
        (row, read_row(row, provider=provider, schedules=schedules))
        for row in entry.entries("price", label="price row")
    ]
    base = known.get(f"{seller}/{name}")
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
        not_at=entry.texts("not_at"),
        caching=read_caching(entry, base=base.caching if base else _of(provider)),
        batch_cache=read_batch_cache(entry),
        retired=entry.day("retired"),
        replaced_by=entry.text("replaced_by", default=""),
        prices=tuple(price for _, price in rows if price),
    )
    entry.close()
    if not rows and not (model.replaced_by or base):
        entry.reject("there is no price row", hint="add [[model.price]] below the model")
    _check_overlap([(row, price) for row, price in rows if price])
    return _laid_over(base, model)


def with_multiplied_sites(model: Model, provider: Provider) -> Model:
    """Add the rows of sites that sell at a multiple of the home's rates."""
    own = tuple(price for price in model.prices if not price.derived)
    sites = {price.site for price in own}
    derived = [
        _multiplied(price, site, factor, provider.home)
        for site, factor in provider.site_multipliers.items()
        if site not in sites and site not in model.not_at
        for price in own
        if price.site == provider.home
    ]
    return replace(model, prices=(*own, *derived))


def _of(provider: Provider | None) -> Caching | None:
    return provider.caching if provider else None


def _multiplied(price: Price, site: str, factor: Decimal, home: str) -> Price:
    return replace(
        price,
        site=site,
        rates=price.rates.scaled(factor),
        list_rates=price.list_rates and price.list_rates.scaled(factor),
        tiers=tuple(replace(tier, rates=tier.rates.scaled(factor)) for tier in price.tiers),
        modes={
            mode: change.scaled(factor) if isinstance(change, Rates) else change
            for mode, change in price.modes.items()
        },
        derived=f"{plain(factor)}x the rates of site {home}",
    )


def _laid_over(base: Model | None, model: Model) -> Model:
    """Keep what *base* says and *model* leaves out, but no row of a site that *model* prices."""
    if base is None:
        return model
    kept = tuple(price for price in base.prices if price.site not in model.sites)
    inherited = {
        name: getattr(base, name)
        for name in (
            *("aliases", "match", "context", "max_input", "max_output", "not_at"),
            *("batch_cache", "retired", "replaced_by"),
        )
        if not getattr(model, name)
    }
    if model.tokenizer is None:
        inherited["tokenizer"] = base.tokenizer
        inherited["tokenizer_assumed"] = base.tokenizer_assumed
    return replace(model, **inherited, prices=(*model.prices, *kept))


def _check_overlap(rows: Sequence[tuple[Entry, Price]]) -> None:
    for number, (row, price) in enumerate(rows):
        for _, other in rows[:number]:
            starts = [each.first for each in (price, other) if each.first]
            if price.site == other.site and (
                not starts or (price.covers(max(starts)) and other.covers(max(starts)))
            ):
                row.reject(
                    f"site {price.site} has another row for the same days ({other.span})",
                    hint="close the earlier one with until",
                )
