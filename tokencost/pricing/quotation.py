"""Quote the rates of one request: price by date, tier by size, mode and hour."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from tokencost.errors import DoesNotFitError, NoPriceError
from tokencost.notes import Note, assumed, warning
from tokencost.pricing.cache_rules import BatchCache
from tokencost.pricing.discounts import Discount
from tokencost.pricing.lookup import Offer
from tokencost.pricing.periods import day_at, end_warnings, later_days, not_sold
from tokencost.pricing.rates import Mode, Rates, Tier
from tokencost.pricing.schedule import BilledHours, PriceDate, Schedule, hours_at
from tokencost.pricing.table import Confidence, Price, PriceKind
from tokencost.usage import CacheKind
from tokencost.values import dataclass, replace

_OLD = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The rates of one request, with the price, tier, hours and discount behind them.

    `discount` is that of a contract, if it was applied.
    `derived` names the rates that no price list gives, with the formula they follow from.
    """

    offer: Offer
    price: Price
    rates: Rates
    mode: Mode
    tier: Tier | None
    hours: BilledHours | None
    discount: Discount | None
    derived: Mapping[str, str]
    assumptions: tuple[Note, ...]
    warnings: tuple[Note, ...]


def quote(
    offer: Offer,
    *,
    price_date: PriceDate,
    mode: Mode = Mode.STANDARD,
    input_tokens: int,
    output_tokens: int,
    outputs: int = 1,
    cache: CacheKind | None = None,
    thinking: bool = False,
) -> Quote:
    """Return the rates for a request of this size.

    The total input, cached tokens included, and the output pick the tier, and the tier prices
    the whole request: that is how every provider of the table bills.

    Args:
        offer: the model at its site.
        price_date: picks the price row, and the hours of a schedule.
        mode: the mode that it is sent in.
        input_tokens: the whole input.
        output_tokens: the output.
        outputs: how many outputs these are together, each of which has the limits of one.
        cache: the cache that is read, where a provider has both.
        thinking: whether output is reasoned, which some providers bill at another rate.

    Raises:
        NoPriceError: no row covers the day, the mode has no price, or the request is larger
            than the model or its price list allows.
    """
    price, day = price_at(offer, price_date), day_at(offer, price_date)
    each_output = -(-output_tokens // outputs)
    _check_size(offer, price, input_tokens=input_tokens, output_tokens=each_output)
    tier = price.rates.tier_for(input_tokens=input_tokens, output_tokens=output_tokens)
    notes = _day_notes(offer, price, price_date)
    rates, derived = complete_rates(offer, price, mode=mode, tier=tier, notes=notes)
    if cache == CacheKind.EXPLICIT and rates.cache_read_explicit is not None:
        formulas = {**derived, "cache_read": derived.get("cache_read_explicit", "")}
        derived = {name: formula for name, formula in formulas.items() if formula}
    rates = rates.read_from(cache)
    if thinking and rates.output_thinking is not None:
        rates = replace(rates, output=rates.output_thinking, output_thinking=None)
    hours = None
    if schedule := price.conditions.schedule:
        hours = hours_at(schedule, price_date)
        notes += _hour_notes(schedule, hours, rates)
        rates = rates.scaled(hours.multiplier)
    discount = None if price.conditions.kind is PriceKind.CONTRACT else offer.discount
    if discount:
        rates = rates.scaled((100 - discount.percent).scaleb(-2))
        notes.append(discount.note)
    return Quote(
        offer=offer,
        price=price,
        rates=rates,
        mode=mode,
        tier=tier,
        hours=hours,
        discount=discount,
        derived=derived,
        assumptions=(
            *notes,
            *_assumptions(rates, output_tokens),
            *_window_notes(offer, price),
        ),
        warnings=(*end_warnings(offer, day), *_warnings(price, day, later_days(offer, price_date))),
    )


def complete_rates(
    offer: Offer, price: Price, *, mode: Mode, tier: Tier | None, notes: list[Note]
) -> tuple[Rates, Mapping[str, str]]:
    """Return what a request in *tier* and *mode* pays, with the formulas of rates that follow.

    These are the rates off-peak and without the discount of a contract; what becomes of caches is
    added to *notes*.

    Raises:
        NoPriceError: the mode has no price, or none in this tier.
    """
    rates, derived = offer.caching.completed(price.rates.in_tier(tier))
    if mode == Mode.STANDARD:
        return rates, derived
    return _in_mode(offer, price, rates, derived, mode=mode, tier=tier, notes=notes)


def price_at(offer: Offer, price_date: PriceDate) -> Price:
    """Return the price row in force.

    Raises:
        NoPriceError: no row covers the day, or the model has ended; the message says which days
            are covered.
    """
    day = day_at(offer, price_date)
    end = offer.model.last_day
    price = offer.price_on(day)
    if price and (end is None or day <= end):
        return price
    raise not_sold(offer, day)


def _day_notes(offer: Offer, price: Price, price_date: PriceDate) -> list[Note]:
    """Say so where the provider's day may be another one, with another price."""
    day = day_at(offer, price_date)
    is_known = any(row.conditions.schedule for row in offer.prices)
    if price_date.offset is None or is_known:
        return []
    around = [
        date.fromordinal(ordinal)
        for ordinal in (day.toordinal() - 1, day.toordinal() + 1)
        if date.min.toordinal() <= ordinal <= date.max.toordinal()
    ]
    if all(price.validity.covers(neighbour) for neighbour in around):
        return []
    return [assumed("provider_zone_unknown", day=day)]


def _window_notes(offer: Offer, price: Price) -> list[Note]:
    """Say so where nobody knows how much the model takes."""
    if price.conditions.context or offer.model.context or offer.model.max_input:
        return []
    return [assumed("window_unknown", largest=offer.largest_window)]


def _check_size(offer: Offer, price: Price, *, input_tokens: int, output_tokens: int) -> None:
    model, window = offer.model, price.conditions.context or offer.model.context
    if window is None and model.max_input is None:
        window = offer.largest_window
    for tokens, limit, what in (
        (
            input_tokens + output_tokens,
            window,
            "input and output" if output_tokens else "input",
        ),
        (input_tokens, model.max_input, "input"),
        (output_tokens, model.max_output, "output"),
    ):
        if limit is not None and tokens > limit:
            raise DoesNotFitError(
                f"{model.name} does not fit: {tokens:,} tokens of {what}, at most {limit:,}",
                hint="shorten the request or choose a model with a larger window",
                about=("output_tokens", str(output_tokens)) if "output" in what else None,
            )
    input_max = price.conditions.input_max
    if input_max is not None and input_tokens > input_max:
        raise NoPriceError(
            f"{offer.name} has no known price above {input_max:,} input tokens "
            f"(here {input_tokens:,})",
            hint="the price list ends there; shorten the request or add the price with --prices",
        )


def _in_mode(
    offer: Offer,
    price: Price,
    rates: Rates,
    derived: Mapping[str, str],
    *,
    mode: Mode,
    tier: Tier | None,
    notes: list[Note],
) -> tuple[Rates, Mapping[str, str]]:
    """Return the rates of a mode, and the formulas that still hold for them."""
    match price.rates.modes.get(mode):
        case None:
            modes = ", ".join((Mode.STANDARD, *price.rates.modes))
            raise NoPriceError(f"{offer.name} has no {mode} price", hint=f"it has {modes}")
        case Decimal() as factor:
            is_whole = factor >= 1 or offer.batch_cache is BatchCache.DISCOUNTED
            return _scaled(offer, rates, factor, mode, notes), derived if is_whole else {}
        case Rates() as own:
            if tier is not None:
                raise NoPriceError(
                    f"{offer.name} has no {mode} price for {tier.label}",
                    hint=f"its {mode} rates are known for the base tier only",
                )
            if own.cache_storage_hour is None:
                own = replace(own, cache_storage_hour=rates.cache_storage_hour)
            return own, {}


def _scaled(offer: Offer, rates: Rates, factor: Decimal, mode: Mode, notes: list[Note]) -> Rates:
    """Apply the factor of a mode; what a discount does to the caches is the provider's rule."""
    stored = rates.cache_storage_hour  # by the hour: a mode changes it only if a list says so
    if factor >= 1 or offer.batch_cache is BatchCache.DISCOUNTED:
        return replace(rates.scaled(factor), cache_storage_hour=stored)
    if offer.batch_cache is BatchCache.STANDARD:
        notes.append(assumed("mode_keeps_cache_rates", mode=mode))
        return rates.scaled(factor).with_caches_of(rates)
    notes.append(assumed("mode_without_cache_discount", mode=mode))
    return replace(rates.without_cache_discounts().scaled(factor), cache_storage_hour=stored)


def _hour_notes(schedule: Schedule, hours: BilledHours, rates: Rates) -> list[Note]:
    """Say what was assumed about the hour, and what the cheaper hours would cost."""
    notes = [hours.assumption] if hours.assumption else []
    if hours.cheaper is None:
        return notes
    cheaper = rates.scaled(hours.cheaper)
    return [
        *notes,
        assumed(
            "no_time_of_day",
            schedule=schedule,
            inside=hours.inside,
            input_rate=cheaper.input,
            output_rate=cheaper.output,
        ),
    ]


def _assumptions(rates: Rates, output_tokens: int) -> list[Note]:
    if rates.output_thinking is None or not output_tokens:
        return []
    return [assumed("output_without_thinking", rate=rates.output_thinking)]


def _warnings(price: Price, day: date, later: Sequence[PriceDate]) -> list[Note]:
    warnings = []
    validity, provenance, kind = price.validity, price.provenance, price.conditions.kind
    if price.lasting:
        promised, listed = price.lasting.base, price.rates.base
        warnings.append(
            warning(
                "promise_ended",
                promised_until=validity.promised_until,
                input_rates=(promised.input, listed.input),
                output_rates=(promised.output, listed.output),
            )
        )
    if later:
        warnings.append(warning("promotion_may_be_over", last=validity.last))
    elif kind is PriceKind.PROMO and validity.last is not None:
        is_promise = validity.last == validity.promised_until
        code = "promise_ends" if is_promise else "promotion_ends"
        warnings.append(warning(code, last=validity.last))
    if kind is PriceKind.ESTIMATE or provenance.confidence is Confidence.LOW:
        because = provenance.note or provenance.source
        warnings.append(warning("price_uncertain", because=because))
    checked = provenance.checked
    if day - checked > _OLD:
        warnings.append(warning("price_checked_long_ago", checked=checked))
    if validity.first is None and checked - day > _OLD:
        warnings.append(warning("price_start_unknown", checked=checked, day=day))
    return warnings
