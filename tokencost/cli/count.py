"""`tokencost count`."""

import typer

from tokencost.cli import options
from tokencost.cli.errors import ExitCode, report
from tokencost.cli.formats import from_environment, writing
from tokencost.cli.inputs import read
from tokencost.cli.tables import price_table


def count(
    paths: options.Paths = None,
    text: options.Texts = None,
    files_from: options.FilesFrom = None,
    exclude: options.Exclude = None,
    encoding: options.Encoding = "utf-8",
    read_as: options.ReadAs = "auto",
    model: options.Models = None,
    tokenizer: options.Tokenizer = None,
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
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    models = from_environment("TOKENCOST_MODEL", model)
    answer = tokencost.count(
        read(
            paths,
            texts=text,
            files_from=files_from,
            exclude=exclude,
            encoding=encoding,
            reading_as=read_as,
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
