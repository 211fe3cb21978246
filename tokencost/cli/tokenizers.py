"""`tokencost tokenizers` and its commands."""

from pathlib import Path
from typing import Annotated

import typer

from tokencost.cli import options
from tokencost.cli.help import help_of
from tokencost.cli.output import writing

tokenizers_app = typer.Typer(
    help="List the tokenizers, or add one of your own.", rich_markup_mode=None
)


def list_tokenizers(
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """List every tokenizer, how sure its counts are, and what they rest on.

    Their names are for --tokenizer, and for `tokenizer` in a price table.

        tokencost tokenizers list
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    written.write(tokencost.list_tokenizers())


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is to be called.")],
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="tokenizer.json, tekken.json or a .tiktoken file."),
    ],
    pattern: Annotated[
        str,
        typer.Option(
            "--pattern",
            metavar="REGEX|NAME",
            help="How a text is split, where the file does not say: o200k, qwen2, ...",
        ),
    ] = "",
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """Convert a byte-level BPE tokenizer and keep it in your own folder.

    A file that cannot be run exactly is refused, and why is said. Special tokens of the file count
    as plain text.

        tokencost tokenizers add my-model tokenizer.json
        tokencost tokenizers add other vocabulary.tiktoken --pattern o200k
        tokencost count prompt.md --tokenizer my-model
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    written.write(tokencost.add_tokenizer(name, Path(file), pattern=pattern))


tokenizers_app.command(name="list", help=help_of(list_tokenizers))(list_tokenizers)
tokenizers_app.command(name="add", help=help_of(add))(add)
