"""Phrases about prices that several reports share."""

from collections.abc import Iterable
from decimal import Decimal

from tokencost.money import plain, shown
from tokencost.pricing import Conversion, Offer, Price, Quote
from tokencost.report.envelope import rate_warnings
from tokencost.report.sheet import Remark
from tokencost.report.words import DASH, remarks
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
    chosen = [f"{offer.currency} {rates_in_words(quote, usage)} per MTok"]
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
    derived = f", {price.derived}" if price.derived else ""
    return f"checked {price.checked}, {price.source}{kind}{derived}{doubt}"


def rates_in_words(quote: Quote, usage: Usage) -> str:
    """Return the rates of input and output, and those of a cache that was used.

    A rate that no list gives comes with the formula it follows from.
    """
    rates = quote.rates
    read, derived = rates.cache_read if usage.cache_read else None, quote.derived
    known = [
        f"{plain(rate)} {what}"
        for rate, what in (
            (rates.input, "in"),
            (rates.output, "out"),
            (read, f"cache read{_formula(derived.get('cache_read'))}"),
            *(
                (rates.cache_write.get(ttl), f"cache write {ttl}{_formula(derived.get(name))}")
                for ttl in usage.cache_write
                for name in [f"cache_write {ttl}"]
            ),
        )
        if rate is not None
    ]
    return ", ".join(known)


def _formula(formula: str | None) -> str:
    return f" ({formula})" if formula else ""


def rate_remarks(conversions: Iterable[Conversion | None]) -> list[Remark]:
    """Return one line for each exchange rate that was used, and what is doubtful about it."""
    used = list(conversions)
    rates = dict.fromkeys(each.rate for each in used if each is not None)
    return [
        *(
            Remark(
                label="rate",
                text=f"1 {rate.base} = {plain(rate.rate)} {rate.quote}, "
                f"{rate.day or 'undated'}, {rate.source}",
            )
            for rate in rates
        ),
        *remarks("warning", rate_warnings(used)),
    ]
