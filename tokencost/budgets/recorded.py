"""Sizes of files that a configuration has recorded, and what differs from them today."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from tokencost.budgets.files import path_in
from tokencost.budgets.findings import TOKENS, FileSize, Finding, Status
from tokencost.budgets.limits import Rule
from tokencost.errors import UsageError
from tokencost.user_files import locked, replace_file


def differing_sizes(
    sizes: Mapping[str, FileSize], recorded: Mapping[str, int], *, root: Path
) -> Iterator[Finding]:
    """Yield a warning for each file whose size is not the recorded one.

    Args:
        sizes: by file, as it lies from the working folder.
        recorded: tokens by path from *root*.
        root: the folder of the configuration.
    """
    for file, size in sizes.items():
        before = recorded.get(path_in(root, Path(file).absolute()))
        if before is not None and before != size.tokens:
            yield Finding(
                rule=Rule.RECORDED,
                file=file,
                model=size.model,
                limit=Decimal(before),
                expected=Decimal(size.tokens),
                judged=Decimal(size.tokens),
                unit=TOKENS,
                status=Status.WARN,
                base=Decimal(before),
            )


def record_sizes(
    path: Path, sizes: Mapping[str, FileSize], *, keep_others: bool
) -> tuple[int, int]:
    """Write today's sizes into the configuration at *path*, whose comments and form stay.

    Args:
        path: `pyproject.toml` or `tokencost.toml`.
        sizes: by file, as it lies from the working folder.
        keep_others: whether files that are not among *sizes* keep what is recorded of them.

    Returns:
        How many sizes are recorded now, and how many of them are new or other ones.

    Raises:
        UsageError: the file cannot be changed, or is not TOML.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    root = path.absolute().parent
    today = {path_in(root, Path(file).absolute()): size.tokens for file, size in sizes.items()}
    try:
        with locked(path):
            document = tomlkit.parse(path.read_text(encoding="utf-8"))
            table = document
            if path.name == "pyproject.toml":
                for key in ("tool", "tokencost"):
                    table = table.setdefault(key, tomlkit.table(is_super_table=key == "tool"))
            before = dict(table.get("recorded", {}))
            after = {**before, **today} if keep_others else today
            changed = sum(before.get(name) != tokens for name, tokens in after.items())
            if after != before:
                table["recorded"] = _edited(table.get("recorded"), after)
                replace_file(path, tomlkit.dumps(document).encode())
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise UsageError(
            f'"{path}" cannot record sizes: {getattr(error, "strerror", None) or error}',
            hint="check the file and its permissions",
        ) from error
    return len(after), changed


def _edited(table: object, sizes: Mapping[str, int]) -> object:
    """Return the table of sizes, in the order of their paths, with the comments that it has."""
    import tomlkit
    from tomlkit.items import Table

    if not isinstance(table, Table):
        table = tomlkit.table()
    for name in [name for name in table if name not in sizes]:
        del table[name]
    for name in sorted(sizes):
        table[name] = sizes[name]
    return table
