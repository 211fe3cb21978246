"""Sizes of files that a configuration has recorded, and what differs from them today."""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from tokencost.budgets.budget import Rule
from tokencost.budgets.files import BudgetFiles, name_of, path_in
from tokencost.budgets.findings import TOKENS, CheckReport, FileSize, Finding, Status
from tokencost.errors import Failure, UsageError
from tokencost.inputs.prompt import shown_name
from tokencost.notes import assumed
from tokencost.user_files import locked, replace_file
from tokencost.values import replace


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
        before = recorded.get(_key(root, file))
        if before is not None and before != size.tokens:
            yield Finding(
                rule=Rule.RECORDED,
                file=shown_name(file),
                source=file,
                model=size.model,
                limit=Decimal(before),
                expected=Decimal(size.tokens),
                judged=Decimal(size.tokens),
                unit=TOKENS,
                status=Status.WARN,
                base=Decimal(before),
            )


def gone_files(files: BudgetFiles, recorded: Mapping[str, int], *, root: Path) -> tuple[str, ...]:
    """Return the names of files that are recorded and that no budget holds any more.

    Args:
        files: those of all budgets.
        recorded: tokens by path from *root*.
        root: the folder of the configuration.
    """
    members = {_key(root, file) for of_budget in files.members.values() for file in of_budget}
    return tuple(shown_name(name_of(root / path)) for path in recorded if path not in members)


def record_sizes(path: Path, report: CheckReport, *, keep_others: bool = False) -> CheckReport:
    """Write the sizes of *report* into the configuration at *path*, and return it with a note.

    Comments and form of the configuration stay. Where something could not be counted nothing is
    written, and the report has one more failure.

    Args:
        path: `pyproject.toml` or `tokencost.toml`.
        report: what `check` returned for the budgets of that configuration.
        keep_others: whether files of which the report has no size keep what is recorded of them.

    Raises:
        UsageError: the file cannot be changed, or is not TOML.

    Examples:
        >>> limits = tokencost.Limits(max_tokens=99)
        >>> report = tokencost.check(Path("docs"), "gpt-5.4-mini", limits=limits)
        >>> _ = Path("tokencost.toml").write_text('model = "gpt-5.4-mini"')
        >>> _ = tokencost.record_sizes(Path("tokencost.toml"), report)
        >>> tokencost.load_configuration(user=False).recorded["docs/a.md"]
        2
    """
    if report.failures:
        error = UsageError(
            f'no size is recorded in "{path.name}": not everything could be judged',
            hint="mend that first, then run --update again",
        )
        return replace(report, failures=(*report.failures, Failure(error=error)))
    root = path.absolute().parent
    sizes = {_key(root, file): size.tokens for file, size in report.sizes.items()}
    if len(sizes) < len(report.sizes):
        raise UsageError(
            "two files have names that are the same as text", hint="give one another name"
        )
    number, changed = _write(path, sizes, keep_others=keep_others)
    note = assumed("sizes_recorded", number=number, changed=changed, file=path.name)
    return replace(report, assumptions=(note, *report.assumptions))


def _key(root: Path, file: str) -> str:
    """Return what a size is recorded under; TOML has no bytes that are not text."""
    return shown_name(path_in(root, Path(file).absolute()))


def _write(path: Path, sizes: Mapping[str, int], *, keep_others: bool) -> tuple[int, int]:
    """Write *sizes*, and return how many are recorded now and how many of them differ."""
    try:
        with locked(path):
            text = path.read_bytes().decode("utf-8")
            values = tomllib.loads(text, parse_float=Decimal)
            table = values["tool"]["tokencost"] if path.name == "pyproject.toml" else values
            before = table.get("recorded", {})
            after = dict(sorted(({**before, **sizes} if keep_others else sizes).items()))
            if after != before:
                table["recorded"] = after
                replace_file(path, _edited(text, values, name=path.name).encode())
    except (
        OSError,
        ValueError,
        KeyError,
    ) as error:  # TOML's are ValueErrors
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f'"{path}" cannot record sizes: {reason}', hint="check the file and its permissions"
        ) from error
    return len(after), sum(before.get(name) != tokens for name, tokens in after.items())


def _edited(text: str, values: Mapping[str, Any], *, name: str) -> str:
    """Return *text* with *values* in place of its own, with its comments and its line ends."""
    from tokencost.price_files.edited_text import edit_toml  # lazy: 5 ms of every check

    edited = edit_toml(text, values)
    if edited is None:
        raise UsageError(
            f'"{name}" has a form in which sizes cannot be recorded',
            hint="write [tool.tokencost] as a table of its own, not in braces",
        )
    if "\r\n" in text:
        edited = edited.replace("\r\n", "\n").replace("\n", "\r\n")
    return edited
