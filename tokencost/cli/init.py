"""`tokencost init`."""

import os
from pathlib import Path
from typing import Annotated, TextIO

import typer

from tokencost import UsageError
from tokencost.cli import options
from tokencost.cli.signature import Only
from tokencost.cli.streams import write


def init(
    *,
    pricing: Annotated[options.PricingOptions, Only({"models", "prices"})],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be written, in any case.")
    ] = False,
) -> None:
    """Write a first tokencost.toml, with a budget for each folder of prompts.

    Prompts are found by their names: folders called prompts, files such as prompt.md, x.prompt.md
    and AGENTS.md. Limits are today's sizes and a quarter more. A file that is there stays as it is.

        tokencost init --dry-run
        tokencost init -m openai/gpt-5.4-mini
        tokencost check
    """
    import tokencost

    starter = tokencost.suggest_configuration(
        ".",
        pricing.model_names or pricing.default_models,
        prices=pricing.price_table(is_priced=False),
    )
    if dry_run:
        write(starter.text, color=False)
        return
    path = Path(tokencost.find_configurations()[0] or "/")
    if path.parent == Path.cwd():
        raise UsageError(
            f'"{path.name}" configures this folder already',
            hint="--dry-run prints what would be written",
        )
    _write_new(Path("tokencost.toml"), starter.text)
    budgets = "1 budget" if starter.budgets == 1 else f"{starter.budgets} budgets"
    files = "1 file" if starter.files == 1 else f"{starter.files:,} files"
    done = "tokencost.toml is written"
    answer = f"{budgets} for {files} (tokencost check)"
    if not starter.budgets:
        answer = "no prompts were found by their names; write the globs of yours in it"
    write(f"{done}: {answer}\n", color=False, done=done)


def _write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, and through no link."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            _write_whole(file, text)
    except FileExistsError as error:
        raise UsageError(
            f'"{path}" is there already', hint="--dry-run prints what would be written"
        ) from error
    except OSError as error:
        raise UsageError(
            f'"{path}" cannot be written: {error.strerror}', hint="check the folder"
        ) from error


def _write_whole(file: TextIO, text: str) -> None:
    """Write all of *text*, or leave no file."""
    try:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    except BaseException:
        file.close()
        Path(file.name).unlink()
        raise
