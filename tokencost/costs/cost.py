"""What a usage costs at the rates of a quote."""

from dataclasses import dataclass
from decimal import Decimal

from tokencost.errors import NoPriceError
from tokencost.money import multiply, sum_exact
from tokencost.pricing import Quote
from tokencost.usage import Usage

_PER_TOKEN = Decimal("0.000001")  # rates are per million tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Money for one request, in the currency of the quote's site."""

    input: Decimal
    output: Decimal

    @property
    def total(self) -> Decimal:
        """Input and output together."""
        return sum_exact((self.input, self.output))


def cost(usage: Usage, quote: Quote) -> Cost:
    """Price *usage*: uncached, read, written and output tokens, each at its own rate.

    Raises:
        NoPriceError: tokens of a kind whose rate the table does not know.
    """
    rates = quote.rates
    parts = [
        _part(usage.uncached_input, rates.input, "input", quote),
        _part(usage.cache_read, rates.cache_read, "cache read", quote),
        *(
            _part(tokens, rates.cache_write.get(ttl), f"cache write ({ttl})", quote)
            for ttl, tokens in usage.cache_write.items()
        ),
    ]
    return Cost(
        input=sum_exact(parts),
        output=_part(usage.output, rates.output, "output", quote),
    )


def _part(tokens: int, rate: Decimal | None, what: str, quote: Quote) -> Decimal:
    if tokens == 0:
        return Decimal()
    if rate is None:
        raise NoPriceError(
            f"{quote.offer.name} has no {what} price in mode {quote.mode}",
            hint=f"`tokencost models show {quote.offer.model.name}` lists what is known",
        )
    return multiply(rate, tokens, _PER_TOKEN)
