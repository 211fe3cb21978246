"""What differs between two price tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from tokencost.money import plain
from tokencost.pricing import Model, Price, PriceTable, Rates, read_table


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """Answer of `prices diff`."""

    name: ClassVar[str] = "prices_diff"

    old: PriceTable
    new: PriceTable
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Difference, ...]


def diff_prices(old: str | Path, new: str | Path) -> Differences:
    """Compare two tables row by row; "builtin" names the shipped one.

    A file that is not complete by itself is taken with the shipped table below it.

    Raises:
        PriceTableError: one of them is missing or wrong.
    """
    before, after = read_table(old), read_table(new)
    old_rows, new_rows = _rows(before), _rows(after)
    return Differences(
        old=before,
        new=after,
        added=tuple(_label(key) for key in new_rows if key not in old_rows),
        removed=tuple(_label(key) for key in old_rows if key not in new_rows),
        changed=(
            *(
                difference
                for key in old_rows
                if key in new_rows
                for difference in _compared(key, _flat(*old_rows[key]), _flat(*new_rows[key]))
            ),
            *_compared(("contract", ""), _percents(before), _percents(after)),
            *_compared(("exchange rates", ""), _exchange(before), _exchange(after)),
        ),
    )


_Key = tuple[str, str]  # provider/model@site and the first day of the row


def _rows(table: PriceTable) -> Mapping[_Key, tuple[Model, Price]]:
    return {
        (f"{model.name}@{price.site}", f"from {price.first}" if price.first else ""): (model, price)
        for model in table.models
        for price in model.prices
    }


def _label(key: _Key) -> str:
    return " ".join(filter(None, key))


_Flat = Mapping[str, Decimal | str]


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
    return {f"{each.pattern} % off": each.percent for each in table.discounts}


def _exchange(table: PriceTable) -> _Flat:
    return {
        f"{rate.base}/{rate.quote} {rate.day}, {rate.source}": rate.rate
        for rate in table.exchange_rates
    }


def _flat(model: Model, price: Price) -> dict[str, Decimal | str]:
    flat: dict[str, Decimal | str] = {**_rates("", price.rates)}
    for tier in price.tiers:
        flat |= _rates(f"{tier.label}: ", tier.rates)
    for mode, change in price.modes.items():
        flat |= _rates(f"{mode}: ", change) if isinstance(change, Rates) else {mode: change}
    if price.list_rates:
        flat |= _rates("list: ", price.list_rates)
    flat |= {f"fee {name}": fee for name, fee in price.fees.items()}
    texts = {
        "until": price.last,
        "promised until": price.promised_until,
        "kind": price.kind,
        "schedule": price.schedule and price.schedule.in_words(),
        "input_max": price.input_max,
        "checked": price.checked,
        "source": price.source,
        "confidence": price.confidence,
        "note": price.note,
        "context": model.context,
        "max_input": model.max_input,
        "max_output": model.max_output,
        "tokenizer": model.tokenizer,
        "aliases": ", ".join(model.aliases),
        "retired": model.retired,
        "replaced by": model.replaced_by,
    }
    return flat | {name: str(value) for name, value in texts.items() if value}


def _rates(prefix: str, rates: Rates) -> dict[str, Decimal | str]:
    single = {f"{prefix}{name}": rate for name, rate in rates.single().items() if rate is not None}
    return {
        **single,
        **{f"{prefix}cache_write {ttl}": rate for ttl, rate in rates.cache_write.items()},
    }


def _text(value: Decimal | str | None) -> str:
    return "" if value is None else plain(value) if isinstance(value, Decimal) else value


def _ratio(old: Decimal | str | None, new: Decimal | str | None) -> Decimal | None:
    if isinstance(old, Decimal) and isinstance(new, Decimal) and old:
        return new / old
    return None
