"""The user's own price file as a document: read, extended, checked, written whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tokencost.errors import PriceTableError
from tokencost.money import plain
from tokencost.pricing import PriceFile, PriceTable, read_price_files, shipped_file
from tokencost.pricing.reading import SCHEMA
from tokencost.upkeep.changes import ADDED, CHANGED, UNCHANGED, Change
from tokencost.writing import replace_file

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


class Document:
    """The file as plain TOML values, so that everything in it but its comments is kept."""

    def __init__(self, path: Path) -> None:
        """Read *path*, which need not exist.

        Raises:
            PriceTableError: it cannot be read, or is no TOML.
        """
        self.path = path
        self._text = _read(path)
        self.values = _parse(path, self._text)
        self.values.setdefault("schema", SCHEMA)
        self._places = {
            (each.get("provider"), each.get("id")): place
            for place, each in enumerate(self.values.get("model", []))
        }

    @property
    def has_comments(self) -> bool:
        """Whether the file has comments that writing it anew would drop."""
        return any(
            line.lstrip().startswith("#") for line in self._text.removeprefix(_HEADER).splitlines()
        )

    def put(self, new: NewPrice, *, known: PriceTable) -> Change:
        """Add a row, or replace the one that begins on the same day; what is open is closed."""
        self._provide(new, known)
        model = self._model(new)
        for key, value in new.model.items():
            if value is not None:
                model[key] = value
        rows: list[dict[str, Any]] = model.setdefault("price", [])
        row = {"site": new.site, **new.price}
        same = [
            number
            for number, each in enumerate(rows)
            if (each.get("site", new.site), each.get("from")) == (new.site, row.get("from"))
        ]
        if same:
            before, rows[same[0]] = rows[same[0]], row
            what = UNCHANGED if {"site": new.site, **before} == row else CHANGED
            return Change(name=new.name, what=what, detail=rates_in_words(row))
        closed = self._close(rows, row)
        rows.append(row)
        return Change(name=new.name, what=ADDED, detail=f"{rates_in_words(row)}{closed}")

    def checked(self) -> bytes:
        """Return the bytes to write.

        Raises:
            PriceTableError: they would not be a valid price file.
        """
        import tomli_w

        data = (_HEADER + tomli_w.dumps(self.values)).encode()
        read_price_files([shipped_file(), PriceFile(name=str(self.path), data=data)])
        return data

    def save(self, data: bytes) -> None:
        """Replace the file in one step; one with comments is kept beside it.

        Raises:
            PriceTableError: the folder or the file cannot be written.
        """
        try:
            if self.has_comments:
                replace_file(self.path.with_suffix(".toml.bak"), self._text.encode())
            replace_file(self.path, data)
        except OSError as error:
            raise PriceTableError(
                f"{self.path} cannot be written: {error.strerror}", hint="check the folder"
            ) from error

    def _provide(self, new: NewPrice, known: PriceTable) -> None:
        provider = known.providers.get(new.provider)
        own: dict[str, Any] = self.values.setdefault("provider", {})
        if provider is None:
            entry = own.setdefault(new.provider, {"name": new.provider_name, "sites": {}})
            entry["sites"].setdefault(new.site, new.currency)
        elif new.site not in provider.sites:
            entry = own.setdefault(new.provider, {"name": provider.name, "sites": {}})
            entry["sites"].setdefault(new.site, new.currency)
        if not own:
            del self.values["provider"]

    def _model(self, new: NewPrice) -> dict[str, Any]:
        models: list[dict[str, Any]] = self.values.setdefault("model", [])
        key = (new.provider, new.id)
        if key not in self._places:
            self._places[key] = len(models)
            models.append({"id": new.id, "provider": new.provider})
        return models[self._places[key]]

    def _close(self, rows: list[dict[str, Any]], row: dict[str, Any]) -> str:
        """End the row that was in force until *row* begins."""
        start = row.get("from")
        for other in rows:
            is_open = other.get("site", row["site"]) == row["site"] and "until" not in other
            if start and is_open and other.get("from", date.min) < start:
                other["until"] = start - timedelta(days=1)
                return f"; the row before it now ends on {other['until']}"
        return ""


def rates_in_words(row: Mapping[str, Any]) -> str:
    """Return input and output of a row, and its days if it has any."""
    known = [
        f"{plain(row[key])} {what}"
        for key, what in (("input", "in"), ("output", "out"))
        if row.get(key) is not None
    ]
    days = [f"{key} {row[key]}" for key in ("from", "until") if key in row]
    return ", ".join(known) + "".join(f" {each}" for each in days)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise PriceTableError(f"{path} cannot be read: {error}", hint="mend or move it") from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PriceTableError(
            f"{path}: not valid TOML: {error}", hint="mend the line that is named"
        ) from error
