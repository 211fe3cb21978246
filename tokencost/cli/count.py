"""`tokencost count`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokencost.cli import options
from tokencost.cli.exits import ExitCode, report
from tokencost.cli.inputs import read
from tokencost.cli.output import from_environment, writing
from tokencost.cli.tables import price_table
from tokencost.errors import UsageError

if TYPE_CHECKING:  # imported through the package when it is called
    from tokencost import InputSet


def count(
    paths: options.Paths = None,
    text: options.Texts = None,
    files_from: options.FilesFrom = None,
    exclude: options.Exclude = None,
    encoding: options.Encoding = "utf-8",
    read_as: options.ReadAs = "auto",
    model: options.Models = None,
    tokenizer: options.Tokenizer = None,
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
    prices: options.Prices = None,
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """Count the tokens of each input and in total.

    Without a model the vocabulary is o200k_base, GPT-4o's. A count that is not exact comes
    with the band that holds it.

        tokencost count prompt.md
        tokencost count --text "hello world" -q
        tokencost count docs/ -m alibaba/qwen3-max -m deepseek/deepseek-v4-pro
        git ls-files '*.md' | tokencost count --files-from -
        tokencost count --text "tokenization" --show
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    models = from_environment("TOKENCOST_MODEL", model)
    if show:
        written.write_text(
            _shown(
                read(
                    paths,
                    texts=text,
                    files_from=files_from,
                    exclude=exclude,
                    encoding=encoding,
                    input_format="text",
                ),
                tokenizer or _tokenizer_of(models, prices),
                color=written.color,
            )
        )
        return
    if calibrate:
        written.write(
            tokencost.calibrate(Path(calibrate), models=models, prices=price_table(prices))
        )
        return
    answer = tokencost.count(
        read(
            paths,
            texts=text,
            files_from=files_from,
            exclude=exclude,
            encoding=encoding,
            input_format=read_as,
        ),
        models=models,
        tokenizer=tokenizer,
        prices=price_table(prices) if models else None,
        strict=False,
    )
    if answer.results and not (quiet and answer.failures):
        written.write(answer)
    report(answer.failures)
    if answer.failures:
        raise typer.Exit(ExitCode.NO_ANSWER)


def _shown(reading: "InputSet", tokenizer: str, *, color: bool) -> str:
    import tokencost

    for error in reading.errors:
        raise error
    parts = []
    for prompt in reading.prompts:
        heading = f"{prompt.name}:\n" if len(reading.prompts) > 1 else ""
        tokens = tokencost.tokens_of(prompt.text, tokenizer=tokenizer)
        parts.append(heading + tokencost.show_tokens(tokens, color=color))
    return "".join(parts)


def _tokenizer_of(models: Sequence[str], prices: Sequence[str] | None) -> str:
    """Return the tokenizer of the model whose tokens are to be shown."""
    if not models:
        return "o200k_base"
    if len(models) > 1:
        raise UsageError("--show is for one model", hint="name one with -m, or none")
    from tokencost.pricing import find_offer

    tokenizer = find_offer(price_table(prices), models[0]).model.tokenizer
    if tokenizer is None:
        raise UsageError(
            f"no tokenizer is recorded for {models[0]}", hint="name one with --tokenizer"
        )
    return tokenizer
