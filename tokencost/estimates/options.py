"""Options of an estimate."""

from dataclasses import dataclass

from tokencost.errors import UsageError
from tokencost.pricing import ExchangeRate, Mode, PriceDate
from tokencost.usage import MOST_TOKENS, OutputTokens, Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateOptions:
    """What an estimate is asked for, except the inputs and the models.

    *calls* is the number the second cost column is for; *price_date* None means the day of the
    price table. *thinking* asks for the rate of reasoning output, where there is one. *tokenizer*
    replaces the model's own; "exact" refuses to estimate.
    """

    output: OutputTokens | None = None
    calls: int = 1000
    volume: Volume | None = None
    mode: Mode = Mode.STANDARD
    thinking: bool = False
    price_date: PriceDate | None = None
    site: str | None = None
    currency: str | None = None
    exchange_rates: tuple[ExchangeRate, ...] = ()
    tokenizer: str | None = None

    def __post_init__(self) -> None:
        """Raise UsageError unless calls >= 1."""
        if not 1 <= self.calls <= MOST_TOKENS:
            raise UsageError(
                f"the number of calls must be at least 1 and plausible, not {self.calls}",
                hint="pass --calls 1000",
            )
