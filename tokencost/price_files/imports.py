"""Import prices of another project's file into the user's table."""

import re
from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from tokencost.errors import InputError
from tokencost.money import format_exact
from tokencost.notes import Note, warning
from tokencost.price_files.changes import Change, ChangeKind, Changes
from tokencost.price_files.document import Document, NewPrice, changed_alone, row_in_words, with_own
from tokencost.price_files.sources import Foreign, ForeignRow, read_foreign
from tokencost.pricing import PriceTable, load_price_table, named_model
from tokencost.reports import printable
from tokencost.user_files import read_file
from tokencost.values import dataclass

_CONVERTED = "priced in {}: a converted price is not a list price"
# How the files that have dollars alone call the providers whose lists are in yuan.
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
    there has tiers, schedules and dates that foreign files cannot say. So is one for which the
    user's table has a row that was not imported from the same project.

    Args:
        path: the user's own table, made if it does not exist.
        source: one of `sources.SOURCES`.
        file: a local file of that project.
        checked: the day the file speaks for.
        only: globs of `provider/model`; none for all of them.
        replace: also take models that the shipped table or the user's own has.
        dry_run: write nothing.

    Raises:
        InputError: the file cannot be read, is not of that project, or has no entry for a glob.
        PriceTableError: the table has mistakes, or cannot be written.

    Examples:
        >>> tokencost.import_prices(
        ...     Path("own.toml"), "litellm", Path("litellm.json"), checked=date(2026, 11, 20)
        ... )
        <Changes: 1 change, own.toml>
    """
    foreign = read_foreign(source, _bytes(file), file=file.name)
    _check_globs(only, foreign)
    taking = _Taking(source=source, file=file.name, checked=checked, replace=replace)
    with changed_alone(path, dry_run=dry_run):
        return _imported(path, foreign, taking, only=only, dry_run=dry_run)


def _bytes(file: Path) -> bytes:
    try:
        return read_file(file)
    except OSError as error:
        raise InputError(
            f"{file} cannot be read: {error.strerror}", hint="check the path"
        ) from error


def _is_wanted(only: Sequence[str], *names: str) -> bool:
    """Say whether one of the *names* of an entry is meant; keys may lack the provider."""
    return not only or any(
        fnmatchcase(name, glob) or name == glob.partition("/")[2] for glob in only for name in names
    )


def _check_globs(only: Sequence[str], foreign: Foreign) -> None:
    entries: list[tuple[str, ...]] = [(f"{row.provider}/{row.id}", row.key) for row in foreign.rows]
    entries += [(skipped.key,) for skipped in foreign.skipped]
    for glob in only:
        if not any(_is_wanted([glob], *names) for names in entries):
            raise InputError(
                f'--only "{glob}" does not match an entry', hint="write provider/model, or groq/*"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taking:
    """How rows are taken: from which file of which project, of which day, over which others."""

    source: str
    file: str
    checked: date
    replace: bool


def _imported(
    path: Path, foreign: Foreign, taking: _Taking, *, only: Sequence[str], dry_run: bool
) -> Changes:
    shipped = load_price_table()
    below, document = with_own(shipped, path), Document(path)
    changes: list[Change] = []
    taken: list[ForeignRow] = []
    for row in foreign.rows:
        if not _is_wanted(only, f"{row.provider}/{row.id}", row.key):
            continue
        change = (
            _unseen(row)
            or _refusal(row, shipped, below, taking)
            or _put(row, document, below, taking)
        )
        changes.append(change)
        if change.what in (ChangeKind.ADDED, ChangeKind.CHANGED):
            taken.append(row)
    changes += [
        Change(
            name=skipped.key, what=ChangeKind.SKIPPED, reason=skipped.reason, detail=skipped.detail
        )
        for skipped in foreign.skipped
        if _is_wanted(only, skipped.key)
    ]
    data, _ = document.checked_bytes()
    notes = _notes(taken)
    if taken:
        notes += document.notes
        if not dry_run:
            document.save(data)
    return Changes(path=path, changes=tuple(changes), dry_run=dry_run, notes=tuple(notes))


def _unseen(row: ForeignRow) -> Change | None:
    name = f"{row.provider}/{row.id}"
    if printable(name) == name:
        return None
    return _skipped(row, "its name holds characters that cannot be seen")


def _refusal(
    row: ForeignRow, shipped: PriceTable, below: PriceTable, taking: _Taking
) -> Change | None:
    """Return why *row* is not taken, with the difference that makes; None if it is."""
    provider = below.providers.get(row.provider)
    if provider and row.currency not in provider.sites.values():
        return _skipped(row, _CONVERTED.format(provider.sites[provider.home]))
    if provider is None and row.currency != "CNY" and _MAINLAND.search(row.provider):
        return _skipped(row, _CONVERTED.format("CNY"))
    named = named_model(shipped, f"{row.provider}/{row.id}")
    if named is None or (taking.replace and named.model.id == row.id):
        return None
    model, site = named.model, named.site or _site(row, shipped)
    day = _day(row, taking.checked)
    ours = [price for price in model.prices if price.site == site]
    if not ours:
        return None
    theirs = row.price["input"], row.price["output"]
    there = f"{format_exact(theirs[0])} in, {format_exact(theirs[1])} out there"
    for price in ours:
        if price.validity.covers(day):
            if theirs == (price.rates.base.input, price.rates.base.output):
                return _skipped(row, "the shipped table has it, at the same rates")
            base = price.rates.base
            here = row_in_words({"input": base.input, "output": base.output})
            return _skipped(
                row,
                "the shipped table has it, at other rates",
                f"{model.name}@{site} on {day}: {here} here, {there}",
            )
    return _skipped(
        row,
        "the shipped table has it, but not that day",
        f"{model.name}@{site} on {day}: {there}",
    )


def _skipped(row: ForeignRow, reason: str, detail: str = "") -> Change:
    return Change(name=row.key, what=ChangeKind.SKIPPED, reason=reason, detail=detail)


def _put(row: ForeignRow, document: Document, below: PriceTable, taking: _Taking) -> Change:
    """Put *row* into the document, unless something of the user's own is in its way."""
    new = _new(row, below, taking)
    currency = document.currency(new.provider, new.site, below=below)
    if currency not in (None, new.currency):
        return _skipped(row, _CONVERTED.format(currency))
    own = [
        price
        for price in document.rows(new, below=below)
        if not str(price.get("source")).startswith(f"{taking.source}, ")
    ]
    if own and not taking.replace:
        detail = f"{new.name}: {row_in_words(own[0])}"
        return _skipped(row, "your table has a row of its own", detail)
    if own:
        document.remove(own, new)
    return document.put(new, below=below)


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


def _new(row: ForeignRow, below: PriceTable, taking: _Taking) -> NewPrice:
    notes = [str(row.price["note"])] if "note" in row.price else []
    if row.left_out:
        notes.append(f"Not read: {', '.join(row.left_out)}.")
    return NewPrice(
        provider=row.provider,
        provider_name=row.provider_name,
        id=row.id,
        site=_site(row, below),
        currency=row.currency,
        price={
            **row.price,
            "source": f"{taking.source}, {taking.file}",
            "checked": taking.checked,
            "confidence": "medium",
            **({"note": " ".join(notes)} if notes else {}),
        },
        model={
            "context": row.context,
            "max_input": row.max_input,
            "max_output": row.max_output,
        },
    )


def _notes(taken: Sequence[ForeignRow]) -> list[Note]:
    if not taken:
        return []
    notes = [warning("no_tokenizer_imported")]
    if fields := sorted({name for row in taken for name in row.left_out}):
        notes.append(warning("prices_not_imported", fields=", ".join(fields)))
    return notes
