"""Reports of `models` and `models show`."""

from collections.abc import Iterable
from typing import Any

from tokencost.money import format_exact
from tokencost.pricing import SINGLE_RATES, Offer, Price, Rates
from tokencost.pricing.catalogue import Catalogue, ModelListing
from tokencost.report.formats.json import day_text, envelope, exact, rates_dict
from tokencost.report.model_details import RateSet, details, rate_cell, rate_sets, tokens_word
from tokencost.report.page import Column, CsvTable, Page, PageNote, csv_table, only_used, table
from tokencost.report.price_phrases import caching_dict, volume_dicts

_RATE_NAMES = {"input": "input", "output": "output", "cache_read": "cache read"}


def _rate_column(rate: str) -> Column[RateSet]:
    return Column(
        name=_RATE_NAMES.get(rate, ""),
        value=lambda row: exact(getattr(row.rates, rate)),
        cell=(lambda row: _rate_cell(row, rate)) if rate in _RATE_NAMES else None,
        csv=rate,
        number=True,
        rank=1 if rate == "cache_read" else 0,
    )


def _rate_cell(row: RateSet, rate: str) -> str:
    if rate == "input" and row.price is None:
        return "no price"
    return rate_cell(getattr(row.rates, rate))


def _writes(row: RateSet) -> str | None:
    writes = (f"{ttl}={format_exact(rate)}" for ttl, rate in row.rates.cache_write.items())
    return " ".join(writes) or None


def _tiers(row: RateSet) -> str:
    return str(len(row.price.rates.tiers)) if row.price and row.price.rates.tiers else ""


def _peak_cell(row: RateSet) -> str:
    return f"x{format_exact(row.schedule.multiplier)}" if row.schedule else ""


_COLUMNS: tuple[Column[RateSet], ...] = (
    Column(name="model", value=lambda row: row.model.name, cell=lambda row: row.listing.offer.name),
    Column(csv="site", value=lambda row: row.listing.offer.site),
    Column(name="cur", value=lambda row: row.listing.offer.currency, csv="currency"),
    Column(csv="for", value=lambda row: row.label),
    Column(csv="from", value=lambda row: row.price.validity.first if row.price else None),
    Column(csv="until", value=lambda row: row.price.validity.last if row.price else None),
    *map(_rate_column, SINGLE_RATES),
    Column(csv="cache_write", value=_writes),
    Column(name="more tiers", cell=_tiers, number=True, rank=3),
    Column(
        name="peak hours",
        value=lambda row: exact(row.schedule.multiplier) if row.schedule else None,
        cell=_peak_cell,
        csv="peak_multiplier",
        number=True,
    ),
    Column(
        name="context",
        value=lambda row: row.window,
        cell=lambda row: f"{row.window:,}" if row.window else "",
        number=True,
        rank=2,
    ),
    Column(csv="max_output", value=lambda row: row.model.max_output),
    Column(name="count", cell=lambda row: tokens_word(row.model), rank=4),
    Column(csv="tokenizer", value=lambda row: row.model.tokenizer),
    Column(csv="kind", value=lambda row: row.price.conditions.kind if row.price else None),
    Column(
        name="checked",
        value=lambda row: row.price.provenance.checked if row.price else None,
        rank=5,
    ),
    Column(csv="source", value=lambda row: row.price.provenance.source if row.price else None),
)


class ModelsView:
    """The models that were asked for, or one of them with every price row."""

    def page(self, report: Catalogue) -> Page:
        """Lay out the list, or one model in detail."""
        if report.detailed:
            return details(report)
        return Page(
            tables=(only_used(table(_COLUMNS, map(_in_force, report.listed))),),
            notes=(
                PageNote(
                    label="prices",
                    text=f"per million tokens, in force on {report.price_date.day}, base tier, "
                    f"standard mode, off-peak hours{report.prices.layers}; "
                    "`tokencost models show ID` has the rest",
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


def _in_force(listing: ModelListing) -> RateSet:
    """Return the base rates as the row in force states them."""
    rates = listing.price.rates.base if listing.price else Rates()
    return RateSet(listing=listing, price=listing.price, label="base", rates=rates, derived={})


def _rate_sets(catalogue: Catalogue) -> Iterable[RateSet]:
    for listing in catalogue.listed:
        for price in listing.offer.prices if catalogue.detailed else (listing.price,):
            yield from rate_sets(listing, price)


def _listing_dict(listing: ModelListing) -> dict[str, Any]:
    offer, model = listing.offer, listing.offer.model
    return {
        "model": model.name,
        "site": offer.site,
        "currency": offer.currency,
        "aliases": list(model.aliases),
        "tokenizer": {
            "name": model.tokenizer,
            "method": tokens_word(model),
            "assumed": model.tokenizer_assumed or None,
        },
        "context": model.context,
        "max_input": model.max_input,
        "max_output": model.max_output,
        "retired": day_text(model.retired),
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
    rates, derived = offer.caching.completed(card.base)
    return {
        "in_force": in_force,
        "from": day_text(price.validity.first),
        "until": day_text(price.validity.last),
        "kind": str(price.conditions.kind),
        "rates": rates_dict(rates),
        "derived": dict(derived),
        "of_site": provenance.derived or None,
        "list": rates_dict(card.list_rates) if card.list_rates else None,
        "tiers": [{"for": tier.label, "rates": rates_dict(tier.rates)} for tier in card.tiers],
        "modes": {
            mode: rates_dict(change) if isinstance(change, Rates) else format_exact(change)
            for mode, change in card.modes.items()
        },
        "schedule": schedule.in_words() if schedule else None,
        "input_max": price.conditions.input_max,
        "fees": {name: format_exact(fee) for name, fee in card.fees.items()},
        "source": provenance.source,
        "page": provenance.page or None,
        "checked": provenance.checked.isoformat(),
        "confidence": str(provenance.confidence),
        "note": provenance.note or None,
    }
