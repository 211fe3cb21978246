"""Models by name, and offers: a model at a site, found by name or selected by what it is."""

from collections.abc import Collection, Sequence
from datetime import date

from tokencost.errors import AmbiguousModelError, Failures, NoPriceError, UsageError
from tokencost.pricing.cache_rules import BatchCache, CacheRules, rules_in_force
from tokencost.pricing.discounts import Discount, find_discount
from tokencost.pricing.names import NamedModel, models_named, names_at, names_like
from tokencost.pricing.table import Model, Price, PriceTable, Provider
from tokencost.values import dataclass, replace

_MOST_NAMED = 20  # names that a hint has room for; the makers of most models come first


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A model at one site, with who sells it there and the discount of a contract if any.

    The *provider* is the seller: the maker, or who resells the model. `successors` are what took
    its place, what took the place of that, and so on.
    `largest_window` is the largest known of any model, in tokens, for one whose own is not known.
    `maker` is named where a reseller bills caches as the maker does.
    """

    model: Model
    provider: Provider
    site: str
    discount: Discount | None = None
    successors: "tuple[Offer, ...]" = ()
    largest_window: int | None = None
    maker: Provider | None = None

    @property
    def name(self) -> str:
        """The full name, `provider/id@site`."""
        return f"{self.model.name}@{self.site}"

    @property
    def currency(self) -> str:
        """The currency of the site."""
        return self.provider.sites.get(self.site) or self.provider.sites[self.provider.home]

    @property
    def prices(self) -> tuple[Price, ...]:
        """The price rows of this site."""
        return tuple(price for price in self.model.prices if price.site == self.site)

    def price_on(self, day: date) -> Price | None:
        """Return the price row in force on *day*, None if there is none."""
        return next((price for price in self.prices if price.validity.covers(day)), None)

    @property
    def caching(self) -> CacheRules:
        """The rules of the seller's caches; the maker's own, with what is different for a model."""
        owner = self.maker or self.provider
        own = self.model.cache if owner.id == self.model.provider else None
        return rules_in_force(owner.cache, own)

    @property
    def batch_cache(self) -> BatchCache:
        """What discounts do to the rates of a cache."""
        own = self.model.batch_cache if self.provider.id == self.model.provider else None
        return own or self.provider.batch_cache


def find_offer(
    table: PriceTable, name: str, *, site: str | None = None, default_site: str | None = None
) -> Offer:
    """Return what *name* (`id`, `provider/id`, an alias, each with or without `@site`) means.

    Names as clouds, resellers and tools write them say where a model is bought; *site* decides
    otherwise. Without one it is *default_site*, else the maker's home or the only site there is.

    Raises:
        UnknownModelError: nothing has this name; prefixes and neighbours are never taken.
        AmbiguousModelError: several providers have a model of this name.
        NoPriceError: the model has no price at this site.

    Examples:
        >>> tokencost.find_offer(tokencost.load_price_table(), "gpt-4o").name
        'openai/gpt-4o@global'
    """
    named = _find(table, name)
    if site and named.model.sites and name.endswith(f"@{named.site}") and named.site != site:
        raise NoPriceError(
            f"{name} names site {named.site}, but site {site} is asked for",
            hint="leave one of the two out",
        )
    model, chosen, refused = named
    if site and site != chosen:
        chosen, refused = site, ""
    asked = chosen or default_site or ""
    chosen = asked or _home(table, model)
    if not model.sites and (model.replaced_by or model.last_day):
        from tokencost.pricing.periods import never_priced  # for errors alone

        raise never_priced(model, _successors(table, model, chosen), table.as_of)
    if chosen not in model.sites or refused:
        from tokencost.pricing.suggestions import no_price  # for errors alone

        called = "" if site or "@" in name else name
        raise no_price(table, model, chosen if model.sites else asked, refused, called=called)
    return _offer(table, model, chosen)


def _home(table: PriceTable, model: Model) -> str:
    """Return the site that is meant when none is named."""
    provider = table.providers[model.provider]
    own = [site for site in model.sites if site in provider.sites]
    return (own or model.sites)[0] if len(own or model.sites) == 1 else provider.home


def offers_of(table: PriceTable, model: Model) -> list[Offer]:
    """Return *model* at each of its sites."""
    return [_offer(table, model, site) for site in model.sites]


def offers_named(table: PriceTable, name: str) -> list[Offer]:
    """Return the model of a name at all its sites, or at the one that *name* speaks of.

    Raises:
        TokencostError: as `find_offer` does.
    """
    named = _find(table, name)
    return ([] if named.site else offers_of(table, named.model)) or [find_offer(table, name)]


def find_offers(
    table: PriceTable,
    names: str | Sequence[str],
    *,
    site: str | None = None,
    default_site: str | None = None,
    failures: Failures,
) -> list[Offer]:
    """Return what each of *names* means, each offer once; what means nothing is a failure."""
    offers: dict[str, Offer] = {}
    for name in dict.fromkeys([names] if isinstance(names, str) else names):
        with failures.kept_of(name):
            offer = find_offer(table, name, site=site, default_site=default_site)
            offers.setdefault(offer.name, offer)
    return list(offers.values())


def find_models(
    table: PriceTable, names: str | Sequence[str], *, failures: Failures
) -> list[NamedModel]:
    """Return the model of each of *names* once a site, with or without a price."""
    models: dict[tuple[str, str], NamedModel] = {}
    for name in dict.fromkeys([names] if isinstance(names, str) else names):
        with failures.kept_of(name):
            model, site, refused = _find(table, name)
            site = site or _home(table, model)
            models.setdefault((model.name, site), NamedModel(model, site, refused))
    return list(models.values())


def _offer_itself(table: PriceTable, model: Model, site: str) -> Offer:
    seller = table.providers[table.seller_of(model, site)]
    keeps = model.provider in seller.caches_of
    maker = table.providers[model.provider] if keeps else None
    return Offer(model=model, provider=seller, site=site, maker=maker)


def _offer(table: PriceTable, model: Model, site: str) -> Offer:
    return replace(
        _offer_itself(table, model, site),
        discount=find_discount(
            table.discounts,
            provider=table.seller_of(model, site),
            names=names_at(table, model, site) if table.discounts else (),
            model=model.name,
            site=site,
        ),
        successors=_successors(table, model, site) if model.replaced_by else (),
        largest_window=None if model.context or model.max_input else _largest_window(table),
    )


def _largest_window(table: PriceTable) -> int | None:
    return max(model.context or model.max_input or 0 for model in table.models) or None


def _successors(table: PriceTable, model: Model, site: str) -> tuple[Offer, ...]:
    """Return the models that followed *model*, at the same site where they are sold there."""
    chain, after = [model], _called(table, model.replaced_by)
    while after and after not in chain:
        chain.append(after)
        after = _called(table, after.replaced_by)
    return tuple(
        _offer_itself(table, later, site if site in later.sites else later.sites[0])
        for later in chain[1:]
        if later.sites
    )


def _called(table: PriceTable, name: str) -> Model | None:
    """Return the model of this full name, as it is written."""
    models = (table.models[number] for number, _ in names_like(table, name.partition("/")[2]))
    return next((model for model in models if model.name == name), None)


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
            (
                not self.providers
                or offer.provider.id in self.providers
                or offer.model.provider in self.providers
            )
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
        sites |= {site for model in table.models for site in model.sites}
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
    offers = offers_named(table, name)
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
            others = " and others" if len(all_names) > _MOST_NAMED else ""
            first = f"{', '.join(all_names[:_MOST_NAMED])}{others}"
            hint = f"did you mean {near}?" if near else f"known are {first}"
            if set(parts := name.split(",")) <= set(all_names):
                hint = f"repeat it: {' '.join(f'--{what} {part}' for part in parts)}"
            raise UsageError(f'unknown {what} "{name}"', hint=hint)


def find_model(table: PriceTable, name: str) -> Model:
    """Return the model that *name* means, wherever it says that the model is bought.

    Raises:
        UnknownModelError: nothing has this name; prefixes and neighbours are never taken.
        AmbiguousModelError: several providers have a model of this name.

    Examples:
        >>> table = tokencost.load_price_table()
        >>> tokencost.find_model(table, "us.anthropic.claude-sonnet-4-5-20250929-v1:0").name
        'anthropic/claude-sonnet-4-5'
    """
    return _find(table, name).model


def named_model(table: PriceTable, name: str) -> NamedModel | None:
    """Return the model that *name* means and where it is bought, None if it is not exactly one."""
    models = _meant(table, name)
    return models[0] if len(models) == 1 else None


def _find(table: PriceTable, name: str) -> NamedModel:
    bare, at, site = name.rpartition("@")
    if at and not site:
        raise NoPriceError(f"{name!r} does not name a site", hint=f"write {bare}, or {bare}@SITE")
    match _meant(table, name):
        case [named]:
            return named
        case []:
            from tokencost.pricing.suggestions import unknown_model  # for errors alone

            raise unknown_model(table, name)
        case models:
            names = dict.fromkeys(named.model.name for named in models)
            if len(names) == 1:  # what several sellers call a model of somebody else
                names |= dict.fromkeys(f"{named.model.name}@{named.site}" for named in models)
            raise AmbiguousModelError(name, candidates=list(names))


def _meant(table: PriceTable, name: str) -> list[NamedModel]:
    """Return what *name* may mean; what follows an "@" is a site, unless it belongs to an id."""
    bare, at, site = name.rpartition("@")
    if not at:
        return models_named(table, name)
    is_site = table.seller_at(site) or any(site in one.sites for one in table.providers.values())
    models = [] if is_site else models_named(table, name)
    # Behind a name that says where it is bought stands a version: "vertex_ai/codestral@2405".
    return models or [
        NamedModel(model, site) for model, own, _ in models_named(table, bare) if is_site or not own
    ]
