"""What was judged against limits, and the report on it."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from tokencost.budgets.budget import Rule
from tokencost.errors import Failure
from tokencost.notes import Note
from tokencost.pricing import Conversion, PriceDate, PriceTable
from tokencost.reports import Report, number_of
from tokencost.tokenizers import TokenCount
from tokencost.values import dataclass

TOKENS = "tokens"


class Status(StrEnum):
    """How a finding or a whole check ends, the worst last; error means that nobody could judge."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One limit against one number.

    Attributes:
        budget: the name of the budget, None for limits of the command line.
        rule: the limit.
        file: the input, None for all inputs of the budget together.
        source: the path of the file that it is from, "" if from none or from all.
        model: the model, with its site where a price is judged.
        limit: how much is allowed; of an increase what the file may have grown to.
        expected: how much there is, as counted or expected.
        judged: what is held against the limit: the upper end, unless the limits judge what is
            expected. Where the upper end is open it is None, unless the low end is above the limit
            already.
        unit: "tokens", or a currency.
        status: whether the limit is kept.
        base: what was judged of it at the base, None if nothing is compared with.
        was: the name of the file at the base, None if it had the same.
        conversion: the exchange rate that the amounts were converted at.
    """

    budget: str | None = None
    rule: Rule
    file: str | None
    source: str = ""
    model: str
    limit: Decimal
    expected: Decimal
    judged: Decimal | None
    unit: str
    status: Status
    base: Decimal | None = None
    was: str | None = None
    conversion: Conversion | None = None

    @property
    def is_unlimited(self) -> bool:
        """Whether this is a file that was added, and grows out of nothing by more than it may."""
        is_warning = self.rule is Rule.MAX_INCREASE and self.status is Status.WARN
        return is_warning and not self.base and (self.headroom or 0) < 0

    @property
    def headroom(self) -> Decimal | None:
        """What is left below the limit, negative if it is broken; None if nobody knows."""
        return None if self.judged is None else self.limit - self.judged


def status_of(
    judged: Decimal | None,
    limit: Decimal,
    warn_at: Decimal | None = None,
    *,
    start: Decimal | None = None,
) -> Status:
    """Return how *judged* stands to *limit*: it may reach it, and warns from a share of it on.

    With a *start* it is the growth from there that warns, from a share of what it may be on.
    """
    if judged is None:
        return Status.ERROR
    if judged > limit:
        return Status.FAIL
    is_small = judged - (start or 0) < (limit - (start or 0)) * (warn_at or 0)
    has_grown = start is None or judged > start
    return Status.PASS if warn_at is None or is_small or not has_grown else Status.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSize:
    """How many tokens a file has, with the model that counts most of them."""

    tokens: int
    model: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CheckReport(Report):
    """Report of `check`.

    Attributes:
        findings: every limit with what it was held against, budget by budget.
        failures: what could not be judged, and why.
        prices: the table that knows the models.
        price_date: when the prices hold.
        assumptions: what the verdict rests on.
        warnings: what may make it wrong.
        base: what growth was judged against, None if it was not.
        inputs: how many files or other inputs were judged.
        sizes: by file, how many tokens it has.
        counts: by model, what was counted for it altogether, and how.
        gone: files whose size is recorded and that no budget holds any more.
        may_be_empty: whether it is all right that no limit was judged.
        places: by the name of a budget, file and line where it is written.
    """

    name: ClassVar[str] = "check"

    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    prices: PriceTable
    price_date: PriceDate
    assumptions: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()
    base: str | None = None
    inputs: int = 0
    sizes: Mapping[str, FileSize] = field(default_factory=dict)
    counts: Mapping[str, TokenCount] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    may_be_empty: bool = False
    places: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> Status:
        """The worst of all; anything that could not be judged outweighs a broken limit."""
        if self.failures or not (self.findings or self.may_be_empty):
            return Status.ERROR
        order = list(Status)
        least = Status.WARN if self.gone else Status.PASS
        return max([least, *(finding.status for finding in self.findings)], key=order.index)

    def _summary(self) -> Iterator[str]:
        yield self.status.value
        yield f"{number_of(len(self.findings), 'limit')} judged"
