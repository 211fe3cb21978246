"""Compare two price tables."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import ClassVar

from tokencost.money import format_exact
from tokencost.pricing import PriceTable, Tier, read_table
from tokencost.pricing.parse.price_rows import ROW_KEYS
from tokencost.pricing.schedule import Calendar, Schedule
from tokencost.reports import Report
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One key of one row; "" where one of the tables does not have it.

    *change* is new over old for a rate that both have.
    """

    model: str
    span: str
    key: str
    old: str
    new: str
    change: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Differences(Report):
    """Report of `prices diff`."""

    name: ClassVar[str] = "prices_diff"

    old: PriceTable
    new: PriceTable
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Difference, ...]

    def _summary(self) -> Iterator[str]:
        yield f"{len(self.added):,} added"
        yield f"{len(self.removed):,} removed"
        yield f"{len(self.changed):,} changed"


def diff_prices(old: str | Path, new: str | Path) -> Differences:
    """Compare two tables row by row; "builtin" names the shipped one.

    A file that is not complete by itself is taken with the shipped table below it.

    Raises:
        PriceTableError: one of them is missing or wrong.

    Examples:
        >>> tokencost.diff_prices("builtin", "builtin")
        <Differences: 0 added, 0 removed, 0 changed>
    """
    before, after = read_table(old), read_table(new)
    listed = _listed(before), _listed(after)
    models = _models(before), _models(after)
    return Differences(
        old=before,
        new=after,
        added=tuple(" ".join(filter(None, key)) for key in listed[1] if key not in listed[0]),
        removed=tuple(" ".join(filter(None, key)) for key in listed[0] if key not in listed[1]),
        changed=(
            *_changed(*models),
            *_changed(*listed),
            *_compared(("contract", ""), _percents(before), _percents(after)),
            *_compared(("exchange rates", ""), _exchange(before), _exchange(after)),
        ),
    )


_Key = tuple[str, str]  # provider/model@site and the first day of the row
_Flat = Mapping[str, Decimal | str]
# Where a `Calendar` has what a difference names.
_CALENDAR_KEYS = {"name": "name", "from": "first", "until": "last", "holidays": "holidays"}


def _listed(table: PriceTable) -> Mapping[_Key, _Flat]:
    """Return the keys of price rows, of models that have none, of providers and their hours."""
    listed: dict[_Key, _Flat] = {}
    for model in table.models:
        if not model.prices:
            listed[model.name, ""] = {}
        for price in model.prices:
            first = price.validity.first
            span = f"from {first}" if first else ""
            listed[f"{model.name}@{price.site}", span] = {
                **dict(_at(ROW_KEYS, price)),
                **dict(_flat(price.provenance.derived, "derived")),
            }
    for name, provider in table.providers.items():
        listed[f"provider {name}", ""] = dict(_flat(provider))
    for name, schedule in table.schedules.items():
        listed[f"schedule {name}", ""] = dict(_flat(schedule))
    for name, calendar in table.calendars.items():
        listed[f"calendar {name}", ""] = dict(_at(_CALENDAR_KEYS, calendar))
    return listed


def _models(table: PriceTable) -> Mapping[_Key, _Flat]:
    return {(model.name, ""): dict(_flat(model)) for model in table.models}


def _changed(before: Mapping[_Key, _Flat], after: Mapping[_Key, _Flat]) -> Iterator[Difference]:
    for key, old in before.items():
        if key in after:
            yield from _compared(key, old, after[key])


def _compared(key: _Key, before: _Flat, after: _Flat) -> list[Difference]:
    return [
        Difference(
            model=key[0],
            span=key[1],
            key=name,
            old=_text(before.get(name)),
            new=_text(after.get(name)),
            change=_ratio(before.get(name), after.get(name)),
        )
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]


def _percents(table: PriceTable) -> _Flat:
    return {f"{discount.pattern} % off": discount.percent for discount in table.discounts}


def _exchange(table: PriceTable) -> _Flat:
    return {
        f"{rate.base}/{rate.quote} {rate.day}, {rate.source}": rate.rate
        for rate in table.exchange_rates
    }


def _at(keys: Mapping[str, str], value: object) -> Iterator[tuple[str, Decimal | str]]:
    """Return every figure and text that *value* has where *keys* say."""
    for key, path in keys.items():
        yield from _flat(attrgetter(path)(value), key)


def _flat(value: object, name: str = "") -> Iterator[tuple[str, Decimal | str]]:
    """Return every figure and text of *value* by the keys that lead to it."""
    parts = _parts(value, name)
    if parts is not None:
        for inner, part in parts:
            yield from _flat(part, inner.strip())
    elif isinstance(value, Decimal):
        yield name, value
    elif value not in (None, "", (), frozenset()):
        yield name, _words(value)


def _parts(value: object, name: str) -> Iterable[tuple[str, object]] | None:
    """Return what *value* is made of by name, None if it is one figure or text."""
    match value:
        case Tier():
            return [(f"{value.label}:", value.rates)]
        case Mapping():
            return [(f"{name} {key}", part) for key, part in value.items()]
        case tuple((first, *_)) if is_dataclass(first):
            return [(f"{name} {number}", part) for number, part in enumerate(value, start=1)]
        case Schedule() | Calendar() if name:
            return [(name, value.name)]  # compared by itself
        case _ if is_dataclass(value):
            return [
                (f"{name} {field.name}", getattr(value, field.name))
                for field in fields(value)
                if field.name != "prices"  # rows of their own
            ]
        case _:
            return None


def _words(value: object) -> str:
    match value:
        case frozenset():
            return ", ".join(sorted(map(_words, value)))
        case tuple():
            return ", ".join(map(_words, value))
        case timedelta():
            return f"{value / timedelta(hours=1):+g} h"
        case Decimal():
            return format_exact(value)
        case _:
            return str(value)


def _text(value: Decimal | str | None) -> str:
    return "" if value is None else format_exact(value) if isinstance(value, Decimal) else value


def _ratio(old: Decimal | str | None, new: Decimal | str | None) -> Decimal | None:
    if isinstance(old, Decimal) and isinstance(new, Decimal) and old:
        return new / old
    return None
