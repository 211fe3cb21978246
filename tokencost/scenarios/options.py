"""Options of savings scenarios."""

from collections.abc import Iterable
from decimal import Decimal

from tokencost.errors import UsageError
from tokencost.usage import MOST_TOKENS
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioOptions:
    """How calls arrive, which of them hit a cache, and which scenarios are wanted.

    Attributes:
        calls_per_hour: the mean number of calls an hour, arriving at random; None for the volume
            of the estimate, and without one all calls are made within the lifetime of an entry.
        hit_rate: the share of calls that hit a cache, in place of what the provider guarantees.
        prefix: tokens that every call begins with, in place of what is found in the text.
        ttl: leaves only caches that are written for this time to live.
        only: ids of scenarios, or what these begin with; none for all.
        alternatives: how many cheaper models are wanted, free ones not among them.
        lossy: whether to add what shorter texts would save, whatever they lose.
        placeholders: regular expressions of what is filled in, beside the forms that are plain by
            themselves, such as "{name}".
        final: whether nothing is filled in: the text has no placeholders.
    """

    calls_per_hour: Decimal | None = None
    hit_rate: Decimal | None = None
    prefix: int | None = None
    ttl: str | None = None
    only: tuple[str, ...] = ()
    alternatives: int = 0
    lossy: bool = False
    placeholders: tuple[str, ...] = ()
    final: bool = False

    def __post_init__(self) -> None:
        """Raise UsageError for values that cannot be."""
        if self.only:
            # the scenarios take these options themselves, and are imported after this module
            from tokencost.scenarios.savings import check_ids

            check_ids(self.only)
        if self.calls_per_hour is not None and not 0 < self.calls_per_hour <= MOST_TOKENS:
            raise UsageError(
                f"the calls an hour must be above 0, not {self.calls_per_hour}",
                hint="write --volume 20/hour",
            )
        if self.hit_rate is not None and not 0 <= self.hit_rate <= 1:
            raise UsageError(
                f"the hit rate must be a share from 0 to 1, not {self.hit_rate}", hint="write 0.9"
            )
        if self.prefix is not None and not 0 <= self.prefix <= MOST_TOKENS:
            raise UsageError(f"the prefix cannot be {self.prefix}", hint="give tokens from 0")
        if self.final and self.placeholders:
            raise UsageError(
                "a final text has no placeholders", hint="leave out --final or --placeholder"
            )
        if self.placeholders:
            from tokencost.scenarios.place_pattern import PlacePattern  # few name one

            for expression in self.placeholders:
                PlacePattern(expression)

    def select(self, id_: str) -> bool:
        """Say whether the scenario of this id is wanted."""
        return not self.only or is_one_of(id_, self.only)


def is_one_of(id_: str, ids: Iterable[str]) -> bool:
    """Say whether an id is one of *ids* or begins with one: `cache-explicit-5m` is a "cache"."""
    return any(id_ == named or id_.startswith(f"{named}-") for named in ids)
