"""Parts that sentences of several tables share."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tokencost.money import format_exact

if TYPE_CHECKING:  # a type alone: a count starts faster without the price table's code
    from tokencost.pricing.schedule import BilledHours, Schedule

Sentence = str | Callable[..., str]
_MOST_LINES = 5
_MOST_NAMES = 3


def schedule_words(schedule: "Schedule") -> str:
    """Return days, hours and zone of a schedule."""
    but = f", not on holidays of {schedule.calendar.name}" if schedule.calendar else ""
    return f"x{format_exact(schedule.multiplier)} on {window_words(schedule)}{but}"


def window_words(schedule: "Schedule") -> str:
    """Return days, hours and zone of the windows of a schedule."""
    from tokencost.pricing.schedule import WEEKDAYS

    days = ", ".join(day for day in WEEKDAYS if day in schedule.days)
    days = days.replace("mon, tue, wed, thu, fri", "mon-fri").replace(
        "mon-fri, sat, sun", "mon-sun"
    )
    hours = " and ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in schedule.windows)
    return f"{days} {hours} {schedule.zone}"


def hours_words(hours: "BilledHours") -> str:
    """Return which hours a price is of; without a time of day it is that of the dearest ones."""
    if hours.cheaper is not None:
        return "peak rates"
    return "peak hours" if hours.is_peak else "off-peak hours"


def line_words(lines: Sequence[int]) -> str:
    """Return the numbers of lines, of many the first few."""
    few = f"line{'' if len(lines) == 1 else 's'} {', '.join(map(str, lines[:_MOST_LINES]))}"
    more = len(lines) - _MOST_LINES
    return f"{few} and {more:,} more" if more > 0 else few


def few(names: Sequence[str]) -> str:
    """Return names, of many the first few."""
    more = len(names) - _MOST_NAMES
    return f"{', '.join(names[:_MOST_NAMES])}{f' and {more} more' if more > 0 else ''}"


def in_and_out(*, input_rate: Decimal | None, output_rate: Decimal | None) -> str:
    """Return the rates of input and output that are known."""
    rates = ((input_rate, "in"), (output_rate, "out"))
    return ", ".join(f"{format_exact(rate)} {what}" for rate, what in rates if rate is not None)


def requests(number: int, verb: str) -> str:
    """Return how many requests do something."""
    return f"1 request {verb}s" if number == 1 else f"{number:,} requests {verb}"


def tables_named(sources: Sequence[str]) -> str:
    """Name the price tables, a later one over an earlier; the shipped one alone is not said."""
    if len(sources) > 1:
        return f"tables {' < '.join(sources)}"
    return "" if "".join(sources) == "builtin" else f"table {''.join(sources)}"


def tables_after(sources: Sequence[str]) -> str:
    """Name the price tables where something stands before them."""
    named = tables_named(sources)
    return named and f", {named}"


def caching_words(cache: str | None, ttl: str | None) -> str:
    """Return which cache is meant, and for how long."""
    return " ".join(filter(None, (cache, "caching", ttl and f"for {ttl}")))
