"""Phrases about prices that several reports share."""

from collections.abc import Iterable
from decimal import Decimal

from tokencost.money import plain, shown
from tokencost.pricing import Conversion, Offer, Price, Quote, Rates
from tokencost.report.sheet import Remark
from tokencost.report.words import DASH
from tokencost.usage import Usage


def money_cell(amount: Decimal | None, currency: str) -> str:
    """Return an amount, or say that there is no price."""
    return "no price" if amount is None else shown(amount, currency)


def range_cell(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    """Return both ends of a cost, nothing if they are one."""
    if low == high:
        return ""
    return f"{money_cell(low, currency)}{DASH}{money_cell(high, currency)}"


def price_remark(offer: Offer, quote: Quote, usage: Usage) -> Remark:
    """Return the rates that were used, with what chose them, their date and source."""
    chosen = [f"{offer.currency} {rates_in_words(quote.rates, usage)} per MTok"]
    if quote.tier is not None:
        chosen.append(f"tier {quote.tier.label}")
    if quote.mode != "standard":
        chosen.append(f"mode {quote.mode}")
    if quote.band is not None:
        chosen.append("peak hours" if quote.band.inside else "off-peak hours")
    return Remark(
        label="price", text=f"{offer.name}: {', '.join(chosen)}; {provenance(quote.price)}"
    )


def provenance(price: Price) -> str:
    """Return date, source and doubt of a price row."""
    doubt = "" if price.confidence == "high" else f", confidence {price.confidence}"
    kind = "" if price.kind == "list" else f", {price.kind} price"
    return f"checked {price.checked}, {price.source}{kind}{doubt}"


def rates_in_words(rates: Rates, usage: Usage) -> str:
    """Return the rates of input and output, and those of a cache that was used."""
    known = [
        f"{plain(rate)} {what}"
        for rate, what in (
            (rates.input, "in"),
            (rates.output, "out"),
            (rates.cache_read if usage.cache_read else None, "cache read"),
            *((rates.cache_write.get(ttl), f"cache write {ttl}") for ttl in usage.cache_write),
        )
        if rate is not None
    ]
    return ", ".join(known)


def rate_remarks(conversions: Iterable[Conversion | None]) -> list[Remark]:
    """Return one line for each exchange rate that was used."""
    rates = dict.fromkeys(each.rate for each in conversions if each is not None)
    return [
        Remark(
            label="rate",
            text=f"1 {rate.base} = {plain(rate.rate)} {rate.quote}, "
            f"{rate.day or 'undated'}, {rate.source}",
        )
        for rate in rates
    ]
