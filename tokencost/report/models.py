"""The answers of `models` and `models show` as sheet, JSON and CSV."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tokencost.catalogue import Catalogue, Listed
from tokencost.money import plain
from tokencost.pricing import Model, Price, Rates
from tokencost.report.envelope import envelope, money, rates_dict
from tokencost.report.price_words import provenance
from tokencost.report.sheet import Column, Remark, Sheet, Table, only_used
from tokencost.report.words import remarks
from tokencost.tokenizers import find_tokenizer

CSV_COLUMNS = (
    *("model", "site", "currency", "input", "output", "cache_read", "tiers", "peak_multiplier"),
    *("context", "max_output", "tokenizer", "kind", "checked", "source"),
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


def sheet(catalogue: Catalogue) -> Sheet:
    """Lay out the list, or one model with every row."""
    return _details(catalogue) if catalogue.detailed else _list(catalogue)


def as_dict(catalogue: Catalogue) -> dict[str, Any]:
    """Spell out the JSON: every model with every price row, and which one is in force."""
    return envelope(
        "models",
        prices=catalogue.prices,
        moment=catalogue.moment,
        assumptions={"unit": "per million tokens, fees per 1,000 calls"},
        body={"results": [_entry(each) for each in catalogue.listed]},
    )


def csv_rows(catalogue: Catalogue) -> Iterable[tuple[object, ...]]:
    """Return one row for each model and site, with the rates in force."""
    for each in catalogue.listed:
        model, rates = each.offer.model, each.price.rates if each.price else Rates()
        yield (
            *(model.name, each.offer.site, each.offer.currency),
            *(money(rates.input), money(rates.output), money(rates.cache_read)),
            len(each.price.tiers) if each.price else None,
            money(each.price.schedule.multiplier) if each.price and each.price.schedule else None,
            *(model.context or model.max_input, model.max_output, model.tokenizer),
            *(
                (each.price.kind, each.price.checked, each.price.source)
                if each.price
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
                text=f"per million tokens, in force on {catalogue.moment.day}, base tier, "
                "standard mode, off-peak hours; `tokencost models show ID` has the rest",
            ),
        ),
    )


def _list_row(each: Listed) -> tuple[str, ...]:
    model, price = each.offer.model, each.price
    window = model.context or model.max_input
    rates = price.rates if price else Rates()
    return (
        each.offer.name,
        each.offer.currency,
        _rate(rates.input) if price else "no price",
        _rate(rates.output),
        _rate(rates.cache_read),
        str(len(price.tiers)) if price and price.tiers else "",
        f"x{plain(price.schedule.multiplier)}" if price and price.schedule else "",
        f"{window:,}" if window else "",
        counting(model),
        str(price.checked) if price else "",
    )


def counting(model: Model) -> str:
    """Return how the model's tokens are counted."""
    if model.tokenizer is None:
        return "none"
    return str(find_tokenizer(model.tokenizer, assumed=model.tokenizer_assumed).method)


def _details(catalogue: Catalogue) -> Sheet:
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
                for remark in _price_remarks(each, price)
            ),
        ),
    )


def _price_rows(each: Listed, price: Price) -> Iterable[tuple[str, ...]]:
    current = " *" if price is each.price else ""
    site = f"{each.offer.site} {each.offer.currency}"
    yield _rates_row(site, price.span + current, "base", price.rates)
    for tier in price.tiers:
        yield _rates_row("", "", tier.label, price.rates.overridden(tier.rates))
    for mode, change in price.modes.items():
        if isinstance(change, Rates):
            yield _rates_row("", "", mode, change)


def _rates_row(site: str, span: str, what: str, rates: Rates) -> tuple[str, ...]:
    writes = ", ".join(f"{plain(rate)} ({ttl})" for ttl, rate in rates.cache_write.items())
    return (
        *(site, span, what),
        *(_rate(rates.input), _rate(rates.output), _rate(rates.output_thinking)),
        *(_rate(rates.cache_read), _rate(rates.cache_read_explicit), writes),
        _rate(rates.cache_storage_hour),
    )


def _identity(first: Listed, model: Model) -> list[Remark]:
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
        Remark(label="unit", text="per million tokens; * marks the row in force"),
    ]


def _price_remarks(each: Listed, price: Price) -> Iterable[Remark]:
    where = f"{each.offer.site} {price.span}"
    factors = [
        f"{mode} x{plain(change)}"
        for mode, change in price.modes.items()
        if isinstance(change, Decimal)
    ]
    if factors:
        yield Remark(label="modes", text=f"{where}: {', '.join(factors)} on every rate")
    if price.schedule:
        yield Remark(label="schedule", text=f"{where}: {price.schedule.in_words()}")
    if price.input_max:
        yield Remark(label="limit", text=f"{where}: no known price above {price.input_max:,} input")
    if price.fees:
        fees = ", ".join(f"{name} {plain(fee)}" for name, fee in price.fees.items())
        yield Remark(label="fees", text=f"{where}: {fees} per 1,000 calls, not part of estimates")
    if price.list_rates:
        rates = ", ".join(
            f"{name} {plain(rate)}"
            for name, rate in price.list_rates.single().items()
            if rate is not None
        )
        yield Remark(label="list", text=f"{where}: list price {rates}")
    yield Remark(label="source", text=f"{where}: {provenance(price)}")
    if price.note:
        yield Remark(label="note", text=f"{where}: {price.note}")


def _entry(each: Listed) -> dict[str, Any]:
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
        "prices": [_price_dict(price, in_force=price is each.price) for price in each.offer.prices],
    }


def _price_dict(price: Price, *, in_force: bool) -> dict[str, Any]:
    return {
        "in_force": in_force,
        "from": price.first.isoformat() if price.first else None,
        "until": price.last.isoformat() if price.last else None,
        "kind": str(price.kind),
        "rates": rates_dict(price.rates),
        "list": rates_dict(price.list_rates) if price.list_rates else None,
        "tiers": [{"for": tier.label, "rates": rates_dict(tier.rates)} for tier in price.tiers],
        "modes": {
            mode: rates_dict(change) if isinstance(change, Rates) else plain(change)
            for mode, change in price.modes.items()
        },
        "schedule": price.schedule.in_words() if price.schedule else None,
        "input_max": price.input_max,
        "fees": {name: plain(fee) for name, fee in price.fees.items()},
        "source": price.source,
        "page": price.page or None,
        "checked": price.checked.isoformat(),
        "confidence": str(price.confidence),
        "note": price.note or None,
    }


def _rate(rate: Decimal | None) -> str:
    return "" if rate is None else plain(rate)
