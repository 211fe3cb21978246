"""Limits of a command line."""

from typing import TYPE_CHECKING, Annotated

import typer

from tokencost import UsageError
from tokencost.cli import parse
from tokencost.values import dataclass

if TYPE_CHECKING:  # imported through the package when a command needs it
    from decimal import Decimal

    from tokencost import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOptions:
    """What is allowed; limits replace the budgets of the configuration."""

    max_tokens: Annotated[
        str | None, typer.Option("--max-tokens", metavar="N", help="Tokens of all inputs together.")
    ] = None
    max_tokens_per_file: Annotated[
        str | None,
        typer.Option(
            "--max-tokens-per-file",
            metavar="N",
            help="Tokens of each file, with all requests in it.",
        ),
    ] = None
    max_cost_per_call: Annotated[
        str | None,
        typer.Option(
            "--max-cost-per-call", metavar="0.01USD", help="Cost of each input, sent as one call."
        ),
    ] = None
    max_cost_per_month: Annotated[
        str | None,
        typer.Option(
            "--max-cost-per-month",
            metavar="100USD",
            help="Cost of all, each sent as --volume says.",
        ),
    ] = None
    max_increase: Annotated[
        str | None,
        typer.Option(
            "--max-increase",
            metavar="GROWTH",
            help="Of each file: 10%, 500tokens, 0.01USD.",
        ),
    ] = None
    fits: Annotated[
        bool,
        typer.Option("--fits", help="Each input and its output (-o) fit the window."),
    ] = False
    warn_at: Annotated[
        str | None,
        typer.Option("--warn-at", metavar="SHARE", help="Warn from this share of a limit on: 80%."),
    ] = None

    @property
    def share_to_warn_at(self) -> "Decimal | None":
        """The share of a limit from which on there is a warning, None if nobody says."""
        return parse.optional(parse.share, "--warn-at", self.warn_at)

    def limits(self) -> "Limits | None":
        """Return the limits, None if there are none."""
        import tokencost

        counts = (self.max_tokens, self.max_tokens_per_file)
        costs = (self.max_cost_per_call, self.max_cost_per_month)
        if not self.fits and {*counts, *costs, self.max_increase} == {None}:
            return None
        return tokencost.Limits(
            max_tokens=parse.optional(parse.count, "--max-tokens", self.max_tokens),
            max_tokens_per_file=parse.optional(
                parse.count, "--max-tokens-per-file", self.max_tokens_per_file
            ),
            max_cost_per_call=parse.optional(
                parse.money, "--max-cost-per-call", self.max_cost_per_call
            ),
            max_cost_per_month=parse.optional(
                parse.money, "--max-cost-per-month", self.max_cost_per_month
            ),
            max_increase=parse.optional(
                tokencost.parse_increase, "--max-increase", self.max_increase
            ),
            fits=self.fits,
            warn_at=self.share_to_warn_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseOptions:
    """What growth is judged against."""

    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="REF",
            help="Judge growth since this branch left REF.",
        ),
    ] = None
    changed: Annotated[
        bool, typer.Option("--changed", help="Judge only files that differ from --base.")
    ] = False

    def __post_init__(self) -> None:
        """Refuse changes of nothing."""
        if self.changed and self.base is None:
            raise UsageError("--changed needs a base", hint="name it: --base main")
