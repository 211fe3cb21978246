"""Scenarios of calls that may wait: as a batch, without a cache and with one, or off-peak."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import time, timedelta

from tokencost.costs.cache import CacheUse, Certainty
from tokencost.costs.workload import Workload, price_workload
from tokencost.money import round_quotient
from tokencost.notes import assumed, reason
from tokencost.pricing import Mode, PriceDate, price_at
from tokencost.pricing.schedule import Schedule
from tokencost.scenarios.cache import Cache
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.results import NO_BREAK_EVEN
from tokencost.scenarios.scenario import Axis, Context, Variant, cheapest_variant, price_variant

DELAY = timedelta(days=1)  # that results may take


class Batch:
    """Hand all calls in together, at the rates of the mode "batch"."""

    id = "batch"
    axes = frozenset({Axis.MODE})

    def variants(self, workload: Workload, _context: Context) -> Iterable[Variant]:
        """Yield the batch, or the reason why there is none."""
        if workload.mode != Mode.STANDARD:
            why_not = reason("mode_given_already", mode=workload.mode)
            yield Variant(id=self.id, name="batch", reason=why_not)
        else:
            yield _BATCH


class BatchCache:
    """Keep the shared prefix in a cache within a batch."""

    id = "batch-cache"
    axes = frozenset({Axis.MODE, Axis.CACHE})

    def variants(self, workload: Workload, context: Context) -> Iterable[Variant]:
        """Yield the cheapest batch with a cache; the price list says how the two stack."""
        (batch,) = Batch().variants(workload, context)
        without_cache = price_variant(batch, workload)
        cached = [
            (variant, outcome.workload.cache)
            for variant in Cache().variants(workload, context)
            if (outcome := price_variant(variant, workload)).workload is not None
            and outcome.workload.cache is not None
        ]
        if not without_cache.applies or not cached:
            return
        variants = [_in_batch(variant, use, context.options) for variant, use in cached]
        cheapest = cheapest_variant(variants, workload)
        if cheapest is None:
            yield replace(variants[0], reason=price_variant(variants[0], workload).reason)
            return
        variant, outcome = cheapest
        # How many calls hit is a mean without a last digit: what is saved by that is not.
        if round_quotient(outcome.total) >= round_quotient(without_cache.total):
            yield Variant(id=self.id, name=variant.name, reason=reason("batch_cache_costs_no_less"))
        else:
            yield replace(variant, assumptions=(*batch.assumptions, *variant.assumptions))


def outlives(use: CacheUse, delay: timedelta, options: ScenarioOptions) -> bool:
    """Say whether what a cache holds is there for as long as results may take."""
    return (
        not delay
        or options.hit_rate is not None
        or (use.lifetime is not None and use.lifetime >= delay)
    )


def _batched(workload: Workload) -> Workload:
    return replace(workload, mode=Mode.BATCH)


_BATCH = Variant(
    id=Batch.id,
    name="batch",
    change=_batched,
    delay=DELAY,
    assumptions=(assumed("batch_delay", hours=DELAY // timedelta(hours=1)),),
)


def _in_batch(cached: Variant, use: CacheUse, options: ScenarioOptions) -> Variant:
    """Return caching within a batch, whose calls may be made after the end of the lifetime."""
    return replace(
        cached,
        id=BatchCache.id,
        name=f"{cached.name} + batch",
        change=lambda workload: _batched(cached.change(workload)),
        break_even=NO_BREAK_EVEN,
        certainty=cached.certainty if outlives(use, DELAY, options) else Certainty.POSSIBLE,
        delay=DELAY,
    )


class OffPeak:
    """Make the calls in the hours that a schedule bills least."""

    id = "off-peak"
    axes = frozenset({Axis.TIME})

    def variants(self, workload: Workload, _context: Context) -> Iterable[Variant]:
        """Yield the cheapest hour; nothing if the price depends on none, or not on that day."""
        schedule = price_at(workload.offer, workload.price_date).conditions.schedule
        if schedule is None or not schedule.has_windows(workload.price_date):
            return
        variant = Variant(id=self.id, name="cheaper hours")
        price_dates = [
            PriceDate(day=workload.price_date.day, clock=clock, offset=schedule.offset)
            for clock in hours_of(schedule)
        ]
        workloads = [replace(workload, price_date=price_date) for price_date in price_dates]
        cheapest = min(workloads, key=lambda workload: price_workload(workload).total)
        if price_workload(cheapest).total >= price_workload(workload).total:
            yield replace(variant, reason=reason("off_peak_already"))
            return
        is_outside = schedule.multiplier > 1
        note = assumed("outside_hours" if is_outside else "inside_hours", schedule=schedule)
        yield replace(
            variant,
            change=lambda workload: replace(workload, price_date=cheapest.price_date),
            assumptions=(note,),
        )


def hours_of(schedule: Schedule) -> Iterable[time]:
    """Return an hour in and between all windows of a day."""
    return dict.fromkeys([time(), *_borders(schedule.windows)])


def is_cheap(schedule: Schedule, hour: time) -> bool:
    """Say whether an hour of a day with windows is one of the cheaper ones."""
    is_inside = any(start <= hour < end for start, end in schedule.windows)
    return is_inside != (schedule.multiplier > 1)


def _borders(windows: Iterable[tuple[time, time]]) -> Iterable[time]:
    for start, end in windows:
        yield start
        yield end
