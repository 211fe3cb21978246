"""What is strange about rates that are valid: slips of the decimal point and of the column."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from tokencost.notes import Note, warning
from tokencost.pricing import Model, Price, PriceKind, Rates

_JUMP = 10
_COMPARED = ("input", "output", "cache_read")


def strange_rates(model: Model, shipped: Model | None) -> Iterator[Note]:
    """Yield what is strange about a model's rows and window, also beside the *shipped* one's."""
    if shipped and shipped.context and model.context:
        yield from _jump(model.name, "context", Decimal(shipped.context), Decimal(model.context))
    for site in model.sites:
        rows = _by_day(price for price in model.prices if price.site == site)
        for price in rows:
            yield from _strange_row(model, price)
        for before, after in pairwise(rows):
            yield from _strange_change(_name(model, after), before, after)
        if shipped is None:
            continue
        for price in rows:
            if (beside := _in_force(shipped, price)) and beside != price:
                yield from _strange_change(_name(model, price), beside, price)


def without_tokenizer(models: Iterable[Model]) -> list[Note]:
    """Return which *models* have prices and nothing that counts texts for them."""
    names = tuple(model.name for model in models if model.prices and not model.tokenizer)
    return [warning("no_tokenizer", models=names)] if names else []


def _strange_row(model: Model, price: Price) -> Iterator[Note]:
    about, card = _name(model, price), price.rates
    if price.conditions.kind is PriceKind.FREE:
        return
    of_modes = [rates for rates in card.modes.values() if isinstance(rates, Rates)]
    for rates in (card.base, *map(card.in_tier, card.tiers), *of_modes):
        if rates.input is None:
            continue
        if rates.output is not None and rates.output < rates.input:
            yield warning(
                "output_below_input", about=about, output=rates.output, input_rate=rates.input
            )
        if rates.cache_read is not None and rates.cache_read > rates.input:
            yield warning(
                "cache_read_above_input",
                about=about,
                cache_read=rates.cache_read,
                input_rate=rates.input,
            )


def _strange_change(about: str, before: Price, after: Price) -> Iterator[Note]:
    for key in _COMPARED:
        old, new = before.rates.base.single()[key], after.rates.base.single()[key]
        if old and new:
            yield from _jump(about, key, old, new)


def _jump(about: str, key: str, old: Decimal, new: Decimal) -> Iterator[Note]:
    if new >= _JUMP * old or new * _JUMP < old:
        yield warning("rate_jumps", about=about, key=key, old=old, new=new)


def _in_force(shipped: Model, price: Price) -> Price | None:
    """Return the shipped row of the first day of *price*, the last one for an open start."""
    rows = _by_day(row for row in shipped.prices if row.site == price.site)
    day = price.validity.first
    return next((row for row in reversed(rows) if day is None or row.validity.covers(day)), None)


def _by_day(prices: Iterable[Price]) -> list[Price]:
    return sorted(prices, key=lambda price: price.validity.first or date.min)


def _name(model: Model, price: Price) -> str:
    return f"{model.name}@{price.site} {price.validity.span}"
