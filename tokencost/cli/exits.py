"""Errors as lines and exit codes, in one place for all commands."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

import typer
from typer.core import TyperGroup

from tokencost.errors import Failure, TokencostError

# Typer vendors Click and exports only this child of what a bad command line raises.
_BadCommandLine: Any = typer.BadParameter.__base__


class ExitCode(IntEnum):
    """What a script can rely on."""

    ANSWERED = 0
    BUDGET_BROKEN = 1
    NO_ANSWER = 2


class ErrorReporting(TyperGroup):
    """Turns errors into one line, a hint and an exit code."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Parse the options in front of the command."""
        with _reported():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Parse and run the command."""
        with _reported():
            return super().invoke(ctx)


def report(failures: Iterable[Failure]) -> None:
    """Write each error, with its input, and each hint to standard error, the same one once."""
    lines: dict[str, None] = {}
    for failure in failures:
        where = f"{failure.input}: " if failure.input else ""
        for error in failure.error.parts:
            lines[f"error: {where}{error}"] = None
            if error.hint:
                lines[f"hint: {error.hint}"] = None
    for line in lines:
        typer.echo(line, err=True)


@contextmanager
def _reported() -> Iterator[None]:
    try:
        yield
    except TokencostError as error:
        report([Failure(error=error)])
        raise typer.Exit(ExitCode.NO_ANSWER) from error
    except _BadCommandLine as error:
        command = error.ctx.command_path if error.ctx else "tokencost"
        message = " ".join(error.format_message().split())
        report([Failure(error=TokencostError(message, hint=f"see `{command} --help`"))])
        raise typer.Exit(ExitCode.NO_ANSWER) from error
    except BrokenPipeError:  # `tokencost ... | head`: the reader left, which is no failure
        give_up_on_stdout()
        raise typer.Exit(ExitCode.ANSWERED) from None


def give_up_on_stdout() -> None:
    """Point standard output at nothing, for Python tries to flush it once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
