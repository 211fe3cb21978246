"""One model with every price row, for people."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tokencost.errors import TokenizerError
from tokencost.money import format_exact
from tokencost.pricing import Model, Offer, Price, Rates
from tokencost.pricing.catalogue import Catalogue, ModelListing
from tokencost.pricing.schedule import Schedule
from tokencost.report.page import Column, Page, PageNote, only_used, table
from tokencost.report.phrases import notes_of
from tokencost.report.price_phrases import batch_words, cache_words, provenance, volume_words
from tokencost.tokenizers import find_tokenizer

_DERIVED = "°"


class RateSet(NamedTuple):
    """The rates of a model for a tier or mode, completed by the provider's multipliers.

    *derived* has the formulas of the rates that follow from others, *is_first* says whether they
    are the first ones of their price row.
    """

    listing: ModelListing
    price: Price | None
    label: str
    rates: Rates
    derived: Mapping[str, str]
    is_first: bool = False

    @property
    def model(self) -> Model:
        """The model."""
        return self.listing.offer.model

    @property
    def window(self) -> int | None:
        """The most tokens that the model takes, None if unknown."""
        return self.model.context or self.model.max_input

    @property
    def schedule(self) -> Schedule | None:
        """The hours of the price row, None for one price all day."""
        return self.price.conditions.schedule if self.price else None

    def mark(self, rate: str) -> str:
        """Return a mark if a rate follows from another one."""
        return _DERIVED if rate in self.derived else ""


def rate_sets(listing: ModelListing, price: Price | None) -> Iterable[RateSet]:
    """Return every set of rates of a price row: base, tiers and modes with rates of their own."""
    if price is None:
        yield RateSet(listing, None, "no price", Rates(), {})
        return
    completed = listing.offer.caching.completed
    yield RateSet(listing, price, "base", *completed(price.rates.base), is_first=True)
    for tier in price.rates.tiers:
        yield RateSet(listing, price, tier.label, *completed(price.rates.in_tier(tier)))
    for mode, change in price.rates.modes.items():
        if isinstance(change, Rates):
            yield RateSet(listing, price, mode, change, {})


def rate_cell(rate: Decimal | None) -> str:
    """Return a rate as it is, nothing if it is unknown."""
    return "" if rate is None else format_exact(rate)


def _site(row: RateSet) -> str:
    return f"{row.listing.offer.site} {row.listing.offer.currency}" if row.is_first else ""


def _span(row: RateSet) -> str:
    if row.price is None or not row.is_first:
        return ""
    return row.price.validity.span + (" *" if row.price is row.listing.price else "")


def _writes(row: RateSet) -> str:
    return ", ".join(
        f"{format_exact(rate)}{row.mark(f'cache_write {ttl}')} ({ttl})"
        for ttl, rate in row.rates.cache_write.items()
    )


_COLUMNS: tuple[Column[RateSet], ...] = (
    Column(name="site", cell=_site),
    Column(name="in force", cell=_span),
    Column(name="for", cell=lambda row: row.label),
    Column(name="input", cell=lambda row: rate_cell(row.rates.input), number=True),
    Column(name="output", cell=lambda row: rate_cell(row.rates.output), number=True),
    Column(name="thinking", cell=lambda row: rate_cell(row.rates.output_thinking), number=True),
    Column(
        name="cache read",
        cell=lambda row: rate_cell(row.rates.cache_read) + row.mark("cache_read"),
        number=True,
    ),
    Column(
        name="explicit read",
        cell=lambda row: rate_cell(row.rates.cache_read_explicit) + row.mark("cache_read_explicit"),
        number=True,
    ),
    Column(name="cache write", cell=_writes, number=True),
    Column(name="storage/h", cell=lambda row: rate_cell(row.rates.cache_storage_hour), number=True),
)


def details(catalogue: Catalogue) -> Page:
    """Lay out every row with its rates, and below them what they rest on."""
    first = catalogue.listed[0]
    prices = [(listing, price) for listing in catalogue.listed for price in listing.offer.prices]
    rows = [row for listing, price in prices for row in rate_sets(listing, price)]
    return Page(
        tables=(only_used(table(_COLUMNS, rows)),),
        notes=(
            *_identity(first, first.offer.model),
            *(
                note
                for listing, price in prices
                for note in _price_notes(listing, price, catalogue.price_date.day)
            ),
        ),
    )


def tokens_word(model: Model) -> str:
    """Return how the model's tokens are counted."""
    if model.tokenizer is None:
        return "none"
    try:
        return str(find_tokenizer(model.tokenizer, assumed=model.tokenizer_assumed).method)
    except TokenizerError:  # a table of the user's own names one that is not there
        return "unknown"


def _identity(first: ModelListing, model: Model) -> list[PageNote]:
    limits = [
        f"{limit:,} {what}"
        for limit, what in (
            (model.context, "context"),
            (model.max_input, "input"),
            (model.max_output, "output"),
        )
        if limit
    ]
    tokenizer = f"{model.tokenizer or 'none recorded'} ({tokens_word(model)})"
    if model.tokenizer_assumed:
        tokenizer += f": {model.tokenizer_assumed}"
    return [
        PageNote(label="model", text=f"{model.name}, {first.offer.provider.name}"),
        *notes_of(
            "aliases",
            [", ".join((*model.aliases, *model.match))] if model.aliases or model.match else [],
        ),
        *notes_of("tokens", [", ".join(limits)] if limits else []),
        PageNote(label="tokenizer", text=tokenizer),
        *notes_of("retired", _retirement(model)),
        *notes_of("cache", cache_words(first.offer)),
        *notes_of("volume", volume_words(first.offer)),
        *notes_of("contract", _contract(first.offer)),
        PageNote(
            label="unit",
            text=f"per million tokens; * marks the row in force, {_DERIVED} a rate that follows "
            "from a multiplier of the cache rules",
        ),
    ]


def _retirement(model: Model) -> list[str]:
    if not model.retired and not model.replaced_by:
        return []
    since = f"since {model.retired}" if model.retired else "no longer sold under this name"
    return [f"{since}; {model.replaced_by} took its place" if model.replaced_by else since]


def _contract(offer: Offer) -> list[str]:
    discount = offer.discount
    if discount is None:
        return []
    return [
        f"{format_exact(discount.percent)} % off {discount.pattern} ({discount.source}), "
        "not shown here"
    ]


def _price_notes(listing: ModelListing, price: Price, day: date) -> Iterable[PageNote]:
    where = f"{listing.offer.site} {price.validity.span}"
    factors = [
        f"{mode} x{format_exact(change)}"
        for mode, change in price.rates.modes.items()
        if isinstance(change, Decimal)
    ]
    if factors:
        rule = batch_words(listing.offer.batch_cache)
        yield PageNote(label="modes", text=f"{where}: {', '.join(factors)} on every rate{rule}")
    if schedule := price.conditions.schedule:
        yield PageNote(label="schedule", text=f"{where}: {schedule.in_words()}")
    if input_max := price.conditions.input_max:
        yield PageNote(label="limit", text=f"{where}: no known price above {input_max:,} input")
    if price.rates.fees:
        fees = ", ".join(f"{name} {format_exact(fee)}" for name, fee in price.rates.fees.items())
        yield PageNote(label="fees", text=f"{where}: {fees} per 1,000 calls, not part of estimates")
    if price.rates.list_rates:
        rates = ", ".join(
            f"{name} {format_exact(rate)}"
            for name, rate in price.rates.list_rates.single().items()
            if rate is not None
        )
        yield PageNote(label="list", text=f"{where}: list price {rates}")
    age = f"{(day - price.provenance.checked).days:,} days before {day}"
    yield PageNote(label="source", text=f"{where}: {provenance(price)} ({age})")
    if price.provenance.page:
        yield PageNote(label="page", text=f"{where}: {price.provenance.page}")
    if price.provenance.note:
        yield PageNote(label="note", text=f"{where}: {price.provenance.note}")
