"""Add one price to the user's table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tokencost.errors import PriceTableError
from tokencost.inputs.prompt import check_whole
from tokencost.notes import Note, warning
from tokencost.price_files.changes import Changes
from tokencost.price_files.document import Document, NewPrice, changed_alone, with_own
from tokencost.price_files.plausibility import without_tokenizer
from tokencost.pricing import Price, PriceTable, load_price_table, named_model
from tokencost.reports import printable
from tokencost.tokenizers import find_tokenizer

_DAY = timedelta(days=1)


def add_price(
    path: Path,
    name: str,
    *,
    price: Mapping[str, Any],
    model: Mapping[str, Any] | None = None,
    currency: str | None = None,
    dry_run: bool = False,
) -> Changes:
    """Write a price into the file at *path*, which is made if it does not exist.

    Args:
        path: the user's own table.
        name: `provider/model[@site]`, or any name that the tables have; without a site it is the
            one that `estimate` would take, for a new model the provider's home.
        price: the keys of a `[[model.price]]` but for the site.
        model: keys of the `[[model]]`; None for those that stay as they are.
        currency: of the site, needed where no table knows it.
        dry_run: write nothing.

    Raises:
        PriceTableError: the name has no provider, its currency is not known or another one, the
            file or the row is not valid, or the file cannot be written.
        TokenizerError: the tokenizer that is named does not exist.

    Examples:
        >>> price = {"input": 2, "output": 8, "source": "acme.example"}
        >>> price["checked"] = date(2026, 11, 20)
        >>> tokencost.add_price(Path("own.toml"), "acme/large", price=price, currency="USD")
        <Changes: 1 change, own.toml>
    """
    with changed_alone(path, dry_run=dry_run):
        return _added(path, name, price, model or {}, currency=currency, dry_run=dry_run)


def _added(
    path: Path,
    name: str,
    price: Mapping[str, Any],
    model: Mapping[str, Any],
    *,
    currency: str | None,
    dry_run: bool,
) -> Changes:
    for key, value in {"name": name, "currency": currency, **price, **model}.items():
        if isinstance(value, str):
            check_whole(value, key)
    shipped = load_price_table()
    before = with_own(shipped, path)
    new = _new_price(before, name, price=price, model=model, currency=currency)
    if tokenizer := new.model.get("tokenizer"):
        find_tokenizer(tokenizer)
    document = Document(path)
    change = document.put(new, below=before)
    data, after = document.checked_bytes()
    named = named_model(after, f"{new.provider}/{new.id}")
    notes = [
        *_replaced(new, shipped),
        *_uncovered(new, before, after),
        *without_tokenizer([named.model] if named else []),
        *document.notes,
    ]
    if not dry_run:
        document.save(data)
    return Changes(path=path, changes=(change,), dry_run=dry_run, notes=tuple(notes))


def _new_price(
    table: PriceTable,
    name: str,
    *,
    price: Mapping[str, Any],
    model: Mapping[str, Any],
    currency: str | None,
) -> NewPrice:
    if printable(name) != name:
        raise PriceTableError(
            f"the name {name!r} holds characters that cannot be seen", hint="write it without them"
        )
    bare, at, site = name.rpartition("@") if "@" in name else (name, "", "")
    named = named_model(table, name) if not at or site else None
    old_model = named.model if named else None
    provider_id, _, id_ = (old_model.name if old_model else bare).partition("/")
    if not provider_id or not id_ or (at and not site):
        what = "site" if at and not site else "provider"
        hint = "write provider/model[@site]"
        raise PriceTableError(f'"{name}" does not name a {what}', hint=hint)
    if old_model is None:
        _check_case(table, bare)
    provider = table.providers.get(provider_id)
    site = named.site if named else site
    if not site:
        home = provider.home if provider else "global"
        site = old_model.sites[0] if old_model and len(old_model.sites) == 1 else home
    currency_of_site = table.currency_at(provider_id, site)
    if currency_of_site and currency not in (None, currency_of_site):
        raise PriceTableError(
            f"{provider_id} prices site {site} in {currency_of_site}, not in {currency}",
            hint="leave out --currency, or name a site of your own",
        )
    currency = currency or currency_of_site
    if not currency:
        raise PriceTableError(
            f"the currency of {provider_id}@{site} is not known", hint="add --currency USD"
        )
    return NewPrice(
        provider=provider_id,
        provider_name=provider.name if provider else provider_id,
        id=id_,
        site=site,
        currency=currency,
        price=price,
        model=model,
    )


def _check_case(table: PriceTable, name: str) -> None:
    """Reject a new name that only its case makes another one than a known name."""
    lower = name.lower()
    for provider in table.providers:
        if provider.lower() == lower.partition("/")[0] and provider != name.partition("/")[0]:
            raise _only_in_case(name, provider)
    if named := named_model(table, lower):
        raise _only_in_case(name, named.model.name)


def _only_in_case(name: str, right: str) -> PriceTableError:
    return PriceTableError(f'"{name}" differs from {right} in its case only', hint=f"write {right}")


def _replaced(new: NewPrice, shipped: PriceTable) -> Iterable[Note]:
    if rows := _rows(new, shipped):
        yield warning("shipped_rows_replaced", offer=new.name, rows=len(rows))


def _uncovered(new: NewPrice, before: PriceTable, after: PriceTable) -> Iterable[Note]:
    """Say which days have lost their price, for rows of a site are replaced whole."""
    old, now = _rows(new, before), _rows(new, after)
    for row in now:
        first, last = row.validity.first, row.validity.last
        for day, side, border in (
            (first and first - _DAY, "before", first),
            (last and last + _DAY, "after", last),
        ):
            if day and _covers(old, day) and not _covers(now, day):
                yield warning("days_uncovered", offer=new.name, side=side, day=border)


def _rows(new: NewPrice, table: PriceTable) -> Sequence[Price]:
    named = named_model(table, f"{new.provider}/{new.id}")
    return [price for price in named.model.prices if price.site == new.site] if named else []


def _covers(rows: Iterable[Price], day: date) -> bool:
    return any(row.validity.covers(day) for row in rows)
