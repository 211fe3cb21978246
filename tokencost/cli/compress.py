"""`tokencost compress`."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokencost.cli import options
from tokencost.cli.inputs import form_of, read
from tokencost.cli.output import from_environment, writing
from tokencost.cli.tables import price_table
from tokencost.errors import InputError, UsageError

if TYPE_CHECKING:  # imported through the package when it is called
    from tokencost import ContentType, Level, Prompt


def compress(
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="[PATH]", help="A file, or - for standard input.", show_default=False
        ),
    ] = None,
    text: options.Texts = None,
    encoding: options.Encoding = "utf-8",
    read_as: options.ReadAs = "auto",
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            metavar="ID",
            help="Whose tokens are to be saved. [env: TOKENCOST_MODEL]",
        ),
    ] = None,
    tokenizer: options.Tokenizer = None,
    level: Annotated[
        str,
        typer.Option(
            "--level",
            metavar="lossless|reformatted|lossy",
            help="How far transforms may go: equal data or rendering; other notation; "
            "comments, decoration and repetitions dropped.",
        ),
    ] = "lossless",
    also: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="NAME", help="One more transform, see --list. Repeatable."),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="KIND", help="What the text is: json, markdown, python ..."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write the text there; the report then goes to standard output.",
        ),
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="List the transforms.")] = False,
    prices: options.Prices = None,
    format: options.OutputFormat = None,  # noqa: A002
    json: options.Json = False,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
) -> None:
    """Write a text with fewer tokens and the same content.

    Each transform has to prove that it keeps what it promises to keep, and the model's own
    tokenizer has to count fewer tokens; otherwise the text stays as it is. The text goes to
    standard output and the report to standard error. Without a model the vocabulary is
    o200k_base.

        tokencost compress data.json -m openai/gpt-4o > smaller.json
        tokencost compress README.md --level lossy --output short.md
        tokencost compress page.html --with html-markdown
        cat app.log | tokencost compress - -q
        tokencost compress --list
    """
    import tokencost

    written = writing(format=format, json=json, quiet=quiet, color=color)
    if show_list:
        written.write(tokencost.list_transforms())
        return
    prompt = _prompt(path, text, encoding)
    named = _model(model)
    answer = tokencost.compress(
        prompt,
        model=named,
        tokenizer=tokenizer,
        level=_level(level),
        also=also or (),
        kind=_kind(kind),
        input_format=form_of(read_as),
        prices=price_table(prices) if named else None,
    )
    data = _encoded(answer.text, encoding)
    if output is None:
        written.write_bytes(data)
        if not quiet:
            written.write_aside(answer)
    else:
        _keep(data, output)
        written.write(answer)


def _prompt(path: str | None, texts: list[str] | None, encoding: str) -> "Prompt":
    """Read the one text; as what it is read decides how it is counted, not what comes out."""
    if path not in (None, "-") and Path(str(path)).is_dir():
        raise InputError(f"{path!r} is a folder", hint="name one file; several need several runs")
    reading = read(
        None if path is None else [path],
        texts=texts,
        files_from=None,
        exclude=None,
        encoding=encoding,
        input_format="text",
    )
    for error in reading.errors:
        raise error
    if len(reading.prompts) != 1:
        raise UsageError(
            f"{len(reading.prompts)} inputs, and one text comes out", hint="name one file"
        )
    return reading.prompts[0]


def _model(given: str | None) -> str | None:
    named = from_environment("TOKENCOST_MODEL", [given] if given else None)
    if len(named) > 1:
        raise UsageError(
            "TOKENCOST_MODEL names several models, and a text is compressed for one",
            hint="name it with -m",
        )
    return named[0] if named else None


def _level(text: str) -> "Level":
    from tokencost import Level

    _check("--level", text, list(Level))
    return Level(text)


def _kind(text: str | None) -> "ContentType | None":
    from tokencost import ContentType

    if text is None:
        return None
    _check("--kind", text, list(ContentType))
    return ContentType(text)


def _check(option: str, text: str, known: Iterable[str]) -> None:
    if text not in known:
        raise UsageError(f"{option} {text!r} is unknown", hint=f"write {', '.join(known)}")


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        character = text[error.start]
        raise UsageError(
            f"{encoding} has no {character!r} (U+{ord(character):04X}), which the result holds",
            hint="convert the input to UTF-8 first, and leave out --encoding",
        ) from error


def _keep(data: bytes, name: str) -> None:
    from tokencost.user_files import replace_file

    path = Path(name)
    if path.is_dir():
        raise UsageError(f"--output {name!r} is a folder", hint="name a file in it")
    try:
        if path.exists() and not path.is_file():  # /dev/null cannot be replaced
            path.write_bytes(data)
        else:
            replace_file(path.resolve(), data)
    except OSError as error:
        raise UsageError(
            f"{name!r} cannot be written: {error.strerror}", hint="check the folder"
        ) from error
