"""Price files as documents: the user's own is read and extended, any of them checked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

from tokencost.errors import PriceTableError, TokencostError, TokenizerError
from tokencost.money import format_exact
from tokencost.notes import Note, warning
from tokencost.price_files.changes import Change, ChangeKind
from tokencost.price_files.edited_text import edit_toml
from tokencost.price_files.plausibility import strange_rates, without_tokenizer
from tokencost.pricing import (
    Model,
    PriceFile,
    PriceTable,
    file_at,
    load_price_table,
    overlay,
)
from tokencost.pricing.parse.file import SCHEMA
from tokencost.reports import Report, number_of
from tokencost.tokenizers import find_tokenizer
from tokencost.toml_text import Lines, has_comments, parse_toml
from tokencost.user_files import locked, replace_file
from tokencost.values import dataclass

_HEADER = (
    "# Prices of your own, laid over the shipped ones; rows of a site replace those of that site.\n"
    "# `tokencost prices add` and `prices import` write this file anew and keep no other comment.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrice:
    """A price row to write: *price* has the keys of a `[[model.price]]` but for the site."""

    provider: str
    provider_name: str
    id: str
    site: str
    currency: str
    price: Mapping[str, Any]
    model: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`provider/id@site`."""
        return f"{self.provider}/{self.id}@{self.site}"


@contextmanager
def changed_alone(path: Path, *, dry_run: bool) -> Iterator[None]:
    """Keep others from changing the price file at *path* between reading and writing it.

    Raises:
        PriceTableError: nothing can be locked.
        UsageError: *path* is not a path.
    """
    if dry_run:
        yield
        return
    try:
        with locked(path):
            yield
    except OSError as error:
        raise PriceTableError(
            f"{path} cannot be locked: {error.strerror}",
            hint="check the folder for temporary files",
        ) from error


class Document:
    """The file as plain TOML values; what is written keeps the comments and the form it had."""

    def __init__(self, path: Path) -> None:
        """Read *path*, which need not exist, and else is a valid price file.

        Raises:
            PriceTableError: it cannot be read, or is not TOML.
        """
        self.path = path
        self._before = file_at(path).data if path.exists() else b""
        self._text, self.values = parse_toml(
            self._before, name=str(path), error_type=PriceTableError
        )
        self._loses_comments = False
        self.values.setdefault("schema", SCHEMA)
        self._places = {
            (model.get("provider"), model.get("id")): place
            for place, model in enumerate(self.values.get("model", []))
        }

    @property
    def notes(self) -> list[Note]:
        """What is lost by writing the file, after `checked_bytes`."""
        if not self._loses_comments:
            return []
        return [warning("comments_not_kept", backup=self._backup.name)]

    def currency(self, provider: str, site: str, *, below: PriceTable) -> str | None:
        """Return the currency of a site, as the file and the tables below it say."""
        entry = self.values.get("provider", {}).get(provider, {})
        currency: str | None = entry.get("sites", {}).get(site)
        return currency or below.currency_at(provider, site)

    def rows(self, new: NewPrice, *, below: PriceTable) -> list[dict[str, Any]]:
        """Return the rows of the site that *new* is for, those that name no site included."""
        place = self._places.get((new.provider, new.id))
        rows = [] if place is None else self.values["model"][place].get("price", [])
        return [row for row in rows if self._site(row, new.provider, below) == new.site]

    def remove(self, rows: Sequence[Mapping[str, Any]], new: NewPrice) -> None:
        """Take *rows* of the model of *new* out."""
        model = self._model(new)
        model["price"] = [row for row in model.get("price", []) if row not in rows]

    def put(self, new: NewPrice, *, below: PriceTable) -> Change:
        """Add a row, or replace the one that begins on the same day; what is open is closed."""
        self._provide(new, below)
        model = self._model(new)
        for key, value in new.model.items():
            if value is not None:
                model[key] = value
        rows: list[dict[str, Any]] = model.setdefault("price", [])
        row = {"site": new.site, **new.price}
        of_site = self.rows(new, below=below)
        same_day = [old for old in of_site if old.get("from") == row.get("from")]
        if same_day:
            before = same_day[0]
            dropped = _dropped(before, row, name=new.name)
            rows[next(place for place, old in enumerate(rows) if old is before)] = row
            what = (
                ChangeKind.UNCHANGED if {"site": new.site, **before} == row else ChangeKind.CHANGED
            )
            return Change(name=new.name, what=what, detail=f"{row_in_words(row)}{dropped}")
        closed = _close(of_site, row)
        rows.append(row)
        return Change(name=new.name, what=ChangeKind.ADDED, detail=f"{row_in_words(row)}{closed}")

    def checked_bytes(self) -> tuple[bytes, PriceTable]:
        """Return the bytes to write, and the table that they would make.

        Raises:
            PriceTableError: they would not be a valid price file.
        """
        data = self._written().encode()
        file = PriceFile(name=str(self.path), data=data)
        return data, overlay(load_price_table(), file)

    def _written(self) -> str:
        import tomli_w

        anew = _HEADER + tomli_w.dumps(self.values)
        _, before = parse_toml(self._before, name=str(self.path), error_type=PriceTableError)
        if not self._text or self._text == _HEADER + tomli_w.dumps(before):
            return anew  # nobody but these commands has written it: this is ten times as fast
        edited = edit_toml(self._text, self.values)
        self._loses_comments = edited is None and has_comments(self._text.removeprefix(_HEADER))
        return anew if edited is None else edited

    def save(self, data: bytes) -> None:
        """Replace the file in one step; one whose comments would be lost is kept beside it.

        Raises:
            PriceTableError: the folder or the file cannot be written.
        """
        try:
            if self._loses_comments:
                replace_file(self._backup, self._before)
            replace_file(self.path, data)
        except OSError as error:
            raise PriceTableError(
                f"{self.path} cannot be written: {error.strerror}", hint="check the folder"
            ) from error

    def _provide(self, new: NewPrice, below: PriceTable) -> None:
        if self.currency(new.provider, new.site, below=below) is None:
            own: dict[str, Any] = self.values.setdefault("provider", {})
            entry = own.setdefault(new.provider, {"name": new.provider_name})
            entry.setdefault("sites", {})[new.site] = new.currency

    def _model(self, new: NewPrice) -> dict[str, Any]:
        models: list[dict[str, Any]] = self.values.setdefault("model", [])
        key = (new.provider, new.id)
        if key not in self._places:
            self._places[key] = len(models)
            models.append({"id": new.id, "provider": new.provider})
        return models[self._places[key]]

    def _site(self, row: Mapping[str, Any], provider: str, below: PriceTable) -> str:
        """Return the site of a row, the home of its provider if it names none."""
        if "site" in row:
            return str(row["site"])
        if provider in below.providers:
            return below.providers[provider].home
        return str(next(iter(self.values["provider"][provider]["sites"])))

    @property
    def _backup(self) -> Path:
        """The first name beside the file that is free."""
        name = self.path.name
        names = (f"{name}.bak{number}" if number > 1 else f"{name}.bak" for number in count(1))
        return next(path for path in map(self.path.with_name, names) if not path.exists())


def with_own(shipped: PriceTable, path: Path) -> PriceTable:
    """Return the shipped table with the user's own at *path* over it, if there is one.

    Raises:
        PriceTableError: it cannot be read, or has mistakes.
    """
    return overlay(shipped, file_at(path)) if path.exists() else shipped


def _dropped(before: Mapping[str, Any], row: Mapping[str, Any], *, name: str) -> str:
    """Return which rates of *before* are not in the *row* that takes its place.

    Raises:
        PriceTableError: one is that of input or output.
    """
    rates = {key: value for key, value in before.items() if isinstance(value, int | Decimal)}
    dropped = {key: value for key, value in rates.items() if key not in row}
    for key in ("input", "output"):
        if key in dropped:
            raise PriceTableError(
                f"the new row of {name} has no {key}, the one it replaces has {dropped[key]}",
                hint=f"give --{key} as well",
            )
    words = ", ".join(f"{key} {value}" for key, value in dropped.items())
    return f"; no longer: {words}" if words else ""


def _close(rows: Sequence[dict[str, Any]], row: Mapping[str, Any]) -> str:
    """End the row that was in force until *row* begins."""
    start = row.get("from")
    for earlier in rows:
        if start and "until" not in earlier and earlier.get("from", date.min) < start:
            earlier["until"] = start - timedelta(days=1)
            return f"; the row before it now ends on {earlier['until']}"
    return ""


def row_in_words(row: Mapping[str, Any]) -> str:
    """Return input and output of a row, and its days if it has any."""
    rates = [
        f"{format_exact(rate) if isinstance(rate := row[key], Decimal) else rate} {what}"
        for key, what in (("input", "in"), ("output", "out"))
        if row.get(key) is not None
    ]
    days = [f"{key} {row[key]}" for key in ("from", "until") if key in row]
    return " ".join([", ".join(rates), *days])


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Validation(Report):
    """Report of `prices validate`: what a file has, and every mistake in it.

    `warnings` are rates that are valid but strange; they are looked for when that is asked for.
    """

    name: ClassVar[str] = "prices_validate"

    file: str
    models: int
    rows: int
    mistakes: tuple[TokencostError, ...]
    warnings: tuple[Note, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether the file can be used."""
        return not self.mistakes

    def _summary(self) -> Iterator[str]:
        yield self.file
        yield "valid" if self.valid else number_of(len(self.mistakes), "mistake")


def validate_prices(path: Path, *, strict: bool = False) -> Validation:
    """Check the price file at *path*, over the shipped table as it would be in use.

    Args:
        path: the file.
        strict: also warn of jumps (ten times, or less than a tenth, of the row before or the
            shipped one), of cached input above input and of output below input.

    Raises:
        PriceTableError: the file does not exist.

    Examples:
        >>> tokencost.validate_prices(tokencost.builtin_path()).valid
        True
    """
    file = file_at(path)
    shipped = load_price_table()
    entries: Sequence[dict[str, Any]] = ()
    warnings: list[Note] = []
    mistakes: list[TokencostError] = []
    try:
        before = {model.name: model for model in shipped.models}
        models = overlay(shipped, file).models
        _, values = parse_toml(file.data, name=file.name, error_type=PriceTableError)
        entries = values.get("model", ())
        own = _own(entries, models)
        warnings = without_tokenizer(own)
        if strict:
            warnings += [note for one in own for note in strange_rates(one, before.get(one.name))]
    except PriceTableError as error:
        mistakes += error.parts
    mistakes += _uncountable(file)
    return Validation(
        file=file.name,
        models=0 if mistakes else len(entries),
        rows=0 if mistakes else sum(len(entry.get("price", ())) for entry in entries),
        mistakes=tuple(mistakes),
        warnings=tuple(warnings),
    )


def _own(entries: Iterable[Any], models: Iterable[Model]) -> list[Model]:
    """Return the models that the entries of a file name."""
    names = {f"{entry['provider']}/{entry['id']}" for entry in entries}
    return [model for model in models if model.name in names]


def _uncountable(file: PriceFile) -> Iterable[TokencostError]:
    """Return the tokenizers of the file that do not exist: reading prices asks for none."""
    try:
        text, values = parse_toml(file.data, name=file.name, error_type=PriceTableError)
    except PriceTableError:
        return  # reading the file has reported it
    models = values.get("model")
    for number, model in enumerate(models if isinstance(models, list) else []):
        tokenizer = model.get("tokenizer") if isinstance(model, dict) else None
        if not tokenizer or not isinstance(tokenizer, str):
            continue
        try:
            find_tokenizer(tokenizer)
        except TokenizerError as error:
            line = Lines(text).find(("model", number), "tokenizer")
            where = f"{file.name}:{line}: model {model.get('provider')}/{model.get('id')}"
            yield PriceTableError(f"{where}: {error.message}", hint=error.hint)
