"""`tokencost prices` and its commands."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokencost import Failure, UsageError
from tokencost.cli import completion, parse
from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Group, register, with_examples
from tokencost.cli.streams import write

if TYPE_CHECKING:  # imported through the package when the command runs
    from tokencost import Changes

_Rate = Annotated[str | None, typer.Option(metavar="RATE", help="Money per million tokens.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be written.")]
_Checked = Annotated[
    str,
    typer.Option("--checked", metavar="DATE", help="The day the source speaks for, or `today`."),
]
_To = Annotated[
    str | None,
    typer.Option("--to", metavar="FILE", help="The table to write; default: `prices path`."),
]


def validate(
    *,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="A table, or builtin. Default: your own.")
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Also warn of rates that are strange: jumps, wrong order."),
    ] = False,
    output: OutputOptions,
) -> None:
    """Check a price table and name every mistake in it, with its line.

    Exit 0: it can be used; 2: it cannot, or could not be read. With --strict rates that are ten
    times or less than a tenth of those before or of the shipped ones, cached input above input and
    output below input are warnings.

        tokencost prices validate
        tokencost prices validate my-prices.toml --strict
    """
    import tokencost

    path = _own_table() if file is None else Path(file)
    path = tokencost.builtin_path() if file == "builtin" else path
    if file is None and not path.exists():
        raise UsageError(
            f"there is no table of your own at {path}",
            hint="name a file, or begin one with `tokencost prices add`",
        )
    report = tokencost.validate_prices(path, strict=strict)
    output.finish(
        report,
        [Failure(error=mistake) for mistake in report.mistakes],
        has_rows=report.valid or not output.is_for_people,
        is_verdict=True,
    )


def add(
    *,
    model: Annotated[
        str,
        typer.Argument(metavar="PROVIDER/MODEL[@SITE]", autocompletion=completion.models),
    ],
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="Where it says so.")],
    checked: _Checked,
    input: _Rate = None,  # noqa: A002
    output_price: Annotated[
        str | None, typer.Option("--output", metavar="RATE", help="Money per million tokens.")
    ] = None,
    cache_read: _Rate = None,
    cache_write: Annotated[
        list[str] | None,
        typer.Option(metavar="TTL=RATE", help="The same by time to live: 5m=3.75. Repeatable."),
    ] = None,
    batch: Annotated[
        str | None, typer.Option(metavar="FACTOR", help="Batch, as a factor on every rate: 0.5.")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day; the row before ends.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Last day.")] = None,
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="promo, free, estimate, contract.")
    ] = "list",
    note: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What there is to know about the price.")
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="For a provider or site of your own: CNY."),
    ] = None,
    context: Annotated[
        str | None, typer.Option(metavar="N", help="Context window in tokens.")
    ] = None,
    tokenizer: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The tokenizer that counts for it.",
            autocompletion=completion.tokenizers,
        ),
    ] = None,
    to: _To = None,
    dry_run: _DryRun = False,
    output: OutputOptions,
) -> None:
    r"""Write one price into your own table.

    A row that begins on the same day is replaced; with --from the row in force before ends the
    day before. Tiers, schedules and the rest are written by hand: the file is TOML.

        tokencost prices add gpt-5.4-mini --input 2 --output 8 \
            --source contract --checked 2026-11-20
        tokencost prices add acme/large@cn --input 2.5 --output 10 \
            --currency CNY --source acme.example --checked today
    """
    import tokencost

    batch_factor = parse.optional(parse.price, "--batch", batch)
    row: dict[str, Any] = {
        "from": parse.optional(parse.day, "--from", first),
        "until": parse.optional(parse.day, "--until", until),
        "kind": None if kind == "list" else kind,
        "input": parse.optional(parse.price, "--input", input),
        "output": parse.optional(parse.price, "--output", output_price),
        "cache_read": parse.optional(parse.price, "--cache-read", cache_read),
        "cache_write": parse.cache_write_prices("--cache-write", cache_write)
        if cache_write
        else None,
        "modes": None if batch_factor is None else {"batch": batch_factor},
        "source": source,
        "checked": parse.day("--checked", checked),
        "note": note,
    }
    report = tokencost.add_price(
        Path(to) if to else _own_table(),
        model,
        price={key: value for key, value in row.items() if value is not None},
        model={
            "context": parse.optional(parse.count, "--context", context),
            "tokenizer": tokenizer,
        },
        currency=parse.optional(parse.currency, "--currency", currency),
        dry_run=dry_run,
    )
    output.write(report, done=_done(report))


def import_prices(
    *,
    source: Annotated[str, typer.Argument(metavar="litellm|genai-prices|models.dev")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="A local file of that project.")],
    checked: _Checked,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="GLOB", help="Only these: 'groq/*'. Repeatable."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also take models that the shipped table has.")
    ] = False,
    to: _To = None,
    dry_run: _DryRun = False,
    output: OutputOptions,
) -> None:
    """Bring prices of another project's file into your own table.

    Lists what is added, changed and skipped, and why. Models that the shipped table has stay as
    they are; a price of 0 is taken only from an entry that says it is free.

        tokencost prices import litellm prices.json --checked today --dry-run
        tokencost prices import models.dev api.json --checked today --only 'x/*'
    """
    import tokencost

    report = tokencost.import_prices(
        Path(to) if to else _own_table(),
        source,
        Path(file),
        checked=parse.day("--checked", checked),
        only=only or (),
        replace=replace,
        dry_run=dry_run,
    )
    output.write(report, done=_done(report))


def _done(report: "Changes") -> str:
    return "" if report.dry_run else f'"{report.path}" is written'


def path() -> None:
    """Print where the shipped table and your own are.

    The last line is your own, whether or not it exists yet.

        tokencost prices path
    """
    import tokencost

    own = tokencost.user_price_path()
    where = own if own is None or own.exists() else f"{own}  (not there)"
    lines = (
        f"shipped  {tokencost.builtin_path()}",
        f"own      {where or 'none: HOME is not set'}",
    )
    write("".join(f"{tokencost.printable(line)}\n" for line in lines), color=False)


def diff(
    *,
    old: Annotated[str, typer.Argument(metavar="OLD", help="A price table, or builtin.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Another one.")],
    output: OutputOptions,
) -> None:
    """Show which prices differ between two tables.

    A file that only has rows of your own is taken with the shipped table below it.

        tokencost prices diff old-pricing.toml pricing.toml
        tokencost prices diff builtin my-prices.toml
    """
    import tokencost

    output.write(tokencost.diff_prices(old, new))


def _own_table() -> Path:
    """Return where the user's own table is.

    Raises:
        UsageError: the user has no home.
    """
    import tokencost

    own = tokencost.user_price_path()
    if own is None:
        raise UsageError(
            "there is no table of your own: HOME is not set", hint="name a file, or set HOME"
        )
    return own


_HELP = """Check, compare and extend price tables; only your own is ever written.

    tokencost prices validate my-prices.toml
    tokencost prices add --help
    tokencost prices import litellm prices.json --checked today --dry-run
    tokencost prices diff builtin my-prices.toml
"""

app = typer.Typer(
    name="prices",
    cls=Group,
    help=with_examples(_HELP),
    add_completion=False,
    rich_markup_mode=None,
)
register(app, validate)
register(app, add)
register(app, import_prices, "import")
register(app, path)
register(app, diff)
