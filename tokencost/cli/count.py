"""`tokencost count`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from tokencost import UsageError
from tokencost.cli import options
from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Only


def count(
    *,
    inputs: options.InputOptions,
    pricing: Annotated[options.PricingOptions, Only({"models", "prices", "tokenizer"})],
    show: Annotated[
        bool, typer.Option("--show", help="Print the text itself, token by token.")
    ] = False,
    calibrate: Annotated[
        str | None,
        typer.Option(
            "--calibrate",
            metavar="USAGE.JSONL",
            help="Learn from recorded requests and their usage how far the counts are off.",
        ),
    ] = None,
    output: OutputOptions,
) -> None:
    """Count the tokens of each input and in total.

    Without a model the vocabulary is o200k_base, GPT-4o's. A count that is not exact comes
    with its range.

        tokencost count prompt.md
        tokencost count --text "hello world" -q
        tokencost count docs/ -m alibaba/qwen3-max -m deepseek/deepseek-v4-pro
        git ls-files '*.md' | tokencost count --files-from -
        tokencost count --text "tokenization" --show
    """
    import tokencost

    models = pricing.model_names
    if show:
        output.write_text(_tokens(inputs, _tokenizer(pricing), color=output.has_color))
        return
    if calibrate:
        output.write(
            tokencost.calibrate(Path(calibrate), models=models, prices=pricing.price_table())
        )
        return
    report = tokencost.count(
        inputs.read(),
        models=models,
        tokenizer=pricing.tokenizer,
        prices=pricing.price_table() if models else None,
        strict=False,
    )
    output.finish(report, report.failures, has_rows=bool(report.results))


def _tokens(inputs: options.InputOptions, tokenizer: str, *, color: bool) -> str:
    """Return the texts of the inputs, token by token."""
    import tokencost

    read = replace(inputs, read_as="text").read()
    for error in read.errors:
        raise error
    parts = []
    for prompt in read.prompts:
        heading = f"{prompt.name}:\n" if len(read.prompts) > 1 else ""
        tokens = tokencost.tokens_of(prompt.text, tokenizer=tokenizer)
        parts.append(heading + tokencost.show_tokens(tokens, color=color))
    return "".join(parts)


def _tokenizer(pricing: options.PricingOptions) -> str:
    """Return the tokenizer that is named, else the one of the model."""
    import tokencost

    models = pricing.model_names
    if pricing.tokenizer:
        return pricing.tokenizer
    if not models:
        return "o200k_base"
    if len(models) > 1:
        raise UsageError("--show is for one model", hint="name one with -m, or none")
    tokenizer = tokencost.find_offer(pricing.price_table(), models[0]).model.tokenizer
    if tokenizer is None:
        raise UsageError(
            f'no tokenizer is recorded for "{models[0]}"', hint="name one with --tokenizer"
        )
    return tokenizer
