"""Reports of `models` and `models show`."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tokencost.errors import NoPriceError, TokenizerError
from tokencost.money import format_exact
from tokencost.notes import Note, assumed
from tokencost.pricing import (
    SINGLE_RATES,
    Mode,
    Model,
    Offer,
    Price,
    Rates,
    Tier,
    complete_rates,
)
from tokencost.pricing.catalogue import Catalogue, ModelListing
from tokencost.pricing.schedule import Schedule
from tokencost.report.cache_phrases import caching_dict
from tokencost.report.formats.json import day_text, envelope, exact, rates_dict
from tokencost.report.page import Column, CsvTable, Page, csv_table, only_used, table
from tokencost.report.page_notes import notes_of
from tokencost.report.phrase_parts import schedule_words
from tokencost.report.price_phrases import (
    DERIVED,
    model_notes,
    price_row_notes,
    volume_dicts,
)
from tokencost.tokenizers import find_tokenizer
from tokencost.values import replace


class _RateSet(NamedTuple):
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
        return self.listing.offer.model

    @property
    def window(self) -> int | None:
        return self.model.context or self.model.max_input

    @property
    def schedule(self) -> Schedule | None:
        return self.price.conditions.schedule if self.price else None

    def mark(self, rate: str) -> str:
        return DERIVED if rate in self.derived else ""


def _completed(listing: ModelListing, price: Price | None) -> Iterable[_RateSet]:
    """Return every set of rates of a price row: base, tiers and modes with rates of their own."""
    if price is None:
        yield _RateSet(listing, None, "no price", Rates(), {})
        return
    completed = listing.offer.caching.completed
    yield _RateSet(listing, price, "base", *completed(price.rates.base), is_first=True)
    for tier in price.rates.tiers:
        yield _RateSet(listing, price, tier.label, *completed(price.rates.in_tier(tier)))
    for mode, change in price.rates.modes.items():
        if isinstance(change, Rates):
            yield _RateSet(listing, price, mode, change, {})


def _exact_cell(rate: Decimal | None) -> str:
    return "" if rate is None else format_exact(rate)


def _counting(model: Model) -> str:
    if model.tokenizer is None:
        return "none"
    try:
        return str(find_tokenizer(model.tokenizer, assumed=model.tokenizer_assumed).method)
    except TokenizerError:  # a table of the user's own names one that is not there
        return "unknown"


_RATE_NAMES = {"input": "input", "output": "output", "cache_read": "cache read"}


def _rate_column(rate: str) -> Column[_RateSet]:
    return Column(
        _RATE_NAMES.get(rate, ""),
        value=lambda row: getattr(row.rates, rate),
        cell=_input_cell if rate == "input" else None,
        csv=rate,
        number=True,
        rank=1 if rate == "cache_read" else 0,
    )


def _input_cell(row: _RateSet) -> object:
    return row.rates.input if row.price else "no price"


def _writes(row: _RateSet) -> str | None:
    writes = (f"{ttl}={format_exact(rate)}" for ttl, rate in row.rates.cache_write.items())
    return " ".join(writes) or None


def _tiers(row: _RateSet) -> int | None:
    return len(row.price.rates.tiers) or None if row.price else None


def _peak_cell(row: _RateSet) -> str:
    return f"x{format_exact(row.schedule.multiplier)}" if row.schedule else ""


_COLUMNS: tuple[Column[_RateSet], ...] = (
    Column("model", value=lambda row: row.model.name, cell=lambda row: row.listing.offer.name),
    Column(csv="site", value=lambda row: row.listing.offer.site),
    Column("cur", value=lambda row: row.listing.offer.currency, csv="currency"),
    Column(csv="for", value=lambda row: row.label),
    Column(csv="from", value=lambda row: row.price and row.price.validity.first),
    Column(csv="until", value=lambda row: row.price and row.price.validity.last),
    *map(_rate_column, SINGLE_RATES),
    Column(csv="cache_write", value=_writes),
    Column("more tiers", cell=_tiers, number=True, rank=3),
    Column(
        "peak hours",
        value=lambda row: row.schedule and row.schedule.multiplier,
        cell=_peak_cell,
        csv="peak_multiplier",
        number=True,
        rank=1,
    ),
    Column(
        "context",
        value=lambda row: row.window,
        cell=lambda row: row.window or None,
        number=True,
        rank=2,
    ),
    Column(csv="max_output", value=lambda row: row.model.max_output),
    Column("count", cell=lambda row: _counting(row.model), rank=4),
    Column(csv="tokenizer", value=lambda row: row.model.tokenizer),
    Column(csv="price_kind", value=lambda row: row.price and row.price.conditions.kind),
    Column("checked", value=lambda row: row.price and row.price.provenance.checked, rank=5),
    Column(csv="source", value=lambda row: row.price and row.price.provenance.source),
)


def _site(row: _RateSet) -> str:
    return f"{row.listing.offer.site} {row.listing.offer.currency}" if row.is_first else ""


def _span(row: _RateSet) -> str:
    if row.price is None or not row.is_first:
        return ""
    return row.price.validity.span + (" *" if row.price is row.listing.price else "")


def _marked_writes(row: _RateSet) -> str:
    return ", ".join(
        f"{format_exact(rate)}{row.mark(f'cache_write {ttl}')} ({ttl})"
        for ttl, rate in row.rates.cache_write.items()
    )


_DETAILS: tuple[Column[_RateSet], ...] = (
    Column("site", cell=_site),
    Column("in force", cell=_span),
    Column("for", cell=lambda row: row.label),
    Column("input", cell=lambda row: row.rates.input, number=True),
    Column("output", cell=lambda row: row.rates.output, number=True),
    Column("thinking", cell=lambda row: row.rates.output_thinking, number=True, rank=1),
    Column(
        "cache read",
        cell=lambda row: _exact_cell(row.rates.cache_read) + row.mark("cache_read"),
        number=True,
        rank=1,
    ),
    Column(
        "explicit read",
        cell=lambda row: (
            _exact_cell(row.rates.cache_read_explicit) + row.mark("cache_read_explicit")
        ),
        number=True,
        rank=1,
    ),
    Column("cache write", cell=_marked_writes, number=True, rank=1),
    Column("storage/h", cell=lambda row: row.rates.cache_storage_hour, number=True, rank=1),
)


class ModelsView:
    """The models that were asked for, or one of them with every price row."""

    def page(self, report: Catalogue) -> Page:
        """Lay out the list, or one model in detail."""
        if report.detailed:
            return _details(report)
        return Page(
            tables=(only_used(table(_COLUMNS, map(_in_force, report.listed))),),
            notes=(
                *notes_of(
                    "prices",
                    [
                        assumed(
                            "prices_in_force",
                            day=report.price_date.day,
                            sources=report.prices.labels,
                        )
                    ],
                ),
            ),
        )

    def csv(self, report: Catalogue) -> CsvTable:
        """Return one row for each set of rates: base, tiers and modes with rates of their own.

        The list has the price row in force, one model by itself all of its price rows.
        """
        return csv_table(_COLUMNS, _rate_sets(report))

    def as_dict(self, report: Catalogue) -> dict[str, Any]:
        """Spell out the JSON: every model with every price row, and which one is in force."""
        return envelope(
            report.name,
            prices=report.prices,
            price_date=report.price_date,
            assumptions={"unit": "per million tokens, fees per 1,000 calls"},
            body={"results": [_listing_dict(listing) for listing in report.listed]},
        )

    def quiet(self, report: Catalogue) -> str:
        """Return the full names, one a line."""
        return "".join(f"{listing.offer.name}\n" for listing in report.listed)


def _details(catalogue: Catalogue) -> Page:
    """Lay out one model; what past rows rest on is shown on demand."""
    offer, day = catalogue.listed[0].offer, catalogue.price_date.day
    prices = [(listing, price) for listing in catalogue.listed for price in listing.offer.prices]
    rows = [row for listing, price in prices for row in _completed(listing, price)]
    about_model = [*model_notes(offer, counting=_counting(offer.model))]
    tables = [assumed("prices_set", sources=catalogue.prices.labels)]
    set_here = notes_of("prices", tables if catalogue.prices.places else [])

    def page(shown: Iterable[tuple[ModelListing, Price]], hidden: Iterable[Note] = ()) -> Page:
        notes = [note for at, price in shown for note in price_row_notes(at.offer, price, day)]
        notes = [*about_model, *notes, *notes_of("hidden", hidden), *set_here]
        return Page(tables=(only_used(table(_DETAILS, rows)),), notes=tuple(notes))

    current = [(at, price) for at, price in prices if not _is_past(price, day)]
    past = len(prices) - len(current)
    summary = page(current, [assumed("past_rows", rows=past)]) if past and current else None
    return replace(page(prices), summary=summary)


def _is_past(price: Price, day: date) -> bool:
    return price.validity.last is not None and price.validity.last < day


def _in_force(listing: ModelListing) -> _RateSet:
    """Return the base rates as the row in force states them."""
    rates = listing.price.rates.base if listing.price else Rates()
    return _RateSet(listing=listing, price=listing.price, label="base", rates=rates, derived={})


def _rate_sets(catalogue: Catalogue) -> Iterable[_RateSet]:
    for listing in catalogue.listed:
        for price in listing.offer.prices if catalogue.detailed else (listing.price,):
            yield from _completed(listing, price)


def _listing_dict(listing: ModelListing) -> dict[str, Any]:
    offer, model = listing.offer, listing.offer.model
    return {
        "model": model.name,
        "site": offer.site,
        "currency": offer.currency,
        "aliases": list(model.aliases),
        "tokenizer": {
            "name": model.tokenizer,
            "method": _counting(model),
            "assumed": model.tokenizer_assumed or None,
        },
        "context": model.context,
        "max_input": model.max_input,
        "max_output": model.max_output,
        "retired": day_text(model.retired),
        "ends": day_text(model.ends),
        "replaced_by": model.replaced_by or None,
        "cache": caching_dict(offer),
        "contract_percent_off": exact(offer.discount.percent) if offer.discount else None,
        "volume": volume_dicts(offer),
        "prices": [
            _price_dict(offer, price, in_force=price is listing.price) for price in offer.prices
        ],
    }


def _price_dict(offer: Offer, price: Price, *, in_force: bool) -> dict[str, Any]:
    card, provenance, schedule = price.rates, price.provenance, price.conditions.schedule
    return {
        "in_force": in_force,
        "from": day_text(price.validity.first),
        "until": day_text(price.validity.last),
        "price_kind": str(price.conditions.kind),
        **_rates_of(offer, price, None),
        "of_site": provenance.derived or None,
        "list": rates_dict(card.list_rates) if card.list_rates else None,
        "lasting": rates_dict(price.lasting.base) if price.lasting else None,
        "tiers": [{"for": tier.label, **_rates_of(offer, price, tier)} for tier in card.tiers],
        "schedule": schedule_words(schedule) if schedule else None,
        "context": price.conditions.context,
        "input_max": price.conditions.input_max,
        "fees": {name: format_exact(fee) for name, fee in card.fees.items()},
        "source": provenance.source,
        "page": provenance.page or None,
        "checked": provenance.checked.isoformat(),
        "confidence": str(provenance.confidence),
        "note": provenance.note or None,
    }


def _rates_of(offer: Offer, price: Price, tier: Tier | None) -> dict[str, Any]:
    """Return what requests in a tier pay, None for a mode without a price in it."""
    rates, derived = complete_rates(offer, price, mode=Mode.STANDARD, tier=tier, notes=[])
    modes: dict[str, Any] = {}
    for mode in price.rates.modes:
        try:
            in_mode, _ = complete_rates(offer, price, mode=mode, tier=tier, notes=[])
        except NoPriceError:
            modes[mode] = None
        else:
            modes[mode] = rates_dict(in_mode)
    return {"rates": rates_dict(rates), "derived": dict(derived), "modes": modes}
