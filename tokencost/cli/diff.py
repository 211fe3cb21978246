"""`tokencost diff`."""

from inspect import getdoc
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokencost.cli import options, parse
from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Command, Only, expand, with_examples
from tokencost.values import replace

if TYPE_CHECKING:  # imported through the package when there is one
    from tokencost import PriceTable

_GLOBS = "tokencost.globs"


class _WithGlobs(Command):
    """Takes what stands after two dashes as globs, where Click would make it arguments."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse what stands before the dashes, and keep the rest."""
        if "--" in args:
            place = args.index("--")
            ctx.meta[_GLOBS] = args[place + 1 :]
            args = args[:place]
        rest: list[str] = super().parse_args(ctx, args)
        return rest

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what the line of usage consists of."""
        return [*super().collect_usage_pieces(ctx), "[-- GLOB...]"]


def diff(
    *,
    context: typer.Context,
    base: Annotated[
        str, typer.Argument(metavar="BASE", help="A branch, a tag, a commit, or a JSON report.")
    ],
    head: Annotated[
        str | None,
        typer.Argument(
            metavar="[HEAD]",
            help="Another; without it the work tree.",
            show_default=False,
        ),
    ] = None,
    inputs: Annotated[options.InputOptions, Only({"exclude", "encoding", "read_as"})],
    output_tokens: options.OutputTokens = None,
    pricing: options.PricingOptions,
    volume: options.MonthlyVolume = None,
    fail_above: Annotated[
        str | None,
        typer.Option(
            "--fail-above",
            metavar="AMOUNT",
            help="Exit 1 above: 100USD/month, 0.01USD, 10%, 500tokens.",
        ),
    ] = None,
    output: OutputOptions,
) -> None:
    """Say what a branch makes prompts cost: each file before and after, and the whole now.

    The files are those of the configured budgets, each with its models, or those that the globs
    after two dashes name, read as in `.gitignore` and relative to the current folder. They are
    compared with the commit where HEAD left BASE, so that what
    only BASE has changed since then is not counted. Without HEAD it is the work tree, with what is
    not committed. Nothing is checked out and nothing fetched.

        tokencost diff main
        tokencost diff main -m gpt-5.4-mini -o 500 -- 'prompts/**'
        tokencost diff v1 v2 -m qwen3-max --volume 9k/day -- prompts/ '!drafts/'
        tokencost diff main -m gpt-5.4-mini --fail-above 10% -- '*.prompt.md'
        tokencost diff old.json new.json
    """
    import tokencost

    limit = parse.optional(tokencost.GrowthLimit.parse, "--fail-above", fail_above)
    files = context.meta.get(_GLOBS, ())
    estimate_options = pricing.estimate_options(output=output_tokens, volume=volume)
    if not files:
        # What the configuration says of all calls is what a budget says that leaves it out.
        of_option = parse.optional(parse.volume, "--volume", volume)
        # The models of the configuration are those of either end.
        estimate_options = replace(
            estimate_options, volume=of_option, default_models=pricing.ambient_models
        )
    configuration = pricing.configuration.configuration
    pricing.configuration.remember_budgets()
    budgets = tokencost.budgets_of(configuration) if configuration and not files else ()
    output.check_targets(budgets, globs=files)
    with output.progress("Counting"):
        report = tokencost.diff(
            base,
            head,
            files=files,
            configuration=configuration,
            models=pricing.model_names if files else pricing.models or (),
            exclude=inputs.exclude or (),
            options=estimate_options,
            prices=_prices(pricing),
            limit=limit,
            encoding=inputs.encoding,
            input_format=inputs.input_format,
        )
    output.finish(
        report,
        report.failures,
        has_rows=bool(report.files or report.totals),
        is_verdict=limit is not None,
        status=report.status,
    )


def _prices(pricing: options.PricingOptions) -> "PriceTable | None":
    """Return the prices of both ends; None leaves it to what the configuration names at each."""
    names = parse.paths_from_environment("TOKENCOST_PRICES", pricing.prices)
    return pricing.price_table() if names or not pricing.configuration.configuration else None


app = typer.Typer(add_completion=False, rich_markup_mode=None)
app.command(cls=_WithGlobs, help=with_examples(getdoc(diff) or ""))(expand(diff))
