"""Phrases about prices, caches and volumes."""

from collections.abc import Iterable
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from tokencost.money import format_exact, format_money
from tokencost.pricing import (
    BatchCache,
    CacheRule,
    Conversion,
    Offer,
    Price,
    PriceKind,
    Quote,
    VolumeDiscount,
)
from tokencost.pricing.table import Confidence
from tokencost.report.formats.json import day_text, exchange_rate_warnings, rates_dict
from tokencost.report.page import PageNote
from tokencost.report.phrases import DASH, notes_of
from tokencost.usage import Usage


def money_cell(amount: Decimal | None, currency: str) -> str:
    """Return an amount, or say that there is no price."""
    return "no price" if amount is None else format_money(amount, currency)


def cost_range_cell(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    """Return both ends of a cost, nothing if they are one."""
    if low == high:
        return ""
    return f"{money_cell(low, currency)}{DASH}{money_cell(high, currency)}"


def price_note(offer: Offer, quote: Quote, usage: Usage) -> PageNote:
    """Return the rates that were used, with what chose them, their date and source."""
    chosen = [f"{offer.currency} {rates_in_words(quote, usage)} per MTok"]
    if quote.tier is not None:
        chosen.append(f"tier {quote.tier.label}")
    if quote.mode != "standard":
        chosen.append(f"mode {quote.mode}")
    if quote.hours is not None:
        chosen.append("peak hours" if quote.hours.inside else "off-peak hours")
    return PageNote(
        label="price", text=f"{offer.name}: {', '.join(chosen)}; {provenance(quote.price)}"
    )


def provenance(price: Price) -> str:
    """Return date, source and doubt of a price row."""
    origin, kind = price.provenance, price.conditions.kind
    doubt = "" if origin.confidence is Confidence.HIGH else f", confidence {origin.confidence}"
    what = "" if kind is PriceKind.LIST else f", {kind} price"
    derived = f", {origin.derived}" if origin.derived else ""
    return f"checked {origin.checked}, {origin.source}{what}{derived}{doubt}"


def tier_label(quote: Quote | None) -> str | None:
    """Return the tier that was used, None for the base rates."""
    return quote.tier.label if quote and quote.tier else None


def quote_dict(quote: Quote) -> dict[str, Any]:
    """Spell out the rates that were used."""
    price = quote.price
    return {
        **rates_dict(quote.rates),
        "derived": dict(quote.derived),
        "mode": quote.mode,
        "tier": tier_label(quote),
        "band": None if quote.hours is None else "peak" if quote.hours.inside else "off-peak",
        "kind": str(price.conditions.kind),
        "from": day_text(price.validity.first),
        "until": day_text(price.validity.last),
        "checked": price.provenance.checked.isoformat(),
        "source": price.provenance.source,
        "confidence": str(price.provenance.confidence),
    }


def rates_in_words(quote: Quote, usage: Usage) -> str:
    """Return the rates of input and output, and those of a cache that was used.

    A rate that no list gives comes with the formula it follows from.
    """
    rates = quote.rates
    read, derived = rates.cache_read if usage.cache_read else None, quote.derived
    known = [
        f"{format_exact(rate)} {what}"
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


def exchange_rate_notes(conversions: Iterable[Conversion | None]) -> list[PageNote]:
    """Return one line for each exchange rate that was used, and what is doubtful about it."""
    used = list(conversions)
    rates = dict.fromkeys(conversion.rate for conversion in used if conversion is not None)
    return [
        *(
            PageNote(
                label="rate",
                text=f"1 {rate.base} = {format_exact(rate.rate)} {rate.quote}, "
                f"{rate.day or 'undated'}, {rate.source}",
            )
            for rate in rates
        ),
        *notes_of("warning", exchange_rate_warnings(used)),
    ]


_BATCH = {
    BatchCache.DISCOUNTED: "",
    BatchCache.STANDARD: "; a discount leaves those of the cache as they are",
    BatchCache.NONE: "; a discount ends that of the cache",
}


def batch_words(rule: BatchCache) -> str:
    """Return what becomes of the cache in a mode that discounts, "" if nothing does."""
    return _BATCH[rule]


def cache_words(offer: Offer) -> list[str]:
    """Return a line for each kind of cache."""
    caching = offer.caching
    lines = [
        f"{name}: {', '.join(_rule_words(rule)) or 'no rule is published'} ({caching.source})"
        for name, rule in (("implicit", caching.implicit), ("explicit", caching.explicit))
        if rule is not None
    ]
    if caching.exclusive:
        lines.append("a request uses either the implicit or the explicit cache, never both")
    return lines


def _rule_words(rule: CacheRule) -> Iterable[str]:
    if rule.min_tokens:
        yield f"from {rule.min_tokens:,} tokens"
    if rule.granularity:
        yield f"in steps of {rule.granularity:,}"
    if rule.ttl:
        yield f"kept {' or '.join(rule.ttl)}"
    if rule.refresh:
        yield "prolonged by a hit" if rule.refresh == "sliding" else "not prolonged by a hit"
    yield from _hit_words(rule)
    if rule.breakpoints:
        yield f"at most {rule.breakpoints} breakpoints"
    if rule.read_x is not None:
        yield f"read {format_exact(rule.read_x)}x input"
    for ttl, factor in rule.write_x.items():
        yield f"{ttl} write {format_exact(factor)}x input"


def _hit_words(rule: CacheRule) -> Iterable[str]:
    if rule.first_misses:
        yield f"the first {rule.first_misses} calls miss"
    if rule.stored:
        yield "keeping is billed by the hour"
    yield "hits are promised" if rule.guaranteed else "hits are not promised"


def caching_dict(offer: Offer) -> dict[str, Any]:
    """Spell out the cache rules."""
    caching = offer.caching
    return {
        "implicit": _rule_dict(caching.implicit),
        "explicit": _rule_dict(caching.explicit),
        "exclusive": bool(caching.exclusive),
        "in_batch": str(offer.batch_cache),
        "source": caching.source or None,
    }


def _rule_dict(rule: CacheRule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    return {
        "min_tokens": rule.min_tokens,
        "granularity": rule.granularity,
        "ttl": list(rule.ttl),
        "refresh": rule.refresh or None,
        "guaranteed": bool(rule.guaranteed),
        "breakpoints": rule.breakpoints,
        "stored": bool(rule.stored),
        "first_misses": rule.first_misses or 1,
        "read_x": None if rule.read_x is None else format_exact(rule.read_x),
        "write_x": {ttl: format_exact(factor) for ttl, factor in rule.write_x.items()},
    }


def volume_words(offer: Offer) -> list[str]:
    """Return a line for each volume discount of the model, which no estimate applies."""
    return [
        f"{volume.kind}: {', '.join(_steps(volume))} of the list price, not applied by itself "
        f"(checked {volume.checked}, {volume.source})"
        for volume in _volumes(offer)
    ]


def volume_dicts(offer: Offer) -> list[dict[str, Any]]:
    """Spell out the volume discounts."""
    return [
        {
            "kind": volume.kind,
            "steps": [{"tokens": tokens, "pay": format_exact(pay)} for tokens, pay in volume.steps],
            "source": volume.source,
            "checked": volume.checked.isoformat(),
            "note": volume.note or None,
        }
        for volume in _volumes(offer)
    ]


def _volumes(offer: Offer) -> list[VolumeDiscount]:
    return [
        volume
        for volume in offer.provider.volumes
        if not volume.models or any(fnmatchcase(offer.model.id, glob) for glob in volume.models)
    ]


def _steps(volume: VolumeDiscount) -> list[str]:
    return [f"from {tokens:,} tokens {format_exact(pay * 100)} %" for tokens, pay in volume.steps]
