"""Negotiated discounts, and which of them an offer gets."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from tokencost.pricing.parse.entry import Entry
from tokencost.pricing.table import Discount, Model

_ALL = 100


def read_contract(entry: Entry | None, models: Iterable[Model]) -> tuple[Discount, ...]:
    """Read the discounts; each has to match something, or it would be a silent mistake."""
    if entry is None:
        return ()
    source, checked = entry.text("source"), entry.past_day("checked", required=False)
    discounts = tuple(
        Discount(pattern=pattern, percent=percent, source=source, checked=checked)
        for pattern, percent in entry.amounts("percent_off").items()
    )
    entry.close()
    names = [(model.provider, model.name, site) for model in models for site in model.sites]
    for each in discounts:
        if not 0 < each.percent < _ALL:
            entry.reject(
                f"percent_off of {each.pattern} must lie between 0 and 100, not {each.percent}",
                key="percent_off",
            )
        if not any(_matches(each, *name) for name in names):
            entry.reject(f"no model is called {each.pattern!r}", key="percent_off")
    if entry.sound and not discounts:
        entry.reject("percent_off is missing", hint='for example percent_off = { "openai" = 10 }')
    return discounts


def find_discount(discounts: Sequence[Discount], model: Model, site: str) -> Discount | None:
    """Return the discount with the most specific matching pattern, of equal ones the last.

    A site is more specific than a model, a model more than a provider, and then the pattern that
    spells out more of the name.
    """
    found = [each for each in discounts if _matches(each, model.provider, model.name, site)]
    return max(reversed(found), key=_specificity, default=None)


def _specificity(discount: Discount) -> tuple[bool, bool, int]:
    pattern = discount.pattern
    return "@" in pattern, "/" in pattern, len(pattern) - pattern.count("*") - pattern.count("?")


def _matches(discount: Discount, provider: str, model: str, site: str) -> bool:
    pattern = discount.pattern
    if "/" not in pattern:
        return pattern == provider
    return fnmatchcase(f"{model}@{site}" if "@" in pattern else model, pattern)
