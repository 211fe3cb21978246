"""Discounts: what a contract takes off, and what buying in volume would."""

from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase

from tokencost.money import FromZero
from tokencost.notes import Note, assumed
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeDiscount:
    """Prepaid or volume steps: from so many tokens on, the share of the list price to pay.

    Nobody but the buyer knows which step was bought, so no estimate applies them by itself.
    """

    kind: str
    models: tuple[str, ...]
    steps: tuple[tuple[int, FromZero], ...]
    source: str
    checked: date
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """What a contract takes off: per cent of every rate, for offers that match *pattern*.

    The pattern is a provider, or a glob of `provider/model` or `provider/model@site`.
    """

    pattern: str
    percent: FromZero
    source: str
    checked: date | None

    @property
    def note(self) -> Note:
        """What it is and where it comes from."""
        return assumed("contract_discount", percent=self.percent, source=self.source)

    def matches(self, *, provider: str, names: Sequence[str], model: str, site: str) -> bool:
        """Say whether what *provider* calls *names*, and its maker *model*, has it at *site*."""
        name, at, its_site = self.pattern.rpartition("@")
        if not at and "/" not in self.pattern:
            return self.pattern == provider
        if not at:
            return any(fnmatchcase(own, self.pattern) for own in names)
        of_maker = its_site == site and fnmatchcase(model, name)
        return of_maker or any(fnmatchcase(f"{own}@{site}", self.pattern) for own in names)


def find_discount(
    discounts: Sequence[Discount], *, provider: str, names: Sequence[str], model: str, site: str
) -> Discount | None:
    """Return the discount with the most specific matching pattern, of equal ones the last.

    A site is more specific than a model, a model more than a provider, and then the pattern that
    spells out more of the name.
    """
    matching = [
        discount
        for discount in discounts
        if discount.matches(provider=provider, names=names, model=model, site=site)
    ]
    return max(reversed(matching), key=_specificity, default=None)


def _specificity(discount: Discount) -> tuple[bool, bool, int]:
    pattern = discount.pattern
    return "@" in pattern, "/" in pattern, len(pattern) - pattern.count("*") - pattern.count("?")
