"""Options of savings scenarios."""

from dataclasses import dataclass
from decimal import Decimal

from tokencost.errors import UsageError
from tokencost.usage import MOST_TOKENS

# What ids begin with: `cache-explicit-5m` is one of "cache".
SCENARIOS = ("cache", "reorder", "compress", "lossy", "batch", "off-peak")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioOptions:
    """How calls arrive, which of them hit a cache, and which scenarios are wanted.

    `rate` is the mean number of calls an hour, arriving at random; without it all calls are made
    within the life of a cache entry. `hit_rate` is the share of calls that hit, against what a
    seller promises. `prefix` is the tokens that every call begins with, in the place of what is
    found in the text. `ttl` leaves only caches that are written for that time to live. `only` are
    ids; none for all. `alternatives` is how many cheaper models are wanted. `lossy` adds what
    shorter texts would save, whatever they lose.
    """

    rate: Decimal | None = None
    hit_rate: Decimal | None = None
    prefix: int | None = None
    ttl: str | None = None
    only: tuple[str, ...] = ()
    alternatives: int = 0
    lossy: bool = False

    def __post_init__(self) -> None:
        """Reject what cannot be."""
        for each in self.only:
            if not any(each == one or each.startswith(f"{one}-") for one in SCENARIOS):
                raise UsageError(
                    f"unknown scenario {each!r}", hint=f"known are {', '.join(SCENARIOS)}"
                )
        if self.rate is not None and not 0 < self.rate <= MOST_TOKENS:
            raise UsageError(f"the rate must be above 0, not {self.rate}", hint="write 20/h")
        if self.hit_rate is not None and not 0 <= self.hit_rate <= 1:
            raise UsageError(
                f"the hit rate must be a share from 0 to 1, not {self.hit_rate}", hint="write 0.9"
            )
        if self.prefix is not None and not 0 <= self.prefix <= MOST_TOKENS:
            raise UsageError(f"the prefix cannot be {self.prefix}", hint="give tokens from 0")
