"""What a usage costs, every kind of cached token at its own rate."""

from dataclasses import dataclass
from decimal import Decimal

from tokencost.errors import NoPriceError
from tokencost.money import multiply, sum_exact
from tokencost.pricing import Mode, Offer, PriceDate, Quote, quote
from tokencost.usage import CacheKind, Usage

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedUsage:
    """What one usage costs, and the rates that it was priced with."""

    usage: Usage
    quote: Quote
    cost: Cost


def price_usage(
    usage: Usage,
    offer: Offer,
    *,
    price_date: PriceDate,
    mode: Mode = Mode.STANDARD,
    outputs: int = 1,
    cache: CacheKind | None = None,
    thinking: bool = False,
    tier_output: int | None = None,
) -> PricedUsage:
    """Quote the rates of one request by its size, and price its usage with them.

    Args:
        usage: the tokens of the request as they are billed.
        offer: the model at its site.
        price_date: picks the price, and the hours of a schedule.
        mode: the mode that it is sent in.
        outputs: how many outputs it asks for.
        cache: the cache that is read, where a provider has both.
        thinking: whether to price output at the rate of reasoning, where there is one.
        tier_output: the output that picks the tier, where the input alone is priced.

    Raises:
        NoPriceError: the request has no price, or tokens of a kind whose rate is not known.
    """
    quoted = quote(
        offer,
        price_date=price_date,
        mode=mode,
        input_tokens=usage.input,
        output_tokens=usage.output if tier_output is None else tier_output,
        outputs=outputs,
        cache=cache,
        thinking=thinking,
    )
    return PricedUsage(usage=usage, quote=quoted, cost=cost(usage, quoted))


def cost(usage: Usage, quote: Quote) -> Cost:
    """Price *usage*: uncached, read, written and output tokens, each at its own rate.

    Raises:
        NoPriceError: tokens of a kind whose rate the table does not know.
    """
    return Cost(
        input=sum_exact(input_parts(usage, quote).values()),
        output=_part(usage.output, quote.rates.output, "output", quote),
    )


def input_parts(usage: Usage, quote: Quote) -> dict[str, Decimal]:
    """Return what each part of the input costs: uncached, read from caches, written to them.

    Raises:
        NoPriceError: tokens of a kind whose rate the table does not know.
    """
    rates = quote.rates
    return {
        "uncached_input": _part(usage.uncached_input, rates.input, "input", quote),
        "cache_read": _part(usage.cache_read, rates.cache_read, "cache read", quote),
        "cache_write": sum_exact(
            _part(tokens, rates.cache_write.get(ttl), f"cache write ({ttl})", quote)
            for ttl, tokens in usage.cache_write.items()
        ),
    }


def _part(tokens: int, rate: Decimal | None, what: str, quote: Quote) -> Decimal:
    if tokens == 0:
        return Decimal()
    if rate is None:
        raise NoPriceError(
            f"{quote.offer.name} has no {what} price in mode {quote.mode}",
            hint=f"`tokencost models show {quote.offer.model.name}` lists what is known",
        )
    return multiply(rate, tokens, _PER_TOKEN)
