"""Price tables for tests, written in Python and read as a user's price file is.

    table(
        provider("acme", cache={"implicit": {"min_tokens": 1_024}, "source": "page"}),
        model("m", input=2.5, output=10, context=1_000_000),
        model("later", row(input=2, until=date(2026, 12, 31)), row(input=3, from_=NEW_YEAR)),
    )

What a test does not name has a sensible value: provider "acme" at one site in USD, source "page",
checked in the month of the table. Tests of the reader itself write TOML.
"""

import json
import tomllib
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any

import tomli_w
from jsonschema import Draft202012Validator

from tokencost import PriceTable, json_schema
from tokencost.pricing import PriceFile, Rates
from tokencost.pricing.load import read_price_files

AS_OF = date(2026, 11, 22)
CHECKED = date(2026, 11, 1)
ALWAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

Entry = dict[str, Any]
_ROW = {field.name for field in fields(Rates)} | {
    *("site", "from_", "until", "promised_until", "kind", "list", "input_max", "tiers", "modes"),
    *("fees", "schedule", "source", "page", "checked", "confidence", "note"),
}


def row(**keys: Any) -> Entry:
    """Return a price row of *keys*, as a price file names them, `from_` for "from"."""
    return {
        "source": "page",
        "checked": CHECKED,
        **{key.rstrip("_"): value for key, value in keys.items()},
    }


def model(id_: str, *rows: Entry, **keys: Any) -> Entry:
    """Return a model of *rows*, or of the one row whose keys are among *keys*."""
    prices = {key: value for key, value in keys.items() if key in _ROW}
    own = {key: value for key, value in keys.items() if key not in _ROW}
    if prices:
        rows = (*rows, row(**prices))
    return {"model": [{"id": id_, "provider": "acme", **own, "price": list(rows)}]}


def provider(id_: str = "acme", **keys: Any) -> Entry:
    """Return a provider."""
    return {"provider": {id_: {"name": id_.title(), "sites": {"global": "USD"}, **keys}}}


def schedule(name: str, *windows: str, multiplier: float, **keys: Any) -> Entry:
    """Return a schedule of every day in Shanghai."""
    hours = {"zone": "Asia/Shanghai", "utc_offset": "+08:00", "days": ALWAYS, **keys}
    return {"schedule": {name: {**hours, "windows": list(windows), "multiplier": multiplier}}}


def overlay(*parts: Entry) -> bytes:
    """Return a price file with nothing but *parts*."""
    file: Entry = {"schema": 1}
    for part in parts:
        for key, value in part.items():
            if isinstance(value, list):
                file[key] = file.get(key, []) + value
            elif isinstance(value, dict):
                file[key] = file.get(key, {}) | value
            else:
                file[key] = value
    return tomli_w.dumps(file).encode()


def price_file(*parts: Entry) -> bytes:
    """Return a complete price file: models without a provider get one at one site in USD."""
    defined = {id_ for part in parts for id_ in part.get("provider", ())}
    needed = {entry["provider"] for part in parts for entry in part.get("model", ())}
    missing = [provider(id_) for id_ in sorted(needed - defined)]
    return f"as_of = {AS_OF}\n".encode() + overlay(*missing, *parts)


def read(*files: bytes) -> PriceTable:
    """Return the table of *files*, the first one complete, the others over it.

    What can be read has to keep the schema that editors check price files with.
    """
    table = read_price_files(
        [PriceFile(name=f"{number}.toml", data=data) for number, data in enumerate(files)]
    )
    for data in files:
        assert schema_mistakes(data) == []
    return table


def schema_mistakes(data: bytes) -> list[str]:
    """Return where a price file breaks its schema; dates are texts in it, as editors have them."""
    values = json.loads(json.dumps(tomllib.loads(data.decode()), default=str))
    return [mistake.json_path for mistake in _schema().iter_errors(values)]


@cache
def _schema() -> Draft202012Validator:
    return Draft202012Validator(json_schema("price_file"))


def table(*parts: Entry) -> PriceTable:
    """Return the table of *parts*."""
    return read(price_file(*parts))
