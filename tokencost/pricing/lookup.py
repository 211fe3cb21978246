"""Models by name, and offers: a model at a site, found by name or selected by what it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from tokencost.errors import (
    AmbiguousModelError,
    Failures,
    NoPriceError,
    UnknownModelError,
    UsageError,
)
from tokencost.pricing.cache_rules import BatchCache, CacheRules
from tokencost.pricing.table import Discount, Model, Price, PriceTable, Provider, find_discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A model at one site of its provider, with the discount of a contract if there is one.

    `successors` are what took its place, what took the place of that, and so on.
    """

    model: Model
    provider: Provider
    site: str
    discount: Discount | None = None
    successors: "tuple[Offer, ...]" = ()

    @property
    def name(self) -> str:
        """The full name, `provider/id@site`."""
        return f"{self.model.name}@{self.site}"

    @property
    def currency(self) -> str:
        """The currency of the site."""
        return self.provider.sites[self.site]

    @property
    def prices(self) -> tuple[Price, ...]:
        """The price rows of this site."""
        return tuple(price for price in self.model.prices if price.site == self.site)

    def price_on(self, day: date) -> Price | None:
        """Return the price row in force on *day*, None if there is none."""
        return next((price for price in self.prices if price.validity.covers(day)), None)

    @property
    def caching(self) -> CacheRules:
        """The rules of the provider's caches, with what is different about the model's."""
        rules = self.provider.cache or CacheRules()
        return (rules.overridden(self.model.cache) if self.model.cache else rules).in_force()

    @property
    def batch_cache(self) -> BatchCache:
        """What discounts do to the rates of a cache."""
        return self.model.batch_cache or self.provider.batch_cache


def find_offer(table: PriceTable, name: str, *, site: str | None = None) -> Offer:
    """Return what *name* (`id`, `provider/id`, an alias, each with or without `@site`) means.

    Without a site it is the provider's home, or the only site that has the model.

    Raises:
        UnknownModelError: nothing has this name; prefixes and neighbours are never taken.
        AmbiguousModelError: several providers have a model of this name.
        NoPriceError: the model has no price at this site.

    Examples:
        >>> tokencost.find_offer(tokencost.load_price_table(), "gpt-4o").name
        'openai/gpt-4o@global'
    """
    wanted, at, named_site = name.partition("@")
    if at and not named_site:
        raise NoPriceError(
            f"{name!r} does not name a site", hint=f"write {wanted}, or {wanted}@SITE"
        )
    if named_site and site and named_site != site:
        raise NoPriceError(
            f"{name} names site {named_site}, but site {site} is asked for",
            hint="leave one of the two out",
        )
    model = find_model(table, wanted)
    provider = table.providers[model.provider]
    chosen = named_site or site
    if not chosen:
        chosen = provider.home if len(model.sites) != 1 else model.sites[0]
    if not model.sites:
        raise _never_sold(model)
    if chosen not in model.sites:
        there = ", ".join(f"{model.name}@{site}" for site in model.sites)
        raise NoPriceError(
            f"{model.name} has no price at site {chosen!r}", hint=f"the table has {there}"
        )
    return _offer(table, model, chosen)


def offers_of(table: PriceTable, model: Model) -> list[Offer]:
    """Return *model* at each of its sites."""
    return [_offer(table, model, site) for site in model.sites]


def find_offers(
    table: PriceTable, names: str | Sequence[str], *, site: str | None = None, failures: Failures
) -> list[Offer]:
    """Return what each of *names* means, each offer once; what means nothing is a failure."""
    offers: dict[str, Offer] = {}
    for name in dict.fromkeys([names] if isinstance(names, str) else names):
        with failures.kept_of(name):
            offer = find_offer(table, name, site=site)
            offers.setdefault(offer.name, offer)
    return list(offers.values())


def _offer(table: PriceTable, model: Model, site: str) -> Offer:
    return Offer(
        model=model,
        provider=table.providers[model.provider],
        site=site,
        discount=find_discount(
            table.discounts, provider=model.provider, model=model.name, site=site
        ),
        successors=_successors(table, model, site) if model.replaced_by else (),
    )


def _never_sold(model: Model) -> NoPriceError:
    what = f"was retired on {model.last_day}" if model.last_day else "is no longer sold"
    hint = f"{model.replaced_by} took its place" if model.replaced_by else ""
    return NoPriceError(f'model "{model.id}" {what}', hint=hint)


def _successors(table: PriceTable, model: Model, site: str) -> tuple[Offer, ...]:
    """Return the models that followed *model*, at the same site where they are sold there."""
    by_name = {other.name: other for other in table.models}
    chain, after = [model], by_name.get(model.replaced_by)
    while after and after not in chain:
        chain.append(after)
        after = by_name.get(after.replaced_by)
    return tuple(
        Offer(
            model=later,
            provider=table.providers[later.provider],
            site=site if site in later.sites else later.sites[0],
        )
        for later in chain[1:]
        if later.sites
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which offers are wanted; what is left empty selects nothing out.

    *min_context* is in tokens; a model whose window is not recorded does not reach it.
    """

    providers: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    min_context: int = 0

    def holds(self, offer: Offer) -> bool:
        """Say whether *offer* is wanted."""
        window = offer.model.context or offer.model.max_input or 0
        return (
            (not self.providers or offer.provider.id in self.providers)
            and (not self.sites or offer.site in self.sites)
            and window >= self.min_context
        )

    def check(self, table: PriceTable) -> None:
        """Reject names that nothing in *table* has.

        Raises:
            UsageError: there is no such provider or site.
        """
        _check("provider", self.providers, list(table.providers))
        sites = {site for provider in table.providers.values() for site in provider.sites}
        _check("site", self.sites, sorted(sites))


def select_offers(
    table: PriceTable,
    selection: Selection,
    *,
    names: str | Sequence[str] = (),
    failures: Failures,
) -> list[Offer]:
    """Return the offers of *selection*; with *names* only of these models.

    A name without a site stands for all of its sites; what means nothing, or nothing that is
    selected, is a failure.
    """
    selection.check(table)
    wanted: dict[str, Offer] = {}
    if not names:
        offers = [offer for model in table.models for offer in offers_of(table, model)]
        wanted = {offer.name: offer for offer in offers if selection.holds(offer)}
    for name in [names] if isinstance(names, str) else names:
        with failures.kept_of(name):
            wanted |= {offer.name: offer for offer in _selected(table, selection, name)}
    return list(wanted.values())


def _selected(table: PriceTable, selection: Selection, name: str) -> list[Offer]:
    offers = [] if "@" in name else offers_of(table, find_model(table, name))
    offers = offers or [find_offer(table, name)]
    selected = [offer for offer in offers if selection.holds(offer)]
    if not selected:
        there = ", ".join(offer.name for offer in offers)
        raise NoPriceError(
            f"{name} is not among the providers, sites and windows that are selected",
            hint=f"the table has {there}; leave a condition or the model out",
        )
    return selected


def _check(what: str, names: Collection[str], all_names: Sequence[str]) -> None:
    for name in names:
        if name not in all_names:
            from difflib import get_close_matches

            near = " or ".join(get_close_matches(name, all_names, n=2))
            hint = f"did you mean {near}?" if near else f"known are {', '.join(all_names)}"
            raise UsageError(f'unknown {what} "{name}"', hint=hint)


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
