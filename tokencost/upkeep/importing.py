"""Bringing prices of another project's file into the user's own table."""

import re
from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from tokencost.errors import InputError
from tokencost.money import plain
from tokencost.pricing import PriceTable, named_model, read_price_files, shipped_file
from tokencost.pricing.foreign import ForeignRow, read_foreign
from tokencost.upkeep.changes import ADDED, CHANGED, SKIPPED, Change, Changes
from tokencost.upkeep.document import Document, NewPrice, rates_in_words

_CONVERTED = "sold in {}: a converted price is no price list"
# How the files that know only dollars call the sellers whose lists are in yuan.
_MAINLAND = re.compile("-cn(-|$)|^(zhipuai|bigmodel|iflowcn)")


def import_prices(
    path: Path,
    source: str,
    file: Path,
    *,
    checked: date,
    only: Sequence[str] = (),
    replace: bool = False,
    dry_run: bool = False,
) -> Changes:
    """Write the rows of *file* into the price file at *path*.

    A model that the shipped table prices at the same site is left alone unless *replace*: its row
    there has tiers, schedules and dates that foreign files cannot say.

    Args:
        path: the user's own table, made if it does not exist.
        source: one of `foreign.SOURCES`.
        file: a local file of that project.
        checked: the day the file speaks for.
        only: globs of `provider/model`; none for all of them.
        replace: also take models that the shipped table has.
        dry_run: write nothing.

    Raises:
        InputError: the file cannot be read, or is not of that project.
        PriceTableError: the table cannot be written.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(
            f"{file} cannot be read: {error.strerror}", hint="check the path"
        ) from error
    foreign = read_foreign(source, data, file=file.name)
    shipped = read_price_files([shipped_file()])
    document = Document(path)
    changes = []
    for row in foreign.rows:
        if only and not any(fnmatchcase(f"{row.provider}/{row.id}", glob) for glob in only):
            continue
        reason, detail = _refusal(row, shipped, checked=checked, replace=replace)
        if reason:
            changes.append(Change(name=row.key, what=SKIPPED, reason=reason, detail=detail))
        else:
            new = _new(row, shipped, source=f"{source}, {file.name}", checked=checked)
            changes.append(document.put(new, known=shipped))
    if not only:
        changes += [
            Change(name=each.key, what=SKIPPED, reason=each.reason, detail=each.detail)
            for each in foreign.skipped
        ]
    data = document.checked()
    if not dry_run and any(change.what in (ADDED, CHANGED) for change in changes):
        document.save(data)
    return Changes(
        path=path, changes=tuple(changes), dry_run=dry_run, notes=_notes(foreign.rows, changes)
    )


def _refusal(
    row: ForeignRow, shipped: PriceTable, *, checked: date, replace: bool
) -> tuple[str, str]:
    """Return why *row* is not taken, with the difference that makes; ("", "") if it is."""
    provider = shipped.providers.get(row.provider)
    if provider and row.currency not in provider.sites.values():
        return _CONVERTED.format(provider.sites[provider.home]), ""
    if provider is None and row.currency != "CNY" and _MAINLAND.search(row.provider):
        return _CONVERTED.format("CNY"), ""
    model = named_model(shipped, f"{row.provider}/{row.id}")
    if model is None or (replace and model.id == row.id):
        return "", ""
    site = _site(row, shipped)
    day = _day(row, checked)
    ours = [price for price in model.prices if price.site == site]
    if not ours:
        return "", ""
    theirs = row.price["input"], row.price["output"]
    there = f"{plain(theirs[0])} in, {plain(theirs[1])} out there"
    for price in ours:
        if price.covers(day):
            if theirs == (price.rates.input, price.rates.output):
                return "the shipped table has it, at the same rates", ""
            here = rates_in_words({"input": price.rates.input, "output": price.rates.output})
            return (
                "the shipped table has it, at other rates",
                f"{model.name}@{site} on {day}: {here} here, {there}",
            )
    return "the shipped table has it, but not that day", f"{model.name}@{site} on {day}: {there}"


def _day(row: ForeignRow, checked: date) -> date:
    """Return a day of the row, the one it is *checked* on if that is one."""
    start, end = row.price.get("from", checked), row.price.get("until", checked)
    day: date = end if end < checked else max(start, checked)
    return day


def _site(row: ForeignRow, shipped: PriceTable) -> str:
    provider = shipped.providers.get(row.provider)
    if provider is None:
        return row.site or "global"
    if row.site in provider.sites:
        return row.site or provider.home
    return next(site for site, currency in provider.sites.items() if currency == row.currency)


def _new(row: ForeignRow, shipped: PriceTable, *, source: str, checked: date) -> NewPrice:
    notes = [str(row.price["note"])] if "note" in row.price else []
    if row.left_out:
        notes.append(f"Not read: {', '.join(row.left_out)}.")
    return NewPrice(
        provider=row.provider,
        provider_name=row.provider_name,
        id=row.id,
        site=_site(row, shipped),
        currency=row.currency,
        price={
            **row.price,
            "source": source,
            "checked": checked,
            "confidence": "medium",
            **({"note": " ".join(notes)} if notes else {}),
        },
        model={
            "context": row.context,
            "max_input": row.max_input,
            "max_output": row.max_output,
        },
    )


def _notes(rows: Sequence[ForeignRow], changes: Sequence[Change]) -> tuple[str, ...]:
    taken = [change for change in changes if change.what in (ADDED, CHANGED)]
    if not taken:
        return ()
    notes = ["no tokenizer is imported: count these models with --tokenizer, or --input-tokens"]
    left_out = sorted({name for row in rows for name in row.left_out})
    if left_out:
        notes.append(f"prices that a row cannot say: {', '.join(left_out)}")
    return tuple(notes)
