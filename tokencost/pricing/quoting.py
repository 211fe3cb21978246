"""The rates that one request is billed at: row by date, tier by size, mode, hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from tokencost.errors import NoPriceError
from tokencost.money import plain
from tokencost.pricing.lookup import Offer
from tokencost.pricing.moment import Moment
from tokencost.pricing.rates import Rates, Tier
from tokencost.pricing.schedule import Band, band_at
from tokencost.pricing.table import Confidence, Kind, Price

STANDARD = "standard"
_OLD = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The rates of one request, with everything that they were picked by."""

    offer: Offer
    price: Price
    rates: Rates
    mode: str
    tier: Tier | None
    band: Band | None
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]


def quote(
    offer: Offer,
    *,
    moment: Moment,
    mode: str = STANDARD,
    input_tokens: int,
    output_tokens: int,
    cache: str | None = None,
) -> Quote:
    """Return the rates for a request of this size.

    The total input, cached tokens included, and the output pick the tier, and the tier prices
    the whole request: that is how every provider of the table bills.

    Args:
        offer: the model at its site.
        moment: picks the price row, and the hours of a schedule.
        mode: "standard" or one of `MODES`.
        input_tokens: the whole input.
        output_tokens: the answer.
        cache: "implicit" or "explicit", the cache that is read, where a provider has both.

    Raises:
        NoPriceError: no row covers the day, the mode has no price, or the request is larger
            than the model or its price list allows.
        UsageError: the cache that was read has to be named.
    """
    price = price_at(offer, moment)
    _check_size(offer, price, input_tokens=input_tokens, output_tokens=output_tokens)
    tier = _tier(price.tiers, input_tokens=input_tokens, output_tokens=output_tokens)
    rates = price.rates if tier is None else price.rates.overridden(tier.rates)
    rates = _in_mode(offer, price, rates, mode=mode, tier=tier).reading(cache)
    band = None if price.schedule is None else band_at(price.schedule, moment)
    if band is not None:
        rates = rates.scaled(band.multiplier)
    return Quote(
        offer=offer,
        price=price,
        rates=rates,
        mode=mode,
        tier=tier,
        band=band,
        assumptions=tuple(_assumptions(rates, band, output_tokens)),
        warnings=tuple(_warnings(price, moment)),
    )


def price_at(offer: Offer, moment: Moment) -> Price:
    """Return the price row in force.

    Raises:
        NoPriceError: no row covers the day; the message says which days are covered.
    """
    for price in offer.prices:
        if price.covers(moment.day):
            return price
    spans = ", ".join(row.span for row in offer.prices)
    raise NoPriceError(
        f"{offer.name} has no price on {moment.day}",
        hint=f"its rows cover {spans}; choose a day with --at",
    )


def _check_size(offer: Offer, price: Price, *, input_tokens: int, output_tokens: int) -> None:
    model = offer.model
    for tokens, limit, what in (
        (
            input_tokens + output_tokens,
            model.context,
            "input and output" if output_tokens else "input",
        ),
        (input_tokens, model.max_input, "input"),
        (output_tokens, model.max_output, "output"),
    ):
        if limit is not None and tokens > limit:
            raise NoPriceError(
                f"{model.name} does not fit: {tokens:,} tokens of {what}, at most {limit:,}",
                hint="shorten the request or choose a model with a larger window",
            )
    if price.input_max is not None and input_tokens > price.input_max:
        raise NoPriceError(
            f"{offer.name} has no known price above {price.input_max:,} input tokens "
            f"(here {input_tokens:,})",
            hint="the price list ends there; shorten the request or add the price with --prices",
        )


def _tier(tiers: Sequence[Tier], *, input_tokens: int, output_tokens: int) -> Tier | None:
    for tier in reversed(tiers):
        if tier.holds(input_tokens=input_tokens, output_tokens=output_tokens):
            return tier
    return None


def _in_mode(offer: Offer, price: Price, rates: Rates, *, mode: str, tier: Tier | None) -> Rates:
    if mode == STANDARD:
        return rates
    match price.modes.get(mode):
        case None:
            known = ", ".join((STANDARD, *price.modes))
            raise NoPriceError(f"{offer.name} has no {mode} price", hint=f"it has {known}")
        case Decimal() as factor:
            stacks = offer.provider.batch_stacks_with_cache or mode != "batch"
            return (rates if stacks else rates.uncached()).scaled(factor)
        case Rates() as own:
            if tier is not None:
                raise NoPriceError(
                    f"{offer.name} has no {mode} price for {tier.label}",
                    hint=f"its {mode} rates are known for the base tier only",
                )
            return own


def _assumptions(rates: Rates, band: Band | None, output_tokens: int) -> list[str]:
    assumptions = []
    if band is not None and band.assumption:
        assumptions.append(band.assumption)
    if rates.output_thinking is not None and output_tokens:
        assumptions.append(
            f"output without thinking; with thinking a MTok is {plain(rates.output_thinking)}"
        )
    return assumptions


def _warnings(price: Price, moment: Moment) -> list[str]:
    warnings = []
    if price.promised_until and moment.day > price.promised_until:
        listed = price.list_rates
        known = (
            f"; the list price is {plain(listed.input)} in, {plain(listed.output)} out"
            if listed and listed.input is not None and listed.output is not None
            else ""
        )
        warnings.append(
            f"the price was promised through {price.promised_until} only, not beyond{known}"
        )
    if price.kind is Kind.PROMO and price.last:
        warnings.append(f"promotional price, ends {price.last}")
    if price.kind is Kind.ESTIMATE or price.confidence is Confidence.LOW:
        warnings.append(f"the price itself is uncertain: {price.note or price.source}")
    if moment.day - price.checked > _OLD:
        warnings.append(f"the price was checked on {price.checked}, over 90 days before")
    if price.first is None and price.checked - moment.day > _OLD:
        warnings.append(
            f"the price was checked on {price.checked}; since when it holds is not recorded, "
            f"so that of {moment.day} is uncertain"
        )
    return warnings
