"""Cells of costs, and phrases about prices, caches and volumes."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from tokencost.money import Money, format_exact, format_money, format_money_range
from tokencost.pricing import (
    Conversion,
    Mode,
    Model,
    Offer,
    Price,
    PriceKind,
    Quote,
    Rates,
    VolumeDiscount,
)
from tokencost.pricing.periods import retirement
from tokencost.pricing.table import Confidence
from tokencost.report.cache_phrases import batch_words, cache_words
from tokencost.report.formats.json import day_text, exchange_rate_warnings, rates_dict
from tokencost.report.page import DASH, PageNote
from tokencost.report.page_notes import notes_of
from tokencost.report.phrase_parts import hours_words, schedule_words
from tokencost.usage import Usage

if TYPE_CHECKING:  # types alone: lists of models and prices start faster without
    from tokencost.estimates.results import TotalCost
    from tokencost.tokenizers import TokenCount

DERIVED = "°"  # marks a rate that follows from another one


def money_cell(amount: Decimal | None, currency: str) -> str:
    """Return an amount, or say that there is no price."""
    return "no price" if amount is None else format_money(amount, currency)


def no_price_cell(offer: Offer, day: date) -> str:
    """Say that there is no price, or since when the model is not sold any more."""
    note = retirement(offer, day)
    return f"retired {note.values['day']}" if note else "no price"


def cost_range_cell(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    """Return both ends of a cost, nothing if they are one."""
    if low == high:
        return ""
    if low is None or high is None:
        return f"{money_cell(low, currency)}{DASH}{money_cell(high, currency)}"
    return format_money_range(low, high, currency)


def cost_mark(cost: "TotalCost", tokens: "TokenCount") -> str:
    """Return what stands in front of a cost: a tilde if it has a range, words if that is open."""
    if cost.expected is None:
        return ""
    if tokens.high is None:
        return "at least " if cost.low == cost.expected else "at least ~"
    return "~" if cost.has_range else ""


def cost_cell(cost: "TotalCost", tokens: "TokenCount", currency: str) -> str:
    """Return a cost as expected, with its mark."""
    return f"{cost_mark(cost, tokens)}{money_cell(cost.expected, currency)}"


def marked(mark: str, cost: Money | None) -> str:
    """Return an amount that is as sure as another one with this *mark*, nothing for None."""
    return "" if cost is None else f"{mark}{format_money(cost.amount, cost.currency)}"


def cost_ends_cell(cost: "TotalCost", tokens: "TokenCount", currency: str) -> str:
    """Return both ends of a cost, the low one of an open range, nothing if there is one cost."""
    if tokens.high is not None:
        return cost_range_cell(cost.low, cost.high, currency)
    if cost.low is None or cost.low == cost.expected:
        return ""
    return f"from {money_cell(cost.low, currency)}"


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """Return a share of a cost in per cent; a loss is negative."""
    share = (part / whole * 100).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return share + 0  # which is never -0.0


def price_note(offer: Offer, quote: Quote, usage: Usage) -> PageNote:
    """Return the rates that were used, with what chose them, their date and source."""
    chosen = [f"{offer.currency} {rates_in_words(quote, usage)} per MTok"]
    if quote.tier is not None:
        chosen.append(f"tier {quote.tier.label}")
    if quote.mode is not Mode.STANDARD:
        chosen.append(f"mode {quote.mode}")
    if quote.hours is not None:
        chosen.append(hours_words(quote.hours))
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
        "hours": None if quote.hours is None else "peak" if quote.hours.is_peak else "off-peak",
        "price_kind": str(price.conditions.kind),
        "from": day_text(price.validity.first),
        "until": day_text(price.validity.last),
        "checked": price.provenance.checked.isoformat(),
        "source": price.provenance.source,
        "confidence": str(price.provenance.confidence),
    }


def session_quote_dict(quote: Quote) -> dict[str, Any]:
    """Spell out the rates of a session, which has one mode and one date."""
    left_out = ("derived", "mode", "hours", "from", "until")
    return {key: value for key, value in quote_dict(quote).items() if key not in left_out}


def rates_in_words(quote: Quote, usage: Usage) -> str:
    """Return the rates of input and output, and those of a cache that was used.

    A rate that no list gives comes with the formula it follows from.
    """
    rates = quote.rates
    read, derived = rates.cache_read if usage.cache_read else None, quote.derived
    texts = [
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
    return ", ".join(texts)


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


def volume_words(offer: Offer) -> list[str]:
    """Return a line for each volume discount of the model, which no estimate applies."""
    return [
        f"{volume.kind}: {', '.join(_steps(volume))} of the list price, not applied by itself "
        f"(checked {volume.checked}, {volume.source})"
        for volume in volumes_of(offer)
    ]


def volumes_of(offer: Offer) -> list[VolumeDiscount]:
    """Return the volume discounts that a model falls under."""
    return [
        volume
        for volume in offer.provider.volumes
        if not volume.models or any(fnmatchcase(offer.model.id, glob) for glob in volume.models)
    ]


def _steps(volume: VolumeDiscount) -> list[str]:
    return [f"from {tokens:,} tokens {format_exact(pay * 100)} %" for tokens, pay in volume.steps]


def model_notes(offer: Offer, *, counting: str) -> list[PageNote]:
    """Return what is known of a model beside its prices; *counting* is how it is counted."""
    model = offer.model
    limits = [
        f"{limit:,} {what}"
        for limit, what in (
            (model.context, "context"),
            (model.max_input, "input"),
            (model.max_output, "output"),
        )
        if limit
    ]
    tokenizer = f"{model.tokenizer or 'none recorded'} ({counting})"
    if model.tokenizer_assumed:
        tokenizer += f": {model.tokenizer_assumed}"
    return [
        PageNote(label="model", text=f"{model.name}, {offer.provider.name}"),
        *notes_of(
            "aliases",
            [", ".join((*model.aliases, *model.match))] if model.aliases or model.match else [],
        ),
        *notes_of("tokens", [", ".join(limits)] if limits else []),
        PageNote(label="tokenizer", text=tokenizer),
        *notes_of("retired", _retirement(model)),
        *notes_of("cache", cache_words(offer)),
        *notes_of("volume", volume_words(offer)),
        *notes_of("contract", _contract(offer)),
        PageNote(
            label="unit",
            text=f"per million tokens; * marks the row in force, {DERIVED} a rate that follows "
            "from a multiplier of the cache rules",
        ),
    ]


def _retirement(model: Model) -> list[str]:
    if model.ends:
        after = f"; {model.replaced_by} takes its place" if model.replaced_by else ""
        return [f"ends on {model.ends}, as announced{after}"]
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


def price_row_notes(offer: Offer, price: Price, day: date) -> Iterable[PageNote]:
    """Yield what a price row rests on, with its age on *day*."""
    where = f"{offer.site} {price.validity.span}"
    factors = [
        f"{mode} x{format_exact(change)}"
        for mode, change in price.rates.modes.items()
        if isinstance(change, Decimal)
    ]
    if factors:
        rule = batch_words(offer.batch_cache)
        yield PageNote(label="modes", text=f"{where}: {', '.join(factors)} on every rate{rule}")
    if schedule := price.conditions.schedule:
        yield PageNote(label="schedule", text=f"{where}: {schedule_words(schedule)}")
    yield from notes_of("limit", (f"{where}: {limit}" for limit in _limits(price)))
    if price.rates.fees:
        fees = ", ".join(f"{name} {format_exact(fee)}" for name, fee in price.rates.fees.items())
        yield PageNote(label="fees", text=f"{where}: {fees} per 1,000 calls, not part of estimates")
    if price.rates.list_rates:
        yield PageNote(
            label="list", text=f"{where}: list price {_rates_by_name(price.rates.list_rates)}"
        )
    if price.lasting:
        end, rates = price.validity.promised_until, _rates_by_name(price.lasting.base)
        text = f"{where}: may still be {rates}, which was promised through {end}"
        yield PageNote(label="promised", text=text)
    age = f"{(day - price.provenance.checked).days:,} days before {day}"
    yield PageNote(label="source", text=f"{where}: {provenance(price)} ({age})")
    if price.provenance.page:
        yield PageNote(label="page", text=f"{where}: {price.provenance.page}")
    if price.provenance.note:
        yield PageNote(label="note", text=f"{where}: {price.provenance.note}")


def _rates_by_name(rates: Rates) -> str:
    named = rates.single().items()
    return ", ".join(f"{name} {format_exact(rate)}" for name, rate in named if rate is not None)


def _limits(price: Price) -> Iterable[str]:
    if context := price.conditions.context:
        yield f"a window of {context:,}"
    if input_max := price.conditions.input_max:
        yield f"no known price above {input_max:,} input"


def volume_dicts(offer: Offer) -> list[dict[str, Any]]:
    """Spell out the volume discounts that a model falls under."""
    return [
        {
            "kind": volume.kind,
            "steps": [{"tokens": tokens, "pay": format_exact(pay)} for tokens, pay in volume.steps],
            "source": volume.source,
            "checked": volume.checked.isoformat(),
            "note": volume.note or None,
        }
        for volume in volumes_of(offer)
    ]
