"""`tokencost check`."""

from typing import Annotated

import typer

from tokencost.cli import options, parse
from tokencost.cli.exits import ExitCode, report
from tokencost.cli.inputs import read
from tokencost.cli.output import from_environment, writing
from tokencost.cli.tables import price_table
from tokencost.errors import UsageError


def check(
    paths: options.Paths = None,
    text: options.Texts = None,
    files_from: options.FilesFrom = None,
    exclude: options.Exclude = None,
    encoding: options.Encoding = "utf-8",
    read_as: options.ReadAs = "auto",
    model: options.Models = None,
    max_tokens: Annotated[
        int | None, typer.Option("--max-tokens", metavar="N", help="For all inputs together.")
    ] = None,
    max_tokens_per_file: Annotated[
        int | None, typer.Option("--max-tokens-per-file", metavar="N", help="For each input.")
    ] = None,
    max_cost_per_call: Annotated[
        str | None,
        typer.Option(
            "--max-cost-per-call", metavar="0.01USD", help="For each input, sent as one call."
        ),
    ] = None,
    output_tokens: options.Output = None,
    mode: options.Mode = "standard",
    thinking: options.Thinking = False,
    at: options.At = None,
    site: options.Site = None,
    fx: options.ExchangeRates = None,
    prices: options.Prices = None,
    tokenizer: options.Tokenizer = None,
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """Fail when a budget is broken.

    Exit 0: within all limits; 1: a limit is broken; 2: could not judge. A count with a band is
    judged at its upper end. What cannot be judged (an unreadable file, an unknown model, a
    missing price or exchange rate, a glob that matches nothing) never passes.

        tokencost check prompts/ -m openai/gpt-4o --max-tokens 8000
        tokencost check 'prompts/*.md' -m alibaba/qwen3-max -o 500 --max-cost-per-call 0.02CNY
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    models = from_environment("TOKENCOST_MODEL", model)
    if not models:
        raise UsageError("no model named", hint="pass -m openai/gpt-4o or set TOKENCOST_MODEL")
    limits = tokencost.Limits(
        max_tokens=max_tokens,
        max_tokens_per_file=max_tokens_per_file,
        max_cost_per_call=parse.money(max_cost_per_call),
    )
    request = tokencost.EstimateOptions(
        output=parse.output_tokens(output_tokens),
        mode=parse.mode(mode),
        thinking=thinking,
        price_date=None if at is None else tokencost.parse_price_date(at),
        site=site,
        exchange_rates=parse.exchange_rates(fx),
        tokenizer=tokenizer,
    )
    answer = tokencost.check(
        read(
            paths,
            texts=text,
            files_from=files_from,
            exclude=exclude,
            encoding=encoding,
            input_format=read_as,
        ),
        models=models,
        limits=limits,
        options=request,
        prices=price_table(prices),
    )
    if answer.findings or quiet:
        written.write(answer)
    report(answer.failures)
    match answer.status:
        case tokencost.Status.FAIL:
            raise typer.Exit(ExitCode.BUDGET_BROKEN)
        case tokencost.Status.ERROR:
            raise typer.Exit(ExitCode.NO_ANSWER)
        case tokencost.Status.PASS:
            pass
