"""`tokencost session`."""

from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokencost import UsageError
from tokencost.cli import completion, options, parse
from tokencost.cli.configuration import ConfigurationOptions
from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Without
from tokencost.values import dataclass

if TYPE_CHECKING:  # imported through the package when the command runs
    from datetime import timedelta

    from tokencost import Prompt, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeOptions:
    """What a session is made of; what is not named is that of the preset, or the default."""

    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="rag|chain|multi-agent",
            help="Sizes to begin with.",
            autocompletion=completion.presets,
        ),
    ] = None
    turns: Annotated[str | None, typer.Option(metavar="N", help="Model calls. Default 20.")] = None
    system: Annotated[
        str | None,
        typer.Option(metavar="N|FILE", help="System prompt: tokens, a text. Default 2000."),
    ] = None
    tools: Annotated[
        str | None, typer.Option(metavar="N|FILE", help="Tools: tokens, or a text. Default 0.")
    ] = None
    user: Annotated[
        str | None, typer.Option(metavar="N", help="Tokens of the user in a turn. Default 200.")
    ] = None
    tool_output: Annotated[
        str | None, typer.Option(metavar="N", help="Tokens of tools in a turn. Default 1500.")
    ] = None
    output_tokens: Annotated[
        str | None,
        typer.Option(
            "--output-tokens", "-o", metavar="N", help="Output tokens of a turn. Default 300."
        ),
    ] = None
    agents: Annotated[
        str | None, typer.Option(metavar="N", help="Agents that run at once. Default 1.")
    ] = None
    staged: Annotated[
        bool | None,
        typer.Option("--staged/--at-once", help="Others wait until the first wrote the prefix."),
    ] = None
    compact_at: Annotated[
        str | None,
        typer.Option(metavar="N|auto", help="Summarize a history of more tokens."),
    ] = None
    summary: Annotated[
        str | None, typer.Option(metavar="N", help="Tokens of a summary. Default 1000.")
    ] = None
    turn_interval: Annotated[
        str | None, typer.Option(metavar="2m", help="Time between turns: 90s, 2m. Default: none.")
    ] = None
    gap: Annotated[
        list[str] | None,
        typer.Option(metavar="TURN=2h", help="A longer time before a turn. Repeatable."),
    ] = None
    hit_rate: options.HitRate = None
    configuration: ConfigurationOptions = field(default_factory=ConfigurationOptions)

    def session(self) -> "Session":
        """Return the session that the options describe.

        Raises:
            UsageError: an option makes no sense.
            InputError: a file cannot be read.
        """
        from tokencost import PRESETS, Session

        named: dict[str, Any] = {
            "turns": parse.optional(parse.count, "--turns", self.turns),
            "system": parse.optional(_size, "--system", self.system),
            "tools": parse.optional(_size, "--tools", self.tools),
            "user": parse.optional(parse.count, "--user", self.user),
            "tool_output": parse.optional(parse.count, "--tool-output", self.tool_output),
            "output_tokens": parse.optional(parse.count, "--output-tokens", self.output_tokens),
            "agents": parse.optional(parse.count, "--agents", self.agents),
            "staged": self.staged,
            "compact_at": parse.optional(_threshold, "--compact-at", self.compact_at),
            "summary": parse.optional(parse.count, "--summary", self.summary),
            "turn_interval": parse.optional(parse.duration, "--turn-interval", self.turn_interval),
            "gaps": _gaps(self.gap) if self.gap else None,
            "hit_rate": parse.optional(parse.share, "--hit-rate", self.hit_rate),
        }
        if self.preset is not None:
            base = PRESETS[parse.choice("--preset", self.preset, PRESETS)]
        else:
            output = self.configuration.default("output_tokens")
            is_size = output is not None and output.low == output.high
            base = Session(output_tokens=output.high) if is_size else Session()
        return replace(base, **{name: value for name, value in named.items() if value is not None})


def session(
    *,
    shape: ShapeOptions,
    pricing: Annotated[options.PricingOptions, Without({"mode", "uncounted"})],
    volume: Annotated[
        str | None,
        typer.Option(metavar="N/hour|day|month", help="Sessions; adds a month of 30 days."),
    ] = None,
    output: OutputOptions,
) -> None:
    """Price an agent session, turn by turn: each turn sends everything before it again.

    Every call is priced at its own size, without a cache and with the one the model has: what was
    sent before is read from it, what is new is written. A session that outgrows the window is an
    error that names the turn.

        tokencost session -m anthropic/claude-sonnet-5 --turns 20 --system 2000
        tokencost session -m deepseek-flash --preset chain --volume 500/day
        tokencost session -m gpt-5.4-mini --system prompt.md --compact-at auto
        tokencost session -m claude-sonnet-5 --turn-interval 2m --gap 10=1h
    """
    import tokencost

    models = pricing.model_names or pricing.default_models
    if not models:
        raise UsageError("no model named", hint="pass -m anthropic/claude-sonnet-5")
    with output.progress("Pricing"):
        report = tokencost.session(
            shape.session(),
            models=models,
            options=tokencost.SessionOptions(
                cache=pricing.cache_choice,
                cache_ttl=pricing.ttl,
                thinking=pricing.thinking,
                volume=pricing.volume(volume),
                price_date=pricing.price_date,
                site=pricing.site,
                default_site=pricing.configuration.default("site"),
                currency=pricing.currency_code,
                exchange_rates=pricing.exchange_rates,
                tokenizer=pricing.tokenizer,
            ),
            prices=pricing.price_table(),
            strict=False,
        )
    output.finish(report, report.failures, has_rows=bool(report.results))


def _size(option: str, text: str) -> "int | Prompt":
    """Return a number of tokens, or the text of the file of that name."""
    if parse.is_count(text):
        return parse.count(option, text)
    import tokencost

    if Path(text).is_dir():
        raise UsageError(f'{option} "{text}" is a folder', hint="name a file, or give its tokens")
    inputs = tokencost.read_prompts([text], input_format=tokencost.InputFormat.TEXT)
    for error in inputs.errors:
        if "--text" in error.hint:  # no option of a session
            hint = f"check the path, or give a number of tokens: {option} 2000"
            raise tokencost.InputError(error.message, hint=hint, path=text) from error
        raise error
    (prompt,) = inputs.prompts
    return prompt


def _threshold(option: str, text: str) -> int | str:
    if text == "auto":
        return text
    try:
        return parse.count(option, text)
    except UsageError as error:
        raise UsageError(
            f'{option} "{text}" is not a number of tokens', hint="write 100000 or auto"
        ) from error


def _gaps(texts: list[str]) -> "dict[int, timedelta]":
    gaps: dict[int, timedelta] = {}
    for turn, time in map(_gap, texts):
        if turn in gaps:
            raise UsageError(f"--gap {turn} is given twice", hint="leave one of them out")
        gaps[turn] = time
    return gaps


def _gap(text: str) -> "tuple[int, timedelta]":
    turn, equals, time = text.partition("=")
    if not equals:
        raise UsageError(f'--gap "{text}" does not name a turn', hint="write --gap 10=2h")
    return parse.count("--gap", turn), parse.duration("--gap", time)
