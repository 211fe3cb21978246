"""How errors end a command: one line, a hint, an exit code, and JSON where that is wanted."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import IntEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import typer

from tokencost import Failure, TokencostError
from tokencost.cli.signature import Group
from tokencost.cli.streams import give_up_on, write, write_line_aside

# Typer vendors Click and exports only this child of what a bad command line raises.
_BadCommandLine: Any = typer.BadParameter.__base__
_WANTS_JSON = "tokencost.wants_json"


class ExitCode(IntEnum):
    """What a script can rely on; NO_ANSWER beats BUDGET_BROKEN."""

    ANSWERED = 0
    BUDGET_BROKEN = 1
    NO_ANSWER = 2
    INTERRUPTED = 130


class ErrorReporting(Group):
    """Turns errors into one line, a hint and an exit code."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Parse the options in front of the command."""
        wants_json = _wants_json(args)
        with _reported(wants_json=wants_json):
            context = super().make_context(info_name, args, parent, **extra)
        context.meta.setdefault(_WANTS_JSON, wants_json)
        return context

    def invoke(self, ctx: Any) -> Any:
        """Parse and run the command."""
        with _reported(wants_json=ctx.meta.get(_WANTS_JSON, False)):
            return super().invoke(ctx)


def _wants_json(args: Sequence[str]) -> bool:
    """Tell whether the answer is to be JSON, of a command line that may be wrong elsewhere."""
    if any(arg in ("--json", "--format=json", "-fjson") for arg in args):
        return True
    if formats := [value for option, value in pairwise(args) if option in ("-f", "--format")]:
        return "json" in formats
    is_said = any(arg.startswith(("-f", "--format", "-q", "--quiet")) for arg in args)
    return not is_said and os.environ.get("TOKENCOST_FORMAT") == "json"


def report_failures(failures: Iterable[Failure]) -> None:
    """Write each error, with its input, and each hint to standard error, the same one once."""
    from tokencost import hint_of, printable

    lines: dict[tuple[str, str], None] = {}
    for failure in failures:
        where = f"{failure.input}: " if failure.input else ""
        for error in failure.error.parts:
            lines["error: ", printable(f"{where}{error.message}")] = None
            if hint := hint_of(error):
                lines["hint:  ", printable(hint)] = None
    for label, text in lines:
        write_line_aside(label, text)


@contextmanager
def _reported(*, wants_json: bool) -> Iterator[None]:
    """Turn what goes wrong into an error line and an exit code, and JSON if that is wanted."""
    try:
        yield
    except TokencostError as error:
        _give_up(error, wants_json=wants_json)
    except _BadCommandLine as error:
        command = error.ctx.command_path if error.ctx else "tokencost"
        message = " ".join(error.format_message().split())
        hint = f"see `{command} --help`"
        _give_up(TokencostError(message, hint=hint), wants_json=wants_json)
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except EOFError as error:  # of which Typer would make 1, the code of a broken budget
        raise RuntimeError(f"{type(error).__name__}: {error}") from error
    except BrokenPipeError:  # `tokencost --help | head`: the reader left, which is not a failure
        give_up_on(sys.stdout)
        raise typer.Exit(ExitCode.ANSWERED) from None
    except OSError as error:  # help that nobody takes, or a working folder that is gone
        if os.environ.get("TOKENCOST_DEBUG"):
            raise
        _give_up(_system_error(error), wants_json=wants_json)


def _system_error(error: OSError) -> TokencostError:
    """Repeat what the operating system says, and of what."""
    reason = error.strerror or str(error)
    if error.filename is not None:
        return TokencostError(
            f"cannot use {str(error.filename)!r}: {reason}",
            hint="check the path and its permissions",
        )
    try:
        Path.cwd()
    except OSError:
        return TokencostError(f"the working folder is gone: {reason}", hint="go to another one")
    give_up_on(sys.stdout)
    return TokencostError(f"cannot write: {reason}", hint="check where standard output goes")


def _give_up(error: TokencostError, *, wants_json: bool) -> NoReturn:
    import tokencost
    from tokencost.cli.configuration import name_origin  # a list of commands needs none of it

    name_origin(error)
    failures = [Failure(error=error)]
    if wants_json:
        with suppress(TokencostError):  # the exit code says the same to whoever reads nothing
            write(tokencost.render_failures(failures), color=False)
    report_failures(failures)
    raise typer.Exit(ExitCode.NO_ANSWER) from error
