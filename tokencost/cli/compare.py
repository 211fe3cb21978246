"""`tokencost compare`."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from tokencost import UsageError
from tokencost.cli import completion, options, parse
from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Without

if TYPE_CHECKING:  # imported through the package when the command runs
    from tokencost import InputSet, InputTokens


def compare(
    *,
    inputs: options.InputOptions,
    input_tokens: options.InputTokens = None,
    output_tokens: options.OutputTokens = None,
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            metavar="ID",
            help="Only this one, at all sites. Repeatable.",
            autocompletion=completion.models,
        ),
    ] = None,
    selection: options.SelectionOptions,
    pricing: Annotated[options.PricingOptions, Without({"models", "site", "currency"})],
    currency: Annotated[
        str | None,
        typer.Option(
            "--currency",
            metavar="CODE",
            envvar="TOKENCOST_CURRENCY",
            help="Rank in CODE.",
        ),
    ] = None,
    volume: options.MonthlyVolume = None,
    top: Annotated[
        str | None, typer.Option("--top", metavar="N", help="Only the N cheapest.")
    ] = None,
    all_rows: Annotated[
        bool,
        typer.Option("--all", help="All rows; without -m only the 12 cheapest show."),
    ] = False,
    no_free: Annotated[
        bool, typer.Option("--no-free", help="Without models that are given away.")
    ] = False,
    output: OutputOptions,
) -> None:
    """Rank models by what the inputs cost with them, the cheapest first.

    Each input is one call, and a row is the sum over all inputs. Without -m all models of the
    table are compared, at every site. Prices in different currencies are ranked in one (USD
    unless --currency says otherwise) at the dated rate that is shown. Mainland and international
    sites of a model are two rows, never derived from one another.

        tokencost compare prompt.md -o 500 --top 10
        tokencost compare prompt.md -o 500 --provider deepseek --currency CNY
        tokencost compare --input-tokens 150k -o 2k --min-context 200k
    """
    import tokencost

    size = parse.optional(parse.count, "--input-tokens", input_tokens)
    if size is not None:
        inputs.refuse("--input-tokens")
    cheapest = parse.optional(parse.positive_count, "--top", top)
    if all_rows and cheapest is not None:
        raise UsageError("--all contradicts --top", hint="leave one of the two out")
    if size is None:
        prompts: InputSet | InputTokens = inputs.read(output.progress)
    else:
        prompts = tokencost.InputTokens(total=size)
    with inputs.workers(), output.progress("Counting"):
        report = tokencost.compare(
            prompts,
            models=models or (),
            selection=selection.selection,
            options=replace(pricing, currency=currency).estimate_options(
                output=output_tokens, volume=volume
            ),
            prices=pricing.price_table(),
            strict=False,
        )
    if no_free and not (report := report.without_free()).ranked and not report.failures:
        raise UsageError("none but free models have a price here", hint="leave out --no-free")
    output.finish(
        report if cheapest is None else report.top(cheapest),
        report.failures,
        has_rows=bool(report.rows),
        all_rows=all_rows or bool(models) or cheapest is not None,
    )
