"""`tokencost models` and `tokencost models show`."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tokencost.cli import options
from tokencost.cli.help import help_of
from tokencost.cli.output import writing
from tokencost.cli.tables import price_table


class _ListByDefault(TyperGroup):
    """Takes `models qwen` as `models list qwen`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name of the command in front if there is none."""
        if not args or args[0] not in (*self.commands, "-h", "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


models_app = typer.Typer(
    cls=_ListByDefault,
    help="List models, or show one with all its prices.",
    rich_markup_mode=None,
)


def list_models(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY]...", help="Words of the name, provider or site."),
    ] = None,
    provider: options.Providers = None,
    site: options.Sites = None,
    min_context: options.MinContext = 0,
    at: options.At = None,
    prices: options.Prices = None,
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """List the known models with their prices per million tokens.

    Every word of the query has to occur in the name, the provider, the site or an alias.

        tokencost models
        tokencost models qwen cn
        tokencost models --provider alibaba --site intl --min-context 1000000
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    written.write(
        tokencost.list_models(
            " ".join(query or ()),
            selection=tokencost.Selection(
                providers=tuple(provider or ()), sites=tuple(site or ()), min_context=min_context
            ),
            price_date=None if at is None else tokencost.parse_price_date(at),
            prices=price_table(prices),
        )
    )


def show_model(
    model: Annotated[str, typer.Argument(metavar="ID", help="provider/model[@site] or an alias.")],
    at: options.At = None,
    prices: options.Prices = None,
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """Show every rate, tier, mode and source of one model.

    Without a site it shows all of them.

        tokencost models show alibaba/qwen3-max
        tokencost models show deepseek-flash@cn --json
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    written.write(
        tokencost.show_model(
            model,
            price_date=None if at is None else tokencost.parse_price_date(at),
            prices=price_table(prices),
        )
    )


models_app.command(name="list", help=help_of(list_models))(list_models)
models_app.command(name="show", help=help_of(show_model))(show_model)
