"""The application and its commands."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tokencost.cli import models, prices, tokenizers
from tokencost.cli.check import check
from tokencost.cli.compare import compare
from tokencost.cli.compress import compress
from tokencost.cli.count import count
from tokencost.cli.estimate import estimate
from tokencost.cli.output import ErrorReporting
from tokencost.cli.session import session
from tokencost.cli.signature import register, with_examples

_HELP = """What will this prompt cost?

Counts tokens with each model's own vocabulary where it is published, prices them from a dated
and sourced table, and works without a network.

    tokencost estimate prompt.md -m openai/gpt-4o -o 500
    tokencost compare prompt.md -o 500 --min-context 128000
    tokencost count src/ -m alibaba/qwen3-max
    tokencost compress data.json -m openai/gpt-4o > smaller.json
    tokencost session -m anthropic/claude-sonnet-5 --turns 20
    tokencost check prompts/ -m deepseek/deepseek-v4-pro --max-tokens 8000
    tokencost models qwen
"""


class _ListByDefault(TyperGroup):
    """Takes `models qwen` as `models list qwen`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name of the command in front if there is none."""
        if not args or args[0] not in (*self.commands, "-h", "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=ErrorReporting,
    help=with_examples(_HELP),
    rich_markup_mode=None,  # help through rich costs 60 ms and draws boxes into CI logs
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (estimate, compare, count, compress, check, session):
    register(app, command)

models_app = typer.Typer(
    cls=_ListByDefault,
    help="List models, or show one with all its prices.",
    rich_markup_mode=None,
)
register(models_app, models.list_models, "list")
register(models_app, models.show_model, "show")
app.add_typer(models_app, name="models")

prices_app = typer.Typer(
    help="Check, compare and extend price tables; only your own is ever written.",
    rich_markup_mode=None,
)
register(prices_app, prices.validate)
register(prices_app, prices.add)
register(prices_app, prices.import_prices, "import")
register(prices_app, prices.path)
register(prices_app, prices.diff)
app.add_typer(prices_app, name="prices")

tokenizers_app = typer.Typer(
    help="List the tokenizers, or add one of your own.", rich_markup_mode=None
)
register(tokenizers_app, tokenizers.list_tokenizers, "list")
register(tokenizers_app, tokenizers.add_tokenizer, "add")
app.add_typer(tokenizers_app, name="tokenizers")


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
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)
