"""`tokencost tokenizers` and its commands."""

from pathlib import Path
from typing import Annotated

import typer

from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Group, register, with_examples


def list_tokenizers(*, output: OutputOptions) -> None:
    """List every tokenizer, how exact its counts are, and what they rest on.

    The names are for --tokenizer, and for `tokenizer` in a price table.

        tokencost tokenizers list
    """
    import tokencost

    output.write(tokencost.list_tokenizers())


def add_tokenizer(
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name for --tokenizer.")],
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="tokenizer.json, tekken.json or a .tiktoken file."),
    ],
    pattern: Annotated[
        str,
        typer.Option(
            "--pattern",
            metavar="REGEX|NAME",
            help="How a text is split: o200k, qwen2, ...",
        ),
    ] = "",
    output: OutputOptions,
) -> None:
    """Convert a byte-level BPE tokenizer and keep it in your own folder.

    A file that cannot be run exactly is refused, with the reason. Special tokens of the file count
    as plain text.

        tokencost tokenizers add my-model tokenizer.json
        tokencost tokenizers add other vocabulary.tiktoken --pattern o200k
        tokencost count prompt.md --tokenizer my-model
    """
    import tokencost

    tokenizers = tokencost.add_tokenizer(name, Path(file), pattern=pattern)
    output.write(tokenizers, done=f'tokenizer "{name}" is kept')


_HELP = """List the tokenizers, or add one of your own.

    tokencost tokenizers list
    tokencost tokenizers add my-model tokenizer.json
"""

app = typer.Typer(
    name="tokenizers",
    cls=Group,
    help=with_examples(_HELP),
    add_completion=False,
    rich_markup_mode=None,
)
register(app, list_tokenizers, "list")
register(app, add_tokenizer, "add")
