"""Options that say which part of the price table is shown."""

from typing import TYPE_CHECKING, Annotated

import typer

from tokencost.cli import completion, parse
from tokencost.values import dataclass

if TYPE_CHECKING:  # imported through the package when a command needs it
    from tokencost import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionOptions:
    """Which part of the price table is shown."""

    providers: Annotated[
        list[str] | None,
        typer.Option(
            "--provider",
            metavar="NAME",
            help="Only this provider. Repeatable.",
            autocompletion=completion.providers,
        ),
    ] = None
    sites: Annotated[
        list[str] | None,
        typer.Option(
            "--site",
            metavar="SITE",
            help="Only this site: cn, intl. Repeatable.",
            autocompletion=completion.sites,
        ),
    ] = None
    min_context: Annotated[
        str,
        typer.Option("--min-context", metavar="N", help="Only models that take at least N tokens."),
    ] = "0"

    @property
    def selection(self) -> "Selection":
        """The selection as the price table takes it."""
        import tokencost

        return tokencost.Selection(
            providers=tuple(self.providers or ()),
            sites=tuple(self.sites or ()),
            min_context=parse.count("--min-context", self.min_context),
        )
