"""List and show the models of a price table."""

from collections.abc import Iterator
from typing import ClassVar

from tokencost.errors import Failures, NoPriceError, UsageError
from tokencost.pricing import (
    Offer,
    Price,
    PriceDate,
    PriceTable,
    Selection,
    as_price_table,
    find_offer,
    named_model,
    offers_named,
    price_at,
    select_offers,
)
from tokencost.reports import Report, number_of
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelListing:
    """A model at a site with the price row in force, None if there is none on that day."""

    offer: Offer
    price: Price | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Catalogue(Report):
    """Report of `models`; with *detailed* the reports show every row and every rate."""

    name: ClassVar[str] = "models"

    listed: tuple[ModelListing, ...]
    price_date: PriceDate
    prices: PriceTable
    detailed: bool = False

    def _summary(self) -> Iterator[str]:
        yield number_of(len({listing.offer.model.name for listing in self.listed}), "model")
        yield number_of(len(self.listed), "site")


def list_models(
    query: str = "",
    *,
    selection: Selection | None = None,
    price_date: PriceDate | None = None,
    prices: PriceTable | None = None,
) -> Catalogue:
    """Return the models whose name, alias, provider or site holds every word of *query*.

    Args:
        query: words; none for all models.
        selection: providers, sites and the smallest context window wanted.
        price_date: picks the rows in force, by default the day of the table.
        prices: the price table, by default the shipped one.

    Raises:
        UnknownModelError: none does, and it is neither a name of a model in another spelling nor
            what people call a maker or a family.
        NoPriceError: it is a name of a model whose price is not known anywhere.
        UsageError: the selection names a provider or site that the table does not have.

    Examples:
        >>> [listing.offer.name for listing in tokencost.list_models("gpt-4o-mini").listed]
        ['openai/gpt-4o-mini@global']
    """
    prices = as_price_table(prices)
    price_date = price_date or prices.price_date
    words = query.lower().split()
    offers = select_offers(prices, selection or Selection(), failures=Failures(strict=True))
    listed = [
        _listed(offer, price_date)
        for offer in offers
        if all(word in _searched(offer) for word in words)
    ]
    if not listed and words and (named := named_model(prices, query)):
        if not named.model.sites:
            find_offer(prices, query)  # it is known, and there is nothing to list: says why
        listed = [_listed(offer, price_date) for offer in offers if offer.model is named.model]
    if not listed and words:
        from tokencost.pricing.suggestions import called_family, unknown_model  # seldom needed

        family = called_family(prices, query)
        own = [offer for offer in offers if family and family.has(offer.model)]
        words = family.rest.split() if family else words
        listed = [
            _listed(offer, price_date)
            for offer in own
            if all(word in _searched(offer) for word in words)
        ]
        if not listed and selection:
            list_models(query, price_date=price_date, prices=prices)  # it may be unknown as a whole
        elif not listed:
            raise unknown_model(prices, query)
    if not listed:
        raise UsageError(
            "no model of the table is selected", hint="ask for fewer conditions at once"
        )
    return Catalogue(listed=tuple(listed), price_date=price_date, prices=prices)


def show_model(
    name: str, *, price_date: PriceDate | None = None, prices: PriceTable | None = None
) -> Catalogue:
    """Return one model at all its sites, or at the one that *name* says.

    Raises:
        TokencostError: as `find_offer` does.

    Examples:
        >>> tokencost.show_model("gpt-4o").listed[0].offer.model.context
        128000
    """
    prices = as_price_table(prices)
    price_date = price_date or prices.price_date
    offers = offers_named(prices, name)
    listed = tuple(_listed(offer, price_date) for offer in offers)
    return Catalogue(listed=listed, price_date=price_date, prices=prices, detailed=True)


def _searched(offer: Offer) -> str:
    return " ".join((offer.name, offer.provider.name, *offer.model.aliases)).lower()


def _listed(offer: Offer, price_date: PriceDate) -> ModelListing:
    try:
        return ModelListing(offer=offer, price=price_at(offer, price_date))
    except NoPriceError:
        return ModelListing(offer=offer, price=None)
