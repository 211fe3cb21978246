"""What may be spent, and what was found."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from tokencost.errors import Failure, UsageError
from tokencost.money import Money
from tokencost.pricing import Conversion, PriceDate, PriceTable
from tokencost.reports import Report


class Status(StrEnum):
    """How a finding or a whole check ends; error means that it could not be judged."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds, each of them kept when it is reached exactly.

    *max_tokens* is for all inputs together, the other two for each of them.
    """

    max_tokens: int | None = None
    max_tokens_per_file: int | None = None
    max_cost_per_call: Money | None = None

    def __post_init__(self) -> None:
        """Reject a check that checks nothing, or could never be passed."""
        given = [self.max_tokens, self.max_tokens_per_file]
        amounts = [each for each in given if each is not None]
        if self.max_cost_per_call is None and not amounts:
            raise UsageError(
                "no limit to check against",
                hint="pass --max-tokens, --max-tokens-per-file or --max-cost-per-call",
            )
        if min(amounts, default=0) < 0:
            raise UsageError(
                f"a limit cannot be negative: {min(amounts)}", hint="give a number from 0"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One limit against one number; *file* is None for all inputs together.

    Tokens and cost are judged at their upper end. *unit* is "tokens" or a currency.
    """

    rule: str
    file: str | None
    model: str
    limit: Decimal
    actual: Decimal
    unit: str
    conversion: Conversion | None = None

    @property
    def headroom(self) -> Decimal:
        """What is left below the limit, negative if it is broken."""
        return self.limit - self.actual

    @property
    def status(self) -> Status:
        """Whether the limit is kept."""
        return Status.FAIL if self.headroom < 0 else Status.PASS


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport(Report):
    """Answer of `check`."""

    name: ClassVar[str] = "check"

    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    limits: Limits
    prices: PriceTable
    price_date: PriceDate
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def status(self) -> Status:
        """The worst of all; anything that could not be judged outweighs a broken limit."""
        if self.failures or not self.findings:
            return Status.ERROR
        if any(finding.status is Status.FAIL for finding in self.findings):
            return Status.FAIL
        return Status.PASS
