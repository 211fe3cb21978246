"""How errors end a command: one line, a hint, an exit code, and reports that say the same."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import IntEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import typer

from tokencost import Failure, OutputFormat, TokencostError
from tokencost.cli.signature import Group
from tokencost.cli.streams import give_up_on, write, write_line_aside
from tokencost.interruption import code_of
from tokencost.values import regex

# Typer vendors Click and exports only this child of what a bad command line raises.
_BadCommandLine: Any = typer.BadParameter.__base__
_MANY, _FEW = 5, 3  # inputs of one error that have a line each; of more, those that are named
_ARGUMENTS = "tokencost.arguments"
_FORMAT = regex(r"(?:--format(?:=(.*))?|-[qv]*f(.*))")  # short flags may stand in front of it
# What Click says of a command line, and how every other error here says it.
_SENTENCES = (
    (regex(r"No such option: ([^ ]+)(?: .*)?"), 'unknown option "{}"'),
    (regex(r"No such command '(.*?)'\..*"), 'unknown command "{}"'),
    (regex(r"Missing (?:argument|option) '([^' ]+).*"), "{} is missing"),
    (regex(r"Missing command\."), "no command is named"),
    (regex(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)"), 'unexpected argument "{}"'),
    (regex(r"Option '(.*)' requires an argument\."), "{} needs a value"),
    (regex(r"Option '(.*)' does not take a value\."), "{} takes no value"),
    (regex(r"Invalid value for '([^']+).*: '(.*)' is not one of .*"), '{} "{}" is unknown'),
)
_OTHER_NAMES = {"cost": "estimate", "price": "estimate", "tokens": "count", "tokenize": "count"}
# What people call a value of an option, as if it were one itself.
_OTHER_OPTIONS = {
    "--batch": "--mode batch",
    "--csv": "-f csv",
    "--markdown": "-f markdown",
    "--cny": "--currency CNY",
    "--usd": "--currency USD",
    "--monthly": "--volume 20k/month",
    "-n": "--calls",
}
_MODEL = ("-m", "--model")
_OF_PEOPLE = (OutputFormat.TABLE, OutputFormat.CSV, OutputFormat.MARKDOWN)  # who read the error


class ExitCode(IntEnum):
    """What a script can rely on; NO_ANSWER beats BUDGET_BROKEN. `code_of` has interruptions."""

    ANSWERED = 0
    BUDGET_BROKEN = 1
    NO_ANSWER = 2


class ErrorReporting(Group):
    """Turns errors into one line, a hint and an exit code."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Parse the options in front of the command."""
        arguments = parent.meta.get(_ARGUMENTS, ()) if parent else tuple(args)
        if parent is None and _has_reports(arguments):
            from tokencost.cli import report_files

            report_files.watch()
        with _reported(arguments), _recorded(arguments):
            context = super().make_context(info_name, args, parent, **extra)
        context.meta.setdefault(_ARGUMENTS, arguments)
        return context

    def invoke(self, ctx: Any) -> Any:
        """Parse and run the command."""
        arguments = ctx.meta.get(_ARGUMENTS, ())
        with _reported(arguments), _recorded(arguments):
            return super().invoke(ctx)


def _has_reports(arguments: Sequence[str]) -> bool:
    return any(argument.startswith("--report") for argument in arguments)


def _command(arguments: Sequence[str]) -> str:
    """Return the command, also where options stand in front of it that belong behind."""
    words = (word for word in arguments if not word.startswith("-") and "=" not in word)
    return next(words, "")


def _command_line_error(error: Any, arguments: Sequence[str]) -> TokencostError:
    """Return what is wrong with a command line, and what may have been meant."""
    context, command = error.ctx, f"tokencost {_command(arguments)}".strip()
    path = context.command_path if context else command
    text = " ".join(error.format_message().split())
    message, hint = _sentence(text), f"see `{path} --help`"
    meant = ""
    if text.startswith("Got") and "after two dashes" in (context.command.help or ""):
        meant = "files stand after two dashes, as in `-- prompt.md`"
    elif text.startswith(("Missing", "Got")) and (example := _example(context)):
        missing = _missing_options(context, arguments)
        message = f"{' and '.join(missing)} are missing" if len(missing) > 1 else message
        meant = f"for example `{example}`"
    elif text.startswith("No such command"):
        meant = _commands_meant(error, arguments)
    elif text.startswith("No such option"):
        meant = _options_meant(error.option_name, context)
    elif " is not one of " in text:
        choices = text.partition(" is not one of ")[2].replace("'", "").removesuffix(".")
        meant = f"known are {choices}"
    mark = " " if meant.endswith("?") else "; "
    return TokencostError(message, hint=f"{meant}{mark}{hint}" if meant else hint)


def _sentence(text: str) -> str:
    """Return what Click text in the words of the other errors."""
    matches = ((pattern.fullmatch(text), words) for pattern, words in _SENTENCES)
    return next((words.format(*match.groups()) for match, words in matches if match), text)


def _options_meant(name: str, context: Any) -> str:
    """Return what may have been meant by an option that a command does not have, "" if unknown."""
    from difflib import get_close_matches

    if context.parent is None:
        return f"options stand behind a command: `{_example(context)}`"
    own = _options_of(context.command)
    if (meant := _OTHER_OPTIONS.get(name, "")).partition(" ")[0] in own:
        return f"write {meant}"
    parts = [option for option in own if name.strip("-") in option.split("-")]
    beginnings = [option for option in own if option.startswith(name) and name.startswith("--")]
    close = get_close_matches(name, parts or own, n=2, cutoff=0.5 if parts else 0.7)
    if near := beginnings or close:
        return f"did you mean {' or '.join(near)}?"
    root = context.find_root()
    for command in root.command.list_commands(root):
        for option in _options_of(root.command.get_command(root, command)):
            if option.startswith(name) and name.startswith("--"):
                return f"`tokencost {command}` has {option}"
    return ""


def _options_of(command: Any) -> list[str]:
    return [name for option in command.params for name in option.opts if name.startswith("-")]


def _example(context: Any) -> str:
    """Return the first example in the help of a command, "" if it has none."""
    text = (context.command.help or "").replace("\\\n", " ") if context else ""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return next((line for line in lines if line.startswith(f"{context.command_path} ")), "")


def _missing_options(context: Any, arguments: Sequence[str]) -> list[str]:
    """Return the options that a command asks for and that are not given."""
    given = {argument.partition("=")[0] for argument in arguments}
    return [
        option.opts[0]
        for option in context.command.params
        if option.required and option.param_type_name == "option" and given.isdisjoint(option.opts)
    ]


def _commands_meant(error: Any, arguments: Sequence[str]) -> str:
    """Return what was meant by a line whose command is not one, "" if nobody knows.

    A file in its place is to be estimated, with the options that were given.
    """
    from difflib import get_close_matches
    from shlex import join

    word = _command(arguments)
    if word in _OTHER_NAMES:
        return f"`tokencost {_OTHER_NAMES[word]}`"
    if word and os.path.exists(word):  # noqa: PTH110 - of any characters
        names_model = any(argument.startswith(_MODEL) for argument in arguments)
        given = arguments if names_model else (*arguments, "-m", "openai/gpt-5.4-mini")
        return f"`{join(('tokencost', 'estimate', *given))}`"
    near = get_close_matches(word, error.ctx.command.list_commands(error.ctx), n=2)
    return f"did you mean {' or '.join(near)}?" if near else ""


def _asked_format(arguments: Sequence[str]) -> OutputFormat:
    """Return how the answer is to be written, of a command line that may be wrong elsewhere."""
    asked = ["json"] if "--json" in arguments else []
    for argument, value in pairwise((*arguments, "")):
        if option := _FORMAT.fullmatch(argument):
            asked.append(option[1] or option[2] or value)
    if not asked and not any(argument in ("-q", "--quiet") for argument in arguments):
        asked.append(os.environ.get("TOKENCOST_FORMAT", ""))
    first = "json" if "json" in asked else "".join(asked[:1])
    return OutputFormat(first) if first in list(OutputFormat) else OutputFormat.TABLE


def report_failures(failures: Iterable[Failure]) -> None:
    """Write each error, with its input, and each hint to standard error, the same one once.

    What many inputs have in common is one line: JSON has one for each.
    """
    if not (failures := list(failures)):
        return
    from tokencost import hint_of, printable

    inputs: dict[tuple[str, str], dict[str, None]] = {}
    for failure in failures:
        for error in failure.error.parts:
            inputs.setdefault((error.message, hint_of(error)), {})[failure.input or ""] = None
    lines: dict[tuple[str, str], None] = {}
    for (message, hint), names in inputs.items():
        for where in _places(list(names)):
            lines["error: ", printable(f"{where}{message}")] = None
        if hint:
            lines["hint:  ", printable(hint)] = None
    for label, text in lines:
        write_line_aside(label, text)


def _places(names: Sequence[str]) -> Sequence[str]:
    """Return what stands before an error of these inputs: of many the first ones, together."""
    if len(names) <= _MANY:
        return [f"{name}: " if name else "" for name in names]
    return [f"{', '.join(names[:_FEW])} and {len(names) - _FEW:,} more (see --json): "]


@contextmanager
def _reported(arguments: Sequence[str]) -> Iterator[None]:
    """Turn what goes wrong into an error line, an exit code, and whatever programs wait for."""
    try:
        yield
    except TokencostError as error:
        _give_up(error, arguments)
    except _BadCommandLine as error:
        _give_up(_command_line_error(error, arguments), arguments)
    except KeyboardInterrupt as error:
        raise typer.Exit(code_of(error)) from None
    except EOFError as error:  # of which Typer would make 1, the code of a broken budget
        raise RuntimeError(f"{type(error).__name__}: {error}") from error
    except BrokenPipeError:  # `tokencost --help | head`: the reader left, which is not a failure
        give_up_on(sys.stdout)
        raise typer.Exit(ExitCode.ANSWERED) from None
    except OSError as error:  # help that nobody takes, or a working folder that is gone
        if os.environ.get("TOKENCOST_DEBUG"):
            raise
        _give_up(_system_error(error), arguments)


@contextmanager
def _recorded(arguments: Sequence[str]) -> Iterator[None]:
    """Let reports say of a run that it was interrupted, or broke in a way nobody thought of."""
    try:
        yield
    except (TokencostError, _BadCommandLine, OSError, typer.Exit, typer.Abort):
        raise
    except (Exception, KeyboardInterrupt) as error:
        text = f"internal error: {type(error).__name__}: {error}".removesuffix(": ")
        if isinstance(error, KeyboardInterrupt):
            text = f"interrupted: {error}".removesuffix(": ")
        _replace_reports(TokencostError(text, hint="run it again"), arguments)
        raise


def _replace_reports(error: TokencostError, arguments: Sequence[str]) -> None:
    """Write *error* into the files of reports, of which none is to be that of an earlier run."""
    if _has_reports(arguments):
        from tokencost.cli.report_files import replace_reports

        replace_reports([Failure(error=error)], arguments, command=_command(arguments))


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


def _give_up(error: TokencostError, arguments: Sequence[str]) -> NoReturn:
    """Write *error* in the place of every answer that *arguments* ask for, and exit."""
    import tokencost
    from tokencost.cli.configuration import name_origin  # a list of commands needs none of it

    name_origin(error)
    failures = [Failure(error=error)]
    asked = _asked_format(arguments)
    if asked not in _OF_PEOPLE:
        with suppress(TokencostError):  # the exit code says the same to whoever reads nothing
            write(
                tokencost.render_failures(failures, asked, command=_command(arguments)), color=False
            )
    report_failures(failures)
    _replace_reports(error, arguments)
    raise typer.Exit(ExitCode.NO_ANSWER) from error
