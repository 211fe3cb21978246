"""Finding the price files and laying one over the other."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tokencost.errors import PriceTableError
from tokencost.pricing.reading import PriceFile, read_price_file
from tokencost.pricing.table import PriceTable

BUILTIN = "builtin"


def builtin_path() -> Path:
    """Return the shipped table: in the package once installed, at the top of a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "pricing.toml"
    return installed if installed.exists() else package.parent / "pricing.toml"


def load_price_table(*paths: str | Path) -> PriceTable:
    """Return the shipped price table with *paths* laid over it, the last one on top.

    Raises:
        PriceTableError: a file is missing, unreadable or wrong.
    """
    return read_price_files([_file(builtin_path(), BUILTIN), *(_file(path) for path in paths)])


def read_price_files(files: Sequence[PriceFile]) -> PriceTable:
    """Return the table that *files* make, the first one complete, the others laid over it.

    The digest is the SHA-256 sum of the only file, or of the sums of several, line by line.
    """
    table = None
    for file in files:
        table = read_price_file(file, base=table)
    if table is None:
        raise PriceTableError("no price file", hint="name one with --prices")
    sums = [hashlib.sha256(file.data).hexdigest() for file in files]
    digest = sums[0] if len(sums) == 1 else hashlib.sha256("\n".join(sums).encode()).hexdigest()
    return replace(table, digest=f"sha256:{digest}")


def _file(path: str | Path, name: str | None = None) -> PriceFile:
    try:
        return PriceFile(name=name or str(path), data=Path(path).read_bytes())
    except OSError as error:
        raise PriceTableError(
            f"price file {str(path)!r} cannot be read: {error.strerror}",
            hint="check the path given with --prices or TOKENCOST_PRICES",
        ) from error
