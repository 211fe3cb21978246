"""One model with every price row, for people."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from tokencost.errors import TokenizerError
from tokencost.money import format_exact
from tokencost.pricing import Model, Offer, Price, Rates
from tokencost.pricing.catalogue import Catalogue, ModelListing
from tokencost.report.phrases import remarks
from tokencost.report.price_phrases import batch_words, cache_words, provenance, volume_words
from tokencost.report.table import Column, Remark, Sheet, Table, only_used
from tokencost.tokenizers import find_tokenizer

_DERIVED = "°"
_RATE_COLUMNS = (
    Column(name="site"),
    Column(name="in force"),
    Column(name="for"),
    Column(name="input", number=True),
    Column(name="output", number=True),
    Column(name="thinking", number=True),
    Column(name="cache read", number=True),
    Column(name="explicit read", number=True),
    Column(name="cache write", number=True),
    Column(name="storage/h", number=True),
)


def details(catalogue: Catalogue) -> Sheet:
    """Lay out every row with its rates, and below them what they rest on."""
    model = catalogue.listed[0].offer.model
    rows = [
        row
        for each in catalogue.listed
        for price in each.offer.prices
        for row in _price_rows(each, price)
    ]
    return Sheet(
        tables=(only_used(Table(columns=_RATE_COLUMNS, rows=tuple(rows))),),
        remarks=(
            *_identity(catalogue.listed[0], model),
            *(
                remark
                for each in catalogue.listed
                for price in each.offer.prices
                for remark in _price_remarks(each, price, catalogue.price_date.day)
            ),
        ),
    )


def rate_sets(offer: Offer, price: Price | None) -> Iterable[tuple[str, Rates, Mapping[str, str]]]:
    """Return every set of rates with its label, completed by the provider's multipliers."""
    if price is None:
        yield "no price", Rates(), {}
        return
    yield ("base", *offer.caching.completed(price.rates.base))
    for tier in price.rates.tiers:
        yield (tier.label, *offer.caching.completed(price.rates.in_tier(tier)))
    for mode, change in price.rates.modes.items():
        if isinstance(change, Rates):
            yield mode, change, {}


def counting(model: Model) -> str:
    """Return how the model's tokens are counted."""
    if model.tokenizer is None:
        return "none"
    try:
        return str(find_tokenizer(model.tokenizer, assumed=model.tokenizer_assumed).method)
    except TokenizerError:  # a table of the user's own names one that is not there
        return "unknown"


def rate_cell(rate: Decimal | None) -> str:
    """Return a rate as it is, nothing if it is unknown."""
    return "" if rate is None else format_exact(rate)


def _price_rows(each: ModelListing, price: Price) -> Iterable[tuple[str, ...]]:
    current = " *" if price is each.price else ""
    place = (f"{each.offer.site} {each.offer.currency}", price.validity.span + current)
    for label, rates, derived in rate_sets(each.offer, price):
        yield (*place, label, *_rate_cells(rates, derived))
        place = ("", "")


def _rate_cells(rates: Rates, derived: Mapping[str, str]) -> tuple[str, ...]:
    def marked(name: str) -> str:
        return _DERIVED if name in derived else ""

    writes = ", ".join(
        f"{format_exact(rate)}{marked(f'cache_write {ttl}')} ({ttl})"
        for ttl, rate in rates.cache_write.items()
    )
    return (
        *(rate_cell(rates.input), rate_cell(rates.output), rate_cell(rates.output_thinking)),
        rate_cell(rates.cache_read) + marked("cache_read"),
        rate_cell(rates.cache_read_explicit) + marked("cache_read_explicit"),
        writes,
        rate_cell(rates.cache_storage_hour),
    )


def _identity(first: ModelListing, model: Model) -> list[Remark]:
    limits = [
        f"{limit:,} {what}"
        for limit, what in (
            (model.context, "context"),
            (model.max_input, "input"),
            (model.max_output, "output"),
        )
        if limit
    ]
    tokenizer = f"{model.tokenizer or 'none recorded'} ({counting(model)})"
    if model.tokenizer_assumed:
        tokenizer += f": {model.tokenizer_assumed}"
    return [
        Remark(label="model", text=f"{model.name}, {first.offer.provider.name}"),
        *remarks(
            "aliases",
            [", ".join((*model.aliases, *model.match))] if model.aliases or model.match else [],
        ),
        *remarks("tokens", [", ".join(limits)] if limits else []),
        Remark(label="tokenizer", text=tokenizer),
        *remarks("retired", _retirement(model)),
        *remarks("cache", cache_words(first.offer)),
        *remarks("volume", volume_words(first.offer)),
        *remarks("contract", _contract(first.offer)),
        Remark(
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


def _price_remarks(each: ModelListing, price: Price, day: date) -> Iterable[Remark]:
    where = f"{each.offer.site} {price.validity.span}"
    factors = [
        f"{mode} x{format_exact(change)}"
        for mode, change in price.rates.modes.items()
        if isinstance(change, Decimal)
    ]
    if factors:
        rule = batch_words(each.offer.batch_cache)
        yield Remark(label="modes", text=f"{where}: {', '.join(factors)} on every rate{rule}")
    if schedule := price.conditions.schedule:
        yield Remark(label="schedule", text=f"{where}: {schedule.in_words()}")
    if input_max := price.conditions.input_max:
        yield Remark(label="limit", text=f"{where}: no known price above {input_max:,} input")
    if price.rates.fees:
        fees = ", ".join(f"{name} {format_exact(fee)}" for name, fee in price.rates.fees.items())
        yield Remark(label="fees", text=f"{where}: {fees} per 1,000 calls, not part of estimates")
    if price.rates.list_rates:
        rates = ", ".join(
            f"{name} {format_exact(rate)}"
            for name, rate in price.rates.list_rates.single().items()
            if rate is not None
        )
        yield Remark(label="list", text=f"{where}: list price {rates}")
    age = f"{(day - price.provenance.checked).days:,} days before {day}"
    yield Remark(label="source", text=f"{where}: {provenance(price)} ({age})")
    if price.provenance.page:
        yield Remark(label="page", text=f"{where}: {price.provenance.page}")
    if price.provenance.note:
        yield Remark(label="note", text=f"{where}: {price.provenance.note}")
