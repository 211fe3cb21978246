"""Models that are no longer sold, or that end soon: since when, and what takes their place."""

from collections.abc import Sequence
from datetime import date, timedelta

from tokencost.errors import NoPriceError
from tokencost.money import format_exact
from tokencost.notes import Note, reason, warning
from tokencost.pricing.lookup import Offer
from tokencost.pricing.table import Model

# Providers announce an end three to six months ahead; a day long before it needs no warning.
_SOON = timedelta(days=180)


def end_warnings(offer: Offer, day: date) -> list[Note]:
    """Return a warning if *day* lies less than half a year before an announced end."""
    ends = offer.model.ends
    if ends is None or not day <= ends <= day + _SOON:
        return []
    return [warning("ends_soon", ends=ends, replaced_by=offer.model.replaced_by)]


def retirement(offer: Offer, day: date) -> Note | None:
    """Return when *offer* was retired, and what took its place; None if it is sold on *day*."""
    end = offer.model.last_day
    if end is None or day <= end:
        return None
    successor = _sold_successor(offer.successors, day)
    replaced_by = successor.model.name if successor else offer.model.replaced_by
    return reason("model_retired", day=end, replaced_by=replaced_by)


def not_sold(offer: Offer, day: date) -> NoPriceError:
    """Return the error for a *day* on which no price row of *offer* is in force.

    Its hint names what took the place of a model that ended, at its price of that day, and the
    days on which this one can be priced.
    """
    model, end = offer.model, offer.model.last_day
    prices = sorted(offer.prices, key=lambda price: price.validity.first or date.min)
    spans = ", ".join(price.validity.span for price in prices)
    first = prices[0].validity.first or date.min
    if end and day > end:
        last = min(end, max(price.validity.last or end for price in offer.prices))
        return NoPriceError(
            f'model "{model.id}" {"was" if model.retired else "was to be"} retired on {end}',
            hint="; ".join(
                [*_successor(model, offer.successors, day), f"--at {last} prices a day of its life"]
            ),
            about=("model", model.name),
        )
    if day < first:
        return NoPriceError(
            f"{offer.name} has no price on {day}: its first known price is of {first}",
            hint=f"its rows cover {spans}; choose a day with --at",
        )
    promised = prices[-1].validity.promised_until
    because = f": the last one was promised through {promised} only" if promised else ""
    return NoPriceError(
        f"{offer.name} has no price on {day}{because}",
        hint="; ".join(
            [
                *_successor(model, offer.successors, day),
                f"its rows cover {spans}; choose a day with --at",
                *(["let `list` beside it say every rate and tier"] if promised else []),
            ]
        ),
    )


def never_priced(model: Model, successors: Sequence[Offer], day: date) -> NoPriceError:
    """Return the error for a model that ended before any price of it was recorded."""
    end = model.last_day
    return NoPriceError(
        f'model "{model.id}" {f"was retired on {end}" if end else "is no longer sold"}',
        hint="; ".join(_successor(model, successors, day)),
        about=("model", model.name),
    )


def _successor(model: Model, successors: Sequence[Offer], day: date) -> list[str]:
    """Name the first of the models that followed which is sold on *day*, with its price."""
    successor = _sold_successor(successors, day)
    price = successor.price_on(day) if successor else None
    if successor is None or price is None:
        return [f"{model.replaced_by} took its place"] if model.replaced_by else []
    rates = price.rates.base
    texts = [
        f"{format_exact(rate)} {what}"
        for rate, what in ((rates.input, "in"), (rates.output, "out"))
        if rate is not None
    ]
    return [
        f"{successor.model.name} took its place ({successor.currency} {', '.join(texts)} per MTok)"
    ]


def _sold_successor(successors: Sequence[Offer], day: date) -> Offer | None:
    """Return the first of the models that followed which is sold on *day*."""
    for successor in successors:
        end = successor.model.last_day
        if successor.price_on(day) and (end is None or day <= end):
            return successor
    return None
