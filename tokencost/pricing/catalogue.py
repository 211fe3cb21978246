"""List and show the models of a price table."""

from dataclasses import dataclass
from typing import ClassVar

from tokencost.errors import Failures, NoPriceError, UnknownModelError, UsageError
from tokencost.pricing import (
    Moment,
    Offer,
    Price,
    PriceTable,
    Selection,
    find_model,
    find_offer,
    load_price_table,
    offers_of,
    price_at,
    select_offers,
    similar_models,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A model at a site with the price row in force, None if there is none on that day."""

    offer: Offer
    price: Price | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Answer of `models`; with *detailed* the reports show every row and every rate."""

    name: ClassVar[str] = "models"

    listed: tuple[Listed, ...]
    moment: Moment
    prices: PriceTable
    detailed: bool = False


def list_models(
    query: str = "",
    *,
    selection: Selection | None = None,
    moment: Moment | None = None,
    prices: PriceTable | None = None,
) -> Catalogue:
    """Return the models whose name, alias, provider or site holds every word of *query*.

    Args:
        query: words; none for all models.
        selection: providers, sites and the smallest context window wanted.
        moment: picks the rows in force, by default the day of the table.
        prices: the price table, by default the shipped one.

    Raises:
        UnknownModelError: none does.
        UsageError: the selection names a provider or site that the table does not have.
    """
    prices = prices or load_price_table()
    moment = moment or Moment(day=prices.as_of)
    words = query.lower().split()
    offers = select_offers(prices, selection or Selection(), failures=Failures(strict=True))
    listed = [
        _listed(offer, moment)
        for offer in offers
        if all(word in _searched(offer) for word in words)
    ]
    if not listed and not words:
        raise UsageError(
            "no model of the table is selected", hint="ask for fewer conditions at once"
        )
    if not listed:
        raise UnknownModelError(query, similar=similar_models(prices, query))
    return Catalogue(listed=tuple(listed), moment=moment, prices=prices)


def show_model(
    name: str, *, moment: Moment | None = None, prices: PriceTable | None = None
) -> Catalogue:
    """Return one model at all its sites, or at the one that *name* says.

    Raises:
        TokencostError: as `find_offer` does.
    """
    prices = prices or load_price_table()
    moment = moment or Moment(day=prices.as_of)
    bare, _, site = name.partition("@")
    offers = [] if site else offers_of(prices, find_model(prices, bare))
    offers = offers or [find_offer(prices, name)]
    listed = tuple(_listed(offer, moment) for offer in offers)
    return Catalogue(listed=listed, moment=moment, prices=prices, detailed=True)


def _searched(offer: Offer) -> str:
    return " ".join((offer.name, offer.provider.name, *offer.model.aliases)).lower()


def _listed(offer: Offer, moment: Moment) -> Listed:
    try:
        return Listed(offer=offer, price=price_at(offer, moment))
    except NoPriceError:
        return Listed(offer=offer, price=None)
