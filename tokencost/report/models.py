"""The answers of `models` and `models show` as sheet, JSON and CSV."""

from collections.abc import Iterable
from typing import Any

from tokencost.money import format_exact
from tokencost.pricing import SINGLE_RATES, Offer, Price, Rates
from tokencost.pricing.catalogue import Catalogue, ModelListing
from tokencost.report.json_envelope import day_text, envelope, money, rates_dict
from tokencost.report.model_details import counting, details, rate_cell, rate_sets
from tokencost.report.price_phrases import caching_dict, volume_dicts
from tokencost.report.table import Column, Remark, Sheet, Table, only_used

CSV_COLUMNS = (
    *("model", "site", "currency", "for", "from", "until", *SINGLE_RATES, "cache_write"),
    *("peak_multiplier", "context", "max_output", "tokenizer", "kind", "checked", "source"),
)
_LIST_COLUMNS = (
    Column(name="model"),
    Column(name="cur"),
    Column(name="input", number=True),
    Column(name="output", number=True),
    Column(name="cache read", number=True, rank=1),
    Column(name="more tiers", number=True, rank=3),
    Column(name="peak hours", number=True),
    Column(name="context", number=True, rank=2),
    Column(name="count", rank=4),
    Column(name="checked", rank=5),
)


def sheet(catalogue: Catalogue) -> Sheet:
    """Lay out the list, or one model with every row."""
    return details(catalogue) if catalogue.detailed else _list(catalogue)


def as_dict(catalogue: Catalogue) -> dict[str, Any]:
    """Spell out the JSON: every model with every price row, and which one is in force."""
    return envelope(
        "models",
        prices=catalogue.prices,
        price_date=catalogue.price_date,
        assumptions={"unit": "per million tokens, fees per 1,000 calls"},
        body={"results": [_entry(each) for each in catalogue.listed]},
    )


def csv_rows(catalogue: Catalogue) -> Iterable[tuple[object, ...]]:
    """Return one row for each set of rates: base, tiers and modes with rates of their own.

    The list has the price row in force, one model by itself all of its price rows.
    """
    for each in catalogue.listed:
        prices = each.offer.prices if catalogue.detailed else (each.price,)
        for price in prices:
            for label, rates, _ in rate_sets(each.offer, price):
                yield _csv_row(each, price, label, rates)


def _csv_row(
    each: ModelListing, price: Price | None, label: str, rates: Rates
) -> tuple[object, ...]:
    model = each.offer.model
    writes = " ".join(f"{ttl}={format_exact(rate)}" for ttl, rate in rates.cache_write.items())
    schedule = price.conditions.schedule if price else None
    return (
        *(model.name, each.offer.site, each.offer.currency, label),
        *((price.validity.first, price.validity.last) if price else (None, None)),
        *(money(rate) for rate in rates.single().values()),
        writes or None,
        money(schedule.multiplier) if schedule else None,
        *(model.context or model.max_input, model.max_output, model.tokenizer),
        *(
            (price.conditions.kind, price.provenance.checked, price.provenance.source)
            if price
            else (None, None, None)
        ),
    )


def quiet(catalogue: Catalogue) -> str:
    """Return the full names, one a line."""
    return "".join(f"{each.offer.name}\n" for each in catalogue.listed)


def _list(catalogue: Catalogue) -> Sheet:
    rows = tuple(_list_row(each) for each in catalogue.listed)
    return Sheet(
        tables=(only_used(Table(columns=_LIST_COLUMNS, rows=rows)),),
        remarks=(
            Remark(
                label="prices",
                text=f"per million tokens, in force on {catalogue.price_date.day}, base tier, "
                f"standard mode, off-peak hours{catalogue.prices.layers}; "
                "`tokencost models show ID` has the rest",
            ),
        ),
    )


def _list_row(each: ModelListing) -> tuple[str, ...]:
    model, price = each.offer.model, each.price
    window = model.context or model.max_input
    rates = price.rates.base if price else Rates()
    schedule = price.conditions.schedule if price else None
    return (
        each.offer.name,
        each.offer.currency,
        rate_cell(rates.input) if price else "no price",
        rate_cell(rates.output),
        rate_cell(rates.cache_read),
        str(len(price.rates.tiers)) if price and price.rates.tiers else "",
        f"x{format_exact(schedule.multiplier)}" if schedule else "",
        f"{window:,}" if window else "",
        counting(model),
        str(price.provenance.checked) if price else "",
    )


def _entry(each: ModelListing) -> dict[str, Any]:
    model = each.offer.model
    return {
        "model": model.name,
        "site": each.offer.site,
        "currency": each.offer.currency,
        "aliases": list(model.aliases),
        "tokenizer": {
            "name": model.tokenizer,
            "method": counting(model),
            "assumed": model.tokenizer_assumed or None,
        },
        "context": model.context,
        "max_input": model.max_input,
        "max_output": model.max_output,
        "retired": model.retired.isoformat() if model.retired else None,
        "replaced_by": model.replaced_by or None,
        "cache": caching_dict(each.offer),
        "contract_percent_off": money(each.offer.discount.percent) if each.offer.discount else None,
        "volume": volume_dicts(each.offer),
        "prices": [
            _price_dict(each.offer, price, in_force=price is each.price)
            for price in each.offer.prices
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
