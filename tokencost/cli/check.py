"""`tokencost check`."""

from typing import Annotated

import typer

from tokencost import UsageError
from tokencost.cli import options, parse
from tokencost.cli.failures import ExitCode
from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Without


def check(
    *,
    inputs: options.InputOptions,
    max_tokens: Annotated[
        str | None, typer.Option("--max-tokens", metavar="N", help="For all inputs together.")
    ] = None,
    max_tokens_per_file: Annotated[
        str | None, typer.Option("--max-tokens-per-file", metavar="N", help="For each input.")
    ] = None,
    max_cost_per_call: Annotated[
        str | None,
        typer.Option(
            "--max-cost-per-call", metavar="0.01USD", help="For each input, sent as one call."
        ),
    ] = None,
    output_tokens: options.OutputTokens = None,
    pricing: Annotated[options.PricingOptions, Without({"currency"})],
    all_rows: Annotated[
        bool, typer.Option("--all", help="Show also what is far from its limit.")
    ] = False,
    output: OutputOptions,
) -> None:
    """Fail when a budget is broken.

    Exit 0: within all limits; 1: a limit is broken; 2: could not judge. A count with a range is
    judged at its upper end. What cannot be judged (an unreadable file, an unknown model, a
    missing price or exchange rate, a glob that matches nothing) never passes.

        tokencost check prompts/ -m openai/gpt-4o --max-tokens 8000
        tokencost check prompts/ -m qwen3-max -o 500 --max-cost-per-call 0.02CNY
    """
    import tokencost

    models = pricing.model_names
    if not models and not (inputs.paths or inputs.files_from or inputs.is_piped):
        raise UsageError("no model named", hint="pass -m openai/gpt-4o or set TOKENCOST_MODEL")
    prompts = inputs.read(output.progress)
    with inputs.workers(), output.progress("Counting"):
        report = tokencost.check(
            prompts,
            models=models,
            limits=tokencost.Limits(
                max_tokens=parse.optional(parse.count, "--max-tokens", max_tokens),
                max_tokens_per_file=parse.optional(
                    parse.count, "--max-tokens-per-file", max_tokens_per_file
                ),
                max_cost_per_call=parse.optional(
                    parse.money, "--max-cost-per-call", max_cost_per_call
                ),
            ),
            options=pricing.estimate_options(output=output_tokens),
            prices=pricing.price_table(),
        )
    exit_codes = {
        tokencost.Status.PASS: ExitCode.ANSWERED,
        tokencost.Status.WARN: ExitCode.ANSWERED,
        tokencost.Status.FAIL: ExitCode.BUDGET_BROKEN,
        tokencost.Status.ERROR: ExitCode.NO_ANSWER,
    }
    output.finish(
        report,
        report.failures,
        has_rows=bool(report.findings),
        all_rows=all_rows,
        is_verdict=True,
        exit_code=exit_codes[report.status],
    )
