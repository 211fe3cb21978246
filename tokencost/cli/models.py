"""`tokencost models` and `tokencost models show`."""

from typing import Annotated, Any

import typer

from tokencost.cli import completion, options
from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Group, Only, register, with_examples


class _ListByDefault(Group):
    """Takes `models qwen` as `models list qwen`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name of the command in front if there is none."""
        if not args or args[0] not in (*self.commands, "-h", "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def list_models(
    *,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY]...", help="Words of the name, provider or site."),
    ] = None,
    selection: options.SelectionOptions,
    pricing: Annotated[options.PricingOptions, Only({"at", "prices"})],
    output: OutputOptions,
) -> None:
    """List the known models with their prices per million tokens.

    Every word of the query has to occur in the name, the provider, the site or an alias.

        tokencost models
        tokencost models qwen cn
        tokencost models --provider alibaba --site intl --min-context 1000000
    """
    import tokencost

    output.write(
        tokencost.list_models(
            " ".join(query or ()),
            selection=selection.selection,
            price_date=pricing.price_date,
            prices=pricing.price_table(),
        )
    )


def show_model(
    *,
    model: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="provider/model[@site] or an alias.",
            autocompletion=completion.models,
        ),
    ],
    pricing: Annotated[options.PricingOptions, Only({"at", "prices"})],
    output: OutputOptions,
) -> None:
    """Show every rate, tier, mode and source of one model.

    Without a site it shows all of them.

        tokencost models show alibaba/qwen3-max
        tokencost models show deepseek-flash@cn --json
    """
    import tokencost

    output.write(
        tokencost.show_model(model, price_date=pricing.price_date, prices=pricing.price_table())
    )


_HELP = """List models, or show one with all its prices.

    tokencost models qwen cn
    tokencost models show alibaba/qwen3-max
"""

app = typer.Typer(
    name="models",
    cls=_ListByDefault,
    help=with_examples(_HELP),
    add_completion=False,
    rich_markup_mode=None,
)
register(app, list_models, "list")
register(app, show_model, "show")
