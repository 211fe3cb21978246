"""Options that commands share: each declared once, handed over as one value for each group.

`OutputOptions`, which every command has, is in `output.py`; `InputOptions` in `inputs.py`.
"""

import os
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tokencost.cli import completion, parse
from tokencost.cli.configuration import ConfigurationOptions, remember_origin
from tokencost.cli.inputs import InputOptions as InputOptions
from tokencost.values import dataclass

if TYPE_CHECKING:  # imported through the package when a command needs them
    from tokencost import (
        CacheKind,
        EstimateOptions,
        ExchangeRate,
        Mode,
        PriceDate,
        PriceTable,
        Selection,
        Ttl,
        Volume,
    )

BUILTIN = "builtin"


def _mode(option: str, text: str) -> "Mode":
    from tokencost import Mode

    return parse.member(option, text, Mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingOptions:
    """Which models are asked, and which of their prices."""

    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            metavar="ID",
            help="Model or alias. Repeatable. [env: TOKENCOST_MODEL]",
            autocompletion=completion.models,
        ),
    ] = None
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            metavar="SITE",
            help="Where it is bought: cn, intl.",
            autocompletion=completion.sites,
        ),
    ] = None
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode",
            metavar="MODE",
            help="standard, batch, flex, priority, fast, ultrafast.",
            autocompletion=completion.modes,
        ),
    ] = None
    thinking: Annotated[
        bool,
        typer.Option("--thinking", help="The rate of reasoning output, where there is one."),
    ] = False
    cache: Annotated[
        str | None,
        typer.Option(
            "--cache",
            metavar="implicit|explicit|none",
            help="The cache used; default: the provider's.",
        ),
    ] = None
    cache_ttl: Annotated[
        str | None,
        typer.Option(
            "--cache-ttl",
            metavar="TTL",
            help="How long cache writes live: 5m, 1h.",
        ),
    ] = None
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="DATE[THH:MM]",
            help="Day and hour by the seller's clock, or today.",
        ),
    ] = None
    currency: Annotated[
        str | None,
        typer.Option(
            "--currency",
            metavar="CODE",
            envvar="TOKENCOST_CURRENCY",
            help="Show costs in CODE.",
        ),
    ] = None
    fx: Annotated[
        list[str] | None,
        typer.Option(
            "--fx",
            metavar="USD/CNY=7.10",
            help="Your exchange rate. Repeatable. [env: TOKENCOST_FX]",
        ),
    ] = None
    prices: Annotated[
        list[str] | None,
        typer.Option(
            "--prices",
            metavar="FILE",
            help="Own price table. Repeatable. [env: TOKENCOST_PRICES]",
        ),
    ] = None
    tokenizer: Annotated[
        str | None,
        typer.Option(
            "--tokenizer",
            metavar="NAME|exact",
            help="Count with NAME; exact: or not at all.",
            autocompletion=completion.tokenizers,
        ),
    ] = None
    uncounted: Annotated[
        str | None,
        typer.Option(
            "--uncounted-tokens",
            metavar="N",
            help="Tokens allowed for images and the like.",
        ),
    ] = None

    configuration: ConfigurationOptions = field(default_factory=ConfigurationOptions)

    @property
    def model_names(self) -> list[str]:
        """The models of the command line, else those of the environment."""
        return list(self.models or ()) or self._environment("model", "TOKENCOST_MODEL")

    @property
    def default_models(self) -> tuple[str, ...]:
        """The models of the configuration, for what neither a user nor a request names one."""
        return () if self.model_names else self.configuration.default("model") or ()

    @property
    def ambient_models(self) -> tuple[str, ...]:
        """The models of the environment where no option names one: for budgets that have none."""
        return () if self.models else tuple(self.model_names)

    def _environment(self, key: str, variable: str) -> list[str]:
        words = parse.words_from_environment(variable, None)
        if words:
            remember_origin(key, words, variable)
        return words

    @property
    def price_date(self) -> "PriceDate | None":
        """The day and hour of the prices, None for the table's own date."""
        return parse.optional(parse.price_date, "--at", self.at)

    @property
    def cache_choice(self) -> 'CacheKind | Literal["none"] | None':
        """The cache that was asked for, None for what a provider does by itself."""
        return parse.optional(parse.cache, "--cache", self.cache)

    @property
    def ttl(self) -> "Ttl | None":
        """The time to live that was asked for, None for the first that a provider lists."""
        return parse.optional(parse.ttl, "--cache-ttl", self.cache_ttl)

    @property
    def uncounted_tokens(self) -> int | None:
        """What is allowed for the uncounted parts of a request, None if nothing is."""
        return parse.optional(parse.count, "--uncounted-tokens", self.uncounted)

    @property
    def currency_code(self) -> str | None:
        """The currency to convert into, None for none."""
        variable = "TOKENCOST_CURRENCY"
        if self.currency and self.currency == os.environ.get(variable):
            remember_origin("currency", [self.currency], variable)
            return parse.currency(variable, self.currency)
        name = self.configuration.default("currency") if self.currency is None else self.currency
        return parse.optional(parse.currency, "--currency", name)

    @property
    def exchange_rates(self) -> "tuple[ExchangeRate, ...]":
        """The rates of the command line, else of the environment, else of the configuration."""
        if self.fx:
            return parse.exchange_rates("--fx", self.fx)
        if words := self._environment("fx", "TOKENCOST_FX"):
            return parse.exchange_rates("TOKENCOST_FX", words)
        return self.configuration.default("fx") or ()

    @property
    def tokenizer_name(self) -> str | None:
        """The tokenizer that was asked for, None for that of the model."""
        return parse.optional(parse.name, "--tokenizer", self.tokenizer)

    def price_table(self, *, is_priced: bool = True) -> "PriceTable":
        """Return the shipped table with the user's own over it, and the files named over both.

        The name `builtin` among these skips the user's own table. One that is older than the
        configuration allows is an error, unless it only says what models there are.
        """
        import tokencost

        variable = "TOKENCOST_PRICES"
        names = parse.paths_from_environment(variable, self.prices)
        setting = None if names else self.configuration.setting("prices")
        names = list(setting.value) if setting else names
        files = [name for name in names if name != BUILTIN]
        for path in map(Path, files):
            # a pipe in a folder of others might be waited for for ever
            if setting and not path.is_file():
                what = "is not a file" if path.exists() else "is not there"
                raise tokencost.ConfigurationError(
                    f'{setting.place}: price file "{path}" {what}',
                    hint="paths are relative to the configuration that names them",
                    place=setting.place,
                )
        own = tokencost.user_price_path()
        own = own if own and own.exists() and BUILTIN not in names else None
        is_asked_for = setting is None or setting.root is None
        table = tokencost.load_price_table(*files, user=own, is_asked_for=is_asked_for)
        age = self.configuration.setting("max_price_age") if is_priced else None
        place = setting.place if setting else "" if self.prices or not names else variable
        if not place and age is None:
            return table
        return tokencost.with_settings(
            table,
            places=dict.fromkeys(names, place) if place else {},
            max_age=age.value if age else None,
            age_place=age.place if age else "",
            price_date=self.price_date,
        )

    def volume(self, text: str | None) -> "Volume | None":
        """Return how often a call is made: as an option says, else the configuration."""
        given = parse.optional(parse.volume, "--volume", text)
        return given or self.configuration.default("volume")

    def estimate_options(
        self,
        *,
        output: str | None,
        calls: int | None = None,
        volume: str | None = None,
        is_uncached: bool = False,
    ) -> "EstimateOptions":
        """Return what an estimate is to assume; without a cache if nothing is said to be cached."""
        import tokencost

        return tokencost.EstimateOptions(
            output=parse.optional(parse.output_tokens, "--output-tokens", output),
            default_output=self.configuration.default("output_tokens"),
            default_models=self.default_models,
            default_site=self.configuration.default("site"),
            calls=calls,
            volume=self.volume(volume),
            mode=parse.optional(_mode, "--mode", self.mode),
            thinking=self.thinking,
            cache="none" if is_uncached and self.cache is None else self.cache_choice,
            cache_ttl=self.ttl,
            price_date=self.price_date,
            site=self.site,
            currency=self.currency_code,
            exchange_rates=self.exchange_rates,
            tokenizer=self.tokenizer_name,
            uncounted_tokens=self.uncounted_tokens,
        )


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
        typer.Option("--min-context", metavar="N", help="Only models that take N tokens or more."),
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


# Options of a few commands, which need no group of their own.
OutputTokens = Annotated[
    str | None,
    typer.Option(
        "--output-tokens",
        "-o",
        metavar="N|LOW-HIGH",
        help="Output: 500, 200-800; without: input only.",
    ),
]
InputTokens = Annotated[
    str | None,
    typer.Option("--input-tokens", metavar="N", help="Price N tokens instead of a text."),
]
MonthlyVolume = Annotated[
    str | None,
    typer.Option(
        "--volume", metavar="N/hour|day|month", help="Calls of each input; adds a month of 30 days."
    ),
]
HitRate = Annotated[
    str | None,
    typer.Option(
        "--hit-rate", metavar="SHARE", help="Share of calls that hit the cache: 0.9, 90%."
    ),
]
