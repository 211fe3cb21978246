"""How commands end: the report as asked for, what failed, and the exit code."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokencost import Failure, OutputFormat, Report, UsageError
from tokencost.cli.configuration import name_origin
from tokencost.cli.failures import ExitCode, report_failures
from tokencost.cli.streams import (
    has_color,
    terminal_width,
    write,
    write_aside,
    write_line_aside,
)
from tokencost.values import dataclass

if TYPE_CHECKING:  # imported when there are any
    from tokencost import Budget, Status
    from tokencost.cli.report_files import Target

_OF_ROWS = (OutputFormat.TABLE, OutputFormat.CSV, OutputFormat.MARKDOWN)  # errors are beside them
_PATIENCE = 1.0  # seconds, from which on progress is shown


def watch_files(value: Any) -> Any:
    """Return the *value* of an option that names files for writing; what is opened is watched.

    It is the callback of the option, and so at work before a command reads anything.
    """
    if value:
        from tokencost.cli import report_files

        report_files.watch()
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """How a report is written.

    Raises:
        UsageError: two options contradict each other.
    """

    format: Annotated[
        OutputFormat | None,
        typer.Option(
            "--format",
            "-f",
            envvar="TOKENCOST_FORMAT",
            show_default=False,
            show_envvar=False,
            metavar="FORMAT",
            help="table, json, csv, markdown. [env: TOKENCOST_FORMAT]",
        ),
    ] = None
    json: Annotated[bool, typer.Option("--json", help="The same as -f json.")] = False
    reports: Annotated[
        list[str] | None,
        typer.Option(
            "--report",
            metavar="FORMAT=FILE",
            callback=watch_files,
            help="Also write the report to FILE. Repeatable.",
        ),
    ] = None
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="The bare number or verdict, for scripts.")
    ] = False
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="All sources, assumptions and what does not apply."),
    ] = False
    color: Annotated[
        str, typer.Option("--color", metavar="WHEN", help="Colour: auto, always, never.")
    ] = "auto"

    def __post_init__(self) -> None:
        """Refuse contradictions before anything is read."""
        if self.json and self.format not in (None, OutputFormat.JSON):
            raise UsageError(
                f"--json contradicts --format {self.format}", hint="leave one of the two out"
            )
        if self.quiet and (self.json or self.format not in (None, OutputFormat.TABLE)):
            raise UsageError("--quiet contradicts a format", hint="leave one of the two out")
        has_color(self.color)
        if self.reports:
            from tokencost.cli.report_files import refuse_twice

            refuse_twice(self.files)

    @property
    def targets(self) -> "list[Target]":
        """The files that get the report as well, with their formats."""
        if not self.reports:
            return []
        from tokencost.cli.report_files import Target

        return list(map(Target.parse, self.reports))

    @property
    def files(self) -> list[tuple[str, str]]:
        """The names of these files, each with its option."""
        return [("--report", target.file) for target in self.targets]

    @property
    def output_format(self) -> OutputFormat:
        """The format: a table unless another one is named."""
        return OutputFormat.JSON if self.json else self.format or OutputFormat.TABLE

    @property
    def has_scenarios(self) -> bool:
        """Whether anything that is written has room for more than the result and its rows."""
        formats = {target.format for target in self.targets}
        return bool(
            (formats if self.quiet else {*formats, self.output_format}) - {OutputFormat.CSV}
        )

    @property
    def has_color(self) -> bool:
        """Whether tables are coloured."""
        return has_color(self.color)

    @property
    def is_for_people(self) -> bool:
        """Whether the report is read by eye, and errors beside it on standard error."""
        return not self.quiet and self.output_format in (OutputFormat.TABLE, OutputFormat.MARKDOWN)

    @contextmanager
    def progress(self, task: str) -> Iterator[None]:
        """Show on a terminal how far *task* is, if it takes more than a second."""
        can_redraw = sys.stderr is not None and sys.stderr.isatty()
        if self.quiet or not can_redraw or os.environ.get("TERM") == "dumb":
            yield
            return
        import tokencost

        bar = _ProgressBar(task, color=self.color != "never")
        try:
            with tokencost.watch(bar.update):
                yield
        finally:
            bar.stop()

    def write(self, report: Report, *, all_rows: bool = False, done: str = "") -> None:
        """Write *report* to its files and standard output, its warnings to standard error.

        *done* says what was changed before.
        """
        self._write_files(report, all_rows=all_rows)
        self._print(report, all_rows=all_rows, done=done)

    def _print(self, report: Report, *, all_rows: bool, done: str = "") -> None:
        text = self._text(report, width=terminal_width(), all_rows=all_rows)
        write(text, color=self.has_color, done=done)
        self._warn(report, all_rows=all_rows)

    def write_bytes(self, data: bytes) -> None:
        """Write *data* to standard output as it is, beside a report that goes elsewhere."""
        write(data, color=self.has_color)

    def write_text(self, text: str) -> None:
        """Write *text* to standard output as it is, in place of a report.

        Raises:
            UsageError: a file waits for a report.
        """
        if self.reports:
            raise UsageError(
                "--report has nothing to write", hint="this is not a report: use > FILE"
            )
        write(text, color=self.has_color)

    def write_aside(self, report: Report) -> None:
        """Write *report* to its files, and unless it is quiet to standard error."""
        self._write_files(report)
        if self.quiet:
            return
        write_aside(self._text(report, width=None), color=self.has_color)
        self._warn(report)

    def finish(
        self,
        report: Report,
        failures: Sequence[Failure],
        *,
        has_rows: bool,
        all_rows: bool = False,
        is_verdict: bool = False,
        status: "Status | None" = None,
        done: str = "",
    ) -> None:
        """Write *report* and what failed, and exit as `exit_code` says.

        *status* is that of a verdict, and *done* says what was changed before.

        A report without rows says nothing, except in files, in JSON and to CI services. With
        --quiet a sum over a part of the inputs would look like the whole: only a verdict is
        written beside failures.
        """
        for failure in failures:
            name_origin(failure.error)
        self._write_files(report, all_rows=all_rows, done=done)
        is_shown = has_rows or self.output_format not in _OF_ROWS
        if self.quiet:
            is_shown = is_verdict or (has_rows and not failures)
        if is_shown:
            self._print(report, all_rows=all_rows, done=done)
        else:
            self._warn(report)
        report_failures(failures)
        if code := exit_code(failures, status):
            raise typer.Exit(code)

    def _write_files(self, report: Report, *, all_rows: bool = False, done: str = "") -> None:
        import tokencost

        self.check_targets()
        for target in self.targets:
            text = tokencost.render(report, target.format, verbose=self.verbose, all_rows=all_rows)
            from tokencost.cli.report_files import write_report

            write_report(text, target.file, done=done)

    def check_targets(self, budgets: "Sequence[Budget]" = (), *, globs: Sequence[str] = ()) -> None:
        """Refuse to write over what was read so far, and over prompts that may not be read at all.

        Those are what falls under *budgets*, or under *globs* from the working folder.

        Raises:
            UsageError: a file of a report is one of these.
        """
        for option, file in self.files:
            from tokencost.cli.report_files import refuse_prompt, refuse_read

            refuse_read(option, file)
            refuse_prompt(option, file, budgets, globs)

    def _text(self, report: Report, *, width: int | None, all_rows: bool = False) -> str:
        import tokencost

        if self.quiet:
            return tokencost.render_quiet(report)
        return tokencost.render(
            report,
            self.output_format,
            verbose=self.verbose,
            all_rows=all_rows,
            color=self.has_color,
            width=width,
            warnings=False,
        )

    def _warn(self, report: Report, *, all_rows: bool = False) -> None:
        """Write what may make *report* wrong to standard error, in every format."""
        import tokencost

        is_whole = self.output_format in (OutputFormat.JSON, OutputFormat.CSV)
        all_rows = all_rows or self.verbose or self.quiet or is_whole
        has_notes = self.is_for_people or self.output_format is OutputFormat.JSON
        texts = tokencost.warnings_of(report, all_rows=all_rows, has_notes=has_notes)
        for text in dict.fromkeys(texts):
            write_line_aside("warning: ", text)


def exit_code(failures: Sequence[Failure], status: "Status | None" = None) -> ExitCode:
    """Return what a command exits with: what could not be answered or judged beats a verdict."""
    if failures:
        return ExitCode.NO_ANSWER
    if status is None:
        return ExitCode.ANSWERED
    from tokencost import Status

    codes = {Status.ERROR: ExitCode.NO_ANSWER, Status.FAIL: ExitCode.BUDGET_BROKEN}
    return codes.get(status, ExitCode.ANSWERED)


class _ProgressBar:
    """A line on standard error, with rate and remaining time; nothing is left of it."""

    def __init__(self, task: str, *, color: bool) -> None:
        from threading import Lock, Timer

        self._task, self._color = task, color
        self._start = time.monotonic()
        self._bar: Any = None
        self._size = 0, 0
        self._lock, self._timer = Lock(), Timer(_PATIENCE, self._show)
        self._timer.daemon = True
        self._timer.start()

    def update(self, done: int, total: int) -> None:
        """Take how much is done."""
        self._size = done, total
        if self._bar is not None:
            self._bar.update(0, completed=done, total=total or None, detail=self._detail())

    def stop(self) -> None:
        """Take the line away, or never show it."""
        with self._lock:
            self._timer.cancel()
            if self._bar is not None:
                self._bar.stop()

    def _show(self) -> None:
        from rich import progress  # 50 ms, for those who wait anyway
        from rich.console import Console

        bar = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(bar_width=20),
            progress.TextColumn("{task.fields[detail]}"),
            progress.TimeElapsedColumn(),
            progress.TimeRemainingColumn(),
            console=Console(stderr=True, no_color=not self._color or None),
            transient=True,
        )
        done, total = self._size
        bar.add_task(self._task, completed=done, total=total or None, detail=self._detail())
        bar.tasks[0].start_time = self._start
        with self._lock:
            if not self._timer.finished.is_set():
                bar.start()
                self._bar = bar

    def _detail(self) -> str:
        """Return how much is done, and how fast, as far as that is known."""
        done, total = self._size
        seconds = time.monotonic() - self._start
        return f"{done / total:.0%}  {done / 1e6 / seconds:.1f}M characters/s" if done else ""
