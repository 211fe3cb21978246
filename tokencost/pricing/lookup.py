"""Offers: a model at a site, found by name or selected by what it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tokencost.errors import Failures, NoPriceError, UsageError
from tokencost.pricing.cache_rules import BatchCache, CacheRules
from tokencost.pricing.names import find_model
from tokencost.pricing.table import Discount, Model, Price, PriceTable, Provider, find_discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A model at one site of its provider, with the discount of a contract if there is one."""

    model: Model
    provider: Provider
    site: str
    discount: Discount | None = None

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
        raise _retired(model)
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
    )


def _retired(model: Model) -> NoPriceError:
    since = f" since {model.retired}" if model.retired else ""
    return NoPriceError(
        f"{model.name} is no longer sold{since}",
        hint=f"{model.replaced_by} took its place" if model.replaced_by else "",
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
