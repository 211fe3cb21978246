"""`tokencost compress`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokencost import InputError, UsageError
from tokencost.cli import completion, options, parse
from tokencost.cli.output import OutputOptions, watch_files
from tokencost.cli.report_files import refuse_read, refuse_twice
from tokencost.cli.signature import Only
from tokencost.cli.streams import write_file

if TYPE_CHECKING:  # imported through the package when the command runs
    from tokencost import Prompt


def compress(
    *,
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="[PATH]", help="A file, or - for standard input.", show_default=False
        ),
    ] = None,
    inputs: Annotated[options.InputOptions, Only({"texts", "encoding", "read_as", "max_size"})],
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            metavar="ID",
            help="Whose tokens to save. [env: TOKENCOST_MODEL]",
            autocompletion=completion.models,
        ),
    ] = None,
    pricing: Annotated[options.PricingOptions, Only({"prices", "tokenizer"})],
    level: Annotated[
        str,
        typer.Option(
            "--level",
            metavar="LEVEL",
            help="lossless, reformatted, lossy.",
        ),
    ] = "lossless",
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="NAME",
            help="One more transform, see --list. Repeatable.",
            autocompletion=completion.transforms,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="KIND", help="What the text is: json, markdown, python ..."),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--output",
            metavar="FILE",
            callback=watch_files,
            help="Write the text there.",
        ),
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="List the transforms.")] = False,
    output: OutputOptions,
) -> None:
    """Write a text with fewer tokens and the same content.

    A transform counts only if it proves that it keeps what it promises, and if the model's own
    tokenizer counts fewer tokens. Otherwise the text stays as it is. The text goes to standard
    output and the report to standard error. Without a model the vocabulary is o200k_base.

        tokencost compress data.json -m openai/gpt-5.4-mini > smaller.json
        tokencost compress README.md --level lossy --output short.md
        tokencost compress page.html --with html-markdown
        cat app.log | tokencost compress - -q
        tokencost compress --list
    """
    import tokencost

    if file is not None:
        refuse_twice([*output.files, ("--output", file)])
    if show_list:
        output.write(tokencost.list_transforms())
        return
    prompt = _prompt(path, inputs)
    pricing = replace(pricing, models=None if model is None else [model])
    model_name, default_model = _model(pricing), _default_model(pricing)
    with output.progress("Compressing"):
        report = tokencost.compress(
            prompt,
            model=model_name,
            default_model=default_model,
            tokenizer=pricing.tokenizer,
            level=parse.member("--level", level, tokencost.Level),
            also=also or (),
            kind=None if kind is None else parse.member("--kind", kind, tokencost.ContentType),
            input_format=inputs.input_format,
            prices=pricing.price_table(is_priced=False) if model_name or default_model else None,
        )
    data = _encode(report.text, inputs.encoding)
    output.check_targets()
    if file is None:
        output.write_bytes(data)
        output.write_aside(report)
    else:
        refuse_read("--output", file, but=path)
        write_file(data, file, option="--output")
        output.write(report)


def _prompt(path: str | None, inputs: options.InputOptions) -> "Prompt":
    """Read the one text; --as decides how its tokens are counted, not what is written."""
    if path not in (None, "-") and Path(str(path)).is_dir():
        raise InputError(f'"{path}" is a folder', hint="name one file; several need several runs")
    read = replace(inputs, paths=None if path is None else [path], read_as="text").read()
    for error in read.errors:
        raise error
    if len(read.prompts) != 1:
        raise UsageError(f"compress takes one input, not {len(read.prompts)}", hint="name one file")
    return read.prompts[0]


def _model(pricing: options.PricingOptions) -> str | None:
    models = pricing.model_names
    if len(models) > 1:
        raise UsageError(
            "TOKENCOST_MODEL names several models, and a text is compressed for one",
            hint="name it with -m",
        )
    return models[0] if models else None


def _default_model(pricing: options.PricingOptions) -> str | None:
    models = pricing.default_models
    if pricing.tokenizer or not models:
        return None
    if len(models) > 1:
        setting = pricing.configuration.setting("model")
        raise UsageError(
            f"{setting and setting.place} names several models, and a text is compressed for one",
            hint="name it with -m",
        )
    return models[0]


def _encode(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        character = text[error.start]
        raise UsageError(
            f'{encoding} has no "{character}" (U+{ord(character):04X}), which the result holds',
            hint="convert the input to UTF-8 first, and leave out --encoding",
        ) from error
