"""`tokencost estimate`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tokencost import UsageError
from tokencost.cli import completion, options, parse
from tokencost.cli.output import OutputOptions

if TYPE_CHECKING:  # imported through the package when the command runs
    from tokencost import InputSet, InputTokens, Ttl


def estimate(
    *,
    inputs: options.InputOptions,
    input_tokens: options.InputTokens = None,
    cached_tokens: Annotated[
        str | None,
        typer.Option("--cached-tokens", metavar="N", help="Tokens read from a cache."),
    ] = None,
    cache_write_tokens: Annotated[
        list[str] | None,
        typer.Option(
            "--cache-write-tokens",
            metavar="N|TTL=N",
            help="Tokens written to a cache. Repeatable.",
        ),
    ] = None,
    prefix_tokens: Annotated[
        str | None,
        typer.Option("--prefix-tokens", metavar="N", help="Input tokens that every call repeats."),
    ] = None,
    output_tokens: options.OutputTokens = None,
    pricing: options.PricingOptions,
    calls: Annotated[
        str | None,
        typer.Option(
            "--calls",
            metavar="N",
            show_default="1000",
            help="Calls of the second column.",
        ),
    ] = None,
    volume: Annotated[
        str | None,
        typer.Option(
            "--volume",
            metavar="N/hour|day|month",
            help="Calls on average: a month, and cache hits.",
        ),
    ] = None,
    hit_rate: options.HitRate = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Only this one: cache, batch. Repeatable.",
            autocompletion=completion.scenarios,
        ),
    ] = None,
    scenarios: Annotated[
        bool, typer.Option("--scenarios/--no-scenarios", help="Show savings scenarios.")
    ] = True,
    lossy: Annotated[
        bool, typer.Option("--lossy", help="What leaving out a part would save, too.")
    ] = False,
    placeholder: Annotated[
        list[str] | None,
        typer.Option(metavar="REGEX", help="Marks what is filled in. Repeatable."),
    ] = None,
    final: Annotated[
        bool, typer.Option("--final", help="Nothing is filled in: {name} is text.")
    ] = False,
    alternatives: Annotated[
        str,
        typer.Option(metavar="N", help="N cheapest other models."),
    ] = "0",
    by_input: Annotated[
        bool, typer.Option("--by-input", help="A row for each input, not for each sum.")
    ] = False,
    output: OutputOptions,
) -> None:
    """Price each input for one or more models.

    Each input is one call. Prices are those of the table's own date unless --at says otherwise,
    in the currency of the site. Savings scenarios follow: the same work with a cache, as a batch,
    off-peak, as a shorter text, and in the best combination. --volume says how often a call is
    made: that gives the cost of a month, and how many calls find the cache alive.

        tokencost estimate prompt.md -m openai/gpt-5.4-mini -o 500
        tokencost estimate prompt.md -m qwen3-max@cn -m claude-opus-5 -o 200-800
        tokencost estimate --input-tokens 32k -m qwen3-max --volume 20k/day
        tokencost estimate prompt.md -m claude-sonnet-5 --volume 20/hour
    """
    import tokencost

    size = _size(input_tokens, cached=cached_tokens, written=cache_write_tokens, ttl=pricing.ttl)
    if size:
        inputs.refuse("--input-tokens")
    estimate_options = pricing.estimate_options(
        output=output_tokens,
        calls=parse.optional(parse.count, "--calls", calls),
        volume=volume,
        is_uncached=_is_uncached(size, cached_tokens, cache_write_tokens),
    )
    shows_savings = scenarios and output.has_scenarios
    has_options = any((hit_rate, prefix_tokens, scenario, lossy, placeholder, final))
    if not scenarios and (scenario or lossy or alternatives != "0"):
        raise _no_scenarios()
    scenario_options = (shows_savings or has_options) and tokencost.ScenarioOptions(
        hit_rate=parse.optional(parse.share, "--hit-rate", hit_rate),
        prefix=parse.optional(parse.count, "--prefix-tokens", prefix_tokens),
        only=tuple(scenario or ()),
        alternatives=parse.count("--alternatives", alternatives),
        ttl=pricing.ttl,
        lossy=lossy,
        placeholders=tuple(placeholder or ()),
        final=final,
    )
    models = pricing.model_names
    has_model = bool(models or pricing.default_models)
    if not has_model and (size or not (inputs.paths or inputs.files_from or inputs.is_piped)):
        raise _no_model()  # before anybody waits for standard input
    prompts = size or inputs.read(output.progress, pricing=pricing)
    _check_models(prompts, has_model=has_model)
    with inputs.workers(), output.progress("Counting"):
        estimates = tokencost.estimate(
            prompts,
            models=models,
            options=estimate_options,
            prices=pricing.price_table(),
            strict=False,
        )
        report = (
            tokencost.savings(estimates, scenario_options, strict=False)
            if scenario_options and shows_savings
            else estimates
        )
    output.finish(report, report.failures, has_rows=bool(estimates.results), all_rows=by_input)


def _size(
    text: str | None, *, cached: str | None, written: Sequence[str] | None, ttl: "Ttl | None"
) -> "InputTokens | None":
    """Return the size of an input that is given as a number, None for texts."""
    import tokencost

    cached_tokens = parse.optional(parse.count, "--cached-tokens", cached) or 0
    cache_write = parse.cache_write_tokens("--cache-write-tokens", written or ())
    if ttl and isinstance(cache_write, dict):
        raise UsageError(
            "the time to live of cache writes is given twice",
            hint="leave --cache-ttl out beside --cache-write-tokens 5m=200",
        )
    if text is None:
        if cached_tokens or cache_write:
            raise UsageError(
                "cached tokens are a part of --input-tokens", hint="add --input-tokens N"
            )
        return None
    return tokencost.InputTokens(
        total=parse.count("--input-tokens", text),
        cached=cached_tokens,
        cache_write=cache_write,
    )


def _is_uncached(
    size: "InputTokens | None", cached: str | None, written: Sequence[str] | None
) -> bool:
    """Say whether the options of cached tokens name none of a size."""
    return size is not None and not size.is_split and not (cached is None and written is None)


def _check_models(prompts: "InputTokens | InputSet", *, has_model: bool) -> None:
    """Check that a request names the model that it is for, unless an option does.

    Raises:
        InputError: none does, and one that may was not read.
        UsageError: none does.
    """
    from tokencost import InputTokens

    if has_model:
        return
    if isinstance(prompts, InputTokens):
        raise _no_model()
    if not any(prompt.request and prompt.request.model for prompt in prompts.prompts):
        raise next(iter(prompts.errors), _no_model())


def _no_scenarios() -> UsageError:
    return UsageError(
        "--no-scenarios contradicts --scenario, --lossy and --alternatives",
        hint="leave one of the two out",
    )


def _no_model() -> UsageError:
    return UsageError(
        "no model named",
        hint="pass -m openai/gpt-5.4-mini, -m alibaba/qwen3-max or -m anthropic/claude-sonnet-5, "
        "or set TOKENCOST_MODEL",
    )
