"""`tokencost session`."""

from typing import Annotated

import typer

from tokencost.cli import options, parse
from tokencost.cli.exits import ExitCode, report
from tokencost.cli.output import from_environment, writing
from tokencost.cli.session_shape import shape
from tokencost.cli.tables import price_table
from tokencost.errors import UsageError


def session(
    preset: Annotated[
        str | None, typer.Option("--preset", metavar="rag|chain|multi-agent", help="Begin with it.")
    ] = None,
    model: options.Models = None,
    turns: Annotated[int | None, typer.Option(metavar="N", help="Default 20.")] = None,
    system: Annotated[
        str | None, typer.Option(metavar="N|FILE", help="Tokens, or a text. Default 2000.")
    ] = None,
    tools: Annotated[
        str | None, typer.Option(metavar="N|FILE", help="Tool definitions, likewise. Default 0.")
    ] = None,
    user: Annotated[
        int | None, typer.Option(metavar="N", help="Tokens of a user's message. Default 200.")
    ] = None,
    tool_output: Annotated[
        int | None, typer.Option(metavar="N", help="What tools return in a turn. Default 1500.")
    ] = None,
    output_tokens: Annotated[
        int | None,
        typer.Option(
            "--output-tokens", "-o", metavar="N", help="Output tokens of a turn. Default 300."
        ),
    ] = None,
    agents: Annotated[
        int | None, typer.Option(metavar="N", help="That run it at the same time. Default 1.")
    ] = None,
    staged: Annotated[
        bool | None,
        typer.Option(
            "--staged/--at-once", help="The others begin once the first has written the prefix."
        ),
    ] = None,
    compact_at: Annotated[
        str | None,
        typer.Option(metavar="N|auto", help="Summarize the history above so many tokens."),
    ] = None,
    summary: Annotated[
        int | None, typer.Option(metavar="N", help="Tokens of a summary. Default 1000.")
    ] = None,
    turn_interval: Annotated[
        str | None, typer.Option(metavar="2m", help="Time between turns. Default: none.")
    ] = None,
    gap: Annotated[
        list[str] | None,
        typer.Option(metavar="TURN=2h", help="A longer time before that turn. Repeatable."),
    ] = None,
    hit_rate: options.HitRate = None,
    cache: Annotated[
        str | None,
        typer.Option(metavar="implicit|explicit|none", help="Default: the one that promises hits."),
    ] = None,
    cache_ttl: Annotated[
        str | None, typer.Option(metavar="TTL", help="Time to live of what is written: 5m, 1h.")
    ] = None,
    thinking: options.Thinking = False,
    volume: Annotated[
        str | None,
        typer.Option(metavar="N/hour|N/day|N/month", help="Sessions; adds the cost of a month."),
    ] = None,
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
    """Price an agent session, turn by turn: each turn sends everything before it again.

    Every call is priced at its own size, without a cache and with the one the model has: what was
    sent before is read from it, what is new is written. A session that outgrows the window is an
    error that names the turn.

        tokencost session -m anthropic/claude-sonnet-5 --turns 20 --system 2000
        tokencost session -m deepseek-flash -m qwen3-max --preset chain --volume 500/day
        tokencost session -m gpt-4o --system prompt.md --tools tools.json --compact-at auto
        tokencost session -m claude-sonnet-5 --turn-interval 2m --gap 10=1h --cache-ttl 1h
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    models = from_environment("TOKENCOST_MODEL", model)
    if not models:
        raise UsageError("no model named", hint="pass -m anthropic/claude-sonnet-5")
    answered = tokencost.session(
        shape(
            preset,
            turns=turns,
            system=system,
            tools=tools,
            user=user,
            tool_output=tool_output,
            output_tokens=output_tokens,
            agents=agents,
            staged=staged,
            compact_at=compact_at,
            summary=summary,
            turn_interval=turn_interval,
            gap=gap,
            hit_rate=hit_rate,
        ),
        models=models,
        options=tokencost.SessionOptions(
            cache=parse.cache_kind(cache),
            cache_ttl=cache_ttl,
            thinking=thinking,
            volume=parse.volume(volume),
            price_date=None if at is None else tokencost.parse_price_date(at),
            site=site,
            currency=parse.currency(currency),
            exchange_rates=parse.exchange_rates(fx),
            tokenizer=tokenizer,
        ),
        prices=price_table(prices),
        strict=False,
    )
    if answered.results and not (quiet and answered.failures):
        written.write(answered)
    report(answered.failures)
    if answered.failures:
        raise typer.Exit(ExitCode.NO_ANSWER)
