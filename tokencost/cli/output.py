"""Writing an answer to standard output."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import typer

from tokencost.cli.exits import give_up_on_stdout
from tokencost.errors import TokencostError, UsageError
from tokencost.report import Answer, OutputFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How an answer is to be written."""

    format: OutputFormat
    quiet: bool
    color: bool

    @property
    def for_people(self) -> bool:
        """Whether the answer is read by eye, and errors beside it on standard error."""
        return not self.quiet and self.format in (OutputFormat.TABLE, OutputFormat.MARKDOWN)

    def write(self, answer: Answer) -> None:
        """Write *answer* to standard output."""
        self.write_text(self._rendered(answer, width=terminal_width()))

    def write_aside(self, answer: Answer) -> None:
        """Write *answer* to standard error, where standard output has something else."""
        typer.echo(self._rendered(answer, width=None), nl=False, err=True, color=self.color)

    def write_text(self, text: str) -> None:
        """Write *text* to standard output as it is."""
        self._echo(text)

    def write_bytes(self, data: bytes) -> None:
        """Write *data* to standard output; no line end is translated."""
        self._echo(data)

    def _rendered(self, answer: Answer, *, width: int | None) -> str:
        import tokencost

        if self.quiet:
            return tokencost.render_quiet(answer)
        return tokencost.render(answer, self.format, color=self.color, width=width)

    def _echo(self, message: str | bytes) -> None:
        try:
            typer.echo(message, nl=False, color=self.color)
        except BrokenPipeError:
            raise
        except OSError as error:
            give_up_on_stdout()
            raise TokencostError(
                f"cannot write the answer: {error.strerror or error}",
                hint="check where standard output goes",
            ) from error


def terminal_width() -> int | None:
    """Return the columns of the terminal, None if the answer does not go to one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def writing(*, format: OutputFormat | None, json: bool, quiet: bool, color: str) -> Writing:  # noqa: A002
    """Settle the options for output.

    Raises:
        UsageError: two of them contradict each other.
    """
    if json and format not in (None, OutputFormat.JSON):
        raise UsageError(f"--json contradicts --format {format}", hint="leave one of the two out")
    if quiet and (json or format not in (None, OutputFormat.TABLE)):
        raise UsageError("--quiet contradicts a format", hint="leave one of the two out")
    return Writing(
        format=OutputFormat.JSON if json else format or OutputFormat.TABLE,
        quiet=quiet,
        color=_color(color),
    )


def _color(choice: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Decide as terminals and https://no-color.org have agreed."""
    match choice:
        case "always":
            return True
        case "never":
            return False
        case "auto":
            if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
                return False
            return bool(environment.get("FORCE_COLOR")) or sys.stdout.isatty()
        case _:
            raise UsageError(f"--color {choice!r} is unknown", hint="write auto, always or never")


def from_environment(name: str, given: Sequence[str] | None) -> list[str]:
    """Return what was given, else the entries of a variable, separated as PATH is."""
    if given:
        return list(given)
    return [entry for entry in os.environ.get(name, "").split(os.pathsep) if entry]
