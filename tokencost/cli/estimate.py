"""`tokencost estimate`."""

from typing import TYPE_CHECKING, Annotated

import typer

from tokencost.cli import options, parse
from tokencost.cli.exits import ExitCode, report
from tokencost.cli.inputs import read
from tokencost.cli.output import from_environment, writing
from tokencost.cli.tables import price_table
from tokencost.errors import UsageError
from tokencost.report import OutputFormat

if TYPE_CHECKING:  # imported through the package when it is called
    from tokencost import InputSet, InputTokens


def estimate(
    paths: options.Paths = None,
    text: options.Texts = None,
    files_from: options.FilesFrom = None,
    exclude: options.Exclude = None,
    encoding: options.Encoding = "utf-8",
    read_as: options.ReadAs = "auto",
    model: options.Models = None,
    output_tokens: options.Output = None,
    calls: Annotated[
        int, typer.Option("--calls", metavar="N", help="Calls of the second cost column.")
    ] = 1000,
    volume: options.MonthlyVolume = None,
    input_tokens: options.InputSize = None,
    cached_tokens: Annotated[
        int,
        typer.Option(
            "--cached-tokens", metavar="N", help="Part of --input-tokens read from cache."
        ),
    ] = 0,
    cache_write_tokens: Annotated[
        int,
        typer.Option(
            "--cache-write-tokens", metavar="N", help="Part of --input-tokens written to a cache."
        ),
    ] = 0,
    cache_ttl: Annotated[
        str | None,
        typer.Option(
            "--cache-ttl",
            metavar="TTL",
            help="Time to live of what is written, here and in the scenarios: 5m, 1h.",
        ),
    ] = None,
    cache: Annotated[
        str | None,
        typer.Option("--cache", metavar="implicit|explicit", help="The cache that was read."),
    ] = None,
    prefix_tokens: Annotated[
        int | None,
        typer.Option(metavar="N", help="The part of the input that every call begins with."),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(metavar="N/h", help="Mean calls an hour, at random: how many hit a cache."),
    ] = None,
    hit_rate: options.HitRate = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this scenario: cache, batch, ... Repeatable."),
    ] = None,
    scenarios: Annotated[
        bool, typer.Option("--scenarios/--no-scenarios", help="What else it could cost.")
    ] = True,
    lossy: Annotated[
        bool,
        typer.Option("--lossy", help="Also what leaving out a part of the input would save."),
    ] = False,
    alternatives: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="The N cheapest models that could do it instead."),
    ] = 0,
    mode: options.Mode = "standard",
    thinking: options.Thinking = False,
    at: options.At = None,
    site: options.Site = None,
    currency: options.Currency = None,
    fx: options.ExchangeRates = None,
    prices: options.Prices = None,
    tokenizer: options.Tokenizer = None,
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """Price each input for one or more models.

    Each input is one call. Prices are those of the table's own date unless --at says otherwise,
    in the currency of the price list. Below the answer stands what the same work would cost with
    a cache, as a batch, in cheaper hours, as a shorter text, and in the best combination.

        tokencost estimate prompt.md -m openai/gpt-4o -o 500
        tokencost estimate prompt.md -m alibaba/qwen3-max@cn -m anthropic/claude-opus-5 -o 200-800
        tokencost estimate --input-tokens 32001 -m alibaba/qwen3-max --volume 20000/day
        tokencost estimate prompt.md -m claude-sonnet-5 -o 500 --calls 100 --rate 20/h
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    models = from_environment("TOKENCOST_MODEL", model)
    size = parse.input_tokens(
        input_tokens,
        cached=cached_tokens,
        written=cache_write_tokens,
        ttl=cache_ttl,
        cache=cache,
    )
    if size and (paths or text or files_from):
        raise UsageError(
            "--input-tokens prices a number instead of a text", hint="leave one of the two out"
        )
    request = tokencost.EstimateOptions(
        output=parse.output_tokens(output_tokens),
        calls=calls,
        volume=parse.volume(volume),
        mode=parse.mode(mode),
        thinking=thinking,
        price_date=None if at is None else tokencost.parse_price_date(at),
        site=site,
        currency=parse.currency(currency),
        exchange_rates=parse.exchange_rates(fx),
        tokenizer=tokenizer,
    )
    if not models and (size or not (paths or files_from)):
        raise _no_model()  # before anybody waits for standard input
    prompts = size or read(
        paths,
        texts=text,
        files_from=files_from,
        exclude=exclude,
        encoding=encoding,
        input_format=read_as,
    )
    if not models and not _name_models(prompts):
        raise _no_model()
    wanted = (
        None
        if quiet or not scenarios or written.format is OutputFormat.CSV
        else tokencost.ScenarioOptions(
            rate=parse.arrivals(rate),
            hit_rate=parse.share(hit_rate),
            prefix=prefix_tokens,
            only=tuple(scenario or ()),
            alternatives=alternatives,
            ttl=cache_ttl,
            lossy=lossy,
        )
    )
    estimated = tokencost.estimate(
        prompts, models=models, options=request, prices=price_table(prices), strict=False
    )
    answer = estimated if wanted is None else tokencost.savings(estimated, wanted, strict=False)
    if estimated.results and not (quiet and answer.failures):
        written.write(answer)
    report(answer.failures)
    if answer.failures:
        raise typer.Exit(ExitCode.NO_ANSWER)


def _name_models(prompts: "InputTokens | InputSet") -> bool:
    from tokencost import InputSet

    return isinstance(prompts, InputSet) and any(
        prompt.request and prompt.request.model for prompt in prompts.prompts
    )


def _no_model() -> UsageError:
    return UsageError(
        "no model named",
        hint="pass -m openai/gpt-4o, -m alibaba/qwen3-max or -m anthropic/claude-sonnet-5, "
        "or set TOKENCOST_MODEL",
    )
