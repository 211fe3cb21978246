"""The shipped table in a form that loads in a few milliseconds.

Parsing and checking the TOML takes longer than counting a small prompt. So a build puts the table
that came of it beside it, with the SHA-256 sum of the TOML it was made from; without that file, or
if the TOML is another one, the TOML is read as in a checkout.
"""

import hashlib
import pickle
from pathlib import Path

from tokencost.pricing.table import PriceTable

NAME = "pricing.compiled"
_SUM = 32


def compiled(table: PriceTable, source: bytes) -> bytes:
    """Return the compiled form of *table*, which was read from *source*."""
    return hashlib.sha256(source).digest() + pickle.dumps(table, protocol=5)


def load_compiled(path: Path, source: bytes) -> PriceTable | None:
    """Return the table compiled into *path*, None unless it was made from *source*.

    The file is part of the installed package, as trustworthy as the code beside it.
    """
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if data[:_SUM] != hashlib.sha256(source).digest():
        return None
    table: PriceTable = pickle.loads(data[_SUM:])
    return table
