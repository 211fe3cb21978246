"""The command line: the application and its commands, a module each."""

from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer

from tokencost import UsageError
from tokencost.cli.failures import ErrorReporting
from tokencost.cli.signature import register, with_examples
from tokencost.cli.streams import write_aside

# Each is a module of this package, with a function of that name or an `app` of several commands;
# its help begins with this sentence, which stands here so that a list of them imports none.
COMMANDS = {
    "estimate": "Price each input for one or more models.",
    "compare": "Rank models by what the inputs cost with them, the cheapest first.",
    "count": "Count the tokens of each input and in total.",
    "compress": "Write a text with fewer tokens and the same content.",
    "check": "Fail when a budget is broken.",
    "diff": "Say what a branch makes prompts cost: each file before and after, and the whole now.",
    "init": "Write a first tokencost.toml, with a budget for each folder of prompts.",
    "session": "Price an agent session, turn by turn: each turn sends everything before it again.",
    "models": "List models, or show one with all its prices.",
    "prices": "Check, compare and extend price tables; only your own is ever written.",
    "tokenizers": "List the tokenizers, or add one of your own.",
    "doctor": "Show where every setting is from, the table's age, vocabularies and versions.",
    "guide": "Read the guide, a page a topic.",
    "schema": "Print the JSON Schema of a report, of price files or of the configuration.",
}
_HELP = """What will this prompt cost?

Counts tokens with each model's own vocabulary where it is published, prices them from a dated
and sourced table, and works without a network.

    tokencost estimate prompt.md -m openai/gpt-5.4-mini -o 500
    tokencost compare prompt.md -o 500 --min-context 128000
    tokencost count src/ -m alibaba/qwen3-max
    tokencost compress data.json -m openai/gpt-5.4-mini > smaller.json
    tokencost session -m anthropic/claude-sonnet-5 --turns 20
    tokencost check prompts/ -m deepseek/deepseek-v4-pro --max-tokens 8000
    tokencost models qwen
"""


@cache
def _command(name: str) -> Any:
    module = import_module(f"tokencost.cli.{name}")
    group = getattr(module, "app", None)
    if group is None:
        group = typer.Typer(add_completion=False, rich_markup_mode=None)
        register(group, getattr(module, name))
    return typer.main.get_command(group)


class Commands(ErrorReporting):
    """Imports a command when it is asked for: all together take 15 ms."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command; for a name that is wrong all are there, to suggest one."""
        for name in [cmd_name] if cmd_name in COMMANDS else COMMANDS:
            self.commands[name] = _command(name)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands without importing one of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(
    cls=Commands,
    help=with_examples(_HELP),
    rich_markup_mode=None,  # help through rich costs 60 ms and draws boxes into CI logs
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:
    if value:
        import tokencost

        typer.echo(f"tokencost {tokencost.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Show a short help if there is no command."""
    del version
    if context.invoked_subcommand is None:
        write_aside(f"{context.get_help()}\n\n")
        raise UsageError("no command is named", hint="see the commands above")
