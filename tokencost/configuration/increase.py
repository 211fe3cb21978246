"""By how much an input may grow: a share of what it was, tokens, or money for a call."""

from decimal import Decimal

from tokencost.errors import UsageError
from tokencost.money import Money, format_exact, format_money
from tokencost.quantities import count, money
from tokencost.values import dataclass, regex

_PERCENT = regex(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?%")
_TOKENS = regex(r"([0-9][0-9_,.]{0,15}[kKM]?) ?tokens?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Increase:
    """How much more something may be than it was: exactly one of the three.

    *percent* is of what it was, in percent: 10 lets 500 tokens become 550. *money* is for a call.
    """

    percent: Decimal | None = None
    tokens: int | None = None
    money: Money | None = None

    def __post_init__(self) -> None:
        """Raise UsageError unless one of the three is given, and is not negative."""
        given = [part for part in (self.percent, self.tokens, self.money) if part is not None]
        if len(given) != 1:
            raise UsageError(
                f"an increase is one of percent, tokens and money, not {len(given)} of them",
                hint="write 10%, 500tokens or 0.01USD",
            )
        amount = self.money.amount if self.money else self.percent or self.tokens or 0
        if amount < 0:
            raise UsageError(
                f"an increase cannot be negative: {self}", hint="0% lets nothing grow at all"
            )

    def __str__(self) -> str:
        if self.percent is not None:
            return f"{format_exact(self.percent)}%"
        if self.money is not None:
            return format_money(self.money.amount, self.money.currency)
        return f"{self.tokens:,} tokens"


def parse_increase(option: str, text: str) -> Increase:
    """Parse `10%`, `500tokens` or `0.01USD`.

    Raises:
        UsageError: it is none of these; a number alone could be any of them.

    Examples:
        >>> tokencost.parse_increase("max_increase", "500tokens").tokens
        500
    """
    if match := _PERCENT.fullmatch(text):
        return Increase(percent=Decimal(match[1]))
    if match := _TOKENS.fullmatch(text):
        return Increase(tokens=count(option, match[1]))
    try:
        return Increase(money=money(option, text))
    except UsageError as error:
        raise UsageError(
            f'{option} "{text}" is not an increase', hint="write 10%, 500tokens or 0.01USD"
        ) from error
