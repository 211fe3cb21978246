"""`tokencost models` and `tokencost models show`."""

from typing import Annotated

import typer

from tokencost.cli import options
from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Only


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
    model: Annotated[str, typer.Argument(metavar="ID", help="provider/model[@site] or an alias.")],
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
