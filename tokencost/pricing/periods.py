"""When prices hold: the parts of a month, what follows a promotion, and when a model ends."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from tokencost.errors import NoPriceError
from tokencost.money import format_exact
from tokencost.notes import Note, assumed, reason, warning
from tokencost.pricing.lookup import Offer
from tokencost.pricing.schedule import PriceDate, hours_at
from tokencost.pricing.table import Model, Price, PriceKind
from tokencost.usage import DAYS_PER_MONTH
from tokencost.values import replace

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


def later_days(offer: Offer, price_date: PriceDate) -> list[PriceDate]:
    """Return the first days of what follows a promotion, where nobody names a day.

    A table is used after its own day, and a promotion may be over by then.
    """
    price = None if price_date.is_named else offer.price_on(price_date.day)
    if price is None or price.conditions.kind is not PriceKind.PROMO:
        return []
    last = offer.model.last_day or date.max
    starts = (row.validity.first or date.min for row in offer.prices)
    return [replace(price_date, day=first) for first in starts if price_date.day < first <= last]


def month_spans(offer: Offer, price_date: PriceDate) -> tuple[tuple[PriceDate, int], ...]:
    """Return the parts of a month from *price_date* on, each of one price row, with their days.

    Days of one row on which other hours are in force are parts of their own, wherever they lie:
    of a month that begins on a Sunday those with peak hours. The last part may be one that no
    row covers.
    """
    spans: list[tuple[PriceDate, int]] = []
    start, left = price_date, DAYS_PER_MONTH
    while left:
        price = offer.price_on(day_at(offer, start))
        last = price.validity.last if price else None
        days = left if last is None else min(left, (last - day_at(offer, start)).days + 1)
        if (date.max - start.day).days < days:  # the calendar ends
            return (*spans, (start, left))
        spans += _days_alike(price, start, days)
        start, left = replace(start, day=start.day + timedelta(days=days)), left - days
    return tuple(spans)


def _days_alike(
    price: Price | None, start: PriceDate, days: int
) -> Iterable[tuple[PriceDate, int]]:
    """Return the first of so many days with their number, for each factor that hours have."""
    schedule = price.conditions.schedule if price else None
    if schedule is None or not start.is_named:
        return [(start, days)]
    alike: dict[Decimal, list[PriceDate]] = {}
    for number in range(days):
        day = replace(start, day=start.day + timedelta(days=number))
        alike.setdefault(hours_at(schedule, day).multiplier, []).append(day)
    return [(same[0], len(same)) for same in alike.values()]


def day_at(offer: Offer, price_date: PriceDate) -> date:
    """Return the day at the provider, whose zone is known from the schedule of its prices.

    Without one, or without a time of day, it is the day as it is written.
    """
    for price in offer.prices:
        schedule = price.conditions.schedule
        if schedule and (local := price_date.in_zone(schedule.offset)):
            return local.date()
    return price_date.day


def notes_of_month(offer: Offer, price_date: PriceDate) -> Iterator[Note]:
    """Yield on which days the price changes in a month, and how many of them have peak hours."""
    spans = month_spans(offer, price_date)
    rows = [offer.price_on(day_at(offer, start)) for start, _ in spans]
    for number, ((start, _), row) in enumerate(zip(spans, rows, strict=True)):
        if row is None:
            yield assumed("month_without_price", day=start.day)
        elif number and row not in rows[:number]:
            yield assumed("month_of_two_prices", day=start.day, first=spans[0][0].day)
    end = offer.model.last_day
    if end and 0 <= (end - price_date.day).days < DAYS_PER_MONTH - 1:
        yield assumed("month_beyond_end", day=end)
    yield from _hours_notes(spans, rows)
    yield from _holiday_notes(rows, price_date)


def _hours_notes(
    spans: Sequence[tuple[PriceDate, int]], rows: Sequence[Price | None]
) -> Iterator[Note]:
    """Yield on how many days of a month there are peak hours, if on some only."""
    scheduled = [
        (hours_at(row.conditions.schedule, start), days)
        for (start, days), row in zip(spans, rows, strict=True)
        if row is not None and row.conditions.schedule is not None
    ]
    peak = sum(days for hours, days in scheduled if hours.is_peak)
    if len({hours.multiplier for hours, _ in scheduled}) > 1:
        yield assumed("month_of_peak_days", peak=peak, days=DAYS_PER_MONTH)


def _holiday_notes(rows: Sequence[Price | None], start: PriceDate) -> Iterator[Note]:
    """Yield that a day of the month is taken as no holiday, as that of a single day says."""
    schedules = {row.conditions.schedule for row in rows if row is not None}
    numbers = range(min(DAYS_PER_MONTH, (date.max - start.day).days + 1))
    days = [replace(start, day=start.day + timedelta(days=number)) for number in numbers]
    for schedule in filter(None, schedules):
        doubts = [hours_at(schedule, day).assumption for day in days]
        yield from [doubt for doubt in doubts if doubt][:1]
