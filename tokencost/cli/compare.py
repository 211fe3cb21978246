"""`tokencost compare`."""

from typing import Annotated

import typer

from tokencost.cli import options, parse
from tokencost.cli.exits import ExitCode, report
from tokencost.cli.inputs import read
from tokencost.cli.output import writing
from tokencost.cli.tables import price_table


def compare(
    paths: options.Paths = None,
    text: options.Texts = None,
    files_from: options.FilesFrom = None,
    exclude: options.Exclude = None,
    encoding: options.Encoding = "utf-8",
    read_as: options.ReadAs = "auto",
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            metavar="ID",
            help="Only this model, at all its sites or the one named. Repeatable.",
        ),
    ] = None,
    provider: options.Providers = None,
    site: options.Sites = None,
    min_context: options.MinContext = 0,
    top: Annotated[
        int | None, typer.Option("--top", metavar="N", min=1, help="Only the N cheapest.")
    ] = None,
    output_tokens: options.Output = None,
    volume: options.MonthlyVolume = None,
    input_tokens: options.InputSize = None,
    mode: options.Mode = "standard",
    thinking: options.Thinking = False,
    at: options.At = None,
    currency: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            envvar="TOKENCOST_CURRENCY",
            help="What to rank in; native: the one all sites share, else USD.",
        ),
    ] = None,
    fx: options.ExchangeRates = None,
    prices: options.Prices = None,
    tokenizer: options.Tokenizer = None,
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """Rank models by what the inputs cost with them, the cheapest first.

    Each input is one call, and a row is the sum over all inputs. Without -m all models of the
    table are compared, at every site. Prices in different currencies are ranked in one (USD
    unless --currency says otherwise) at the dated rate that is shown; mainland and international
    lists of a model are two rows, never derived from one another.

        tokencost compare prompt.md -o 500 --top 10
        tokencost compare prompt.md -o 500 --provider deepseek --provider alibaba --currency CNY
        tokencost compare --input-tokens 150000 -o 2000 --min-context 200000 --volume 1000/day
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    size = parse.input_size(input_tokens, paths, text, files_from)
    request = tokencost.EstimateOptions(
        output=parse.output_tokens(output_tokens),
        volume=parse.volume(volume),
        mode=parse.mode(mode),
        thinking=thinking,
        price_date=None if at is None else tokencost.parse_price_date(at),
        currency=parse.currency(currency),
        exchange_rates=parse.exchange_rates(fx),
        tokenizer=tokenizer,
    )
    answer = tokencost.compare(
        size
        or read(
            paths,
            texts=text,
            files_from=files_from,
            exclude=exclude,
            encoding=encoding,
            input_format=read_as,
        ),
        models=model or (),
        selection=tokencost.Selection(
            providers=tuple(provider or ()), sites=tuple(site or ()), min_context=min_context
        ),
        options=request,
        prices=price_table(prices),
        strict=False,
    )
    if answer.rows and not (quiet and answer.failures):
        written.write(answer if top is None else answer.top(top))
    report(answer.failures)
    if answer.failures or not answer.ranked:
        raise typer.Exit(ExitCode.NO_ANSWER)
