"""Limits on tokens and cost, and the report on what was judged against them."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from tokencost.errors import Failure, UsageError
from tokencost.money import Money
from tokencost.notes import Note
from tokencost.pricing import Conversion, PriceDate, PriceTable
from tokencost.reports import Report, number_of
from tokencost.values import dataclass


class Status(StrEnum):
    """How a finding or a whole check ends; error means that it could not be judged."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"


class Rule(StrEnum):
    """Which limit a finding is about."""

    MAX_TOKENS = "max_tokens"
    MAX_TOKENS_PER_FILE = "max_tokens_per_file"
    MAX_COST_PER_CALL = "max_cost_per_call"


TOKENS = "tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds: a limit that is reached exactly is kept.

    *max_tokens* is for all inputs together, the other two are for every input by itself.
    """

    max_tokens: int | None = None
    max_tokens_per_file: int | None = None
    max_cost_per_call: Money | None = None

    def __post_init__(self) -> None:
        """Raise UsageError unless there is a limit, and none is negative."""
        limits = [self.max_tokens, self.max_tokens_per_file]
        tokens = [limit for limit in limits if limit is not None]
        if self.max_cost_per_call is None and not tokens:
            raise UsageError(
                "no limit to check against",
                hint="pass --max-tokens, --max-tokens-per-file or --max-cost-per-call",
            )
        if min(tokens, default=0) < 0:
            raise UsageError(
                f"a limit cannot be negative: {min(tokens)}", hint="give a number from 0"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One limit against one number; *file* is None for all inputs together.

    *expected* is the count or cost itself, *judged* its upper end, *unit* says "tokens"
    or names its currency. Where the upper end is open, *judged* is None unless the low end is
    above the limit already.
    """

    rule: Rule
    file: str | None
    model: str
    limit: Decimal
    expected: Decimal
    judged: Decimal | None
    unit: str
    conversion: Conversion | None = None

    @property
    def headroom(self) -> Decimal | None:
        """What is left below the limit, negative if it is broken; None if nobody knows."""
        return None if self.judged is None else self.limit - self.judged

    @property
    def status(self) -> Status:
        """Whether the limit is kept."""
        if self.headroom is None:
            return Status.ERROR
        return Status.FAIL if self.headroom < 0 else Status.PASS


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CheckReport(Report):
    """Report of `check`."""

    name: ClassVar[str] = "check"

    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    limits: Limits
    prices: PriceTable
    price_date: PriceDate
    assumptions: tuple[Note, ...]
    warnings: tuple[Note, ...]

    @property
    def status(self) -> Status:
        """The worst of all; anything that could not be judged outweighs a broken limit."""
        if self.failures or not self.findings:
            return Status.ERROR
        if any(finding.status is Status.FAIL for finding in self.findings):
            return Status.FAIL
        return Status.PASS

    def _summary(self) -> Iterator[str]:
        yield self.status.value
        yield f"{number_of(len(self.findings), 'limit')} judged"
