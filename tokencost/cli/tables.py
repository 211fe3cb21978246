"""The price tables that a command line reads."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tokencost.cli.output import from_environment
from tokencost.errors import UsageError

if TYPE_CHECKING:  # imported through the package when a table is loaded
    from tokencost import PriceTable

BUILTIN = "builtin"


def user_table() -> Path:
    """Return where the user's own table is, whether or not it exists."""
    from tokencost.user_files import user_folder

    return user_folder() / "prices.toml"


def own_or(file: str | None) -> Path:
    """Return the file that was named, else the user's own table.

    Raises:
        UsageError: neither is there.
    """
    if file is None and not user_table().exists():
        raise UsageError(
            f"there is no table of your own at {user_table()}",
            hint="name a file, or begin one with `tokencost prices add`",
        )
    return user_table() if file is None else Path(file)


def price_table(given: Sequence[str] | None) -> "PriceTable":
    """Return the shipped table with the user's own over it, and the files named over both.

    The name `builtin` among these leaves the user's own table out.
    """
    import tokencost

    named = from_environment("TOKENCOST_PRICES", given)
    files = [name for name in named if name != BUILTIN]
    own = user_table()
    if BUILTIN in named or not own.exists():
        return tokencost.load_price_table(*files)
    return tokencost.load_price_table(*files, user=own)
