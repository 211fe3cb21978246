"""`tokencost prices` and its commands."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tokencost.cli import options, parse
from tokencost.cli.exits import ExitCode, report
from tokencost.cli.help import help_of
from tokencost.cli.output import writing
from tokencost.cli.tables import own_or, user_table
from tokencost.errors import Failure

prices_app = typer.Typer(
    help="Check, compare and extend price tables; only your own is ever written.",
    rich_markup_mode=None,
)

_Rate = Annotated[str | None, typer.Option(metavar="RATE", help="Per million tokens.")]
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
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="Default: your own table.")
    ] = None,
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """Check a price table and name every mistake in it, with its line.

    Exit 0: it can be used; 2: it cannot, or could not be read.

        tokencost prices validate
        tokencost prices validate my-prices.toml --json
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    answer = tokencost.validate_prices(own_or(file))
    if answer.valid or not written.for_people:
        written.write(answer)
    report([Failure(error=mistake) for mistake in answer.mistakes])
    if not answer.valid:
        raise typer.Exit(ExitCode.NO_ANSWER)


def add(
    model: Annotated[str, typer.Argument(metavar="PROVIDER/MODEL[@SITE]")],
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="Where it says so.")],
    checked: _Checked,
    input: _Rate = None,  # noqa: A002
    output: _Rate = None,
    cache_read: _Rate = None,
    cache_write: Annotated[
        list[str] | None,
        typer.Option(metavar="TTL=RATE", help="By time to live: 5m=3.75. Repeatable."),
    ] = None,
    batch: Annotated[
        str | None, typer.Option(metavar="FACTOR", help="Batch, as a factor on every rate: 0.5.")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day; what was open ends.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Last day.")] = None,
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="list, promo, free, estimate or contract.")
    ] = "list",
    note: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    currency: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Needed for a provider or site of your own."),
    ] = None,
    context: Annotated[
        int | None, typer.Option(metavar="N", help="Context window in tokens.")
    ] = None,
    tokenizer: Annotated[
        str | None, typer.Option(metavar="NAME", help="How its tokens are counted.")
    ] = None,
    to: _To = None,
    dry_run: _DryRun = False,
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    r"""Write one price into your own table.

    A row that begins on the same day is replaced; with --from the row in force before ends the
    day before. Tiers, schedules and the rest are written by hand: the file is TOML.

        tokencost prices add gpt-4o --input 2 --output 8 --source contract --checked 2026-11-20
        tokencost prices add acme/large@cn --currency CNY --input 2.5 --output 10 \
            --source acme.example --checked today
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    row: dict[str, Any] = {
        "from": parse.day("--from", first),
        "until": parse.day("--until", until),
        "kind": None if kind == "list" else kind,
        "input": parse.rate("--input", input),
        "output": parse.rate("--output", output),
        "cache_read": parse.rate("--cache-read", cache_read),
        "cache_write": parse.writes(cache_write),
        "modes": None if batch is None else {"batch": parse.rate("--batch", batch)},
        "source": source,
        "checked": tokencost.parse_price_date(checked).day,
        "note": note,
    }
    answer = tokencost.add_price(
        Path(to) if to else user_table(),
        model,
        price={key: value for key, value in row.items() if value is not None},
        model={"context": context, "tokenizer": tokenizer},
        currency=parse.currency(currency),
        dry_run=dry_run,
    )
    written.write(answer)


def import_(
    source: Annotated[str, typer.Argument(metavar="litellm|genai-prices|models.dev")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="A local file of that project.")],
    checked: _Checked,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="GLOB", help="Of provider/model. Repeatable."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also take models that the shipped table has.")
    ] = False,
    to: _To = None,
    dry_run: _DryRun = False,
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """Bring prices of another project's file into your own table.

    Lists what is added, changed and skipped, and why. Models that the shipped table has stay as
    they are; a price of 0 is taken only from an entry that says it is free.

        tokencost prices import litellm model_prices.json --checked 2026-11-20 --dry-run
        tokencost prices import models.dev api.json --checked today --only 'groq/*'
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    answer = tokencost.import_prices(
        Path(to) if to else user_table(),
        source,
        Path(file),
        checked=tokencost.parse_price_date(checked).day,
        only=only or (),
        replace=replace,
        dry_run=dry_run,
    )
    written.write(answer)


def path() -> None:
    """Print where the shipped table and your own are.

    The last line is your own, whether or not it exists yet.

        tokencost prices path
    """
    from tokencost.pricing import builtin_path

    own = user_table()
    typer.echo(f"shipped  {builtin_path()}")
    typer.echo(f"own      {own}{'' if own.exists() else '  (not there)'}")


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A price table, or builtin.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Another one.")],
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """Show which prices differ between two tables.

    A file that only has rows of your own is taken with the shipped table below it.

        tokencost prices diff old-pricing.toml pricing.toml
        tokencost prices diff builtin my-prices.toml
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    written.write(tokencost.diff_prices(old, new))


prices_app.command(name="validate", help=help_of(validate))(validate)
prices_app.command(name="add", help=help_of(add))(add)
prices_app.command(name="import", help=help_of(import_))(import_)
prices_app.command(name="path", help=help_of(path))(path)
prices_app.command(name="diff", help=help_of(diff))(diff)
