"""The application and its commands."""

from typing import Annotated

import typer

from tokencost.cli.check import check
from tokencost.cli.compare import compare
from tokencost.cli.compress import compress
from tokencost.cli.count import count
from tokencost.cli.estimate import estimate
from tokencost.cli.exits import ErrorReporting
from tokencost.cli.help import help_of, with_examples
from tokencost.cli.models import models_app
from tokencost.cli.prices import prices_app
from tokencost.cli.session import session
from tokencost.cli.tokenizers import tokenizers_app

_HELP = """What will this prompt cost?

Counts tokens with each model's own vocabulary where it is published, prices them from a dated
and sourced table, and works without a network.

    tokencost estimate prompt.md -m openai/gpt-4o -o 500
    tokencost compare prompt.md -o 500 --min-context 128000
    tokencost count src/ -m alibaba/qwen3-max
    tokencost compress data.json -m openai/gpt-4o > smaller.json
    tokencost session -m anthropic/claude-sonnet-5 --turns 20
    tokencost compress data.json -m openai/gpt-4o > smaller.json
    tokencost check prompts/ -m deepseek/deepseek-v4-pro --max-tokens 8000
    tokencost models qwen
"""

app = typer.Typer(
    cls=ErrorReporting,
    help=with_examples(_HELP),
    rich_markup_mode=None,  # help through rich costs 60 ms and draws boxes into CI logs
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (estimate, compare, count, compress, check, session):
    app.command(help=help_of(command))(command)
app.add_typer(models_app, name="models")
app.add_typer(prices_app, name="prices")
app.add_typer(tokenizers_app, name="tokenizers")


def _show_version(value: bool) -> None:
    if value:
        from tokencost.version import __version__

        typer.echo(f"tokencost {__version__}")
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
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)
